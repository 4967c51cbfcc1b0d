"""Every format of a release is read back by the tool that it is made for."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import html
import importlib.resources
import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import jsonschema
import mlcroissant
import numpy
import pandas
import pyarrow.parquet
import pytest
import yaml
from datasette.app import Datasette
from huggingface_hub import DatasetCard
from mlcroissant._src.core.issues import GenerationError
from mlcroissant._src.core.rdf import make_context

import chipcontrols
from chipcontrols import package
from chipcontrols.package import frames
from chipcontrols.release import build as release
from chipcontrols.release import formats
from chipcontrols.release.formats import sqlite
from chipcontrols.release.formats.search import entities_of
from chipcontrols.release.formats.sqlite import View, derived_views
from chipcontrols.release.formats.text import rendered
from chipcontrols.validation.passages import read_evidence
from chipcontrols.validation.rules import RULES

ROOT = Path(__file__).parents[2]
PACKAGE, EVIDENCE = read_evidence(ROOT)
TABLES = [*PACKAGE.tables, "entities", "mentions"]
VIEW_OF = {
    str(table.schema.options.get("view", f"{name}_with_names")): name
    for name, table in PACKAGE.tables.items()
    if table.schema.kind in ("statement", "group", "comparison") or "view" in table.schema.options
}
VIEWS = ["evidence", "statements", *VIEW_OF]
CFF = json.loads((ROOT / "tests" / "schemas" / "cff-1.2.0.json").read_text("utf-8"))
PROFILE = json.loads(
    (importlib.resources.files("dplib") / "profiles" / "2.0" / "datapackage.json").read_text()
)


def read_json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def content(release_folder) -> dict[str, Any]:
    """The release's descriptor."""
    return read_json(release_folder / "datapackage.json")


@pytest.fixture(scope="module")
def tables():
    """The frame and schema of every table of a release."""
    return release.released_tables(PACKAGE, EVIDENCE)


@pytest.fixture
def database(release_folder, content):
    """A connection to a copy in memory of the release's SQLite file, foreign keys enforced."""
    with (
        contextlib.closing(sqlite3.connect(release_folder / f"{content['name']}.sqlite")) as file,
        contextlib.closing(sqlite3.connect(":memory:")) as connection,
    ):
        file.backup(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


def parquet_rows(folder: Path, table: str) -> list[dict[str, Any]]:
    return pyarrow.parquet.read_table(folder / f"{table}.parquet").to_pylist()


def field_of(content: dict[str, Any], table: str, column: str) -> dict[str, Any]:
    (found,) = [
        one for one in resource_of(content, table)["schema"]["fields"] if one["name"] == column
    ]
    return found


def resource_of(content: dict[str, Any], table: str) -> dict[str, Any]:
    (found,) = [one for one in content["resources"] if one["name"] == table]
    return found


# --- Data Package ---


def test_the_descriptor_is_valid_against_the_profile_of_data_package_v2(content):
    jsonschema.validate(content, PROFILE)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["resources"], []),
        (["resources", 0, "name"], 7),
        (["resources", 0, "hash"], 7),
        (["licenses"], [{}]),
        (["resources", 0, "schema", "fields"], []),
    ],
)
def test_the_profile_refuses_a_broken_descriptor(path, value, content):
    broken = json.loads(json.dumps(content))
    target = broken
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, PROFILE)


def test_every_reference_of_the_schemas_is_a_foreign_key_of_the_release(content, tables):
    for table, (_, schema) in tables.items():
        keys = resource_of(content, table)["schema"].get("foreignKeys", [])
        referring = {key["fields"][0]: key["reference"]["resource"] or table for key in keys}
        for field in schema.fields:
            if targets := field.references:
                expected = targets[0] if len(targets) == 1 else "entities"
                listed = field_of(content, table, field.name).get("items")
                assert (listed if field.separator else referring[field.name]) == expected


# --- Croissant ---


@pytest.fixture(scope="module")
def croissant(release_folder) -> mlcroissant.Dataset:
    return mlcroissant.Dataset(jsonld=release_folder / "croissant.json")


