"""Releases: one folder that holds the tables as Parquet, a descriptor and checksums.

``<name>-<version>/`` holds one Parquet file a curated table, two derived ones (``entities``: all
entity tables in one; ``mentions``: every place where a document names an entity; each only where
the package has such tables), ``datapackage.json`` with bytes, SHA-256 and number of rows of each
Parquet file, the formats of ``chipcontrols.release.formats``, and ``SHA256SUMS``.  The documents
are not part of it; excerpts are.  The Parquet files lie beside the other files: of a folder for
each table, pyarrow and pandas merge all tables without a word.

The same checkout and the same locked dependencies give the same bytes, whatever the time, the time
zone, the locale, the hash seed, the folder, the version of Python or SQLite, or the processor.
Out of scope: validating the package, comparing releases and publishing them.
"""

import dataclasses
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas
import pyarrow
import pyarrow.parquet

from chipcontrols import package as packages
from chipcontrols.package import DESCRIPTOR, Codes, Package, cells, frames
from chipcontrols.package.frames import ENTITIES
from chipcontrols.package.schema import Field, Schema
from chipcontrols.release import changes, comparison, documents, formats
from chipcontrols.release.formats.search import MENTIONS
from chipcontrols.release.formats.text import as_json
from chipcontrols.validation.completeness import whole_lines
from chipcontrols.validation.parts import Index
from chipcontrols.validation.passages import Evidence, read_evidence

LICENCE = "LICENSE"
LARGE = 100_000
"""The rows of a row group; a table that has as many has statistics."""
Released = dict[str, tuple[pandas.DataFrame, Schema]]


class Same(Exception):
    """There is nothing to release: the tables are those of the previous release."""


class TooSmall(Exception):
    """The version is too small for what changed since the previous release."""


def foreign_key(column: str, table: str, target: str) -> dict[str, Any]:
    """Return the foreign key of one column."""
    return {"fields": [column], "reference": {"resource": table, "fields": [target]}}


def mentions(package: Package, evidence: Evidence) -> tuple[pandas.DataFrame, Schema]:
    """Return the derived table ``mentions``, in the order of the documents, and its schema; columns
    are called as in the table of surface forms."""
    roles = package.of_kind("surface_form")[0].schema.roles
    schema = frames.derived_schema(MENTIONS, roles)
    document, *_, entity = schema.names
    keys = [foreign_key(document, table.name, table.schema.roles["document"])
            for table in package.of_kind("document")]  # fmt: skip
    keys.append(foreign_key(entity, ENTITIES, "entity_id"))
    schema = dataclasses.replace(schema, foreign_keys=tuple(keys))
    index, rows = Index(package), []
    for name, text in sorted(evidence.texts.items()):
        excluded = whole_lines(text, index.naming(name).values())
        for here in (one for one in text.lines if one.number not in excluded):
            for mention in here.mentions:
                place = (name, here.number, *here.raw_span(mention.start, mention.end))
                words = here.reading[mention.start : mention.end]
                rows += [(*place, words, one) for one in sorted(mention.entities)]
    dtypes = {field.name: "int64" if field.type == "integer" else "str" for field in schema.fields}
    return pandas.DataFrame(rows, columns=list(schema.names)).astype(dtypes), schema


def released_tables(package: Package, evidence: Evidence) -> Released:
    """Return the frame and the schema of every table of a release, by name."""
    more = documents.columns(package, evidence)
    found = {
        name: (frames.typed_frame(one, package.codes, more), frames.with_derived(one.schema, more))
        for name, one in package.tables.items()
    }
    derived: Released = {}
    if entities := package.of_kind("entity"):
        derived[ENTITIES] = frames.entities_frame(entities)
        if package.of_kind("surface_form"):
            derived[MENTIONS] = mentions(package, evidence)
    for name in derived.keys() & found.keys():
        raise ValueError(f"rename the table {name}: releases have a derived table of that name")
    return found | derived


def write_parquet(
    path: Path, frame: pandas.DataFrame, arrow: pyarrow.Schema, attributes: dict[str, str]
) -> None:
    """Write a frame as Parquet with its documentation inside, in what every reader understands.

    The compression is Zstandard; all but codes is plain.  Tables of `LARGE` rows and more have row
    groups and statistics (the least and the greatest cell of each column), by which engines skip
    what they are not asked for.  The metadata hold version, licence and citation,
    ``PANDAS_ATTRS``, where pandas keeps ``df.attrs``, and of what pandas notes about columns only
    those that it would read as floats.
    """
    content = pyarrow.Table.from_pandas(frame, schema=arrow, preserve_index=False)
    noted = json.loads(content.schema.metadata[b"pandas"])["columns"]
    nullable = [column for column in noted if column["numpy_type"] in ("Int64", "boolean")]
    metadata = {key: attributes[key] for key in ("version", "license", "citation")}
    metadata["PANDAS_ATTRS"] = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))
    if nullable:
        about = {"index_columns": [], "column_indexes": [], "columns": nullable}
        metadata["pandas"] = json.dumps(about, separators=(",", ":"))
    coded = [field.name for field in arrow if pyarrow.types.is_dictionary(field.type)]
    pyarrow.parquet.write_table(
        content.replace_schema_metadata(metadata), path, row_group_size=LARGE,
        use_dictionary=coded, compression="zstd",
        compression_level=19 if len(frame) < LARGE else 9,  # 19 takes a second a megabyte
        write_statistics=len(frame) >= LARGE,
    )  # fmt: skip


