"""Releases: one folder that holds the tables as Parquet, a descriptor and checksums.

``<name>-<version>/`` holds one Parquet file a curated table, two derived ones (``entities``: all
entity tables in one; ``mentions``: every place where a document names an entity),
``datapackage.json`` with bytes, SHA-256 and number of rows of each file, and ``SHA256SUMS``.  The
documents are not part of it; excerpts are.

The same checkout and the same locked dependencies give the same bytes, whatever the time, the time
zone, the locale, the hash seed or the folder: nothing of them enters a file.  A release is built
beside its destination and moved there whole, so that a build that fails leaves the previous one
as it was.  Out of scope: comparing releases and publishing them.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas
import pyarrow
import pyarrow.parquet

from . import package, passages, schemas
from .passages import ENTITY_TABLES, Evidence
from .schemas import Codes, Schema

MEDIATYPE = "application/vnd.apache.parquet"


def text_field(name: str, description: str, **more: Any) -> Schema:
    """Return a required field of text for a derived table."""
    constraints = {"required": True}
    return {"name": name, "type": "string", "description": description, "support": "derived",
            "constraints": constraints, **more}  # fmt: skip


def integer_field(name: str, description: str) -> Schema:
    """Return a required field of integers for a derived table."""
    return text_field(name, description) | {"type": "integer"}


DERIVED: dict[str, Schema] = {
    "entities": {
        "title": "Entities",
        "description": "All entity tables in one, derived from them.",
        "fields": [
            text_field("entity_id", "Identifier of the entity."),
            text_field("table", "Table that the entity stands in."),
            text_field("name", "English name."),
            text_field("name_zh", "Name as the cited document writes it."),
            text_field("kind", "Kind of the entity, as its table codes it.", constraints={}),
        ],
        "primaryKey": ["entity_id"],
    },
    "mentions": {
        "title": "Mentions",
        "description": "Every place where a document names an entity by one of its aliases: "
        "the longest alias at each place, in lines that are not excluded whole.",
        "fields": [
            text_field("seed", "File name of the document."),
            integer_field("line", "Line of the document, from 1."),
            integer_field("col_start", "Offset of the alias on the line, in code points from 0."),
            integer_field("col_end", "Offset of the end of the alias, exclusive."),
            text_field("alias", "The form, in reading text."),
            text_field("entity_id", "The entity that it names."),
        ],
        "primaryKey": ["seed", "line", "col_start", "entity_id"],
    },
}


def with_offsets(frame: pandas.DataFrame, table: str, evidence: Evidence) -> pandas.DataFrame:
    """Return the frame with the offsets of each excerpt after the column of excerpts."""
    if "excerpt" not in frame:
        return frame
    where = [evidence.locations.get((table, row.line)) for row in evidence.rows[table]]
    at = list(frame.columns).index("excerpt") + 1
    result = frame.copy()
    starts = [place.start if place else None for place in where]
    ends = [place.end if place else None for place in where]
    result.insert(at, "col_start", pandas.Series(starts, dtype="Int64"))
    result.insert(at + 1, "col_end", pandas.Series(ends, dtype="Int64"))
    return result


def entities_frame(evidence: Evidence) -> pandas.DataFrame:
    """Return the derived table ``entities``, sorted by id."""
    rows = [
        (row.id, name, row.cells["name"], row.cells["name_zh"], row.cells.get("kind", ""))
        for name in ENTITY_TABLES
        for row in evidence.rows[name]
    ]
    columns = schemas.field_names(DERIVED["entities"])
    return pandas.DataFrame(sorted(rows), columns=columns, dtype="str")


def mentions_frame(evidence: Evidence) -> pandas.DataFrame:
    """Return the derived table ``mentions``, in the order of the documents."""
    excluded = {
        (row.cells["seed"], line)
        for row in evidence.rows["exclusions"]
        if not row.cells["excerpt"]
        for line in range(
            int(row.cells["line"]), int(row.cells["line_end"] or row.cells["line"]) + 1
        )
    }
    rows = []
    for (seed, number), found in sorted(evidence.named.items()):
        line = evidence.documents[seed].lines[number - 1]
        for mention in found if (seed, number) not in excluded else ():
            start, end = line.raw_span(mention.start, mention.end)
            form = line.reading[mention.start : mention.end]
            rows += [
                (seed, number, start, end, form, entity) for entity in sorted(mention.entities)
            ]
    frame = pandas.DataFrame(rows, columns=schemas.field_names(DERIVED["mentions"]))
    return frame.astype({"seed": "str", "alias": "str", "entity_id": "str"})


def released_tables(
    evidence: Evidence,
) -> dict[str, tuple[pandas.DataFrame, Schema]]:
    """Return the frame and the schema of every table of a release, by name."""
    found = {}
    for name, table in evidence.tables.items():
        frame = schemas.typed_frame(name, table.schema, evidence.codes, table.rows)
        found[name] = (
            with_offsets(frame, name, evidence),
            schemas.with_derived(table.schema, offsets=True),
        )
    found["entities"] = entities_frame(evidence), DERIVED["entities"]
    found["mentions"] = mentions_frame(evidence), DERIVED["mentions"]
    return found


def write_parquet(
    path: Path, frame: pandas.DataFrame, arrow: pyarrow.Schema, attributes: dict[str, str]
) -> None:
    """Write a frame as Parquet with its documentation inside.

    ``PANDAS_ATTRS`` is where pandas keeps ``df.attrs``; the same facts stand in the file's
    metadata one by one for other readers.
    """
    content = pyarrow.Table.from_pandas(frame, schema=arrow, preserve_index=False)
    metadata = {
        **(content.schema.metadata or {}),
        **{key.encode(): value.encode() for key, value in attributes.items()},
        b"PANDAS_ATTRS": json.dumps(attributes, ensure_ascii=False).encode(),
    }
    pyarrow.parquet.write_table(
        content.replace_schema_metadata(metadata), path, compression="zstd", version="2.6"
    )


def released_field(table: str, field: Schema, codes: Codes) -> Schema:
    """Return a field for the release's descriptor: standard properties and `unit` only."""
    standard = ("name", "type", "description", "example", "unit", "constraints")
    kept = {key: field[key] for key in standard if field.get(key) not in (None, {})}
    if field.get("codeList"):
        kept["categories"] = list(codes[table, field["name"]])
    return kept


