"""<name>.sqlite: all tables with their keys, and views for the common questions.

Every column has an explicit type, NOT NULL where it is required, a CHECK with its codes, and its
description as a comment in the table's SQL; numbers are REAL, truth values 0 or 1, days ISO 8601
text.  Foreign keys are those of the descriptor, and each entity's id is also one of ``entities``;
a key that refers to nothing is refused.  A view whose tables or columns the package does not have
is left out.

The bytes depend on the content only: one transaction, fixed page size, VACUUM, and a constant in
the header field that names the SQLite version which wrote the file.  Datasette shows the
descriptions from ``metadata.json`` when it serves the release's folder.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas

from chipcontrols.release.formats.text import Tables
from chipcontrols.validation.passages import ENTITY_TABLES

TYPES = {
    "string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER",
    "datetime": "TEXT",
}  # fmt: skip
VERSION_FIELD = slice(96, 100)
"""Where a SQLite file's header holds the version of the library that wrote it."""

VIEWS = {
    "figures_with_names": (
        "Every market figure with the names of its subject, its place and whoever gives it.",
        """
        SELECT f.figure_id, f.metric, subject.name AS subject, comparator.name AS comparator,
               place.name AS place, f.as_of, f.quantity, f.value, f.value_low, f.value_high,
               f.unit, f.bound, f.modality, speaker.name AS attributed_to, via.name AS via,
               f.description, f.seed, f.line, f.excerpt
        FROM market_figures AS f
        LEFT JOIN entities AS subject ON subject.entity_id = f.subject_id
        LEFT JOIN entities AS comparator ON comparator.entity_id = f.comparator_id
        LEFT JOIN entities AS place ON place.entity_id = f.place_id
        LEFT JOIN entities AS speaker ON speaker.entity_id = f.attributed_to_id
        LEFT JOIN entities AS via ON via.entity_id = f.via_id
        """,
    ),
    "who_said_what": (
        "Every quote with the name of its speaker, or how the document describes the speaker.",
        """
        SELECT q.quote_id, coalesce(speaker.name, q.speaker_note, q.speaker_text) AS speaker,
               q.kind, q.text, q.translation, q.said_on, q.venue, via.name AS via, q.topic,
               q.seed, q.line
        FROM quotes AS q
        LEFT JOIN entities AS speaker ON speaker.entity_id = q.speaker_id
        LEFT JOIN entities AS via ON via.entity_id = q.via_id
        """,
    ),
    "timeline": (
        "Every event by its first day, undated ones last.",
        """
        SELECT e.event_id, e.date, e.date_text, e.kind, e.title, policy.name AS policy,
               actor.name AS actor, counterparty.name AS counterparty, place.name AS place,
               e.seed, e.line, e.excerpt
        FROM events AS e
        LEFT JOIN entities AS policy ON policy.entity_id = e.policy_id
        LEFT JOIN entities AS actor ON actor.entity_id = e.actor_id
        LEFT JOIN entities AS counterparty ON counterparty.entity_id = e.counterparty_id
        LEFT JOIN entities AS place ON place.entity_id = e.place_id
        ORDER BY e.date_start IS NULL, e.date_start, e.event_id
        """,
    ),
    "provisions_by_tier": (
        "What each policy does to whom, by policy and tier.",
        """
        SELECT p.provision_id, policy.name AS policy, p.tier, p.effect, target.name AS target,
               object.name AS object, p.description, p.seed, p.line, p.excerpt
        FROM policy_provisions AS p
        LEFT JOIN entities AS policy ON policy.entity_id = p.policy_id
        LEFT JOIN entities AS target ON target.entity_id = p.target_id
        LEFT JOIN entities AS object ON object.entity_id = p.object_id
        ORDER BY policy.name, p.tier IS NULL, p.tier, p.provision_id
        """,
    ),
    "contradictions": (
        "Every discrepancy with the words of the two rows that disagree.",
        """
        SELECT d.discrepancy_id, d.kind, d.explanation, d.assessment,
               d.left_table, d.left_id, l.seed AS left_seed, l.line AS left_line,
               l.excerpt AS left_excerpt,
               d.right_table, d.right_id, r.seed AS right_seed, r.line AS right_line,
               r.excerpt AS right_excerpt
        FROM discrepancies AS d
        LEFT JOIN evidence AS l
            ON l.table_name = d.left_table AND l.row_id = d.left_id AND l.column_name IS NULL
        LEFT JOIN evidence AS r
            ON r.table_name = d.right_table AND r.row_id = d.right_id AND r.column_name IS NULL
        """,
    ),
}
"""The views: what each answers and its query; `evidence` is made of the tables there are."""
EVIDENCE = (
    "Every row with the document, the line and the words that it rests on; column_name is the "
    "cell that a further passage supports, and empty where the passage supports the whole row."
)


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def column_sql(field: dict[str, Any]) -> str:
    """Return the definition of a column, with what its constraints and codes demand."""
    name, constraints = quoted(field["name"]), field.get("constraints", {})
    parts = [name, TYPES[field["type"]]]
    parts += ["NOT NULL"] if constraints.get("required") else []
    parts += ["UNIQUE"] if constraints.get("unique") else []
    tests = [f"{name} IN (0, 1)"] if field["type"] == "boolean" else []
    if codes := field.get("categories"):
        tests.append(f"{name} IN ({', '.join(map(literal, codes))})")
    for key, sign in (("minimum", ">="), ("maximum", "<=")):
        if key in constraints:
            tests.append(f"{name} {sign} {constraints[key]}")
    return " ".join(parts + [f"CHECK ({test})" for test in tests])


