"""Versions: what differs between two releases, and which version number the difference needs.

Two release folders are compared by what their readers load: the Parquet files and what
``datapackage.json`` says of them.  A file is compared only once its SHA-256, its columns, its
number of rows and its primary key are what the descriptor says; anything else raises
`NotComparable`, so that a comparison that could not be made is never "same".

The bump is the largest that any difference asks for:

=======  ==========================================================================================
major    table, column, code, row (id) or promise gone; type, unit, meaning, key or licence changed
minor    table, column, code, row, unit or promise added
patch    cells or evidence of existing rows corrected; documentation
none     the releases say the same
=======  ==========================================================================================

A *promise* is a constraint (that a column is never empty is one) or a foreign key.  The *meaning*
of a column is its description, that of a code its definition in ``vocabulary``.  A program cannot
tell new words from a new meaning, so that any change beyond case, blanks and punctuation counts as
one.  Titles, examples and the descriptions of tables and package are documentation.  Rows of
``citations`` are evidence of the rows they cite, and rows of derived tables follow from the
curated ones: whatever happens to them is a patch, while their columns are as binding as any.

Rows are matched by primary key.  The order of rows, columns and codes does not matter.  Where the
columns or types of the key changed, every old row is gone and every new one added.  A null equals
a null; NaN equals NaN and is no null; 1 and 1.0 differ by type.  Cells of a column whose type
changed are not compared.  Each changed row says whether its value, its evidence (place, excerpt,
offsets, citations) or both changed.  Out of scope: rendering (``changes`` does), and what follows
from the tables: version and date of the package, files of a release that are not Parquet.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import hashlib
import json
import math
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy
import pyarrow
import pyarrow.compute
import pyarrow.parquet

from chipcontrols.package import schemas, versions
from chipcontrols.package import tables as package

Bump = Literal["none", "patch", "minor", "major"]
What = Literal["table", "column", "code", "constraint", "foreign key", "property"]
Kind = Literal["value", "evidence", "both"]
Value = str | int | float | bool | None
Key = tuple[Value, ...]
Fact = tuple[str, str, What, str]
"""What can be said of a release besides its rows: table, column, what, name."""

RowMatch = tuple[tuple[Key, ...], tuple[Key, ...], dict[Key, list["Cell"]]]
"""Keys of added rows, keys of removed rows, changed cells by key."""
Cited = dict[Value, dict[Value, list["Citation"]]]
"""The citations that differ, by table and row id."""

BUMPS: tuple[Bump, ...] = typing.get_args(Bump)
EVIDENCE = frozenset({"seed", "line", "excerpt", "col_start", "col_end"})
DERIVED = frozenset({"entities", "mentions"})


class NotComparable(ValueError):
    """The releases could not be compared; the message says which file and why."""


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """What was added (`old` is null), is gone (`new` is null) or changed, besides rows.

    `name` is the code, constraint or property; `table` is empty for the package.
    """

    bump: Bump
    table: str
    column: str
    what: What
    name: str
    old: Any
    new: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """A cell that differs; dates are ISO 8601, numbers that are not finite are text."""

    column: str
    old: Value
    new: Value


@dataclasses.dataclass(frozen=True, slots=True)
class Citation:
    """A row of `citations` that differs, for a row of both releases."""

    change: Literal["added", "removed", "changed"]
    column: Value
    seed: Value
    line: Value
    excerpt: Value


@dataclasses.dataclass(frozen=True, slots=True)
class RowChange:
    """A row of both releases whose value, evidence or both differ."""

    key: Key
    kind: Kind
    cells: tuple[Cell, ...]
    citations: tuple[Citation, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class RowChanges:
    """The rows of one table that differ, by primary key."""

    table: str
    bump: Bump
    added: tuple[Key, ...]
    removed: tuple[Key, ...]
    changed: tuple[RowChange, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """All differences between two releases of a package, and the bump that they need.

    `old_version` is empty for a first release; `date` is the day of the new release.
    """

    name: str
    old_version: str
    new_version: str
    date: str
    result: Literal["same", "different"]
    bump: Bump
    differences: tuple[Difference, ...]
    rows: tuple[RowChanges, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Release:
    """A release that is as its descriptor says; coded columns hold their codes as text."""

    name: str
    version: str
    date: str
    facts: dict[Fact, Any]
    keys: dict[str, list[str]]
    tables: dict[str, Any]


# Reading a release ------------------------------------------------------------------------------


def read_parquet(folder: Path, resource: Mapping[str, Any]) -> Any:
    """Return the Arrow table of a resource; raise when the file is not as described."""
    content = package.path_inside(folder, resource["path"]).read_bytes()
    found = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if resource["hash"] != found:
        raise ValueError(
            f"its hash is {found}, but the descriptor says {resource['hash']}: "
            "the file is damaged, or the descriptor is of another release"
        )
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(content))
    names = [field["name"] for field in resource["schema"]["fields"]]
    if table.column_names != names:
        raise ValueError(f"its columns are {table.column_names}, but the descriptor says {names}")
    if table.num_rows != resource["rowCount"]:
        raise ValueError(f"it has {table.num_rows} rows, not {resource['rowCount']} as described")
    key = resource["schema"].get("primaryKey")
    if not isinstance(key, list) or not key or not set(key) <= set(names):
        raise ValueError(f"its primary key is {key!r}: rows cannot be matched")
    return table


def values(table: Any, key: Sequence[str]) -> Any:
    """Return the table with values instead of references to codes; raise for a faulty key."""
    kept = {}
    for name in table.column_names:
        kind = table[name].type
        kept[name] = table[name].cast(getattr(kind, "value_type", kind)).combine_chunks()
    for name in key:
        if pyarrow.compute.any(pyarrow.compute.is_null(kept[name], nan_is_null=True)).as_py():
            raise ValueError(f"a row has no {name}, a column of the primary key")
    result = pyarrow.table(kept)
    if result.select(key).group_by(key).aggregate([]).num_rows < result.num_rows:
        raise ValueError(f"two rows have the same primary key ({', '.join(key)})")
    return result


def table_facts(resource: Mapping[str, Any], arrow: Any) -> Iterator[tuple[Fact, Any]]:
    """Yield what can be said of a table besides its rows."""
    table, schema = resource["name"], resource["schema"]
    yield (table, "", "table", table), table
    for name in ("title", "description"):
        yield (table, "", "property", name), resource.get(name)
    yield (table, "", "property", "primary key"), schema["primaryKey"]
    for foreign in schema.get("foreignKeys", []):
        name = json.dumps(foreign["fields"])
        yield (table, "", "foreign key", name), foreign["reference"]
    for field in schema["fields"]:
        column, stored = field["name"], arrow.field(field["name"])
        yield (table, column, "column", column), column
        for name in field.keys() - {"name", "type", "constraints", "categories"}:
            yield (table, column, "property", name), field[name]
        coded = pyarrow.types.is_dictionary(stored.type)
        kind = f"codes, {stored.type.value_type}" if coded else str(stored.type)
        yield (table, column, "property", "type"), f"{field['type']} ({kind})"
        limits = dict(field.get("constraints", {}))
        limits["required"] = limits.get("required") or not stored.nullable or None
        for name, limit in limits.items():
            yield (table, column, "constraint", name), None if limit is False else limit
        for code in field.get("categories", []):
            yield (table, column, "code", code), {}


def define_codes(facts: dict[Fact, Any], vocabulary: Any) -> None:
    """Put what ``vocabulary`` says of each code into the facts."""
    for row in vocabulary.to_pylist():
        fact: Fact = (row.get("table"), row.get("column"), "code", row.get("code"))
        if fact in facts:
            facts[fact] = {name: row[name] for name in ("definition", "unit") if row.get(name)}


def read_release(folder: Path) -> Release:
    """Return a release; raise NotComparable when a file is missing or not as described."""
    path = folder / "datapackage.json"
    facts: dict[Fact, Any] = {}
    keys, tables = {}, {}
    try:
        descriptor = schemas.read_json(path)
        version_parts(descriptor["version"])
        for name in descriptor.keys() - {"name", "version", "created", "resources"}:
            facts["", "", "property", name] = descriptor[name]
        for resource in descriptor["resources"]:
            if resource["format"] != "parquet":
                continue
            name, path = resource["name"], folder / str(resource["path"])
            if name in tables:
                raise ValueError(f"two resources have the name {name!r}")
            arrow = read_parquet(folder, resource)
            keys[name] = resource["schema"]["primaryKey"]
            tables[name] = values(arrow, keys[name])
            facts |= dict(table_facts(resource, arrow.schema))
        path = folder / "datapackage.json"
        if not tables:
            raise ValueError("it describes no Parquet file")
        if "vocabulary" in tables:
            define_codes(facts, tables["vocabulary"])
        facts = {fact: value for fact, value in facts.items() if value is not None}
        day = str(descriptor.get("created", ""))[:10]
        return Release(descriptor["name"], descriptor["version"], day, facts, keys, tables)
    except KeyError as error:
        raise NotComparable(f"{path}: its description lacks the key {error}") from error
    except FileNotFoundError as error:
        raise NotComparable(f"{path}: there is no such file") from error
    except (OSError, ValueError, TypeError, AttributeError, pyarrow.ArrowException) as error:
        raise NotComparable(f"{path}: {error}") from error


# Comparing --------------------------------------------------------------------------------------


def same_words(old: str, new: str) -> bool:
    """Return whether two texts differ in case, blanks and punctuation only.

    >>> same_words("Price, in USD", "price in USD."), same_words("in USD", "in EUR")
    (True, False)
    """
    left, right = (re.sub(r"[\s,.;:!?'\"()]+", " ", text).strip() for text in (old, new))
    return left.casefold() == right.casefold()


def needed(fact: Fact, old: Any, new: Any) -> Bump:
    """Return the bump that the change of a fact asks for."""
    table, column, what, name = fact
    if old is not None and new is not None and what == "code":
        parts = [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]
        bumps = [
            needed((table, column, "property", part), old.get(part), new.get(part))
            for part in parts
        ]
        return max(bumps, key=BUMPS.index)
    if what != "property" or name == "unit":
        return "minor" if old is None else "major"
    if name in ("description", "definition") and column:
        return "patch" if same_words(str(old), str(new)) else "major"
    return "major" if name in ("type", "primary key", "licenses") else "patch"


def differences(old: Mapping[Fact, Any], new: Mapping[Fact, Any]) -> Iterator[Difference]:
    """Yield the facts that differ, exactly: 1 and 1.0 do, the order of an object's keys does not.

    What is said of a table or a column counts only where both releases have it.
    """
    for fact in sorted(old.keys() | new.keys()):
        table, column, what, _ = fact
        parents: list[Fact] = [(table, "", "table", table)] if table and what != "table" else []
        parents += [(table, column, "column", column)] if column and what != "column" else []
        if all(parent in old and parent in new for parent in parents):
            was, now = old.get(fact), new.get(fact)
            if json.dumps(was, sort_keys=True) != json.dumps(now, sort_keys=True):
                yield Difference(needed(fact, was, now), *fact, was, now)


def plain(value: Any) -> Value:
    """Return a cell as a value that JSON can hold."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def keys_of(table: Any) -> tuple[Key, ...]:
    """Return the rows of a table of key columns as tuples."""
    columns = [column.to_pylist() for column in table.columns]
    return tuple(tuple(map(plain, row)) for row in zip(*columns, strict=True))


