"""The other formats of a release: what each kind of reader expects beside the Parquet files.

==================  ==============================================================================
``README.md``       dataset card: a page for people, with the YAML that lets Hugging Face's
                    ``load_dataset`` find each table
``dictionary.md``   data dictionary: every table, column and code, how a cell is proven, and a
                    diagram of the keys
``croissant.json``  Croissant 1.1: every column of every Parquet file, for machine learning tools
``CITATION.cff``    Citation File Format 1.2.0
``<name>.sqlite``   all tables with their keys, and views for the common questions
``metadata.json``   what Datasette shows beside the SQLite file: descriptions of tables and columns
==================  ==============================================================================

All are made of the release's descriptor, its frames and its Table Schemas; nothing is typed twice,
and nothing knows a table or a column by its name.  The same input gives the same bytes.  A new text
is a template of its name and a word in `TEXTS`.  Out of scope: the Parquet files and the descriptor
themselves (``chipcontrols.release.build``).
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from chipcontrols import package
from chipcontrols.package.profiles import PROFILES
from chipcontrols.package.schema import Schema
from chipcontrols.release.formats import sqlite
from chipcontrols.release.formats.sqlite import Tables
from chipcontrols.release.formats.text import as_json, rendered
from chipcontrols.release.formats.views import View, anchor_names, derived_views
from chipcontrols.validation.rules import RULES

TEXTS = ("CITATION.cff", "README.md", "croissant.json", "dictionary.md", "metadata.json")
CODE_ROLES = ("table", "column", "code", "definition", "cues")


def citation_file(descriptor: Mapping[str, Any]) -> str:
    """Return the CITATION.cff of the repository: only what stays from version to version (title,
    authors, licence), so that the version is written in ``datapackage.json`` only."""
    return rendered("CITATION.cff.j2", descriptor=descriptor, released=False)


def code_lists(tables: Tables) -> dict[tuple[str, str], list[tuple[str, str, list[str]]]]:
    """Return code, definition and cues of each code, by table and column."""
    found: dict[tuple[str, str], list[tuple[str, str, list[str]]]] = {}
    for frame, schema in tables.values():
        if schema.kind == "code":
            listed = frame[[schema.roles[role] for role in CODE_ROLES]].astype("object").fillna("")
            for table, column, code, definition, cues in listed.itertuples(index=False):
                found.setdefault((table, column), []).append((code, definition, cues.split("|")))
    return found


def languages(tables: Tables) -> list[str]:
    """Return the languages of a release: English, and those of its documents."""
    found = {"en"}
    for frame, schema in tables.values():
        if schema.kind == "document" and "language" in schema.roles:
            tags = frame[schema.roles["language"]].dropna()
            found |= {tag.partition("-")[0] for tag in tags}
    return sorted(found)


def quantity_parts(schemas: Mapping[str, Schema]) -> dict[str, str]:
    """Return the columns of the first quantity of the tables, by part; `words` has the words."""
    found: dict[str, str] = {}
    for schema in schemas.values():
        for column in schema.columns("quantity"):
            part = schema.field(column).options.get("part", "words")
            found.setdefault(str(part), column)
    return found


def described(field: Mapping[str, Any]) -> str:
    """Return the description of a column with its unit."""
    unit = f" Unit: {field['unit']}." if "unit" in field else ""
    return f"{field['description']}{unit}"


def content(descriptor: Mapping[str, Any], tables: Tables, made: list[View]) -> dict[str, Any]:
    """Return what the templates of the texts may use."""
    schemas = {name: schema for name, (_, schema) in tables.items()}
    kinds = {
        kind: [name for name, schema in schemas.items() if schema.kind == kind]
        for kind in ("document", "statement", "comparison")
    }
    rules = [
        (name, inspect.getdoc(rule), [field.name for field in dataclasses.fields(rule)[2:]])
        for name, rule in RULES.items()
    ]
    return {
        "anchor": anchor_names(schemas),
        "citation": package.citation(descriptor),
        "codes": code_lists(tables),
        "described": described,
        "descriptor": descriptor,
        "documents": sum(len(tables[name][0]) for name in kinds["document"]),
        "evidence": json.loads((PROFILES / "evidence.json").read_text("utf-8"))["$defs"],
        "example": (kinds["statement"] or list(schemas))[0],
        "kinds": kinds,
        "languages": languages(tables),
        "licence": descriptor["licenses"][0],
        "quantity": quantity_parts(schemas),
        "released": True,
        "rows": sum(resource["rowCount"] for resource in descriptor["resources"]),
        "rules": rules,
        "schemas": schemas,
        "views": made,
    }


def write_all(folder: Path, descriptor: dict[str, Any], tables: Tables) -> None:
    """Write every format into the folder of a release that already holds its Parquet files.

    `descriptor` is the release's own, with the bytes, hash and number of rows of each file;
    `tables` gives the frame and the schema of each table by name.  Raises ValueError that names the
    file which cannot be made, and why, and OSError when a file cannot be written.
    """
    name = f"{descriptor['name']}.sqlite"
    try:
        made = derived_views({table: schema for table, (_, schema) in tables.items()})
        sqlite.write(folder / name, descriptor, tables, made)
        given = content(descriptor, tables, made)
        for name in TEXTS:
            text = rendered(f"{name}.j2", **given)
            text = as_json(json.loads(text)) if name.endswith(".json") else text
            (folder / name).write_bytes(text.encode())
    except (ValueError, KeyError, sqlite3.Error, jinja2.TemplateError) as error:
        raise ValueError(f"{name} cannot be made: {error}") from error
