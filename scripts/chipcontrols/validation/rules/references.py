"""Rules of references: what the record beside the documents says about a row.

A reference is outside the guarantee of the documents: its cells rest on a source at an address,
which nothing here opens, and no cell that cites a document rests on it.  Checked is what the row
itself can prove: which cells its code asks for, addresses and dates that are well-formed and in
order, and that value, unit and date are those of its English sentence.  What needs several rows
(a reference for every group, the order of sources, contradictions) is checked in
`chipcontrols.validation.record`.
Out of scope: whether the source says so, and whether it is still there.
"""

from __future__ import annotations

import re
from typing import Literal

from chipcontrols import languages
from chipcontrols.languages import iso_dates
from chipcontrols.languages.en import language as english
from chipcontrols.languages.periods import dated
from chipcontrols.package import Row
from chipcontrols.package.finding import shortened
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules import base
from chipcontrols.validation.rules.base import Column, Complaint, Complaints, Rule, declare, rule
from chipcontrols.validation.rules.english import is_english
from chipcontrols.validation.rules.numbers import decimal_text

ADDRESS = re.compile(
    r"(?i:https?)://(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}"
    r"(?::[1-9][0-9]{0,4})?(?:[/?#](?:[!#$&-;=?-Z_a-z~\[\]]|%[0-9A-Fa-f]{2})*)?"
)
"""A host with a domain, and the characters of RFC 3986, others percent-encoded."""


@rule("given", wrong="emptied filled")
class Given(Rule):
    """Filled where the code in the column `by` is one of `needed`; empty where it is none of these
    nor `optional`."""

    checks_empty = True
    by: Column
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        code, cell = row.cells[self.by], row.cells[self.column]
        if not cell and code in self.needed:
            yield Complaint(f"empty, but {self.by} is {code}", f"fill it, or correct {self.by}")
        elif cell and code not in (*self.needed, *self.optional):
            message = f"{shortened(cell)}, but {self.by} is {code}"
            yield Complaint(message, f"empty it, or correct {self.by}")


@rule("address", wrong="emptied filled")
class Address(Given):
    """The address of a source on the public web, without blanks and credentials."""

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        yield from super().check(evidence, row)
        cell = row.cells[self.column]
        if cell and not ADDRESS.fullmatch(cell):
            message = f"{shortened(cell)} is not an address that a browser opens"
            yield Complaint(message, "copy it as a browser shows it, with https:// before it")


@rule("day", wrong="emptied filled")
class Day(Given):
    """A day, month or year that is on the calendar, and not after that in `not_after`."""

    not_after: Column = base.NO_COLUMN

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        yield from super().check(evidence, row)
        cell = row.cells[self.column]
        if not cell:
            return
        first, _ = iso_dates.bounds(cell)
        _, last = iso_dates.bounds(row.cells[self.not_after]) if self.not_after else (None, None)
        if first is None or "/" in cell:
            yield Complaint(f"{cell} is not a day, month or year of the calendar", "correct it")
        elif last and first > last:
            message = f"{cell} is after {self.not_after} {row.cells[self.not_after]}"
            yield Complaint(message, "correct one of the two")


@rule("source_kind", wrong="emptied filled")
class FirstSource(Given):
    """The kind of a source; of the references of a row those of the kind `first` come first."""

    first: str = ""


@rule("told", wrong="emptied")
class Told(Rule):
    """A sentence of ours, in English."""

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell = row.cells[self.column]
        yield from is_english(cell)
        if cell and cell[-1] not in ".?!":
            yield Complaint(f"{shortened(cell)} is not a sentence", "end it with a full stop")


@rule("read_from", wrong="number date")
class ReadFrom(Rule):
    """A part of what the sentence in `of` says: a value, the unit of that value (in the column
    `value`), or a date, read as English; a date without its year counts from that in `near`."""

    of: Column
    part: Literal["value", "unit", "date"]
    value: Column = base.NO_COLUMN
    near: Column = base.NO_COLUMN

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell, sentence = row.cells[self.column], row.cells[self.of]
        number = row.cells[self.value] if self.value else cell
        if not cell and not (self.part == "unit" and number):
            return
        if self.part == "date":
            near = row.cells[self.near] if self.near else ""
            told = dated(languages.language("en"), sentence, near or None)
            said = {cell for _, cell in told if cell}
        else:
            values = {
                (decimal_text(value), one.unit or "")
                for one in english.quantities(sentence)
                for value in (one.value, one.low, one.high)
                if value is not None
            }
            said = {value for value, _ in values}
            if self.part == "unit":
                if number and number not in said:
                    return  # The value is at fault.
                said = {unit for value, unit in values if value == number}
        if cell not in said:
            found = ", ".join(sorted(said)) or "nothing"
            message = f"{cell or 'empty'}, but {self.of} says {found}"
            yield Complaint(message, "correct one of the two")


@rule("differing", wrong="filled")
class Differing(Given):
    """How measure, place or time differ from those of the row that a reference contradicts; empty
    says that they are the same.  Whether its `value` has the same is checked with the table."""

    value: Column = base.NO_COLUMN


declare(
    "registered",
    "The number under which a register keeps something; the reference that the row names shows it, "
    "which is checked with the table.",
    wrong="character",
)
