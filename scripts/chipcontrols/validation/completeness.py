"""The audit of completeness: what accounts for everything that the documents contain.

*Candidates* are found in the reading text of every line that is not excluded whole, each
occurrence on its own, in six classes:

===============  ==================================================================
``numeral``      quantities as the grammar finds them, and any digits beside them
``date``         expressions of time, absolute, partial and relative
``quotation``    the words between each matched pair of quotation marks
``name``         runs of words in Latin letters
``attribution``  verbs that attribute a statement: the cues of reported quotes
``line``         the line itself, unless it is blank
===============  ==================================================================

A candidate is *captured* when it lies in the span that uses it, not merely in some excerpt:

- a numeral in a ``quantity``, in words that a cell repeats (``as_of_text`` …), or in an alias;
- a date in words that a cell repeats, or in an alias;
- a quotation when it is the whole of a direct quotation, a term, an alias, or a cell's words;
- a name when aliases, terms or cells' words cover all its letters;
- an attribution verb in the excerpt of a quote, outside the words quoted;
- a line when a row of a table that states something cites it.

An alias and a term of the glossary account for each of their occurrences: the row says what the
form means wherever it stands.  What is not captured is *excluded* with a reason, or it is *open*,
which is a finding.  An exclusion covers one candidate of its class, so that nothing can hide in
it; whole lines are excluded only as off topic, page furniture, or repeats of a line that is named.
An exclusion that covers nothing open any more is a finding: it has expired.
Out of scope: whether the rows that capture a candidate are right (the rules of support).
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chipcontrols.languages import surface_forms as names
from chipcontrols.languages.zh import dates, quantities
from chipcontrols.validation import anchors as corpus
from chipcontrols.validation.anchors import Span
from chipcontrols.validation.findings import Finding
from chipcontrols.validation.passages import Evidence, Row, line_number

CLASSES = ("numeral", "date", "quotation", "name", "attribution", "line")
WHOLE_LINE_REASONS = ("off_topic", "page_furniture", "repeat")
WORDS = ("words", "time", "term", "name")
"""The supports of columns that copy words of the documents."""
BOOKKEEPING = ("aliases", "citations", "exclusions", "vocabulary")

MOST_OPEN = 1_000
"""The most open candidates of a document that are told one by one."""

DIGITS = re.compile(r"[0-9]+(?:[.,:][0-9]+)*")
# Runs of letters and digits are taken whole, so that a scan takes linear time.
LATIN_WORD = r"(?>[0-9]*[A-Za-z][A-Za-z0-9]*(?:[.’'&-][A-Za-z0-9]+)*)"
LATIN_RUN = re.compile(
    rf"(?<![A-Za-z0-9]){LATIN_WORD}"
    rf"(?:[ ]&?[ ]?(?:{LATIN_WORD}|[0-9]++(?![0-9.,]*+[年月日%億亿萬万])))*"
)

Place = tuple[str, int]
"""A document and a line."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """Something in a document that must be accounted for; offsets are in the reading text."""

    seed: str
    line: int
    start: int
    end: int
    kind: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """A candidate with its status (captured, excluded, open) and what accounts for it: a row as
    ``table/id``, with the reason before it when excluded."""

    candidate: Candidate
    status: str
    by: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Use:
    """A span of a line that a row uses, and the classes of candidates that it captures."""

    start: int
    end: int
    by: str
    captures: tuple[str, ...]


def covered(length: int, spans: Iterable[Span]) -> bytes:
    """Return for each of `length` characters whether a span covers it, as bytes 1 and 0."""
    steps = [0] * (length + 1)
    for start, end in spans:
        steps[start] += 1
        steps[end] -= 1
    return bytes(depth > 0 for depth in itertools.accumulate(steps[:-1]))


def candidates_of_line(
    seed: str, number: int, reading: str, verbs: names.Forms
) -> Iterator[Candidate]:
    """Yield the candidates of one line."""
    if not reading.strip():
        return
    latin = [match.span() for match in LATIN_RUN.finditer(reading)]
    quantity_spans = [(q.start, q.end) for q in quantities.find(reading)]
    date_spans = [(d.start, d.end) for d in dates.find(reading)]
    taken = covered(len(reading), latin + quantity_spans + date_spans)
    digits = [m.span() for m in DIGITS.finditer(reading) if not any(taken[slice(*m.span())])]
    found: dict[str, list[Span]] = {
        "numeral": quantity_spans + digits,
        "date": date_spans,
        "quotation": list(corpus.quotations(reading)),
        "name": latin,
        "attribution": [(m.start, m.end) for m in names.mentions(reading, verbs)],
        "line": [(len(reading) - len(reading.lstrip()), len(reading.rstrip()))],
    }
    for kind, spans in found.items():
        for start, end in spans:
            yield Candidate(seed, number, start, end, kind, reading[start:end])


def whole_lines(evidence: Evidence) -> dict[Place, Row]:
    """Return the lines that are excluded whole, with the exclusion."""
    found = {}
    for row in evidence.rows["exclusions"]:
        document = evidence.documents.get(row.cells["seed"])
        if document and not row.cells["excerpt"]:
            first, end = line_range(row)
            for number in range(max(first, 1), min(end, len(document.lines) + 1)):
                found[document.seed, number] = row
    return found


def line_range(row: Row) -> tuple[int, int]:
    """Return the lines that an exclusion covers, the end exclusive."""
    first = line_number(row.cells["line"])
    return first, (line_number(row.cells["line_end"]) or first) + 1


def candidates(evidence: Evidence) -> Iterator[Candidate]:
    """Yield every candidate of every line in scope."""
    excluded = whole_lines(evidence)
    for seed, document in evidence.documents.items():
        for number, line in enumerate(document.lines, 1):
            if (seed, number) not in excluded:
                yield from candidates_of_line(seed, number, line.reading, evidence.verbs)


def uses(evidence: Evidence) -> dict[Place, list[Use]]:
    """Return what the rows use of each line."""
    found: dict[Place, list[Use]] = {}

    def add(place: Place, start: int, end: int, by: str, *captures: str) -> None:
        found.setdefault(place, []).append(Use(start, end, by, captures))

    for table, content in evidence.tables.items():
        # Aliases and terms account for every place where they stand (see add_forms).
        word_columns = [
            field["name"]
            for field in content.schema["fields"]
            if field["support"] in WORDS and field["name"] not in ("alias", "term")
        ]
        for row in evidence.rows[table]:
            by = f"{table}/{row.id}"
            for passage in evidence.passages.get((table, row.id), ()):
                place = passage.seed, passage.line
                line = evidence.reading_line(passage)
                start, end = line.reading_span(passage.start, passage.end)
                if table not in BOOKKEEPING:
                    add(place, 0, len(line.reading), by, "line")
                if table == "quotes" and not passage.column:
                    at = passage.reading.find(row.cells["text"])
                    stop = at + len(row.cells["text"])
                    add(place, start, start + at, by, "attribution")
                    add(place, start + stop, end, by, "attribution")
                    if row.cells["kind"] == "direct":
                        add(place, start + at, start + stop, by, "quotation")
                if table == "market_figures" and not passage.column:
                    at = start + passage.reading.find(row.cells["quantity"])
                    add(place, at, at + len(row.cells["quantity"]), by, "numeral")
                for column in word_columns:
                    cell = row.cells[column]
                    if not cell or passage.column not in ("", column.removesuffix("_text"), column):
                        continue
                    for at in corpus.occurrences(passage.reading, cell):
                        add(
                            place,
                            start + at,
                            start + at + len(cell),
                            by,
                            "numeral",
                            "date",
                            "quotation",
                            "name",
                        )
    add_forms(evidence, found)
    return found


def add_forms(evidence: Evidence, found: dict[Place, list[Use]]) -> None:
    """Add to the uses each occurrence of each alias and of each term of the glossary."""
    everything = ("numeral", "date", "quotation", "name")
    terms = names.compile_forms(
        (row.cells["term"], row.id) for row in evidence.rows.get("glossary", ())
    )
    for place, mentions in evidence.named.items():
        reading = evidence.documents[place[0]].lines[place[1] - 1].reading
        for table, spans in (("aliases", mentions), ("glossary", names.mentions(reading, terms))):
            for mention in spans:
                target = min(mention.entities)
                form = reading[mention.start : mention.end]
                by = f"{table}/{target}" if table == "glossary" else f"{table}/{form} {target}"
                found.setdefault(place, []).append(Use(mention.start, mention.end, by, everything))


def users(found: Sequence[Candidate], here: Sequence[Use]) -> list[str]:
    """Return for each candidate of a line the row that captures it, or nothing."""
    by_kind: dict[str, list[Use]] = {}
    for use in here:
        for kind in use.captures:
            by_kind.setdefault(kind, []).append(use)
    rows = [""] * len(found)
    for kind, fitting in by_kind.items():
        wanted = [at for at, candidate in enumerate(found) if candidate.kind == kind]
        spans = [(found[at].start, found[at].end) for at in wanted]
        if kind == "quotation":
            exact = {(use.start, use.end): use.by for use in reversed(fitting)}
            answers = [exact.get(span, "") for span in spans]
        elif kind == "name":
            marks = covered(max(use.end for use in fitting), [(u.start, u.end) for u in fitting])
            # A use overlaps a span when it contains a span from the end of it to its beginning.
            touching = first_containing(fitting, [(end - 1, start + 1) for start, end in spans])
            answers = [
                by if is_covered(found[at], marks) else ""
                for at, by in zip(wanted, touching, strict=True)
            ]
        else:
            answers = first_containing(fitting, spans)
        for at, by in zip(wanted, answers, strict=True):
            rows[at] = by
    return rows


def is_covered(candidate: Candidate, marks: bytes) -> bool:
    """Return whether uses cover all letters and digits of a name."""
    return all(
        marks[at : at + 1] == b"\1"
        for at, character in enumerate(candidate.text, candidate.start)
        if character.isalnum()
    )


def first_containing(here: Sequence[Use], spans: Sequence[Span]) -> list[str]:
    """Return for each span the row of the first use that contains it, or nothing.

    The spans and uses are met from left to right.  `first` is a binary indexed tree over the ends,
    the greatest first, of the least position among the uses met, so that a line of n uses and
    spans takes n log n steps.
    """
    length = max(use.end for use in here) + 1
    first = [len(here)] * (length + 1)
    waiting = sorted(range(len(here)), key=lambda at: here[at].start, reverse=True)
    rows = [""] * len(spans)
    for number in sorted(range(len(spans)), key=lambda number: spans[number]):
        start, end = spans[number]
        while waiting and here[waiting[-1]].start <= start:
            met = waiting.pop()
            at = length - here[met].end
            while at <= length:
                first[at] = min(first[at], met)
                at += at & -at
        least, at = len(here), length - end
        while at > 0:
            least = min(least, first[at])
            at -= at & -at
        rows[number] = here[least].by if least < len(here) else ""
    return rows


def exclusion_spans(evidence: Evidence) -> dict[Place, list[tuple[int, int, Row]]]:
    """Return the spans, in reading text, that exclusions with an excerpt cover on each line."""
    found: dict[Place, list[tuple[int, int, Row]]] = {}
    for row in evidence.rows["exclusions"]:
        for passage in evidence.passages.get(("exclusions", row.id), ()):
            start, end = evidence.reading_line(passage).reading_span(passage.start, passage.end)
            found.setdefault((passage.seed, passage.line), []).append((start, end, row))
    return found


def audit(evidence: Evidence) -> tuple[Account, ...]:
    """Return every candidate in scope with what accounts for it, in the order of the documents."""
    used, excluded = uses(evidence), exclusion_spans(evidence)
    accounts = []
    for place, of_line in itertools.groupby(candidates(evidence), lambda c: (c.seed, c.line)):
        here, spans = list(of_line), excluded.get(place, [])
        for candidate, by in zip(here, users(here, used.get(place, [])), strict=True):
            if by:
                accounts.append(Account(candidate, "captured", by))
                continue
            excluding = (row for s, e, row in spans if excludes(row, candidate, s, e))
            if row := next(excluding, None):
                reason = row.cells["reason"]
                accounts.append(Account(candidate, "excluded", f"{reason}: exclusions/{row.id}"))
            else:
                accounts.append(Account(candidate, "open"))
    return tuple(accounts)


def excludes(row: Row, candidate: Candidate, start: int, end: int) -> bool:
    """Return whether an exclusion over a span covers a candidate: one of its class, or any that
    overlaps damage."""
    if row.cells["reason"] == "damaged":
        return candidate.kind != "line" and start < candidate.end and candidate.start < end
    return (
        row.cells["class"] == candidate.kind and start <= candidate.start and candidate.end <= end
    )


def coverage(evidence: Evidence) -> Iterator[Finding]:
    """Everything in the documents is captured or excluded with a reason, and nothing twice."""
    accounts = audit(evidence)
    told: Counter[str] = Counter()
    for account in accounts:
        # What a changed document holds now nobody has curated yet; that it changed is reported.
        if account.status == "open" and account.candidate.seed not in evidence.changed:
            candidate = account.candidate
            told[candidate.seed] += 1
            if told[candidate.seed] > MOST_OPEN:
                continue
            line = evidence.documents[candidate.seed].lines[candidate.line - 1]
            offset = line.raw_span(candidate.start, candidate.end)[0] + 1
            file = f"seeds/{candidate.seed}"
            message = f"the {candidate.kind} {shortened(candidate.text)} is in no table"
            hint = "add a row that uses it, or exclude it with a reason"
            yield Finding(file, candidate.line, str(offset), "coverage", message, hint)
    for seed, count in told.items():
        if count > MOST_OPEN:
            message = f"{count - MOST_OPEN} candidates more are in no table"
            hint = "curate the document from its beginning"
            yield Finding(f"seeds/{seed}", 0, "", "coverage", message, hint)
    path = evidence.tables["exclusions"].path
    for row, (column, message, hint) in misuses(evidence, accounts):
        yield Finding(path, row.line, column, "exclusion", message, hint)


def shortened(text: str) -> str:
    """Return the text, cut when it is long."""
    return text if len(text) <= 40 else f"{text[:40]}…"


Misuse = tuple[str, str, str]
"""The column of an exclusion that is wrong, what is wrong, and what to do."""


def misuses(evidence: Evidence, accounts: tuple[Account, ...]) -> Iterator[tuple[Row, Misuse]]:
    """Yield each exclusion that does not do just what it should, with what is wrong."""
    by_line: dict[Place, list[Account]] = {}
    for account in accounts:
        place = account.candidate.seed, account.candidate.line
        by_line.setdefault(place, []).append(account)
    for place, spans in exclusion_spans(evidence).items():
        for start, end, row in spans:
            here = by_line.get(place, [])
            inside = [one for one in here if excludes(row, one.candidate, start, end)]
            for misuse in misused_stretch(row, inside):
                yield row, misuse
    excluded = whole_lines(evidence)
    cited = {
        (passage.seed, passage.line): f"{table}/{row_id}"
        for (table, row_id), passages in evidence.passages.items()
        for passage in passages
        if table not in BOOKKEEPING
    }
    taken: dict[Place, str] = {}
    for row in evidence.rows["exclusions"]:
        document = evidence.documents.get(row.cells["seed"])
        if document is None or document.seed in evidence.changed:
            continue
        found = list(misused_range(row, document))
        if not found:
            found = list(misused_repeat(row, document, excluded))
            if not row.cells["excerpt"]:
                found += misused_lines(row, document, taken, cited)
        for misuse in found:
            yield row, misuse


# A gloss whose beginning is lost, or a letter of a script that the documents do not use.
DAMAGE = re.compile(
    r"\?[a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*\)"
    r"|[^\u0000-\u024f\u2010-\u2027\u3000-\u3020\u4e00-\u9fff\uff00-\uff65]"
)


def misused_stretch(row: Row, inside: list[Account]) -> Iterator[Misuse]:
    """Yield what is wrong with the exclusion of a stretch that covers the candidates `inside`."""
    excerpt, kind = shortened(row.cells["excerpt"]), row.cells["class"]
    if row.cells["reason"] == "damaged":
        if not DAMAGE.search(row.cells["excerpt"]):
            hint = "damage shows in a gloss cut short or in letters of another script"
            yield "reason", f"nothing in {excerpt} is damaged", hint
        return
    if not kind:
        message = "the class is empty, but only damage and whole lines need none"
    elif len(inside) != 1:
        message = f"{len(inside)} candidates of the class {kind} in {excerpt}"
    elif inside[0].status == "captured":
        message = f"expired: {inside[0].by} captures {inside[0].candidate.text}"
    elif not inside[0].by.endswith(f"/{row.id}"):
        message = f"{inside[0].by} already excludes {inside[0].candidate.text}"
    else:
        return
    yield "excerpt", message, "an exclusion covers just one open candidate of its class"


def misused_range(row: Row, document: corpus.Document) -> Iterator[Misuse]:
    """Yield what is wrong with the lines that an exclusion covers."""
    first, end = line_range(row)
    count = len(document.lines)
    if row.cells["excerpt"] and row.cells["line_end"]:
        yield "line_end", "an exclusion with an excerpt covers one line", "empty line_end"
    elif not row.cells["excerpt"] and not 1 <= first < end <= count + 1:
        message = f"lines {first} to {end - 1} but {document.seed} has {count}"
        yield "line_end", message, "correct line and line_end"


def misused_repeat(
    row: Row, document: corpus.Document, excluded: Mapping[Place, Row]
) -> Iterator[Misuse]:
    """Yield what is wrong with the line that an exclusion says it repeats."""
    repeated = line_number(row.cells["repeat_of_line"])
    if bool(repeated) != (row.cells["reason"] == "repeat"):
        message = "repeats name the line they repeat, and only repeats do"
        hint = "set reason to repeat and name the line, or empty repeat_of_line"
    elif repeated and not repeats(document, row, repeated):
        message = f"line {repeated} of {document.seed} does not say it"
        hint = "name the line of which it is a repetition"
    elif repeated and (document.seed, repeated) in excluded:
        message = f"line {repeated} is excluded itself"
        hint = "name the line that is in scope"
    else:
        return
    yield "repeat_of_line", message, hint


def misused_lines(
    row: Row, document: corpus.Document, taken: dict[Place, str], cited: Mapping[Place, str]
) -> Iterator[Misuse]:
    """Yield what is wrong with the exclusion of whole lines; `taken` are those excluded so far."""
    reason, (first, end) = row.cells["reason"], line_range(row)
    if row.cells["class"]:
        yield "class", "whole lines are excluded with all they hold", "empty the class"
    if reason not in WHOLE_LINE_REASONS:
        hint = f"whole lines: {', '.join(WHOLE_LINE_REASONS)}; else give an excerpt"
        yield "reason", f"{reason} cannot exclude whole lines", hint
    if end - first >= sum(1 for line in document.lines if line.reading.strip()):
        yield "line_end", f"it excludes all of {document.seed}", "remove the row of sources"
    for number in range(first, end):
        place = document.seed, number
        if place in taken:
            yield "line", f"line {number} is excluded by {taken[place]} too", "merge the two"
            return
        taken[place] = row.id
        if place in cited:
            message = f"line {number} is excluded, but {cited[place]} rests on it"
            yield "line", message, "exclude the line or use it, not both"
            return


def repeats(document: corpus.Document, row: Row, repeated: int) -> bool:
    """Return whether the excluded words, or lines, stand on the line that they repeat."""
    if not 1 <= repeated <= len(document.lines) or repeated == line_number(row.cells["line"]):
        return False
    there = document.lines[repeated - 1].raw
    if row.cells["excerpt"]:
        return row.cells["excerpt"] in there
    covered = range(*line_range(row))
    return all(document.lines[number - 1].raw.strip() in there for number in covered)
