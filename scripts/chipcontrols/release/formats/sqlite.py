"""<name>.sqlite: all tables with their keys, and views for the common questions.

Every column has an explicit type, NOT NULL where it is required, a CHECK with its codes, and its
description as a comment in the table's SQL; numbers are REAL, truth values 0 or 1, days ISO 8601
text.  A column of lists is a table of its own, ``<table>_<column>``, with a row for each thing in a
list, in order.  ``chipcontrols.release.formats.search`` adds the full-text index.  Rows lie in the
index of their primary key where its columns come first, which saves that index (elsewhere some
versions of SQLite find them faulty).  Foreign keys are those of the descriptor, and each entity's
id is also one of ``entities``; a key that refers to nothing is refused, and so is a view that
cannot be made.

Of the version of SQLite no byte depends: one transaction, fixed page size, VACUUM, zeros where
pages are free, and a constant in the header field that names the version which wrote the file.

The views are derived from the kinds and roles of the tables.  ``evidence`` has every row with the
words that it rests on, ``statements`` all statements in one, as `chipcontrols.statements` gives
them.  Each table of statements, and any other whose schema names a ``view``, has one in which an
entity's name replaces its id (``actor_id`` becomes ``actor``), and the document's words stand in
for an entity without a name.  It is sorted by the first date of a row, undated rows last, or by its
entities and codes where a statement has no date.  Of groups with a date the view has each once,
with the documents and the statements that are its witnesses; of groups without one it has a row a
witness.  Of comparisons it has a row a side, with what the side says and the words that it rests
on.
"""

import contextlib
import datetime
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas

from chipcontrols.package import Descriptor
from chipcontrols.package.frames import ENTITIES, shared_name
from chipcontrols.package.schema import ANCHOR, Schema, statement_columns
from chipcontrols.release.formats import search
from chipcontrols.release.formats.search import RowEntities, Tables
from chipcontrols.release.formats.text import environment, rendered

VERSION_FIELD = slice(96, 100)
"""Where a SQLite file's header holds the version of the library that wrote it."""
PAGE = 4096
HEADERS = {2: 12, 5: 12, 10: 8, 13: 8}
"""How long the header of a page is, by its first byte; other pages hold what is too long."""
KINDS = ("statement", "group", "comparison")


