"""The data package: strict CSV, paths that stay inside, typed frames."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chipcontrols
from chipcontrols.package import schemas
from chipcontrols.package import tables as package

NAMES = [r["name"] for r in package.read_descriptor(package.CHECKOUT)["resources"]]
SCHEMA = {
    "fields": [
        {
            "name": "id",
            "type": "string",
            "support": "identifier",
            "constraints": {"required": True},
        },
        {"name": "note", "type": "string", "support": "reviewed"},
    ],
    "primaryKey": ["id"],
}


def table(folder: Path, content: str | bytes) -> package.Table:
    (folder / "t.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return package.read_table(folder, {"name": "t", "path": "t.csv"}, SCHEMA)


def test_each_row_knows_the_line_it_begins_on():
    records, lines = package.parse_csv('id,note\n1,"two\nlines"\n2,"a\n\nb"\n3,x\n')
    assert [record[0] for record in records] == ["id", "1", "2", "3"]
    assert lines == [1, 2, 4, 7]


@given(st.lists(st.lists(st.text("ab\n\",;' 晶", max_size=5), min_size=2, max_size=2), min_size=1))
def test_what_csv_writes_is_read_back_with_its_lines(rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    begins = []
    for row in rows:
        begins.append(text.getvalue().count("\n") + 1)
        writer.writerow(row)
    assert package.parse_csv(text.getvalue()) == (rows, begins)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a,b\n1,"open\n2,x\n', "line 2: a quotation mark is never closed"),
        ('a,b\n1,2\n"', "line 3: a quotation mark is never closed"),
        ('a,b\n1,"x"y\n', "line 2: ',' expected after '\"'"),
        ("a,b\n1," + "x" * 131_073 + "\n", "line 2: a cell of more than 131,072 characters"),
    ],
)
def test_text_that_is_not_rfc_4180_is_refused_with_its_line(text, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        package.parse_csv(text)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,note\n1,a,b\n", "line 2: 3 cells but 2 columns"),
        ("id,note\n1,a\n2\n", "line 3: 1 cells but 2 columns"),
        ("id,note\n1,a\n\n", "line 3: 0 cells but 2 columns"),
        ('id,note\n1,"a\nb"\n2\n', "line 4: 1 cells but 2 columns"),
        ("note,id\n", "line 1: the header is note,id but the schema has id,note"),
        ("id\n", "line 1: the header is id but the schema has id,note"),
        ("", "line 1: the header is nothing but the schema has id,note"),
        ("id;note\n1;a\n", "line 1: the header is id;note but the schema has id,note"),
    ],
)
def test_a_table_of_another_shape_is_refused_with_its_line(tmp_path, content, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        table(tmp_path, content)


def test_cells_stay_the_text_that_they_are(tmp_path):
    cells = [
        "NA",
        "None",
        "NaN",
        "null",
        "nan",
        "007",
        "4E3",
        "1e5",
        "TRUE",
        "N/A",
        "-",
        "inf",
        " a",
    ]
    content = "id,note\n" + "".join(f"{cell},{cell}\n" for cell in cells)
    read = table(tmp_path, content)
    assert read.rows == tuple((cell, cell) for cell in cells)
    frame = schemas.typed_frame("t", SCHEMA, {}, read.rows)
    assert frame["note"].tolist() == cells
    assert frame["id"].tolist() == cells


def test_only_the_empty_cell_is_missing(tmp_path):
    read = table(tmp_path, 'id,note\n1,\n2,""\n3,NA\n4,0\n')
    frame = schemas.typed_frame("t", SCHEMA, {}, read.rows)
    assert frame["note"].isna().tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    "path",
    [
        "/etc/hostname", "..", "../x.csv", "data/../../x.csv", "data/..", "C:/x.csv", "file:x.csv",
        "data\\x.csv", "..\\x.csv", "", "x\0.csv", "//host/x.csv", None, 7, ["x"],
    ],
)  # fmt: skip
def test_a_path_that_leads_out_is_refused(tmp_path, path):
    with pytest.raises(ValueError, match=r"relative path|leads out"):
        package.path_inside(tmp_path, path)


def test_a_symbolic_link_that_leads_out_is_refused_and_one_inside_is_not(tmp_path):
    root = tmp_path / "package"
    root.mkdir()
    (tmp_path / "secret.csv").write_text("id,note\n")
    (root / "own.csv").write_text("id,note\n")
    (root / "out.csv").symlink_to(tmp_path / "secret.csv")
    (root / "away").symlink_to(tmp_path)
    (root / "in.csv").symlink_to("own.csv")
    for path in ("out.csv", "away/secret.csv"):
        with pytest.raises(ValueError, match="by a symbolic link"):
            package.path_inside(root, path)
    assert package.path_inside(root, "in.csv").read_text() == "id,note\n"
    assert package.path_inside(root, "./own.csv").read_text() == "id,note\n"


def test_the_package_itself_may_stand_behind_a_symbolic_link(tmp_path, package_root):
    (tmp_path / "link").symlink_to(package_root)
    assert package.load_table(tmp_path / "link", "sources").rows


def test_tables_names_every_resource_in_order(descriptor):
    assert chipcontrols.tables() == [resource["name"] for resource in descriptor["resources"]]


def test_load_all_gives_what_load_gives_of_each_table():
    frames = chipcontrols.load_all()
    assert list(frames) == chipcontrols.tables()
    pandas.testing.assert_frame_equal(frames["quotes"], chipcontrols.load("quotes"))
    assert frames["quotes"].attrs == chipcontrols.load("quotes").attrs


def test_an_unknown_table_is_a_clear_key_error():
    with pytest.raises(KeyError) as failure:
        chipcontrols.load("quotse")
    message = failure.value.args[0]
    assert message.startswith("no table 'quotse'; the tables are ")
    assert set(re.findall(r"\w+", message)) >= set(NAMES)


@pytest.mark.parametrize("name", ["../data/quotes", "", "Quotes", "quotes.csv"])
def test_load_takes_names_of_tables_only(name):
    with pytest.raises(KeyError):
        chipcontrols.load(name)


@pytest.mark.parametrize("name", NAMES)
def test_dtypes_are_those_that_the_schema_promises(name, package_root):
    frame = chipcontrols.load(name)
    schema = package.load_table(package_root, name).schema
    codes = package.load_codes(package_root)
    expected = {}
    for field in schema["fields"]:
        column, required = field["name"], field.get("constraints", {}).get("required", False)
        if field.get("codeList"):
            expected[column] = pandas.CategoricalDtype(list(codes[name, column]))
        elif field["type"] == "integer":
            expected[column] = pandas.Int64Dtype() if not required else "int64"
        elif field["type"] == "boolean":
            expected[column] = "bool" if required else "boolean"
        else:
            expected[column] = {"string": "str", "number": "float64"}[field["type"]]
        if field["support"] == "date":
            expected |= {f"{column}_start": "datetime64[ms]", f"{column}_end": "datetime64[ms]"}
    assert list(frame.columns) == list(expected)
    assert {
        column: frame[column].dtype == dtype for column, dtype in expected.items()
    } == dict.fromkeys(expected, True)


def test_the_tables_hold_every_kind_of_column():
    kinds = {str(dtype).split("[")[0] for name in NAMES for dtype in chipcontrols.load(name).dtypes}
    assert kinds == {"str", "category", "int64", "Int64", "float64", "bool", "datetime64"}


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_has_as_many_rows_as_its_file_and_a_plain_index(name, package_root):
    text = (package_root / package.find_resource(package_root, name)["path"]).read_text("utf-8")
    frame = chipcontrols.load(name)
    assert len(frame) == len(list(csv.reader(io.StringIO(text)))) - 1 > 0
    assert frame.index.tolist() == list(range(len(frame)))


def test_a_coded_column_has_all_codes_also_those_that_no_row_uses(package_root):
    frame = chipcontrols.load("market_figures")
    vocabulary = chipcontrols.load("vocabulary")
    mine = vocabulary[(vocabulary["table"] == "market_figures") & (vocabulary["column"] == "bound")]
    assert frame["bound"].cat.categories.tolist() == mine["code"].tolist()
    assert "vague" in frame["bound"].cat.categories


@pytest.mark.parametrize("name", NAMES)
def test_partial_dates_have_their_first_and_last_day_beside_them(name):
    frame = chipcontrols.load(name)
    starts = [column for column in frame.columns if column.endswith("_start")]
    assert (name in ("sources", "market_figures", "quotes", "events")) == bool(starts)
    for start in starts:
        column = start.removesuffix("_start")
        for cell, first, last in zip(
            frame[column], frame[start], frame[f"{column}_end"], strict=True
        ):
            if pandas.isna(cell):
                assert pandas.isna(first)
                assert pandas.isna(last)
                continue
            begin, _, end = cell.partition("/")
            assert str(first.date()).startswith(begin)
            assert first == pandas.Timestamp(begin)
            if end == "..":
                assert pandas.isna(last)
            else:
                assert str(last.date()).startswith(end or begin)
                following = last + pandas.Timedelta(days=1)
                assert not str(following.date()).startswith(end or begin)


@pytest.mark.parametrize("name", NAMES)
def test_attributes_tell_title_version_licence_and_citation(name, descriptor, package_root):
    attributes = chipcontrols.load(name).attrs
    schema = package.load_table(package_root, name).schema
    assert attributes == {
        "table": name,
        "title": schema["title"],
        "description": schema["description"],
        "package": "ai-chip-controls",
        "version": descriptor["version"],
        "license": "CC-BY-4.0",
        "citation": "AI Chip Controls maintainers (2026). AI Chip Controls, "
        f"version {descriptor['version']} [data set]. CC-BY-4.0.",
    }


def test_loading_twice_gives_frames_that_share_nothing():
    first = chipcontrols.load("places")
    first.attrs["title"] = "changed"
    first.loc[0, "name"] = "changed"
    assert chipcontrols.load("places").attrs["title"] == "Places"
    assert chipcontrols.load("places").loc[0, "name"] != "changed"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"a": {"b": 1, "b": 1}}', "the key 'b' stands twice"),
        ("[1]", "it is not a JSON object"),
        ('{"a": }', "line 1: Expecting value"),
        ('{\n"a": 1\n', "line 3: Expecting ',' delimiter"),
        (b'{"a": "\xff"}', "byte 7 is not UTF-8"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_json_is_read_strictly(tmp_path, content, message):
    path = tmp_path / "x.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        schemas.read_json(path)


def test_good_json_is_read_whole(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"a": {"b": [1, {"c": "晶"}]}, "d": {"b": 2}}))
    assert schemas.read_json(path) == {"a": {"b": [1, {"c": "晶"}]}, "d": {"b": 2}}