def unequal(old: Any, new: Any) -> list[int]:
    """Return the positions at which two columns of one type differ."""
    compute = pyarrow.compute
    result = compute.fill_null(compute.not_equal(old, new), False)
    if pyarrow.types.is_floating(old.type):
        both = compute.and_(compute.is_nan(old), compute.is_nan(new))
        result = compute.and_not(result, compute.fill_null(both, False))
    result = compute.or_(result, compute.xor(compute.is_null(old), compute.is_null(new)))
    positions: list[int] = compute.indices_nonzero(result).to_pylist()
    return positions


def match_rows(old: Any, new: Any, key: Sequence[str]) -> RowMatch:
    """Return the keys of added and of removed rows, and the changed cells by key."""
    names = [f"key{position}" for position in range(len(key))]
    sides = [
        pyarrow.table([*side.select(key), numpy.arange(side.num_rows)], [*names, label])
        for side, label in ((old, "old"), (new, "new"))
    ]
    joined = sides[0].join(sides[1], keys=names, join_type="full outer")
    joined = joined.sort_by([(name, "ascending") for name in names])
    added = joined.filter(pyarrow.compute.is_null(joined["old"]))
    removed = joined.filter(pyarrow.compute.is_null(joined["new"]))
    both = joined.drop_null()
    cells: dict[int, list[Cell]] = collections.defaultdict(list)
    for name in old.column_names:
        if name in new.column_names and old[name].type == new[name].type:
            was, now = old[name].take(both["old"]), new[name].take(both["new"])
            for row in unequal(was, now):
                cells[row].append(Cell(name, plain(was[row].as_py()), plain(now[row].as_py())))
    rows = sorted(cells)
    changed = keys_of(both.select(names).take(pyarrow.array(rows, pyarrow.int64())))
    by_key = {key: cells[row] for key, row in zip(changed, rows, strict=True)}
    return keys_of(added.select(names)), keys_of(removed.select(names)), by_key


