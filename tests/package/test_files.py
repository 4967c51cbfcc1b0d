"""The files of a package: strict CSV and JSON, tables of the right shape, paths inside it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.package import Package, PackageError, Table, files, read_table
from chipcontrols.package.frames import typed_frame
from chipcontrols.package.schema import read_schema

SCHEMA = read_schema({
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True}},
        {"name": "note", "type": "string"},
    ],
    "primaryKey": ["id"],
})  # fmt: skip


def table(folder: Path, content: str) -> Table:
    (folder / "t.csv").write_bytes(content.encode())
    resource = {"name": "t", "path": "t.csv", "schema": "t.json"}
    found, findings = read_table(folder, resource, SCHEMA)
    if findings:
        raise PackageError(findings)
    assert found
    return found


# --- CSV ---


def test_each_row_knows_the_line_it_begins_on(tmp_path: Path) -> None:
    content = 'id,note\n1,"two\nlines"\n2,"a\n\nb"\n3,x\n'
    records = files.parse_csv(io.BytesIO(content.encode()))
    assert [(line, record[0]) for line, _, record in records] == [
        (1, "id"), (2, "1"), (4, "2"), (7, "3"),
    ]  # fmt: skip
    assert [(row.id, row.line) for row in table(tmp_path, content).rows] == [
        ("1", 2), ("2", 4), ("3", 7),
    ]  # fmt: skip


@given(st.lists(st.lists(st.text("ab\n\",;' 晶", max_size=5), min_size=2, max_size=2), min_size=1))
def test_what_csv_writes_is_read_back_with_its_lines(rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    begins = []
    for row in rows:
        begins.append(text.getvalue().count("\n") + 1)
        writer.writerow(row)
    read = files.parse_csv(io.BytesIO(text.getvalue().encode()))
    assert [(line, row) for line, _, row in read] == list(zip(begins, rows, strict=True))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a,b\n1,"open\n2,x\n', "line 2: a quotation mark is never closed"),
        ('a,b\n1,2\n"', "line 3: a quotation mark is never closed"),
        ('a,b\n1,"x"y\n', "line 2: ',' expected after '\"'"),
        ("a,b\n1," + "x" * 131_073 + "\n", "line 2: a cell of more than 131,072 characters"),
    ],
    ids=["open", "open at the end", "after a quote", "long"],
)
def test_text_that_is_not_rfc_4180_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        list(files.parse_csv(io.BytesIO(text.encode())))


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("id,note\n1,a,b\n", 2, "3 cells but 2 columns"),
        ("id,note\n1,a\n2\n", 3, "1 cells but 2 columns"),
        ("id,note\n1,a\n\n", 3, "0 cells but 2 columns"),
        ('id,note\n1,"a\nb"\n2\n', 4, "1 cells but 2 columns"),
        ("note,id\n", 1, "the columns are in another order than id,note"),
        ("id\n", 1, "the header lacks note"),
        ("", 1, "there is no header: write id,note"),
        ("id;note\n1;a\n", 1, "the cells are separated by semicolons, not by commas"),
        ("id,n\n", 1, "the header lacks note, and has n, which the schema does not have"),
        ("id,note,id\n1,a,1\n", 1, "the header has id twice"),
        ("1,a\n2,b\n", 1, "1,a is not the header: write id,note"),
    ],
)
def test_a_table_of_another_shape_is_refused_with_its_line(
    content: str, line: int, message: str, tmp_path: Path
) -> None:
    with pytest.raises(PackageError) as failure:
        table(tmp_path, content)
    assert [(f.file, f.line, f.message) for f in failure.value.findings] == [
        ("t.csv", line, message)
    ]


def test_cells_stay_the_text_that_they_are(tmp_path: Path) -> None:
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
    read = table(tmp_path, "id,note\n" + "".join(f"{cell},{cell}\n" for cell in cells))
    assert [*read.columns(read.schema.names)] == [(cell, cell) for cell in cells]
    frame = typed_frame(read, {})
    assert frame["note"].tolist() == cells
    assert frame["id"].tolist() == cells


def test_only_the_empty_cell_is_missing(tmp_path: Path) -> None:
    frame = typed_frame(table(tmp_path, 'id,note\n1,\n2,""\n3,NA\n4,0\n'), {})
    assert frame["note"].isna().tolist() == [True, True, False, False]


# --- paths ---


@pytest.mark.parametrize(
    "path",
    [
        "/etc/hostname", "..", "../x.csv", "data/../../x.csv", "data/..", "C:/x.csv", "file:x.csv",
        "data\\x.csv", "..\\x.csv", "", "x\0.csv", "//host/x.csv", None, 7, ["x"],
    ],
)  # fmt: skip
def test_a_path_that_leads_out_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match=r"relative path|leads out"):
        files.path_inside(tmp_path, path)


def test_a_symbolic_link_that_leads_out_is_refused_and_one_inside_is_not(tmp_path: Path) -> None:
    root = tmp_path / "package"
    root.mkdir()
    (tmp_path / "secret.csv").write_text("id,note\n")
    (root / "own.csv").write_text("id,note\n")
    (root / "out.csv").symlink_to(tmp_path / "secret.csv")
    (root / "away").symlink_to(tmp_path)
    (root / "in.csv").symlink_to("own.csv")
    for path in ("out.csv", "away/secret.csv"):
        with pytest.raises(ValueError, match="by a symbolic link"):
            files.path_inside(root, path)
    assert files.path_inside(root, "in.csv").read_text() == "id,note\n"
    assert files.path_inside(root, "./own.csv").read_text() == "id,note\n"


def test_the_package_itself_may_be_behind_a_symbolic_link(
    tmp_path: Path, package_root: Path
) -> None:
    (tmp_path / "link").symlink_to(package_root)
    behind, direct = Package.open(tmp_path / "link"), Package.open(package_root)
    assert list(behind.tables) == list(direct.tables)
    assert all(table.rows for table in behind.tables.values())


def test_what_is_no_regular_file_or_too_large_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="'pipe' is not a regular file"):
        files.read_bytes(tmp_path, "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(files.LARGEST_FILE + 1)
    with pytest.raises(ValueError, match="more than 1,073,741,824 bytes"):
        files.read_bytes(tmp_path, "large")


# --- JSON ---


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1, "a": 2}', "the key 'a' is repeated"),
        (b'{"a": {"b": 1, "b": 1}}', "the key 'b' is repeated"),
        (b"[1]", "the file does not hold a JSON object"),
        (b'{"a": }', "line 1: Expecting value"),
        (b'{\n"a": 1\n', "line 3: Expecting ',' delimiter"),
        (b'{"a": "\xff"}', "byte 7 is not UTF-8"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": "\\ud800"}', "half of a surrogate pair, which is no character"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}", "nested too deeply"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_json_is_read_strictly(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        files.parse_json(content)


def test_good_json_is_read_whole() -> None:
    content = {"a": {"b": [1, {"c": "晶"}]}, "d": {"b": 2}}
    assert files.parse_json(json.dumps(content).encode()) == content
    deep = '{"a": ' + "[" * 49 + "]" * 49 + "}"
    assert files.parse_json(deep.encode()) == json.loads(deep)
