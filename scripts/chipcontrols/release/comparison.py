"""Versions: what differs between two releases, and which version number the difference needs.

Release folders are compared by what their readers load: the Parquet files and what
``datapackage.json`` says of them (``releases`` reads them).  A table or column that has another
name, or was split or moved, is recognised by what it holds (``renames``), and compared under the
new one; so is a code.

The bump is the largest that any difference asks for:

=======  ==========================================================================================
major    table, column, code, row (id) or promise gone; type, unit, meaning, key or licence changed
minor    table, column, code, row, unit or promise added
patch    cells or evidence of existing rows corrected; documentation
none     the releases say the same
=======  ==========================================================================================

A *promise* is a constraint (that a column is never empty is one) or a foreign key.  The *meaning*
of a column is its description, that of a code its definition in the code list.  A program cannot
tell new words from a new meaning, so that any change beyond case, blanks and punctuation counts as
one.  Titles, examples and the descriptions of tables and package are documentation.  Rows of
citations are evidence of the rows they cite, and rows of derived tables follow from the curated
ones: whatever happens to them is a patch, while their columns are as binding as any.  Which tables
these are, their property ``evidence`` says; where one of the releases has none, as 1.0 had, that of
the other says it for both.  That property itself is not compared: it is for validation.

Rows are matched by primary key; a statement that has taken another id with all that it says is the
same row *renumbered*, so that of statements numbered anew just the one that is gone is told.  The
order of rows, columns and codes does not matter.  Where the columns or types of the key changed,
every old row is gone and every new one added.  A null equals a null; NaN equals NaN and is no null;
1 and 1.0 differ by type.  Cells of a column whose type changed are not compared.

Each changed row says whether its value, its evidence (document, line, excerpt, offsets, citations)
or both changed.  Out of scope: rendering (``changes`` does), and what follows from the tables:
version and date of the package, files of a release that are not Parquet.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from chipcontrols.package import SHARED, versions
from chipcontrols.package.frames import OFFSETS
from chipcontrols.package.schema import ANCHOR, Schema
from chipcontrols.release.releases import (
    Fact,
    Key,
    NotComparable,
    Release,
    Sheet,
    Value,
    What,
    read_release,
)
from chipcontrols.release.renames import recoded, renamed

Bump = Literal["none", "patch", "minor", "major"]
Kind = Literal["value", "evidence", "both"]
Change = Literal["added", "removed", "changed"]
Cells = Mapping[Key, tuple["Cell", ...]]
"""Rows by key, with their cells that differ."""
Cited = tuple[Value, Value]
"""Table and id of a row that a citation supports."""
UNKNOWN, UNKNOWN_SHEET = Schema("", "", "", {}, (), ()), Sheet((), {}, {})
BUMPS: tuple[Bump, ...] = typing.get_args(Bump)


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """What was added (`old` is null), is gone (`new` is null) or changed, besides rows; `name` is
    the code, constraint or property, `table` is empty for the package."""

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
    """A citation that differs, for a row of both releases."""

    change: Change
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
    gone: tuple[str, ...]
    """What the rows that are gone said: the sentence of each, else its name or its words."""
    excluded: tuple[str, ...]
    """The words that the rows added exclude, in a table of exclusions."""
    changed: tuple[RowChange, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """All differences between two releases of a package, and the bump that they need;
    `old_version` is empty for a first release, `date` is the day of the new one."""

    name: str
    old_version: str
    new_version: str
    date: str
    result: Literal["same", "different"]
    bump: Bump
    differences: tuple[Difference, ...]
    rows: tuple[RowChanges, ...]


def by_role(schema: Schema, columns: Iterable[str], row: Key) -> dict[str, Any]:
    """Return the cells of a row by the roles of their columns."""
    cells = dict(zip(columns, row, strict=True))
    return {role: cells.get(column) for role, column in schema.roles.items()}


def facts_of(release: Release, schemas: Mapping[str, Schema]) -> dict[Fact, Any]:
    """Return what is said of a release, with what its code lists say of each code."""
    facts = {fact: value for fact, value in release.facts.items() if value is not None}
    shared: dict[Value, list[tuple[str, str]]] = {}
    for fact in [fact for fact in facts if fact[2:] == ("property", "codeList")]:
        shared.setdefault(facts.pop(fact), []).append(fact[:2])
    for name, sheet in release.sheets.items():
        schema = schemas.get(name, UNKNOWN)
        for row in sheet.rows.values() if schema.kind == "code" else ():
            cells = by_role(schema, sheet.types, row)
            meant = {one: cells[one] for one in ("definition", "unit") if cells.get(one)}
            lists = [(cells["table"], cells["column"])]
            if cells["table"] == SHARED:
                lists = shared.get(cells["column"], [])
            for table, column in lists:
                fact = (table, column, "code", cells["code"])
                facts |= {fact: meant} if fact in facts else {}
    return facts


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
        bumps = [
            needed((table, column, "property", part), old.get(part), new.get(part))
            for part in old.keys() | new.keys()
            if old.get(part) != new.get(part)
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


def changed_cells(old: Sheet, new: Sheet, keys: Iterable[Key]) -> dict[Key, tuple[Cell, ...]]:
    """Return the cells that differ of the rows of both, by key; those of other types do not."""
    before, after = list(old.types), list(new.types)
    kept = [name for name in before if new.types.get(name) == old.types[name]]
    places = [(name, before.index(name), after.index(name)) for name in kept]
    found: dict[Key, tuple[Cell, ...]] = {}
    for key in sorted(keys):
        was, now = old.rows[key], new.rows[key]
        cells = [Cell(name, was[i], now[j]) for name, i, j in places if was[i] != now[j]]
        found |= {key: tuple(cells)} if cells else {}
    return found


def match_rows(old: Sheet, new: Sheet, schema: Schema) -> dict[Change, Cells]:
    """Return the keys of the rows that differ, sorted; all rows do when the key does."""
    kinds = [[(name, one.types[name]) for name in one.key] for one in (old, new)]
    both = old.rows.keys() & new.rows.keys() if kinds[0] == kinds[1] else set()
    renumbered = moved_rows(old, new) if both and schema.kind == "statement" else {}
    taken = {was for was, now in renumbered.items() if now != was} | set(renumbered.values())
    numbers = {
        now: tuple(Cell(name, a, b) for name, a, b in zip(new.key, was, now, strict=True) if a != b)
        for was, now in renumbered.items()
    }
    same = both - taken
    gone = old.rows.keys() - same - renumbered.keys()
    fresh = new.rows.keys() - same - set(renumbered.values())
    return {
        "added": dict.fromkeys(sorted(fresh), ()),
        "removed": dict.fromkeys(sorted(gone), ()),
        "changed": dict(sorted({**changed_cells(old, new, same), **numbers}.items())),
    }


def moved_rows(old: Sheet, new: Sheet) -> dict[Key, Key]:
    """Return the new keys of rows that have all cells as before under another key, by the old."""
    said: list[dict[Key, list[Key]]] = []
    shared = [name for name in old.types if name in new.types and name not in old.key]
    for one in (old, new):
        places = [list(one.types).index(name) for name in shared]
        found: dict[Key, list[Key]] = {}
        for key, row in one.rows.items():
            found.setdefault(tuple(row[at] for at in places), []).append(key)
        said.append(found)
    before, after = said
    return {
        keys[0]: after[cells][0]
        for cells, keys in before.items()
        if len(keys) == len(after.get(cells, ())) == 1 and keys != after[cells]
    }


def cited_rows(
    schema: Schema, sheets: tuple[Sheet, Sheet], match: Mapping[Change, Cells]
) -> Iterator[tuple[Cited, Citation]]:
    """Yield the citations that differ, each with table and id of the row that it supports."""
    for change, keys in match.items():
        columns = sheets[change != "removed"].key
        for said in (by_role(schema, columns, key) for key in keys):
            place = [said.get(role) for role in ("column", *ANCHOR)]
            yield (said["table"], said["row"]), Citation(change, *place)


def changed_rows(
    changed: Cells, citations: Mapping[Key, tuple[Citation, ...]], evidence: Collection[str]
) -> Iterator[RowChange]:
    """Yield the rows whose cells or citations differ, by key; `evidence` are the columns of it."""
    for key in sorted(changed.keys() | citations.keys()):
        cells, cited = changed.get(key, ()), citations.get(key, ())
        of_evidence = bool(cited) or any(cell.column in evidence for cell in cells)
        of_value = any(cell.column not in evidence for cell in cells)
        kind: Kind = "value" if not of_evidence else "both" if of_value else "evidence"
        yield RowChange(key, kind, cells, cited)


def row_changes(old: Release, new: Release, schemas: Mapping[str, Schema]) -> Iterator[RowChanges]:
    """Yield the rows that differ of each table of both releases."""
    both = {name: (old.sheets[name], new.sheets[name]) for name in old.sheets if name in new.sheets}
    matches = {
        table: match_rows(*sheets, schemas.get(table, UNKNOWN))
        for table, sheets in sorted(both.items())
    }
    cited: dict[Cited, list[Citation]] = {}
    for table in (table for table in matches if schemas.get(table, UNKNOWN).kind == "citation"):
        for row, citation in cited_rows(schemas[table], both[table], matches[table]):
            cited.setdefault(row, []).append(citation)
    for table, match in matches.items():
        schema, sheet = schemas.get(table, UNKNOWN), new.sheets[table]
        place = [schema.roles[role] for role in ANCHOR] if schema.anchored else []
        evidence = [*place, *OFFSETS] if place else []
        citations = {
            key: tuple(found)
            for key in (sheet.rows if cited else ())
            if key not in match["added"] and (found := cited.get((table, " ".join(map(str, key)))))
        }
        changed = tuple(changed_rows(match["changed"], citations, evidence))
        added, removed = tuple(match["added"]), tuple(match["removed"])
        renumbered = any(cell.column in sheet.key for one in changed for cell in one.cells)
        bump: Bump = "major" if removed or renumbered else "minor" if added else "patch"
        if added or removed or changed:
            follows = schema.kind in ("derived", "citation")
            gone = said(schema, old.sheets[table], removed)
            hidden = said(schema, sheet, added) if schema.kind == "exclusion" else ()
            bump = "patch" if follows else bump
            yield RowChanges(table, bump, added, removed, gone, hidden, changed)


def other_codes(
    old: Release, new: Release, before: dict[Fact, Any], after: Mapping[Fact, Any]
) -> Iterator[tuple[Fact, str, str]]:
    """Yield the codes that have another name, and take them out of the facts `before`."""
    gone: dict[tuple[str, str], set[str]] = {}
    for table, column, what, name in before.keys() - after.keys():
        if what == "code" and column in new.sheets.get(table, UNKNOWN_SHEET).types:
            gone.setdefault((table, column), set()).add(name)
    for (table, column), codes in sorted(gone.items()):
        for was, now in recoded(old.sheets[table], new.sheets[table], column, codes).items():
            fact: Fact = (table, column, "code", was)
            del before[fact]
            yield fact, was, now


def said(schema: Schema, sheet: Sheet, keys: Iterable[Key]) -> tuple[str, ...]:
    """Return what rows say: the sentence, else the name, or the words that they rest on."""
    columns = [schema.roles.get(role) for role in ("sentence", "name", "form", "excerpt")]
    at = [list(sheet.types).index(name) for name in columns if name and name in sheet.types]
    rows = (sheet.rows[key] for key in keys)
    return tuple(next((str(row[i]) for i in at if row[i] is not None), "") for row in rows)


def compare(old: Path | None, new: Path) -> Comparison:
    """Return how two release folders differ, and the bump that this needs.

    Without an old release every table is added: a first release.  Raises NotComparable, whose
    message names the file, when a release cannot be read or is not as its descriptor says, or when
    they are of different packages.
    """
    now = read_release(new)
    package_facts = {fact: value for fact, value in now.facts.items() if not fact[0]}
    was = read_release(old) if old else Release(now.name, "", "", package_facts, {}, {})
    if was.name != now.name:
        raise NotComparable(f"{new} is a release of {now.name!r}, but {old} is one of {was.name!r}")
    try:
        was, other_names = renamed(was, now)
        schemas = was.schemas | now.schemas
        facts = [facts_of(release, schemas | release.schemas) for release in (was, now)]
        other_names += other_codes(was, now, *facts)
        names = [Difference("major", *fact, left, right) for fact, left, right in other_names]
        found = (*names, *differences(*facts))
        rows = tuple(row_changes(was, now, schemas))
    except (KeyError, ValueError, TypeError) as error:
        raise NotComparable(f"{old} and {new} could not be compared: {error}") from error
    bumps = [*(each.bump for each in found), *(each.bump for each in rows)]
    result: Literal["same", "different"] = "different" if found or rows else "same"
    bump = max(bumps, key=BUMPS.index, default=BUMPS[0])
    return Comparison(now.name, was.version, now.version, now.date, result, bump, found, rows)


def shortfall(old_version: str, new_version: str, bump: Bump) -> str:
    """Return why a version may not follow another when a bump is needed; "" when it may.

    >>> shortfall("1.0.3", "1.0.4", "minor")
    'version 1.0.4 after 1.0.3 is too small: a minor release is needed, at least 1.1.0'
    """
    old, new = versions.parse(old_version).release, versions.parse(new_version).release
    part = {"major": 0, "minor": 1}.get(bump, 2)
    if new[: part + 1] > old[: part + 1]:
        return ""
    least = ".".join(map(str, [*old[:part], old[part] + 1, 0, 0][:3]))
    what = "a greater version" if bump == "none" else f"a {bump} release"
    problem = f"version {new_version} after {old_version} is too small"
    return f"{problem}: {what} is needed, at least {least}"