def compare_rows(old: Release, new: Release, table: str) -> RowMatch:
    """Return what `match_rows` does for a table; all rows differ when its key does."""
    was, now = old.tables[table].select(old.keys[table]), new.tables[table].select(new.keys[table])
    if was.schema.equals(now.schema):
        return match_rows(old.tables[table], new.tables[table], old.keys[table])
    return keys_of(now), keys_of(was), {}


def cited_rows(key: Sequence[str], match: RowMatch) -> Cited:
    """Return the citations that differ, by the table and the id of the row that they support."""
    cited: Cited = collections.defaultdict(lambda: collections.defaultdict(list))
    for change, rows in zip(("added", "removed", "changed"), match, strict=True):
        for row in rows:
            cells = dict(zip(key, row, strict=True))
            place = [cells.get(name) for name in ("column", "seed", "line", "excerpt")]
            citation = Citation(typing.cast(Any, change), *place)
            cited[cells.get("table")][cells.get("row_id")].append(citation)
    return cited


def changed_rows(
    release: Release, table: str, match: RowMatch, cited: Mapping[Value, list[Citation]]
) -> Iterator[RowChange]:
    """Yield the rows of both releases whose cells or citations differ, by key."""
    content, (added, _, cells) = release.tables[table], match
    evidence = EVIDENCE if "excerpt" in content.column_names else frozenset()
    kept = {} if not cited else {
        row: cited[row_id]
        for row in keys_of(content.select(release.keys[table]))
        if (row_id := " ".join(map(str, row))) in cited
    }  # fmt: skip
    for row in sorted(cells.keys() | (kept.keys() - set(added))):
        differ, citations = cells.get(row, []), kept.get(row, [])
        of_evidence = bool(citations) or any(cell.column in evidence for cell in differ)
        of_value = any(cell.column not in evidence for cell in differ)
        kind: Kind = "value" if not of_evidence else "both" if of_value else "evidence"
        yield RowChange(row, kind, tuple(differ), tuple(citations))


