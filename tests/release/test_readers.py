"""Every reader opens a release, and it says whose words it holds and where it lives."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import fastparquet
import frictionless
import jsonschema
import openpyxl
import pandas
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest
import yaml

from chipcontrols.package import CHECKOUT, Package, frames, read_descriptor
from chipcontrols.package.profiles import faults
from chipcontrols.package.schema import read_schema
from chipcontrols.release import build as release
from chipcontrols.release import documents
from chipcontrols.release.formats import search, spreadsheets
from chipcontrols.validation.passages import read_evidence

PACKAGE = Package.open(CHECKOUT)
OFFICE = shutil.which("soffice")
NODE = shutil.which("node")


@pytest.fixture(scope="module")
def content(release_folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release_folder / "datapackage.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def parquet(release_folder, content) -> dict[str, Path]:
    return {one["name"]: release_folder / one["path"] for one in content["resources"]}


@pytest.fixture(scope="module")
def tables():
    return release.released_tables(*read_evidence(CHECKOUT))


# --- engines ---


def test_engines_read_the_same_cells(parquet):
    for path in parquet.values():
        rows = pyarrow.parquet.read_table(path).to_pylist()
        assert polars.read_parquet(path).to_dicts() == rows
        assert pyarrow.dataset.dataset(path).to_table().to_pylist() == rows
        found = duckdb.sql(f"FROM '{path}'")
        assert [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()] == rows
        frame = fastparquet.ParquetFile(path).to_pandas()
        assert list(frame.columns) == list(rows[0])
        for name in frame:
            cells = [row[name] for row in rows]
            if all(isinstance(cell, str) for cell in cells):
                assert frame[name].astype(str).tolist() == cells


def test_files_have_no_codec_or_encoding_that_some_reader_lacks(parquet):
    for path in parquet.values():
        group = pyarrow.parquet.read_metadata(path).row_group(0)
        for number in range(group.num_columns):
            column = group.column(number)
            assert column.compression == "ZSTD"
            assert {*column.encodings} <= {"PLAIN", "RLE", "RLE_DICTIONARY"}


def test_frictionless_extracts_every_row(release_folder, content):
    found = frictionless.Package(str(release_folder / "datapackage.json")).extract()
    assert {name: len(rows) for name, rows in found.items()} == {
        one["name"]: one["rowCount"] for one in content["resources"]
    }


@pytest.mark.parametrize(
    "read",
    [
        lambda folder: pyarrow.dataset.dataset(folder, format="parquet"),
        pandas.read_parquet,
        polars.read_parquet,
        lambda folder: polars.read_parquet(folder / "*.parquet"),
        lambda folder: duckdb.sql(f"FROM '{folder}/*.parquet'").fetchall(),
    ],
    ids=["pyarrow", "pandas", "polars", "polars, pattern", "duckdb, pattern"],
)
def test_a_folder_of_many_tables_is_refused_as_a_table_and_never_merged(read, release_folder):
    errors = (pyarrow.ArrowInvalid, polars.exceptions.PolarsError, duckdb.Error)
    with pytest.raises(errors):
        read(release_folder)


@pytest.mark.skipif(NODE is None, reason="node is not there: hyparquet was not tried")
def test_hyparquet_reads_the_files(parquet, content, tmp_path):
    script = """
    import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
    import { compressors } from 'hyparquet-compressors'
    for (const path of process.argv.slice(2)) {
      const file = await asyncBufferFromFile(path)
      console.log((await parquetReadObjects({ file, compressors })).length)
    }
    """
    names = ["hyparquet@1.31.5", "hyparquet-compressors@1.1.2"]
    command = ["npm", "install", "--silent", "--prefix", str(tmp_path), *names]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("hyparquet cannot be installed: it was not tried")
    (tmp_path / "read.mjs").write_text(script)
    arguments = ["node", str(tmp_path / "read.mjs"), *map(str, parquet.values())]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert list(map(int, done.stdout.split())) == [one["rowCount"] for one in content["resources"]]


def test_a_large_table_has_row_groups_and_statistics_and_a_small_one_neither(tmp_path):
    schema = pyarrow.schema([pyarrow.field("n", pyarrow.int64(), nullable=False)])
    attributes = dict.fromkeys(("version", "license", "citation"), "")
    for rows, groups in ((99_999, 1), (250_000, 3)):
        path = tmp_path / f"{rows}.parquet"
        release.write_parquet(path, pandas.DataFrame({"n": range(rows)}), schema, attributes)
        metadata = pyarrow.parquet.read_metadata(path)
        assert metadata.num_row_groups == groups
        assert metadata.row_group(0).column(0).is_stats_set == (groups > 1)


# --- spreadsheets ---


def read_sheet(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.rows]


def expected(frame: pandas.DataFrame) -> list[list[Any]]:
    """Return the cells that a spreadsheet must show."""
    return [list(frame.columns), *map(list, spreadsheets.rows(frame))]


def as_day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime.datetime) else value


def test_the_workbook_has_every_cell_with_its_type_and_a_header_that_stays(release_folder, tables):
    (path,) = release_folder.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    names = dict(zip(tables, book.sheetnames[2:], strict=True))
    for table, (frame, _) in tables.items():
        sheet = book[names[table]]
        found = [list(map(as_day, row)) for row in read_sheet(sheet)]
        assert found == expected(frame)
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n", "b", "d"}
    explained = read_sheet(book[book.sheetnames[1]])
    columns = [(table, name) for table, (_, schema) in tables.items() for name in schema.names]
    assert [tuple(row[:2]) for row in explained[1:]] == columns


def test_the_workbook_begins_with_what_it_is_and_its_addresses_are_links(release_folder, tables):
    (path,) = release_folder.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    about = dict(row[:2] for row in read_sheet(book["about"]))
    descriptor = json.loads((release_folder / "datapackage.json").read_bytes())
    assert book.sheetnames[0] == "about"
    assert about["title"] == descriptor["title"]
    assert about["version"].startswith(descriptor["version"])
    assert descriptor["version"] in about["cite"]
    assert {"licence", "rights", "what is not checked"} <= set(about)
    sheet, (frame, _) = book["public_record"], tables["public_record"]
    at = list(frame.columns).index("address") + 1
    for number, address in enumerate(frame["address"], 2):
        cell = sheet.cell(number, at)
        assert pandas.isna(address) or cell.hyperlink.target == address
    widths = {one: sheet.column_dimensions[one].width for one in ("A", "E")}
    assert widths["E"] > widths["A"] > 20
    assert sheet["E2"].alignment.wrap_text


DANGER = ["=1+1", "+1", "-1", "@x", '=HYPERLINK("http://a")', "http://a.example", "1.5", "001"]


def test_no_text_becomes_a_formula_a_number_or_a_link(content):
    frame = pandas.DataFrame({"text": DANGER})
    one = {**content, "resources": []}
    schema = read_schema({"fields": [], "primaryKey": []})
    book = spreadsheets.as_workbook(one, {"t": (frame, schema)}, "cite")
    sheet = openpyxl.load_workbook(io.BytesIO(book))["t"]
    for row, text in zip(list(sheet.rows)[1:], DANGER, strict=True):
        assert (row[0].value, row[0].data_type, row[0].hyperlink) == (text, "s", None)
    cells = spreadsheets.as_csv(frame).decode("utf-8-sig").split("\r\n")[1:-1]
    assert not any(cell.strip('"').startswith(spreadsheets.FORMULAS) for cell in cells)


def test_a_workbook_is_a_sound_zip_file_with_the_same_bytes_each_time(tables, content):
    first, second = (spreadsheets.as_workbook(content, tables, "cite") for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert parts.testzip() is None
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_csv_files_have_a_byte_order_mark_and_every_cell(release_folder, tables):
    for table, (frame, _) in tables.items():
        content = (release_folder / f"{table}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        assert rows == [[shown(cell) for cell in row] for row in expected(frame)]


def shown(cell: Any) -> str:
    """Return a cell as CSV shows it."""
    return "" if cell is None else str(spreadsheets.plain(cell))


def in_office(sources: list[Path], folder: Path, *options: str) -> None:
    """Open files in LibreOffice and save them as workbooks."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, "--headless", profile, *options, "--convert-to", "xlsx", "--outdir", folder]
    subprocess.run([*map(str, command), *sources], check=True, capture_output=True, timeout=300)


