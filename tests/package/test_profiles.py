"""Descriptor and schemas are read strictly: each fault is named, and none ends in an error."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chipcontrols.package import Package, cells, default_root, frames, profiles, versions
from chipcontrols.package.schema import Field, read_schema
from chipcontrols.validation.rules import RULES
from chipcontrols.validation.rules.base import option_faults

ROOT = default_root()
PACKAGE = Package.open(ROOT)
DESCRIPTOR: dict[str, Any] = json.loads((ROOT / "datapackage.json").read_bytes())
SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas/market_figures.json").read_bytes())
DELETED = object()


def changed(path: str, value: Any, original: dict[str, Any] = SCHEMA) -> dict[str, Any]:
    """Return a file's content with one place changed; `path` is like ``fields.0.type``."""
    content: Any = copy.deepcopy(original)
    *parents, last = (int(step) if step.isdecimal() else step for step in path.split("."))
    place = content
    for step in parents:
        place = place[step]
    if value is DELETED:
        del place[last]
    else:
        place[last] = value
    return content


# --- schemas ---


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("primaryKeys", ["figure_id"], "('primaryKeys' was unexpected)"),
        ("uniqueKeys", [["figure_id"]], "('uniqueKeys' was unexpected)"),
        ("title", DELETED, "'title' is a required property"),
        ("title", 7, "title: 7 is not of type 'string'"),
        ("description", ["x"], "description: ['x'] is not of type 'string'"),
        ("fields", [], "fields: [] should be non-empty"),
        ("fields", {"name": "x"}, "fields: {'name': 'x'} is not of type 'array'"),
        ("fields.1", "metric", "fields 1: 'metric' is not of type 'object'"),
        ("fields.0.descripton", "x", "fields 'figure_id': Additional properties are not allowed"),
        ("fields.0.categories", ["a"], "fields 'figure_id': Additional properties are not allowed"),
        ("fields.0.description", DELETED, "fields 'figure_id': 'description' is a required"),
        ("fields.0.description", 7, "fields 'figure_id' description: 7 is not of type 'string'"),
        ("fields.0.unit", 7, "fields 'figure_id' unit: 7 is not of type 'string'"),
        ("fields.0.type", "date", "type: 'date' is not one of ['string', 'integer', 'number'"),
        ("fields.0.type", "list", "fields 'figure_id' type: 'list' is not one of ['string'"),
        ("fields.0.constraints", [], "fields 'figure_id' constraints: [] is not of type 'object'"),
        ("fields.0.constraints.enum", ["a"], "('enum' was unexpected)"),
        ("fields.0.constraints.required", "yes", "required: 'yes' is not of type 'boolean'"),
        ("fields.0.constraints.minimum", "1", "minimum: '1' is not of type 'number'"),
        ("fields.0.constraints.minimum", 1, "'minimum' is not for strings"),
        ("fields.0.constraints.pattern", 7, "pattern: 7 is not of type 'string'"),
        ("fields.0.constraints.pattern", "[", "pattern: not a pattern of RE2: "),
        ("fields.0.constraints.pattern", "(?=a)a", "invalid perl operator: (?="),
        ("fields.0.constraints.pattern", "(?<!a)b", "pattern: not a pattern of RE2: "),
        ("fields.0.constraints.pattern", r"(a)\1", r"invalid escape sequence: \1"),
        ("fields.0.constraints.pattern", r"\pN", "pattern: not a regular expression: "),
        ("fields.1.name", "figure_id", "two fields have the name 'figure_id'"),
        ("fields.1.name", 7, "fields 1 name: 7 is not of type 'string'"),
        ("fields.1.codeList", 1, "codeList: 1 is not of type 'boolean', 'string'"),
        ("fields.2.references", "companies", "references: 'companies' is not of type 'array'"),
        ("fields.0.separator", "|", "fields 'figure_id': 'separator' is for strings that are in"),
        ("fields.4.separator", "|", "'separator' is for strings that are in no key"),
        ("missingValues", ["", "NA"], "missingValues: [''] was expected"),
        ("primaryKey", ["figure"], "the primary key 'figure' is not a field"),
        ("primaryKey", "figure_id", "primaryKey: 'figure_id' is not of type 'array'"),
        ("primaryKey", [], "primaryKey: [] should be non-empty"),
        ("foreignKeys", {}, "foreignKeys: {} is not of type 'array'"),
        ("foreignKeys.0.onDelete", "x", "('onDelete' was unexpected)"),
        ("foreignKeys.0.reference.table", "x", "('table' was unexpected)"),
        ("foreignKeys.0.reference", DELETED, "foreignKeys 0: 'reference' is a required property"),
        ("evidence", [], "evidence: [] is not of type 'object'"),
        ("evidence.knd", "x", "('knd' was unexpected)"),
        ("evidence.kind", DELETED, "evidence: 'kind' is a required property"),
        ("evidence.kind", "statment", "kind: 'statment' is not one of 'document', 'entity', 'stat"),
        ("evidence.kind", "term", "a table of the kind 'term' needs a field with the role 'form'"),
        ("fields.0.evidence", DELETED, "fields 'figure_id': 'evidence' is a required property"),
        ("fields.0.evidence.rule", DELETED, "evidence: 'rule' is a required property"),
        ("fields.0.evidence.rule", ["words"], "rule: ['words'] is not of type 'string'"),
        ("fields.0.evidence.role", "line", "two fields have the role 'line'"),
        ("fields.0.evidence.role", "A role", "role: 'A role' does not match"),
        ("fields.0.evidence.role", "line\n", "role: 'line\\n' does not match"),
    ],
)
def test_each_fault_of_a_schema_is_named(path: str, value: Any, message: str) -> None:
    faults = list(profiles.schema_faults(changed(path, value)))
    assert [fault for fault in faults if message in fault], faults


