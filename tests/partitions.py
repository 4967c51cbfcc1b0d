"""A package whose tables are put into parts."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pyarrow.parquet

from chipcontrols.package import Package, Table, files
from chipcontrols.package.rows import Rows
from chipcontrols.package.schema import Schema


def table_of(content: bytes, name: str, schema: Schema) -> Table:
    """Return the table in the bytes of a CSV file."""
    (rows := Rows(name, schema)).read("", [content], False)
    return Table(name, "", "", schema, rows, content)


def halves(table: Table) -> Iterator[tuple[int, bytes]]:
    """Yield for two halves of a table the lines before, and the half as a file."""
    lines = table.content.splitlines(keepends=True)
    rows = table.rows
    middle = rows[len(rows) // 2].line - 1 if len(rows) > 1 else len(lines)
    yield 0, b"".join(lines[:middle])
    if middle < len(lines):
        yield middle - 1, b"".join([lines[0], *lines[middle:]])


def in_parts(root: Path, kind: str) -> dict[str, list[tuple[str, int]]]:
    """Put each table of a package into two files, and return these with the lines before, by the
    file that it was in."""
    found = {}
    descriptor = json.loads((root / "datapackage.json").read_bytes())
    for resource, table in zip(
        descriptor["resources"], Package.open(root).tables.values(), strict=True
    ):
        folder = f"data/{table.name}"
        (root / table.path).unlink()
        (root / folder).mkdir()
        parts = []
        for number, (before, content) in enumerate(halves(table)):
            path = f"{folder}/{number}.{kind}"
            if kind == "csv":
                (root / path).write_bytes(content)
            else:
                records = [one for *_, one in files.parse_csv(io.BytesIO(content))]
                columns = [[record[at] for record in records[1:]] for at in range(len(records[0]))]
                cells = [pyarrow.array(column, pyarrow.string()) for column in columns]
                pyarrow.parquet.write_table(pyarrow.table(cells, records[0]), root / path)
            parts.append((path, before))
        found[table.path] = parts
        resource["path"] = [path for path, _ in parts] if kind == "csv" else folder
        resource["format"] = kind
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return found