def plain(value: Any) -> Any:
    """Return a value of mlcroissant as Arrow gives it to Python."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list | numpy.ndarray):
        return [plain(one) for one in value]
    if isinstance(value, pandas.Timestamp):
        value = value.date()
    return None if pandas.isna(value) else value


def test_croissant_has_version_licence_citation_and_the_context_of_1_1(
    croissant, content, release_folder
):
    metadata = croissant.metadata
    assert not metadata.ctx.issues.errors
    assert metadata.ctx.conforms_to.value == "http://mlcommons.org/croissant/1.1"
    assert metadata.version == content["version"]
    assert metadata.cite_as == package.citation(content)
    assert metadata.license == [content["licenses"][0]["path"]]
    written = read_json(release_folder / "croissant.json")
    assert written["@context"] == make_context(metadata.ctx)


@pytest.mark.parametrize("table", TABLES)
def test_a_record_set_reads_back_as_its_parquet_file(table, croissant, release_folder):
    found = [
        {name.partition("/")[2]: plain(value) for name, value in record.items()}
        for record in croissant.records(table)
    ]
    assert found == parquet_rows(release_folder, table) != []


def test_the_fields_of_a_record_set_are_the_columns_with_their_descriptions(croissant, content):
    assert [one.uuid for one in croissant.metadata.record_sets] == TABLES
    for record_set in croissant.metadata.record_sets:
        fields = resource_of(content, record_set.uuid)["schema"]["fields"]
        assert [one.name for one in record_set.fields] == [field["name"] for field in fields]
        for one, field in zip(record_set.fields, fields, strict=True):
            assert one.description.startswith(field["description"])


def test_mlcroissant_refuses_a_file_whose_hash_is_another(release_folder, tmp_path):
    folder = shutil.copytree(release_folder, tmp_path / "release")
    shutil.copy(folder / "chips.parquet", folder / "places.parquet")
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    with pytest.raises(GenerationError) as caught:
        list(dataset.records("places"))
    assert re.search(r"Hash of .*places\.parquet is not ident", str(caught.value.__cause__))


# --- dataset card ---

LOAD = """
import sys, datasets, pyarrow.parquet
folder, cache, *tables = sys.argv[1:]
for table in tables:
    loaded = datasets.load_dataset(folder, table, split="train", cache_dir=cache)
    assert loaded.to_list() == pyarrow.parquet.read_table(f"{folder}/{table}.parquet").to_pylist()
    print(table, len(loaded))
"""
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
}


def test_load_dataset_finds_every_table_offline(release_folder, tmp_path, run, content):
    environment = OFFLINE | {"HF_HOME": str(tmp_path / "home")}
    done = run("-c", LOAD, release_folder, tmp_path, *TABLES, environment=environment)
    assert done.code == 0, done.err
    counts = dict(line.split() for line in done.out.splitlines())
    assert counts == {one["name"]: str(one["rowCount"]) for one in content["resources"]}


def test_the_card_is_a_card_of_hugging_face(release_folder, content):
    card = DatasetCard.load(release_folder / "README.md")
    assert card.data.license == "cc-by-4.0"
    assert card.data.language == ["en", "zh"]
    assert card.data.pretty_name == content["title"]
    (size,) = card.data.size_categories
    assert size == "1K<n<10K"
    assert 1_000 < sum(one["rowCount"] for one in content["resources"]) < 10_000


def test_the_card_says_how_many_rows_each_table_has(release_folder, content):
    text = (release_folder / "README.md").read_text("utf-8")
    for one in content["resources"]:
        row = f"| [`{one['name']}`](dictionary.md#{one['name']}) | {one['rowCount']:,} | "
        assert row + one["description"] in text
    for view in VIEWS:
        assert f"| `{view}` |" in text
    assert package.citation(content) in text


def test_the_snippets_of_the_card_run_in_the_folder(release_folder, tmp_path, run):
    folder = shutil.copytree(release_folder, tmp_path / "release")
    text = (folder / "README.md").read_text("utf-8")
    snippets = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert len(snippets) == 4
    for snippet in snippets:
        done = run("-c", snippet, cwd=folder, environment=OFFLINE | {"HF_HOME": str(tmp_path)})
        assert done.code == 0, done.err
        assert done.out


# --- SQLite ---


def stored(value: Any) -> Any:
    """Return a value of Arrow as SQLite stores it."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def lists_of(content: dict[str, Any], table: str) -> list[str]:
    """Return the columns of a table that hold lists."""
    fields = resource_of(content, table)["schema"]["fields"]
    return [field["name"] for field in fields if field["type"] == "any"]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_sqlite_equals_its_parquet_file(table, database, release_folder, content):
    """Lists are tables of their own, one row a thing."""
    database.row_factory = sqlite3.Row
    keys = resource_of(content, table)["schema"]["primaryKey"]
    order = ", ".join(f'"{key}"' for key in keys)
    found = [dict(row) for row in database.execute(f'SELECT * FROM "{table}" ORDER BY {order}')]
    for column in lists_of(content, table):
        items = f'SELECT * FROM "{table}_{column}" ORDER BY {order}, position'
        lists = {tuple(row[key] for key in keys): [] for row in found}
        for row in database.execute(items):
            lists[tuple(row[key] for key in keys)].append(row[column])
        for row in found:
            row[column] = lists[tuple(row[key] for key in keys)] or None
    rows = [
        {name: stored(value) for name, value in row.items()}
        for row in parquet_rows(release_folder, table)
    ]
    assert found == sorted(rows, key=lambda row: [row[key] for key in keys]) != []


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_sqlite_declares_types_keys_and_what_is_required(table, database, content):
    schema = dict(resource_of(content, table)["schema"])
    schema["fields"] = [one for one in schema["fields"] if one["type"] != "any"]
    declared = list(database.execute("SELECT * FROM pragma_table_info(?)", [table]))
    kinds = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
    for (_, name, kind, required, _, _), field in zip(declared, schema["fields"], strict=True):
        assert (name, kind) == (field["name"], kinds.get(field["type"], "TEXT"))
        assert bool(required) == field.get("constraints", {}).get("required", False)
    keys = sorted((row[5], row[1]) for row in declared if row[5])
    assert [name for _, name in keys] == schema["primaryKey"]
    found = database.execute('SELECT "from", "table" FROM pragma_foreign_key_list(?)', [table])
    expected = {
        (key["fields"][0], key["reference"]["resource"] or table)
        for key in schema.get("foreignKeys", [])
    }
    if table in [one.name for one in PACKAGE.of_kind("entity")]:
        expected.add((schema["primaryKey"][0], "entities"))
    assert set(found) == expected