def stored(resources: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the tables as SQLite has them: without columns of lists, but with a table of each,
    which has the name of the column as ``list``, and that of its table as ``of``."""
    keys = {one["name"]: one["schema"]["primaryKey"] for one in resources}
    for one in resources:
        own, fields = one["schema"]["primaryKey"], one["schema"]["fields"]
        plain = {field["name"]: field for field in fields if field["type"] != "any"}
        schema = {**one["schema"], "fields": list(plain.values())}
        yield {**one, "of": one["name"], "schema": schema}
        place = {"name": "position", "type": "integer", "description": "Place in the list."}
        required = {"constraints": {"required": True}}
        for field in (field for field in fields if field["type"] == "any"):
            item, column = {**field, "type": "string"}, field["name"]
            foreign = [{"fields": own, "reference": {"resource": one["name"], "fields": own}}]
            if referred := field.get("items"):
                reference = {"resource": referred, "fields": keys[referred]}
                foreign.append({"fields": [column], "reference": reference})
            yield {
                "of": one["name"], "list": column,
                "name": f"{one['name']}_{column}",
                "title": f"{one['title']}: {column}",
                "description": f"{field['description']} One row a thing in the list.",
                "schema": {
                    "fields": [*(plain[key] | required for key in own), place, item | required],
                    "primaryKey": [*own, "position"],
                    "foreignKeys": foreign,
                    "evidence": {"kind": "derived"},
                },
            }  # fmt: skip


def contents(table: Mapping[str, Any], frame: pandas.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a stored table, from the frame that it is of."""
    names = [field["name"] for field in table["schema"]["fields"]]
    if "list" not in table:
        for row in search.rows(frame[names]):
            yield tuple(str(cell) if isinstance(cell, datetime.date) else cell for cell in row)
        return
    for *key, found in zip(*(frame[name] for name in (*names[:-2], table["list"])), strict=True):
        if isinstance(found, list):
            yield from ((*key, place, item) for place, item in enumerate(found, 1))


def cleared(content: bytes) -> bytearray:
    """Return a SQLite file with zeros between the pointers and the cells of each page: what is left
    there is unlike from one version of SQLite to another."""
    clear = bytearray(content)
    for page in range(0, len(clear), PAGE):
        at = page if page else 100
        if clear[at] in HEADERS:
            count, cells = (int.from_bytes(clear[at + x : at + x + 2], "big") for x in (3, 5))
            free = slice(at + HEADERS[clear[at]] + 2 * count, page + cells)
            clear[free] = bytes(len(clear[free]))
    return clear


class View(NamedTuple):
    """A view: the table that it is of, its name, what it answers, and its query."""

    table: str
    name: str
    answers: str
    query: str


def anchor_names(schemas: Mapping[str, Schema]) -> list[str]:
    """Return what the anchored tables call the columns of document, line and excerpt."""
    anchored = [schema for schema in schemas.values() if schema.anchored]
    return [shared_name((schema.roles[role] for schema in anchored), role) for role in ANCHOR]


def made(template: str, name: str, schemas: Mapping[str, Schema], **values: Any) -> View:
    """Return the view that a template makes, which also says what the view answers."""
    given = {"schemas": schemas, "anchor": anchor_names(schemas), **values}
    query: Any = environment().get_template(f"{template}.sql.j2").make_module(given)
    return View(values.get("table", ""), name, query.answers, str(query))


def view_of(table: str, name: str, schemas: Mapping[str, Schema]) -> View:
    """Return the view of one table, with the names of its entities."""
    schema = schemas[table]
    labels = {}
    for column in schema.columns("entity"):
        stem = column.removesuffix("_ids").removesuffix("_id")
        labels[column] = stem if stem not in schema.names else f"{column}_name"
    order = [field.name for field in schema.fields if field.dated][:1]
    told = schema.kind == "group" and bool(order)
    if not order and schema.kind == "statement":
        order = [one.name for one in schema.fields if one.rule == "entity" or one.coded]
    words = {field.options.get("instead_of"): field.name for field in schema.fields}
    return made(
        "view", name, schemas, table=table, schema=schema, labels=labels, order=order, words=words,
        told=told, entity=schemas[ENTITIES].names if labels else (),
    )  # fmt: skip


def derived_views(schemas: Mapping[str, Schema]) -> list[View]:
    """Return the views of a release with tables of these schemas, in order."""
    found = []
    if any(schema.anchored for schema in schemas.values()):
        found.append(made("evidence", "evidence", schemas))
    groups = [name for name, schema in schemas.items() if schema.kind == "group"]
    stated = {name: schema for name, schema in schemas.items() if schema.kind == "statement"}
    columns = {name: statement_columns(schema, schemas) for name, schema in stated.items()}
    told = [name for name in next(iter(columns.values()), ()) if name not in groups][1:]
    if stated:
        found.append(made("statements", "statements", schemas, stated=stated, columns=columns))
    sides = {table: name for name, its in schemas.items() if its.kind == "side"
             for field in its.fields for table in field.references}  # fmt: skip
    for table, schema in schemas.items():
        name = schema.options.get("view", f"{table}_with_names")
        given = {"table": table, "schema": schema, "told": told, "sides": sides.get(table)}
        if schema.kind == "comparison" and table in sides and stated:
            found.append(made("sides", name, schemas, **given))
        elif schema.kind == "group" and stated and not any(one.dated for one in schema.fields):
            found.append(made("witnesses", name, schemas, **given))
        elif schema.kind in KINDS or "view" in schema.options:
            found.append(view_of(table, name, schemas))
    return found


def write(
    path: Path, descriptor: Descriptor, tables: Tables, views: list[View], entities: RowEntities
) -> None:
    """Write the SQLite file of a release; `entities` are those of each row.  Raises ValueError when
    a row refers to a row that does not exist, or a view cannot be made."""
    path.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for setting in (f"page_size = {PAGE}", "secure_delete = ON", "journal_mode = OFF"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN")
        made = list(stored(descriptor["resources"]))
        for table in made:
            connection.execute(rendered("table.sql.j2", table=table))
        for table in made:
            places = ", ".join("?" * len(table["schema"]["fields"]))
            rows = contents(table, tables[table["of"]][0])
            connection.executemany(f'INSERT INTO "{table["name"]}" VALUES ({places})', rows)
        search.write(connection, tables, entities)
        for table, _, target, number in connection.execute("PRAGMA foreign_key_check"):
            keys = connection.execute("SELECT * FROM pragma_foreign_key_list(?)", [table])
            (column,) = [key[3] for key in keys if key[0] == number]
            message = f"{column} of a row of {table} refers to a row that {target} does not have"
            raise ValueError(message)
        for view in views:
            try:
                connection.execute(f'CREATE VIEW "{view.name}" AS {view.query}')
                connection.execute(f'SELECT * FROM "{view.name}" LIMIT 0')
            except sqlite3.Error as error:
                raise ValueError(f"the view {view.name} cannot be made: {error}") from None
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    content = cleared(path.read_bytes())
    content[VERSION_FIELD] = (3_000_000).to_bytes(4, "big")
    path.write_bytes(content)