def released_resource(path: Path, table: str, schema: Schema, rows: int, codes: Codes) -> Any:
    """Return the resource that describes one Parquet file of a release."""
    content = path.read_bytes()
    keys = {key: schema[key] for key in ("primaryKey", "foreignKeys") if key in schema}
    return {
        "name": table, "title": schema["title"], "description": schema["description"],
        "path": path.name, "type": "table", "format": "parquet", "mediatype": MEDIATYPE,
        "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "rowCount": rows,
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": [released_field(table, field, codes) for field in schema["fields"]],
            **keys,
        },
    }  # fmt: skip


def write_release(root: Path, folder: Path) -> None:
    """Write the release of a valid package into an empty folder."""
    evidence = passages.gather_package(root)
    descriptor = package.read_descriptor(root)
    resources = []
    for table, (frame, schema) in released_tables(evidence).items():
        path = folder / f"{table}.parquet"
        attributes = package.attributes(descriptor, schema, table)
        arrow = schemas.arrow_schema(table, schema, evidence.codes)
        write_parquet(path, frame, arrow, attributes)
        resources.append(released_resource(path, table, schema, len(frame), evidence.codes))
    released = {key: value for key, value in descriptor.items() if key != "sources"}
    released |= {"sources": [{"title": s["title"]} for s in descriptor.get("sources", [])]}
    released |= {"resources": resources}
    text = json.dumps(released, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_bytes(text.encode())
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
    ]
    (folder / "SHA256SUMS").write_bytes("".join(sums).encode())


def release_name(root: Path) -> str:
    """Return the name of the release's folder: package name and version."""
    descriptor = package.read_descriptor(root)
    return f"{descriptor['name']}-{descriptor['version']}"


def build(root: Path, out: Path) -> Path:
    """Build the release of a valid package into a folder of `out` and return that folder.

    A release of the same version is replaced as a whole.  Raises OSError when it cannot be
    written; what was there before is then still there.
    """
    out.mkdir(parents=True, exist_ok=True)
    target = out / release_name(root)
    with tempfile.TemporaryDirectory(dir=out, prefix=".building-") as scratch:
        fresh, previous = Path(scratch) / "fresh", Path(scratch) / "previous"
        fresh.mkdir()
        write_release(root, fresh)
        if target.exists():
            target.rename(previous)
        try:
            fresh.rename(target)
        except OSError:
            if previous.exists():
                previous.rename(target)
            raise
    return target
