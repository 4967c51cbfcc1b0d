"""Every fault of the corpus yields just the findings expected, every neighbour none."""

from __future__ import annotations

import ast
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from chipcontrols.validation import engine, tables
from chipcontrols.validation.findings import as_json, as_text
from chipcontrols.validation.rules import RULES, Rule
from fault_corpus import CORPUS, NEIGHBOURS, REPOSITORY, as_expected, assemble, edited, snapshot

SECOND = json.loads((REPOSITORY / "tests/packages/offshore_wind/faults.json").read_bytes())
"""The faults of the second package, which has the kinds of tables that the base lacks."""
OF_REFERENCES = {
    name
    for name, rule in (RULES | tables.RULES).items()
    if rule.__module__.endswith((".references", ".record"))
}
"""The rules that test_references has the faults of."""
CHECKING = {name for name, rule in RULES.items() if rule.check is not Rule.check} - OF_REFERENCES


def names_of_rules() -> set[str]:
    """Return the names of all rules: of the registries, and of every Finding that code makes."""
    found = {*tables.RULES, *CHECKING} - OF_REFERENCES
    for path in (REPOSITORY / "scripts/chipcontrols").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                named = [keyword.value for keyword in node.keywords if keyword.arg == "rule"]
                for rule in [*node.args[3:4], *named]:
                    found |= {rule.value} if isinstance(rule, ast.Constant) else set()
    return found


def test_the_base_package_is_valid(tmp_path: Path) -> None:
    result = engine.validate(assemble(tmp_path / "package"))
    assert as_text(result).startswith("valid: ")
    assert result.findings == ()
    checked = {rule for rule, cells in result.checked.items() if cells}
    assert checked >= CHECKING - {fault["rule"] for fault in faults_of(SECOND)}


def faults_of(corpus: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the findings that the faults of a corpus yield."""
    return [expected for fault in corpus.values() for expected in fault["expected"]]


@pytest.mark.usefixtures("quicker")
@pytest.mark.parametrize("name", CORPUS)
def test_a_fault_yields_just_the_findings_expected(name: str, tmp_path: Path) -> None:
    fault = CORPUS[name]
    root = edited(tmp_path, fault["edits"])
    result = engine.validate(root)
    findings, expected = list(result.findings), fault["expected"]
    found = [as_expected(root, f, e) for f, e in zip(findings, expected, strict=False)]
    found += [{"unexpected": str(f)} for f in findings[len(expected) :]]
    assert found == expected
    assert findings
    assert not result.ok
    text, content = as_text(result), json.loads(as_json(result).encode())
    assert all(str(finding) in text for finding in findings)
    assert content["findings"] == [dataclasses.asdict(finding) for finding in findings]
    assert text.encode()


@pytest.mark.usefixtures("quicker")
@pytest.mark.parametrize("name", NEIGHBOURS)
def test_a_neighbour_of_a_fault_is_valid(name: str, tmp_path: Path) -> None:
    result = engine.validate(edited(tmp_path, NEIGHBOURS[name]["edits"]))
    assert [str(finding) for finding in result.findings] == []


def test_every_rule_has_a_fault_and_a_neighbour() -> None:
    faults = {one["rule"] for one in faults_of(CORPUS | SECOND)}
    with_neighbours = {name: fault for name, fault in CORPUS.items() if fault["neighbours"]}
    neighbours = {one["rule"] for one in faults_of(with_neighbours | SECOND)}
    assert names_of_rules() - faults == set()
    assert names_of_rules() - neighbours == set()
    assert faults - names_of_rules() == set()


@pytest.mark.parametrize("edits", [[], *(CORPUS[name]["edits"] for name in list(CORPUS)[::40])])
def test_validation_changes_nothing_in_the_folder(
    edits: list[dict[str, Any]], tmp_path: Path
) -> None:
    edited(tmp_path, edits)
    before = snapshot(tmp_path)
    engine.validate(tmp_path / "package")
    assert snapshot(tmp_path) == before
