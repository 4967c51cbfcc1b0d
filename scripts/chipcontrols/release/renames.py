"""Tables and columns that have another name in a later release, or were split or moved, recognised
by what they hold.

A table that is gone and a new one are the same when most of the old one's keys are keys of the new
one.  A column that is gone and a new column of the same table are the same when most cells of the
rows in both are equal or, of text and codes, share most of their words (``market_share`` and
``share``, a title and a sentence); of several the one with the most, and no column twice.  A column
whose cells are found, row by row, in several new columns was *split* into these; one whose cells,
or the parts of them, stand beside the keys of their rows in another table was *moved* there.  Empty
cells count for nothing.  Out of scope: rows that were merged, which show as gone and as new.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from chipcontrols.release.releases import Fact, Release, Sheet

LEAST, MANY = 2, 5
"""How many cells must be equal, or share words, so that chance does not look like a rename."""


def pairs(old: Sheet, new: Sheet, left: str, right: str) -> list[tuple[Any, Any]]:
    """Return the cells of two columns in the rows of both, where the old one has any."""
    was, now = old.cells(left), new.cells(right)
    return [(one, now[key][0]) for key, (one,) in was.items() if key in now and one is not None]


def likeness(old: Sheet, new: Sheet, left: str, right: str) -> tuple[int, int, float]:
    """Return in how many rows the cells of two columns are equal, in how many they are alike, and
    in which part of those that have both: equal, or sharing most of their words, except words that
    most cells have."""
    found = [pair for pair in pairs(old, new, left, right) if pair[1] is not None]
    times = Counter(word for was, now in found for word in words_of(was) | words_of(now))
    usual = {word for word, count in times.items() if 2 * count > len(found) > LEAST}
    alike = 0
    for was, now in found:
        one, other = words_of(was) - usual, words_of(now) - usual
        alike += was == now or 2 * len(one & other) > min(len(one), len(other)) > 0
    return sum(was == now for was, now in found), alike, alike / max(len(found), 1)


def words_of(cell: Any) -> set[str]:
    """Return the words of a text or code.

    >>> sorted(words_of("market_share")), words_of(3)
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
    compared = ((left, right, *likeness(old, new, left, right)) for left in gone for right in fresh)
    found: dict[str, str] = {}
    # Those that hold most come first; of equals the first by name.
    for left, right, equal, alike, part in sorted(compared, key=lambda x: (-x[2], -x[4], *x[:2])):
        likely = 2 * part > 1 and (equal >= LEAST or alike >= MANY)
        if likely and left not in found and right not in found.values():
            found[left] = right
    if len(old.key) == len(new.key) and 2 * len(old.rows.keys() & new.rows.keys()) > len(old.rows):
        keys = zip(old.key, new.key, strict=True)
        found |= {left: right for left, right in keys if left != right}
    return found


def recoded(old: Sheet, new: Sheet, column: str, code: str) -> str:
    """Return the code that most rows of a code that is gone have now: where several rows have it,
    or its words are some of the old one's; else nothing."""
    now = Counter(there for was, there in pairs(old, new, column, column) if was == code)
    (best, count), *_ = [*now.most_common(1), (None, 0)]
    alike = count >= LEAST or bool(words_of(code) & words_of(best))
    return str(best) if best not in (None, code) and alike and 2 * count > now.total() else ""