def row_changes(old: Release, new: Release) -> Iterator[RowChanges]:
    """Yield the rows that differ of each table of both releases."""
    matches = {name: compare_rows(old, new, name) for name in old.tables if name in new.tables}
    cited: Cited = {}
    if "citations" in matches:
        cited = cited_rows(new.keys["citations"], matches["citations"])
    for table, match in sorted(matches.items()):
        added, removed, _ = match
        changed = tuple(changed_rows(new, table, match, cited.get(table, {})))
        bump: Bump = "major" if removed else "minor" if added else "patch"
        if added or removed or changed:
            follows = table in DERIVED or table == "citations"
            yield RowChanges(table, "patch" if follows else bump, added, removed, changed)


def compare(old: Path | None, new: Path) -> Comparison:
    """Return how two release folders differ, and the bump that this needs.

    Without an old release every table is added: a first release.  Raises NotComparable, whose
    message names the file, when a release cannot be read or is not as its descriptor says, or when
    they are of different packages.
    """
    now = read_release(new)
    if old is None:
        package_facts = {fact: value for fact, value in now.facts.items() if not fact[0]}
        was = Release(now.name, "", "", package_facts, {}, {})
    else:
        was = read_release(old)
    if was.name != now.name:
        raise NotComparable(f"{new} is a release of {now.name!r}, but {old} is one of {was.name!r}")
    try:
        found = tuple(differences(was.facts, now.facts))
        rows = tuple(row_changes(was, now))
    except (ValueError, TypeError, pyarrow.ArrowException) as error:
        raise NotComparable(f"{old} and {new} could not be compared: {error}") from error
    bumps = [*(each.bump for each in found), *(each.bump for each in rows)]
    result: Literal["same", "different"] = "different" if found or rows else "same"
    bump = max(bumps, key=BUMPS.index, default=BUMPS[0])
    return Comparison(now.name, was.version, now.version, now.date, result, bump, found, rows)


# Version numbers --------------------------------------------------------------------------------


def version_parts(version: str) -> list[int]:
    """Return the three numbers of a version; raise ValueError when it is none.

    >>> version_parts("1.10.0")
    [1, 10, 0]
    """
    return list(versions.parse(version).release)


def shortfall(old_version: str, new_version: str, bump: Bump) -> str:
    """Return why a version may not follow another when a bump is needed; "" when it may.

    >>> shortfall("1.0.3", "1.0.4", "minor")
    'version 1.0.4 after 1.0.3 is too small: a minor release is needed, at least 1.1.0'
    """
    old, new = version_parts(old_version), version_parts(new_version)
    part = {"major": 0, "minor": 1}.get(bump, 2)
    if new[: part + 1] > old[: part + 1]:
        return ""
    least = ".".join(map(str, [*old[:part], old[part] + 1, 0, 0][:3]))
    what = "a greater version" if bump == "none" else f"a {bump} release"
    problem = f"version {new_version} after {old_version} is too small"
    return f"{problem}: {what} is needed, at least {least}"


def sufficient(old_version: str, new_version: str, bump: Bump) -> bool:
    """Return whether a version is greater than another and raises at least the needed part.

    >>> sufficient("1.4.2", "2.0.0", "minor"), sufficient("0.1.0", "0.2.0", "major")
    (True, False)
    """
    return not shortfall(old_version, new_version, bump)
