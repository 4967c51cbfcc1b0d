"""Releases: the same bytes everywhere, all or nothing, and documented inside."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import pandas
import pyarrow
import pyarrow.parquet
import pytest
import renaming

import chipcontrols
from chipcontrols import languages
from chipcontrols.package import CHECKOUT, Package, citation, frames
from chipcontrols.package.documents import document_lines
from chipcontrols.release import build as release
from chipcontrols.validation.anchors import Line

PACKAGE = Package.open(CHECKOUT)
NAMES = list(PACKAGE.tables)
DERIVED = ["entities", "mentions"]


def snapshot(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def released(folder: Path, name: str) -> pandas.DataFrame:
    return frames.from_arrow(pyarrow.parquet.read_table(folder / f"{name}.parquet"))


@pytest.fixture(scope="module")
def content(release_folder: Path) -> dict[str, Any]:
    return json.loads((release_folder / "datapackage.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def lines(package_root: Path) -> dict[tuple[str, int], Line]:
    found = {}
    for path in sorted((package_root / "seeds").glob("*")):
        for number, raw in enumerate(document_lines(path.read_bytes()), 1):
            found[path.name, number] = Line(raw, languages.language("zh"))
    return found


# --- the same bytes ---


def test_a_release_has_the_same_bytes_whatever_the_circumstances(
    tmp_path, package_at, release_folder, run
):
    circumstances = [
        (None, {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"}),
        (
            package_at(tmp_path / "a folder" / "晶片"),
            {"TZ": "Asia/Shanghai", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4294967295"},
        ),
        (None, {"TZ": "America/St_Johns", "PYTHONUTF8": "0", "PYTHONHASHSEED": "77"}),
    ]
    expected = snapshot(release_folder)
    for number, (root, environment) in enumerate(circumstances):
        out = tmp_path / f"out{number}" / "deep"
        arguments = [root] if root else []
        done = run(
            "build_release.py", *arguments, "--out", out, cwd=tmp_path, environment=environment
        )
        assert done.code == 0
        assert done.err.startswith("note: ") is (root is None)
        assert snapshot(out / release_folder.name) == expected


def test_building_again_replaces_the_release_by_the_same_bytes(tmp_path, package_root):
    first = release.build(package_root, tmp_path)
    before = snapshot(tmp_path)
    (first / "quotes.csv").write_text("altered")
    assert release.build(package_root, tmp_path) == first
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("sums", [True, False])
@pytest.mark.parametrize("name", ["thesis.txt", ".git"])
def test_a_folder_that_has_files_of_others_is_not_replaced(name, sums, tmp_path, package_root):
    target = tmp_path / release.release_name(package_root)
    target.mkdir()
    (target / name).write_text("mine")
    if sums:
        (target / "SHA256SUMS").write_text(f"{'0' * 64}  quotes.csv\n")
    before = snapshot(tmp_path)
    with pytest.raises(FileExistsError, match=rf"also has {name}: move that away first"):
        release.build(package_root, tmp_path)
    assert snapshot(tmp_path) == before


def test_a_file_or_link_in_the_place_of_a_release_is_not_replaced(tmp_path, package_root):
    target = tmp_path / release.release_name(package_root)
    (tmp_path / "folder").mkdir()
    links = [lambda to=to: target.symlink_to(to) for to in ("folder", "nowhere")]
    for make in (target.touch, *links):
        make()
        with pytest.raises(FileExistsError, match="is a file or a link: move that away"):
            release.build(package_root, tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([target.name, "folder"])
        target.unlink()


def test_no_path_time_or_document_enters_a_release(release_folder, package_root):
    files = {path.name for path in release_folder.iterdir()}
    assert {name for name in files if name.endswith(".parquet")} == {
        f"{name}.parquet" for name in [*NAMES, *DERIVED]
    }
    assert files >= {"datapackage.json", "SHA256SUMS", "LICENSE"}
    assert not files & {path.name for path in (package_root / "seeds").iterdir()}
    places = (str(package_root), str(release_folder.parent), ".building-")
    for path in release_folder.iterdir():
        assert not any(place.encode() in path.read_bytes() for place in places)
    whole = max(
        (package_root / "seeds").glob("*"), key=lambda path: path.stat().st_size
    ).read_bytes()
    assert not any(whole[:3000] in path.read_bytes() for path in release_folder.iterdir())


# --- all or nothing ---


def test_a_package_that_does_not_validate_builds_nothing_and_changes_nothing(
    package_copy, tmp_path, run
):
    out = tmp_path / "out"
    release.build(package_copy, out)
    before = snapshot(out)
    figures = package_copy / "data" / "market_figures.csv"
    text = figures.read_text("utf-8")
    assert ",150000000000," in text
    figures.write_text(
        text.replace(",150000000000,", ",150000000001,", 1), encoding="utf-8", newline=""
    )
    done = run("build_release.py", package_copy, "--out", out)
    assert done.code == 1
    assert done.err == "could not build a release: only a valid package is released\n"
    assert "data/market_figures.csv" in done.out
    assert "not valid: 1 finding" in done.out
    assert snapshot(out) == before


def test_of_the_old_release_nothing_stays_when_its_removal_is_interrupted(
    tmp_path, package_root, monkeypatch
):
    target = release.build(package_root, tmp_path)
    before = snapshot(tmp_path)
    remove, interrupts = os.rmdir, [KeyboardInterrupt]

    def interrupted(folder: str, *rest: Any, **options: Any) -> None:
        if interrupts:
            raise interrupts.pop()
        remove(folder, *rest, **options)

    monkeypatch.setattr(os, "rmdir", interrupted)
    with pytest.raises(KeyboardInterrupt):
        release.build(package_root, tmp_path)
    assert interrupts == []
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("killed")])
def test_a_build_that_fails_midway_leaves_the_previous_release(
    error, tmp_path, package_root, monkeypatch
):
    target = release.build(package_root, tmp_path)
    before = snapshot(tmp_path)
    write = release.write_parquet
    written = []

    def failing(path: Path, *rest: Any) -> None:
        if len(written) == 3:
            raise error
        write(path, *rest)
        written.append(path)

    monkeypatch.setattr(release, "write_parquet", failing)
    with pytest.raises(type(error)):
        release.build(package_root, tmp_path)
    assert len(written) == 3
    assert not any(path.exists() for path in written)
    assert snapshot(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_failing_write_release_leaves_the_previous_release(tmp_path, package_root, monkeypatch):
    release.build(package_root, tmp_path)
    before = snapshot(tmp_path)

    def failing(root: Path, folder: Path, *more: object) -> None:
        (folder / "quotes.parquet").write_bytes(b"half")
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(release, "write_release", failing)
    with pytest.raises(OSError, match="Input/output error"):
        release.build(package_root, tmp_path)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("error", [PermissionError, KeyboardInterrupt])
def test_a_release_that_cannot_be_moved_into_place_leaves_the_previous_one(
    tmp_path, package_root, monkeypatch, error
):
    release.build(package_root, tmp_path)
    before = snapshot(tmp_path)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "fresh":
            raise error(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(error):
        release.build(package_root, tmp_path)
    assert snapshot(tmp_path) == before


def test_other_releases_and_files_of_the_output_folder_stay(tmp_path, package_root):
    (tmp_path / "ai-chip-controls-0.9.0").mkdir()
    (tmp_path / "ai-chip-controls-0.9.0" / "quotes.parquet").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("mine")
    target = release.build(package_root, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        ["ai-chip-controls-0.9.0", "notes.txt", target.name]
    )
    assert (tmp_path / "ai-chip-controls-0.9.0" / "quotes.parquet").read_bytes() == b"old"


# --- checksums and descriptor ---


def test_checksums_are_true_and_name_every_file(release_folder):
    sums = (release_folder / "SHA256SUMS").read_text("ascii")
    listed = dict(reversed(line.split("  ")) for line in sums.splitlines())
    expected = snapshot(release_folder)
    del expected["SHA256SUMS"]
    assert listed == expected
    assert sums.endswith("\n")


def test_bytes_hash_and_row_count_of_each_resource_are_true(release_folder, content):
    assert [resource["name"] for resource in content["resources"]] == [*NAMES, *DERIVED]
    for resource in content["resources"]:
        data = (release_folder / resource["path"]).read_bytes()
        assert resource["byteCount"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        rows = pyarrow.parquet.ParquetFile(release_folder / resource["path"]).metadata.num_rows
        assert resource["rowCount"] == rows > 0


def test_the_descriptor_says_what_the_packages_descriptor_says(content, descriptor, release_folder):
    for key in (
        "name",
        "title",
        "version",
        "description",
        "created",
        "licenses",
        "contributors",
        "keywords",
    ):
        assert content[key] == descriptor[key]
    documents = list(chipcontrols.load("sources")["seed"])
    assert [source["title"] for source in content["sources"]] == documents
    assert release_folder.name == f"{content['name']}-{content['version']}"


def test_frictionless_finds_the_release_valid(release_folder):
    result = frictionless.Package(str(release_folder / "datapackage.json")).validate()
    assert result.flatten(["name", "type", "message"]) == []
    assert result.valid
    assert sum(task.stats["rows"] for task in result.tasks) > 0


def test_frictionless_finds_a_wrong_type_in_a_release(release_folder, tmp_path):
    (tmp_path / "places.parquet").write_bytes((release_folder / "places.parquet").read_bytes())
    content = json.loads((release_folder / "datapackage.json").read_text("utf-8"))
    (places,) = [r for r in content["resources"] if r["name"] == "places"]
    places["schema"]["fields"][0] = {"name": "place_id", "type": "integer"}
    del places["schema"]["foreignKeys"]
    (tmp_path / "datapackage.json").write_text(json.dumps({**content, "resources": [places]}))
    result = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert "type-error" in {error[0] for error in result.flatten(["type"])}


TEXT = {"type": "string", "minLength": 1}
NAMED = {"type": "string", "pattern": r"^[a-z0-9._/-]+$"}
PATH = {"type": "string", "pattern": r"^(?=[^./~])(?!.*\.\./)(?!.*[\\:])"}
FIELD = {
    "type": "object",
    "required": ["name", "type"],
    "properties": {
        "name": TEXT,
        "type": {
            "enum": ["string", "number", "integer", "boolean", "object", "array", "list",
                     "datetime", "date", "time", "year", "yearmonth", "duration", "geopoint",
                     "geojson", "any"],
        },
        "description": TEXT,
        "categories": {"type": "array", "minItems": 1, "uniqueItems": True, "items": TEXT},
        "constraints": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "required": {"type": "boolean"}, "unique": {"type": "boolean"},
                "pattern": {"type": "string", "format": "regex"},
                "minimum": {"type": "number"}, "maximum": {"type": "number"},
                "minLength": {"type": "integer", "minimum": 0},
                "maxLength": {"type": "integer", "minimum": 0},
            },
        },
    },
}  # fmt: skip
NAMES_OF_FIELDS = {"type": "array", "minItems": 1, "uniqueItems": True, "items": TEXT}
PROFILE = {
    "type": "object",
    "required": ["$schema", "name", "version", "resources", "licenses"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/datapackage.json"},
        "name": NAMED,
        "title": TEXT,
        "description": TEXT,
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "keywords": {"type": "array", "minItems": 1, "items": TEXT},
        "licenses": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "anyOf": [{"required": ["name"]}, {"required": ["path"]}]},
        },
        "contributors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "minProperties": 1,
                "properties": {"title": TEXT, "roles": {"type": "array"}},
            },
        },
        "sources": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["title"]},
        },
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": [
                    "name",
                    "path",
                    "type",
                    "format",
                    "mediatype",
                    "byteCount",
                    "hash",
                    "schema",
                ],
                "properties": {
                    "name": NAMED,
                    "path": PATH,
                    "type": {"const": "table"},
                    "byteCount": {"type": "integer", "minimum": 1},
                    "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
                    "schema": {
                        "type": "object",
                        "required": ["$schema", "fields", "primaryKey"],
                        "additionalProperties": False,
                        "properties": {
                            "evidence": {"type": "object", "required": ["kind"]},
                            "$schema": {
                                "const": "https://datapackage.org/profiles/2.0/tableschema.json"
                            },
                            "fields": {"type": "array", "minItems": 1, "items": FIELD},
                            "primaryKey": NAMES_OF_FIELDS,
                            "foreignKeys": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "required": ["fields", "reference"],
                                    "properties": {
                                        "fields": NAMES_OF_FIELDS,
                                        "reference": {"required": ["fields"]},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_the_descriptor_is_what_data_package_v2_demands(content):
    jsonschema.Draft202012Validator.check_schema(PROFILE)
    checker = jsonschema.Draft202012Validator(PROFILE)
    assert [error.message for error in checker.iter_errors(content)] == []
    assert len({resource["name"] for resource in content["resources"]}) == len(content["resources"])


@pytest.mark.parametrize("key", ["name", "resources", "licenses"])
def test_the_structure_that_is_demanded_refuses_a_descriptor_without(key, content):
    less = {k: v for k, v in content.items() if k != key}
    assert not jsonschema.Draft202012Validator(PROFILE).is_valid(less)


def test_keys_of_each_resource_name_fields_and_resources_that_exist(content):
    fields = {r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in content["resources"]}
    for resource in content["resources"]:
        assert len(set(fields[resource["name"]])) == len(fields[resource["name"]])
        assert set(resource["schema"]["primaryKey"]) <= set(fields[resource["name"]])
        for key in resource["schema"].get("foreignKeys", ()):
            assert set(key["fields"]) <= set(fields[resource["name"]])
            assert set(key["reference"]["fields"]) <= set(
                fields[key["reference"].get("resource") or resource["name"]]
            )


# --- the tables ---


@pytest.mark.parametrize("name", NAMES)
def test_a_released_table_is_the_loaded_one_cell_by_cell(name, release_folder):
    frame = released(release_folder, name)
    loaded = chipcontrols.load(name)
    derived = [column for column in frame if column not in loaded]
    schema = PACKAGE.tables[name].schema
    expected = ["col_start", "col_end"] if schema.anchored else []
    expected = ["label", "excerpted"] if schema.kind == "document" else expected
    assert derived == expected or (not schema.anchored and "excerpt" in schema.roles)
    pandas.testing.assert_frame_equal(frame.drop(columns=derived), loaded)
    assert frame.attrs == loaded.attrs


def test_codes_are_categories_and_nullable_integers_stay_integers(release_folder):
    figures = released(release_folder, "market_figures")
    codes = [one.code for one in PACKAGE.codes["market_figures", "bound"]]
    assert list(figures["bound"].cat.categories) == codes
    exclusions = released(release_folder, "exclusions")
    assert exclusions["line"].dtype == "int64"
    for column in ("line_end", "repeat_of_line", "col_start", "col_end"):
        assert exclusions[column].dtype == pandas.Int64Dtype()
    assert exclusions["repeat_of_line"].isna().any()
    assert exclusions["repeat_of_line"].notna().any()


@pytest.mark.parametrize("name", [*NAMES, *DERIVED])
def test_a_file_documents_itself(name, release_folder, content, descriptor):
    (resource,) = [r for r in content["resources"] if r["name"] == name]
    arrow = pyarrow.parquet.read_schema(release_folder / f"{name}.parquet")
    attributes = released(release_folder, name).attrs
    assert json.loads(arrow.metadata[b"PANDAS_ATTRS"]) == attributes
    plain = pyarrow.parquet.read_metadata(release_folder / f"{name}.parquet").metadata
    for key in ("version", "license", "citation"):
        assert plain[key.encode()].decode() == attributes[key]
    assert attributes["title"] == resource["title"]
    assert attributes["version"] == descriptor["version"]
    assert attributes["citation"] == citation(descriptor)
    assert arrow.names == [described["name"] for described in resource["schema"]["fields"]]
    for described in resource["schema"]["fields"]:
        column = arrow.field(described["name"])
        assert column.metadata[b"description"].decode() == described["description"]
        assert (b"unit" in column.metadata) == ("unit" in described)
        assert column.nullable == (not described.get("constraints", {}).get("required", False))
        assert ("categories" in described) == pyarrow.types.is_dictionary(column.type)
        assert (described["type"] == "any") == pyarrow.types.is_list(column.type)
        assert (described["type"] == "date") == (column.type == pyarrow.date32())


@pytest.mark.parametrize("name", NAMES)
def test_the_offsets_cut_the_excerpt_out_of_its_document(name, release_folder, lines):
    frame = released(release_folder, name)
    if "excerpt" not in frame:
        assert not PACKAGE.tables[name].schema.anchored
        return
    columns = list(frame.columns)
    at = columns.index("excerpt")
    assert columns[at + 1 : at + 3] == ["col_start", "col_end"]
    for row in frame.itertuples():
        if pandas.isna(row.excerpt):
            assert pandas.isna(row.col_start)
            assert pandas.isna(row.col_end)
        else:
            assert lines[row.seed, row.line].raw[row.col_start : row.col_end] == row.excerpt


def test_entities_are_the_entity_tables_in_one(release_folder):
    frame = released(release_folder, "entities")
    assert frame["entity_id"].is_unique
    assert frame["entity_id"].is_monotonic_increasing
    expected = set()
    for name in (table.name for table in PACKAGE.of_kind("entity")):
        table = chipcontrols.load(name)
        kinds = table["kind"] if "kind" in table else [None] * len(table)
        expected |= {
            (row_id, name, english, chinese, str(kind or ""))
            for row_id, english, chinese, kind in zip(
                table.iloc[:, 0], table["name"], table["name_zh"], kinds, strict=True
            )
        }
    rows = frame.assign(kind=frame["kind"].fillna("")).itertuples(index=False, name=None)
    assert set(rows) == expected


def test_a_missing_kind_is_missing_and_not_an_empty_text(release_folder):
    for name in DERIVED:
        frame = released(release_folder, name)
        assert not (frame == "").any(axis=None)


def test_mentions_stand_where_they_say_and_name_what_surface_forms_say(release_folder, lines):
    mentions = released(release_folder, "mentions")
    forms = chipcontrols.load("surface_forms")
    known = set(zip(forms["surface_form"], forms["entity_id"], strict=True))
    assert set(mentions["entity_id"]) <= set(released(release_folder, "entities")["entity_id"])
    ends: dict[tuple[str, int], tuple[int, int]] = {}
    for row in mentions.itertuples():
        raw = lines[row.seed, row.line].raw[row.col_start : row.col_end]
        assert Line(raw, languages.language("zh")).reading == row.surface_form
        assert (row.surface_form, row.entity_id) in known
        start, end = ends.get((row.seed, row.line), (0, 0))
        assert row.col_start >= end or (row.col_start, row.col_end) == (start, end)
        ends[row.seed, row.line] = row.col_start, row.col_end
    assert not mentions.duplicated(["seed", "line", "col_start", "entity_id"]).any()


def test_mentions_are_complete_and_leave_out_lines_that_are_excluded_whole(release_folder, lines):
    mentions = released(release_folder, "mentions")
    exclusions = chipcontrols.load("exclusions")
    whole = {
        (row.seed, number)
        for row in exclusions[exclusions["excerpt"].isna()].itertuples()
        for number in range(row.line, (row.line if pandas.isna(row.line_end) else row.line_end) + 1)
    }
    assert whole
    places = set(zip(mentions["seed"], mentions["line"], strict=True))
    assert not places & whole
    # A line that no form touches has no mention, and every other line in scope has one.
    forms = set(chipcontrols.load("surface_forms")["surface_form"])
    for place, line in lines.items():
        standing = {
            form for form in forms if form in line.reading and not re.search("[A-Za-z0-9]", form)
        }
        if place not in whole and standing:
            assert place in places
        if place in places:
            assert any(form in line.reading for form in forms)


def test_both_names_of_one_company_on_one_line_are_mentions(release_folder):
    mentions = released(release_folder, "mentions")
    here = mentions[mentions["seed"].str.startswith("004") & (mentions["line"] == 30)]
    named = here[here["entity_id"] == "nvidia"]["surface_form"].tolist()
    assert named == ["輝達", "英偉達"]


@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_table_keeps_the_schema_that_describes_it(name, release_folder, content):
    frame = released(release_folder, name)
    (schema,) = [one["schema"] for one in content["resources"] if one["name"] == name]
    assert schema["evidence"] == {"kind": "derived"}
    assert list(frame.columns) == [described["name"] for described in schema["fields"]]
    assert not frame.duplicated(schema["primaryKey"]).any()
    for described in schema["fields"]:
        expected = {"string": "str", "integer": "int64"}[described["type"]]
        assert frame[described["name"]].dtype == expected
        if described.get("constraints"):
            assert frame[described["name"]].notna().all()


def test_the_descriptor_says_how_each_column_is_proven(content):
    for name, table in PACKAGE.tables.items():
        (schema,) = [one["schema"] for one in content["resources"] if one["name"] == name]
        assert schema["evidence"] == {"kind": table.schema.kind, **table.schema.options}
        proven = {one["name"]: one["evidence"] for one in schema["fields"]}
        for described in table.schema.fields:
            expected = {"rule": described.rule, "role": described.role, **described.options}
            assert proven[described.name] == {k: v for k, v in expected.items() if v != ""}


# --- any package ---


def test_a_package_with_other_names_has_a_release_as_complete(
    package_copy, tmp_path, release_folder
):
    """Derived columns and views are named after the columns and tables that they come from."""
    for name, text in renaming.renamed(PACKAGE.root, "x_{}".format, lambda _, c: f"x_{c}").items():
        (package_copy / name).write_bytes(text)
    folder = release.build(package_copy, tmp_path)
    assert list(released(folder, "mentions").columns) == [
        "x_seed", "x_line", "col_start", "col_end", "x_surface_form", "x_entity_id",
    ]  # fmt: skip
    assert list(released(folder, "entities").columns) == [
        "entity_id", "table", "x_name", "x_name_zh", "x_kind",
    ]  # fmt: skip
    result = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert result.flatten(["name", "type", "message"]) == []
    for name in NAMES:
        frame, other = released(release_folder, name), released(folder, f"x_{name}")
        assert [column.removeprefix("x_") for column in other.columns] == list(frame.columns)
        assert len(other) == len(frame)
    assert views(folder) == views(release_folder)
    assert len(views(folder)) > 7


def views(folder: Path) -> dict[str, tuple[int, list[str]]]:
    """Return how many rows each view of a release has, and its columns, by name."""
    found = {}
    (path,) = folder.glob("*.sqlite")
    with sqlite3.connect(path) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'view'"):
            rows = file.execute(f'SELECT * FROM "{name}"')
            columns = [column.replace("x_", "") for column, *_ in rows.description]
            found[name.removeprefix("x_")] = len(rows.fetchall()), columns
    return found


def test_a_package_of_one_table_without_documents_has_a_release(package_copy, tmp_path):
    descriptor = json.loads((package_copy / "datapackage.json").read_text("utf-8"))
    (codes,) = [one for one in descriptor["resources"] if one["name"] == "vocabulary"]
    descriptor["licenses"] = [{"name": "MIT"}]
    descriptor["resources"] = [codes]
    (package_copy / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    folder = release.build(package_copy, tmp_path)
    assert [path.name for path in folder.glob("*.parquet")] == ["vocabulary.parquet"]
    assert len(released(folder, "vocabulary")) > 100
    result = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert result.valid


def test_a_table_that_has_the_name_of_a_derived_one_stops_the_build(package_copy, tmp_path):
    path = package_copy / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace('"name": "citations"', '"name": "mentions"'))
    with pytest.raises(ValueError, match="rename the table mentions"):
        release.build(package_copy, tmp_path)
    assert list(tmp_path.glob("ai-chip-controls*")) == []
