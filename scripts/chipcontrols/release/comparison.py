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

import dataclasses
import json
import re
import typing
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from chipcontrols.package import SHARED, versions
from chipcontrols.package.frames import OFFSETS
from chipcontrols.package.schema import ANCHOR, Schema
from chipcontrols.release import releases
from chipcontrols.release.releases import Fact, Key, NotComparable, Release, Sheet, Value, What
from chipcontrols.release.renames import recoded, renamed

Bump = Literal["none", "patch", "minor", "major"]
Kind = Literal["value", "evidence", "both"]
Change = Literal["added", "removed", "changed"]
Cells = Mapping[Key, tuple["Cell", ...]]
"""Rows by key, with their cells that differ."""
UNKNOWN = Schema("", "", "", {}, (), ())
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


def by_role(schema: Schema, sheet: Sheet, *roles: str) -> dict[Key, Key]:
    """Return the cells of the columns with some roles, by key."""
    return sheet.cells(*(schema.roles.get(role, "") for role in roles))


def facts_of(release: Release, schemas: Mapping[str, Schema]) -> dict[Fact, Any]:
    """Return what is said of a release, with what its code lists say of each code."""
    meanings: dict[Key, dict[str, Any]] = {}
    for name, sheet in release.sheets.items():
        schema = schemas.get(name, UNKNOWN)
        roles = ("table", "column", "code", "definition", "unit")
        listed = by_role(schema, sheet, *roles) if schema.kind == "code" else {}
        for *code, definition, unit in listed.values():
            meant = {"definition": definition, "unit": unit}
            meanings[tuple(code)] = {part: words for part, words in meant.items() if words}
    facts: dict[Fact, Any] = {("", "", "property", key): x for key, x in release.stated.items()}
    for table, resource in release.resources.items():
        facts |= table_facts(table, resource, meanings)
    return {fact: value for fact, value in facts.items() if value is not None}


def table_facts(
    table: str, resource: Mapping[str, Any], meanings: Mapping[Any, Any]
) -> Iterator[tuple[Fact, Any]]:
    """Yield what can be said of a table besides its rows; `meanings` are those of codes, by table
    and column or, of a list that several share, by `SHARED` and its name."""
    schema = resource["schema"]
    yield (table, "", "table", table), table
    for name in ("title", "description"):
        yield (table, "", "property", name), resource.get(name)
    yield (table, "", "property", "primary key"), schema["primaryKey"]
    for foreign in schema.get("foreignKeys", []):
        yield (table, "", "foreign key", json.dumps(foreign["fields"])), foreign["reference"]
    for field in schema["fields"]:
        column, shared = field["name"], field.get("codeList")
        yield (table, column, "column", column), column
        for name in field.keys() - {"name", "constraints", "categories", "evidence", "codeList"}:
            yield (table, column, "property", name), field[name]
        for name, limit in field["constraints"].items():
            yield (table, column, "constraint", name), None if limit is False else limit
        for code in field.get("categories", []):
            own = meanings.get((table, column, code), {})
            yield (table, column, "code", code), meanings.get((SHARED, shared, code), own)


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
    """Yield the facts that differ, exactly: 1 and 1.0 do, the order of an object's keys does not;
    what is said of a table or a column counts only where both releases have it."""
    for fact in sorted(old.keys() | new.keys()):
        table, column, what, _ = fact
        parents: list[Fact] = [(table, "", "table", table)] if table and what != "table" else []
        parents += [(table, column, "column", column)] if column and what != "column" else []
        if all(parent in old and parent in new for parent in parents):
            was, now = old.get(fact), new.get(fact)
            if json.dumps(was, sort_keys=True) != json.dumps(now, sort_keys=True):
                yield Difference(needed(fact, was, now), *fact, was, now)


def cells_that_differ(columns: Iterable[str], old: Key, new: Key) -> tuple[Cell, ...]:
    """Return the cells of two rows that differ."""
    cells = zip(columns, old, new, strict=True)
    return tuple(Cell(name, was, now) for name, was, now in cells if was != now)


def match_rows(old: Sheet, new: Sheet, schema: Schema) -> dict[Change, Cells]:
    """Return the keys of the rows that differ, sorted; all rows do when the key does."""
    kinds = [[(name, one.types[name]) for name in one.key] for one in (old, new)]
    both = old.rows.keys() & new.rows.keys() if kinds[0] == kinds[1] else set()
    moved = moved_rows(old, new) if both and schema.kind == "statement" else {}
    here = set(moved.values())
    same = both - moved.keys() - here
    kept = [name for name in old.types if new.types.get(name) == old.types[name]]
    was, now = old.cells(*kept), new.cells(*kept)
    cells = {key: cells_that_differ(kept, was[key], now[key]) for key in same}
    cells |= {there: cells_that_differ(new.key, key, there) for key, there in moved.items()}
    return {
        "added": dict.fromkeys(sorted(new.rows.keys() - same - here), ()),
        "removed": dict.fromkeys(sorted(old.rows.keys() - same - moved.keys()), ()),
        "changed": {key: cells[key] for key in sorted(cells) if cells[key]},
    }


