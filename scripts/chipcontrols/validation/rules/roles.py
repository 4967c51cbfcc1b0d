"""Rule of roles: words name who does it before whom it is done to, and who says it as saying it.

English tells roles by order: in the main clause the doer (subject, actor, bound) comes before the
other (object, counterparty, destination, comparator), unless the doer follows "by".  A phrase that
a preposition leads, before the main clause, has no part in the order.  Chinese does so, too, unless
a word that turns the order leads the other (對, 把, 與 …) or the doer (被, 由 …), or the other is
part of a noun phrase (…的); only clauses that name both are judged.  After "according to" stands a
speaker or a medium.  Roles that the code of the row ties to tables of their own, or that its cues
place in the words, are for the rule of codes.
Out of scope: entities of one role among themselves; English documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chipcontrols.languages.base import Span
from chipcontrols.package import Row
from chipcontrols.validation.anchors import Line
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules.base import Complaint

NAME = "roles"
PAIRS = (
    ("subject", "object"),
    ("subject", "comparator"),
    ("actor", "counterparty"),
    ("bound", "destination"),
)
"""The role of the doer and that of the other."""
NOMINAL = frozenset(("object",))
"""Others that Chinese names before the doer with no word that turns it: 輝達執行長黃仁勳."""
VOICES = ("speaker", "medium")
_ADJUNCT = re.compile(
    r"(?:after|against|amid|as|at|because|before|by|compared|despite|during|following|for|from|given|in|like|on|since"
    r"|to|under|unlike|when|while|with|without|according to)\b[^,]*,\s*",
    re.IGNORECASE,
)
_AGENT = re.compile(
    r"(?:\b(?:is|are|was|were|be|been|being)\b|[a-z](?:ed|en)\b).*\bby (?:the )?$", re.IGNORECASE
)
_SOURCE = re.compile(
    r"\b(?:according to|(?:quoted|cited|reported) by) "
    r"(?:(?:an?|the)? ?(?:[a-z]+ ){0,4}(?:of|by|from) )?(?:the )?(?:US )?$",
    re.IGNORECASE,
)
_OWNS = re.compile("['’]s? ")
_TURNS_OTHER = re.compile(
    "[对對向把将將与與和同跟给給替为為受遭被由在从從于於以用到往及、和](?:的)?$"
)
_LEADS = re.compile("(?:[对對向与與给給把]|针对|針對|通过|通過|联合|聯合)$")
_TURNS_DOER = re.compile("[的被由遭受獲获为為令讓让使]")


def roles(evidence: Evidence, row: Row) -> list[tuple[str, Complaint]] | None:
    """Return in which columns the entities have the roles of others; None where none has one."""
    own = evidence.own(row)
    sentence = row.role("sentence")
    if row.schema.kind != "statement" or own is None or not sentence:
        return None
    if own.source.language.tag == "en":
        return None
    found = list(voices(evidence, row, sentence))
    for pair in PAIRS:
        doers, others = (ids_of(row, role) for role in pair)
        said = {identifier for role in VOICES for identifier in ids_of(row, role)}
        if not doers or not others or doers & (others | said) or settled(evidence, row, pair):
            continue
        spans = [spans_of(evidence, sentence, identifiers) for identifiers in (doers, others)]
        where = "sentence" if exchanged(sentence, *spans) else ""
        line, span = own.source, own.span
        words = pair[1] not in NOMINAL and turned(line, span, doers, others)
        if not where and (words or led(line, span, doers)):
            where = "evidence"
        if where:
            doing = f"{pair[0]} {', '.join(sorted(doers))}"
            message = f"the {where} has {doing} where it names whom it is done to"
            complaint = Complaint(message, "exchange the roles, or say who does it to whom")
            found.append((row.schema.roles[pair[1]], complaint))
    return found


def settled(evidence: Evidence, row: Row, pair: tuple[str, str]) -> bool:
    """Return whether a code of the row allows the two roles tables that forbid an exchange."""
    tables = [
        {evidence.lexicon.entities[one].table for one in ids_of(row, role)
         if one in evidence.lexicon.entities}
        for role in pair
    ]  # fmt: skip
    for column in row.schema.columns("code"):
        code = evidence.lexicon.code(row.table, column, row.cells[column])
        allowed = dict(code.roles) if code else {}
        if set(pair) <= allowed.keys() and any(
            here.isdisjoint(allowed[role]) for here, role in zip(tables, pair[::-1], strict=True)
        ):
            return True
    return False


def ids_of(row: Row, role: str) -> set[str]:
    """Return the entities that a row gives a role."""
    column = row.schema.roles.get(role, "")
    return set(row.schema.field(column).items(row.cells[column])) if column else set()


def spans_of(evidence: Evidence, text: str, identifiers: Iterable[str]) -> list[Span]:
    """Return where an English text names the entities, sorted."""
    found = set()
    for identifier in identifiers:
        entity = evidence.lexicon.entities.get(identifier)
        for form in entity.english if entity else ():
            pattern = rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])"
            found |= {match.span() for match in re.finditer(pattern, text, re.IGNORECASE)}
    return sorted(found)


def voices(evidence: Evidence, row: Row, sentence: str) -> Iterator[tuple[str, Complaint]]:
    """Yield the entities whom the sentence has say it, but that have another role only."""
    said = {identifier for role in VOICES for identifier in ids_of(row, role)}
    heard = spans_of(evidence, sentence, said)
    for role in dict.fromkeys(role for pair in PAIRS for role in pair) if said else ():
        for identifier in sorted(ids_of(row, role) - said):
            spans = spans_of(evidence, sentence, [identifier])
            spans = [one for one in spans if not any(h[0] <= one[0] < h[1] for h in heard)]
            if any(
                _SOURCE.search(sentence[:start]) and not _OWNS.match(sentence, end)
                for start, end in spans
            ):
                message = f"{identifier} says it according to the sentence, but not in the row"
                yield row.schema.roles[role], Complaint(message, "exchange the roles")


def exchanged(sentence: str, doers: list[Span], others: list[Span]) -> bool:
    """Return whether an English sentence names others before the doers, who do not follow "by"."""
    for spans, wrong in ((doers, False), (others, True)):
        if any(_AGENT.search(sentence[:start]) for start, _ in spans):
            return wrong and bool(doers)
    main = 0
    while adjunct := _ADJUNCT.match(sentence, main):
        main = adjunct.end()
    in_main = [[start for start, _ in spans if start >= main] for spans in (doers, others)]
    leading = _ADJUNCT.match(sentence[main:] + ",")
    return all(in_main) and not leading and min(in_main[1]) < min(in_main[0])


def led(line: Line, span: Span, doers: set[str]) -> bool:
    """Return whether a word that marks whom it is done to leads each mention of the doers."""
    begin, end = span
    named = [m for m in line.mentions if begin <= m.start and m.end <= end and m.entities & doers]
    return bool(named) and all(_LEADS.search(line.reading[begin : m.start]) for m in named)


def turned(line: Line, span: Span, doers: set[str], others: set[str]) -> bool:
    """Return whether each clause of the words that names both names the others first, and no word
    turns the order."""
    begin, end = span
    verdicts = []
    for first, last in line.language.clauses(line.reading):
        here = [m for m in line.nested if first <= m.start and m.end <= last]
        here = [m for m in here if begin <= m.start and m.end <= end]
        doing = [mention for mention in here if mention.entities & doers]
        other = [mention for mention in here if mention.entities & others]
        if doing and other:
            start, stop = other[0].start, doing[0].start
            led = _TURNS_OTHER.search(line.reading[first:start])
            turns = led or _TURNS_DOER.search(line.reading[other[0].end : stop])
            verdicts.append(start < stop and not turns)
    return bool(verdicts) and all(verdicts)
