"""The other formats of a release: what each kind of reader expects beside the Parquet files.

==================  ==============================================================================
``README.md``       dataset card: a page for people, with the YAML that lets Hugging Face's
                    ``load_dataset`` find each table
``dictionary.md``   data dictionary: every table, column and code, how a cell is proven, and a
                    diagram of the keys
``croissant.json``  Croissant 1.1: every column of every Parquet file, for machine learning tools
``CITATION.cff``    Citation File Format 1.2.0
``<name>.sqlite``   all tables with their keys, views for the common questions, full-text search
``metadata.json``   what Datasette shows beside the SQLite file: descriptions of tables and columns,
                    labels of rows, and queries
``<name>.xlsx``     all tables as one workbook, with a sheet that explains the columns
``<table>.csv``     each table for spreadsheets
``explorer.html``   everything as one page that opens from disk, to search and to look at
==================  ==============================================================================

All are made of the release's descriptor, its frames and its Table Schemas.  A release of more than
`MOST_ROWS` rows has no SQLite file, workbook and page, for these are made, opened and searched as a
whole; its card says so.  A new text is a template of its name and a word in `TEXTS`.
Out of scope: the Parquet files and the descriptor themselves (``chipcontrols.release.build``).
"""

import dataclasses
import datetime
import inspect
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from chipcontrols.package import Package, citation
from chipcontrols.package.profiles import EVIDENCE
from chipcontrols.release import documents, explorer
from chipcontrols.release.formats import search, spreadsheets, sqlite
from chipcontrols.release.formats.search import Tables
from chipcontrols.release.formats.text import as_json, rendered
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules import RULES

MOST_ROWS = 200_000
TEXTS = ("CITATION.cff", "README.md", "croissant.json", "dictionary.md", "metadata.json")


def content(descriptor: Mapping[str, Any], tables: Tables, package: Package) -> dict[str, Any]:
    """Return what the templates of the texts may use."""
    schemas = {name: schema for name, (_, schema) in tables.items()}
    views = sqlite.derived_views(schemas)
    kinds = {kind: [name for name, schema in schemas.items() if schema.kind == kind]
             for kind in ("document", "statement", "comparison")}  # fmt: skip
    names = set().union(*search.names_of(tables).values())
    searched = max(names, key=lambda name: (bool(search.HAN.fullmatch(name)), name), default="")
    tags = sorted({"en", *(row.role("language") for row in package.rows("document"))} - {""})
    added = {name: name for name in (documents.LABEL, documents.SHARE)}
    read = [{role: row[column] for role, column in {**schema.roles, **added}.items()}
            for frame, schema in tables.values() if schema.kind == "document"
            for row in search.records(frame)]  # fmt: skip
    rules = {
        name: (inspect.getdoc(rule), [one.name for one in dataclasses.fields(rule)[2:]])
        for name, rule in RULES.items()
    }
    return {
        "anchor": sqlite.anchor_names(schemas), "citation": citation(descriptor),
        "codes": package.codes, "descriptor": descriptor,
        "evidence": EVIDENCE,
        "covered": covered(tables), "read": read, "tags": tags,
        "labels": {name: search.label_column(schema) for name, schema in schemas.items()},
        "search": search, "searched": searched,
        "stored": list(sqlite.stored(descriptor["resources"])),
        "example": (kinds["statement"] or list(schemas))[0],
        "kinds": kinds, "languages": sorted({tag.partition("-")[0] for tag in tags}),
        "licence": descriptor["licenses"][0], "released": True, "rules": rules,
        "large": sum(len(frame) for frame, _ in tables.values()) > MOST_ROWS, "most": MOST_ROWS,
        "schemas": schemas, "brief": False,
        "views": views, "anchor_views": any(view.name == "evidence" for view in views),
        "rows": {resource["name"]: resource["rowCount"] for resource in descriptor["resources"]},
    }  # fmt: skip


def covered(tables: Tables) -> str:
    """Return the time that the dates of statements cover, as ISO 8601; nothing without dates."""
    days: list[datetime.datetime] = []
    for frame, schema in tables.values():
        for name in schema.columns("date") if schema.kind == "statement" else ():
            days += [*frame[f"{name}_start"].dropna(), *frame[f"{name}_end"].dropna()]
    return f"{min(days):%Y-%m-%d}/{max(days):%Y-%m-%d}" if days else ""


def write_all(
    folder: Path, descriptor: dict[str, Any], tables: Tables, package: Package, evidence: Evidence
) -> None:
    """Write every format into the folder of a release that already holds its Parquet files.

    `descriptor` is the release's own, with the bytes, hash and number of rows of each file;
    `tables` gives the frame and the schema of each table by name.  Raises ValueError that names the
    file which cannot be made, and why, and OSError when a file cannot be written.
    """
    name = f"{descriptor['name']}.sqlite"
    try:
        given = content(descriptor, tables, package)
        entities = search.entities_of(tables)  # once, for the database and the page
        if not given["large"]:
            sqlite.write(folder / name, descriptor, tables, given["views"], entities)
            name = f"{descriptor['name']}.xlsx"
            book = spreadsheets.as_workbook(descriptor, tables, citation(descriptor))
            (folder / name).write_bytes(book)
        for table, (frame, _) in tables.items():
            (folder / f"{table}.csv").write_bytes(spreadsheets.as_csv(frame))
        for name in TEXTS:
            text = rendered(f"{name}.j2", **given)
            text = as_json(json.loads(text)) if name.endswith(".json") else text
            (folder / name).write_bytes(text.encode())
        if given["large"]:
            return
        name = explorer.FILE
        # The descriptions of columns are among the tables of the page.
        croissant = json.loads(rendered("croissant.json.j2", **given | {"brief": True}))
        page = explorer.as_page(descriptor, tables, package, evidence, entities, croissant)
        (folder / name).write_bytes(page.encode())
    except (ValueError, KeyError, sqlite3.Error, jinja2.TemplateError) as error:
        raise ValueError(f"{name} cannot be made: {error}") from error
