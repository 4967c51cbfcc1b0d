"""A data package: descriptor, schemas, code lists and tables, each file read and parsed once.

`Package.open` reads a folder that holds ``datapackage.json``.  Bad input raises `PackageError`,
which has every finding.  With ``profiled``, descriptor and schemas are first checked against the
profiles (`chipcontrols.package.profiles`, which needs jsonschema); otherwise they are trusted.
Nothing here imports pandas.  Out of scope: the documents (`chipcontrols.package.documents`) and
what the cells say (`chipcontrols.validation`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from chipcontrols.package import files
from chipcontrols.package.finding import Finding
from chipcontrols.package.rows import Key as Key
from chipcontrols.package.rows import Row as Row
from chipcontrols.package.rows import Rows
from chipcontrols.package.schema import Schema, read_schema

INSTALLED = Path(__file__).parents[1] / "dataset"
CHECKOUT = Path(__file__).parents[3]
DESCRIPTOR = "datapackage.json"
DOCUMENTS = "seeds"
SHARED = "*"
"""What a code list names in place of a table when several columns share it."""
Descriptor = Mapping[str, Any]


class PackageError(ValueError):
    """A package that cannot be read: `findings` says why, `missing` whether there is none at all,
    and `tables` holds what could be read (of a table in parts, its readable parts) where all
    schemas and code lists are sound."""

    def __init__(
        self,
        findings: Iterable[Finding],
        missing: bool = False,
        tables: Mapping[str, Table] | None = None,
    ) -> None:
        """Take the findings, at least one."""
        self.findings = tuple(sorted(set(findings)))
        self.missing, self.tables = missing, tables or {}
        super().__init__("\n".join(map(str, self.findings)))


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A table as text, with the bytes of its file, or of its parts one after another, unless they
    are many.

    `parts`, when there are several or they are not CSV, are the names of the files, each with the
    number of lines before it; `path` is then the first of them.
    """

    name: str
    path: str
    schema_path: str
    schema: Schema
    rows: Sequence[Row]
    content: bytes = b""
    parts: tuple[tuple[str, int], ...] = ()

    def columns(self, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Yield the cells of some columns of each row."""
        if isinstance(self.rows, Rows) and not self.rows.held:
            places = [*map(self.schema.names.index, names)]
            every = self.rows.records(0, len(self.rows))
            return (tuple([cells[at] for at in places]) for cells in every)
        return (tuple([row.cells[name] for name in names]) for row in self.rows)

    def ids(self) -> Iterator[str]:
        """Yield the primary key of each row."""
        return map(" ".join, self.columns(self.schema.primary_key))

    def place(self, line: int) -> tuple[str, int]:
        """Return the file that has a line of the table, and the line's number in it."""
        here = [(path, line - before) for path, before in self.parts if line - before > 1]
        return here[-1] if here else (self.path, line)

    def written(self) -> str:
        """Return the one file that holds the table; raise ValueError when there is none, because
        tables in parts are not written here."""
        if self.parts:
            raise ValueError(f"the table {self.name} is Parquet or in parts: edit its files")
        return self.path


@dataclasses.dataclass(frozen=True, slots=True)
class Code:
    """A code of a coded column; `roles` are the tables of the entities that may have each role."""

    code: str
    definition: str
    cues: tuple[str, ...]
    unit: str
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()


Codes = Mapping[tuple[str, str], tuple[Code, ...]]
"""The codes of each coded column, by table and column, in the order of the code list."""


@dataclasses.dataclass(frozen=True, eq=False)
class Package:
    """A data package whose files have been read."""

    root: Path
    descriptor: Descriptor
    tables: Mapping[str, Table]
    codes: Codes

    @classmethod
    def open(cls, root: str | Path, profiled: bool = False) -> Package:
        """Read a package folder; raise PackageError with every finding when it cannot be read."""
        root, tables = Path(root), dict[str, Table]()
        descriptor = read_descriptor(root, profiled)
        try:
            schemas, findings = read_schemas(root, descriptor, profiled)
            judged = not findings
            for resource in descriptor["resources"]:
                if schema := schemas.get(resource["name"]):
                    table, faults = read_table(root, resource, schema)
                    findings += faults
                    # Without code lists no table can be judged.
                    judged &= not faults or schema.kind != "code"
                    tables |= {table.name: table} if table else {}
            if not findings:
                return cls(root, descriptor, tables, code_lists(tables.values()))
        except (KeyError, TypeError, AttributeError) as error:
            if profiled:
                raise
            from chipcontrols.package import profiles

            message = f"this file or a schema that it names is faulty ({error!r})"
            hint = "validate the package to see where"
            faulty = Finding(DESCRIPTOR, 0, "", "descriptor", message, hint)
            findings, judged = profiles.release_findings(descriptor) or [faulty], False
        raise PackageError(findings, tables=tables if judged else {})

    @property
    def contents(self) -> dict[str, bytes]:
        """The bytes of each table that is one file and not large, by its name."""
        return {x.path: x.content for x in self.tables.values() if x.content and not x.parts}

    def of_kind(self, *kinds: str) -> list[Table]:
        """Return the tables of the kinds, without any all, in the order of the descriptor."""
        return [one for one in self.tables.values() if not kinds or one.schema.kind in kinds]

    def referred(self, role: str) -> set[str]:
        """Return the tables that the columns of a role refer to."""
        fields = (field for table in self.tables.values() for field in table.schema.fields)
        named = {name for field in fields if field.role == role for name in field.references}
        return named & self.tables.keys()

    def rows(self, *kinds: str) -> Iterator[Row]:
        """Yield the rows of all tables of the kinds, without any of all tables."""
        for table in self.of_kind(*kinds):
            yield from table.rows

    @functools.cached_property
    def by_key(self) -> dict[tuple[str, str], Row]:
        """The rows by table and primary key."""
        return {(name, row.id): row for name, table in self.tables.items() for row in table.rows}

    def among(self, keys: Set[Key]) -> dict[Key, Row]:
        """Return the rows of some keys."""
        tables = (self.tables[name] for name in self.tables.keys() & {name for name, _ in keys})
        return {row.key: row for table in tables for row in table.rows if row.key in keys}

    @functools.cached_property
    def document_paths(self) -> dict[str, str]:
        """The file of each document by its name, in ``seeds/`` or a folder below it; the first of
        several with one name."""
        below = reversed(files.names_below(self.root, DOCUMENTS))
        there = {path.rpartition("/")[2]: path for path in below}
        names = (row.role("document") for row in self.rows("document"))
        return {name: there.get(name, f"{DOCUMENTS}/{name}") for name in names}

    def table(self, name: str) -> Table:
        """Return a table by its name; raise KeyError naming the tables for any other."""
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; the tables are {', '.join(self.tables)}")
        return self.tables[name]

    def row(self, table: str, identifier: str) -> Row:
        """Return a row by table and primary key; raise KeyError when there is none."""
        if found := self.by_key.get((self.table(table).name, identifier)):
            return found
        raise KeyError(f"no row {identifier!r} in {table}")


def default_root() -> Path:
    """Return the package that belongs to this library: beside it when installed, else around it."""
    return INSTALLED if INSTALLED.is_dir() else CHECKOUT


def package_files(root: Path) -> list[str]:
    """Return the descriptor, what it names, and every file in the folders that belong to a package,
    by name."""
    resources = read_descriptor(root)["resources"]
    named = [one["schema"] for one in resources]
    named += [name for one in resources for name in files.part_names(root, one)]
    folders = {name.partition("/")[0] for name in named if "/" in name} | {DOCUMENTS}
    below = (name for folder in folders for name in files.names_below(root, folder))
    return sorted({DESCRIPTOR, *named, *below})


def refuse_own(place: Path) -> None:
    """Raise FileExistsError for a place where what is written would be among the files of any
    package, or in a release; where the descriptor cannot be read, for every place in its folder."""
    real = Path(os.path.realpath(place))
    for root in real.parents:
        if (root / DESCRIPTOR).is_file():
            first, tops = real.relative_to(root).parts[0], None
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                tops = {Path(name).parts[0] for name in (DOCUMENTS, *package_files(root))}
            if tops is None or first in tops:
                said = f"{place} is among the files of the package or release in {root}"
                raise FileExistsError(f"{said}: name a place outside of them")


def read_json(root: Path, path: str, hint: str) -> dict[str, Any]:
    """Return the JSON object in a file of the package; raise PackageError otherwise."""
    try:
        return files.parse_json(files.read_bytes(root, path))
    except (OSError, ValueError) as error:
        missing = path == DESCRIPTOR
        raise PackageError([files.unreadable(path, "descriptor", error, hint)], missing) from None


def read_descriptor(root: Path, profiled: bool = False) -> dict[str, Any]:
    """Return the package's descriptor; raise PackageError when it is not one."""
    descriptor = read_json(root, DESCRIPTOR, "name the folder that holds datapackage.json")
    if profiled:
        from chipcontrols.package import profiles

        if findings := profiles.descriptor_findings(root, descriptor):
            raise PackageError(findings)
    return descriptor


def read_schemas(
    root: Path, descriptor: Descriptor, profiled: bool = False
) -> tuple[dict[str, Schema], list[Finding]]:
    """Return the schema of each resource that has a sound one, and the findings on the others."""
    contents: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    for resource in descriptor["resources"]:
        path, name = resource["schema"], resource["name"]
        try:
            contents[name] = read_json(root, path, f"the resource {name} needs this schema")
        except PackageError as error:
            findings += error.findings
    if profiled:
        from chipcontrols.package import profiles

        paths = {resource["name"]: resource["schema"] for resource in descriptor["resources"]}
        findings += profiles.schema_findings(root, paths, contents)
        faulty = {finding.file for finding in findings}
        contents = {name: one for name, one in contents.items() if paths[name] not in faulty}
    return {name: read_schema(content) for name, content in contents.items()}, findings


def read_table(
    root: Path, resource: Mapping[str, Any], schema: Schema
) -> tuple[Table | None, list[Finding]]:
    """Return the table of a resource, as far as its files could be read, and the findings on the
    files that could not."""
    try:
        names = files.part_names(root, resource)
    except (OSError, ValueError) as error:
        return None, [files.unreadable(str(resource["path"]), "form", error, "")]
    findings: list[Finding] = []
    rows, parts = Rows(resource["name"], schema), list[tuple[str, int]]()
    of_parquet, several = resource.get("format") == files.PARQUET, len(names) > 1
    for path in names:
        try:
            with files.opened(root, path) as file:
                pieces = files.csv_of_parquet(file) if of_parquet else files.pieces(file)
                before, found = rows.before, rows.read(path, pieces, several)
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                # What was kept of other parts is lost, too.
                hint = "free space for temporary files, or name another folder for them in TMPDIR"
                return None, [files.unreadable(path, "form", error, hint)]
            hint = f"the descriptor names it for the table {resource['name']}"
            found = [files.unreadable(path, "form", error, hint)]
        findings += found
        if not found:
            parts.append((path, before))
    if not parts:
        return None, findings
    table = Table(
        resource["name"], parts[0][0], resource["schema"], schema, rows, rows.content,
        tuple(parts) if of_parquet or several else (),
    )  # fmt: skip
    return table, findings


def canonical_text(schema: Schema, rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as the canonical CSV of their table: sorted by primary key, integers by value."""
    cells = [[row[name] for name in schema.names] for row in rows]
    return files.canonical_csv(schema.names, sorted(cells, key=sort_key(schema)))


def sort_key(schema: Schema) -> Callable[[Sequence[str]], Any]:
    """Return the function that gives a row's place in the canonical order."""
    places = [schema.names.index(name) for name in schema.primary_key]
    numbers = {at for at in places if schema.fields[at].type == "integer"}

    def key(row: Sequence[str]) -> list[tuple[int, str]]:
        cells = ((at, row[at]) for at in places)
        return [(files.whole_number(one), "") if at in numbers else (0, one) for at, one in cells]

    return key


def code_lists(tables: Iterable[Table]) -> dict[tuple[str, str], tuple[Code, ...]]:
    """Return the codes that the tables of codes list for each coded column, or for the list that it
    shares."""
    tables = list(tables)
    found: dict[tuple[str, str], dict[str, Code]] = {}
    for table in tables:
        for row in table.rows if table.schema.kind == "code" else ():
            cues = tuple(cue for cue in row.role("cues").split("|") if cue)
            named = (one.partition(":") for one in row.role("roles").split())
            roles = tuple((role, tuple(tables.split("|"))) for role, _, tables in named)
            code = Code(row.role("code"), row.role("definition"), cues, row.role("unit"), roles)
            listed = found.setdefault((row.role("table"), row.role("column")), {})
            listed.setdefault(code.code, code)
    for table in tables:
        for field in table.schema.fields:
            if field.shared_list and (shared := found.get((SHARED, field.shared_list))):
                found[table.name, field.name] = shared
    return {column: tuple(codes.values()) for column, codes in found.items() if column[0] != SHARED}


def citation(descriptor: Descriptor) -> str:
    """Return how to cite the package, from its descriptor; with its address, where it has one.

    >>> citation({"title": "T", "version": "1.0.0", "created": "2026-01-01T00:00:00Z",
    ...           "contributors": [{"title": "A"}], "licenses": [{"name": "CC-BY-4.0"}]})
    'A (2026). T, version 1.0.0 [data set]. CC-BY-4.0.'
    """
    authors = ", ".join(person["title"] for person in descriptor["contributors"])
    named = f"{descriptor['title']}, version {descriptor['version']} [data set]"
    licence, address = descriptor["licenses"][0]["name"], descriptor.get("homepage", "")
    return f"{authors} ({descriptor['created'][:4]}). {named}. {licence}. {address}".strip()