@pytest.fixture
def office() -> None:
    if OFFICE is None:
        pytest.fail("LibreOffice is not there: apt-get install libreoffice-calc-nogui")


@pytest.mark.usefixtures("office")
def test_libreoffice_shows_the_workbook_unaltered(release_folder, tables, tmp_path):
    (path,) = release_folder.glob("*.xlsx")
    in_office([path], tmp_path)
    files = (path, tmp_path / path.name)
    before, after = (openpyxl.load_workbook(one, data_only=True) for one in files)
    assert after.sheetnames == before.sheetnames
    for name in before.sheetnames:
        for row, found in zip(read_sheet(before[name]), read_sheet(after[name]), strict=True):
            assert list(map(rounded, found)) == list(map(rounded, row))


@pytest.mark.usefixtures("office")
def test_libreoffice_garbles_no_csv_and_changes_no_id_and_no_partial_date(
    release_folder, tables, tmp_path
):
    """It is told UTF-8, as its dialog is by the byte order mark; without a dialog it reads none."""
    sources = [release_folder / f"{table}.csv" for table in tables]
    in_office(sources, tmp_path, "--infilter=CSV:44,34,UTF8,1,,0,false,false")
    for table, (frame, _) in tables.items():
        (sheet,) = openpyxl.load_workbook(tmp_path / f"{table}.xlsx", data_only=True).worksheets
        for row, found in zip(expected(frame), read_sheet(sheet), strict=True):
            same = [shown(rounded(as_day(cell))) for cell in found]
            assert same + [""] * (len(row) - len(same)) == [shown(rounded(cell)) for cell in row]


