"""The audit of completeness: what accounts for everything that a document contains.

On every line that is not excluded whole, each candidate (``candidates``) of a class in the code
list of the package's exclusions is *covered* by a row, or *excluded* with a reason, or it is
*open*, which is a finding.  An exclusion covers one candidate of its class, so that nothing can
hide in it, or clauses and parts of clauses of which no statement covers anything.  An exclusion
that covers nothing open any more is a finding: it has expired.

The reason of an exclusion fits its class: its code may name classes, ``class:`` in its roles, with
``line`` for whole lines.  Only a repeat, which names the line that it repeats, may exclude what a
citation of a statement rests on, money, shares or other measures, and clauses that are not by
their place a heading, a credit or a connective: a line of its own without a full stop, the
beginning of a line that goes on without punctuation, or a few words without a name or number.
Out of scope: whether the rows that cover a candidate are right (the rules).
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from chipcontrols.languages.base import Quantity
from chipcontrols.languages.quantities import LENGTHS
from chipcontrols.package import Row, files
from chipcontrols.package.finding import Finding, shortened
from chipcontrols.validation import candidates
from chipcontrols.validation.anchors import Line, Text
from chipcontrols.validation.candidates import Candidate, Rules, length_of
from chipcontrols.validation.passages import Evidence, Passage

HEADING, FEW, CREDIT = 20, 7, 4
"""How long a heading, a few words and a credit may be (``length_of``)."""
MOST_OPEN = 1_000
"""The most open candidates of a document that are reported one by one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """A candidate with its status (covered, excluded, open), the row that accounts for it, as
    ``table/id``, and when excluded the reason."""

    candidate: Candidate
    status: str
    by: str = ""
    reason: str = ""


def exclusions_in(text: Text, rows: Iterable[Row]) -> list[Row]:
    """Return the exclusions of a document among its rows, in the order of their tables."""
    found = (row for row in rows if row.schema.kind == "exclusion")
    here = (row for row in found if row.role("document") == text.name)
    return sorted(here, key=lambda row: (row.table, row.line))


def whole_lines(text: Text, rows: Iterable[Row]) -> dict[int, Row]:
    """Return the lines that are excluded whole, each with the exclusion."""
    found = {}
    for row in exclusions_in(text, rows):
        if not row.role("excerpt"):
            first, end = line_range(row)
            for number in range(max(first, 1), min(end, len(text.lines) + 1)):
                found[number] = row
    return found


def line_range(row: Row) -> tuple[int, int]:
    """Return the lines that an exclusion covers, the end exclusive."""
    first = row.anchor_line
    return first, (files.whole_number(row.role("last_line")) or first) + 1


Stretch = tuple[int, int, Row]
"""A span in reading text that an exclusion covers."""


def audit(evidence: Evidence, rules: Rules, text: Text, rows: Sequence[Row]) -> tuple[Account, ...]:
    """Return every candidate in scope of a document with what accounts for it, line by line; `rows`
    are those that rest on the document."""
    out_of_scope, asked = whole_lines(text, rows), asked_classes(evidence)
    used = candidates.covers(evidence, rules, text, rows)
    excluded, accounts = dict[int, list[Stretch]](), []
    for row in exclusions_in(text, rows):
        if own := evidence.own(row):
            excluded.setdefault(own.line, []).append((*own.span, row))
    for line in text.lines:
        if line.number in out_of_scope or (text.among and line.number not in text.among):
            continue
        stretches = excluded.get(line.number, [])
        found = (one for one in candidates.candidates_of_line(line) if one.kind in asked)
        here = [piece for one in found for piece in pieces(one, stretches)]
        covering = candidates.covering(here, used.get(line.number, []))
        for candidate, by in zip(here, covering, strict=True):
            if by:
                accounts.append(Account(candidate, "covered", by))
                continue
            excluding = (row for s, e, row in stretches if excludes(row, candidate, s, e))
            if by_row := next(excluding, None):
                key = f"{by_row.table}/{by_row.id}"
                accounts.append(Account(candidate, "excluded", key, by_row.role("reason")))
            else:
                accounts.append(Account(candidate, "open"))
    return tuple(accounts)


