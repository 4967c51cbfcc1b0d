"""Codes, ids, files and licences are what the standards say they are."""

from __future__ import annotations

import hashlib
import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pycountry
import pytest

import chipcontrols
from chipcontrols.languages import base
from chipcontrols.package import CHECKOUT, Package

PACKAGE = Package.open(CHECKOUT)
LANGUAGES = CHECKOUT / "scripts" / "chipcontrols" / "languages"
NAMES = list(PACKAGE.tables)
ENTITY_TABLES = [table.name for table in PACKAGE.of_kind("entity")]
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Written in parts, so that this file is not found by its own search.
HOSTS = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "--index" + "-url",
    "--extra-" + "index",
]
FOLDERS = ["home", "root", "work", "Users", "tmp", "mnt", "workspace"]
MACHINE_PATH = re.compile(r"(?<![\w.:/*)}\]-])/(?:" + "|".join(FOLDERS) + r")/\w")
PARTS = (".ci", ".github", "data", "schemas", "scripts", "tests")


def texts() -> list[Path]:
    """Return the files of the repository: those that git tracks, or all where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0 and listed.stdout:
        names = listed.stdout.decode().split("\0")
        return [path for name in names if name and (path := CHECKOUT / name).is_file()]
    inside = [p for part in PARTS for p in sorted((CHECKOUT / part).rglob("*"))]
    found = [*CHECKOUT.glob("*"), *inside]
    return [p for p in found if p.is_file() and "__pycache__" not in p.parts]


# --- codes of the tables ---


def test_country_codes_are_codes_of_iso_3166_and_fit_the_names():
    places = chipcontrols.load("places")
    coded = places[places["iso_3166"].notna()]
    assert len(coded) >= 3
    for place in coded.itertuples():
        country = pycountry.countries.get(alpha_2=place.iso_3166)
        assert country is not None, f"{place.place_id}: {place.iso_3166} is no country code"
        names = [getattr(country, key, "") for key in ("name", "common_name", "official_name")]
        assert any(place.name in name for name in names), f"{place.name} but {names}"


def test_countries_have_a_code_and_other_kinds_of_place_have_none():
    places = chipcontrols.load("places")
    with_code = set(places.loc[places["iso_3166"].notna(), "kind"])
    countries = places[places["kind"] == "country"]
    assert "country" in with_code
    assert with_code <= {"country", "area"}
    assert countries["iso_3166"].notna().all()


def test_no_country_is_named_without_its_code():
    places = chipcontrols.load("places")
    names = {
        n: c.alpha_2
        for c in pycountry.countries
        for n in (c.name, getattr(c, "common_name", c.name))
    }
    for place in places.itertuples():
        if place.name in names:
            assert place.iso_3166 == names[place.name]


def test_scripts_are_codes_of_iso_15924():
    scripts = chipcontrols.load("surface_forms")["script"].cat.categories
    assert set(scripts) == {"Hani", "Hans", "Hant", "Latn"}
    assert all(pycountry.scripts.get(alpha_4=script) for script in scripts)


def test_languages_are_bcp_47_tags_of_a_language_and_a_script():
    languages = chipcontrols.load("sources")["language"]
    for tag in languages.cat.categories:
        language, _, script = tag.partition("-")
        assert pycountry.languages.get(alpha_2=language)
        assert not script or pycountry.scripts.get(alpha_4=script)
    found = dict(zip(chipcontrols.load("sources")["seed"].str[:3], languages, strict=True))
    assert found["001"] == "zh-Hans"
    assert {found["000"], found["003"], found["004"]} == {"zh-Hant"}


def test_units_of_money_are_currencies_of_iso_4217():
    units = chipcontrols.load("market_figures")["unit"].cat.categories
    words = [row for tag in ("zh", "en") for row in base.rows(str(LANGUAGES / tag / "x"), "units")]
    currencies = {row["unit"] for row in words if row["dimension"] == "money"} & {*units}
    assert "USD" in currencies
    assert all(pycountry.currencies.get(alpha_3=unit) for unit in currencies)


@pytest.mark.parametrize("name", NAMES)
def test_dates_are_iso_8601(name):
    frame = chipcontrols.load(name)
    for column in (c.removesuffix("_start") for c in frame.columns if c.endswith("_start")):
        for cell in frame[column].dropna():
            parts = cell.split("/")
            assert len(parts) <= 2
            assert all(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", p) or p == ".." for p in parts)
            assert parts[0] != ".."


# --- ids ---


def test_ids_of_entities_are_slugs_and_belong_to_one_entity():
    seen: dict[str, str] = {}
    for name in ENTITY_TABLES:
        for entity_id in chipcontrols.load(name).iloc[:, 0]:
            assert SLUG.fullmatch(entity_id)
            assert seen.setdefault(entity_id, name) == name
    assert {"nvidia", "china", "united-states", "jensen-huang"} <= set(seen)


@pytest.mark.parametrize("name", NAMES)
def test_ids_of_statements_carry_document_and_line(name):
    frame, schema = chipcontrols.load(name), PACKAGE.tables[name].schema
    first = frame.columns[0]
    if schema.field(first).rule != "anchored_identifier":
        assert schema.kind not in ("statement", "exclusion")
        assert not frame[first].str.fullmatch(r"\d{3}-\d{3}-\d+").any()
        return
    for row in frame.to_dict("records"):
        assert re.fullmatch(rf"{row['seed'][:3]}-{row['line']:03}-[1-9]\d*", row[first])


@pytest.mark.parametrize("name", NAMES)
def test_references_name_rows_that_exist(name):
    frame = chipcontrols.load(name)
    for described in PACKAGE.tables[name].schema.fields:
        if targets := described.references:
            known = {i for target in targets for i in chipcontrols.load(target).iloc[:, 0]}
            named = frame[described.name].dropna()
            assert set(named.explode() if described.separator else named) <= known


@pytest.mark.parametrize("name", NAMES)
def test_foreign_keys_name_columns_that_exist_and_agree_with_the_references(name):
    schema = PACKAGE.tables[name].schema
    references = {one.name: list(one.references) for one in schema.fields if one.references}
    for key in schema.foreign_keys:
        (column,), target = key["fields"], key["reference"]["resource"] or name
        other = PACKAGE.tables[target].schema
        assert tuple(key["reference"]["fields"]) == other.primary_key
        assert references.get(column, ["sources"] if column == "seed" else []) == [target]
    single = {
        column
        for column, targets in references.items()
        if len(targets) == 1 and not schema.field(column).separator
    }
    assert single == {key["fields"][0] for key in schema.foreign_keys} - {"seed"}


# --- documents and files ---


def test_the_documents_are_those_that_were_read(package_root):
    sources = chipcontrols.load("sources")
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (package_root / "seeds").glob("*")
    }
    assert found
    assert found == dict(zip(sources["seed"], sources["sha256"], strict=True))


def test_every_file_of_text_is_utf_8_with_line_feeds_and_one_at_its_end():
    for path in texts():
        content = path.read_bytes()
        if (
            path.parent.name == "seeds"
            or path.suffix in (".png", ".parquet")
            or "faults" in path.parts
        ):
            continue
        assert content.decode("utf-8").count("\r") == 0, path
        assert not content.startswith(b"\xef\xbb\xbf"), path
        assert not content or content.endswith(b"\n"), path


def test_no_file_names_a_registry_or_a_machine():
    found = []
    for path in texts():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.name}: {host}" for host in HOSTS if host in text]
        found += [f"{path.name}: {match[0]}" for match in MACHINE_PATH.finditer(text)]
    assert len(texts()) > 50
    assert found == []


@pytest.mark.parametrize("text", ["at /{}/x/y", '"/{}/main"', "(/{}/x)", "cd /{}/x"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_search_for_machine_paths_finds_one(text, folder):
    assert MACHINE_PATH.search(text.format(folder))


@pytest.mark.parametrize("text", ["https://a.example/{}/x", "a/{}/x", "{{root}}/{}/x", "data/{}/"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_search_for_machine_paths_lets_other_paths_be(text, folder):
    text = text.format(folder)
    assert not MACHINE_PATH.search(text)


LOCKS = {
    "runtime": {"fetch"},
    "release": {"release", "maintain"},
    "test": {"dev", "release", "maintain", "s3", "fetch"},
    "workflows": {"workflows"},
}


def locked(purpose: str) -> dict[str, set[str]]:
    """Return the versions of each package in the lock of a purpose."""
    lock = (CHECKOUT / f"scripts/requirements-{purpose}.txt").read_text("utf-8")
    found: dict[str, set[str]] = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock.strip())[1:]:  # after what made it
        pin = re.match(r"([a-z0-9._-]+)==(\S+) (; .*)?\\\n", entry)
        assert pin, entry[:60]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:60]
        found.setdefault(pin[1], set()).add(pin[2])
    return found


@pytest.mark.parametrize("purpose", LOCKS)
def test_the_lock_of_each_purpose_pins_what_it_is_for_by_hash(purpose):
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *chain(*(extras[name] for name in LOCKS[purpose]))]
    names = {re.split(r"[\[>=<]", w)[0].lower() for w in wanted} - {"ai-chip-controls"}
    assert names <= locked(purpose).keys()


@pytest.mark.parametrize("purpose", LOCKS)
def test_what_is_in_two_locks_has_one_version_in_them(purpose):
    tested, pinned = locked("test"), locked(purpose)
    assert purpose == "workflows" or pinned.keys() <= tested.keys()
    shared = pinned.keys() & tested.keys()
    assert {name: pinned[name] for name in shared} == {name: tested[name] for name in shared}


# --- descriptor, version, licences ---


def test_the_descriptor_names_every_table_and_schema_and_nothing_else(descriptor, package_root):
    named = {r[key] for r in descriptor["resources"] for key in ("path", "schema")}
    there = {
        path.relative_to(package_root).as_posix()
        for folder in ("data", "schemas")
        for path in (package_root / folder).iterdir()
        if not path.name.startswith(".")
    }
    assert named == there
    for source in descriptor["sources"]:
        assert source["title"]
        assert (package_root / source["path"]).is_file()


def test_the_version_is_semantic_and_stands_in_one_place(descriptor, package_root):
    assert re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", descriptor["version"])
    project = tomllib.loads((package_root / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"]["path"] == "datapackage.json"


def test_licences_are_those_of_the_licence_file(descriptor, package_root):
    text = (package_root / "LICENSE").read_text("utf-8")
    (licence,) = descriptor["licenses"]
    assert licence["name"] == "CC-BY-4.0"
    assert "CC BY 4.0" in text
    assert "MIT License" in text
    assert "seeds/" in text
    project = tomllib.loads((package_root / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "MIT AND CC-BY-4.0 AND Apache-2.0"


def test_every_code_is_defined_for_a_newcomer():
    vocabulary = chipcontrols.load("vocabulary")
    for row in vocabulary.itertuples():
        assert re.fullmatch(r"\S.{5,}[.…]", row.definition), row.code
        assert row.definition[0].isupper() or not row.definition[0].isalpha(), row.code


def test_there_are_codes_for_just_the_coded_columns():
    coded = {
        (name, described.name)
        for name in NAMES
        for described in PACKAGE.tables[name].schema.fields
        if described.coded
    }
    assert set(PACKAGE.codes) == coded
    assert len(coded) > 20
