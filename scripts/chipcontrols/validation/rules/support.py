"""Rules of support: does the evidence say what the cell says?

Each rule is a function of the evidence, a row and a column, and yields a complaint (what was found
against what was expected, and what to do) for each way in which the cell fails.  Which rule checks
a column, the column's ``support`` in its Table Schema says; RULES at the end binds the two.  A row
whose citation failed is not judged further.  Out of scope: English text (see `translation`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

from chipcontrols.languages import surface_forms as names
from chipcontrols.languages.zh import dates, quantities
from chipcontrols.validation import anchors as corpus
from chipcontrols.validation.passages import Evidence, Passage, Row, line_number

STATEMENT_ID = re.compile(r"[0-9]{3}-[0-9]{3}-[0-9]+")


class Complaint(NamedTuple):
    """What is wrong with a cell, and what to do about it."""

    message: str
    hint: str = ""


Complaints = Iterator[Complaint]
Rule = Callable[[Evidence, Row, str], Complaints]


def place(passage: Passage) -> str:
    """Return document and line of a passage."""
    return f"{passage.seed}:{passage.line}"


def own_passage(evidence: Evidence, row: Row) -> Passage | None:
    """Return the passage that the row itself cites."""
    passages = evidence.passages.get((row.table, row.id), ())
    return next((passage for passage in passages if not passage.column), None)


def excerpt(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The excerpt stands once on its line, overlaps no damage and cuts no gloss."""
    where = evidence.locations.get((row.table, row.line))
    if where is None:
        return
    seed, line = row.cells["seed"], row.cells["line"]
    words = shortened(row.cells[column])
    lines = ", ".join(map(str, where.elsewhere))
    match where.outcome:
        case "moved":
            yield Complaint(
                f"moved: {words} does not stand on line {line} of {seed} but on {lines}",
                f"set line to {lines}" if len(where.elsewhere) == 1 else "name the right line",
            )
        case "ambiguous":
            count = len(where.elsewhere)
            least = "at least " if count == corpus.MOST_PLACES else ""
            yield Complaint(
                f"ambiguous: {words} stands {least}{count} times on line {line} of {seed}",
                "lengthen the excerpt until it stands there once",
            )
        case "damaged":
            yield Complaint(
                f"damaged: {words} overlaps a stretch of {seed}:{line} declared as damaged",
                "cite words outside the damage, or leave the statement out",
            )
        case "absent":
            yield Complaint(
                f"absent: {words} stands nowhere in {seed}",
                "copy the words from the document; they must be the same to the character",
            )
        case "exact":
            text = evidence.documents[seed].lines[line_number(line) - 1]
            if text.cuts_gloss(where.start, where.end):
                yield Complaint(
                    f"{words} begins or ends inside a pinyin gloss of {seed}:{line}",
                    "take the whole gloss in, or leave it out",
                )


def shortened(text: str) -> str:
    """Return the text, its middle cut out when it is long."""
    return text if len(text) <= 60 else f"{text[:40]}…{text[-15:]}"


def absent_words(evidence: Evidence, row: Row, column: str) -> Complaints:
    """Complain unless the words of the cell stand in the reading text of its evidence."""
    passages = evidence.of_cell(row, column)
    cell = row.cells[column]
    yield from uncited(row, column, passages)
    if cell and passages and not any(cell in passage.reading for passage in passages):
        where = ", ".join(f"{shortened(p.reading)} ({place(p)})" for p in passages)
        yield Complaint(
            f"{shortened(cell)} does not stand in its evidence {where}",
            "copy the words from the excerpt, lengthen the excerpt, or add a row to citations",
        )


def uncited(row: Row, column: str, passages: list[Passage]) -> Complaints:
    """Complain about a filled cell of a row that cites nothing itself, when nothing supports it."""
    if row.cells[column] and not passages and "excerpt" not in row.cells:
        yield Complaint(
            f"{shortened(row.cells[column])} but no row of citations supports it",
            "add a row to citations for this cell, or empty it",
        )


def code(evidence: Evidence, row: Row, column: str) -> Complaints:
    """A cue of the code stands in the evidence, and of no other code of the column; where the row
    has cues of several codes, a citation for the cell gives the words that decide."""
    cell = row.cells[column]
    passages = evidence.of_cell(row, column)
    if not passages:
        return
    told = "\n".join(passage.reading for passage in passages)
    standing = {
        code: [cue for cue in evidence.cues.get((row.table, column, code), ()) if cue in told]
        for code in evidence.codes[row.table, column]
    }
    own = standing.get(cell, [])
    cues = evidence.cues.get((row.table, column, cell), ())
    where = ", ".join(map(place, passages))
    if cues and not own:
        yield Complaint(
            f"{cell} but none of its cues {'|'.join(cues)} stands in {where}",
            "choose the code that the words support, or lengthen the excerpt to the cue",
        )
        return
    # A cue inside a longer cue of the code itself (禁 in 禁运) tells of nothing else.
    other = {
        code: [cue for cue in found if not any(cue in longer for longer in own)]
        for code, found in standing.items()
        if code != cell
    }
    for code, telling in other.items():
        if telling:
            yield Complaint(
                f"{cell or 'empty'} but {'|'.join(telling)} in {where} tells of {code}",
                f"choose that code, or cite for {column} the words that decide",
            )
            return