@pytest.mark.parametrize(
    ("kind", "role"), [(k, role) for k, roles in profiles.NEEDED_ROLES.items() for role in roles]
)
def test_a_table_needs_every_role_of_its_kind(kind: str, role: str) -> None:
    """A role that is missing, of a table of each kind that the package has."""
    name = PACKAGE.of_kind(kind)[0].name
    content = json.loads((ROOT / PACKAGE.tables[name].schema_path).read_bytes())
    without = copy.deepcopy(content)
    (field,) = [one for one in without["fields"] if one["evidence"].get("role") == role]
    del field["evidence"]["role"]
    assert list(profiles.schema_faults(content)) == []
    assert list(profiles.schema_faults(without)) == [
        f"evidence: a table of the kind {kind!r} needs a field with the role {role!r}"
    ]


def faults_of_options(evidence: dict[str, Any]) -> list[str]:
    """Return what is wrong with the options of the first field."""
    schema = read_schema(changed("fields.0.evidence", evidence))
    return list(option_faults(schema))


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ({"rule": "faith"}, "'faith' is not a rule; anchor, "),
        ({"rule": "agreement"}, "'agreement' is not a rule; anchor, "),
        ({"rule": "date", "words": "as_of_txt"}, "words: 'as_of_txt' is not one of ['figure_id', "),
        ({"rule": "date", "words": 7}, "words: 7 is not one of ['figure_id', "),
        ({"rule": "date", "wrds": "as_of_text"}, "not allowed ('wrds' was unexpected)"),
        ({"rule": "quotation"}, "'kind' is a required property"),
        ({"rule": "identifier", "by": "line"}, "not allowed ('by' was unexpected)"),
    ],
)
def test_each_fault_of_the_options_of_a_rule_is_named(
    evidence: dict[str, Any], message: str
) -> None:
    faults = faults_of_options(evidence)
    assert [fault for fault in faults if message in fault], faults
    assert all(fault.startswith("fields 'figure_id' evidence") for fault in faults)


def test_the_options_of_the_real_schemas_have_no_fault() -> None:
    schemas = [table.schema for table in PACKAGE.tables.values()]
    assert [fault for schema in schemas for fault in option_faults(schema)] == []


@pytest.mark.parametrize("name", PACKAGE.tables)
def test_the_real_schemas_have_no_fault(name: str) -> None:
    content = (ROOT / PACKAGE.tables[name].schema_path).read_bytes()
    assert list(profiles.schema_faults(json.loads(content))) == []


# --- descriptor ---


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("titel", "x", "('titel' was unexpected)"),
        ("licenses", DELETED, "'licenses' is a required property"),
        ("licenses", [{"title": "no name"}], "licenses 0: 'name' is a required property"),
        ("licenses", [{"name": 7}], "name: 7 is not of type 'string'"),
        ("contributors", [{"roles": ["creator"]}], "contributors 0: 'title' is a required"),
        ("contributors", [{"title": 7}], "contributors 0 title: 7 is not of type 'string'"),
        ("sources", [{"path": "no title"}], "sources 0: 'title' is a required property"),
        ("created", "soon", "created: 'soon' does not match"),
        ("created", "2026-01-01T00:00:00Z\n", "created: '2026-01-01T00:00:00Z\\n' does not match"),
        ("name", "a name", "name: 'a name' does not match"),
        ("name", "../a", "name: '../a' does not match"),
        ("version", "1.0", "version: '1.0' does not match"),
        ("resources", [], "resources: [] should be non-empty"),
        ("resources.0", "sources", "resources 0: 'sources' is not of type 'object'"),
        ("resources.0.pathh", "x", "resources 'sources': Additional properties are not allowed"),
        ("resources.0.encoding", "utf-16", "encoding: 'utf-8' was expected"),
        ("resources.0.name", "companies", "two resources have the name 'companies'"),
    ],
)
def test_each_fault_of_the_descriptor_is_named(path: str, value: Any, message: str) -> None:
    findings = profiles.descriptor_findings(ROOT, changed(path, value, DESCRIPTOR))
    assert [one for one in findings if message in one.message], findings
    assert {(one.file, one.rule, one.hint) for one in findings} == {
        ("datapackage.json", "descriptor", "correct the descriptor")
    }


