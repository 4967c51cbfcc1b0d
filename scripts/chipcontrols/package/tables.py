"""The data package: its descriptor, its tables with the line each row stands on, typed frames.

CSV is read by RFC 4180 strictly: comma, double quotes, no other dialect.  A cell is text; only the
empty cell is missing, so that ``NA``, ``None``, ``007`` and ``4E3`` stay what they are.  Files are
read inside the package's folder only: a path that is absolute, climbs out with ``..``, or leads
out by a symbolic link is refused, and so is what is no file or a very large one.
Out of scope: judging the content (the rules do).
"""

from __future__ import annotations

import csv
import dataclasses
import io
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas

from chipcontrols.distribution.catalogue import Place
from chipcontrols.package import schemas
from chipcontrols.package.schemas import Codes, Schema

LONGEST_CELL = 131_072
"""The most characters of a cell.  The csv module has such a limit, but for the whole process, and
other libraries lift it."""

LARGEST_FILE = 16 * 2**20
"""The most bytes of a file of the package, some hundred times what a table has."""

INSTALLED = Path(__file__).parents[1] / "dataset"
CHECKOUT = Path(__file__).parents[3]


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A table as text: `rows[i]` begins on line `lines[i]` of the file `path`."""

    name: str
    path: str
    schema: Schema
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line and the cells by column of each row."""
        names = schemas.field_names(self.schema)
        for line, row in zip(self.lines, self.rows, strict=True):
            yield line, dict(zip(names, row, strict=True))

    def row_id(self, cells: dict[str, str]) -> str:
        """Return the primary key of a row, several columns joined by a blank."""
        return " ".join(cells[name] for name in self.schema["primaryKey"])


def default_root() -> Path:
    """Return the package that belongs to this library: beside it when installed, else around it."""
    return INSTALLED if INSTALLED.is_dir() else CHECKOUT


def path_inside(root: Path, relative: str) -> Path:
    """Return the path of a file of the package; raise ValueError when it would lie outside."""
    if not isinstance(relative, str) or not relative or "\\" in relative or "\0" in relative:
        raise ValueError(f"{relative!r} is not a relative path with forward slashes")
    path = Path(relative)
    if path.is_absolute() or ".." in path.parts or ":" in relative:
        raise ValueError(f"{relative!r} leads out of the package")
    inside = root / path
    try:
        is_inside = inside.resolve().is_relative_to(root.resolve())
    except RuntimeError:  # a symbolic link to itself
        is_inside = False
    if not is_inside:
        raise ValueError(f"{relative!r} leads out of the package by a symbolic link")
    return inside


def read_bytes(root: Path, relative: str) -> bytes:
    """Return the content of a file of the package.

    Raises OSError when it cannot be read, and ValueError when it lies outside, is no file (reading
    a pipe would never end), or is larger than LARGEST_FILE.
    """
    path = path_inside(root, relative)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise ValueError(f"{relative!r} is no regular file")
    if status.st_size > LARGEST_FILE:
        raise ValueError(f"more than {LARGEST_FILE:,} bytes")
    return path.read_bytes()


def parse_csv(text: str) -> tuple[list[list[str]], list[int]]:
    """Return the records of an RFC 4180 text and the line each begins on.

    Raises ValueError naming the line: a quote that is never closed, characters after a closing
    quote, a cell of more than 131,072 characters.
    """
    records, lines = [], []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begin = 1
    try:
        for record in reader:
            if len(max(record, key=len, default="")) > LONGEST_CELL:
                raise ValueError(f"line {begin}: a cell of more than {LONGEST_CELL:,} characters")
            records.append(record)
            lines.append(begin)
            begin = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise ValueError(f"line {begin}: a quotation mark is never closed") from None
        if "field larger" in str(error):
            message = f"a cell of more than {LONGEST_CELL:,} characters"
            raise ValueError(f"line {begin}: {message}") from None
        raise ValueError(f"line {begin}: {error}") from None
    return records, lines


def read_table(root: Path, resource: dict[str, Any], schema: Schema) -> Table:
    """Return the table of a resource.

    Raises OSError when the file cannot be read, and ValueError with the line when it is not UTF-8,
    not RFC 4180, or its header or a row differs from the schema's columns.
    """
    return parse_table(read_bytes(root, resource["path"]), resource, schema)