def rounded(cell: Any) -> Any:
    """Return a number as exactly as a spreadsheet keeps it: to 15 digits."""
    if type(cell) not in (int, float):
        return cell
    number = float(f"{cell:.14g}")
    return int(number) if number.is_integer() else number


# --- search ---


@pytest.fixture(scope="module")
def database(release_folder):
    (path,) = release_folder.glob("*.sqlite")
    with sqlite3.connect(path) as file:
        yield file


@pytest.fixture(scope="module")
def search_of_readers(release_folder) -> str:
    """The search that Datasette offers."""
    metadata = json.loads((release_folder / "metadata.json").read_text("utf-8"))
    (described,) = metadata["databases"].values()
    return described["queries"]["search"]["sql"]


def found(database: sqlite3.Connection, words: str) -> set[int]:
    query = f"SELECT rowid FROM {search.INDEX} WHERE {search.INDEX} MATCH ?"
    return {row for (row,) in database.execute(query, [f'"{words}"'])}


def test_every_form_of_an_entity_finds_every_row_that_refers_to_it(database, tables):
    names = search.names_of(tables)
    rows: dict[str, set[int]] = {}
    ids = {
        (table, row): number
        for number, table, row in database.execute(
            f'SELECT "row", table_name, row_id FROM {search.TABLE}'
        )
    }
    for table, (frame, schema) in tables.items():
        if schema.kind in search.BOOKKEEPING:
            continue
        for row in search.records(frame):
            number = ids[table, " ".join(str(row[name]) for name in schema.primary_key)]
            for name in schema.columns("entity"):
                for entity in search.items(row[name]):
                    rows.setdefault(entity, set()).add(number)
    assert len(rows) > 50
    for entity, referring in rows.items():
        for name in names[entity]:
            if re.search(r"\w", name):
                assert referring <= found(database, name.replace('"', '""')), (entity, name)


def test_a_chinese_word_of_any_length_is_found_where_it_stands(database, tables, search_of_readers):
    schema_of = {table: (frame, schema) for table, (frame, schema) in tables.items()}
    tried = 0
    for table, (frame, schema) in schema_of.items():
        if schema.kind != "statement":
            continue
        for row in frame.head(10).to_dict("records"):
            (run, *_) = search.HAN.findall(row[schema.roles["excerpt"]]) or [""]
            key = " ".join(str(row[name]) for name in schema.primary_key)
            for length in (2, 3, 5, 8):
                if len(run) >= length:
                    tried += 1
                    answers = database.execute(search_of_readers, {"words": run[:length]})
                    assert (table, key) in {answer[:2] for answer in answers}
    assert tried > 50


