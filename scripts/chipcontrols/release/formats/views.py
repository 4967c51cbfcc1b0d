"""The views of the SQLite file, derived from the kinds and roles of the tables.

``evidence`` has every row with the words that it rests on, ``statements`` all statements in one, as
`chipcontrols.statements` gives them.  Each table of statements, and any other whose schema names a
``view``, has one in which an entity's name replaces its id (``actor_id`` becomes ``actor``), and
the document's words stand in for an entity without a name.  It is sorted by the first date of a
row, undated rows last, or by its entities and codes where a statement has no date.  Of groups with
a date the view has each once, with the documents and the statements that are its witnesses; of
groups without one it has a row a witness.  Of comparisons it has a row a side, with what the side
says and the words that it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from chipcontrols.package.frames import ENTITIES, shared_name
from chipcontrols.package.schema import ANCHOR, Schema, statement_columns
from chipcontrols.release.formats.text import environment

KINDS = ("statement", "group", "comparison")


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
