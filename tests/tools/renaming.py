"""Rename tables and columns of a package consistently, wherever they are referred to.

`renamed` gives the files of a package with new names; `as_renamed` carries a file that somebody has
edited over to the renamed package, line by line, so that a fault can be made there too.
"""

from __future__ import annotations

import difflib
import json
import re
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from chipcontrols.package import SHARED, Package, Row, Table, canonical_text
from chipcontrols.package.schema import read_schema
from chipcontrols.validation.rules import RULES
from chipcontrols.validation.rules.base import Column

TableName = Callable[[str], str]
ColumnName = Callable[[str, str], str]
"""The new name of a table; of a column, by table and column."""


def column_options(rule: str) -> set[str]:
    """Return the options of a rule that name columns."""
    hints = typing.get_type_hints(RULES[rule])
    return {
        name
        for name, hint in hints.items()
        if name not in ("column", "schema") and (hint is Column or Column in typing.get_args(hint))
    }


def renamed_schema(
    content: dict[str, Any], table: str, of_table: TableName, of_column: ColumnName
) -> dict[str, Any]:
    """Return a Table Schema with new names."""
    found = json.loads(json.dumps(content))
    for field in found["fields"]:
        evidence = field["evidence"]
        for option in column_options(evidence["rule"]) & evidence.keys():
            value = evidence[option]
            several = isinstance(value, list)
            names = [of_column(table, one) for one in (value if several else [value])]
            evidence[option] = names if several else names[0]
        field["name"] = of_column(table, field["name"])
        if "references" in field:
            field["references"] = [of_table(one) for one in field["references"]]
    found["primaryKey"] = [of_column(table, one) for one in found["primaryKey"]]
    for key in found.get("foreignKeys", []):
        target = key["reference"]["resource"]
        key["fields"] = [of_column(table, one) for one in key["fields"]]
        key["reference"]["fields"] = [
            of_column(target or table, one) for one in key["reference"]["fields"]
        ]
        key["reference"]["resource"] = of_table(target) if target else target
    return found


def renamed_cells(row: Row, of_table: TableName, of_column: ColumnName) -> dict[str, str]:
    """Return the cells of a row by their new columns, with new names in cells that are names."""
    roles = row.schema.roles
    cells = {}
    for field in row.schema.fields:
        cell = row.cells[field.name]
        if cell and (field.rule == "table_reference" or field.role == "table"):
            cell = cell if cell == SHARED else of_table(cell)
        elif field.role == "roles":
            # What is no table (a class, a modality, a unit) has its name from the engine.
            cell = " ".join(
                part
                if part.startswith(("class:", "either:", "modality:", "tells:", "unit:"))
                else re.sub(r"[a-z_]+(?=\||$)", lambda name: of_table(name[0]), part)
                for part in cell.split(" ")
            )
        elif cell and (field.rule == "column_reference" or field.role == "column"):
            # A list that several columns share belongs to no table, and keeps its name.
            table = row.cells[roles["table"]]
            cell = cell if table == SHARED else of_column(table, cell)
        cells[of_column(row.table, field.name)] = cell
    return cells


def renamed(root: Path, of_table: TableName, of_column: ColumnName) -> dict[str, bytes]:
    """Return the files of a package, documents aside, with new names of tables and columns."""
    package = Package.open(root)
    descriptor = json.loads((root / "datapackage.json").read_bytes())
    files: dict[str, bytes] = {}
    for resource in descriptor["resources"]:
        table = package.tables[resource["name"]]
        content = json.loads((root / table.schema_path).read_bytes())
        schema = renamed_schema(content, table.name, of_table, of_column)
        files[table.schema_path] = as_json(schema)
        rows = [renamed_cells(row, of_table, of_column) for row in table.rows]
        files[table.path] = canonical_text(read_schema(schema), rows).encode()
        resource["name"] = of_table(table.name)
    files["datapackage.json"] = as_json(descriptor)
    return files


def as_json(content: Any) -> bytes:
    """Return JSON as the package writes it."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def as_renamed(
    before: bytes, after: bytes, in_renamed: bytes, change: Callable[[str], str]
) -> bytes:
    """Return an edited file as it is in the renamed package.

    `before` and `after` are the file before and after the edit, `in_renamed` is the file before it
    with new names, line for line; lines that the edit changed are renamed by `change`.
    """
    old, new, other = (
        text.decode("utf-8", "surrogateescape").split("\n") for text in (before, after, in_renamed)
    )
    assert len(old) == len(other)
    lines = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        lines += other[i:j] if tag == "equal" else [change(line) for line in new[k:m]]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


KEYS = "name|measure|of|words|english|instead_of|kind|table|resource"


def line_of_json(names: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that renames in one line of a schema or descriptor."""
    known = "|".join(map(re.escape, names))
    value = re.compile(rf'(?P<before>^\s*(?:"(?:{KEYS})": )?")(?P<name>{known})(?P<after>",?$)')
    return lambda line: value.sub(lambda m: m["before"] + names[m["name"]] + m["after"], line)


def line_of_csv(table: Table, names: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that renames in one line of a table's file: the header, and cells that are
    names where the table refers to others."""
    header = ",".join(table.schema.names)
    refers = bool(table.schema.columns("table_reference")) or "table" in table.schema.roles

    def change(line: str) -> str:
        cells = line.split(",")
        is_header = len(set(cells) & set(header.split(","))) > len(cells) // 2
        if not (refers or is_header):
            return line
        return ",".join(names.get(cell, cell) for cell in cells)

    return change
