"""Rules of words: what cells copy from the documents, and whether they copy all of it.

``words`` stand in the evidence, whole, from one boundary to another; ``time`` words tell a time,
cut no name, date or quantity in two, and are there whenever the evidence tells one; a ``term`` is
its evidence itself, not a part of it.  Out of scope: what the words mean.
"""

from __future__ import annotations

from chipcontrols.languages.zh import dates
from chipcontrols.validation import anchors as corpus
from chipcontrols.validation.passages import Evidence, Passage, Row
from chipcontrols.validation.rules.support import (
    Complaint,
    Complaints,
    Rule,
    absent_words,
    boundaries,
    cut_through,
    own_passage,
    shortened,
)


def words(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The words stand in the evidence, whole, and go with their English."""
    cell = row.cells[column]
    english = english_column(evidence, row, column)
    if english and bool(cell) != bool(row.cells[english]):
        yield Complaint(
            f"{shortened(cell) or 'empty'} but {english} is {'empty' if cell else 'filled'}",
            f"{english} says in English what {column} says: fill both or none",
        )
        return
    entity = row.cells.get(f"{column.removesuffix('_text')}_id")
    if cell and entity:
        yield Complaint(
            f"{shortened(cell)} but {entity} has a name", "keep the words for those without a name"
        )
    elif entity == "" and not cell and not quoted_by_another(evidence, row):
        yield Complaint(
            f"empty and no {column.removesuffix('_text')}_id",
            "name the entity, or copy the words for one without a name",
        )
    yield from absent_words(evidence, row, column)
    yield from torn_words(evidence, row, column)


def quoted_by_another(evidence: Evidence, row: Row) -> bool:
    """Return whether the text of a quote stands inside a quotation of somebody else, who need not
    say whom he quotes."""
    passage = own_passage(evidence, row)
    text = row.cells.get("text", "")
    if passage is None or text not in passage.reading:
        return True  # Other rules tell of this.
    line = evidence.reading_line(passage)
    start = line.reading_span(passage.start, passage.end)[0] + passage.reading.index(text)
    outer = corpus.quotations(line.reading)
    return any(first < start and start + len(text) < last for first, last in outer)


def english_column(evidence: Evidence, row: Row, column: str) -> str:
    """Return the column of prose that says in English what a column of words says, if any."""
    stem = column.removesuffix("_text").removesuffix("_zh")
    fields = evidence.tables[row.table].schema["fields"]
    prose = [field["name"] for field in fields if field["support"] == "prose"]
    return stem if stem != column and stem in prose else ""


def cut_words(evidence: Evidence, row: Row, column: str) -> Complaints:
    """Complain when the words begin or end inside a name, date or quantity wherever they stand."""
    cell = row.cells[column]
    cuts = [cut_through(evidence, passage, *span) for passage, span in spans(evidence, row, column)]
    if cuts and all(cuts):
        yield Complaint(f"{shortened(cell)} cuts {cuts[0]} in two", "copy whole words")


def spans(evidence: Evidence, row: Row, column: str) -> list[tuple[Passage, tuple[int, int]]]:
    """Return where a cell stands in its evidence: passage, and span of the reading line."""
    cell = row.cells[column]
    return [
        (passage, (first + at, first + at + len(cell)))
        for passage in (evidence.of_cell(row, column) if cell else ())
        for first in [evidence.reading_line(passage).reading_span(passage.start, passage.end)[0]]
        for at in corpus.occurrences(passage.reading, cell)
    ]


def torn_words(evidence: Evidence, row: Row, column: str) -> Complaints:
    """Complain when wherever the words stand one of their ends is no boundary: of the line, a name,
    a time, a quantity, a verb of attribution, punctuation, or a particle."""
    found = spans(evidence, row, column)
    ends = {(passage.seed, passage.line): boundaries(evidence, passage) for passage, _ in found}
    if found and not any(set(span) <= ends[passage.seed, passage.line] for passage, span in found):
        yield Complaint(
            f"{shortened(row.cells[column])} begins or ends in the middle of its words",
            "copy the words up to the next name, verb, particle or punctuation",
        )


def time(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The words tell a time and cut nothing in two; evidence that tells a time has its words."""
    cell = row.cells[column]
    yield from absent_words(evidence, row, column)
    if cell:
        if not dates.times(cell):
            yield Complaint(f"{shortened(cell)} tells no time", "copy the words that tell the time")
        passages = [p for p in evidence.of_cell(row, column) if cell in p.reading]
        if passages and not any(cell in unquoted(row, passage) for passage in passages):
            yield Complaint(
                f"{shortened(cell)} stands inside the text quoted", "copy words outside of it"
            )
        yield from cut_words(evidence, row, column)
        return
    if row.cells.get(column.removesuffix("_text")):
        return  # The rule of dates asks for the words.
    for passage in evidence.of_cell(row, column):
        outside = unquoted(row, passage)
        if told := [outside[start:end] for start, end in dates.times(outside)]:
            yield Complaint(
                f"empty but the evidence tells {', '.join(told)}",
                "copy the words, or shorten the excerpt",
            )


def unquoted(row: Row, passage: Passage) -> str:
    """Return the reading of a passage with the text that the row quotes blanked out."""
    text = row.cells.get("text", "")
    return passage.reading.replace(text, "\0" * len(text), 1) if text else passage.reading


def term(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The cell is its whole evidence, on the first line of its document that has the form once; a
    form that no line has just once stands in a longer excerpt."""
    cell = row.cells[column]
    yield from absent_words(evidence, row, column)
    for passage in evidence.of_cell(row, column) if cell else ():
        lines = enumerate(evidence.documents[passage.seed].lines, 1)
        first = next((n for n, line in lines if line.reading.count(cell) == 1), 0)
        if first and cell in passage.reading and cell != passage.reading:
            yield Complaint(
                f"{shortened(cell)} is not the whole excerpt {shortened(passage.reading)}",
                "cite the form alone, or copy all of it",
            )
        elif first and passage.line != first:
            yield Complaint(
                f"{shortened(cell)} stands once already on line {first} of {passage.seed}",
                f"set line to {first}",
            )


RULES: dict[str, Rule] = {"words": words, "time": time, "term": term}
