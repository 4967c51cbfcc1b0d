"""Tables as typed pandas frames, their Arrow schemas, and their pandera schemas.

`TYPES` says what each type becomes; a column that is not required is nullable, and only derived
columns hold dates.  A coded column is a ``category`` with all codes of its list, in Arrow a
dictionary.  A column of strings with a ``separator``, coded or not, has lists of texts (``object``,
or None), in Arrow lists of strings.

A column of partial dates stays text and is followed by two derived columns of real dates,
``<column>_start`` and ``<column>_end``: its first and last day.  Modality is followed by
``traceability``: whether a statement names its source and a date, a source, or none.

pandera schemas are compiled here: `pandera.io.from_frictionless_schema` fails on two tables of this
package (unique columns, where it takes missing cells for duplicates, and integers that may be
missing) and silently accepts what it does not understand (patterns, dates, truth values in words).
Constraints understood: required, unique, pattern (of the whole cell, by RE2), minimum, maximum,
minLength, maxLength, and the primary key.  Out of scope: foreign keys (the rule of references).
"""

from __future__ import annotations

import dataclasses
import functools
import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas

from chipcontrols.languages import iso_dates
from chipcontrols.package import Codes, Descriptor, Row, Table, citation
from chipcontrols.package.cells import codes_of, converted
from chipcontrols.package.schema import Field, Schema, matching, read_schema

if TYPE_CHECKING:
    import pandera.pandas
    import pyarrow

ENTITIES = "entities"
"""The derived table: all entities in one."""
TYPES = {
    "string": ("str", "str", "string"),
    "integer": ("int64", "Int64", "int64"),
    "number": ("float64", "float64", "double"),
    "boolean": ("bool", "boolean", "bool"),
    "date": ("datetime64[ms]", "datetime64[ms]", "date32"),
}
"""What a type becomes in pandas, required or nullable, and in Arrow."""
OFFSETS = ("col_start", "col_end")
"""The derived columns that follow an excerpt in releases: its offsets on the line."""


def pandas_dtype(table: str, field: Field, codes: Codes) -> Any:
    """Return the pandas dtype of a column, as this module's docstring says."""
    if field.separator:
        return "object"
    if field.coded:
        return pandas.CategoricalDtype(list(codes_of(codes, table, field)))
    required, nullable, _ = TYPES[field.type]
    return required if field.required else nullable


DERIVED = json.loads(Path(__file__).with_name("derived.json").read_bytes())
"""The derived tables and columns: what each is called, its type and its description."""


def derived_schema(table: str, names: Mapping[str, str], required: str = "") -> Schema:
    """Return the schema of a derived table, some columns under other `names` and one more column
    `required`."""
    schema, fields = read_schema(DERIVED[table]), []
    for field in schema.fields:
        limits = {"required": True} if field.name == required else field.constraints
        name = names.get(field.name, field.name)
        fields.append(dataclasses.replace(field, name=name, constraints=limits, rule="derived"))
    key = tuple(names.get(name, name) for name in schema.primary_key)
    return dataclasses.replace(schema, fields=tuple(fields), primary_key=key)


COLUMNS = {field.name: field for field in derived_schema("columns", {}).fields}
"""The derived columns that tables of a package get, in frames or in releases."""


Derived = list[tuple[Field, Callable[[Row], Any]]]
"""Columns that are derived, each with the function that gives its cell in a row."""
More = Callable[[Schema, Field], Derived]


def derived(schema: Schema, field: Field, more: More | None = None) -> Derived:
    """Return the derived columns that follow a column: in all frames, and `more` in releases."""

    def day(at: int, row: Row) -> Any:
        return iso_dates.bounds(row.cells[field.name])[at]

    found = more(schema, field) if more else []
    if field.role == "modality" and "speaker" in schema.roles:
        found.append((COLUMNS["traceability"], traceability))
    for at, side in enumerate(("start", "end") if field.dated else ()):
        described = COLUMNS[side].description.format(column=field.name)
        name = f"{field.name}_{side}"
        column = dataclasses.replace(COLUMNS[side], name=name, description=described)
        found.append((column, functools.partial(day, at)))
    return found


def with_derived(schema: Schema, more: More | None = None) -> Schema:
    """Return the schema with the columns that are derived."""
    fields: list[Field] = []
    for field in schema.fields:
        fields += (field, *(own for own, _ in derived(schema, field, more)))
    return dataclasses.replace(schema, fields=tuple(fields))