def test_sqlite_is_sound_and_every_foreign_key_leads_to_a_row(database):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE market_figures SET unit = 'XTS'", "CHECK"),
        ("UPDATE market_figures SET bound = NULL", "NOT NULL"),
        ("UPDATE market_figures SET subject_id = 'nobody'", "FOREIGN KEY"),
        ("UPDATE market_figures SET place_id = 'nowhere' WHERE place_id NOT NULL", "FOREIGN KEY"),
        ("UPDATE market_figures SET line = 0", "CHECK"),
        ("UPDATE quotes SET quote_id = 'one'", "UNIQUE"),
        ("DELETE FROM sources", "FOREIGN KEY"),
    ],
)
def test_sqlite_refuses_what_the_schemas_refuse(change, reason, database):
    with pytest.raises(sqlite3.IntegrityError, match=reason):
        database.execute(change)


def test_the_views_answer_for_every_row(database):
    def count(name: str) -> int:
        (number,) = database.execute(f"SELECT count(*) FROM {name}").fetchone()
        return int(number)

    made = database.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")
    assert {name for (name,) in made} == set(VIEWS)
    kinds = {name: table.schema.kind for name, table in PACKAGE.tables.items()}
    stated = sum(count(name) for name, kind in kinds.items() if kind == "statement")
    assert count("statements") == stated
    (sides,) = [name for name, kind in kinds.items() if kind == "side"]
    rows_of = {"claims": len(chipcontrols.claims()), "discrepancies": count(sides)}
    for view, table in VIEW_OF.items():
        assert count(view) == rows_of.get(table, count(table)) > 0
    cited = [t for t in TABLES if "excerpt" in columns(database, t)]
    assert count("evidence") == sum(map(count, cited))


def columns(database: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in database.execute("SELECT * FROM pragma_table_info(?)", [table])]


def test_the_views_name_whom_the_ids_mean(database):
    named = "SELECT count(*) FROM figures_with_names WHERE subject = 'Nvidia'"
    by_id = "SELECT count(*) FROM market_figures WHERE subject_id = 'nvidia'"
    assert database.execute(named).fetchone() == database.execute(by_id).fetchone() != (0,)
    years = [(day or "9999")[:4] for (day,) in database.execute("SELECT date FROM timeline")]
    assert years == sorted(years)
    assert years[0] < years[-1] == "9999"


def test_a_contradiction_shows_what_each_of_its_sides_says_and_rests_on(database):
    found: dict[str, set[tuple[str, ...]]] = {}
    for question, *side in database.execute(
        'SELECT question, "table", row_id, sentence, position, excerpt FROM contradictions'
    ):
        assert all(side)
        found.setdefault(question, set()).add(tuple(side[:2]))
    assert len(found) == len(chipcontrols.load("discrepancies")) > 3
    assert all(len(sides) >= 2 for sides in found.values())


