"""Loading tables as typed pandas frames: those that came with this library, or published ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chipcontrols.package import Package, default_root, read_descriptor

if TYPE_CHECKING:
    import pandas

    from chipcontrols.distribution import Place


def tables() -> list[str]:
    """Return the names of the tables.

    >>> "quotes" in tables()
    True
    """
    return [resource["name"] for resource in read_descriptor(default_root())["resources"]]


def load(
    table: str, version: str | None = None, store: Place | None = None, cache: Place | None = None
) -> pandas.DataFrame:
    """Return a table as a typed frame; see `chipcontrols.package.frames` for the dtypes.

    The table is the one that came with this library or, when `version` or `store` is given, that of
    a published release (see `chipcontrols.fetch`), of which only its file is fetched.

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
    if version is None and store is None:
        return frame_of(Package.open(default_root()), table)
    import pyarrow
    import pyarrow.parquet

    from chipcontrols import distribution
    from chipcontrols.package import frames

    name = f"{table}.parquet"
    path = distribution.fetch(version or "latest", store, cache, only=[name]) / name
    # pyarrow's own memory: with Python's, as of an open file, a process now and then aborts at its
    # end (apache/arrow issues 33975 and 50482).
    with pyarrow.OSFile(str(path)) as file:
        content = pyarrow.BufferReader(file.read_buffer())
        return frames.from_arrow(pyarrow.parquet.read_table(content))


def frame_of(package: Package, table: str) -> pandas.DataFrame:
    """Return a table of a package as a typed frame; see `load`."""
    from chipcontrols.package import frames

    if table == frames.ENTITIES and table not in package.tables:
        frame, schema = frames.entities_frame(package.of_kind("entity"))
    else:
        schema = package.table(table).schema
        frame = frames.typed_frame(package.tables[table], package.codes)
    frame.attrs.update(frames.attributes(package.descriptor, schema, table))
    return frame


def load_all() -> dict[str, pandas.DataFrame]:
    """Return every table as a typed frame, by name.

    >>> sorted(load_all()) == sorted(tables())
    True
    """
    package = Package.open(default_root())
    return {table: frame_of(package, table) for table in package.tables}


def schema(table: str) -> Any:
    """Return the compiled pandera schema of a table, for frames as `load` gives them.

    Needs the maintainers' extra.  Raises KeyError for an unknown table.
    """
    from chipcontrols.package import frames

    package = Package.open(default_root())
    return frames.pandera_schema(table, package.table(table).schema, package.codes)