def typed_frame(table: Table, codes: Codes, more: More | None = None) -> pandas.DataFrame:
    """Return the typed frame of a table, empty cells missing, each column followed by those derived
    from it.  Raise ValueError for a cell that is not of its type."""
    for _, column, fault in faulty_cells(table, codes):
        raise ValueError(f"{table.name}.{column}: {fault}")
    columns: dict[str, Any] = {}
    for field in table.schema.fields:
        texts = [row.cells[field.name] for row in table.rows]
        cells: list[Any] = [converted(field.type, text) if text else None for text in texts]
        if field.separator:
            cells = [field.items(text) or None for text in texts]
        columns[field.name] = pandas.Series(cells, dtype=pandas_dtype(table.name, field, codes))
        for own, cell_of in derived(table.schema, field, more):
            dtype = pandas_dtype(table.name, own, codes)
            columns[own.name] = pandas.Series([*map(cell_of, table.rows)], dtype=dtype)
    return pandas.DataFrame(columns)


def traceability(row: Row) -> str:
    """Return whether a statement names its source and a date, a source, or none."""
    speaker = row.schema.roles.get("speaker", "")
    saying = [f.name for f in row.schema.fields if f.options.get("instead_of") == speaker]
    if not any([row.role("speaker"), row.role("medium"), *(row.cells[name] for name in saying)]):
        return "none"
    dated = any(row.cells[column] for column in row.schema.columns("date"))
    return "source_and_date" if dated else "source"


def faulty_cells(table: Table, codes: Codes) -> Iterator[tuple[int, str, str]]:
    """Yield line, column and fault of each cell that `typed_frame` cannot convert."""
    for field in table.schema.fields:
        known = codes_of(codes, table.name, field)
        for row in table.rows:
            cell = row.cells[field.name]
            if not cell and field.required and field.type in ("integer", "boolean"):
                yield row.line, field.name, "empty, but required"
            try:
                if cell:
                    converted(field.type, cell)
            except ValueError as error:
                yield row.line, field.name, str(error)
            for one in field.items(cell) if field.coded else ():
                if one not in known:
                    yield row.line, field.name, f"{one!r} is not a code of this column"


def entities_frame(tables: list[Table]) -> tuple[pandas.DataFrame, Schema]:
    """Return all entities in one frame, sorted by id, and its schema; its columns are named as in
    the tables of entities, where these agree.  The kind is the first coded column of each table."""
    schemas, roles = [table.schema for table in tables], ("name", "original_name")
    coded = (next((one.name for one in schema.fields if one.coded), "") for schema in schemas)
    columns = [(*(one.roles.get(role, "") for role in roles), kind)
               for one, kind in zip(schemas, coded, strict=True)]  # fmt: skip
    alike = zip((*roles, "kind"), zip(*columns, strict=True), strict=True)
    names = {role: shared_name(found, role) for role, found in alike}
    required = [field.role for one in schemas for field in one.fields if field.required]
    always = required.count(roles[1]) == len(schemas)
    schema = derived_schema(ENTITIES, names, roles[1] if always else "")
    rows = [(row.id, table.name, *(row.cells.get(name) or None for name in here))
            for table, here in zip(tables, columns, strict=True) for row in table.rows]  # fmt: skip
    found = pandas.DataFrame(sorted(rows, key=operator.itemgetter(0)), columns=list(schema.names))
    return found.astype("str"), schema


def shared_name(names: Iterable[str], otherwise: str) -> str:
    """Return the one name that several tables give a column, or another when they differ.

    >>> shared_name(["name_zh", "", "name_zh"], "original_name"), shared_name(["a", "b"], "name")
    ('name_zh', 'name')
    """
    found = {name for name in names if name}
    return found.pop() if len(found) == 1 else otherwise


def attributes(descriptor: Descriptor, schema: Schema, table: str) -> dict[str, str]:
    """Return what ``df.attrs`` says of a table: names, version, licence and citation."""
    return {
        "table": table,
        "title": schema.title,
        "description": schema.description,
        "package": descriptor["name"],
        "version": descriptor["version"],
        "license": descriptor["licenses"][0]["name"],
        "citation": citation(descriptor),
    }


