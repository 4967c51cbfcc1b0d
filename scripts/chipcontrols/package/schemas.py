"""Table Schemas: read strictly, and compiled to typed frames, to Arrow and to pandera.

A Table Schema (Data Package v2) in ``schemas/`` is the one place where a table's structure is
written.  Its fields carry four properties beyond the standard:

``support``     how a cell proves itself: the rule of ``chipcontrols.rules`` that checks it, or
                ``reviewed`` where only a reader can
``references``  the tables one of which holds the id in the cell
``codeList``    true where ``schemas/vocabulary.csv`` lists the codes of the column
``unit``        the unit of the numbers

Types and what they become (a nullable column is one that is not required):

=========  ============================  ====================  ==============
Schema     pandas                        nullable in pandas    Arrow
=========  ============================  ====================  ==============
string     ``str``                       ``str``               string
(coded)    ``category``, all codes       ``category``          dictionary
integer    ``int64``                     ``Int64``             int64
number     ``float64``                   ``float64`` (NaN)     double
boolean    ``bool``                      ``boolean``           bool
datetime   (derived columns only)        ``datetime64[ms]``    timestamp[ms]
=========  ============================  ====================  ==============

A column of partial dates (support ``date``) stays text and is followed by two derived columns of
real dates, ``<column>_start`` and ``<column>_end``: its first and last day.  In releases an
``excerpt`` is followed by ``col_start`` and ``col_end``, its offsets on the line.
Constraints understood: required, unique, pattern (of the whole cell), minimum, maximum,
minLength, maxLength, and the primary key.  Any other key is an error, never ignored.
Out of scope: other Table Schema types, and foreign keys (the rule of references checks them).
"""

from __future__ import annotations

import functools
import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas

from chipcontrols.languages.zh import dates
from chipcontrols.package import patterns

if TYPE_CHECKING:
    import pandera.pandas
    import pyarrow

Schema = dict[str, Any]
Codes = Mapping[tuple[str, str], tuple[str, ...]]
"""The codes of each coded column, by (table, column)."""

TYPES = ("string", "integer", "number", "boolean")
CONSTRAINED = {
    "pattern": ("string",), "minLength": ("string",), "maxLength": ("string",),
    "minimum": ("integer", "number"), "maximum": ("integer", "number"),
}  # fmt: skip
"""The types that have a constraint, where not all have it."""
TYPED_BOOLEAN = {"true": True, "false": False}

SUPPORT = {
    "identifier": "names the row; a statement's id states document and line",
    "place": "says where the evidence stands",
    "excerpt": "the evidence itself, found exactly once on its line",
    "words": "stands word for word in the evidence, cutting nothing in two",
    "time": "words that tell a time, where the evidence tells one",
    "term": "the excerpt itself, no part of it",
    "name": "stands in the evidence and is one of the entity's aliases",
    "entity": "a name of the entity stands in the evidence",
    "beside": "the entities that the evidence names and that have no role in the row",
    "code": "a cue of the code stands in the evidence, and of no other code",
    "quantity": "read from the quantity's words by the grammar",
    "date": "resolved from the words in the column's _text",
    "quotation": "compared with the quotation marks of the line",
    "translation": "numbers, bounds and names agree with the original",
    "prose": "English; its numbers and names stand in the evidence",
    "script": "compared with the form's characters",
    "reference": "names a row that exists",
    "bytes": "computed from the document's bytes",
    "reviewed": "a judgement that only a reader can check",
}
"""What each value of ``support`` means: how a cell proves itself."""

