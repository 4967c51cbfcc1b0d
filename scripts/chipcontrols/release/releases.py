"""Releases read for a comparison: what their readers load, once it is as described.

A file is read only if its SHA-256, columns, number of rows and primary key are what the descriptor
says; anything else raises `NotComparable`, so that a comparison that could not be made is never
"same".  Out of scope: comparing (``comparison``), and files that are not Parquet.
"""

import dataclasses
import datetime
import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pyarrow
import pyarrow.compute
import pyarrow.parquet
from pyarrow import ArrowException

from chipcontrols.package import DESCRIPTOR, files, versions
from chipcontrols.package.schema import Schema, read_schema

What = Literal["table", "column", "code", "constraint", "foreign key", "property"]
Value = str | int | float | bool | None
Key = tuple[Value, ...]
Fact = tuple[str, str, What, str]
"""What can be said of a release besides its rows: table, column, what, name."""
NOT_COMPARED = {"name", "version", "created", "resources"}


class NotComparable(ValueError):
    """The releases could not be compared; the message says which file and why."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a release: its primary key, the type of each column, its rows by their keys."""

    key: tuple[str, ...]
    types: Mapping[str, str]
    rows: Mapping[Key, Key]

    def cells(self, *columns: str) -> dict[Key, Key]:
        """Return the cells of each row in some columns, by key; None where there is no column."""
        places = {name: place for place, name in enumerate(self.types)}
        at = [places.get(name) for name in columns]
        return {key: tuple(None if place is None else row[place] for place in at)
                for key, row in self.rows.items()}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Release:
    """A release that is as its descriptor says: what that states of the package and, by name, of
    each table (with the types of Arrow), and the tables."""

    name: str
    version: str
    date: str
    stated: Mapping[str, Any]
    resources: Mapping[str, Mapping[str, Any]]
    sheets: Mapping[str, Sheet]

    @property
    def schemas(self) -> dict[str, Schema]:
        """The schemas that have ``evidence``."""
        schemas = {name: resource["schema"] for name, resource in self.resources.items()}
        return {name: read_schema(one) for name, one in schemas.items() if "evidence" in one}


def read_parquet(folder: Path, resource: Mapping[str, Any]) -> Any:
    """Return the Arrow table of a resource; raise when the file is not as described."""
    content = files.path_inside(folder, resource["path"]).read_bytes()
    found = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if resource["hash"] != found:
        why = "the file is damaged, or the descriptor is of another release"
        raise ValueError(f"its hash is {found}, but the descriptor says {resource['hash']}: {why}")
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(content))
    names = [field["name"] for field in resource["schema"]["fields"]]
    if table.column_names != names:
        raise ValueError(f"its columns are {table.column_names}, but the descriptor says {names}")
    if table.num_rows != resource["rowCount"]:
        raise ValueError(f"it has {table.num_rows} rows, not {resource['rowCount']} as described")
    return table


def read_sheet(table: Any, key: Any) -> Sheet:
    """Return an Arrow table as a sheet, codes as text; raise ValueError for a faulty key."""
    if not isinstance(key, list) or not key or not set(key) <= set(table.column_names):
        raise ValueError(f"its primary key is {key!r}: rows cannot be matched")
    for name in key:
        if pyarrow.compute.any(pyarrow.compute.is_null(table[name], nan_is_null=True)).as_py():
            raise ValueError(f"a row has no {name}, a column of the primary key")
    types = {one.name: cell_type(one.type) for one in table.schema}
    columns = {name: table[name].to_pylist() for name in types}
    for name in (name for name, kind in types.items() if kind not in ("string", "int64", "bool")):
        columns[name] = list(map(plain, columns[name]))
    keys = zip(*(columns[name] for name in key), strict=True)
    rows = dict(zip(keys, zip(*columns.values(), strict=True), strict=True))
    if len(rows) < table.num_rows:
        raise ValueError(f"two rows have the same primary key ({', '.join(key)})")
    return Sheet(tuple(key), types, rows)


def cell_type(kind: Any) -> str:
    """Return the type of a column's cells: of codes, that of the codes."""
    return str(kind.value_type if pyarrow.types.is_dictionary(kind) else kind)


def plain(value: Any) -> Value:
    """Return a cell as a value that JSON can hold: NaN, infinities, dates and lists as text."""
    if isinstance(value, list):
        return " | ".join(map(str, value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    finite = isinstance(value, float) and math.isfinite(value)
    return value if finite or value is None or isinstance(value, str | int) else str(value)


def with_types(resource: Mapping[str, Any], arrow: Any) -> dict[str, Any]:
    """Return a resource whose fields have the types of Arrow, too, and say what is required."""
    schema, fields = resource["schema"], []
    for field in schema["fields"]:
        stored = arrow.field(field["name"])
        coded = "codes, " if pyarrow.types.is_dictionary(stored.type) else ""
        limits = dict(field.get("constraints", {}))
        limits["required"] = limits.get("required") or not stored.nullable
        kind = f"{field['type']} ({coded}{cell_type(stored.type)})"
        fields.append({**field, "type": kind, "constraints": limits})
    return {**resource, "schema": {**schema, "fields": fields}}


def read_release(folder: Path) -> Release:
    """Return a release; raise NotComparable when a file is missing or not as described."""
    path = folder / DESCRIPTOR
    try:
        descriptor = files.parse_json(files.read_bytes(folder, DESCRIPTOR))
        package, version = descriptor["name"], descriptor["version"]
        versions.parse(version)
        stated = {key: descriptor[key] for key in descriptor.keys() - NOT_COMPARED}
        resources, sheets = {}, {}
        for resource in descriptor["resources"]:
            if resource["format"] != "parquet":
                continue
            name, path = resource["name"], folder / str(resource["path"])
            if name in sheets:
                raise ValueError(f"two resources have the name {name!r}")
            arrow = read_parquet(folder, resource)
            sheets[name] = read_sheet(arrow, resource["schema"].get("primaryKey"))
            resources[name] = with_types(resource, arrow.schema)
        path = folder / DESCRIPTOR
        if not sheets:
            raise ValueError("it describes no Parquet file, as a release does: build one first")
        day = str(descriptor.get("created", ""))[:10]
        return Release(package, version, day, stated, resources, sheets)
    except (OSError, LookupError, ValueError, TypeError, AttributeError, ArrowException) as error:
        reason = f"its description lacks the key {error}" if type(error) is KeyError else error
        if isinstance(error, OSError):
            reason = f"{error.strerror or error}: name the folder of a whole release"
        raise NotComparable(f"{path}: {reason}") from error