def test_a_stretch_is_found_as_it_is_typed_in_either_script(database):
    query = f"SELECT rowid FROM {search.INDEX} WHERE {search.INDEX} MATCH ?"
    one, two = ({*database.execute(query, [words])} for words in ("錯誤的政策", "错误的政策"))
    assert one
    assert one == two


def test_the_readme_of_a_release_shows_a_search_that_finds_something(release_folder):
    text = (release_folder / "README.md").read_text("utf-8")
    snippets = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (snippet,) = [one for one in snippets if "MATCH" in one]
    done = subprocess.run(
        [sys.executable, "-c", snippet], cwd=release_folder, capture_output=True, text=True,
        encoding="utf-8", check=True,
    )  # fmt: skip
    assert done.stdout.count("\n") == 5


WORDS = ["", " ", '"', "'", "*", "NEAR(", "a OR", "🙂", "晶", '晶"片', "-"]


def test_the_index_is_sound_and_counts_no_writes(database, release_folder, tmp_path):
    (path,) = release_folder.glob("*.sqlite")
    with sqlite3.connect(shutil.copy(path, tmp_path)) as copy:
        copy.execute(f"INSERT INTO {search.INDEX} ({search.INDEX}) VALUES ('integrity-check')")
        copy.execute(f"INSERT INTO {search.INDEX} (rowid, words) VALUES (999999, 'entirely new')")
        assert len(found(copy, "entirely new")) == 1
    query = f"SELECT block FROM {search.INDEX}_data WHERE id = ?"
    ((block,),) = database.execute(query, [search.STRUCTURE])
    assert block[4:7] == bytes([block[4], 1, 0])


@pytest.mark.parametrize("words", WORDS)
def test_a_search_for_anything_is_answered(words, database, search_of_readers):
    database.execute(search_of_readers, {"words": words}).fetchall()


def test_the_labels_of_rows_are_columns_that_there_are(release_folder, database):
    metadata = json.loads((release_folder / "metadata.json").read_text("utf-8"))
    (described,) = metadata["databases"].values()
    for table, about in described["tables"].items():
        declared = database.execute("SELECT * FROM pragma_table_info(?)", [table])
        columns = [row[1] for row in declared]
        assert about.get("label_column", columns[0] if columns else None) in [*columns, None]
    for query in described["queries"].values():
        database.execute(query["sql"], dict.fromkeys(query["params"], "x")).fetchall()


# --- documents, rights ---


def test_a_document_is_labelled_by_number_publisher_author_and_day(tables):
    labels = {
        label
        for frame, schema in tables.values()
        if schema.kind == "document"
        for label in frame[documents.LABEL]
    }
    assert "002 Economic Observer, Chen Bai, 2025-05-20" in labels
    assert len(labels) == len(list(PACKAGE.rows("document")))
    assert "003 synthesis, 2025-05-02" in labels
    assert all(label.isascii() for label in labels)


def test_the_share_of_a_document_counts_each_character_once():
    package, evidence = read_evidence(CHECKOUT)
    found = documents.shares(package, evidence)
    assert set(found) == set(evidence.texts)
    for name, share in found.items():
        lines = [list(line) for line in evidence.texts[name].document.lines]
        size = sum(map(len, lines))
        for table in package.tables.values():
            for row in table.rows if table.schema.anchored else ():
                if row.role("document") == name and (words := row.role("excerpt")):
                    at = evidence.texts[name].document.lines[row.anchor_line - 1].index(words)
                    lines[row.anchor_line - 1][at : at + len(words)] = [""] * len(words)
        assert share == pytest.approx(1 - sum(map(len, map("".join, lines))) / size, abs=1e-3)


