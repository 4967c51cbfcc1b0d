"""Tables as typed frames: dtypes, codes, missing cells, partial dates, attributes."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pandas
import pytest

import chipcontrols
from chipcontrols.package import SHARED, Package, default_root

PACKAGE = Package.open(default_root())
NAMES = list(PACKAGE.tables)
FRAMES = chipcontrols.load_all()
CODED = [
    pytest.param(name, field.name, id=f"{name}.{field.name}")
    for name, table in PACKAGE.tables.items()
    for field in table.schema.fields
    if field.coded
]
DATES = [
    pytest.param(name, column, id=f"{name}.{column}")
    for name, table in PACKAGE.tables.items()
    for column in [field.name for field in table.schema.fields if field.dated]
]


def test_tables_names_every_resource_in_order(descriptor: dict[str, Any]) -> None:
    assert chipcontrols.tables() == [resource["name"] for resource in descriptor["resources"]]


def test_load_all_gives_what_load_gives_of_each_table() -> None:
    assert list(FRAMES) == chipcontrols.tables()
    pandas.testing.assert_frame_equal(FRAMES["quotes"], chipcontrols.load("quotes"))
    assert FRAMES["quotes"].attrs == chipcontrols.load("quotes").attrs


@pytest.mark.parametrize("name", ["quotse", "../data/quotes", "", "Quotes", "quotes.csv"])
def test_what_is_no_table_is_a_key_error_that_names_the_tables(name: str) -> None:
    with pytest.raises(KeyError) as failure:
        chipcontrols.load(name)
    message = failure.value.args[0]
    assert message.startswith(f"no table {name!r}; the tables are ")
    assert set(re.findall(r"\w+", message)) >= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_dtypes_are_those_that_the_schema_promises(name: str) -> None:
    expected: dict[str, Any] = {}
    for field in PACKAGE.tables[name].schema.fields:
        if field.separator:
            expected[field.name] = "object"
        elif field.coded:
            codes = [code.code for code in PACKAGE.codes[name, field.name]]
            expected[field.name] = pandas.CategoricalDtype(codes)
        elif field.type == "integer":
            expected[field.name] = "int64" if field.required else pandas.Int64Dtype()
        elif field.type == "boolean":
            expected[field.name] = "bool" if field.required else "boolean"
        else:
            expected[field.name] = {"string": "str", "number": "float64"}[field.type]
        if field.role == "modality" and "speaker" in PACKAGE.tables[name].schema.roles:
            expected["traceability"] = "str"
        if field.dated:
            days = ("datetime64[ms]", "datetime64[ms]")
            expected |= dict(zip((f"{field.name}_start", f"{field.name}_end"), days, strict=True))
    frame = FRAMES[name]
    assert list(frame.columns) == list(expected)
    assert [c for c, dtype in expected.items() if frame[c].dtype != dtype] == []


def test_the_tables_hold_every_kind_of_column() -> None:
    kinds = {str(dtype).split("[")[0] for frame in FRAMES.values() for dtype in frame.dtypes}
    assert kinds == {"str", "category", "int64", "Int64", "float64", "bool", "datetime64", "object"}


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_has_as_many_rows_as_its_file_and_a_plain_index(
    name: str, package_root: Path
) -> None:
    text = (package_root / PACKAGE.tables[name].path).read_text("utf-8")
    assert len(FRAMES[name]) == len(list(csv.reader(io.StringIO(text)))) - 1 > 0
    assert FRAMES[name].index.tolist() == list(range(len(FRAMES[name])))


@pytest.mark.parametrize(("name", "column"), CODED)
def test_a_coded_column_has_the_codes_of_its_list_in_their_order(name: str, column: str) -> None:
    vocabulary = FRAMES["vocabulary"]
    shared = PACKAGE.tables[name].schema.field(column).shared_list
    key = (SHARED, shared) if shared else (name, column)
    mine = vocabulary[(vocabulary["table"] == key[0]) & (vocabulary["column"] == key[1])]
    assert FRAMES[name][column].cat.categories.tolist() == mine["code"].tolist()


def test_a_category_has_also_codes_that_no_row_uses() -> None:
    unused = [
        code
        for frame in FRAMES.values()
        for column in frame.select_dtypes("category")
        for code in set(frame[column].cat.categories) - set(frame[column].dropna())
    ]
    assert unused


@pytest.mark.parametrize(("name", "column"), DATES)
def test_partial_dates_have_their_first_and_last_day_beside_them(name: str, column: str) -> None:
    frame = FRAMES[name]
    for cell, first, last in zip(
        frame[column], frame[f"{column}_start"], frame[f"{column}_end"], strict=True
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
def test_attributes_give_title_version_licence_and_citation(
    name: str, descriptor: dict[str, Any]
) -> None:
    schema = PACKAGE.tables[name].schema
    assert FRAMES[name].attrs == {
        "table": name,
        "title": schema.title,
        "description": schema.description,
        "package": "ai-chip-controls",
        "version": descriptor["version"],
        "license": "CC-BY-4.0",
        "citation": "AI Chip Controls maintainers (2026). AI Chip Controls, "
        f"version {descriptor['version']} [data set]. CC-BY-4.0.",
    }


def test_loading_twice_gives_frames_that_share_nothing() -> None:
    first = chipcontrols.load("places")
    first.attrs["title"] = "changed"
    first.loc[0, "name"] = "changed"
    assert chipcontrols.load("places").attrs["title"] == "Places"
    assert chipcontrols.load("places").loc[0, "name"] != "changed"


def test_entities_are_those_of_all_entity_tables_each_once() -> None:
    frame = chipcontrols.load("entities")
    expected = {
        row.id: (table.name, row.role("name"))
        for table in PACKAGE.of_kind("entity")
        for row in table.rows
    }
    rows = zip(frame["entity_id"], frame["table"], frame["name"], strict=True)
    assert {id: (table, name) for id, table, name in rows} == expected
    assert frame["entity_id"].tolist() == sorted(expected)
