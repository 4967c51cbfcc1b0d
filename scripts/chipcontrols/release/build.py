"""Releases: one folder that holds the tables as Parquet, a descriptor and checksums.

``<name>-<version>/`` holds one Parquet file a curated table, two derived ones (``entities``: all
entity tables in one; ``mentions``: every place where a document names an entity),
``datapackage.json`` with bytes, SHA-256 and number of rows of each Parquet file, the formats of
``chipcontrols.formats``, and ``SHA256SUMS``.  The documents are not part of it; excerpts are.

The same checkout and the same locked dependencies give the same bytes, whatever the time, the time
zone, the locale, the hash seed or the folder: nothing of them enters a file.  A release is built
beside its destination and moved there whole, so that a build that fails leaves the previous one
as it was.  Out of scope: comparing releases and publishing them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import operator
import tempfile
from pathlib import Path
from typing import Any

import pandas
import pyarrow
import pyarrow.parquet

from chipcontrols.package import schemas
from chipcontrols.package import tables as package
from chipcontrols.package.schemas import Codes, Schema
from chipcontrols.release import changes, comparison, formats
from chipcontrols.validation import passages
from chipcontrols.validation.passages import ENTITY_TABLES, Evidence

MEDIATYPE = "application/vnd.apache.parquet"


class Same(Exception):
    """There is nothing to release: the tables are those of the previous release."""


class TooSmall(Exception):
    """The version is too small for what changed since the previous release."""


def text_field(name: str, description: str, **more: Any) -> Schema:
    """Return a required field of text for a derived table."""
    constraints = {"required": True}
    return {"name": name, "type": "string", "description": description, "support": "derived",
            "constraints": constraints, **more}  # fmt: skip


def integer_field(name: str, description: str) -> Schema:
    """Return a required field of integers for a derived table."""
    return text_field(name, description) | {"type": "integer"}


def foreign_key(column: str, table: str, target: str) -> dict[str, Any]:
    """Return the foreign key of one column."""
    return {"fields": [column], "reference": {"resource": table, "fields": [target]}}


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
        "foreignKeys": [
            foreign_key("seed", "sources", "seed"),
            foreign_key("entity_id", "entities", "entity_id"),
        ],
    },
}


def with_offsets(
    frame: pandas.DataFrame, table: str, schema: Schema, evidence: Evidence
) -> pandas.DataFrame:
    """Return the frame with the offsets of each excerpt after the column of excerpts."""
    if "excerpt" not in frame:
        return frame
    where = [evidence.locations.get((table, row.line)) for row in evidence.rows[table]]
    at = list(frame.columns).index("excerpt") + 1
    result = frame.copy()
    starts = [place.start if place else None for place in where]
    ends = [place.end if place else None for place in where]
    start, end = schema["fields"][at : at + 2]
    for position, field, offsets in ((at, start, starts), (at + 1, end, ends)):
        dtype = schemas.pandas_dtype(table, field, evidence.codes)
        result.insert(position, field["name"], pandas.Series(offsets, dtype=dtype))
    return result


def entities_frame(evidence: Evidence) -> pandas.DataFrame:
    """Return the derived table ``entities``, sorted by id."""
    rows = [
        (row.id, name, row.cells["name"], row.cells["name_zh"], row.cells.get("kind") or None)
        for name in ENTITY_TABLES
        for row in evidence.rows[name]
    ]
    columns = schemas.field_names(DERIVED["entities"])
    return pandas.DataFrame(sorted(rows, key=operator.itemgetter(0)), columns=columns, dtype="str")


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
        schema = schemas.with_derived(table.schema, offsets=True)
        found[name] = with_offsets(frame, name, schema, evidence), schema
    found["entities"] = entities_frame(evidence), DERIVED["entities"]
    found["mentions"] = mentions_frame(evidence), DERIVED["mentions"]
    return found


def write_parquet(
    path: Path, frame: pandas.DataFrame, arrow: pyarrow.Schema, attributes: dict[str, str]
) -> None:
    """Write a frame as Parquet with its documentation inside.

    Small files are mostly metadata, so there is little of it.  The Arrow schema holds the columns'
    documentation, ``PANDAS_ATTRS``, where pandas keeps ``df.attrs``, and of what pandas notes about
    columns only those that it would read as floats; version, licence and citation also stand in
    the file's own metadata, for readers that know no Arrow.  There are no statistics (the least and
    the greatest cell of each column), dictionaries only where at least half of the cells repeat
    others, and the compression is Brotli, which makes short texts a tenth smaller than Zstandard.
    """
    content = pyarrow.Table.from_pandas(frame, schema=arrow, preserve_index=False)
    noted = json.loads(content.schema.metadata[b"pandas"])["columns"]
    nullable = [column for column in noted if column["numpy_type"] in ("Int64", "boolean")]
    pandas_metadata = {"index_columns": [], "column_indexes": [], "columns": nullable}
    documented = arrow.with_metadata(
        {
            "PANDAS_ATTRS": json.dumps(attributes, ensure_ascii=False, separators=(",", ":")),
            **({"pandas": json.dumps(pandas_metadata, separators=(",", ":"))} if nullable else {}),
        }
    )
    distinct = frame.nunique()
    repeating = [
        field.name
        for field in arrow
        if pyarrow.types.is_dictionary(field.type) or 2 * distinct[field.name] <= len(frame)
    ]
    finest = 11 if len(frame) < 1_000 else 5  # 11 takes a second a megabyte
    prose = {
        field.name
        for field in arrow
        if pyarrow.types.is_string(field.type) and field.name not in repeating
    }
    with pyarrow.parquet.ParquetWriter(
        path, arrow, version="2.6", use_dictionary=repeating,
        column_encoding=dict.fromkeys(sorted(prose), "DELTA_LENGTH_BYTE_ARRAY"),
        compression="brotli",
        compression_level=finest,
        write_statistics=False, store_schema=False,
    ) as writer:  # fmt: skip
        writer.write_table(content)
        kept = {key: attributes[key] for key in ("version", "license", "citation")}
        arrow_schema = base64.b64encode(documented.serialize())
        writer.add_key_value_metadata({**kept, "ARROW:schema": arrow_schema})


def released_field(table: str, field: Schema, codes: Codes) -> Schema:
    """Return a field for the release's descriptor: standard properties and `unit` only.

    The profile of Data Package v2 wants the example of any field as text.
    """
    standard = ("name", "type", "description", "example", "unit", "constraints")
    kept = {key: field[key] for key in standard if field.get(key) not in (None, {})}
    if "example" in kept:
        kept["example"] = str(kept["example"])
    if field.get("codeList"):
        kept["categories"] = list(codes[table, field["name"]])
    return kept


def released_foreign_keys(schema: Schema) -> list[dict[str, Any]]:
    """Return a schema's foreign keys; an id of one of several tables refers to ``entities``."""
    several = [field["name"] for field in schema["fields"] if len(field.get("references", ())) > 1]
    return [
        *schema.get("foreignKeys", []),
        *(foreign_key(name, "entities", "entity_id") for name in several),
    ]


