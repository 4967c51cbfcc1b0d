"""The views of the SQLite file, derived from the kinds and roles of the tables.

``evidence`` has every row with the words that it rests on.  Each table of statements or of
comparisons, and any other whose schema names a ``view``, has one in which an entity's name replaces
its id (``actor_id`` becomes ``actor``), the document's words stand in for an entity without a name,
and each row that is compared brings its words with it.  It is sorted by the first date of a row,
undated rows last, or by its entities and codes where a statement has no date.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from chipcontrols.package.frames import shared_name
from chipcontrols.package.schema import ANCHOR, Schema
from chipcontrols.release.formats.text import rendered

KINDS = ("statement", "comparison")
EVIDENCE = (
    "Every row with the document, the line and the words that it rests on; column_name is the "
    "cell that a further passage supports, and empty where the passage supports the whole row."
)


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


def view_of(table: str, schemas: Mapping[str, Schema]) -> View:
    """Return the view of one table; see this module's docstring."""
    schema = schemas[table]
    labels = {}
    for column in schema.columns("entity"):
        stem = column.removesuffix("_id")
        labels[column] = stem if stem not in schema.names else f"{column}_name"
    compared = [field for field in schema.fields if field.rule == "row_reference"]
    order = list(schema.columns("date")[:1])
    if not order and schema.kind == "statement":
        order = [one.name for one in schema.fields if one.rule == "entity" or one.coded]
    query = rendered(
        "view.sql.j2", table=table, schema=schema, labels=labels, compared=compared, order=order,
        words={field.options.get("instead_of"): field.name for field in schema.fields},
        anchor=anchor_names(schemas), entity=schemas["entities"].names if labels else (),
    )  # fmt: skip
    added = [f"the names of {', '.join(labels.values())}"] if labels else []
    added += ["the words of the rows compared"] if compared else []
    answers = schema.description.rstrip(".") + ("; with " + " and ".join(added) if added else "")
    answers += f"; sorted by {', '.join(labels.get(one, one) for one in order)}" if order else ""
    name = schema.options.get("view", f"{table}_with_names")
    return View(table, str(name), f"{answers}.", query)


def derived_views(schemas: Mapping[str, Schema]) -> list[View]:
    """Return the views of a release with tables of these schemas, in order."""
    found = []
    if any(schema.anchored for schema in schemas.values()):
        query = rendered("evidence.sql.j2", schemas=schemas, anchor=anchor_names(schemas))
        found.append(View("", "evidence", EVIDENCE, query))
    for table, schema in schemas.items():
        if schema.kind in KINDS or "view" in schema.options:
            found.append(view_of(table, schemas))
    return found
