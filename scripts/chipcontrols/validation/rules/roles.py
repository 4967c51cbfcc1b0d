"""Rule of roles: the words say who does it, to whom it is done, and who says it, as the row does.

The sentence of a statement and its evidence are read, each by the order of words in its language
(`order`), active and passive: neither may have the other (object, counterparty, destination,
comparator) do it to the doer (subject, actor, bound), and at least one must show the order.  In the
evidence, words cited for a code decide where they show it.  A code whose two roles may be exchanged
says so in the code list (``either:subject|object``); roles that it ties to tables of their own, or
that its cues place in the words, are for the rule of codes.  "According to" names a speaker or a
medium.  A name of no entity and not in the words must not replace somebody whom they name.
Out of scope: entities of one role among themselves, and words that do not tell.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Set

from chipcontrols.languages import surface_forms
from chipcontrols.languages.base import Span
from chipcontrols.languages.en import order as english
from chipcontrols.package import Row
from chipcontrols.validation.passages import Evidence, Passage
from chipcontrols.validation.rules.base import Complaint, Complaints, Rule, ids_of

PAIRS = (
    ("subject", "object"),
    ("subject", "comparator"),
    ("actor", "counterparty"),
    ("bound", "destination"),
)
"""The roles of the doer and of the other."""
VOICES = ("speaker", "medium")


class Roles(Rule):
    """The sentence of a statement and its words name who does it before whom it is done to, active
    or passive, and at least one of the two shows it; no unknown name replaces one of the words."""

    kinds = ("statement",)

    def concerns(self, evidence: Evidence, row: Row) -> bool:
        return bool(row.role("sentence") and evidence.own(row))

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        if self.concerns(evidence, row):
            for found in (voices, strangers, exchanged):
                yield from found(evidence, row, row.role("sentence"))


def exchanged(evidence: Evidence, row: Row, sentence: str) -> Complaints:
    """Yield the pairs of roles whose entities have those of each other, or may have."""
    for pair in PAIRS:
        doers, others = (ids_of(row, role) for role in pair)
        said = {identifier for role in VOICES for identifier in ids_of(row, role)}
        if not doers or not others or doers & (others | said) or settled(evidence, row, pair):
            continue
        ours, theirs = (spans_of(evidence, sentence, ids) for ids in (doers, others))
        orders = {
            "sentence": english.order(sentence, ours, theirs, ()),
            "evidence": order_of_evidence(evidence, row, doers, others),
        }
        wrong = next((where for where, told in orders.items() if told < 0), "")
        doing = f"{pair[0]} {', '.join(sorted(doers))}"
        message = f"the {wrong} has {doing} where it names whom it is done to"
        hint = "exchange the roles, or say who does it to whom"
        if not wrong and ours and theirs and not any(orders.values()):
            message = f"neither the sentence nor the evidence shows whether {doing} does it"
            hint = "have the sentence name first, in its main clause, who does it"
        elif not wrong:
            continue
        yield Complaint(message, hint, row.schema.roles[pair[1]])


def order_of_evidence(evidence: Evidence, row: Row, doers: set[str], others: set[str]) -> int:
    """Return 1 when the evidence has the doers do it, -1 when the others, 0 when it does not tell;
    words cited for a code go before all."""
    passages = evidence.of_row(row)
    coded = [one for one in passages if one.column in row.schema.columns("code")]
    undescribed = {one for one, entity in evidence.lexicon.entities.items() if not entity.described}
    known = (doers, others, undescribed)
    return order_of_words(coded, *known) or order_of_words(passages, *known)


def order_of_words(
    passages: Iterable[Passage], doers: set[str], others: set[str], undescribed: set[str]
) -> int:
    """Return who does it to whom by the words of passages, one after the other; what only describes
    a thing is no name there, but words (禁止向中國客戶銷售)."""
    text, end, spans = "", ("", 0, 0), (set[Span](), set[Span](), set[Span]())
    language = None
    for passage in sorted(passages, key=lambda one: (one.document, one.line, one.start, -one.end)):
        place = passage.document, passage.line, passage.end
        if place[:2] == end[:2] and place <= end:
            continue
        end, language, at = place, passage.source.language, len(text) - passage.span[0]
        named = list(names_in(passage, undescribed | doers | others))
        for found, wanted in zip(spans, (doers, others, undescribed), strict=True):
            mine = [(m, whole) for m, whole in named if m.entities & wanted]
            only = any(whole for _, whole in mine)
            found.update((m.start + at, m.end + at) for m, whole in mine if whole or not only)
        text += f"{passage.reading}\n"
    return language.order(text, *spans) if language else 0


def names_in(passage: Passage, wanted: Set[str]) -> Iterator[tuple[surface_forms.Mention, bool]]:
    """Yield where a passage names one of some entities, and whether not inside another's name."""
    longest = passage.within(passage.source.mentions)
    starts = [mention.start for mention in longest]
    for mention in passage.source.nested:
        at = bisect.bisect_right(starts, mention.start) - 1
        if at >= 0 and mention.end <= longest[at].end and mention.entities & wanted:
            yield mention, mention == longest[at] or not longest[at].entities & wanted