def decimal_text(value: Fraction | None) -> str:
    """Return the number as cells write it: plain digits, the shortest that rounds to the value.

    >>> decimal_text(Fraction(55 * 10**8)), decimal_text(Fraction(1, 3)), decimal_text(None)
    ('5500000000', '0.3333333333333333', '')
    """
    if value is None:
        return ""
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


def quantity(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The quantity is one maximal expression; value, bounds and unit are what its words read."""
    passage = own_passage(evidence, row)
    expression = row.cells["quantity"]
    if passage is None or not expression:
        return
    try:
        reading = quantities.read(expression)
    except ValueError as error:
        if column == "quantity":
            yield Complaint(f"{expression} is no quantity: {error}", "cite the whole expression")
        return
    if column == "quantity":
        yield from maximal_quantity(evidence, passage, expression)
        return
    fixed = evidence.units.get(row.cells["metric"], "")
    expected = {
        "value": decimal_text(reading.value),
        "value_low": decimal_text(reading.low),
        "value_high": decimal_text(reading.high),
        "unit": reading.unit or fixed,
        "bound": reading.bound,
    }[column]
    cell = row.cells[column]
    if cell != expected:
        yield Complaint(
            f"{cell or 'empty'} but {expression} in {place(passage)} reads {expected or 'none'}",
            f"the words read {reading.derivation}",
        )
    elif column == "unit" and cell != fixed:
        yield Complaint(
            f"{cell} but the metric {row.cells['metric']} is measured in {fixed or 'nothing'}",
            "choose a metric of this unit",
        )


def maximal_quantity(evidence: Evidence, passage: Passage, expression: str) -> Complaints:
    """Complain unless the expression stands once in the passage and is maximal on its line."""
    found = corpus.occurrences(passage.reading, expression)
    if len(found) != 1:
        yield Complaint(
            f"{expression} stands {len(found)} times in the excerpt {shortened(passage.reading)}",
            "choose an excerpt in which the quantity stands once",
        )
        return
    line = evidence.reading_line(passage)
    start = line.reading_span(passage.start, passage.end)[0] + found[0]
    end = start + len(expression)
    if not quantities.is_maximal(line.reading, start, end):
        whole = [q.text for q in quantities.find(line.reading) if q.start < end and start < q.end]
        yield Complaint(
            f"{expression} is not the whole expression in {place(passage)}, which has "
            f"{', '.join(whole) or 'none there'}",
            "cite the whole expression: bound, number and unit",
        )


def date(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The cell is what the words in the column's _text resolve to, in the document's own time."""
    cell, text = row.cells[column], row.cells[f"{column}_text"]
    passages = evidence.of_cell(row, column)
    yield from uncited(row, column, passages)
    if not passages:
        return
    if cell and not dates.is_iso(cell):
        yield Complaint(f"{cell} is no ISO 8601 date, month, year or interval", "see the schema")
        return
    seed = row.cells["seed"]
    # A document's own date cannot be resolved against itself.
    today = None if column == "published_on" else evidence.published.get(seed) or None
    readings = {dates.resolve(text, today)}
    readings |= {dates.resolve(found.text, today) for found in dates.find(text)}
    for passage in passages:
        if passage.column == column:
            that_day = evidence.published.get(passage.seed) or None
            found_there = dates.find(passage.reading)
            readings |= {dates.resolve(found.text, that_day) for found in found_there}
    expected = sorted(reading for reading in readings if reading)
    if cell and not text:
        yield Complaint(f"{cell} but {column}_text is empty", "give the words that state the date")
    elif cell and cell not in expected:
        yield Complaint(
            f"{cell} but {text} in {place(passages[0])} reads {', '.join(expected) or 'no date'}",
            "a date that the document does not resolve stays empty",
        )
    elif text and not cell and expected:
        yield Complaint(
            f"empty but {text} in {place(passages[0])} reads {', '.join(expected)}",
            f"set {column} to {expected[0]}",
        )


def quotation(evidence: Evidence, row: Row, column: str) -> Complaints:
    """A direct text fills one pair of quotation marks; a reported one stands there unquoted."""
    passage = own_passage(evidence, row)
    if passage is None:
        return
    text, kind = row.cells["text"], row.cells["kind"]
    if column == "kind":
        if kind == "reported":
            yield from code(evidence, row, column)
        return
    yield from absent_words(evidence, row, column)
    if text not in passage.reading:
        return
    line = evidence.reading_line(passage)
    start, end = line.reading_span(passage.start, passage.end)
    inside = [
        line.reading[s:e] for s, e in corpus.quotations(line.reading) if start <= s and e <= end
    ]
    if kind == "direct" and text not in inside:
        yield Complaint(
            f"{shortened(text)} does not fill a pair of quotation marks in {place(passage)}; "
            f"between marks stand {', '.join(map(shortened, inside)) or 'no words'}",
            "quote all words between the marks, or make it a reported statement",
        )
    if kind == "reported" and text in inside:
        yield Complaint(
            f"{shortened(text)} stands between quotation marks in {place(passage)}",
            "make it a direct quotation",
        )
    elif kind == "reported":
        yield from whole_clause(evidence, passage, text)


def whole_clause(evidence: Evidence, passage: Passage, text: str) -> Complaints:
    """Complain when a reported text ends inside a clause, or begins inside its words; it may end
    before 的 and the word that reports it (取代人類的預言)."""
    line = evidence.reading_line(passage)
    start = line.reading_span(passage.start, passage.end)[0] + passage.reading.index(text)
    end = start + len(text)
    if end < len(line.reading) and line.reading[end] not in CLAUSE_ENDS:
        rest = re.split(f"[{CLAUSE_ENDS}]", line.reading[end : end + 40])[0]
        if not (rest.startswith("的") and names.mentions(rest, evidence.verbs)):
            message = f"the text ends inside a clause that goes on with {rest}"
            yield Complaint(message, "take the whole clause")
    marks = sum(c in corpus.QUOTATION_MARKS or c in CLOSING_MARKS for c in text)
    if marks != 2 * len(corpus.quotations(text)):
        yield Complaint("the text has a quotation mark without its partner", "take both or none")
    if start not in boundaries(evidence, passage, AFTER_WHICH_A_TEXT_BEGINS):
        yield Complaint("the text begins in the middle of its words", "take the whole clause")


CLOSING_MARKS = frozenset(corpus.QUOTATION_MARKS.values())
LATIN_WORD = re.compile(r"[A-Za-z0-9]+")
CLAUSE_ENDS = ',。!?;:、」』"”’)(《》「『“‘ .'
"""What ends a clause: punctuation, brackets and quotation marks."""


def cut_through(evidence: Evidence, passage: Passage, start: int, end: int) -> str:
    """Return the first name, time, quantity or Latin word that a span of the reading line begins or
    ends in, or nothing."""
    for first, last in sorted(whole_spans(evidence, passage)):
        if first < start < last or first < end < last:
            return evidence.reading_line(passage).reading[first:last]
    return ""


PARTICLES = "在的了時时與与和為为由對对於于系是如但中上"
"""Words of one character between which a phrase may stand."""


AFTER_WHICH_A_TEXT_BEGINS = "了于於"
"""Of the particles those that lead to what is reported: 討論了, 關於."""


def boundaries(evidence: Evidence, passage: Passage, particles: str = PARTICLES) -> set[int]:
    """Return the offsets of the reading line at which a phrase may begin or end: those of names,
    times, quantities, verbs of attribution, punctuation and particles, none inside a longer one."""
    reading = evidence.reading_line(passage).reading
    whole = whole_spans(evidence, passage)
    ends = {0, len(reading)} | {end for span in whole for end in span}
    for mention in names.nested_mentions(reading, evidence.verbs):
        ends |= {mention.start, mention.end}
    for at, character in enumerate(reading):
        if character in CLAUSE_ENDS + particles:
            ends |= {at, at + 1}
    return ends - {at for start, end in whole for at in range(start + 1, end)}


def whole_spans(evidence: Evidence, passage: Passage) -> list[corpus.Span]:
    """Return the spans of the reading line that nothing may cut: names, times, quantities, and
    words in Latin letters."""
    reading = evidence.reading_line(passage).reading
    found = [(m.start, m.end) for m in evidence.named[passage.seed, passage.line]]
    found += [match.span() for match in LATIN_WORD.finditer(reading)]
    found += dates.times(reading)
    return found + [(q.start, q.end) for q in quantities.find(reading)]


def identifier(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The id of a statement gives the number of its document and its line."""
    cell = row.cells[column]
    if "line" in row.cells and STATEMENT_ID.fullmatch(cell):
        expected = f"{row.cells['seed'][:3]}-{row.cells['line'].zfill(3)}-"
        if not cell.startswith(expected):
            yield Complaint(
                f"{cell} but the row cites {row.cells['seed']}:{row.cells['line']}",
                f"an id of this place begins with {expected}",
            )


def document_bytes(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The recorded hash and number of lines are those of the document."""
    document = evidence.documents.get(row.cells["seed"])
    if document is None:
        return
    found = {"sha256": document.sha256, "line_count": str(len(document.lines))}[column]
    if row.cells[column] != found:
        outcome = "changed_source: " if column == "sha256" else ""
        yield Complaint(
            f"{outcome}{row.cells[column]} but the document has {found}",
            "restore the document, or read the new one and curate its rows again",
        )


RULES: dict[str, Rule] = {
    "excerpt": excerpt,
    "code": code,
    "quantity": quantity,
    "date": date,
    "quotation": quotation,
    "identifier": identifier,
    "bytes": document_bytes,
}

COLUMNS: dict[str, tuple[str, ...]] = {
    "excerpt": ("seed", "line"),
    "quantity": ("quantity", "value", "value_low", "value_high", "unit", "bound", "metric"),
    "quotation": ("kind", "text"),
    "bytes": ("seed", "sha256", "line_count"),
}
"""The other columns of its table that a rule reads."""