def moved_rows(old: Sheet, new: Sheet) -> dict[Key, Key]:
    """Return the new keys of rows that have all cells as before under another key, by the old."""
    shared = [name for name in old.types if name in new.types and name not in old.key]
    before, after = (by_what_they_say(sheet.cells(*shared)) for sheet in (old, new))
    return {key: there for cells, key in before.items() if (there := after.get(cells, key)) != key}


def by_what_they_say(rows: Mapping[Key, Key]) -> dict[Key, Key]:
    """Return the keys of rows that say what no other row says, by their cells."""
    times = Counter(rows.values())
    return {cells: key for key, cells in rows.items() if times[cells] == 1}


def citations_that_differ(
    schemas: Mapping[str, Schema],
    sheets: Mapping[str, tuple[Sheet, Sheet]],
    matches: Mapping[str, Mapping[Change, Cells]],
) -> dict[Key, list[Citation]]:
    """Return the citations that differ, by table and id of the row that each supports."""
    found: dict[Key, list[Citation]] = {}
    for name in (name for name, schema in schemas.items() if schema.kind == "citation"):
        for change, keys in matches[name].items():
            sheet = sheets[name][change != "removed"]
            cells = by_role(schemas[name], sheet, "table", "row", "column", *ANCHOR)
            for table, row, *place in (cells[key] for key in keys):
                found.setdefault((table, row), []).append(Citation(change, *place))
    return found


def row_changes(old: Release, new: Release, schemas: Mapping[str, Schema]) -> Iterator[RowChanges]:
    """Yield the rows that differ of each table of both releases."""
    known = {name: schemas.get(name, UNKNOWN) for name in sorted(old.sheets.keys() & new.sheets)}
    sheets = {name: (old.sheets[name], new.sheets[name]) for name in known}
    matches = {name: match_rows(*sheets[name], schema) for name, schema in known.items()}
    cited = citations_that_differ(known, sheets, matches)
    for table, match in matches.items():
        schema, (before, after) = known[table], sheets[table]
        supported = {
            key: tuple(found)
            for key in (after.rows if cited else ())
            if key not in match["added"] and (found := cited.get((table, " ".join(map(str, key)))))
        }
        place = (schema.roles[role] for role in ANCHOR)
        evidence = [*place, *OFFSETS] if schema.anchored else []
        changed = []
        for key in sorted(match["changed"].keys() | supported.keys()):
            cells, citations = match["changed"].get(key, ()), supported.get(key, ())
            of_evidence = bool(citations) or any(cell.column in evidence for cell in cells)
            of_value = any(cell.column not in evidence for cell in cells)
            kind: Kind = "value" if not of_evidence else "both" if of_value else "evidence"
            changed.append(RowChange(key, kind, cells, citations))
        added, removed = tuple(match["added"]), tuple(match["removed"])
        renumbered = any(cell.column in after.key for one in changed for cell in one.cells)
        bump: Bump = "major" if removed or renumbered else "minor" if added else "patch"
        if added or removed or changed:
            bump = "patch" if schema.kind in ("derived", "citation") else bump
            gone = said(schema, before, removed)
            hidden = said(schema, after, added) if schema.kind == "exclusion" else ()
            yield RowChanges(table, bump, added, removed, gone, hidden, tuple(changed))


def other_codes(
    old: Release, new: Release, before: dict[Fact, Any], after: Mapping[Fact, Any]
) -> Iterator[tuple[Fact, str, str]]:
    """Yield the codes that have another name, and take them out of the facts `before`."""
    for fact in sorted(before.keys() - after.keys()):
        table, column, what, code = fact
        if what != "code" or table not in new.sheets or column not in new.sheets[table].types:
            continue
        if now := recoded(old.sheets[table], new.sheets[table], column, code):
            del before[fact]
            yield fact, code, now


def said(schema: Schema, sheet: Sheet, keys: Iterable[Key]) -> tuple[str, ...]:
    """Return what rows say: the sentence, else the name, or the words that they rest on."""
    cells = by_role(schema, sheet, "sentence", "name", "form", "excerpt")
    return tuple(next((str(one) for one in cells[key] if one is not None), "") for key in keys)


def compare(old: Path | None, new: Path) -> Comparison:
    """Return how two release folders differ, and the bump that this needs.

    Without an old release every table is added: a first release.  Raises NotComparable, whose
    message names the file, when a release cannot be read or is not as its descriptor says, or when
    they are of different packages.
    """
    now = releases.read_release(new)
    was = releases.read_release(old) if old else Release(now.name, "", "", now.stated, {}, {})
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
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise NotComparable(f"{old} and {new} could not be compared: {error}") from error
    result: Literal["same", "different"] = "different" if found or rows else "same"
    bumps = {one.bump for one in found} | {one.bump for one in rows}
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
