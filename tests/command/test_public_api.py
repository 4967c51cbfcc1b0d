"""What ``import chipcontrols`` gives, and what it leaves alone."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import typing

import pandas
import pandera.errors
import pytest

import chipcontrols
from chipcontrols import distribution, package

NAMES = [r["name"] for r in package.read_descriptor(package.CHECKOUT)["resources"]]
API = [
    "Finding", "Report", "StoreError", "__version__", "claims", "evidence", "fetch", "load",
    "load_all", "schema", "statements", "tables", "timeline", "validate", "verify",
    "versions",
]  # fmt: skip
FIGURE = ("market_figures", "001-022-1")
MODULES = [
    "chipcontrols",
    *(m.name for m in pkgutil.walk_packages(chipcontrols.__path__, "chipcontrols.")),
]

LOADED = """
import json, sys
import chipcontrols
frame = chipcontrols.load("quotes")
print(json.dumps([len(frame), sorted(name.partition(".")[0] for name in sys.modules)]))
"""


def test_load_imports_neither_frictionless_nor_pandera(run, tmp_path):
    done = run("-c", LOADED, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    rows, modules = json.loads(done.out)
    assert rows == len(chipcontrols.load("quotes"))
    assert "pandas" in modules
    unwanted = {
        "frictionless",
        "pandera",
        "rich",
        "jsonschema",
        "hypothesis",
        "pycountry",
        "pytest",
    }
    assert set(modules) & unwanted == set()


def test_load_imports_no_module_of_the_maintainers(run):
    names = "import chipcontrols, sys; chipcontrols.load('quotes'); print(*sys.modules, sep='\\n')"
    mine = {name for name in run("-c", names).out.split() if name.startswith("chipcontrols.")}
    assert "chipcontrols.package" in mine
    unwanted = ("validation", "release", "distribution", "curation", "command")
    assert [name for name in mine if name.split(".")[1] in unwanted] == []


def test_importing_the_library_imports_none_of_its_modules(run):
    code = "import sys, chipcontrols; print([n for n in sys.modules if n.startswith('chipcontr')])"
    assert run("-c", code).out == "['chipcontrols']\n"


def test_validation_is_imported_at_its_first_use(run):
    code = (
        "import chipcontrols, sys; before = 'chipcontrols.validation.engine' in sys.modules; "
        "chipcontrols.validate; print(before, 'chipcontrols.validation.engine' in sys.modules)"
    )
    assert run("-c", code).out == "False True\n"


def test_the_library_lists_its_interface_and_nothing_else():
    assert chipcontrols.__all__ == API
    assert dir(chipcontrols) == API
    importlib.import_module("chipcontrols.command")  # submodules come into its namespace
    assert dir(chipcontrols) == API


def test_every_name_can_be_imported_at_once(run):
    done = run("-c", "before = {*dir()}; from chipcontrols import *; print(*{*dir()} - before)")
    assert set(done.out.split()) == {*API, "before"}


def test_the_version_is_that_of_the_descriptor(descriptor):
    assert chipcontrols.__version__ == descriptor["version"]


@pytest.mark.parametrize("name", [name for name in API if name != "__version__"])
def test_everything_public_is_there_and_documented(name):
    value = getattr(chipcontrols, name)
    assert callable(value)
    assert len(inspect.getdoc(value) or "") > 20
    assert value.__module__.startswith("chipcontrols.")


def test_the_readme_uses_public_names_only(package_root):
    readme = (package_root / "README.md").read_text("utf-8")
    used = set(re.findall(r"chipcontrols\.(\w+)", readme))
    assert used
    assert used <= {*API, "package", "validation"}


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'chipcontrols' has no attribute 'lode'"):
        _ = chipcontrols.lode


@pytest.mark.parametrize("name", MODULES)
def test_every_module_and_public_function_has_a_docstring_and_types(name):
    module = importlib.import_module(name)
    assert len(module.__doc__ or "") > 40
    for member, value in vars(module).items():
        if getattr(value, "__module__", "") != name or member.startswith("_"):
            continue
        if inspect.isfunction(value) or inspect.isclass(value):
            assert value.__doc__, f"{name}.{member}"
        if inspect.isfunction(value):
            assert "return" in value.__annotations__, f"{name}.{member}"
            assert set(inspect.signature(value).parameters) <= set(value.__annotations__)


def test_the_annotations_of_the_public_functions_resolve():
    names = {"pandas": pandas, "Place": distribution.Place}
    for name in ("load", "load_all", "tables", "schema"):
        assert typing.get_type_hints(getattr(chipcontrols, name), localns=names)


# --- evidence ---


def test_evidence_gives_the_passage_of_a_row():
    (passage,) = chipcontrols.evidence("market_figures", "001-022-1")
    assert passage.document == "001_9a4ec6c7d1d94c65.txt"
    assert (passage.line, passage.column) == (22, "")
    assert passage.context[passage.start : passage.end] == passage.excerpt == passage.reading
    assert "高达1500亿美元" in passage.excerpt


def test_evidence_gives_the_reading_of_a_glossed_passage(package_root):
    quotes = chipcontrols.load("quotes")
    glossed = quotes[quotes["excerpt"].str.contains("[āáǎàēéěèīíǐìōóǒòūúǔù]")]
    passage = chipcontrols.evidence("quotes", glossed["quote_id"].iloc[0])[0]
    path = package_root / "seeds" / passage.document
    line = path.read_text("utf-8").split("\n")[passage.line - 1]
    assert line[passage.start : passage.end] == passage.excerpt
    assert len(passage.reading) < len(passage.excerpt)


def test_evidence_of_a_row_comes_first_and_that_of_its_cells_after():
    citations = chipcontrols.load("citations")
    statements = citations[citations["table"].isin(["quotes", "events", "market_figures"])]
    table, row_id = statements.iloc[0][["table", "row_id"]]
    passages = chipcontrols.evidence(table, row_id)
    columns = [passage.column for passage in passages]
    mine = statements[(statements["table"] == table) & (statements["row_id"] == row_id)]
    assert columns[0] == ""
    assert sorted(columns[1:]) == sorted(mine["column"])
    assert {p.excerpt for p in passages[1:]} == set(mine["excerpt"])


def test_evidence_of_a_row_that_is_no_statement_is_empty():
    assert chipcontrols.evidence("vocabulary", "companies kind media") == ()


@pytest.mark.parametrize("as_text", [True, False])
def test_evidence_of_another_package_is_read_there(package_copy, as_text):
    seed = "001_9a4ec6c7d1d94c65.txt"
    found = chipcontrols.evidence(
        "market_figures", "001-022-1", str(package_copy) if as_text else package_copy
    )
    assert found == chipcontrols.evidence("market_figures", "001-022-1")
    (package_copy / "seeds" / seed).unlink()
    with pytest.raises(ValueError, match=f"seeds/{seed} cannot be read"):
        chipcontrols.evidence("market_figures", "001-022-1", package_copy)


def test_evidence_of_what_does_not_exist_is_a_clear_key_error():
    with pytest.raises(KeyError) as failure:
        chipcontrols.evidence("figures", "001-022-1")
    assert failure.value.args[0].startswith("no table 'figures'; the tables are sources, ")
    with pytest.raises(KeyError) as failure:
        chipcontrols.evidence("market_figures", "001-022-99")
    assert failure.value.args[0] == "no row '001-022-99' in market_figures"


# --- in a notebook ---


def test_passages_are_shown_on_their_lines_in_a_notebook():
    passages = chipcontrols.evidence(*FIGURE)
    shown = passages._repr_html_()
    assert f"<mark>{passages[0].excerpt}</mark>。" in shown
    assert f"<code>{passages[0].place}</code>" in shown
    frame = passages.to_frame()
    assert frame.columns.tolist() == [
        "column", "document", "line", "start", "end", "excerpt", "reading", "context",
    ]  # fmt: skip
    assert frame["excerpt"].tolist() == [passage.excerpt for passage in passages]


def test_a_report_and_its_findings_are_shown_in_a_notebook():
    report = chipcontrols.Report((chipcontrols.Finding("a<b", 3, "c", "r", "x & y", "do"),))
    shown = report._repr_html_()
    assert shown == "<p>not valid: 1 finding</p>" + report.findings[0]._repr_html_()
    assert report.findings[0]._repr_html_() == (
        "<p><code>a&lt;b:3 c</code> x &amp; y<br><small>do</small></p>"
    )
    frame = report.to_frame()
    assert frame.columns.tolist() == ["file", "line", "column", "rule", "message", "hint"]
    assert frame.loc[0, "message"] == "x & y"
    valid = chipcontrols.Report((), {"rule": 2})
    assert valid._repr_html_() == "<p>valid: 2 checks by 1 rules, no findings</p>"
    assert valid.to_frame().empty


def test_the_entities_of_all_tables_are_one_table():
    entities = chipcontrols.load("entities")
    assert {"entity_id", "table", "name", "kind"} < set(entities.columns)
    companies = entities[entities["table"] == "companies"]
    assert sorted(companies["entity_id"]) == sorted(chipcontrols.load("companies")["company_id"])
    assert entities.attrs["table"] == "entities"


# --- schema ---


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_of_a_table_accepts_its_frame_and_refuses_another(name):
    schema = chipcontrols.schema(name)
    frame = chipcontrols.load(name)
    assert schema.validate(frame, lazy=True).equals(frame)
    assert schema.name == name
    first = frame.columns[0]
    with pytest.raises(pandera.errors.SchemaErrors):
        schema.validate(frame.assign(**{first: frame[first].where(frame.index > 0)}), lazy=True)
    with pytest.raises(pandera.errors.SchemaErrors):
        schema.validate(frame.drop(columns=first), lazy=True)


def test_the_schema_of_an_unknown_table_is_a_clear_key_error():
    with pytest.raises(KeyError, match="no table 'quote'; the tables are sources"):
        chipcontrols.schema("quote")
