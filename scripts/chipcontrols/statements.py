"""The statements of all tables in one frame, what they are about: happenings and claims, and what
the record beside the documents says of these.

Every function reads the tables by their kinds and roles, and gives a new frame with a plain index.
Out of scope: single tables (`chipcontrols.load`), and the views of the SQLite file, which say the
same (`chipcontrols.release.formats.views`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chipcontrols.loading import load
from chipcontrols.package import default_root, read_descriptor, read_schemas

if TYPE_CHECKING:
    import pandas

    from chipcontrols.package.schema import Schema

VALUES = ("value", "low", "high", "unit", "bound")
"""The parts of a quantity that are shown side by side."""


def schemas_of(*kinds: str) -> dict[str, Schema]:
    """Return the schemas of the tables of the kinds, by name."""
    root = default_root()
    schemas, _ = read_schemas(root, read_descriptor(root))
    return {name: schema for name, schema in schemas.items() if schema.kind in kinds}


def groups_of(schema: Schema) -> dict[str, str]:
    """Return the columns of a table of statements that name a group, by the table of the groups."""
    groups = schemas_of("group")
    return {
        target: field.name
        for field in schema.fields
        for target in field.references
        if target in groups
    }


def statements() -> pandas.DataFrame:
    """Return all statements in one frame, in the order of the tables.

    Columns: table, row_id, sentence, speaker (an id, else the document's words), medium, date (of
    the table, ISO 8601), modality, traceability, the id of each kind of group (``happenings``,
    ``claims``), the parts of the quantity (value, low, high as float64; unit, bound), seed, line.

    >>> frame = statements()
    >>> bool((frame.modality == "forecast").any())
    True
    """
    import pandas

    found = [statements_of(name, schema) for name, schema in schemas_of("statement").items()]
    return pandas.concat(found, ignore_index=True)


def statements_of(table: str, schema: Schema) -> pandas.DataFrame:
    """Return the statements of one table; see `statements`."""
    import pandas

    frame = load(table)
    missing = pandas.Series(pandas.NA, index=frame.index, dtype="str")

    def column(name: str | None) -> pandas.Series:
        return frame[name].astype("str").where(frame[name].notna()) if name else missing

    roles = schema.roles
    words = [f.name for f in schema.fields if f.options.get("instead_of") == roles.get("speaker")]
    speaker = column(roles.get("speaker"))
    dates = [field.name for field in schema.fields if field.dated]
    cells: dict[str, Any] = {
        "table": table,
        "row_id": frame[schema.primary_key[0]],
        "sentence": column(roles.get("sentence")),
        "speaker": speaker.fillna(column(words[0])) if words else speaker,
        "medium": column(roles.get("medium")),
        "date": column(dates[0] if dates else None),
        "modality": column(roles.get("modality")),
        "traceability": column("traceability" if "traceability" in frame else None),
    }
    member = groups_of(schema)
    cells |= {group: column(member.get(group)) for group in schemas_of("group")}
    parts = {field.options.get("part"): field.name for field in schema.fields}
    for part in VALUES:
        number = part in VALUES[:3]
        cells[part] = frame[parts[part]] if part in parts else missing
        cells[part] = cells[part].astype("float64" if number else "str")
    cells |= {role: frame[roles[role]] for role in ("document", "line")}
    return pandas.DataFrame(cells).rename(columns={"document": roles["document"]})


def witnesses(table: str) -> pandas.DataFrame:
    """Return the groups of a table, one row a witness: the columns of the group, then those of
    `statements` for the statement that is its witness, named ``witness_table`` and ``witness_id``.

    Raises KeyError for a table that does not hold groups.
    """
    if table not in (groups := schemas_of("group")):
        raise KeyError(f"{table!r} holds no groups; those that do: {', '.join(groups)}")
    own = load(table)
    told = statements().rename(columns={"table": "witness_table", "row_id": "witness_id"})
    told = told.drop(columns=[group for group in groups if group != table])
    told = told.rename(columns={name: f"witness_{name}" for name in own if name in told})
    found = own.merge(told, left_on=groups[table].primary_key[0], right_on=table)
    return found.drop(columns=table)


def grouped(dated: bool) -> pandas.DataFrame:
    """Return the witnesses of the groups that have, or do not have, a date."""
    import pandas

    chosen = [
        name
        for name, schema in schemas_of("group").items()
        if any(field.dated for field in schema.fields) == dated
    ]
    return pandas.concat([witnesses(name) for name in chosen], ignore_index=True)


def claims() -> pandas.DataFrame:
    """Return each claim with its witnesses side by side: one row a witness; see `witnesses`.

    >>> frame = claims()
    >>> bool(frame.groupby("claim_id").size().max() > 1)
    True
    """
    return grouped(dated=False)


def timeline() -> pandas.DataFrame:
    """Return each happening once, the earliest first, those without a date last.

    Columns: those of the happenings, ``documents`` (file names) and ``witnesses`` (``table/id``),
    both lists.

    >>> frame = timeline()
    >>> bool(frame.happening_id.is_unique and frame.date_start.dropna().is_monotonic_increasing)
    True
    """
    import pandas

    told = grouped(dated=True)
    told["witness"] = told.witness_table + "/" + told.witness_id
    (group,) = [
        schema
        for schema in schemas_of("group").values()
        if any(field.dated for field in schema.fields)
    ]
    key, (date,) = group.primary_key[0], [field.name for field in group.fields if field.dated]
    seed = next(iter(schemas_of("statement").values())).roles["document"]
    listed = told.groupby(key, observed=True).agg(
        documents=(seed, lambda cells: sorted(set(cells))), witnesses=("witness", list)
    )
    own = told.loc[:, : f"{date}_end"].join(
        told[[name for name in group.names if name in told and name not in
              told.loc[:, : f"{date}_end"]]]
    )  # fmt: skip
    found = own.drop_duplicates(key).merge(listed, left_on=key, right_index=True)
    order = [f"{date}_start", f"{date}_end", key]
    return pandas.DataFrame(found.sort_values(order, ignore_index=True))


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

    columns: dict[str, pandas.Series] = {}
    for name, schema in schemas_of("reference").items():
        frame = load(name).drop_duplicates([schema.roles[r] for r in ("table", "row", "relation")])
        for group in schemas_of("group"):
            own = frame[frame[schema.roles["table"]] == group]
            columns[group] = own[schema.roles["relation"]].value_counts(sort=False)
    return pandas.DataFrame(columns)
