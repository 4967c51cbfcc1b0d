"""<name>.sqlite: all tables with their keys, and views for the common questions.

Every column has an explicit type, NOT NULL where it is required, a CHECK with its codes, and its
description as a comment in the table's SQL; numbers are REAL, truth values 0 or 1, days ISO 8601
text.  Foreign keys are those of the descriptor, and each entity's id is also one of ``entities``;
a key that refers to nothing is refused, and so is a view that cannot be made.

The bytes depend on the content only: one transaction, fixed page size, VACUUM, and a constant in
the header field that names the SQLite version which wrote the file.  Datasette shows the
descriptions from ``metadata.json`` when it serves the release's folder.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas

from chipcontrols.package.schema import Schema
from chipcontrols.release.formats.text import rendered
from chipcontrols.release.formats.views import View

Tables = Mapping[str, tuple[pandas.DataFrame, Schema]]
"""The frame and the schema of each table of a release, by name."""
VERSION_FIELD = slice(96, 100)
"""Where a SQLite file's header holds the version of the library that wrote it."""


def cells(frame: pandas.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a frame as SQLite stores them."""
    columns: list[list[Any]] = []
    for name in frame:
        column = frame[name]
        if pandas.api.types.is_datetime64_any_dtype(column):
            column = column.dt.strftime("%Y-%m-%d")
        columns.append([None if pandas.isna(cell) else cell for cell in column.tolist()])
    yield from zip(*columns, strict=True)


def write(path: Path, descriptor: dict[str, Any], tables: Tables, views: Iterable[View]) -> None:
    """Write the SQLite file of a release.

    Raises ValueError when a row refers to a row that does not exist, or a view cannot be made.
    """
    path.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN")
        for one in descriptor["resources"]:
            connection.execute(rendered("table.sql.j2", table=one))
            places = ", ".join("?" * len(one["schema"]["fields"]))
            rows = cells(tables[one["name"]][0])
            connection.executemany(f'INSERT INTO "{one["name"]}" VALUES ({places})', rows)
        for table, row, target, _ in connection.execute("PRAGMA foreign_key_check"):
            raise ValueError(f"row {row} of {table} refers to a row that {target} does not have")
        for view in views:
            try:
                connection.execute(f'CREATE VIEW "{view.name}" AS {view.query}')
                connection.execute(f'SELECT * FROM "{view.name}" LIMIT 0')
            except sqlite3.Error as error:
                raise ValueError(f"the view {view.name} cannot be made: {error}") from None
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    content = bytearray(path.read_bytes())
    content[VERSION_FIELD] = (3_000_000).to_bytes(4, "big")
    path.write_bytes(content)