def test_the_real_descriptor_has_no_fault() -> None:
    assert profiles.descriptor_findings(ROOT, DESCRIPTOR) == []


NUMBER = st.integers(0, 1_200_000).map(str) | st.sampled_from(
    ["01", "00", "1٣", "²", "-1", "", "1\n"]
)
NEARLY = st.lists(NUMBER, min_size=2, max_size=4).map(".".join)


@settings(max_examples=200)
@given(NEARLY | st.text("0123456789.v+ \n", max_size=22) | st.text(max_size=8))
def test_the_profile_and_the_library_have_one_grammar_of_versions(text: str) -> None:
    faults = list(profiles.faults("datapackage", {**DESCRIPTOR, "version": text}))
    assert versions.is_version(text) == (faults == [])


@pytest.mark.parametrize(
    ("text", "good"),
    [("1.0.0", True), ("0.0.0", True), ("999999.999999.999999", True), ("1000000.0.0", False),
     ("1.0.0\n", False), ("1.0", False), ("01.0.0", False), ("1٣.0.0", False), ("v1.0.0", False),
     ("1.0.0rc1", False)],
)  # fmt: skip
def test_the_grammar_of_versions_is_three_plain_numbers(text: str, good: bool) -> None:
    assert versions.is_version(text) is good
    assert (list(profiles.faults("datapackage", {**DESCRIPTOR, "version": text})) == []) is good


# --- any content ---


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab[", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)


def places_in(content: Any, path: str = "") -> Iterator[str]:
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        yield f"{path}{key}"
        if isinstance(value, dict | list):
            yield from places_in(value, f"{path}{key}.")


@settings(deadline=None)
@given(st.sampled_from(list(places_in(SCHEMA))), JSON)
def test_any_value_anywhere_in_a_schema_gives_faults_and_no_error(path: str, value: Any) -> None:
    assert all(isinstance(fault, str) for fault in profiles.schema_faults(changed(path, value)))


@settings(deadline=None)
@given(
    st.sampled_from(list(places_in({**DESCRIPTOR, "resources": DESCRIPTOR["resources"][:1]}))), JSON
)
def test_any_value_anywhere_in_the_descriptor_gives_findings_and_no_error(
    path: str, value: Any
) -> None:
    for finding in profiles.descriptor_findings(ROOT, changed(path, value, DESCRIPTOR)):
        assert finding.message
        assert 1 <= finding.line <= 400


# --- what the real schemas say of their columns ---

FIELDS = [
    pytest.param(name, field, id=f"{name}.{field.name}")
    for name, table in PACKAGE.tables.items()
    for field in table.schema.fields
]


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_every_column_has_a_description_a_rule_and_an_example_that_keeps_its_constraints(
    name: str, field: Field
) -> None:
    assert re.fullmatch(r"[A-Z].{5,}[.;)]", field.description, re.DOTALL)
    assert field.rule in RULES
    example = str(field.example).lower() if isinstance(field.example, bool) else str(field.example)
    value = cells.converted(field.type, example)
    assert re.fullmatch(field.constraints.get("pattern", ".*"), example)
    assert value >= field.constraints.get("minimum", value)
    if field.coded:
        assert example in frames.codes_of(PACKAGE.codes, name, field)


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_every_column_of_numbers_has_a_unit_and_no_other_has(name: str, field: Field) -> None:
    assert bool(field.unit) == (field.type in ("integer", "number")), name


@pytest.mark.parametrize("resource", DESCRIPTOR["resources"], ids=lambda one: one["name"])
def test_the_title_and_description_of_a_schema_are_those_of_its_resource(
    resource: dict[str, str],
) -> None:
    schema = PACKAGE.tables[resource["name"]].schema
    assert (schema.title, schema.description) == (resource["title"], resource["description"])


def test_every_rule_is_explained_to_contributors(package_root: Path) -> None:
    guide = (package_root / "CONTRIBUTING.md").read_text("utf-8")
    table = guide.partition("## How a cell is proven")[2].partition("##")[0]
    assert set(RULES) - set(re.findall(r"`(\w+)`", table)) == set()


def test_every_statement_has_a_sentence_a_force_and_somebody_who_says_it() -> None:
    tables = PACKAGE.of_kind("statement")
    needed = {"sentence", "modality", "speaker"}
    assert [table.name for table in tables if not needed <= table.schema.roles.keys()] == []
    assert len(tables) >= 5
