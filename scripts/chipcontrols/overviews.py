"""The statements of all tables in one frame, what they are about: happenings and claims, and how
much the record beside the documents has on these.

Every function reads the tables by their kinds and roles, and gives a new frame with a plain index.
Out of scope: single tables (`chipcontrols.load`), and the views of the SQLite file, which say the
same (`chipcontrols.release.formats.views`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chipcontrols.loading import frame_of
from chipcontrols.package import Package, default_root
from chipcontrols.package.schema import ANCHOR, QUANTITY, statement_columns

if TYPE_CHECKING:
    import pandas


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


def record() -> pandas.DataFrame:
    """Return how many groups the record beside the documents has something on, by how it relates
    to them: one row a relation, one column a table of groups (``happenings``, ``claims``).

    A group counts once in each relation that one of its references has.  Not among the columns:
    references to other rows (`chipcontrols.load` has them all).

    >>> frame = record()
    >>> bool(frame.loc["contradicts", "claims"] > 0)
    True
    """
    import pandas

    package = Package.open(default_root())
    columns: dict[str, pandas.Series] = {}
    for one in package.of_kind("reference"):
        table, row, relation = (one.schema.roles[role] for role in ("table", "row", "relation"))
        frame = frame_of(package, one.name).drop_duplicates([table, row, relation])
        for group in groups(package):
            columns[group] = frame[frame[table] == group][relation].value_counts(sort=False)
    return pandas.DataFrame(columns)
