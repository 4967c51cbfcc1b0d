"""Tables and columns that have another name in a later release, or were split or moved, recognised
by what they hold.

A table that is gone and a new one are the same when most of the old one's keys are keys of the new
one.  A column that is gone and a new column of the same table are the same when most cells of the
rows in both are equal or, of text and codes, share most of their words (``market_share`` and
``share``, a title and a sentence); of several the one with the most, and no column twice.  A column
whose cells are found, row by row, in several new columns was *split* into these; one whose cells,
or the parts of them, stand beside the keys of their rows in another table was *moved* there.  Empty
cells count for nothing.  Out of scope: rows that were merged, which show as
gone and as new.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from chipcontrols.release.releases import Fact, Release, Sheet

LEAST, MANY = 2, 5
"""How many cells must be equal, or rows be there whose cells share words, so that chance does not
look like a rename."""


def pairs(old: Sheet, new: Sheet, left: str, right: str) -> list[tuple[Any, Any]]:
    """Return the cells of two columns in the rows of both, where the old one has any."""
    at, there = list(old.types).index(left), list(new.types).index(right)
    cells = ((old.rows[key][at], new.rows[key][there]) for key in old.rows if key in new.rows)
    return [(was, now) for was, now in cells if was is not None]


def likeness(old: Sheet, new: Sheet, left: str, right: str) -> tuple[int, float]:
    """Return how many cells of two columns are equal, and the part of the old ones that are equal
    or share most of their words; of many that the new release has emptied only those left."""
    found = pairs(old, new, left, right)
    left_over = [pair for pair in found if pair[1] is not None]
    if len(left_over) >= MANY and 4 * len(left_over) > len(found):
        found = left_over
    words = [(split(was), split(now)) for was, now in found]
    usual = {w for w, count in Counter(w for pair in words for w in set().union(*pair)).items()
             if 2 * count > len(found) > LEAST}  # fmt: skip
    shared = 0.0
    for (was, now), (one, other) in zip(found, words, strict=True):
        least = min(len(one - usual), len(other - usual))
        shared += was == now or (bool(least) and 2 * len(one & other - usual) > least)
    return sum(was == now for was, now in found), shared / max(len(found), 1)


def split(cell: Any) -> set[str]:
    """Return the words of a text or code.

    >>> sorted(split("market_share")), split(3)
    (['market', 'share'], set())
    """
    return set(re.findall(r"[^\W_]+", cell.casefold())) if isinstance(cell, str) else set()


def items(cell: Any) -> set[str]:
    """Return the parts of a cell that is a list, or the cell alone."""
    return {one.strip() for one in str(cell).split("|")} if cell is not None else set()


def renamed_tables(old: Release, new: Release) -> dict[str, str]:
    """Return the new names of tables, by their old names."""
    found: dict[str, str] = {}
    for table in sorted(old.sheets.keys() - new.sheets.keys()):
        keys, parts = old.sheets[table].rows.keys(), len(old.sheets[table].key)
        shared = {  # a key may have gained columns
            other: len(keys & {key[:parts] for key in new.sheets[other].rows})
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
    for equal, part, left, right in sorted(alike, key=lambda one: (-one[0], -one[1], *one[2:])):
        free = left not in found and right not in found.values()
        if free and 2 * part > 1 and (equal >= LEAST or len(old.rows) >= MANY):
            found[left] = right
    if len(old.key) == len(new.key) and 2 * len(old.rows.keys() & new.rows.keys()) > len(old.rows):
        keys = zip(old.key, new.key, strict=True)
        found |= {left: right for left, right in keys if left != right}
    return found


def recoded(old: Sheet, new: Sheet, column: str, codes: set[str]) -> dict[str, str]:
    """Return the code that most rows of each code have now, by those of the column that are gone:
    where several rows have it, or its words are some of the old one's."""
    found: dict[str, str] = {}
    for code in sorted(codes):
        now = Counter(there for was, there in pairs(old, new, column, column) if was == code)
        (best, count), *_ = [*now.most_common(1), (None, 0)]
        alike = count >= LEAST or bool(split(code) & split(best))
        if best is not None and best != code and alike and 2 * count > now.total():
            found[code] = str(best)
    return found


def by_cell(sheet: Sheet) -> dict[str, list[set[str]]]:
    """Return the rows of a table, each as the cells that it has, by each of these cells."""
    found: dict[str, list[set[str]]] = {}
    for row in sheet.rows.values():
        cells = {str(cell) for cell in row if isinstance(cell, str)}
        for cell in cells:
            found.setdefault(cell, []).append(cells)
    return found


def parted(
    old: Sheet, new: Release, table: str, known: Mapping[str, str], fresh: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield the columns of a table that were split or moved, each with where its cells are now."""
    there = new.sheets[table]
    columns = [name for name in there.types if name not in old.types and name not in there.key]
    for left in old.types:
        if left in old.key or (left in there.types and left not in known):
            continue
        cells = {column: pairs(old, there, left, column) for column in columns}
        hits = {column: {at for at, (was, now) in enumerate(found) if items(was) <= items(now)}
                for column, found in cells.items()}  # fmt: skip
        count = max(map(len, cells.values()), default=0)
        holding = [column for column in columns if len(hits[column]) >= LEAST]
        covered = set().union(*(hits[column] for column in holding)) if holding else set()
        most = max((len(hits[column]) for column in holding), default=0)
        if len(holding) > 1 and 2 * len(covered) > count and len(covered) > most:
            yield left, ", ".join(holding)
        elif left not in known:
            at = list(old.types).index(left)
            rows = [(key, items(row[at])) for key, row in old.rows.items() if items(row[at])]
            total = sum(len(parts) for _, parts in rows)
            for name in sorted(fresh):
                index = by_cell(new.sheets[name])
                held = sum(
                    any(part in row for row in index.get(" ".join(map(str, key)), ()))
                    for key, parts in rows for part in parts
                )  # fmt: skip
                if held >= LEAST and 2 * held > total:
                    yield left, f"table {name}"
                    break


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
    fresh = {name for name in new.sheets if name not in sheets}
    elsewhere = {
        (name, left): where
        for name, known in columns.items()
        for left, where in parted(sheets[name], new, name, known, fresh)
    }
    columns = {
        name: {left: right for left, right in known.items() if (name, left) not in elsewhere}
        for name, known in columns.items()
    }
    facts = dict(renamed_fact(*one, tables, columns) for one in old.facts.items())
    facts = {fact: value for fact, value in facts.items() if fact[:2] not in elsewhere}
    for name, sheet in sheets.items():
        known = columns.get(name, {})
        types = {known.get(column, column): kind for column, kind in sheet.types.items()}
        key = tuple(known.get(column, column) for column in sheet.key)
        sheets[name] = Sheet(key, types, sheet.rows)
    schemas = {tables.get(name, name): schema for name, schema in old.schemas.items()}
    again = Release(old.name, old.version, old.date, facts, sheets, schemas)
    told = list(names(tables, columns))
    for (table, left), where in sorted(elsewhere.items()):
        told.append(((table, left, "column", left), left, where))
    return again, told


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