def asked_classes(evidence: Evidence) -> Collection[str]:
    """Return the classes of candidates that the exclusions of a package can have."""
    schemas = evidence.lexicon.schemas.items()
    keys = [(name, one.roles["class"]) for name, one in schemas if one.kind == "exclusion"]
    codes = [code.code for key in keys for code in evidence.lexicon.codes.get(key, ())]
    return codes or ("numeral", "date", "quotation", "name", "attribution", "clause")


def pieces(candidate: Candidate, stretches: Iterable[Stretch]) -> list[Candidate]:
    """Return a clause cut where excluded stretches of clauses or damage begin and end in it,
    without the pieces that have no letter or digit; any other candidate as it is."""
    if candidate.kind != "clause":
        return [candidate]
    first, last = candidate.start, candidate.end
    cuts = {first, last}
    for start, end, row in stretches:
        if row.role("class") == "clause" or row.role("reason") == "damaged":
            cuts |= {at for at in (start, end) if first < at < last}
    found = []
    for start, end in itertools.pairwise(sorted(cuts)):
        words = candidate.text[start - first : end - first]
        if any(character.isalnum() for character in words):
            found.append(dataclasses.replace(candidate, start=start, end=end, text=words))
    return found


def excludes(row: Row, candidate: Candidate, start: int, end: int) -> bool:
    """Return whether an exclusion over a span covers a candidate: one of its class, or any that
    overlaps damage."""
    if row.role("reason") == "damaged":
        return candidate.kind != "line" and start < candidate.end and candidate.start < end
    return row.role("class") == candidate.kind and start <= candidate.start and candidate.end <= end


def check_completeness(
    evidence: Evidence, rules: Rules, text: Text, rows: Sequence[Row]
) -> Iterator[Finding]:
    """Yield what no row and no exclusion accounts for, and the exclusions that are misused; nothing
    for a changed document, which is reported elsewhere."""
    if text.changed:
        return
    accounts = audit(evidence, rules, text, rows)
    open_candidates = [account.candidate for account in accounts if account.status == "open"]
    file = text.document.path
    for candidate in open_candidates[:MOST_OPEN]:
        line = text.lines[candidate.line - 1]
        offset = line.raw_span(candidate.start, candidate.end)[0] + 1
        message = f"unaccounted {candidate.kind} {shortened(candidate.text)}: no row records it"
        hint = "add a row that uses it, or exclude it with a reason"
        yield Finding(file, candidate.line, str(offset), "completeness", message, hint)
    if (more := len(open_candidates) - MOST_OPEN) > 0:
        hint = "curate the document from its beginning"
        message = f"{more} candidates more are unaccounted"
        yield Finding(file, 0, "", "completeness", message, hint)
    for row, (role, message, hint) in misuses(evidence, text, rows, accounts):
        path, column = evidence.lexicon.paths[row.table], row.schema.roles[role]
        yield Finding(path, row.line, column, "exclusion", message, hint)


Misuse = tuple[str, str, str]
"""The role of the column of an exclusion that is wrong, what is wrong, and what to do."""


def misuses(
    evidence: Evidence, text: Text, rows: Sequence[Row], accounts: Iterable[Account]
) -> Iterator[tuple[Row, Misuse]]:
    """Yield each exclusion of a document that does not do just what it should."""
    lines = itertools.groupby(accounts, key=lambda account: account.candidate.line)
    by_line = {number: list(here) for number, here in lines}
    excluded, taken = whole_lines(text, rows), dict[int, str]()
    cited = {  # of several rows the first by name
        passage.line: f"{row.table}/{row.id}"
        for row in sorted(rows, key=lambda row: row.key, reverse=True)
        if row.schema.kind not in candidates.BOOKKEEPING
        for passage in evidence.of_row(row)
        if passage.document == text.name
    }
    for row in exclusions_in(text, rows):
        beyond, own = list(misused_range(row, text)), evidence.own(row)
        found = beyond or list(misused_repeat(row, text, excluded))
        if own and (not text.among or own.line in text.among):
            here = by_line.get(own.line, ())
            inside = [one for one in here if excludes(row, one.candidate, *own.span)]
            wrong = list(misused_stretch(evidence, row, inside))
            found += wrong or unfit(evidence, row, own, rows)
        elif not row.role("excerpt") and not beyond:
            found += misused_lines(row, text, taken, cited)
            found += unfit_reason(evidence, row, "line")
        yield from ((row, misuse) for misuse in found)


