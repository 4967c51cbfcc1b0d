"""The engine is general: a package of another field needs no Python of its own, a table no more
than a schema, a CSV and a resource."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from chipcontrols.curation import coverage
from chipcontrols.package import Package
from chipcontrols.release.build import build
from chipcontrols.validation import engine
from chipcontrols.validation.passages import read_evidence
from fault_corpus import REPOSITORY, apply, as_expected, assemble

WIND = Path(__file__).parent / "offshore_wind"
FAULTS = json.loads((WIND / "faults.json").read_bytes())
NEIGHBOURS = {
    f"{name}-{number}": neighbour["edits"]
    for name, fault in FAULTS.items()
    for number, neighbour in enumerate(fault["neighbours"], 1)
}
PROFILES = REPOSITORY / "scripts/chipcontrols/package/profiles"
PROFILE = json.loads((PROFILES / "evidence.json").read_bytes())
KINDS = {one["const"] for one in PROFILE["$defs"]["table"]["properties"]["kind"]["oneOf"]}


@pytest.fixture
def wind(tmp_path: Path) -> Path:
    """A copy of the package that a test may change."""
    return Path(shutil.copytree(WIND, tmp_path / "package"))


def test_it_is_data_only_and_shares_no_table_with_the_main_package() -> None:
    assert {path.suffix for path in WIND.rglob("*") if path.is_file()} == {".csv", ".json", ".txt"}
    assert set(Package.open(WIND).tables).isdisjoint(Package.open(REPOSITORY).tables)


def test_it_is_valid_in_both_languages_with_tables_that_are_empty() -> None:
    assert [str(finding) for finding in engine.validate(WIND).findings] == []
    package, evidence = read_evidence(WIND)
    tags = {text.document.language for text in evidence.texts.values()}
    assert tags == {"en", "zh-Hant", "zh-Hans"}
    without = [table.name for table in package.tables.values() if not table.rows]
    assert without == ["accidents", "waivers"]


def test_it_has_tables_of_every_kind_that_documents_need() -> None:
    tables = Package.open(WIND).tables.values()
    assert KINDS - {table.schema.kind for table in tables} == {"term", "reference", "identifier"}
    rules = {field.rule for table in tables for field in table.schema.fields}
    assert {"witnessed", "part_of"} <= rules
    fields = [field for table in tables for field in table.schema.fields]
    assert any(field.separator and field.rule == "entity" for field in fields)
    assert any(field.shared_list for field in fields)


def test_its_documents_have_no_open_candidate_and_a_page_shows_them() -> None:
    package, evidence = read_evidence(WIND)
    audited = coverage.audited(package, evidence)
    assert [
        str(one) for accounts in audited.values() for one in accounts if one.status == "open"
    ] == []
    assert min(len(accounts) for accounts in audited.values()) > 50
    accounts = [one for found in audited.values() for one in found]
    clauses = {one.status for one in accounts if one.candidate.kind == "clause"}
    assert clauses == {"covered", "excluded"}
    shown = coverage.coverage_report(package, evidence, audited, "html")
    assert "We build in steel, not on paper" in shown
    assert all(name in shown for name in evidence.texts)


def test_its_release_holds_every_table(tmp_path: Path) -> None:
    release = build(WIND, tmp_path)
    descriptor = json.loads((release / "datapackage.json").read_bytes())
    released = {one["name"]: one for one in descriptor["resources"]}
    for table in Package.open(WIND).tables.values():
        assert (release / released[table.name]["path"]).is_file()
        assert f"`{table.name}`" in (release / "dictionary.md").read_text("utf-8")


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_yields_just_the_findings_expected(name: str, wind: Path) -> None:
    for edit in FAULTS[name]["edits"]:
        apply(wind, edit)
    findings, expected = engine.validate(wind).findings, FAULTS[name]["expected"]
    found = [as_expected(wind, *pair) for pair in zip(findings, expected, strict=False)]
    found += [{"unexpected": str(one)} for one in findings[len(expected) :]]
    assert found == expected
    assert found


def test_a_group_is_not_judged_while_the_document_of_a_witness_is_another(wind: Path) -> None:
    (path,) = (wind / "seeds").glob("101_*")
    words = path.read_text("utf-8")
    for edit in (words.replace("Nordlys II", "Northern Light"), None):
        path.write_text(edit, "utf-8") if edit else path.unlink()
        files = {finding.file for finding in engine.validate(wind).findings}
        assert "data/articles.csv" in files
        assert not files & {"data/milestones.csv", "data/assertions.csv", "data/disputes.csv"}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_a_neighbour_of_a_fault_is_valid(name: str, wind: Path) -> None:
    for edit in NEIGHBOURS[name]:
        apply(wind, edit)
    assert [str(finding) for finding in engine.validate(wind).findings] == []


@pytest.mark.parametrize("english", ["", "overheated"])
def test_a_translation_of_english_is_empty_or_a_copy(english: str, wind: Path) -> None:
    edit = {
        "file": "data/remarks.csv",
        "replace": "overheated,,,,stated",
        "with": f"overheated,{english},,,stated",
    }
    apply(wind, edit)
    assert [str(finding) for finding in engine.validate(wind).findings] == []


def field(name: str, rule: str, **more: object) -> dict[str, object]:
    """Return a field of a Table Schema; `more` are properties of it, or of its evidence."""
    standard = {key: more.pop(key) for key in ("type", "constraints") if key in more}
    evidence = {"rule": rule, **more}
    return {"name": name, "type": "string", "description": name, **standard, "evidence": evidence}


def with_new_table(root: Path, amount: str) -> Path:
    """Add a table of losses to the main package's small base: a schema, a CSV, a resource."""
    rows = list(csv.DictReader((root / "data/market_figures.csv").open(encoding="utf-8")))
    row = next(row for row in rows if row["quantity"] == "近百亿美元")
    required = {"required": True}
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": "Losses", "description": "Losses.", "evidence": {"kind": "statement"},
        "fields": [
            field("key", "anchored_identifier", constraints=required),
            field("lost", "quantity", constraints=required),
            field("amount", "quantity", type="number", part="value", of="lost"),
            field("text_file", "anchor", role="document", constraints=required),
            field("at", "anchor", type="integer", role="line", constraints=required),
            field("wording", "excerpt", role="excerpt", constraints=required),
        ],
        "missingValues": [""], "primaryKey": ["key"],
    }  # fmt: skip
    place = [row["seed"], row["line"], row["excerpt"]]
    key = f"{row['seed'][:3]}-{int(row['line']):03d}-1"
    with (root / "data/losses.csv").open("w", encoding="utf-8", newline="") as file:
        names = [one["name"] for one in schema["fields"]]
        cells = [key, row["quantity"], amount, *place]
        csv.writer(file, lineterminator="\n").writerows([names, cells])
    mentions = root / "data/other_mentions.csv"
    header, *rest = mentions.read_text("utf-8").splitlines(keepends=True)
    rest.append(f"losses,{key},chenling\n")
    mentions.write_text("".join([header, *sorted(rest)]), "utf-8")
    (root / "schemas/losses.json").write_text(json.dumps(schema), "utf-8")
    descriptor = json.loads((root / "datapackage.json").read_bytes())
    descriptor["resources"].append(
        descriptor["resources"][0]
        | {"name": "losses", "path": "data/losses.csv", "schema": "schemas/losses.json"}
    )
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return root


def test_a_table_of_statements_is_added_by_a_schema_a_csv_and_a_resource(tmp_path: Path) -> None:
    root = with_new_table(assemble(tmp_path / "package"), "10000000000")
    assert [str(finding) for finding in engine.validate(root).findings] == []
    release = build(root, tmp_path / "out")
    assert (release / "losses.parquet").is_file()
    market = root / "data/market_figures.csv"
    lines = market.read_text("utf-8").splitlines(keepends=True)
    market.write_text("".join(line for line in lines if "近百亿美元" not in line), "utf-8")
    package, evidence = read_evidence(root)
    accounts = [one for found in coverage.audited(package, evidence).values() for one in found]
    row = package.tables["losses"].rows[0]
    covering = [one.by for one in accounts if one.candidate.text == "近百亿美元"]
    assert covering == [f"losses/{row.id}"]


def test_a_lie_in_an_added_table_is_found(tmp_path: Path) -> None:
    root = with_new_table(assemble(tmp_path / "package"), "20000000000")
    found = engine.validate(root).findings
    assert [(one.rule, one.file, one.line, one.column) for one in found] == [
        ("quantity", "data/losses.csv", 2, "amount")
    ]