def released_resource(path: Path, table: str, schema: Schema, rows: int, codes: Codes) -> Any:
    """Return the resource that describes one Parquet file of a release.

    The size is ``byteCount``, beside ``rowCount``: frictionless counts no bytes of a Parquet file
    and finds every one invalid that states the standard's ``bytes``.
    """
    content = path.read_bytes()
    foreign_keys = released_foreign_keys(schema)
    return {
        "name": table, "title": schema["title"], "description": schema["description"],
        "path": path.name, "type": "table", "format": "parquet", "mediatype": MEDIATYPE,
        "byteCount": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "rowCount": rows,
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": [released_field(table, field, codes) for field in schema["fields"]],
            "primaryKey": schema["primaryKey"],
            **({"foreignKeys": foreign_keys} if foreign_keys else {}),
        },
    }  # fmt: skip


def write_changes(folder: Path, previous: Path | None) -> None:
    """Write what changed since the previous release; raise Same, TooSmall or NotComparable."""
    found = comparison.compare(previous, folder)
    if found.result == "same":
        raise Same(f"nothing changed since {found.old_version}")
    if previous is not None:
        old, new = found.old_version, found.new_version
        if problem := comparison.shortfall(old, new, found.bump):
            raise TooSmall(f"{problem}\n{changes.as_text(found)}")
    changes.write(found, folder)


def write_release(root: Path, folder: Path, previous: Path | None = None) -> None:
    """Write the release of a valid package into an empty folder.

    With the folder of a previous release, or "-" for a first one, the changes are part of it.
    """
    evidence = passages.gather_package(root)
    descriptor = package.read_descriptor(root)
    resources = []
    tables = released_tables(evidence)
    for table, (frame, schema) in tables.items():
        path = folder / f"{table}.parquet"
        attributes = package.attributes(descriptor, schema, table)
        arrow = schemas.arrow_schema(table, schema, evidence.codes)
        write_parquet(path, frame, arrow, attributes)
        resources.append(released_resource(path, table, schema, len(frame), evidence.codes))
    documents = [{"title": seed} for seed in evidence.documents]
    released = {**descriptor, "sources": documents, "resources": resources}
    text = json.dumps(released, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_bytes(text.encode())
    formats.write_all(folder, released, tables)
    if previous is not None:
        write_changes(folder, None if str(previous) == "-" else previous)
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir(), key=operator.attrgetter("name"))
    ]
    (folder / "SHA256SUMS").write_bytes("".join(sums).encode())


def release_name(root: Path) -> str:
    """Return the name of the release's folder: package name and version."""
    descriptor = package.read_descriptor(root)
    return f"{descriptor['name']}-{descriptor['version']}"


def build(root: Path, out: Path, previous: Path | None = None) -> Path:
    """Build the release of a valid package into a folder of `out` and return that folder.

    A release of the same version is replaced as a whole.  Raises OSError when it cannot be
    written, and Same, TooSmall or NotComparable when it must not follow the previous release (see
    `write_release`); what was there before is then still there.
    """
    out.mkdir(parents=True, exist_ok=True)
    target = out / release_name(root)
    with tempfile.TemporaryDirectory(dir=out, prefix=".building-") as scratch:
        fresh, replaced = Path(scratch) / "fresh", Path(scratch) / "replaced"
        fresh.mkdir()
        write_release(root, fresh, previous)
        if target.exists():
            target.rename(replaced)
        try:
            fresh.rename(target)
        except OSError:
            if replaced.exists():
                replaced.rename(target)
            raise
    return target