def foreign_keys(resource: dict[str, Any]) -> list[tuple[list[str], str, list[str]]]:
    """Return the columns, the table and its columns of each foreign key of a table."""
    table, schema = resource["name"], resource["schema"]
    keys = [
        (key["fields"], key["reference"]["resource"] or table, key["reference"]["fields"])
        for key in schema.get("foreignKeys", [])
    ]
    if table in ENTITY_TABLES:
        keys.append((schema["primaryKey"], "entities", ["entity_id"]))
    return keys


def table_sql(resource: dict[str, Any]) -> str:
    """Return the statement that creates a table, documented column by column."""
    schema = resource["schema"]
    items = [
        (column_sql(field), " ".join(field["description"].split())) for field in schema["fields"]
    ]
    items.append((f"PRIMARY KEY ({', '.join(map(quoted, schema['primaryKey']))})", ""))
    for columns, target, targets in foreign_keys(resource):
        own, theirs = (", ".join(map(quoted, names)) for names in (columns, targets))
        items.append((f"FOREIGN KEY ({own}) REFERENCES {quoted(target)} ({theirs})", ""))
    lines = [
        "  " + sql + ("," if position < len(items) - 1 else "") + (note and f"  -- {note}")
        for position, (sql, note) in enumerate(items)
    ]
    return f"CREATE TABLE {quoted(resource['name'])} (\n" + "\n".join(lines) + "\n)"


def evidence_sql(descriptor: dict[str, Any]) -> str:
    """Return the query of the view `evidence` over every table that has excerpts."""
    selects = []
    for resource in descriptor["resources"]:
        schema = resource["schema"]
        if "excerpt" not in [field["name"] for field in schema["fields"]]:
            continue
        table = resource["name"]
        row = " || ' ' || ".join(f"t.{quoted(name)}" for name in schema["primaryKey"])
        what = [literal(table), row, "NULL"]
        if table == "citations":
            what = ['t."table"', "t.row_id", 't."column"']
        selects.append(
            f"SELECT {what[0]} AS table_name, {what[1]} AS row_id, {what[2]} AS column_name,\n"
            "       t.seed, s.title AS document, t.line, t.col_start, t.col_end, t.excerpt\n"
            f"FROM {quoted(table)} AS t JOIN sources AS s ON s.seed = t.seed"
        )
    return "\nUNION ALL\n".join(selects)


def cells(frame: pandas.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a frame as SQLite stores them."""
    columns: list[list[Any]] = []
    for name in frame:
        column = frame[name]
        if pandas.api.types.is_datetime64_any_dtype(column):
            column = column.dt.strftime("%Y-%m-%d")
        columns.append([None if pandas.isna(cell) else cell for cell in column.tolist()])
    yield from zip(*columns, strict=True)


def fill(
    connection: sqlite3.Connection, descriptor: dict[str, Any], tables: Tables
) -> dict[str, str]:
    """Create and fill the tables and views; return what each view answers, by name.

    Raises ValueError when a row refers to a row that does not exist.
    """
    for resource in descriptor["resources"]:
        name = resource["name"]
        connection.execute(table_sql(resource))
        frame, _ = tables[name]
        places = ", ".join("?" * frame.shape[1])
        connection.executemany(f"INSERT INTO {quoted(name)} VALUES ({places})", cells(frame))
    for table, row, target, _ in connection.execute("PRAGMA foreign_key_check"):
        raise ValueError(f"row {row} of {table} refers to a row that {target} does not have")
    views = {}
    for name, (answers, sql) in {"evidence": (EVIDENCE, evidence_sql(descriptor)), **VIEWS}.items():
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute(f"{sql} LIMIT 0")
            connection.execute(f"CREATE VIEW {quoted(name)} AS {sql.strip()}")
            views[name] = answers
    return views


def write(path: Path, descriptor: dict[str, Any], tables: Tables) -> dict[str, str]:
    """Write the SQLite file of a release; return what each of its views answers, by name."""
    path.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN")
        views = fill(connection, descriptor, tables)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    content = bytearray(path.read_bytes())
    content[VERSION_FIELD] = (3_000_000).to_bytes(4, "big")
    path.write_bytes(content)
    return views


def datasette_metadata(descriptor: dict[str, Any], views: dict[str, str]) -> dict[str, Any]:
    """Return what Datasette shows beside the file: title, licence, descriptions, facets."""
    licence = descriptor["licenses"][0]
    shown: dict[str, Any] = {}
    for resource in descriptor["resources"]:
        fields = resource["schema"]["fields"]
        shown[resource["name"]] = {
            "title": resource["title"],
            "description": resource["description"],
            "columns": {
                field["name"]: field["description"]
                + (f" Unit: {field['unit']}." if "unit" in field else "")
                for field in fields
            },
            "facets": [field["name"] for field in fields if "categories" in field],
        }
    shown |= {name: {"description": answers} for name, answers in views.items()}
    about = {
        "title": f"{descriptor['title']} {descriptor['version']}",
        "description": descriptor["description"],
        "license": licence["title"],
        "license_url": licence["path"],
    }
    return {**about, "databases": {descriptor["name"]: {**about, "tables": shown}}}