# What each object of the descriptor may hold; what it must hold is marked with True.
KEYS: dict[str, dict[str, bool]] = {
    "package": {
        "$schema": True, "name": True, "title": True, "version": True, "description": True,
        "created": True, "keywords": False, "homepage": False, "licenses": True,
        "contributors": True, "sources": False, "resources": True,
    },
    "resource": {
        "name": True, "title": True, "description": True, "path": True, "type": True,
        "format": True, "mediatype": True, "encoding": True, "schema": True,
    },
    "schema": {
        "$schema": True, "title": True, "description": True, "fields": True,
        "missingValues": True, "primaryKey": True, "foreignKeys": False,
    },
    "field": {
        "name": True, "type": True, "description": True, "example": False, "unit": False,
        "constraints": False, "codeList": False, "references": False, "support": True,
    },
    "constraints": {
        "required": False, "unique": False, "pattern": False, "minimum": False,
        "maximum": False, "minLength": False, "maxLength": False,
    },
    "foreignKey": {"fields": True, "reference": True},
    "licence": {"name": True, "title": False, "path": False},
    "contributor": {
        "title": True, "givenName": False, "familyName": False, "path": False, "email": False,
        "roles": False, "organization": False,
    },
    "source": {"title": True, "path": False, "email": False, "version": False},
    "reference": {"resource": True, "fields": True},
}  # fmt: skip


DEEPEST = 50
"""The most lists and objects within each other in a JSON file; the package's own have eight."""


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; raises OSError, or ValueError as `parse_json` does."""
    return parse_json(path.read_bytes())


def parse_json(source: bytes) -> dict[str, Any]:
    """Return the JSON object in the bytes of a file.

    Raises ValueError for invalid UTF-8 or JSON, a key that stands twice, numbers that are none,
    more than DEEPEST levels, or anything but an object.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"the key {key!r} stands twice")
            found[key] = value
        return found

    def none(word: str) -> None:
        raise ValueError(f"{word} is no number")

    try:
        content = json.loads(source.decode("utf-8"), object_pairs_hook=unique, parse_constant=none)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(content, dict):
        raise ValueError("it is not a JSON object")
    if is_deeper(content, DEEPEST):
        raise ValueError("it is nested too deeply")
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("it has half of a surrogate pair, which is no character") from None
    return content


def is_deeper(content: Any, levels: int) -> bool:
    """Return whether lists and objects stand within each other on more than so many levels."""
    here = [content]
    for _ in range(levels + 1):
        held = [thing.values() if isinstance(thing, dict) else thing for thing in here
                if isinstance(thing, dict | list)]  # fmt: skip
        here = [thing for things in held for thing in things]
        if not held:
            return False
    return True


def faults_in_keys(kind: str, content: Any, where: str) -> Iterator[str]:
    """Yield what is wrong with the keys of one object of the descriptor (see KEYS)."""
    if not isinstance(content, dict):
        yield f"{where} is not an object"
        return
    for key in content:
        if key not in KEYS[kind]:
            yield f"{where} has the unknown key {key!r}; known are {', '.join(KEYS[kind])}"
    for key, required in KEYS[kind].items():
        if required and key not in content:
            yield f"{where} lacks the key {key!r}"