def answered(database: sqlite3.Connection, view: str) -> list[dict[str, Any]]:
    """Return the rows of a view."""
    database.row_factory = sqlite3.Row
    return [dict(row) for row in database.execute(f"SELECT * FROM {view}")]


def sorted_rows(rows: list[dict[str, Any]]) -> list[str]:
    """Return rows as texts, what is missing as nothing, in an order that depends on them alone."""
    return sorted(
        json.dumps({k: None if pandas.isna(v) else v for k, v in row.items()}) for row in rows
    )


@pytest.mark.parametrize(
    ("view", "asked", "key"),
    [
        ("statements", chipcontrols.statements, "table"),
        ("claims_with_witnesses", chipcontrols.claims, ""),
    ],
)
def test_a_view_has_the_rows_of_the_function_of_python(view, asked, key, database):
    frame = asked().rename(columns={key: f"{key}_name"})
    rows = frame.astype(object).to_dict("records")
    assert sorted_rows(answered(database, view)) == sorted_rows(rows)


def test_the_timeline_has_the_happenings_of_the_function_of_python_in_its_order(database):
    told = answered(database, "timeline")
    for row, own in zip(told, chipcontrols.timeline().to_dict("records"), strict=True):
        assert row["documents"].split(" | ") == own["documents"]
        assert row["witnesses"].split(" | ") == own["witnesses"]
        for name in ("happening_id", "title", "status", "date"):
            assert row[name] == own[name] or (row[name] is None and pandas.isna(own[name]))


def views_of(tables) -> list[View]:
    return derived_views({name: schema for name, (_, schema) in tables.items()})


def test_sqlite_has_the_same_bytes_each_time(tmp_path, release_folder, content, tables):
    first, second = tmp_path / "first.sqlite", tmp_path / "second.sqlite"
    sqlite.write(first, content, tables, views_of(tables), entities_of(tables))
    sqlite.write(second, content, tables, views_of(tables), entities_of(tables))
    data = first.read_bytes()
    assert (
        data == second.read_bytes() == (release_folder / f"{content['name']}.sqlite").read_bytes()
    )
    assert data[24:28] == data[92:96], "the change counter is the one that the version is valid for"
    assert data[sqlite.VERSION_FIELD] == (3_000_000).to_bytes(4, "big")


def test_where_the_pages_of_sqlite_are_free_nothing_is_left(tmp_path):
    path = tmp_path / "some.sqlite"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE words (word TEXT)")
        connection.executemany("INSERT INTO words VALUES (?)", [["residue"]] * 99)
        connection.execute("DELETE FROM words WHERE rowid > 1")
    assert path.read_bytes().count(b"residue") > 1
    path.write_bytes(sqlite.cleared(path.read_bytes()))
    assert path.read_bytes().count(b"residue") == 1
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM words").fetchall() == [("residue",)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_reference_to_nothing_is_refused(tmp_path, content, tables):
    frame, schema = tables["relations"]
    broken = {**tables, "relations": (frame.assign(subject_id="nobody"), schema)}
    with pytest.raises(
        ValueError, match="subject_id of a row of relations refers to a row that entities does not"
    ):
        sqlite.write(tmp_path / "x.sqlite", content, broken, [], entities_of(broken))


def test_a_package_without_quotes_gets_the_other_views(tables):
    smaller = {name: one for name, one in tables.items() if name != "quotes"}
    assert [view.name for view in views_of(smaller)] == [
        view for view in VIEWS if view != "who_said_what"
    ]


