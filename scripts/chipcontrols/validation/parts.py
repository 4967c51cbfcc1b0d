"""Parts of a package: a document with the rows that must be at hand to check it.

The *home* of a row is the document with which its cells are checked: its own, else the first that
is cited for it, that a witness of it has, or that a row which it refers to has; a row without any
is checked apart.  A row *rests* on its own document and on those that are cited for it.  At hand
are, besides, what other tables say of these rows (citations, mentions, exceptions), the rows that
they refer to, the witnesses of groups and comparisons, and the rows of the documents of all these.
So what a rule finds in a part is what it would find in the whole package, however it is divided.
Out of scope: what needs whole tables (`chipcontrols.validation.tables`).
"""

from __future__ import annotations

import bisect
import dataclasses
import functools
import hashlib
import itertools
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from chipcontrols.package import Key, Package, Row, Table
from chipcontrols.package.schema import Schema
from chipcontrols.validation.lexicon import Lexicon

ABOUT = ("citation", "mention", "exception")
"""Kinds of tables whose rows say something of one row, which they name."""

ROWS_OF_A_PART = 2_000
"""The most rows without a document that are checked together."""
MOST_AT_HAND = 10_000
"""How many rows are kept in case that they are wanted again."""
HALF = 2**32


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A document, or rows without one under a name that no file can have: the rows at hand by
    table, those whose cells are checked, and those that rest on the document."""

    name: str
    tables: Mapping[str, Sequence[Row]]
    homes: Sequence[Row]
    resting: Sequence[Row]

    def digest(self, documents: Mapping[str, str], lexicon: str) -> str:
        """Return the digest of the rows, whatever their lines, with the SHA-256 of the documents
        and the digest of the lexicon."""
        state = hashlib.sha256(f"{lexicon} {self.name}".encode("utf-8", "surrogatepass"))
        lines = ["\0".join((table, *row.cells.values())) for table, rows in self.tables.items()
                 for row in rows]  # fmt: skip
        state.update("\n".join(lines).encode("utf-8", "surrogatepass"))
        for name, sha256 in sorted(documents.items()):
            state.update(f"{name} {sha256}\n".encode("utf-8", "surrogatepass"))
        return state.hexdigest()


class Index:
    """The rows of a package, numbered in its order, by what they name: so a part costs what it
    holds.  Eight bytes are held of each row and of each that it is about: half a hash, and the
    number."""

    def __init__(self, package: Package) -> None:
        """Go through the tables once."""
        self.tables = [*package.tables.values()]
        self.first = [0, *itertools.accumulate(len(table.rows) for table in self.tables)]
        groups = {table.name for table in package.of_kind("group")}
        self.columns = {one.name: [*about_columns(one.schema, groups)] for one in self.tables}
        self.row = functools.lru_cache(MOST_AT_HAND)(self.row_of)
        self.homes: dict[str, array[int]] = {}
        """The numbers of the rows by the part in which their cells are checked."""
        self.told: dict[str, list[int]] = {}
        """The numbers of the rows that say what a document is, and where it is damaged."""
        own, about, alone = array("Q"), array("Q"), array("Q")
        for number, row in enumerate(package.rows()):
            own.append(hash(row.key) % HALF * HALF + number)
            about.extend(hash(key) % HALF * HALF + number for key in self.things(row))
            document = row.role("document")
            (self.homes.setdefault(document, array("Q")) if document else alone).append(number)
            if row.schema.kind == "document" or row.role("reason") == "damaged":
                self.told.setdefault(document, []).append(number)
        self.own, self.about = array("Q", sorted(own)), array("Q", sorted(about))
        homeless = itertools.count()
        for number in alone:
            home = self.home(self.row(number)) or f"\0{next(homeless) // ROWS_OF_A_PART}"
            self.homes.setdefault(home, array("Q")).append(number)

    def row_of(self, number: int) -> Row:
        """Return a row by its number."""
        at = bisect.bisect_right(self.first, number) - 1
        return self.tables[at].rows[number - self.first[at]]

    def things(self, row: Row) -> Iterator[Key]:
        """Yield the keys of what a row is about."""
        for target, column in self.columns[row.table]:
            if row.cells[column]:
                yield row.cells.get(target, target), row.cells[column]

    def numbers(self, links: array[int], key: Key) -> list[int]:
        """Return the numbers of the rows that half the hash of a key finds."""
        first = hash(key) % HALF * HALF
        begin = end = bisect.bisect_left(links, first)
        while end < len(links) and links[end] - first < HALF:
            end += 1
        return [one - first for one in links[begin:end]]

    def rows(self, key: Key) -> dict[int, Row]:
        """Return the rows that have a key, by number."""
        found = self.numbers(self.own, key)
        return {one: row for one in found if (row := self.row(one)).key == key}

    def on(self, key: Key) -> dict[int, Row]:
        """Return the rows that are about the row of a key, by number."""
        found = self.numbers(self.about, key)
        return {one: row for one in found if key in self.things(row := self.row(one))}

    def home(self, row: Row) -> str:
        """Return the document with which a row without one is checked, or nothing: the first that
        is cited for it, or that its witnesses and the rows that it compares have; else the same for
        the row that it is about."""
        for key in (row.key, row.about):
            about = self.on(key).values()
            compared = (one.about for one in about if one.schema.kind == "side")
            others = (there for named in compared for there in self.rows(named).values())
            own = self.rows(key).values() if key != row.key else ()
            for one in itertools.chain(own, about, others):
                if name := one.role("document"):
                    return name
        return ""

    def naming(self, name: str) -> dict[int, Row]:
        """Return the rows that name a document as their own, by number."""
        homes = {number: self.row(number) for number in self.homes.get(name, ())}
        return {number: row for number, row in homes.items() if row.role("document") == name}

    def resting(self, name: str) -> dict[int, Row]:
        """Return the rows that rest on a document, by number."""
        here = self.naming(name)
        for key in {row.about for row in here.values() if row.schema.kind == "citation"}:
            here |= self.rows(key)
        return dict(sorted(here.items()))

    def part(self, name: str) -> Part:
        """Return what must be at hand to check a document, or rows without one, by name."""
        homes = {number: self.row(number) for number in sorted(self.homes.get(name, ()))}
        resting = self.resting(name)
        found = homes | resting
        wave = {key for row in found.values() for key in (row.key, row.about)}
        seen: set[Key] = set()
        while wave := wave - seen:
            seen |= wave
            about: dict[int, Row] = {}
            for key in wave:
                about |= self.on(key)
                found |= self.rows(key)
            found |= about
            wave = {
                row.about if row.schema.kind == "side" else row.key
                for row in about.values()
                if row.schema.kind not in ABOUT
            }
        # And what is said of the documents that they name: their row, and where damage is.
        for document in {row.role("document") for row in found.values()} - {""}:
            found |= {number: self.row(number) for number in self.told.get(document, ())}
        tables: dict[str, list[Row]] = {}
        for _, row in sorted(found.items()):
            tables.setdefault(row.table, []).append(row)
        return Part(name, tables, [*homes.values()], [*resting.values()])


def about_columns(schema: Schema, groups: set[str]) -> Iterator[tuple[str, str]]:
    """Yield for each reference of a table to what its rows are about the column that names the
    table, or the table, and the column that names the row."""
    if schema.kind in ABOUT:
        yield schema.roles["table"], schema.roles["row"]
    for field in schema.fields:
        if schema.kind == "statement":
            yield from ((group, field.name) for group in groups & set(field.references))
        elif schema.kind == "side" and field.role == "comparison":
            yield from ((target, field.name) for target in field.references)


def as_package(lexicon: Lexicon, part: Part) -> Package:
    """Return a package that has the rows of a part alone."""
    tables = {
        name: Table(name, lexicon.paths[name], "", schema, tuple(part.tables.get(name, ())))
        for name, schema in lexicon.schemas.items()
    }
    return Package(Path(), {}, tables, lexicon.codes)