def faults_in_schema(schema: Schema) -> Iterator[str]:
    """Yield what is wrong with a Table Schema: unknown or missing keys, types, names, patterns."""
    yield from faults_in_keys("schema", schema, "the schema")
    for word in ("title", "description"):
        if not isinstance(schema.get(word, ""), str):
            yield f"{word} is not text"
    fields = schema.get("fields")
    if not isinstance(fields, list) or not fields:
        yield "the schema has no list of fields"
        return
    if schema.get("missingValues", [""]) != [""]:
        yield 'missingValues must be [""]: an empty cell is the only missing value'
    for field in fields:
        name = field.get("name") if isinstance(field, dict) else None
        where = f"the field {name!r}"
        yield from faults_in_keys("field", field, where)
        if not isinstance(field, dict):
            continue
        if not isinstance(name, str):
            yield f"{where} has a name that is not text"
        if str(field.get("type")) not in TYPES:
            yield f"{where} has the type {field.get('type')!r}; known are {', '.join(TYPES)}"
        yield from faults_in_constraints(field.get("constraints", {}), where)
        yield from faults_in_type(field, where)
        for word in ("description", "unit"):
            if not isinstance(field.get(word, ""), str):
                yield f"{where} has a {word} that is not text"
        if str(field.get("support")) not in SUPPORT:
            known = ", ".join(SUPPORT)
            yield f"{where} has the support {field.get('support')!r}; known are {known}"
        references = field.get("references", [])
        if not isinstance(references, list) or not all(isinstance(r, str) for r in references):
            yield f"{where} has references that are not a list of table names"
        if not isinstance(field.get("codeList", False), bool):
            yield f"{where} has a codeList that is neither true nor false"
    names = [field.get("name") for field in fields if isinstance(field, dict)]
    if len({str(name) for name in names}) < len(names):
        yield "two fields have one name"
    key = schema.get("primaryKey")
    known_names = {name for name in names if isinstance(name, str)}
    if (
        not isinstance(key, list)
        or not key
        or not all(isinstance(name, str) and name in known_names for name in key)
    ):
        yield "primaryKey is not a list of the schema's fields"
    foreign_keys = schema.get("foreignKeys", [])
    for foreign_key in foreign_keys if isinstance(foreign_keys, list) else [None]:
        yield from faults_in_keys("foreignKey", foreign_key, "a foreign key")
        if isinstance(foreign_key, dict) and "reference" in foreign_key:
            yield from faults_in_keys("reference", foreign_key["reference"], "a foreign key")
            yield from faults_in_foreign_key(foreign_key)


def faults_in_foreign_key(foreign_key: dict[str, Any]) -> Iterator[str]:
    """Yield the values of a foreign key that are no names."""
    reference = foreign_key["reference"]
    for holder in (foreign_key, reference):
        fields = holder.get("fields", []) if isinstance(holder, dict) else []
        if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
            yield "a foreign key has fields that are not a list of names"
    if isinstance(reference, dict) and not isinstance(reference.get("resource", ""), str):
        yield "a foreign key has a resource that is not text"


def faults_in_type(field: Schema, where: str) -> Iterator[str]:
    """Yield what a field asks for that its type does not have, the first fault only."""
    kind, constraints = str(field.get("type")), field.get("constraints", {})
    if kind not in TYPES or not isinstance(constraints, dict):
        return
    if wrong := [key for key in constraints if kind not in CONSTRAINED.get(key, TYPES)]:
        yield f"{where} has a constraint {wrong[0]!r} that the type {kind!r} does not have"
    elif field.get("support") == "date" and kind != "string":
        yield f"{where} has the support 'date', which needs the type 'string'"


def faults_in_constraints(constraints: Any, where: str) -> Iterator[str]:
    """Yield what is wrong with the constraints of one field."""
    yield from faults_in_keys("constraints", constraints, f"the constraints of {where}")
    if not isinstance(constraints, dict):
        return
    for key, kind in (
        ("required", bool),
        ("unique", bool),
        ("pattern", str),
        ("minimum", int | float),
        ("maximum", int | float),
        ("minLength", int),
        ("maxLength", int),
    ):
        if key in constraints and not isinstance(constraints[key], kind):
            yield f"{where} has a constraint {key} of the wrong type: {constraints[key]!r}"
    if fault := patterns.fault_of_pattern(str(constraints.get("pattern", ""))):
        yield f"{where} has a pattern {fault}"


def field_names(schema: Schema) -> tuple[str, ...]:
    """Return the names of the columns, in order."""
    return tuple(field["name"] for field in schema["fields"])


def is_required(field: Schema) -> bool:
    """Return whether the column may not be empty."""
    return bool(field.get("constraints", {}).get("required"))


def number(text: str) -> float:
    """Return the finite number that `text` writes in plain digits; raise ValueError otherwise.

    >>> number("1500")
    1500.0
    """
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise ValueError(f"{text!r} is not a number in plain digits")
    return float(text)


