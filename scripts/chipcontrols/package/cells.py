"""What the cells of a column may be: its type, its codes, its constraints.

`doubtful_rows` checks each distinct value of a column once, patterns by RE2.  It returns every row
that frictionless or pandera would complain about, and some more (blank cells).
Out of scope: what is wrong with a cell, which those two say.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from chipcontrols.package import Codes, Table
from chipcontrols.package.rows import AT_ONCE
from chipcontrols.package.schema import Field, matching

TYPES: dict[str, tuple[str, str, Callable[[str], Any]]] = {
    "number": (r"-?[0-9]+(\.[0-9]+)?", "not a number in plain digits", float),
    "integer": ("-?(0|[1-9][0-9]{0,17})", "not an integer in plain digits", int),
    "boolean": ("true|false", "neither true nor false", "true".__eq__),
}
"""How a type is spelt, what is wrong with any other cell, and the function that converts one."""
LIMITS = {"minLength", "maxLength", "minimum", "maximum"}


def converted(type: str, text: str) -> Any:
    """Return the value of a type that `text` spells; raise ValueError when it spells none.

    >>> converted("number", "1500"), converted("integer", "7"), converted("string", "7")
    (1500.0, 7, '7')
    """
    if type not in TYPES:
        return text
    spelling, fault, convert = TYPES[type]
    if not re.fullmatch(spelling, text):
        raise ValueError(f"{text!r} is {fault}")
    return convert(text)


def codes_of(codes: Codes, table: str, field: Field) -> tuple[str, ...]:
    """Return the codes of a coded column; none when its code list is missing."""
    return tuple(code.code for code in codes.get((table, field.name), ()) if field.coded)


def doubtful_rows(table: Table, codes: Codes) -> list[int]:
    """Return the positions of the rows with a cell that its column may not have, or with a value
    that must be unique and is not."""
    found = sharing(table)
    for begin in range(0, len(table.rows), AT_ONCE):
        rows = table.rows[begin : begin + AT_ONCE]
        for field in table.schema.fields:
            cells = [row.cells[field.name] for row in rows]
            filled = field.required or field.name in table.schema.primary_key
            known = {*codes_of(codes, table.name, field)} if field.coded else None
            if doubted := misfits(field, known, filled, set(cells)):
                found |= {at for at, cell in enumerate(cells, begin) if cell in doubted}
    return sorted(found)


def misfits(field: Field, known: set[str] | None, filled: bool, cells: set[str]) -> set[str]:
    """Return those of some cells that a column may not have; `known` are its codes, `filled` is
    whether no cell may be empty."""
    limits, blank = field.constraints, {cell for cell in cells if not cell.strip()}
    told, found = [*(cells - blank)], blank if filled else blank - {""}
    if known is not None:
        found |= {cell for cell in told if not known.issuperset(field.items(cell))}
    if limits.keys() & LIMITS:
        found |= {cell for cell in told if not within(field, cell)}
    spelling = TYPES[field.type][0] if field.type in TYPES else None
    for pattern in filter(None, (spelling, limits.get("pattern"))):
        fitting = matching(told, pattern)
        found |= {cell for cell, fit in zip(told, fitting, strict=True) if not fit}
    return found


def within(field: Field, cell: str) -> bool:
    """Return whether a cell is of the type of its column and keeps its limits."""
    value, limits = typed(field, cell), field.constraints
    return bool(
        (field.type == "string" or value != cell)
        and limits.get("minLength", 0) <= len(cell) <= limits.get("maxLength", len(cell))
        and limits.get("minimum", value) <= value <= limits.get("maximum", value)
    )


def typed(field: Field, cell: str) -> Any:
    """Return the value of a cell: None when it is empty, its text when it is not of the type."""
    try:
        return converted(field.type, cell) if cell else None
    except ValueError:
        return cell


def sharing(table: Table) -> set[int]:
    """Return the positions of the rows with a value that must be unique and is not."""
    found: set[int] = set()
    unique = {(field.name,) for field in table.schema.fields if field.constraints.get("unique")}
    for names in {*unique, table.schema.primary_key}:
        fields = [table.schema.field(name) for name in names]
        values = (tuple(map(typed, fields, cells)) for cells in table.columns(names))
        if len({*(hashes := [*map(hash, values)])}) < len(hashes):
            times, empty = Counter(hashes), hash((None,) * len(fields))
            found |= {at for at, one in enumerate(hashes) if times[one] > 1 and one != empty}
    return found
