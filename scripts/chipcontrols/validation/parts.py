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

import dataclasses
import functools
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from chipcontrols.package import Key, Package, Row, Table
from chipcontrols.package.schema import Schema
from chipcontrols.validation.lexicon import Lexicon

ABOUT = ("citation", "mention", "exception")
"""Kinds of tables whose rows say something of one row, which they name."""

ROWS_OF_A_PART = 2_000
"""The most rows without a document that are checked together."""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A document, or rows without one under a name that no file can have: the rows at hand by
    table, those whose cells are checked, and those that rest on the document."""

    name: str
    tables: Mapping[str, Sequence[Row]]
    homes: Sequence[Row]
    resting: Sequence[Row]

    @property
    def document(self) -> str:
        """The document, or nothing."""
        return "" if self.name.startswith("\0") else self.name

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

    def of_kind(self, kind: str) -> Iterator[Row]:
        """Yield the rows at hand of tables of a kind."""
        for rows in self.tables.values():
            yield from (row for row in rows if row.schema.kind == kind)


class Index:
    """The rows of a package by what they name, so that a part costs what it holds."""

    def __init__(self, package: Package) -> None:
        """Go through the tables once."""
        self.every = [table.rows for table in package.tables.values()]
        self.order = {name: at for at, name in enumerate(package.tables)}
        self.rows: dict[Key, list[Row]] = {}
        self.about: dict[Key, list[Row]] = {}
        self.on: dict[str, list[Row]] = {}
        groups = {table.name for table in package.of_kind("group")}
        for table in package.tables.values():
            named = [*about_columns(table.schema, groups)]
            document = table.schema.roles.get("document", "")
            for row in table.rows:
                self.rows.setdefault(row.key, []).append(row)
                if document:
                    self.on.setdefault(row.cells[document], []).append(row)
                for target, column in named:
                    if row.cells[column]:
                        key = row.cells.get(target, target), row.cells[column]
                        self.about.setdefault(key, []).append(row)
        self.resting: dict[str, list[Row]] = {}
        for name, rows in self.on.items():
            keys = dict.fromkeys(row.about for row in rows if row.schema.kind == "citation")
            here = {id(row): row for row in rows}
            here |= {id(row): row for key in keys for row in self.rows.get(key, ())}
            self.resting[name] = self.sorted(here.values())

    @functools.cached_property
    def homes(self) -> dict[str, list[Row]]:
        """The rows by the part in which their cells are checked."""
        found: dict[str, list[Row]] = {}
        homeless = 0
        for row in itertools.chain.from_iterable(self.every):
            name = row.role("document") or self.home(row)
            if not name:
                name = f"\0{homeless // ROWS_OF_A_PART}"
                homeless += 1
            found.setdefault(name, []).append(row)
        return found

    def sorted(self, rows: Iterable[Row]) -> list[Row]:
        """Return rows in the order of the package."""
        return sorted(rows, key=lambda row: (self.order[row.table], row.line))

    def home(self, row: Row) -> str:
        """Return the document with which a row without one is checked, or nothing: the first that
        is cited for it, or that its witnesses and the rows that it compares have; else the same for
        the row that it is about."""
        for key in (row.key, row.about):
            about = self.about.get(key, ())
            compared = (one.about for one in about if one.schema.kind == "side")
            others = (there for named in compared for there in self.rows.get(named, ()))
            own = self.rows.get(key, ()) if key != row.key else ()
            for one in itertools.chain(own, about, others):
                if name := one.role("document"):
                    return name
        return ""

    def part(self, name: str) -> Part:
        """Return what must be at hand to check a document, or rows without one, by name."""
        homes, resting = self.homes.get(name, []), self.resting.get(name, [])
        found = {id(row): row for rows in (homes, resting) for row in rows}
        wave = {key for row in found.values() for key in (row.key, row.about)}
        seen: set[Key] = set()
        while wave := wave - seen:
            seen |= wave
            about = [row for key in wave for row in self.about.get(key, ())]
            named = [row for key in wave for row in self.rows.get(key, ())]
            found |= {id(row): row for row in (*about, *named)}
            wave = {
                row.about if row.schema.kind == "side" else row.key
                for row in about
                if row.schema.kind not in ABOUT
            }
        # And what is said of the documents that they name: their row, and where damage is.
        for document in {row.role("document") for row in found.values()} - {""}:
            for row in self.on.get(document, ()):
                if row.schema.kind == "document" or row.role("reason") == "damaged":
                    found[id(row)] = row
        tables: dict[str, list[Row]] = {}
        for row in self.sorted(found.values()):
            tables.setdefault(row.table, []).append(row)
        return Part(name, tables, homes, resting)


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
