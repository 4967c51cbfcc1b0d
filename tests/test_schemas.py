"""Table Schemas: strict reading, and three layers that refuse the same faults.

FAULTS is the table of parity: what frictionless (with the code lists as enumerations, as the
library runs it), pandera compiled from the schema, and the conversion to Arrow each make of one
small fault.  A cell that no frame can hold is refused by the conversion before pandera sees it.
"""

from __future__ import annotations

import copy
import csv
import json
import math
import re
from pathlib import Path
from typing import Any, NamedTuple

import frictionless
import pandas
import pandera.errors
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.package import schemas
from chipcontrols.package import tables as package
from chipcontrols.validation import structure

ROOT = package.CHECKOUT
NAMES = [resource["name"] for resource in package.read_descriptor(ROOT)["resources"]]
DATE_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(/([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|\.\.))?$"
CODES = {("t", "code"): ("low", "high", "vague")}


def field(name: str, kind: str, support: str = "reviewed", **more: Any) -> dict[str, Any]:
    constraints = {key: more.pop(key) for key in list(more) if key in schemas.KEYS["constraints"]}
    described = {"name": name, "type": kind, "description": "D.", "support": support, **more}
    return described | ({"constraints": constraints} if constraints else {})


SCHEMA: dict[str, Any] = {
    "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
    "title": "T",
    "description": "T.",
    "fields": [
        field(
            "id", "string", "identifier", required=True, unique=True, pattern="^[a-z]+(-[a-z]+)*$"
        ),
        field("word", "string", required=True),
        field("pick", "string", pattern="CH|TW"),
        field("short", "string", minLength=2, maxLength=4),
        field("code", "string", codeList=True),
        field("line", "integer", required=True, minimum=1, maximum=99),
        field("count", "integer"),
        field("value", "number", minimum=0),
        field("flag", "boolean", required=True),
        field("maybe", "boolean"),
        field("date", "string", "date", pattern=DATE_PATTERN),
        field("iso", "string", unique=True),
    ],
    "missingValues": [""],
    "primaryKey": ["id"],
}
COLUMNS = schemas.field_names(SCHEMA)
ROWS = (
    ("a", "one", "CH", "abc", "low", "1", "7", "1.5", "true", "false", "2025-05", "CN"),
    ("b", "two", "", "", "", "99", "", "", "false", "", "", ""),
    ("c", "three", "TW", "ab", "vague", "2", "0", "0", "true", "true", "2022/..", "US"),
)


class Catch(NamedTuple):
    """What each layer makes of a table; an empty text means that it lets the table pass."""

    frictionless: str
    pandera: str
    arrow: str


def by_frictionless(folder: Path, rows: Any) -> str:
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    resource = {
        "name": "t",
        "path": "t.csv",
        "type": "table",
        "format": "csv",
        "encoding": "utf-8",
        "schema": structure.lean_schema("t", SCHEMA, CODES).to_descriptor(),
    }
    report = frictionless.Resource.from_descriptor(resource, basepath=str(folder)).validate()
    return " ".join(sorted({error.type for task in report.tasks for error in task.errors}))


def by_pandera(rows: Any) -> str:
    try:
        frame = schemas.typed_frame("t", SCHEMA, CODES, rows)
    except ValueError:
        return "conversion"
    try:
        schemas.pandera_schema("t", SCHEMA, CODES).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failure:
        columns = {str(column) for column in failure.failure_cases["column"]}
        return " ".join(sorted(columns)) or "a failure without a case"
    return ""


def by_arrow(rows: Any) -> str:
    try:
        frame = schemas.typed_frame("t", SCHEMA, CODES, rows)
    except ValueError:
        return "conversion"
    arrow = schemas.arrow_schema("t", schemas.with_derived(SCHEMA), CODES)
    try:
        pyarrow.Table.from_pandas(frame, schema=arrow, preserve_index=False)
    except (pyarrow.ArrowInvalid, ValueError):
        return "refused"
    return ""


def with_cell(column: str, text: str, row: int = 0) -> list[tuple[str, ...]]:
    rows = [list(cells) for cells in ROWS]
    rows[row][COLUMNS.index(column)] = text
    return [tuple(cells) for cells in rows]


CONSTRAINT, TYPE = "constraint-error", "type-error"
REFUSED_BY_ALL = Catch(TYPE, "conversion", "conversion")
FAULTS: dict[str, tuple[list[tuple[str, ...]], Catch]] = {
    "required text empty": (with_cell("word", ""), Catch(CONSTRAINT, "word", "refused")),
    "required text blank": (with_cell("word", "  "), Catch("", "word", "")),
    "required text a wide blank": (with_cell("word", "\u3000"), Catch("", "word", "")),
    "required key empty": (
        with_cell("id", ""),
        Catch("constraint-error primary-key", "id", "refused"),
    ),
    "required integer empty": (
        with_cell("line", ""),
        Catch(CONSTRAINT, "conversion", "conversion"),
    ),
    "required boolean empty": (
        with_cell("flag", ""),
        Catch(CONSTRAINT, "conversion", "conversion"),
    ),
    "pattern at its beginning only": (with_cell("pick", "CHxyz"), Catch("", "pick", "")),
    "pattern at its end only": (with_cell("pick", "xyzTW"), Catch(CONSTRAINT, "pick", "")),
    "pattern and a line feed": (with_cell("id", "a\n"), Catch("", "id", "")),
    "pattern not at all": (with_cell("pick", "JP"), Catch(CONSTRAINT, "pick", "")),
    "key with capitals": (with_cell("id", "A"), Catch(CONSTRAINT, "id", "")),
    "shorter than minLength": (with_cell("short", "x"), Catch(CONSTRAINT, "short", "")),
    "longer than maxLength": (with_cell("short", "abcde"), Catch(CONSTRAINT, "short", "")),
    "code not on the list": (
        with_cell("code", "lwo"),
        Catch(CONSTRAINT, "conversion", "conversion"),
    ),
    "code in another case": (
        with_cell("code", "Low"),
        Catch(CONSTRAINT, "conversion", "conversion"),
    ),
    "integer with a fraction": (with_cell("line", "1.5"), REFUSED_BY_ALL),
    "integer in words": (with_cell("count", "seven"), REFUSED_BY_ALL),
    "integer NA": (with_cell("count", "NA"), REFUSED_BY_ALL),
    "integer with an exponent": (with_cell("count", "4E3"), REFUSED_BY_ALL),
    "integer with a separator": (with_cell("count", "1,000"), REFUSED_BY_ALL),
    "integer with leading zeros": (
        with_cell("count", "007"),
        Catch("", "conversion", "conversion"),
    ),
    "integer with a plus": (with_cell("count", "+7"), Catch("", "conversion", "conversion")),
    "integer in full-width digits": (
        with_cell("count", "\uff17"),
        Catch("", "conversion", "conversion"),
    ),
    "integer beyond 64 bits": (with_cell("count", "9" * 19), Catch("", "conversion", "conversion")),
    "integer below the minimum": (with_cell("line", "0"), Catch(CONSTRAINT, "line", "")),
    "integer above the maximum": (with_cell("line", "100"), Catch(CONSTRAINT, "line", "")),
    "number in words": (with_cell("value", "many"), REFUSED_BY_ALL),
    "number not a number": (
        with_cell("value", "NaN"),
        Catch(CONSTRAINT, "conversion", "conversion"),
    ),
    "number infinite": (with_cell("value", "INF"), Catch("", "conversion", "conversion")),
    "number with an exponent": (with_cell("value", "1e5"), Catch("", "conversion", "conversion")),
    "number below the minimum": (with_cell("value", "-1"), Catch(CONSTRAINT, "value", "")),
    "boolean as no": (with_cell("flag", "no"), REFUSED_BY_ALL),
    "boolean as a number": (with_cell("flag", "0"), Catch("", "conversion", "conversion")),
    "boolean in capitals": (with_cell("flag", "False"), Catch("", "conversion", "conversion")),
    "date in words": (with_cell("date", "last year"), Catch(CONSTRAINT, "date", "")),
    "date with a year of five digits": (with_cell("date", "20245"), Catch(CONSTRAINT, "date", "")),
    "date with slashes": (with_cell("date", "2025/05/13"), Catch(CONSTRAINT, "date", "")),
    "date with one digit": (with_cell("date", "2025-5"), Catch(CONSTRAINT, "date", "")),
    "unique text twice": (with_cell("iso", "US"), Catch("unique-error", "iso", "")),
    "key twice": (with_cell("id", "c"), Catch("primary-key unique-error", "id", "")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_layer_catches_what_the_table_of_parity_says(name, tmp_path):
    rows, expected = FAULTS[name]
    assert Catch(by_frictionless(tmp_path, rows), by_pandera(rows), by_arrow(rows)) == expected


@pytest.mark.parametrize("name", FAULTS)
def test_pandera_compiled_from_the_schema_refuses_every_fault(name):
    assert FAULTS[name][1].pandera


NEIGHBOURS = {
    "nothing changed": list(ROWS),
    "nullable integer empty": with_cell("count", ""),
    "nullable boolean empty": with_cell("maybe", ""),
    "optional code empty": with_cell("code", ""),
    "optional text with a pattern empty": with_cell("pick", ""),
    "unique text empty twice": with_cell("iso", ""),
    "word NA": with_cell("word", "NA"),
    "word None": with_cell("word", "None"),
    "word 007": with_cell("word", "007"),
    "word with a line feed": with_cell("word", "a\nb"),
    "integer at its minimum": with_cell("line", "1", row=1),
    "integer of 18 digits": with_cell("count", "9" * 18),
    "negative integer": with_cell("count", "-7"),
    "number of 13 digits": with_cell("value", "150000000000.5"),
    "code that no other row uses": with_cell("code", "high"),
    "text of minLength": with_cell("short", "晶片"),
    "interval of days": with_cell("date", "2025-05-13/2025-05-16"),
    "one row": [ROWS[0]],
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_every_layer_lets_a_sound_table_pass(name, tmp_path):
    rows = NEIGHBOURS[name]
    assert Catch(by_frictionless(tmp_path, rows), by_pandera(rows), by_arrow(rows)) == ("", "", "")


# What no Table Schema can say: here every layer must let it pass, and a rule catches it.
BEYOND = {
    "day that does not exist": with_cell("date", "2025-02-30"),
    "interval that ends before it begins": with_cell("date", "2025/2015"),
    "no rows": [],
    "blank at the end of a cell": with_cell("word", "one "),
    "cell with a zero-width blank": with_cell("word", "o\u200bne"),
    "two keys alike to the eye": with_cell("iso", "us"),
}


@pytest.mark.parametrize("name", BEYOND)
def test_what_no_schema_can_say_is_left_to_the_rules(name, tmp_path):
    rows = BEYOND[name]
    assert Catch(by_frictionless(tmp_path, rows), by_pandera(rows), by_arrow(rows)) == ("", "", "")


def test_pandera_refuses_a_frame_with_more_fewer_or_moved_columns():
    compiled = schemas.pandera_schema("t", SCHEMA, CODES)
    frame = schemas.typed_frame("t", SCHEMA, CODES, ROWS)
    assert compiled.validate(frame, lazy=True).equals(frame)
    for other in (
        frame.assign(more="x"),
        frame.drop(columns="iso"),
        frame.drop(columns="date_start"),
        frame[[*frame.columns[1:], frame.columns[0]]],
        frame.rename(columns={"word": "wort"}),
        frame[["id", "word", *frame.columns[1:]]],
    ):
        with pytest.raises(pandera.errors.SchemaErrors):
            compiled.validate(other, lazy=True)


@pytest.mark.parametrize(
    ("column", "dtype"),
    [("line", "float64"), ("count", "float64"), ("flag", "object"), ("code", "str"),
     ("date_start", "str"), ("value", "str"), ("date_start", "datetime64[ns]"), ("line", "Int64"),
     ("value", "Float64"), ("word", "object"), ("iso", "string")],
)  # fmt: skip
def test_pandera_refuses_a_frame_with_another_dtype_and_says_the_right_one(column, dtype):
    frame = schemas.typed_frame("t", SCHEMA, CODES, ROWS)
    right = re.escape(f" {column} {frame[column].dtype}")
    with pytest.raises(pandera.errors.SchemaErrors, match=right):
        schemas.pandera_schema("t", SCHEMA, CODES).validate(
            frame.assign(**{column: frame[column].astype(dtype)}), lazy=True
        )


def test_pandera_refuses_a_category_that_lacks_codes():
    frame = schemas.typed_frame("t", SCHEMA, CODES, ROWS)
    fewer = frame.assign(code=frame["code"].cat.remove_unused_categories())
    assert list(fewer["code"].cat.categories) == ["low", "vague"]
    with pytest.raises(pandera.errors.SchemaErrors):
        schemas.pandera_schema("t", SCHEMA, CODES).validate(fewer, lazy=True)


def test_pandera_reports_all_faults_at_once_each_with_its_row():
    rows = [list(cells) for cells in ROWS]
    rows[0][COLUMNS.index("pick")] = "JP"
    rows[1][COLUMNS.index("line")] = "0"
    rows[2][COLUMNS.index("short")] = "abcde"
    frame = schemas.typed_frame("t", SCHEMA, CODES, rows)
    with pytest.raises(pandera.errors.SchemaErrors) as failure:
        schemas.pandera_schema("t", SCHEMA, CODES).validate(frame, lazy=True)
    cases = failure.value.failure_cases
    assert set(zip(cases["column"], cases["index"], strict=True)) == {
        ("pick", 0),
        ("line", 1),
        ("short", 2),
    }


def test_a_key_of_two_columns_is_unique_as_a_whole(tmp_path):
    schema = {
        "title": "T",
        "description": "T.",
        "fields": [field("a", "string", required=True), field("b", "string", required=True)],
        "primaryKey": ["a", "b"],
    }
    compiled = schemas.pandera_schema("t", schema, {})
    frame = schemas.typed_frame("t", schema, {}, [("x", "y"), ("x", "z"), ("w", "y")])
    assert len(compiled.validate(frame, lazy=True)) == 3
    with pytest.raises(pandera.errors.SchemaErrors):
        compiled.validate(pandas.concat([frame, frame.head(1)], ignore_index=True), lazy=True)


# --- typed frames ---


def cell_text(value: Any) -> str:
    """Return a typed cell as CSV writes it."""
    if value is None or value is pandas.NaT or value is pandas.NA:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def as_cells(frame: pandas.DataFrame, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    columns_of_text = [[cell_text(value) for value in frame[name].tolist()] for name in columns]
    return list(zip(*columns_of_text, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_the_typed_frame_of_a_real_table_goes_back_to_its_cells(name):
    table = package.load_table(ROOT, name)
    frame = schemas.typed_frame(name, table.schema, package.load_codes(ROOT), table.rows)
    assert as_cells(frame, schemas.field_names(table.schema)) == list(table.rows)


def optional(cells: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), cells)


NUMBERS = st.integers(-(10**12), 10**12).map(lambda n: cell_text(n / 8))
INTEGERS = st.integers(-(10**18) + 1, 10**18 - 1).map(str)
ANY_ROW = st.tuples(
    st.text(min_size=1), st.text(min_size=1), st.text(), st.text(),
    optional(st.sampled_from(CODES["t", "code"])),
    INTEGERS, optional(INTEGERS), optional(NUMBERS), st.sampled_from(["true", "false"]),
    optional(st.sampled_from(["true", "false"])),
    optional(st.dates().map(lambda day: day.isoformat()[: 4 + 3 * (day.day % 3)])), st.text(),
)  # fmt: skip


@given(st.lists(ANY_ROW, max_size=5))
def test_the_typed_frame_of_any_cells_goes_back_to_them(rows):
    frame = schemas.typed_frame("t", SCHEMA, CODES, rows)
    assert as_cells(frame, COLUMNS) == rows
    assert frame.dtypes.equals(schemas.typed_frame("t", SCHEMA, CODES, ROWS).dtypes)


@given(st.lists(ANY_ROW, max_size=5))
def test_arrow_takes_the_frame_of_any_cells_and_gives_it_back(rows):
    frame = schemas.typed_frame("t", SCHEMA, CODES, rows)
    arrow = schemas.arrow_schema("t", schemas.with_derived(SCHEMA), CODES)
    table = pyarrow.Table.from_pandas(frame, schema=arrow, preserve_index=False)
    assert table.schema.equals(arrow)
    pandas.testing.assert_frame_equal(table.to_pandas(), frame)


@pytest.mark.parametrize("column", ["line", "flag"])
def test_an_empty_required_cell_never_becomes_a_value(column):
    with pytest.raises(ValueError, match=column):
        schemas.typed_frame("t", SCHEMA, CODES, with_cell(column, ""))


def test_a_list_of_more_codes_than_fit_into_a_byte_is_converted_too():
    schema = {"title": "T", "description": "T.", "fields": [field("code", "string", codeList=True)]}
    for count, index in ((127, pyarrow.int8()), (128, pyarrow.int8()), (129, pyarrow.int16())):
        codes = {("t", "code"): tuple(f"c{n}" for n in range(count))}
        frame = schemas.typed_frame("t", schema, codes, [(f"c{count - 1}",)])
        arrow = schemas.arrow_schema("t", schema, codes)
        table = pyarrow.Table.from_pandas(frame, schema=arrow, preserve_index=False)
        assert table.schema.field("code").type.index_type == index
        assert table.to_pandas()["code"].tolist() == [f"c{count - 1}"]


# --- strict reading ---


def real_schema() -> dict[str, Any]:
    return copy.deepcopy(schemas.read_json(ROOT / "schemas" / "market_figures.json"))


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the schema of market_figures with one place changed; `path` is like fields.0.type."""
    content: Any = real_schema()
    *parents, last = path.split(".")
    place = content
    for part in parents:
        place = place[int(part)] if part.isdecimal() else place[part]
    if value is None:
        del place[last]
    else:
        place[int(last) if last.isdecimal() else last] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("primaryKeys", ["figure_id"], "the schema has the unknown key 'primaryKeys'; known"),
        ("uniqueKeys", [["figure_id"]], "the schema has the unknown key 'uniqueKeys'"),
        ("title", None, "the schema lacks the key 'title'"),
        ("fields.0.descripton", "x", "the field 'figure_id' has the unknown key 'descripton'"),
        ("fields.0.description", None, "the field 'figure_id' lacks the key 'description'"),
        ("fields.0.support", None, "the field 'figure_id' lacks the key 'support'"),
        ("fields.0.support", "faith", "the field 'figure_id' has the support 'faith'; known"),
        ("fields.0.categories", ["a"], "the field 'figure_id' has the unknown key 'categories'"),
        ("fields.0.type", "date", "the field 'figure_id' has the type 'date'; known are string"),
        ("fields.0.type", "list", "the field 'figure_id' has the type 'list'"),
        ("fields.0.constraints.enum", ["a"], "figure_id' has the unknown key 'enum'"),
        ("fields.0.constraints.required", "yes", "a constraint required of the wrong type: 'yes'"),
        ("fields.0.constraints.pattern", "[", "a pattern that is no regular expression"),
        ("fields.0.constraints.pattern", 7, "a constraint pattern of the wrong type: 7"),
        ("fields.0.constraints.minimum", "1", "a constraint minimum of the wrong type: '1'"),
        ("fields.0.constraints", [], "the constraints of the field 'figure_id' is not an object"),
        ("fields.1.name", "figure_id", "two fields have one name"),
        ("fields.1.name", 7, "has a name that is not text"),
        ("fields.1", "metric", "is not an object"),
        ("fields.1.codeList", "true", "has a codeList that is neither true nor false"),
        ("fields.2.references", "companies", "has references that are not a list of table names"),
        ("fields", [], "the schema has no list of fields"),
        ("fields", {"name": "x"}, "the schema has no list of fields"),
        ("missingValues", ["", "NA"], 'missingValues must be [""]'),
        ("primaryKey", ["figure"], "primaryKey is not a list of the schema's fields"),
        ("primaryKey", "figure_id", "primaryKey is not a list of the schema's fields"),
        ("primaryKey", [], "primaryKey is not a list of the schema's fields"),
        ("foreignKeys.0.onDelete", "x", "a foreign key has the unknown key 'onDelete'"),
        ("foreignKeys.0.reference.table", "x", "a foreign key has the unknown key 'table'"),
        ("foreignKeys.0.reference", None, "a foreign key lacks the key 'reference'"),
        ("foreignKeys", {}, "a foreign key is not an object"),
    ],
)  # fmt: skip
def test_a_schema_is_read_strictly(path, value, message):
    faults = list(schemas.faults_in_schema(changed(path, value)))
    assert [fault for fault in faults if message in fault], faults


@pytest.mark.parametrize(
    ("path", "value"),
    [("title", 7), ("description", ["x"]), ("fields.0.description", 7),
     ("fields.0.support", ["words"]), ("fields.0.unit", 7)],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_a_fault_of_the_schema(path, value):
    assert list(schemas.faults_in_schema(changed(path, value)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab[", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)


def places_in(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = content.items() if isinstance(content, dict) else enumerate(content)
    found = []
    for key, value in inner:
        found.append((*path, key))
        found += places_in(value, (*path, key)) if isinstance(value, dict | list) else []
    return found


PLACES = places_in(real_schema())


@given(st.sampled_from(PLACES), JSON)
def test_any_value_anywhere_in_a_schema_gives_faults_and_no_error(path, value):
    content: Any = real_schema()
    place = content
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    assert all(isinstance(fault, str) for fault in schemas.faults_in_schema(content))


@pytest.mark.parametrize("name", NAMES)
def test_the_real_schemas_have_no_fault(name):
    path = package.find_resource(ROOT, name)["schema"]
    assert list(schemas.faults_in_schema(schemas.read_json(ROOT / path))) == []


# --- documentation of the real schemas ---

FIELDS = [
    pytest.param(name, described, id=f"{name}.{described['name']}")
    for name in NAMES
    for described in json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8"))["fields"]
]


@pytest.mark.parametrize(("name", "described"), FIELDS)
def test_every_column_has_a_description_a_support_and_an_example_that_keeps_its_rules(
    name, described
):
    assert re.fullmatch(r"[A-Z].{5,}[.;)]", described["description"], re.DOTALL)
    assert described["support"] in schemas.SUPPORT
    example = cell_text(described["example"])
    value = schemas.CONVERTERS[described["type"]](example)
    constraints = described.get("constraints", {})
    assert re.fullmatch(constraints.get("pattern", ".*"), example)
    if "minimum" in constraints:
        assert value >= constraints["minimum"]
    if described.get("codeList"):
        assert example in package.load_codes(ROOT)[name, described["name"]]


@pytest.mark.parametrize(("name", "described"), FIELDS)
def test_every_column_of_numbers_has_a_unit_and_no_other_has(name, described):
    assert ("unit" in described) == (described["type"] in ("integer", "number"))


@pytest.mark.parametrize("name", NAMES)
def test_the_title_and_description_of_a_schema_are_those_of_its_resource(name):
    resource = package.find_resource(ROOT, name)
    schema = schemas.read_json(ROOT / resource["schema"])
    assert (schema["title"], schema["description"]) == (resource["title"], resource["description"])


@pytest.mark.parametrize("name", NAMES)
def test_arrow_fields_carry_description_and_unit(name):
    schema = schemas.with_derived(package.load_table(ROOT, name).schema, offsets=True)
    arrow = schemas.arrow_schema(name, schema, package.load_codes(ROOT))
    assert arrow.names == list(schemas.field_names(schema))
    for described in schema["fields"]:
        metadata = {
            k.decode(): v.decode() for k, v in arrow.field(described["name"]).metadata.items()
        }
        expected = {k: described[k] for k in ("description", "unit") if k in described}
        assert metadata == expected
        assert "description" in metadata


def test_every_support_is_explained_in_the_readme(package_root):
    readme = (package_root / "README.md").read_text("utf-8")
    table = readme.partition("## How a cell proves itself")[2].partition("##")[0]
    assert set(schemas.SUPPORT) <= set(re.findall(r"`(\w+)`", table))