def test_the_columns_of_documents_words_are_marked_as_the_publishers(content, release_folder):
    marked = {}
    for one in content["resources"]:
        for field in one["schema"]["fields"]:
            marked.setdefault(field["evidence"].get("role"), set()).add(field.get("rights"))
    assert marked["excerpt"] == {"publisher"}
    assert marked["sentence"] <= {None, "translation"}
    dictionary = (release_folder / "dictionary.md").read_text("utf-8")
    assert "publishers keep their rights" in dictionary
    assert "publishers" in (release_folder / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize(("part", "whose"), [("words", "publisher"), ("value", "")])
def test_the_words_of_a_quantity_are_the_publishers_also_where_the_part_is_named(part, whose):
    schema = PACKAGE.tables["market_figures"].schema
    field = schema.field(schema.columns("quantity")[0])
    named = dataclasses.replace(field, options={"part": part})
    assert documents.rights(named) == whose


# --- addresses ---

ADDRESSES = {
    "homepage": "https://example.org/",
    "repository": "https://example.org/repository",
    "issues": "https://example.org/repository/issues",
    "id": "https://doi.org/10.5281/zenodo.1",
    "download": "https://example.org/releases/v{version}",
}


@pytest.fixture(scope="module")
def addressed(tmp_path_factory, package_at) -> Path:
    """A release of a package whose descriptor has every address."""
    root = package_at(tmp_path_factory.mktemp("addressed") / "package")
    path = root / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | ADDRESSES), encoding="utf-8")
    assert list(faults("datapackage", read_descriptor(root))) == []
    return release.build(root, tmp_path_factory.mktemp("out"))


def test_every_address_reaches_every_file_that_has_a_place_for_it(addressed):
    descriptor = json.loads((addressed / "datapackage.json").read_text("utf-8"))
    assert {key: descriptor[key] for key in ADDRESSES} == ADDRESSES
    citation = yaml.safe_load((addressed / "CITATION.cff").read_text("utf-8"))
    schema = CHECKOUT / "tests" / "schemas" / "cff-1.2.0.json"
    jsonschema.validate(citation, json.loads(schema.read_text("utf-8")))
    assert citation["url"] == ADDRESSES["homepage"]
    assert citation["repository-code"] == ADDRESSES["repository"]
    assert citation["doi"] == "10.5281/zenodo.1"
    croissant = json.loads((addressed / "croissant.json").read_text("utf-8"))
    assert croissant["url"] == ADDRESSES["homepage"]
    base = f"https://example.org/releases/v{descriptor['version']}/"
    for one in croissant["distribution"]:
        assert one["contentUrl"] == base + one["name"]
    card = (addressed / "README.md").read_text("utf-8")
    for key in ("homepage", "repository", "issues"):
        assert f"<{ADDRESSES[key]}>" in card


def test_no_address_is_invented(release_folder, descriptor):
    citation = yaml.safe_load((release_folder / "CITATION.cff").read_text("utf-8"))
    assert ("url" in citation) == ("homepage" in descriptor)
    assert ("repository-code" in citation) == ("repository" in descriptor)
    croissant = json.loads((release_folder / "croissant.json").read_text("utf-8"))
    assert ("url" in croissant) == bool({"homepage", "repository"} & descriptor.keys())
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {"homepage": "Homepage", "repository": "Repository", "issues": "Issues"}
    expected = {label: descriptor[key] for key, label in names.items() if key in descriptor}
    assert project.get("urls", {}) == expected, "write the addresses of datapackage.json there"


def test_croissant_says_who_publishes_what_it_is_based_on_and_the_time_it_covers(
    release_folder, descriptor
):
    croissant = json.loads((release_folder / "croissant.json").read_text("utf-8"))
    assert croissant["publisher"][0]["name"] == descriptor["contributors"][0]["title"]
    rows = list(PACKAGE.rows("document"))
    assert set(croissant["inLanguage"]) == {"en", *(row.role("language") for row in rows)}
    assert len(croissant["isBasedOn"]) == len(rows)
    first, last = map(datetime.date.fromisoformat, croissant["temporalCoverage"].split("/"))
    assert first < last


@pytest.mark.parametrize("address", ["", "example.org", "javascript:x", "https://a b"])
def test_an_address_that_is_none_is_refused(address, descriptor):
    for key in ADDRESSES:
        assert list(faults("datapackage", {**descriptor, key: address}))


def test_days_and_lists_come_back_as_load_gives_them(parquet, tables):
    for table, path in parquet.items():
        loaded = frames.from_arrow(pyarrow.parquet.read_table(path))
        pandas.testing.assert_frame_equal(loaded, tables[table][0], check_like=False)
