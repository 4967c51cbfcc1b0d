"""Tables as typed pandas frames, those that came with this library or published ones, and what
they say together: all statements, and what these are about.

The functions on several tables read them by their kinds and roles, and give a new frame with a
plain index.  Out of scope: the views of the SQLite file, which say the same
(`chipcontrols.release.formats.sqlite`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chipcontrols.package import Package, default_root, read_descriptor
from chipcontrols.package.schema import ANCHOR, QUANTITY, statement_columns

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


def groups(package: Package) -> dict[str, bool]:
    """Return the tables of groups, and of each whether its groups have dates."""
    return {table.name: any(field.dated for field in table.schema.fields)
            for table in package.of_kind("group")}  # fmt: skip


def statements() -> pandas.DataFrame:
    """Return all statements in one frame, in the order of the tables.

    Columns: table, row_id, sentence, speaker (an id, else the document's words), medium, date (of
    the table, ISO 8601), modality, traceability, the id of each kind of group (``happenings``,
    ``claims``), the parts of the quantity (value, low, high as float64; unit, bound), seed, line.

    >>> frame = statements()
    >>> bool((frame.modality == "forecast").any())
    True
    """
    return statements_of(Package.open(default_root()))


def statements_of(package: Package) -> pandas.DataFrame:
    """Return the statements of a package; see `statements`."""
    import pandas

    schemas = {name: table.schema for name, table in package.tables.items()}
    found = []
    for table in package.of_kind("statement"):
        frame = frame_of(package, table.name)
        cells: dict[str, Any] = {"table": table.name}
        for name, columns in statement_columns(table.schema, schemas).items():
            dtype: Any = "float64" if name in QUANTITY[:3] else "str"
            cells[name] = pandas.Series(None, index=frame.index, dtype=dtype)
            for column in columns:
                cells[name] = cells[name].fillna(frame[column].astype(dtype))
        place = [table.schema.roles[role] for role in ANCHOR[:2]]
        found.append(pandas.DataFrame(cells | {name: frame[name] for name in place}))
    return pandas.concat(found, ignore_index=True)


def witnesses(package: Package, table: str) -> pandas.DataFrame:
    """Return the groups of a table, one row a witness: the columns of the group, then those of
    `statements` for the statement that is its witness, named ``witness_table`` and ``witness_id``.
    """
    own = frame_of(package, table)
    told = statements_of(package)
    told = told.rename(columns={"table": "witness_table", "row_id": "witness_id"})
    told = told.drop(columns=[group for group in groups(package) if group != table])
    told = told.rename(columns={name: f"witness_{name}" for name in own if name in told})
    found = own.merge(told, left_on=own.columns[0], right_on=table)
    return found.drop(columns=table)


def claims() -> pandas.DataFrame:
    """Return each claim with its witnesses side by side: one row a witness; see `witnesses`.

    >>> frame = claims()
    >>> bool(frame.groupby("claim_id").size().max() > 1)
    True
    """
    import pandas

    package = Package.open(default_root())
    found = [witnesses(package, name) for name, dated in groups(package).items() if not dated]
    return pandas.concat(found, ignore_index=True)


def timeline() -> pandas.DataFrame:
    """Return each happening once, the earliest first, those without a date last.

    Columns: those of the happenings, ``documents`` (file names) and ``witnesses`` (``table/id``),
    both lists.

    >>> frame = timeline()
    >>> bool(frame.happening_id.is_unique and frame.date_start.dropna().is_monotonic_increasing)
    True
    """
    package = Package.open(default_root())
    (table,) = (name for name, dated in groups(package).items() if dated)
    own, told = frame_of(package, table), witnesses(package, table)
    (date,) = (one.name for one in package.tables[table].schema.fields if one.dated)
    document = told.columns[-2]
    told["witness"] = told["witness_table"] + "/" + told["witness_id"]
    listed = told.groupby(own.columns[0]).agg(
        documents=(document, lambda cells: sorted(set(cells))), witnesses=("witness", sorted)
    )
    found = own.merge(listed, how="left", left_on=own.columns[0], right_index=True)
    order = [f"{date}_start", f"{date}_end", own.columns[0]]
    return found.sort_values(order, ignore_index=True)
