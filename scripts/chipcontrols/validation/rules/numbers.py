"""Rules of quantities and of times: what the grammars of the document's language read."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from chipcontrols.languages import iso_dates
from chipcontrols.languages.base import Quantity as Reading
from chipcontrols.languages.periods import dated, pointed
from chipcontrols.package import Row
from chipcontrols.package.finding import shortened
from chipcontrols.validation.passages import Evidence, Passage
from chipcontrols.validation.rules import base
from chipcontrols.validation.rules.base import Column, Complaint, Complaints, Rule, Use


def decimal_text(value: Fraction | None) -> str:
    """Return the number as cells write it: plain digits, the shortest that rounds to the value.

    >>> decimal_text(Fraction(55 * 10**8)), decimal_text(Fraction(1, 3)), decimal_text(None)
    ('5500000000', '0.3333333333333333', '')
    """
    if value is None:
        return ""
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


def parts_of(quantity: Reading) -> dict[str, str]:
    """Return the cells of a quantity as it is read, by the part that each column holds."""
    cells = {part: decimal_text(getattr(quantity, part)) for part in ("value", "low", "high")}
    return cells | {"unit": quantity.unit or "", "bound": quantity.bound}


class Quantity(Rule, wrong="number code character shortened emptied filled"):
    """The quantity is one maximal expression; value, limits, unit and bound are what its words
    read.  `of` is the column of the words; the code in `measure` says which units there may be."""

    part: Literal["words", "value", "low", "high", "unit", "bound"] = "words"
    of: Column = base.NO_COLUMN
    measure: Column = base.NO_COLUMN

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        passage = evidence.own(row)
        cell, expression = row.cells[self.column], row.cells[self.of or self.column]
        if passage is None:
            return
        if not expression:
            if cell:
                message = f"{cell} but {self.of} is empty"
                yield Complaint(message, f"empty it, or copy the words into {self.of}")
            return
        source, at = passage.source, passage.span[0] + passage.reading.find(expression)
        try:  # the words where they stand, in the money of their clause, or alone
            alone = source.language.read_quantity(expression, source.region)
            here = (q for q in source.quantities if (q.start, q.text) == (at, expression))
            reading = next(here, alone)
        except ValueError as error:
            if self.part == "words":
                message = f"{shortened(expression)} is not a quantity: {error}"
                yield Complaint(message, "cite the whole expression")
            return
        if self.part == "words":
            yield from maximal_quantity(passage, expression)
            return
        expected = parts_of(reading)[self.part] or cell * (self.part == "unit")
        if cell != expected:
            yield Complaint(
                f"{cell or 'empty'} but {expression} in {passage.place} reads {expected or 'none'}",
                f"the words read {reading.derivation}",
            )
        elif self.measure:
            yield from self.measured(evidence, row, reading.low is None and reading.high is None)

    def measured(self, evidence: Evidence, row: Row, without_number: bool) -> Complaints:
        """Complain about a unit that the measure does not allow, or that is missing."""
        cell, name = row.cells[self.column], row.cells[self.measure]
        measure = evidence.lexicon.code(row.table, self.measure, name)
        allowed = evidence.lexicon.units_of(measure, row.table, self.column) if measure else ()
        if measure and cell not in allowed and (cell or not without_number):
            said = " or ".join(allowed) or measure.unit or "nothing"
            message = f"{cell or 'empty'} but the {self.measure} {name} is measured in {said}"
            yield Complaint(message, f"choose a {self.measure} of this unit")

    def uses(self, evidence: Evidence, row: Row, passage: Passage) -> Iterator[Use]:
        """Yield the stretch of the quantity, the first if it occurs again."""
        if self.part == "words" and not passage.column:
            yield from [*base.copied(row, self.column, passage, ("numeral",))][:1]


def maximal_quantity(passage: Passage, expression: str) -> Complaints:
    """Complain unless the expression occurs once in the passage and is maximal on its line."""
    found = passage.spans_of(expression)
    if len(found) != 1:
        excerpt = shortened(passage.reading)
        message = f"{expression} occurs {len(found)} times in the excerpt {excerpt}"
        yield Complaint(message, "choose an excerpt in which the quantity occurs once")
        return
    (start, end), source = found[0], passage.source
    if not any((q.start, q.end) == (start, end) for q in source.quantities):
        there = [q.text for q in source.quantities if q.start < end and start < q.end]
        whole = ", ".join(there) or "none there"
        message = f"{expression} is not the whole expression in {passage.place}, which has {whole}"
        yield Complaint(message, "cite the whole expression: bound, number and unit")


class Date(Rule, wrong="date emptied filled"):
    """The cell is what the words in the column `words` resolve to, in the document's own time;
    words that point at another date (次日) count from the date cited, else from one named before
    them."""

    citable = True
    words: Column

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell, text = row.cells[self.column], row.cells[self.words]
        passages = evidence.of_cell(row, self.column)
        yield from base.uncited(row, self.column, passages)
        if not passages:
            return
        if cell and not iso_dates.is_iso(cell):
            message = f"{cell} is not an ISO 8601 date, month, year or interval"
            yield Complaint(message, "see the schema")
            return
        expected, meant = self.expected(text, passages)
        if cell and not text:
            message = f"{cell} but {self.words} is empty"
            yield Complaint(message, "give the words that state the date")
        elif text and cell not in (expected or {""}) | meant:
            reads = ", ".join(sorted(expected | meant)) or "no date"
            message = f"{cell or 'empty'} but {text} in {passages[0].place} reads {reads}"
            yield Complaint(message, "give the date that the words read, or none if they read none")

    def expected(self, text: str, passages: list[Passage]) -> tuple[set[str], set[str]]:
        """Return what the words resolve to, and other dates in words cited for the cell; and what
        the words mean where they point at another date."""
        language = passages[0].source.language
        # A document's own date cannot be resolved against itself.
        itself = self.schema.roles.get("published") == self.column
        today = None if itself else passages[0].source.published or None
        found = {language.resolve_date(text, today)}
        found |= {language.resolve_date(date.text, today) for date in language.dates(text)}
        cited = {cell for one in passages if one.column == self.column for cell in dates_in(one)}
        if cited:
            meant = {pointed(language, text, today, cell) for cell in cited}
        else:
            own = [] if itself else passages
            meant = {cell for one in own for cell in one.source.cells_of(text, one.span)}
        return {*filter(None, found)} | cited, {*filter(None, meant)}

    def explained(self, row: Row, cited: Passage) -> bool:
        """Return whether the words point at another date, and the words cited name one."""
        return bool(dates_in(cited) and cited.source.language.points(row.cells[self.words]))


def dates_in(passage: Passage) -> set[str]:
    """Return the cells of the dates in a passage."""
    line = passage.source
    read = dated(line.language, passage.reading, line.published or None)
    return {cell for _, cell in read if cell}


class Time(Rule, wrong="character shortened emptied filled"):
    """The words state a time and cut nothing in two; evidence that states a time has its words."""

    citable = True
    copies_words = True

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell = row.cells[self.column]
        yield from base.absent_words(evidence, row, self.column)
        passages = evidence.of_cell(row, self.column)
        if not cell:
            yield from self.left_out(row, passages)
            return
        words = shortened(cell)
        if passages and not passages[0].source.language.times(cell):
            yield Complaint(f"{words} is not a time", "copy the words that state the time")
        passages = [passage for passage in passages if cell in passage.reading]
        if passages and not any(cell in base.unquoted(row, passage) for passage in passages):
            yield Complaint(f"{words} is inside the text quoted", "copy words outside of it")
        cuts = [cut_through(*span) for span in base.spans_of(evidence, row, self.column)]
        if cuts and all(cuts):
            yield Complaint(f"{words} cuts {cuts[0]} in two", "copy whole words")

    def left_out(self, row: Row, passages: list[Passage]) -> Complaints:
        """Complain about a time that the evidence states and no cell of the row copies; one inside
        an attribute (卸任前推出的《…》) may date something else."""
        if any(row.cells[date] for date in self.dates()):
            return  # The rule of dates asks for the words.
        copies = [row.cells[column] for column in self.schema.columns(self.name)]
        for passage in passages:
            outside = base.unquoted(row, passage)
            language = passage.source.language
            around = {outside[s:e]: (outside[:s], outside[e:]) for s, e in language.times(outside)}
            times = (x for x, y in around.items() if not language.beside("attribute", "\1".join(y)))
            if stated := [time for time in times if not any(time in copy for copy in copies)]:
                message = f"empty but the evidence states {', '.join(stated)}"
                yield Complaint(message, "copy the words, or shorten the excerpt")

    def dates(self) -> list[str]:
        """Return the columns of dates that rest on these words."""
        dates = [field for field in self.schema.fields if field.rule == "date"]
        return [field.name for field in dates if field.options["words"] == self.column]

    def uses(self, evidence: Evidence, row: Row, passage: Passage) -> Iterator[Use]:
        """Yield each occurrence of the words, also in what is cited for their date."""
        if passage.column in ("", self.column, *self.dates()):
            yield from base.copied(row, self.column, passage)


def cut_through(passage: Passage, start: int, end: int) -> str:
    """Return the first name, time, quantity or Latin word that a span of the reading line begins or
    ends in, or nothing."""
    for first, last in sorted(base.whole_spans(passage)):
        if first < start < last or first < end < last:
            return passage.source.reading[first:last]
    return ""
