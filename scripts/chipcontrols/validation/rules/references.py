"""Rules of references: what the record beside the documents says about a row.

A reference is outside the guarantee of the documents: its cells rest on a source at an address,
which nothing here opens, and no cell that cites a document rests on it.  Checked is what the row
itself can prove: which cells its code asks for, addresses and dates that are well-formed and in
order, and that value, unit and date are those of its English sentence; and of references taken
together, that every group has one, that of those of a row the ones to the first kind of source come
first, and that a contradiction is about what its row is about, or says in what they differ.
Out of scope: whether the source says so, and whether it is still there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from chipcontrols import languages
from chipcontrols.languages import iso_dates
from chipcontrols.languages.en import language as english
from chipcontrols.languages.en.words import contains_form
from chipcontrols.languages.periods import dated
from chipcontrols.package import Package, Row, Table
from chipcontrols.package.finding import shortened
from chipcontrols.validation.passages import Evidence, rows_about, sentence_of, witnesses_of
from chipcontrols.validation.rules import base
from chipcontrols.validation.rules.base import Column, Complaint, Complaints, Rule
from chipcontrols.validation.rules.english import is_english
from chipcontrols.validation.rules.numbers import decimal_text

ADDRESS = re.compile(
    r"(?i:https?)://(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}"
    r"(?::[1-9][0-9]{0,4})?(?:[/?#](?:[!#$&-;=?-Z_a-z~\[\]]|%[0-9A-Fa-f]{2})*)?"
)
"""A host with a domain, and the characters of RFC 3986, others percent-encoded."""
YEAR = re.compile(r"\b(?:1[89]|20)[0-9]{2}\b")
Faults = Iterator[tuple[Row | Table, str, str, str]]
"""Rows with the column at fault, none for the whole row, and tables as wholes; what is wrong, and
what to do."""


class Given(Rule, wrong="emptied filled"):
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


class Address(Given, wrong="emptied filled"):
    """The address of a source on the public web, without blanks and credentials."""

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        yield from super().check(evidence, row)
        cell = row.cells[self.column]
        if cell and not ADDRESS.fullmatch(cell):
            message = f"{shortened(cell)} is not an address that a browser opens"
            yield Complaint(message, "copy it as a browser shows it, with https:// before it")


class Day(Given, wrong="emptied filled"):
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


class SourceKind(Given, wrong="emptied filled"):
    """The kind of a source; of the references of a row those of the kind `first` come first."""

    first: str = ""


class Told(Rule, wrong="emptied"):
    """A sentence of ours, in English."""

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell = row.cells[self.column]
        yield from is_english(cell)
        if cell and cell[-1] not in ".?!":
            yield Complaint(f"{shortened(cell)} is not a sentence", "end it with a full stop")


class ReadFrom(Rule, wrong="number date"):
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


class Differing(Given, wrong="filled"):
    """How measure, place or time differ from those of the row that a reference contradicts; empty
    says that they are the same.  Whether its `value` has the same is checked with the table."""

    value: Column = base.NO_COLUMN


class Registered(Rule, wrong="character"):
    """The number under which a register keeps something; the reference that the row names shows it,
    which is checked with the table."""


# --- rules on whole tables of references ---


def unreferenced(package: Package) -> Faults:
    """Yield the groups of which no reference says what the record has, or that it has nothing."""
    found = rows_about(package, "reference")
    for table in package.of_kind("reference")[:1]:
        for row in package.rows("group"):
            if row.key not in found:
                hint = "add what the record says, or what was searched in vain"
                yield row, "", f"no row of {table.name} is about {row.id}", hint


def late_first_sources(package: Package) -> Faults:
    """Yield the references to a first kind of source that come after one to another kind."""
    for rows in rows_about(package, "reference").values():
        later = ""
        for row in rows:
            for column in row.schema.columns("source_kind"):
                kind, first = row.cells[column], row.schema.field(column).options.get("first")
                if kind == first and later:
                    message = f"{kind}, but {later}, which is not, comes before it"
                    hint = "number the references of a row so that these come first"
                    yield row, column, message, hint
                elif kind and kind != first:
                    later = row.id


def contradictions(package: Package) -> Faults:
    """Yield the contradictions that are about another measure, place or time than their row and
    do not say so: whose value has another unit, or whose sentence names other years or places."""
    about, places = rows_about(package, "reference"), package.referred("place")
    names = [row.role("name") for table in places for row in package.tables[table].rows]
    rows, witnesses = package.among(about.keys()), witnesses_of(package) if about else {}
    for key, references in about.items():
        for row in references if key in rows else ():
            meant = [sentence_of(one) for one in (rows[key], *witnesses.get(key, ()))]
            for column in row.schema.columns("differing"):
                options = row.schema.field(column).options
                contradicts = row.cells[str(options["by"])] in options["optional"]
                if not contradicts or row.cells[column] or not row.cells[str(options["value"])]:
                    continue
                if what := difference(sentence_of(row), meant, names):
                    hint = "say in what they differ, or correct the relation"
                    yield row, column, f"empty, but {what}", hint


def difference(ours: str, theirs: list[str], places: list[str]) -> str:
    """Return in what a sentence differs from others: in measure, time or place; or nothing.

    >>> difference("In 2023 it was 10 percent.", ["It was 35 percent in 2024."], [])
    'the time is 2023, and that of the row 2024'
    """

    def units(text: str) -> set[str]:
        return {one.unit for one in english.quantities(text) if one.unit}

    def years(text: str) -> set[str]:
        return set(YEAR.findall(text))

    def named(text: str) -> set[str]:
        return {name for name in places if contains_form(text, name)}

    for what, read in (("measure", units), ("time", years), ("place", named)):
        here, there = read(ours), {one for text in theirs for one in read(text)}
        if here and there and here.isdisjoint(there):
            said = " or ".join(sorted(here)), " or ".join(sorted(there))
            return f"the {what} is {said[0]}, and that of the row {said[1]}"
    return ""


def unshown_identifiers(package: Package) -> Faults:
    """Yield the identifiers that no cell of the reference that they name shows, and those whose
    reference is about neither their row nor one that refers to it, by itself or by a witness."""
    references = {row.id: row for row in package.rows("reference")}
    identifiers = [*package.rows("identifier")]
    owners = {row.about for row in identifiers} | {row.about for row in references.values()}
    rows, witnesses = package.among(owners), witnesses_of(package) if identifiers else {}
    for row in identifiers:
        source, column = references.get(row.role("reference")), row.schema.roles["form"]
        if source and not any(row.cells[column] in cell for cell in source.cells.values()):
            message = f"{row.cells[column]} is not in the reference {source.id}"
            yield row, column, message, "name one that shows it"
        owner = row.about
        about = source.about if source else owner
        telling = (rows[about], *witnesses.get(about, ())) if about in rows else ()
        if telling and about != owner and not any(refers(one, *owner) for one in telling):
            message = f"{'/'.join(owner)}, but {row.role('reference')} is about {'/'.join(about)}"
            hint = "correct the row, or name a reference about it"
            yield row, row.schema.roles["row"], message, hint


def refers(row: Row, table: str, identifier: str) -> bool:
    """Return whether a row refers to a row of a table."""
    columns = (field.name for field in row.schema.fields if table in field.references)
    return any(identifier in row.items(column) for column in columns)
