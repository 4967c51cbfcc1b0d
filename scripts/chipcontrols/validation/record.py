"""Rules on tables of references: what the record says of rows, taken together.

Every group has a reference, of the references of a row those to the first kind of source come
first, and a contradiction is about what the row is about, or says in what they differ.
Out of scope: what one reference can prove by itself (`chipcontrols.validation.rules.references`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chipcontrols.languages.en import language as english
from chipcontrols.languages.en.words import contains_form
from chipcontrols.package import Package, Row, Table
from chipcontrols.validation.passages import rows_about, witnesses_of

Faults = Iterator[tuple[Row | Table, str, str, str]]
"""Rows with the column at fault, none for the whole row, and tables as wholes; what is wrong, and
what to do."""
YEAR = re.compile(r"\b(?:1[89]|20)[0-9]{2}\b")


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
    witnesses, rows = (witnesses_of(package), package.by_key) if about else ({}, {})
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


def sentence_of(row: Row) -> str:
    """Return what a row states in English."""
    columns = row.schema.columns("translation") + row.schema.columns("quotation")
    return row.role("sentence") or next((cell for one in columns if (cell := row.cells[one])), "")


def unshown_identifiers(package: Package) -> Faults:
    """Yield the identifiers that no cell of the reference that they name shows, and those whose
    reference is about neither their row nor one that refers to it, by itself or by a witness."""
    references = {row.id: row for row in package.rows("reference")}
    rows, witnesses = package.by_key, witnesses_of(package)
    for row in package.rows("identifier"):
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
    fields = (field for field in row.schema.fields if table in field.references)
    return any(identifier in field.items(row.cells[field.name]) for field in fields)