def parse_table(content: bytes, resource: dict[str, Any], schema: Schema) -> Table:
    """Return the table in the bytes of a resource; raises ValueError as `read_table` does."""
    text = content.decode("utf-8")
    records, lines = parse_csv(text)
    expected = list(schemas.field_names(schema))
    if not records or records[0] != expected:
        found = ",".join(records[0])[:200] if records else "nothing"
        raise ValueError(f"line 1: the header is {found} but the schema has {','.join(expected)}")
    for record, line in zip(records, lines, strict=True):
        if len(record) != len(expected):
            raise ValueError(f"line {line}: {len(record)} cells but {len(expected)} columns")
    rows = tuple(tuple(record) for record in records[1:])
    return Table(resource["name"], resource["path"], schema, rows, tuple(lines[1:]))


def code_lists(vocabulary: Table) -> Codes:
    """Return the codes of each coded column, in the order of the code list."""
    codes: dict[tuple[str, str], tuple[str, ...]] = {}
    for _, cells in vocabulary.records():
        key = cells["table"], cells["column"]
        codes[key] = tuple(dict.fromkeys((*codes.get(key, ()), cells["code"])))
    return codes


def citation(descriptor: dict[str, Any]) -> str:
    """Return how to cite the package, from its descriptor.

    >>> citation({"title": "T", "version": "1.0.0", "created": "2026-01-01T00:00:00Z",
    ...           "contributors": [{"title": "A"}], "licenses": [{"name": "CC-BY-4.0"}]})
    'A (2026). T, version 1.0.0 [data set]. CC-BY-4.0.'
    """
    authors = ", ".join(person["title"] for person in descriptor["contributors"])
    licence = descriptor["licenses"][0]["name"]
    return (
        f"{authors} ({descriptor['created'][:4]}). {descriptor['title']}, "
        f"version {descriptor['version']} [data set]. {licence}."
    )


def read_descriptor(root: Path) -> dict[str, Any]:
    """Return the package's descriptor."""
    return schemas.parse_json(read_bytes(root, "datapackage.json"))


def find_resource(root: Path, table: str) -> dict[str, Any]:
    """Return the resource of a table; raise KeyError that names the tables there are."""
    resources: dict[str, dict[str, Any]] = {
        resource["name"]: resource for resource in read_descriptor(root)["resources"]
    }
    if table not in resources:
        raise KeyError(f"no table {table!r}; the tables are {', '.join(resources)}")
    return resources[table]


def load_table(root: Path, table: str) -> Table:
    """Return one table of a package as text."""
    resource = find_resource(root, table)
    try:
        return read_table(root, resource, schemas.parse_json(read_bytes(root, resource["schema"])))
    except ValueError as error:
        raise ValueError(f"{resource['path']}: {error}") from None


def load_codes(root: Path) -> Codes:
    """Return the code lists of a package."""
    return code_lists(load_table(root, "vocabulary"))


def attributes(descriptor: dict[str, Any], schema: Schema, table: str) -> dict[str, str]:
    """Return what ``df.attrs`` says of a table: names, version, licence and citation."""
    return {
        "table": table,
        "title": schema["title"],
        "description": schema["description"],
        "package": descriptor["name"],
        "version": descriptor["version"],
        "license": descriptor["licenses"][0]["name"],
        "citation": citation(descriptor),
    }


def tables() -> list[str]:
    """Return the names of the tables.

    >>> "quotes" in tables()
    True
    """
    return [resource["name"] for resource in read_descriptor(default_root())["resources"]]


def load(
    table: str,
    version: str | None = None,
    store: Place | None = None,
    cache: Place | None = None,
) -> pandas.DataFrame:
    """Return a table as a typed frame; see `chipcontrols.schemas` for the dtypes.

    The table is the one that came with this library or, when `version` or `store` is given, that of
    a published release (see `chipcontrols.fetch`).

    Shape: one row a row of the table; its columns, and after each column of partial dates
    (``as_of``, ``said_on``, ``date``, ``published_on``) the first and last day as
    ``datetime64[ms]``.  Coded columns are categories with all codes of the code list.  Numbers are
    in the unit that the column ``unit`` or the schema names.  ``df.attrs`` has title, description,
    version, license and citation.  Raises KeyError for an unknown table.

    >>> quotes = load("quotes")
    >>> quotes.attrs["version"] == load("chips").attrs["version"]
    True
    """
    if version is not None or store is not None:
        from chipcontrols.distribution import fetching

        return fetching.load(table, version or "latest", store, cache)
    root = default_root()
    text = load_table(root, table)
    frame = schemas.typed_frame(table, text.schema, load_codes(root), text.rows)
    frame.attrs.update(attributes(read_descriptor(root), text.schema, table))
    return frame


def load_all() -> dict[str, pandas.DataFrame]:
    """Return every table as a typed frame, by name.

    >>> sorted(load_all()) == sorted(tables())
    True
    """
    return {table: load(table) for table in tables()}