def split_into(old: Sheet, new: Sheet, left: str, columns: list[str]) -> list[str]:
    """Return the columns that a column was split into: those that hold its cells together, and more
    of them than any does alone."""
    found = {column: pairs(old, new, left, column) for column in columns}
    hits = {column: {at for at, (was, now) in enumerate(cells) if items(was) <= items(now)}
            for column, cells in found.items()}  # fmt: skip
    holding = {column: places for column, places in hits.items() if len(places) >= LEAST}
    least = max([0, *map(len, holding.values()), *(len(cells) // 2 for cells in found.values())])
    return list(holding) if len(set().union(*holding.values())) > least else []


def moved_to(old: Sheet, new: Release, left: str, fresh: list[str]) -> str:
    """Return the new table that has the parts of a column's cells beside the keys of their rows."""
    parts = [(" ".join(map(str, key)), part)
             for key, (cell,) in old.cells(left).items() for part in items(cell)]  # fmt: skip
    for name in fresh:
        by_cell: dict[str, set[str]] = {}
        for row in new.sheets[name].rows.values():
            texts = {cell for cell in row if isinstance(cell, str)}
            for cell in texts:
                by_cell.setdefault(cell, set()).update(texts)
        held = sum(part in by_cell.get(key, ()) for key, part in parts)
        if held >= LEAST and 2 * held > len(parts):
            return name
    return ""


def elsewhere(
    old: Sheet, new: Release, table: str, known: Mapping[str, str], fresh: list[str]
) -> Iterator[tuple[str, str]]:
    """Yield the columns of a table that were split or moved, each with where its cells are now."""
    there = new.sheets[table]
    columns = [name for name in there.types if name not in old.types and name not in there.key]
    for left in old.types:
        if left in old.key or (left in there.types and left not in known):
            continue
        if found := split_into(old, there, left, columns):
            yield left, ", ".join(found)
        elif found_in := moved_to(old, new, left, fresh):
            yield left, f"table {found_in}"


def renamed(old: Release, new: Release) -> tuple[Release, list[tuple[Fact, str, str]]]:
    """Return the old release under the names of the new one, without columns that were split or
    moved, and what has another name or place: each as the fact in the new release, with its old
    and its new name."""
    tables = renamed_tables(old, new)
    sheets = {tables.get(name, name): sheet for name, sheet in old.sheets.items()}
    fresh = sorted(new.sheets.keys() - sheets.keys())
    columns, gone = dict[str, dict[str, str]](), dict[str, dict[str, str]]()
    told: list[tuple[Fact, str, str]] = []
    told += (((to, "", "table", to), was, to) for was, to in sorted(tables.items()))
    for name in sorted(sheets.keys() & new.sheets.keys()):
        sheet, known = sheets[name], renamed_columns(sheets[name], new.sheets[name])
        gone[name] = lost = dict(elsewhere(sheet, new, name, known, fresh))
        columns[name] = kept = {was: to for was, to in known.items() if was not in lost}
        told += (((name, to, "column", to), was, to) for was, to in sorted(kept.items()))
        told += (((name, was, "column", was), was, to) for was, to in sorted(lost.items()))
        types = {kept.get(column, column): kind for column, kind in sheet.types.items()}
        sheets[name] = Sheet(tuple(kept.get(one, one) for one in sheet.key), types, sheet.rows)
    resources = {}
    for resource in old.resources.values():
        name = tables.get(resource["name"], resource["name"])
        schema = renamed_schema(resource["schema"], name, tables, columns)
        schema["fields"] = [x for x in schema["fields"] if x["name"] not in gone.get(name, ())]
        resources[name] = {**resource, "name": name, "schema": schema}
    return Release(old.name, old.version, old.date, old.stated, resources, sheets), told


def renamed_schema(
    schema: Mapping[str, Any], table: str, tables: Mapping[str, str],
    columns: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:  # fmt: skip
    """Return the schema of a table under new names of tables and columns."""

    def under(name: str, own: list[str]) -> list[str]:
        return [columns.get(name, {}).get(one, one) for one in own]

    keys = []
    for key in schema.get("foreignKeys", ()):
        own, there = under(table, key["fields"]), key["reference"]
        target = tables.get(there["resource"], there["resource"])
        fields = under(target or table, there["fields"])
        keys.append({"fields": own, "reference": {**there, "resource": target, "fields": fields}})
    return {
        **schema,
        "fields": [{**one, "name": under(table, [one["name"]])[0]} for one in schema["fields"]],
        "primaryKey": under(table, schema["primaryKey"]),
        "foreignKeys": keys,
    }