def arrow_schema(table: str, schema: Schema, codes: Codes) -> pyarrow.Schema:
    """Return the Arrow schema of a table's frame, with the derived columns that `schema` has; the
    metadata of a field hold its ``description`` and ``unit``, if any."""
    import pyarrow

    fields = []
    for field in schema.fields:
        kind = pyarrow.type_for_alias(TYPES[field.type][2])
        if field.separator:
            kind = pyarrow.list_(kind)
        elif field.coded:
            # pandas chooses the smallest index type that holds the codes, and so must Arrow.
            small = len(codes_of(codes, table, field)) <= 128
            kind = pyarrow.dictionary(pyarrow.int8() if small else pyarrow.int16(), kind)
        metadata = {"description": field.description}
        metadata |= {"unit": field.unit} if field.unit else {}
        fields.append(pyarrow.field(field.name, kind, not field.required, metadata))
    return pyarrow.schema(fields)


def from_arrow(table: pyarrow.Table) -> pandas.DataFrame:
    """Return a table of a release as a typed frame: days as ``datetime64[ms]``, lists as lists, in
    ``df.attrs`` what the release wrote there."""
    frame: pandas.DataFrame = table.to_pandas(date_as_object=False)
    for column in table.schema:
        if str(column.type).startswith("list"):
            frame[column.name] = pandas.Series(table[column.name].to_pylist(), dtype="object")
    frame.attrs = json.loads((table.schema.metadata or {}).get(b"PANDAS_ATTRS", b"{}"))
    return frame


TESTS: dict[str, Callable[[pandas.Series, Any], Any]] = {
    "required": lambda cells, _: cells.str.strip() != "",
    "pattern": lambda cells, pattern: matching([*cells.fillna("")], pattern),
    "minLength": lambda cells, least: cells.str.len() >= least,
    "maxLength": lambda cells, most: cells.str.len() <= most,
    "minimum": lambda cells, least: cells >= least,
    "maximum": lambda cells, most: cells <= most,
    "unique": lambda cells, _: ~cells.duplicated(keep=False),
}
"""The test of each constraint.  pandera tests no missing cells, and its own `unique` takes them for
duplicates, which Table Schema does not."""


def constraint_tests(field: Field) -> dict[str, Callable[[pandas.Series], pandas.Series]]:
    """Return for each constraint of a column, in words, the test that its cells pass or fail; those
    of codes and that of what is required otherwise than as free text are pandera's own."""

    def kept(name: str, limit: Any, cells: pandas.Series) -> pandas.Series:
        if field.separator:  # the texts that the lists were in the CSV
            cells = cells.map(field.separator.join, na_action="ignore").astype("str")
        return pandas.Series(TESTS[name](cells, limit), index=cells.index)

    free = field.type == "string" and "pattern" not in field.constraints
    return {
        name if name == "required" else f"{name} {limit}": functools.partial(kept, name, limit)
        for name, limit in field.constraints.items()
        if limit is not False  # 0 is a limit
        if name == "unique" or (not field.coded and (free or name != "required"))
    }


def pandera_schema(table: str, schema: Schema, codes: Codes) -> pandera.pandas.DataFrameSchema:
    """Return the pandera schema that accepts exactly the typed frames of valid tables.

    It checks columns and their order, dtypes, codes, required cells, constraints and the primary
    key; it is strict (no further columns) and collects all failures when validated lazily.  One
    check of the frame compares the dtypes exactly: pandera by itself takes ``datetime64[ns]`` for
    ``datetime64[ms]`` and ``Int64`` for ``int64``, and of a text column looks at every single cell.
    """
    import pandera.pandas

    columns: dict[str, Any] = {}
    dtypes: dict[str, Any] = {}

    def dtypes_are_exact(frame: pandas.DataFrame) -> bool:
        found = frame.dtypes.items()
        return all(dtype == dtypes[name] for name, dtype in found if name in dtypes)

    for field in with_derived(schema).fields:
        dtype = dtypes[field.name] = pandas_dtype(table, field, codes)
        tests = constraint_tests(field).items()
        columns[field.name] = pandera.pandas.Column(
            None if dtype == "str" else dtype,
            [pandera.pandas.Check(test, error=stated) for stated, test in tests],
            nullable=not field.required,
            description=field.description,
        )
    stated = ", ".join(f"{name} {dtype}" for name, dtype in dtypes.items())
    return pandera.pandas.DataFrameSchema(
        columns,
        checks=pandera.pandas.Check(dtypes_are_exact, error=f"dtypes {stated}"),
        strict=True,
        unique_column_names=True,
        ordered=True,
        unique=list(schema.primary_key),
        name=table,
        title=schema.title,
        description=schema.description,
    )