def integer(text: str) -> int:
    """Return the 64-bit integer that `text` writes in plain digits; raise ValueError otherwise."""
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", text):
        raise ValueError(f"{text!r} is not an integer in plain digits")
    return int(text)


def boolean(text: str) -> bool:
    """Return the truth value that `text` writes as true or false; raise ValueError otherwise."""
    if text not in TYPED_BOOLEAN:
        raise ValueError(f"{text!r} is neither true nor false")
    return TYPED_BOOLEAN[text]


def string(text: str) -> str:
    """Return the text itself."""
    return text


CONVERTERS: dict[str, Callable[[str], Any]] = {
    "string": string, "integer": integer, "number": number, "boolean": boolean,
}  # fmt: skip


def pandas_dtype(table: str, field: Schema, codes: Codes) -> Any:
    """Return the pandas dtype of a column, as the table in this module's docstring says."""
    if field.get("codeList"):
        return pandas.CategoricalDtype(list(codes.get((table, field["name"]), ())))
    required = is_required(field)
    return {
        "string": "str",
        "integer": "int64" if required else "Int64",
        "number": "float64",
        "boolean": "bool" if required else "boolean",
        "datetime": "datetime64[ms]",
    }[field["type"]]


def with_derived(schema: Schema, offsets: bool = False) -> Schema:
    """Return the schema with the columns that are derived: of dates and, in releases, offsets."""
    fields: list[Schema] = []
    for field in schema["fields"]:
        fields.append(field)
        derived: list[tuple[str, str, str]] = []
        constraints: dict[str, Any] = {}
        if field["support"] == "date":
            derived = [
                (f"{field['name']}_start", "datetime", f"First day of {field['name']}."),
                (f"{field['name']}_end", "datetime", f"Last day of {field['name']}."),
            ]
        elif field["support"] == "excerpt" and offsets:
            constraints = {"required": True} if is_required(field) else {}
            derived = [
                (
                    "col_start",
                    "integer",
                    "Offset of the excerpt on the line, in code points from 0.",
                ),
                ("col_end", "integer", "Offset of the end of the excerpt, exclusive."),
            ]
        fields += [
            {
                "name": name,
                "type": kind,
                "description": description,
                "support": "derived",
                "constraints": constraints,
            }
            for name, kind, description in derived
        ]
    return {**schema, "fields": fields}


def typed_frame(
    table: str, schema: Schema, codes: Codes, rows: Sequence[Sequence[str]]
) -> pandas.DataFrame:
    """Return the typed frame of a table's rows of text cells; an empty cell is missing.

    Shape: one row a row; one column a field, and two more after each column of partial dates.
    Raises ValueError when a cell is not of its column's type.
    """
    columns: dict[str, Any] = {}
    for position, field in enumerate(schema["fields"]):
        convert = CONVERTERS[field["type"]]
        cells = [convert(row[position]) if row[position] else None for row in rows]
        dtype = pandas_dtype(table, field, codes)
        if None in cells and dtype in ("int64", "bool"):
            raise ValueError(f"{field['name']} is empty, but it is required")
        if field.get("codeList"):
            known = set(dtype.categories)
            unknown = next((cell for cell in cells if cell is not None and cell not in known), None)
            if unknown is not None:
                raise ValueError(f"{unknown!r} is no code of {table}.{field['name']}")
        columns[field["name"]] = pandas.Series(cells, dtype=dtype)
        if field["support"] == "date":
            days = [dates.bounds(cell) if cell else (None, None) for cell in cells]
            for side, name in enumerate(("start", "end")):
                columns[f"{field['name']}_{name}"] = pandas.Series(
                    [day[side] for day in days], dtype="datetime64[ms]"
                )
    return pandas.DataFrame(columns)