def released_field(table: str, field: Field, codes: Codes) -> dict[str, Any]:
    """Return a field for the release's descriptor: its standard properties, `unit`, `evidence`.

    The profile of Data Package v2 wants the example of any field as text.  A list is of the type
    `any`: frictionless takes no list of Parquet for an `array` or a `list`, and no foreign key of
    one; the table that its things refer to is in `items`.  `rights` says whose
    words the cells are, where they are not ours alone (see ``chipcontrols.release.documents``).
    """
    evidence = {"rule": field.rule, "role": field.role, **field.options}
    codes_here = () if field.separator else cells.codes_of(codes, table, field)
    one, *others = field.references or ("",)
    properties = {
        "items": (ENTITIES if others else one) if field.separator else "",
        "name": field.name, "type": "any" if field.separator else field.type,
        "description": field.description,
        "example": "" if field.example is None else str(field.example),
        "codeList": field.shared_list, "unit": field.unit, "constraints": field.constraints,
        "categories": list(codes_here), "rights": documents.rights(field),
        "evidence": {name: value for name, value in evidence.items() if value != ""},
    }  # fmt: skip
    return {name: value for name, value in properties.items() if value}


def released_resource(path: Path, table: str, schema: Schema, rows: int, codes: Codes) -> Any:
    """Return the resource that describes one Parquet file of a release.

    The size is ``byteCount``, beside ``rowCount``: frictionless counts no bytes of a Parquet file
    and finds every one invalid that states the standard's ``bytes``.  An id of one of several
    tables refers to ``entities``.
    """
    content = path.read_bytes()
    lists = {field.name for field in schema.fields if field.separator}
    several = [field.name for field in schema.fields if len(field.references) > 1]
    keys = [*schema.foreign_keys, *(foreign_key(name, ENTITIES, "entity_id") for name in several)]
    keys = [key for key in keys if not lists & set(key["fields"])]
    return {
        "name": table, "title": schema.title, "description": schema.description,
        "path": path.name, "type": "table", "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "byteCount": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "rowCount": rows,
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "evidence": {"kind": schema.kind, **schema.options},
            "fields": [released_field(table, field, codes) for field in schema.fields],
            "primaryKey": list(schema.primary_key),
            **({"foreignKeys": keys} if keys else {}),
        },
    }  # fmt: skip


def write_release(root: Path, folder: Path, previous: Path | None = None) -> None:
    """Write the release of a valid package into an empty folder, with the changes since the
    previous one if its folder is given, or "-" for a first one; raise Same, TooSmall or
    NotComparable when it must not follow that."""
    package, evidence = read_evidence(root)
    resources = []
    tables = released_tables(package, evidence)
    for table, (frame, schema) in tables.items():
        path = folder / f"{table}.parquet"
        attributes = frames.attributes(package.descriptor, schema, table)
        arrow = frames.arrow_schema(table, schema, package.codes)
        write_parquet(path, frame, arrow, attributes)
        resources.append(released_resource(path, table, schema, len(frame), package.codes))
    released = {**package.descriptor, "resources": resources}
    if evidence.texts:
        released["sources"] = [{"title": name} for name in evidence.texts]
    (folder / DESCRIPTOR).write_bytes(as_json(released).encode())
    if (root / LICENCE).is_file():
        (folder / LICENCE).write_bytes((root / LICENCE).read_bytes())
    formats.write_all(folder, released, tables, package, evidence)
    if previous is not None:
        first = str(previous) == "-"
        found = comparison.compare(None if first else previous, folder)
        if found.result == "same":
            raise Same(f"nothing changed since {found.old_version}")
        versions = found.old_version, found.new_version
        if not first and (problem := comparison.shortfall(*versions, found.bump)):
            raise TooSmall(f"{problem}\n{changes.as_text(found)}")
        changes.write(found, folder)
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    sums = "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))
    (folder / "SHA256SUMS").write_bytes(sums.encode())


def release_name(root: Path) -> str:
    """Return the name of the release's folder: package name and version."""
    descriptor = packages.read_descriptor(root, profiled=True)
    return f"{descriptor['name']}-{descriptor['version']}"


def refuse_others(folder: Path) -> None:
    """Raise FileExistsError where a release's folder would replace what is not a release: a file, a
    link, or files that are not in its list of files."""
    sums = folder / "SHA256SUMS"
    listed = sums.read_text("utf-8", "replace").splitlines() if sums.is_file() else []
    known = {sums.name, *(line[66:] for line in listed)}
    others = {path.name for path in folder.iterdir()} - known if folder.is_dir() else set()
    if others or folder.is_symlink() or folder.exists() != folder.is_dir():
        what = f"also has {', '.join(sorted(others)[:5])}" if others else "is a file or a link"
        raise FileExistsError(f"{folder} {what}: move that away first")


def build(root: Path, out: Path, previous: Path | None = None) -> Path:
    """Build the release of a valid package into a folder of `out` and return that folder.

    A release of the same version is replaced as a whole.  Raises OSError when it cannot be written
    or would replace or join files of others, ValueError when a table, view or format cannot be
    made, and whatever `write_release` does; what was there before is then still there.
    """
    target = out / release_name(root)
    packages.refuse_own(target)
    refuse_others(target)
    out.mkdir(parents=True, exist_ok=True)
    # The outer folder is removed, too, when the removal of the inner one is interrupted.
    with (
        tempfile.TemporaryDirectory(dir=out, prefix=".building-") as around,
        tempfile.TemporaryDirectory(dir=around) as scratch,
    ):
        fresh, replaced = Path(scratch) / "fresh", Path(scratch) / "replaced"
        fresh.mkdir()
        write_release(root, fresh, previous)
        try:
            if target.exists():
                target.rename(replaced)
            fresh.rename(target)
        except BaseException:  # also when it is interrupted
            if replaced.exists() and not target.exists():
                replaced.rename(target)
            raise
    return target