def with_views(package_root: Path, views: dict[str, str]) -> None:
    for table, view in views.items():
        path = package_root / "schemas" / f"{table}.json"
        schema = read_json(path)
        schema["evidence"]["view"] = view
        path.write_text(json.dumps(schema), encoding="utf-8")


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"events": "quotes"}, 'table "?quotes"? already exists'),
        ({"events": "said", "quotes": "said"}, 'view "?said"? already exists'),
        ({"events": "evidence"}, 'view "?evidence"? already exists'),
    ],
)
def test_a_view_that_cannot_be_made_stops_the_build_and_is_named(
    wanted, reason, package_copy, tmp_path
):
    with_views(package_copy, wanted)
    with pytest.raises(ValueError, match=reason) as stopped:
        release.build(package_copy, tmp_path / "out")
    assert str(stopped.value).startswith("ai-chip-controls.sqlite cannot be made")
    assert f"the view {wanted['events']} cannot be made: " in str(stopped.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_table_of_another_kind_has_a_view_where_its_schema_names_one(package_copy, tmp_path):
    with_views(package_copy, {"people": "who_is_who"})
    folder = release.build(package_copy, tmp_path / "out")
    with sqlite3.connect(folder / "ai-chip-controls.sqlite") as file:
        found = dict(file.execute("SELECT name, affiliation FROM who_is_who"))
    assert found["Jensen Huang"] == "Nvidia"


@pytest.mark.parametrize("name", formats.TEXTS)
def test_a_text_that_cannot_be_made_stops_the_build_and_is_named(
    name, content, tables, tmp_path, monkeypatch
):
    def failing(template: str, **values: Any) -> str:
        if template.startswith(name):
            return rendered(template)
        return rendered(template, **values)

    monkeypatch.setattr(formats, "rendered", failing)
    with pytest.raises(ValueError, match=f"{name} cannot be made: '\\w+' is undefined"):
        formats.write_all(tmp_path, content, tables, PACKAGE, EVIDENCE)


def test_datasette_serves_tables_and_views_with_their_descriptions(release_folder, content, tables):
    async def pages() -> dict[str, str]:
        datasette = Datasette(config_dir=release_folder)
        await datasette.invoke_startup()
        found = {}
        lists = [f"{one}_{name}" for one in TABLES for name in lists_of(content, one)]
        for name in ["", *TABLES, *VIEWS, *lists]:
            answer = await datasette.client.get(f"/{content['name']}/{name}".rstrip("/"))
            assert answer.status_code == 200, name
            found[name] = answer.text
        answer = await datasette.client.get(f"/{content['name']}/entities/nvidia")
        assert answer.status_code == 200
        return found

    found = {name: html.unescape(page) for name, page in asyncio.run(pages()).items()}
    for one in content["resources"]:
        assert one["description"] in found[one["name"]]
        for field in one["schema"]["fields"]:
            page = f"{one['name']}_{field['name']}" if field["type"] == "any" else one["name"]
            assert f"<dt>{field['name']}</dt>" in found[page]
    for view in views_of(tables):
        assert view.answers in found[view.name]
    assert content["licenses"][0]["title"] in found[""]


# --- data dictionary ---


def cells_of(section: str) -> list[list[str]]:
    return [
        re.split(r" (?<!\\)\| ", line[2:-2]) for line in section.splitlines() if line[:1] == "|"
    ]


@pytest.fixture(scope="module")
def sections(release_folder) -> dict[str, str]:
    """The sections of the dictionary, by their heading."""
    text = (release_folder / "dictionary.md").read_text("utf-8")
    return {one.partition("\n")[0]: one for one in text.split("\n## ")}


def test_the_dictionary_explains_every_column_and_code(sections, tables):
    vocabulary, _ = tables["vocabulary"]
    for table, (_, schema) in tables.items():
        rows = [row for row in cells_of(sections[table]) if len(row) == 8][2:]
        assert [row[0] for row in rows] == [f"`{name}`" for name in schema.names]
        for row, field in zip(rows, schema.fields, strict=True):
            assert row[4] == field.description.replace("|", "\\|")
            if field.rule == "derived":
                assert row[6] == "derived by the build from the other columns"
            else:
                assert row[6].startswith(f"[`{field.rule}`](#how-a-cell-is-proven)")
                assert (f", role `{field.role}`" in row[6]) == bool(field.role)
            assert bool(row[3]) == any(field.constraints.values())
        for row in vocabulary[vocabulary["table"] == table].itertuples():
            assert f"| `{row.code}` | {row.definition} |" in sections[table]


def test_the_dictionary_explains_every_kind_rule_option_and_role(sections):
    section = sections["How a cell is proven"]
    rows = {row[0].strip("`"): row[1:] for row in cells_of(section) if len(row) == 3}
    listed = {row[0].strip("`") for row in cells_of(section) if len(row) == 2}
    for name, rule in RULES.items():
        assert rows[name][0].split() == (rule.__doc__ or "").split()
        assert [one.strip("`") for one in rows[name][1].split(", ") if one] == [
            one.name for one in dataclasses.fields(rule) if one.name not in ("column", "schema")
        ]
    for table in PACKAGE.tables.values():
        assert {table.schema.kind, *table.schema.options} <= listed
        assert {"document", "entity", "sentence", "original_name", "any other"} <= listed


ENTITY = re.compile(
    r"    (\w+) \{\n((?:        (?:string|integer) \w+ (?:PK|FK|PK, FK)\n)+)    \}\n"
)
RELATION = re.compile(r'    (\w+) (?:\|\||\|o)--o\{ (\w+) : "([\w ]+)"\n')


def test_the_diagram_is_mermaid_and_shows_every_foreign_key(release_folder, content):
    text = (release_folder / "dictionary.md").read_text("utf-8")
    (source,) = re.findall(r"^```mermaid\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert re.fullmatch(f"erDiagram\n(?:{ENTITY.pattern})+(?:{RELATION.pattern})+", source)
    assert [name for name, _ in ENTITY.findall(source)] == TABLES
    assert sorted(RELATION.findall(source)) == sorted(
        (key["reference"]["resource"] or one["name"], one["name"], " ".join(key["fields"]))
        for one in content["resources"]
        for key in one["schema"].get("foreignKeys", [])
    )


# --- citation ---


def citation_file(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def test_the_citation_of_a_release_is_valid_and_has_its_version(release_folder, content):
    found = citation_file(release_folder / "CITATION.cff")
    jsonschema.validate(found, CFF)
    assert found["version"] == content["version"]
    assert found["date-released"] == content["created"][:10]


def test_the_citation_of_the_repository_is_valid_and_leaves_the_version_to_the_descriptor():
    path = ROOT / "CITATION.cff"
    jsonschema.validate(citation_file(path), CFF)
    descriptor = package.read_descriptor(ROOT)
    expected = rendered("CITATION.cff.j2", descriptor=descriptor, released=False)
    assert path.read_text("utf-8") == expected, "write there what the template gives"


@pytest.mark.parametrize("key", ["authors", "cff-version", "message", "title"])
def test_the_schema_of_citations_refuses_one_without(key, release_folder):
    found = citation_file(release_folder / "CITATION.cff")
    del found[key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, CFF)


@pytest.mark.parametrize(
    "text",
    ["no", "1.10", "a: b", "- x", "#", "'", '"', "\\", "中文「」", "2026-01-01", "\u2028", ""],
)
def test_any_text_comes_back_from_the_yaml_of_a_citation(text, content):
    strange = {**content, "title": text, "keywords": [text, text]}
    found = yaml.safe_load(rendered("CITATION.cff.j2", descriptor=strange, released=True))
    assert (found["title"], found["keywords"]) == (text, [text, text])


# --- templates ---


@pytest.mark.parametrize(("name", "shown"), [("a.html", "&lt;b&gt;"), ("a.md", "<b>")])
def test_what_goes_into_html_is_escaped_and_nothing_else(name, shown, monkeypatch, tmp_path):
    (tmp_path / f"{name}.j2").write_text("{{ text }}")
    monkeypatch.setattr(formats.text, "TEMPLATES", tmp_path)
    formats.text.environment.cache_clear()
    try:
        assert rendered(f"{name}.j2", text="<b>") == shown
    finally:
        formats.text.environment.cache_clear()


# --- size ---

LARGE = 20_000


def csv_bytes(frame: pandas.DataFrame) -> int:
    return len(frame.to_csv(index=False, lineterminator="\n").encode())


def test_parquet_is_at_most_two_thirds_of_the_csv_for_large_tables(release_folder):
    large = {
        path.stem: path.stat().st_size / size
        for path in release_folder.glob("*.parquet")
        if (size := csv_bytes(pandas.read_parquet(path))) >= LARGE
    }
    assert {"quotes", "events"} <= set(large)
    assert {name: ratio for name, ratio in large.items() if ratio > 2 / 3} == {}


@pytest.mark.parametrize("table", ["quotes", "events", "market_figures", "surface_forms"])
def test_parquet_is_at_most_half_of_the_csv_at_a_hundred_times_the_volume(table, tables, tmp_path):
    frame, schema = tables[table]
    key = schema.primary_key[0]
    many = pandas.concat(
        [frame.assign(**{key: frame[key] + f"-{number}"}) for number in range(100)],
        ignore_index=True,
    )
    path = tmp_path / f"{table}.parquet"
    arrow = frames.arrow_schema(table, schema, PACKAGE.codes)
    release.write_parquet(path, many, arrow, {"version": "", "license": "", "citation": ""})
    assert path.stat().st_size <= csv_bytes(many) / 2
    found = frames.from_arrow(pyarrow.parquet.read_table(path))
    pandas.testing.assert_frame_equal(found, many)