def settled(evidence: Evidence, row: Row, pair: tuple[str, str]) -> bool:
    """Return whether a code of the row allows an exchange of the two roles, or allows them tables
    that forbid it."""
    tables = [
        {evidence.lexicon.entities[one].table for one in ids_of(row, role)
         if one in evidence.lexicon.entities}
        for role in pair
    ]  # fmt: skip
    for column in row.schema.columns("code"):
        code = evidence.lexicon.code(row.table, column, row.cells[column])
        allowed = dict(code.roles) if code else {}
        if set(pair) <= set(allowed.get("either", ())):
            return True
        if set(pair) <= allowed.keys() and any(
            here.isdisjoint(allowed[role]) for here, role in zip(tables, pair[::-1], strict=True)
        ):
            return True
    return False


def spans_of(evidence: Evidence, text: str, identifiers: Iterable[str]) -> list[Span]:
    """Return where an English text names the entities, sorted."""
    wanted = set(identifiers)
    found = surface_forms.nested_mentions(text, evidence.lexicon.english)
    return sorted({(m.start, m.end) for m in found if m.entities & wanted})


def voices(evidence: Evidence, row: Row, sentence: str) -> Complaints:
    """Yield the entities who say it according to the sentence, but only have another role."""
    said = {identifier for role in VOICES for identifier in ids_of(row, role)}
    heard = spans_of(evidence, sentence, said)
    for role in dict.fromkeys(role for pair in PAIRS for role in pair) if said else ():
        for identifier in sorted(ids_of(row, role) - said):
            spans = spans_of(evidence, sentence, [identifier])
            spans = [one for one in spans if not any(h[0] <= one[0] < h[1] for h in heard)]
            if any(english.is_source(sentence, span) for span in spans):
                message = f"{identifier} says it according to the sentence, but not in the row"
                yield Complaint(message, "exchange the roles", row.schema.roles[role])


def strangers(evidence: Evidence, row: Row, sentence: str) -> Complaints:
    """Yield the names in a sentence that are of no entity and not in its words, where the words
    name somebody who can speak and whom the sentence does not name."""
    lexicon, own = evidence.lexicon, evidence.own(row)
    said = "\n".join(passage.reading for passage in evidence.of_row(row)).lower()
    strange = [name for name in english.people(sentence) if name.lower() not in said]
    if not strange or own is None:
        return
    unnamed = {
        min(m.entities)
        for m in evidence.names_in(own)
        if m.entities <= lexicon.speaking and not spans_of(evidence, sentence, m.entities)
    }
    known = spans_of(evidence, sentence, lexicon.entities) if unnamed else []
    for name in strange if unnamed else ():
        at = sentence.index(name)
        if not any(first <= at < last for first, last in known):
            others = ", ".join(sorted(unnamed))
            message = f"{name} is named in the sentence, but {others} in its words"
            yield Complaint(message, "name whom the words name", row.schema.roles["sentence"])
            return
