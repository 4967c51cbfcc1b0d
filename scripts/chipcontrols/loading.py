"""Loading tables as typed pandas frames: those that came with this library, or published ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chipcontrols.package import (
    Package,
    PackageError,
    code_lists,
    default_root,
    read_descriptor,
    read_schemas,
    read_table,
)

if TYPE_CHECKING:
    import pandas

    from chipcontrols.distribution import Place

ENTITIES = "entities"
"""The derived table: all entities in one."""


def tables() -> list[str]:
    """Return the names of the tables.

    >>> "quotes" in tables()
    True
    """
    return [resource["name"] for resource in read_descriptor(default_root())["resources"]]


def load(
    table: str,
    version: str | None = None,
    store: Place | None = None,
    cache: Place | None = None,
) -> pandas.DataFrame:
    """Return a table as a typed frame; see `chipcontrols.package.frames` for the dtypes.

    The table is the one that came with this library or, when `version` or `store` is given, that of
    a published release (see `chipcontrols.fetch`).

    Shape: one row a row of the table; its columns, and after each column of partial dates
    (``as_of``, ``said_on``, ``date``, ``published_on``) the first and last day as
    ``datetime64[ms]``.  Coded columns are categories with all codes of the code list.  Numbers are
    in the unit that the column ``unit`` or the schema names.  ``df.attrs`` has title, description,
    version, license and citation.  ``entities`` is all entity tables in one.  Raises KeyError for
    an unknown table, and ValueError when a file of the package is faulty.

    >>> quotes = load("quotes")
    >>> quotes.attrs["version"] == load("chips").attrs["version"]
    True
    """
    if version is not None or store is not None:
        return load_published(f"{table}.parquet", version or "latest", store, cache)
    from chipcontrols.package import frames

    root = default_root()
    descriptor = read_descriptor(root)
    if table == ENTITIES and table not in tables():
        frame, schema = frames.entities_frame(Package.open(root).of_kind("entity"))
    else:
        schemas, findings = read_schemas(root, descriptor)
        if table not in schemas:
            if findings:
                raise PackageError(findings)
            raise KeyError(f"no table {table!r}; the tables are {', '.join(schemas)}")
        lists = [name for name, schema in schemas.items() if schema.kind == "code"]
        resources = {resource["name"]: resource for resource in descriptor["resources"]}
        read = {name: read_table(root, resources[name], schemas[name]) for name in {table, *lists}}
        schema = schemas[table]
        frame = frames.typed_frame(read[table], code_lists(read.values()))
    frame.attrs.update(frames.attributes(descriptor, schema, table))
    return frame


def load_published(
    name: str, version: str, store: Place | None, cache: Place | None
) -> pandas.DataFrame:
    """Return the table in a Parquet file of a release; only that is fetched, and only once."""
    import pyarrow
    import pyarrow.parquet

    from chipcontrols import distribution
    from chipcontrols.package import frames

    path = distribution.fetch(version, store, cache, only=[name]) / name
    # pyarrow's own memory: with Python's, as of an open file, a process now and then aborts at its
    # end (apache/arrow issues 33975 and 50482).
    with pyarrow.OSFile(str(path)) as file:
        content = pyarrow.BufferReader(file.read_buffer())
        return frames.from_arrow(pyarrow.parquet.read_table(content))


def load_all() -> dict[str, pandas.DataFrame]:
    """Return every table as a typed frame, by name.

    >>> sorted(load_all()) == sorted(tables())
    True
    """
    return {table: load(table) for table in tables()}


def schema(table: str) -> Any:
    """Return the compiled pandera schema of a table, for frames as `load` gives them.

    Needs the maintainers' extra.  Raises KeyError for an unknown table.
    """
    from chipcontrols.package import frames

    package = Package.open(default_root())
    if table not in package.tables:
        raise KeyError(f"no table {table!r}; the tables are {', '.join(package.tables)}")
    return frames.pandera_schema(table, package.tables[table].schema, package.codes)