# A gloss whose beginning is lost, or a letter of a script that no document uses.
DAMAGE = re.compile(
    r"\?[a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*\)"
    r"|[^\u0000-\u024f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u214f\u3000-\u3020"
    r"\u4e00-\u9fff\uff00-\uff65]"
)


def misused_stretch(evidence: Evidence, row: Row, inside: Sequence[Account]) -> Iterator[Misuse]:
    """Yield what is wrong with the exclusion of a stretch that covers the candidates `inside`."""
    excerpt, kind = shortened(row.role("excerpt"), 40), row.role("class")
    if row.role("reason") == "damaged":
        if not DAMAGE.search(row.role("excerpt")):
            hint = "damage shows in a gloss cut short or in letters of another script"
            yield "reason", f"nothing in {excerpt} is damaged", hint
        return
    covered = next((one for one in inside if one.status == "covered"), None)
    if not kind:
        message = "the class is empty, but only damage and whole lines need none"
    elif kind not in asked_classes(evidence):
        return  # A code that the list does not have is reported as such.
    elif kind != "clause" and len(inside) != 1:
        message = f"{len(inside)} candidates of the class {kind} in {excerpt}"
    elif covered:
        message = f"expired: {covered.by} covers {shortened(covered.candidate.text, 40)}"
    elif kind != "clause" and inside[0].by != f"{row.table}/{row.id}":
        one = inside[0]
        message = f"{one.reason}: {one.by} already excludes {one.candidate.text}"
    else:
        return
    yield "excerpt", message, "an exclusion covers one open candidate of its class, or open clauses"


def unfit_reason(evidence: Evidence, row: Row, kind: str) -> Iterator[Misuse]:
    """Yield what is wrong with the reason of an exclusion that is for other classes."""
    reason = row.role("reason")
    code = evidence.lexicon.code(row.table, row.schema.roles["reason"], reason)
    fitting = dict(code.roles).get("class", ()) if code else ()
    if fitting and kind not in fitting:
        message = f"{reason} does not exclude the class {kind}"
        yield "reason", message, f"it is for {', '.join(fitting)}; record it, or choose another"


def unfit(evidence: Evidence, row: Row, own: Passage, rows: Iterable[Row]) -> Iterator[Misuse]:
    """Yield why a stretch of a line may not be excluded as it is."""
    kind, line, (start, end) = row.role("class"), own.source, own.span
    if row.role("reason") in ("damaged", "repeat"):
        return
    yield from unfit_reason(evidence, row, kind)
    hint = "record it in a row, or exclude it as a repeat of a line that has it"
    if kind == "numeral":
        for quantity in line.language.quantities(line.reading):
            if start <= quantity.start < quantity.end <= end and is_telling(quantity):
                yield "excerpt", f"{quantity.text} measures something", hint
    elif kind == "clause" and not stands_apart(line, start, end):
        yield "excerpt", f"{shortened(own.excerpt, 40)} is part of the running text", hint
    for other in rows if kind in ("clause", "quotation") else ():
        cited = evidence.lexicon.schemas.get(other.role("table"))
        passage = evidence.own(other) if other.schema.kind == "citation" else None
        if not passage or not cited or cited.kind != "statement" or passage.place != own.place:
            continue
        if start < passage.span[1] and passage.span[0] < end:
            yield "excerpt", f"{other.table}/{other.id} cites these words", hint
            return


