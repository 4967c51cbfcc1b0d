"""Tables and columns that have another name in a later release, recognised by what they hold.

A table that is gone and a new one are the same when most of the old one's keys are keys of the new
one.  A column that is gone and a new column of the same table are the same when most cells of the
rows in both are equal; of several the one with the most, and no column twice.  Empty cells count
for nothing.  Out of scope: what was split, merged or coded anew, which shows as gone and as new.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chipcontrols.release.releases import Fact, Release, Sheet

LEAST = 2
"""How many cells must be equal, so that chance does not look like a rename."""


def likeness(old: Sheet, new: Sheet, left: str, right: str) -> tuple[int, int]:
    """Return how many cells of two columns are equal, and how many the old one has, in the rows
    of both."""
    at, there = list(old.types).index(left), list(new.types).index(right)
    both = [key for key in old.rows if key in new.rows and old.rows[key][at] is not None]
    return sum(old.rows[key][at] == new.rows[key][there] for key in both), len(both)


def renamed_tables(old: Release, new: Release) -> dict[str, str]:
    """Return the new names of tables, by their old names."""
    found: dict[str, str] = {}
    for table in sorted(old.sheets.keys() - new.sheets.keys()):
        keys = old.sheets[table].rows.keys()
        shared = {
            other: len(keys & new.sheets[other].rows.keys())
            for other in sorted(new.sheets.keys() - old.sheets.keys() - set(found.values()))
        }
        best = max(shared, key=shared.__getitem__, default="")
        if best and shared[best] >= LEAST and 2 * shared[best] > len(keys):
            found[table] = best
    return found


def renamed_columns(old: Sheet, new: Sheet) -> dict[str, str]:
    """Return the new names of the columns of a table, by their old names."""
    gone = [name for name in old.types if name not in new.types and name not in old.key]
    fresh = [name for name in new.types if name not in old.types and name not in new.key]
    alike = [(*likeness(old, new, left, right), left, right) for left in gone for right in fresh]
    found: dict[str, str] = {}
    # Those that hold most come first; of equals the first by name.
    for equal, count, left, right in sorted(alike, key=lambda one: (-one[0], *one[2:])):
        free = left not in found and right not in found.values()
        if free and equal >= LEAST and 2 * equal > count:
            found[left] = right
    if len(old.key) == len(new.key) and 2 * len(old.rows.keys() & new.rows.keys()) > len(old.rows):
        keys = zip(old.key, new.key, strict=True)
        found |= {left: right for left, right in keys if left != right}
    return found


def renamed(old: Release, new: Release) -> tuple[Release, list[tuple[Fact, str, str]]]:
    """Return the old release under the names of the new one, and what has another name: each as
    the fact in the new release, with its old and its new name."""
    tables = renamed_tables(old, new)
    sheets = {tables.get(name, name): sheet for name, sheet in old.sheets.items()}
    columns = {
        name: renamed_columns(sheet, new.sheets[name])
        for name, sheet in sheets.items()
        if name in new.sheets
    }
    facts = dict(renamed_fact(*one, tables, columns) for one in old.facts.items())
    for name, sheet in sheets.items():
        known = columns.get(name, {})
        types = {known.get(column, column): kind for column, kind in sheet.types.items()}
        key = tuple(known.get(column, column) for column in sheet.key)
        sheets[name] = Sheet(key, types, sheet.rows)
    schemas = {tables.get(name, name): schema for name, schema in old.schemas.items()}
    again = Release(old.name, old.version, old.date, facts, sheets, schemas)
    return again, list(names(tables, columns))


def renamed_fact(
    fact: Fact, value: Any, tables: dict[str, str], columns: dict[str, dict[str, str]]
) -> tuple[Fact, Any]:
    """Return what is said of the old release, under the names of the new one."""
    table, column, what, name = fact
    place = tables.get(table, table)
    known = columns.get(place, {})
    now = known.get(column, column)
    if what == "table":
        return (place, "", what, place), place
    if what == "column":
        return (place, now, what, now), now
    if what == "property" and name == "primary key":
        return (place, now, what, name), [known.get(one, one) for one in value]
    if what == "foreign key":
        own = json.dumps([known.get(one, one) for one in json.loads(name)])
        target = tables.get(value["resource"], value["resource"])
        there = columns.get(target or place, {})
        fields = [there.get(one, one) for one in value["fields"]]
        return (place, now, what, own), {**value, "resource": target, "fields": fields}
    return (place, now, what, name), value


def names(
    tables: dict[str, str], columns: dict[str, dict[str, str]]
) -> Iterator[tuple[Fact, str, str]]:
    """Yield what has another name; see `renamed`."""
    for left, right in sorted(tables.items()):
        yield (right, "", "table", right), left, right
    for table, known in sorted(columns.items()):
        for left, right in sorted(known.items()):
            yield (table, right, "column", right), left, right