def faulty_cells(
    table: str, schema: Schema, codes: Codes, rows: Sequence[Sequence[str]]
) -> Iterator[tuple[int, str, str]]:
    """Yield row, column and fault of each cell that `typed_frame` cannot convert."""
    for position, field in enumerate(schema["fields"]):
        known = codes.get((table, field["name"]), ()) if field.get("codeList") else None
        for number_of_row, row in enumerate(rows):
            cell = row[position]
            if not cell and is_required(field):
                yield number_of_row, field["name"], "empty, but required"
            try:
                if cell:
                    CONVERTERS[field["type"]](cell)
            except ValueError as error:
                yield number_of_row, field["name"], str(error)
            else:
                if cell and known is not None and cell not in known:
                    yield number_of_row, field["name"], f"{cell!r} is no code of this column"


def arrow_schema(table: str, schema: Schema, codes: Codes) -> pyarrow.Schema:
    """Return the Arrow schema of a table's frame, derived columns as far as `schema` has them.

    Each field's metadata holds ``description`` and, where it has one, ``unit``.
    """
    import pyarrow

    types = {
        "string": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(), "datetime": pyarrow.timestamp("ms"),
    }  # fmt: skip
    fields = []
    for field in schema["fields"]:
        kind = types[field["type"]]
        if field.get("codeList"):
            # pandas chooses the smallest index type that holds the codes, and so must Arrow.
            small = len(codes[table, field["name"]]) <= 128
            kind = pyarrow.dictionary(pyarrow.int8() if small else pyarrow.int16(), kind)
        metadata = {key: str(field[key]) for key in ("description", "unit") if key in field}
        fields.append(pyarrow.field(field["name"], kind, not is_required(field), metadata))
    return pyarrow.schema(fields)


def constraint_test(field: Schema) -> Callable[[pandas.Series], Any] | None:
    """Return a function that tells which cells keep a column's constraints, None without any.

    `required` is not among them: pandera has it as a property of a column.  So it has `unique`, but
    counts missing cells as twins; here, as in Table Schema, they are none.
    """
    constraints = field.get("constraints", {})
    tests: list[Callable[[pandas.Series], Any]] = []
    if field["type"] == "string" and not field.get("codeList"):
        if pattern := constraints.get("pattern"):
            tests.append(lambda cells: cells.str.fullmatch(pattern))
        elif is_required(field):
            tests.append(lambda cells: cells.str.strip() != "")
        if (least := constraints.get("minLength")) is not None:
            tests.append(lambda cells: cells.str.len() >= least)
        if (most := constraints.get("maxLength")) is not None:
            tests.append(lambda cells: cells.str.len() <= most)
    if (minimum := constraints.get("minimum")) is not None:
        tests.append(lambda cells: cells >= minimum)
    if (maximum := constraints.get("maximum")) is not None:
        tests.append(lambda cells: cells <= maximum)
    if constraints.get("unique"):
        tests.append(lambda cells: ~cells.duplicated(keep=False))
    if not tests:
        return None

    def test(cells: pandas.Series) -> Any:
        return functools.reduce(operator.and_, (one(cells) for one in tests))

    return test


def pandera_schema(table: str, schema: Schema, codes: Codes) -> pandera.pandas.DataFrameSchema:
    """Return the pandera schema that accepts just the typed frames of valid tables.

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

    for field in with_derived(schema)["fields"]:
        dtype = dtypes[field["name"]] = pandas_dtype(table, field, codes)
        test = constraint_test(field)
        stated = ", ".join(f"{key} {value}" for key, value in field.get("constraints", {}).items())
        columns[field["name"]] = pandera.pandas.Column(
            None if dtype == "str" else dtype,
            pandera.pandas.Check(test, error=stated) if test else None,
            nullable=not is_required(field),
            description=field["description"],
        )
    stated = ", ".join(f"{name} {dtype}" for name, dtype in dtypes.items())
    return pandera.pandas.DataFrameSchema(
        columns,
        checks=pandera.pandas.Check(dtypes_are_exact, error=f"dtypes {stated}"),
        strict=True,
        unique_column_names=True,
        ordered=True,
        unique=schema["primaryKey"],
        name=table,
        title=schema["title"],
        description=schema["description"],
    )