def is_telling(quantity: Quantity) -> bool:
    """Return whether a quantity is more than a figure of speech, a duration or a label: it has one
    value, in a unit that is not of time, or counts more than ten."""
    if quantity.value is None or quantity.unit in (*LENGTHS, "ordinal"):
        return False
    counted = quantity.unit in (None, "count", "point", "rank")
    return quantity.value > 10 if counted else quantity.value != 1


def stands_apart(line: Line, start: int, end: int) -> bool:
    """Return whether a stretch is a line without a full stop, begins a line that goes on without
    punctuation, or is a few words without a name, number or verb of attribution; a credit, at an
    end of the line, may name somebody."""
    reading, language = line.reading, line.language
    before, after = reading[:start], reading[end:]
    length = length_of(reading[start:end])
    at_end = not any(map(str.isalnum, before)) or not any(map(str.isalnum, after))
    if not any(map(str.isalnum, before + after)):
        # The day of a byline, in whatever words, does not count.
        length -= sum(length_of(date.text) for date in language.dates(reading))
        if length <= HEADING:
            return not re.search(r"[。．.;；]\W*$", reading)
    if not before.strip() and after[:1].isalnum():
        return length <= HEADING
    spans = [*language.numerals(reading), *language.attributions(reading)]
    if not at_end or length > CREDIT:
        spans += [(mention.start, mention.end) for mention in line.mentions]
    return length <= FEW and not any(start <= first and last <= end for first, last in spans)


def misused_range(row: Row, text: Text) -> Iterator[Misuse]:
    """Yield what is wrong with the lines that an exclusion covers."""
    first, end = line_range(row)
    count = len(text.lines)
    if row.role("excerpt") and row.role("last_line"):
        yield "last_line", "an exclusion with an excerpt covers one line", "empty the last line"
    elif not row.role("excerpt") and not 1 <= first < end <= count + 1:
        message = f"lines {first} to {end - 1} but {text.name} has {count}"
        yield "last_line", message, "correct the lines"


def misused_repeat(row: Row, text: Text, excluded: Mapping[int, Row]) -> Iterator[Misuse]:
    """Yield what is wrong with the line that an exclusion says it repeats."""
    repeated = files.whole_number(row.role("repeated_line"))
    if bool(repeated) != (row.role("reason") == "repeat"):
        message = "repeats name the line they repeat, and only repeats do"
        hint = "set the reason to repeat and name the line, or empty it"
    elif repeated and not repeats(text, row, repeated):
        message = f"line {repeated} of {text.name} does not say it"
        hint = "name the line of which it is a repetition"
    elif repeated and repeated in excluded:
        message = f"line {repeated} is excluded itself"
        hint = "name the line that is in scope"
    else:
        return
    yield "repeated_line", message, hint


def misused_lines(
    row: Row, text: Text, taken: dict[int, str], cited: Mapping[int, str]
) -> Iterator[Misuse]:
    """Yield what is wrong with the exclusion of whole lines; `taken` are those excluded so far."""
    first, end = line_range(row)
    if row.role("class"):
        yield "class", "whole lines are excluded with all they hold", "empty the class"
    if end - first >= sum(1 for line in text.lines if line.reading.strip()):
        yield "last_line", f"it excludes all of {text.name}", "remove the row of the document"
    for number in range(first, end):
        if number in taken:
            message = f"line {number} is excluded by {taken[number]} too"
            yield "line", message, "merge the two"
            return
        taken[number] = row.id
        if number in cited:
            message = f"line {number} is excluded, but {cited[number]} rests on it"
            yield "line", message, "exclude the line or use it, not both"
            return


def repeats(text: Text, row: Row, repeated: int) -> bool:
    """Return whether the excluded words, or lines, occur on the line that they repeat."""
    if not 1 <= repeated <= len(text.lines) or repeated == row.anchor_line:
        return False
    there = text.lines[repeated - 1].raw
    if row.role("excerpt"):
        return row.role("excerpt") in there
    return all(text.lines[number - 1].raw.strip() in there for number in range(*line_range(row)))
