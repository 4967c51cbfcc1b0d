"""Typed frames, Arrow and pandera: what each layer makes of one small fault, and round trips.

FAULTS is the table of parity: what frictionless (with the code lists as enumerations and without
patterns, as the library runs it), pandera compiled from the schema, and the conversion to Arrow
each make of one fault.  A cell that no frame can hold is refused by the conversion before pandera
sees it.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import frictionless
import pandas
import pandera.errors
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.package import Code, Package, Row, Table, default_root, frames
from chipcontrols.package.cells import doubtful_rows
from chipcontrols.package.schema import Field, Schema, read_schema
from chipcontrols.validation import structure

PACKAGE = Package.open(default_root())
NAMES = list(PACKAGE.tables)
DATE_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(/([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|\.\.))?$"


def code_list(*codes: str) -> dict[tuple[str, str], tuple[Code, ...]]:
    return {("t", "code"): tuple(Code(code, "", (), "") for code in codes)}


CODES = code_list("low", "high", "vague")


def field(name: str, kind: str, rule: str = "reviewed", **constraints: Any) -> dict[str, Any]:
    coded = constraints.pop("codeList", False)
    return {
        "name": name,
        "type": kind,
        "description": "D.",
        "codeList": coded,
        "constraints": constraints,
        "evidence": {"rule": rule},
    }


def schema_of(*fields: dict[str, Any], key: Sequence[str] = ("id",)) -> Schema:
    return read_schema({"title": "T", "description": "T.", "fields": fields, "primaryKey": key})


SCHEMA = schema_of(
    field("id", "string", required=True, unique=True, pattern="^[a-z]+(-[a-z]+)*$"),
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
)
COLUMNS = SCHEMA.names
ROWS = (
    ("a", "one", "CH", "abc", "low", "1", "7", "1.5", "true", "false", "2025-05", "CN"),
    ("b", "two", "", "", "", "99", "", "", "false", "", "", ""),
    ("c", "three", "TW", "ab", "vague", "2", "0", "0", "true", "true", "2022/..", "US"),
)
Rows = Iterable[Sequence[str]]


def table_of(rows: Rows, schema: Schema = SCHEMA) -> Table:
    read = tuple(
        Row("t", line, cells[0], dict(zip(schema.names, cells, strict=True)), schema)
        for line, cells in enumerate(rows, 2)
    )
    return Table("t", "t.csv", "t.json", schema, read)


def frame_of(rows: Rows, schema: Schema = SCHEMA) -> pandas.DataFrame:
    return frames.typed_frame(table_of(rows, schema), CODES)


COMPILED = frames.pandera_schema("t", SCHEMA, CODES)
ARROW = frames.arrow_schema("t", frames.with_derived(SCHEMA), CODES)


class Catch(NamedTuple):
    """What each layer makes of a table; an empty text means that it lets the table pass."""

    frictionless: str
    pandera: str
    arrow: str


def by_frictionless(folder: Path, rows: Rows) -> str:
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    resource = {
        "name": "t",
        "path": "t.csv",
        "type": "table",
        "format": "csv",
        "encoding": "utf-8",
        "schema": structure.lean_schema(table_of(rows), CODES).to_descriptor(),
    }
    report = frictionless.Resource.from_descriptor(resource, basepath=str(folder)).validate()
    return " ".join(sorted({error.type for task in report.tasks for error in task.errors}))


def by_pandera(rows: Rows) -> str:
    try:
        frame = frame_of(rows)
    except ValueError:
        return "conversion"
    try:
        COMPILED.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failure:
        columns = {str(column) for column in failure.failure_cases["column"]}
        return " ".join(sorted(columns)) or "a failure without a case"
    return ""


def by_arrow(rows: Rows) -> str:
    try:
        frame = frame_of(rows)
    except ValueError:
        return "conversion"
    try:
        pyarrow.Table.from_pandas(frame, schema=ARROW, preserve_index=False)
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
    "pattern at its end only": (with_cell("pick", "xyzTW"), Catch("", "pick", "")),
    "pattern and a line feed": (with_cell("id", "a\n"), Catch("", "id", "")),
    "pattern not at all": (with_cell("pick", "JP"), Catch("", "pick", "")),
    "key with capitals": (with_cell("id", "A"), Catch("", "id", "")),
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
    "date in words": (with_cell("date", "last year"), Catch("", "date", "")),
    "date with a year of five digits": (with_cell("date", "20245"), Catch("", "date", "")),
    "date with slashes": (with_cell("date", "2025/05/13"), Catch("", "date", "")),
    "date with one digit": (with_cell("date", "2025-5"), Catch("", "date", "")),
    "unique text twice": (with_cell("iso", "US"), Catch("unique-error", "iso", "")),
    "key twice": (with_cell("id", "c"), Catch("primary-key unique-error", "id", "")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_layer_catches_what_the_table_of_parity_says(name: str, tmp_path: Path) -> None:
    rows, expected = FAULTS[name]
    assert Catch(by_frictionless(tmp_path, rows), by_pandera(rows), by_arrow(rows)) == expected


@pytest.mark.parametrize("name", FAULTS)
def test_pandera_compiled_from_the_schema_refuses_every_fault(name: str) -> None:
    assert FAULTS[name][1].pandera


@pytest.mark.parametrize("name", FAULTS)
def test_the_row_of_every_fault_is_doubtful_so_that_the_layers_are_asked(name: str) -> None:
    rows = FAULTS[name][0]
    changed = {at for at, cells in enumerate(rows) if cells not in ROWS}
    assert changed <= set(doubtful_rows(table_of(rows), CODES))


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
def test_every_layer_lets_a_sound_table_pass(name: str, tmp_path: Path) -> None:
    rows = NEIGHBOURS[name]
    assert doubtful_rows(table_of(rows), CODES) == []
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
def test_what_no_schema_can_say_is_left_to_the_rules(name: str, tmp_path: Path) -> None:
    rows = BEYOND[name]
    assert Catch(by_frictionless(tmp_path, rows), by_pandera(rows), by_arrow(rows)) == ("", "", "")


def test_pandera_refuses_a_frame_with_more_fewer_or_moved_columns() -> None:
    frame = frame_of(ROWS)
    assert COMPILED.validate(frame, lazy=True).equals(frame)
    for other in (
        frame.assign(more="x"),
        frame.drop(columns="iso"),
        frame.drop(columns="date_start"),
        frame[[*frame.columns[1:], frame.columns[0]]],
        frame.rename(columns={"word": "wort"}),
        frame[["id", "word", *frame.columns[1:]]],
    ):
        with pytest.raises(pandera.errors.SchemaErrors):
            COMPILED.validate(other, lazy=True)


@pytest.mark.parametrize(
    ("column", "dtype"),
    [("line", "float64"), ("count", "float64"), ("flag", "object"), ("code", "str"),
     ("date_start", "str"), ("value", "str"), ("date_start", "datetime64[ns]"), ("line", "Int64"),
     ("value", "Float64"), ("word", "object"), ("iso", "string")],
)  # fmt: skip
def test_pandera_refuses_a_frame_with_another_dtype_and_says_the_right_one(
    column: str, dtype: str
) -> None:
    frame = frame_of(ROWS)
    right = re.escape(f" {column} {frame[column].dtype}")
    with pytest.raises(pandera.errors.SchemaErrors, match=right):
        COMPILED.validate(frame.assign(**{column: frame[column].astype(dtype)}), lazy=True)


def test_pandera_refuses_a_category_that_lacks_codes() -> None:
    frame = frame_of(ROWS)
    fewer = frame.assign(code=frame["code"].cat.remove_unused_categories())
    assert list(fewer["code"].cat.categories) == ["low", "vague"]
    with pytest.raises(pandera.errors.SchemaErrors):
        COMPILED.validate(fewer, lazy=True)


def test_pandera_reports_all_faults_at_once_each_with_its_row() -> None:
    rows = [list(cells) for cells in ROWS]
    rows[0][COLUMNS.index("pick")] = "JP"
    rows[1][COLUMNS.index("line")] = "0"
    rows[2][COLUMNS.index("short")] = "abcde"
    frame = frame_of(rows)
    with pytest.raises(pandera.errors.SchemaErrors) as failure:
        COMPILED.validate(frame, lazy=True)
    cases = failure.value.failure_cases
    assert set(zip(cases["column"], cases["index"], strict=True)) == {
        ("pick", 0),
        ("line", 1),
        ("short", 2),
    }


def test_a_key_of_two_columns_is_unique_as_a_whole() -> None:
    fields = field("a", "string", required=True), field("b", "string", required=True)
    schema = schema_of(*fields, key=["a", "b"])
    compiled = frames.pandera_schema("t", schema, {})
    frame = frame_of([("x", "y"), ("x", "z"), ("w", "y")], schema)
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
    columns_of_text = [
        ["|".join(v) if isinstance(v, list) else cell_text(v) for v in frame[name].tolist()]
        for name in columns
    ]
    return list(zip(*columns_of_text, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_the_typed_frame_of_a_real_table_goes_back_to_its_cells(name: str) -> None:
    table = PACKAGE.tables[name]
    frame = frames.typed_frame(table, PACKAGE.codes)
    assert as_cells(frame, table.schema.names) == [*table.columns(table.schema.names)]


def optional(cells: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), cells)


NUMBERS = st.integers(-(10**12), 10**12).map(lambda n: cell_text(n / 8))
INTEGERS = st.integers(-(10**18) + 1, 10**18 - 1).map(str)
ANY_ROW = st.tuples(
    st.text(min_size=1), st.text(min_size=1), st.text(), st.text(),
    optional(st.sampled_from(["low", "high", "vague"])),
    INTEGERS, optional(INTEGERS), optional(NUMBERS), st.sampled_from(["true", "false"]),
    optional(st.sampled_from(["true", "false"])),
    optional(st.dates().map(lambda day: day.isoformat()[: 4 + 3 * (day.day % 3)])), st.text(),
)  # fmt: skip


@given(st.lists(ANY_ROW, max_size=5))
def test_the_typed_frame_of_any_cells_goes_back_to_them(rows: list[tuple[str, ...]]) -> None:
    frame = frame_of(rows)
    assert as_cells(frame, COLUMNS) == rows
    assert frame.dtypes.equals(frame_of(ROWS).dtypes)


@given(st.lists(ANY_ROW, max_size=5))
def test_arrow_takes_the_frame_of_any_cells_and_gives_it_back(rows: list[tuple[str, ...]]) -> None:
    frame = frame_of(rows)
    table = pyarrow.Table.from_pandas(frame, schema=ARROW, preserve_index=False)
    assert table.schema.equals(ARROW)
    pandas.testing.assert_frame_equal(frames.from_arrow(table), frame)


def test_a_column_with_a_separator_holds_lists_of_texts_or_of_codes() -> None:
    texts, codes = field("several", "string"), field("code", "string", codeList=True)
    lists = [one | {"separator": "|"} for one in (texts, codes)]
    schema = schema_of(field("id", "string", required=True), *lists)
    frame = frame_of([("a", "x|y", "low|high"), ("b", "", "")], schema)
    assert frame["several"].tolist() == [["x", "y"], None]
    assert frame["code"].tolist() == [["low", "high"], None]
    arrow = frames.arrow_schema("t", schema, CODES)
    assert arrow.field("code").type == pyarrow.list_(pyarrow.string())
    table = pyarrow.Table.from_pandas(frame, schema=arrow, preserve_index=False)
    pandas.testing.assert_frame_equal(frames.from_arrow(table), frame)
    frames.pandera_schema("t", schema, CODES).validate(frame)
    with pytest.raises(ValueError, match="'higher' is not a code"):
        frame_of([("a", "", "low|higher")], schema)
    good = table_of([("a", "x|y", "low|high"), ("b", "", "")], schema)
    assert (
        doubtful_rows(good, CODES)
        == structure.findings(structure.some_rows(good, [0, 1]), CODES)
        == []
    )
    faulty = table_of([("a", "", "low|higher")], schema)
    assert doubtful_rows(faulty, CODES) == [0]
    found = [(one.line, one.column, one.message) for one in structure.findings(
        structure.some_rows(faulty, [0]), CODES)]  # fmt: skip
    assert found == [(2, "code", "'higher' is not a code of this column")]


@pytest.mark.parametrize("column", ["line", "flag"])
def test_an_empty_required_cell_never_becomes_a_value(column: str) -> None:
    with pytest.raises(ValueError, match=column):
        frame_of(with_cell(column, ""))


def test_a_list_of_more_codes_than_fit_into_a_byte_is_converted_too() -> None:
    schema = schema_of(field("code", "string", codeList=True), key=["code"])
    for count, index in ((127, pyarrow.int8()), (128, pyarrow.int8()), (129, pyarrow.int16())):
        codes = code_list(*(f"c{n}" for n in range(count)))
        frame = frames.typed_frame(table_of([(f"c{count - 1}",)], schema), codes)
        arrow = frames.arrow_schema("t", schema, codes)
        table = pyarrow.Table.from_pandas(frame, schema=arrow, preserve_index=False)
        assert table.schema.field("code").type.index_type == index
        assert table.to_pandas()["code"].tolist() == [f"c{count - 1}"]


@pytest.mark.parametrize("name", NAMES)
def test_arrow_fields_carry_description_and_unit(name: str) -> None:
    schema = frames.with_derived(PACKAGE.tables[name].schema)
    arrow = frames.arrow_schema(name, schema, PACKAGE.codes)
    assert arrow.names == list(schema.names)
    for one in schema.fields:
        found = {k.decode(): v.decode() for k, v in arrow.field(one.name).metadata.items()}
        assert found == {"description": one.description} | ({"unit": one.unit} if one.unit else {})
        assert one.description


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$"])
def test_a_pattern_that_may_take_forever_elsewhere_is_matched_in_linear_time(pattern: str) -> None:
    cells = pandas.Series(["a" * 50_000 + "!", "a" * 50_000, None])
    (test,) = frames.constraint_tests(Field("a", "string", "", {"pattern": pattern})).values()
    assert test(cells).tolist() == [False, True, False]
