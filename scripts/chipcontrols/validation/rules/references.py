"""Rules of reference: every id names a row that exists, in a table that may hold it.

Foreign keys of one table are checked here together with the references that may point to several
tables, which a foreign key cannot express.  Out of scope: whether the evidence names the thing.
"""

from __future__ import annotations

from collections.abc import Iterator

from chipcontrols.package import schemas
from chipcontrols.validation.findings import Finding
from chipcontrols.validation.passages import ENTITY_TABLES, Evidence, Row


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
                    message = f"{cell} is no id of {' or '.join(tables)}"
                    hint = "correct the id, or add the row that it names"
                    yield Finding(table.path, row.line, column, "reference", message, hint)


def targets(field: schemas.Schema) -> list[str]:
    """Return the tables that a column refers to."""
    return ["sources"] if field["name"] == "seed" else list(field.get("references", ()))


ROW_REFERENCES = (
    ("citations", "table", "row_id", "column"),
    ("discrepancies", "left_table", "left_id", ""),
    ("discrepancies", "right_table", "right_id", ""),
)
"""The tables with references to rows: the columns of the table, the row and the column meant."""


def row_reference(evidence: Evidence) -> Iterator[Finding]:
    """Every (table, row) and (table, row, column) names a row and column that exist."""
    rows = {name: {row.id: row for row in found} for name, found in evidence.rows.items()}
    for name, *columns in ROW_REFERENCES:
        for row in evidence.rows.get(name, ()):
            if fault := fault_of_reference(row, columns, rows):
                column, message, hint = fault
                path = evidence.tables[name].path
                yield Finding(path, row.line, column, "row_reference", message, hint)


def fault_of_reference(
    row: Row, columns: list[str], rows: dict[str, dict[str, Row]]
) -> tuple[str, str, str] | None:
    """Return the column, what is wrong with a reference to a row, and what to do; or None."""
    table_column, id_column, column_column = columns
    table, identifier = row.cells[table_column], row.cells[id_column]
    if not table and not identifier:
        return None
    if not table or not identifier:
        empty = id_column if table else table_column
        return empty, "empty, but table and id go together", "fill both or none"
    if table not in rows:
        return table_column, f"{table} is no table", f"tables: {', '.join(rows)}"
    if identifier not in rows[table]:
        return id_column, f"{identifier} is no row of {table}", "correct the id"
    if not column_column:
        return None
    cells, column = rows[table][identifier].cells, row.cells[column_column]
    if column not in cells:
        return column_column, f"{column} is no column of {table}", ", ".join(cells)
    return None


def entity_identity(evidence: Evidence) -> Iterator[Finding]:
    """An id belongs to one entity, and every entity has an alias."""
    first: dict[str, Row] = {}
    for name in ENTITY_TABLES:
        for row in evidence.rows.get(name, ()):
            faults = []
            if row.id in first and first[row.id].table != name:
                other = first[row.id].table
                faults = [(f"{row.id} is also an id of {other}", "give one of the two another id")]
            first.setdefault(row.id, row)
            if row.id not in evidence.aliased:
                faults.append((f"{row.id} has no alias", "add the forms that name it to aliases"))
            table = evidence.tables[name]
            for message, hint in faults:
                column = table.schema["primaryKey"][0]
                yield Finding(table.path, row.line, column, "entity_identity", message, hint)


RULES = {
    "reference": reference,
    "row_reference": row_reference,
    "entity_identity": entity_identity,
}
