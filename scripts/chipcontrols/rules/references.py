"""Rules of reference: every id names a row that exists, in a table that may hold it.

Foreign keys of one table are checked here together with the references that may point to several
tables, which a foreign key cannot express.  Out of scope: whether the evidence names the thing.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import schemas
from ..passages import ENTITY_TABLES, Evidence, Row
from ..report import Finding


def reference(evidence: Evidence) -> Iterator[Finding]:
    """Every id stands in one of the tables that its column refers to."""
    ids = {name: {row.id for row in rows} for name, rows in evidence.rows.items()}
    for name, table in evidence.tables.items():
        columns = [
            (field["name"], [t for t in targets(field) if t != name or field["name"] != "seed"])
            for field in table.schema["fields"]
        ]
        columns = [(column, tables) for column, tables in columns if tables]
        for row in evidence.rows[name]:
            for column, tables in columns:
                cell = row.cells[column]
                if cell and not any(cell in ids.get(target, ()) for target in tables):
                    yield Finding(
                        table.path,
                        row.line,
                        column,
                        "reference",
                        f"{cell} is no id of {' or '.join(tables)}",
                        "correct the id, or add the row that it names",
                    )


def targets(field: schemas.Schema) -> list[str]:
    """Return the tables that a column refers to."""
    return ["sources"] if field["name"] == "seed" else list(field.get("references", ()))


def row_reference(evidence: Evidence) -> Iterator[Finding]:
    """Every (table, row) and (table, row, column) names a row and column that exist."""
    ids = {name: {row.id for row in rows} for name, rows in evidence.rows.items()}
    for name, table_column, id_column, column_column in (
        ("citations", "table", "row_id", "column"),
        ("discrepancies", "left_table", "left_id", ""),
        ("discrepancies", "right_table", "right_id", ""),
    ):
        for row in evidence.rows.get(name, ()):
            target, identifier = row.cells[table_column], row.cells[id_column]
            path = evidence.tables[name].path
            if bool(target) != bool(identifier):
                column = table_column if identifier else id_column
                yield Finding(
                    path,
                    row.line,
                    column,
                    "row_reference",
                    "empty, but table and id go together",
                    "fill both or none",
                )
            elif target and target not in evidence.tables:
                yield Finding(
                    path,
                    row.line,
                    table_column,
                    "row_reference",
                    f"{target} is no table",
                    f"tables: {', '.join(ids)}",
                )
            elif identifier and identifier not in ids[target]:
                yield Finding(
                    path,
                    row.line,
                    id_column,
                    "row_reference",
                    f"{identifier} is no row of {target}",
                    "correct the id",
                )
            elif column_column and target:
                names = schemas.field_names(evidence.tables[target].schema)
                cell = row.cells[column_column]
                if cell not in names:
                    yield Finding(
                        path,
                        row.line,
                        column_column,
                        "row_reference",
                        f"{cell} is no column of {target}",
                        ", ".join(names),
                    )
                elif not value_of(evidence, target, identifier, cell):
                    yield Finding(
                        path,
                        row.line,
                        column_column,
                        "row_reference",
                        f"the cell {cell} of {target}/{identifier} is empty",
                        "remove the citation: it supports nothing",
                    )


def value_of(evidence: Evidence, table: str, identifier: str, column: str) -> str:
    """Return a cell by table, row and column; a date cell counts by its words too."""
    cells = next(row.cells for row in evidence.rows[table] if row.id == identifier)
    return cells[column] or cells.get(f"{column}_text", "")


def entity_identity(evidence: Evidence) -> Iterator[Finding]:
    """An id belongs to one entity, and every entity has an alias."""
    first: dict[str, Row] = {}
    named = {row.cells["entity_id"] for row in evidence.rows.get("aliases", ())}
    for name in ENTITY_TABLES:
        for row in evidence.rows.get(name, ()):
            path = evidence.tables[name].path
            column = evidence.tables[name].schema["primaryKey"][0]
            if row.id in first and first[row.id].table != name:
                yield Finding(
                    path,
                    row.line,
                    column,
                    "entity_identity",
                    f"{row.id} is also an id of {first[row.id].table}",
                    "give one of the two another id",
                )
            first.setdefault(row.id, row)
            if row.id not in named:
                yield Finding(
                    path,
                    row.line,
                    column,
                    "entity_identity",
                    f"{row.id} has no alias",
                    "add the forms that name it to aliases",
                )


RULES = {
    "reference": reference,
    "row_reference": row_reference,
    "entity_identity": entity_identity,
}
