"""Validation of a folder: its findings, its report, and that it leaves everything as it was."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chipcontrols import command
from chipcontrols.package import read_descriptor
from chipcontrols.release import build
from chipcontrols.validation import engine, findings, passages
from chipcontrols.validation.findings import Finding, Report
from fault_corpus import REPOSITORY, apply, assemble, line_of, snapshot

FIGURES, PLACES = "data/market_figures.csv", "data/places.csv"
VALUE = {"file": FIGURES, "replace": "高達95%,95,", "with": "高達95%,96,"}
UNIT = {"file": FIGURES, "replace": ",95,percent,", "with": ",95,fraction,"}
BOUND = {"file": FIGURES, "replace": ",as_high_as,", "with": ",exact,"}
COUNTRY = {"file": PLACES, "replace": ",US,", "with": ",Us,"}
CODES = {
    "file": "schemas/vocabulary.csv",
    "replace": "market_figures,bound,as_high_as",
    "with": "market_figures,bound,as_high_at",
}
DOCUMENT = "900_a1b2c3d4e5f60718.txt"


def reverse(edit: dict[str, str]) -> dict[str, str]:
    return {"file": edit["file"], "replace": edit["with"], "with": edit["replace"]}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return assemble(tmp_path / "package")


@pytest.mark.curated
def test_the_package_of_this_checkout_is_valid(package_root: Path) -> None:
    report = engine.validate(package_root)
    assert findings.as_text(report).startswith("valid: ")
    assert report.findings == ()
    expected = {"table", "reference", "excerpt", "quantity", "completeness", "translation"}
    assert set(report.checked) >= expected
    assert all(report.checked.values())


def test_a_changed_value_is_found_at_its_cell_and_a_neighbour_is_not(base: Path) -> None:
    apply(base, VALUE)
    (finding,) = engine.validate(base).findings
    assert finding == Finding(
        FIGURES,
        line_of(base / FIGURES, "900-006-1,"),
        "value",
        "quantity",
        f"96 but 高達95% in {DOCUMENT}:6 reads 95",
        "the words read 95 percent, as high as",
    )
    apply(base, reverse(VALUE))
    assert engine.validate(base).ok


def test_several_packages_give_their_own_results_in_turn(tmp_path: Path) -> None:
    folders = [assemble(tmp_path / name) for name in ("sound", "bound", "codes")]
    apply(folders[1], BOUND)
    apply(folders[2], CODES)
    alone = [engine.validate(folder) for folder in folders]
    assert [engine.validate(folder) for folder in folders[::-1]] == alone[::-1]
    assert alone[0].ok
    assert [(f.column, f.rule) for f in alone[1].findings] == [("bound", "quantity")]
    assert [(f.column, f.rule) for f in alone[2].findings] == [("bound", "structure")]


@pytest.mark.usefixtures("quick")
def test_what_a_document_says_is_read_again_each_time(base: Path) -> None:
    edit = {"file": f"seeds/{DOCUMENT}", "replace": "95%", "with": "85%"}
    assert engine.validate(base).ok
    apply(base, edit)
    changed = engine.validate(base).findings
    assert any(finding.message.startswith("changed_source: ") for finding in changed)
    apply(base, reverse(edit))
    assert engine.validate(base).ok


def test_documents_may_be_in_folders_where_a_second_of_a_name_is_a_stranger(base: Path) -> None:
    name = next((base / "seeds").iterdir()).name
    before = engine.validate(base)
    (base / "seeds/of/1999").mkdir(parents=True)
    (base / "seeds" / name).rename(base / "seeds/of/1999" / name)
    assert engine.validate(base) == before
    (base / "seeds/of/2000").mkdir()
    (base / "seeds/of/2000" / name).write_text("another one")
    (found,) = engine.validate(base).findings
    assert found.file == f"seeds/of/2000/{name}"
    assert found.message == "nothing in the package names this file"


def test_a_cell_that_an_earlier_layer_reported_is_not_reported_again() -> None:
    early = [Finding("a", 1, "x", "structure", "m")]
    late = [Finding("a", 1, "x", "table", "n"), Finding("a", 1, "y", "table", "o")]
    assert engine.new_only(late, early) == late[1:]


@pytest.mark.usefixtures("quick")
def test_findings_are_sorted_by_place(base: Path) -> None:
    for edit in (COUNTRY, UNIT, BOUND):
        apply(base, edit)
    found = engine.validate(base).findings
    assert list(found) == sorted(found)
    assert [finding.column for finding in found] == ["bound", "unit", "iso_3166"]


def test_a_vague_amount_translated_at_another_scale_is_found_at_its_row(package_copy: Path) -> None:
    old, new = "billions of dollars in inventory", "millions of dollars in inventory"
    apply(package_copy, {"file": "data/quotes.csv", "replace": old, "with": new})
    (finding,) = engine.validate(package_copy).findings
    assert (finding.rule, finding.column) == ("translation", "translation")
    assert "數十億美元" in finding.message


# --- the command ---


Called = Callable[..., tuple[int, str]]


@pytest.fixture
def called(capsys: pytest.CaptureFixture[str]) -> Called:
    """A function that validates a folder by the command and returns its exit code and output."""

    def call(*arguments: object) -> tuple[int, str]:
        code = command.main(["validate", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert err == ""
        return code, out

    return call


@pytest.mark.usefixtures("quick")
def test_findings_give_exit_code_1_and_one_line_each_with_its_hint(
    base: Path, called: Called
) -> None:
    apply(base, UNIT)
    code, out = called(base)
    line = line_of(base / FIGURES, "900-006-1,")
    assert code == 1
    assert out.splitlines() == [
        f"{FIGURES}:{line}:unit fraction but 高達95% in {DOCUMENT}:6 reads percent [quantity]",
        "    the words read 95 percent, as high as",
        "not valid: 1 finding",
    ]


@pytest.mark.usefixtures("quick")
def test_json_says_the_same_as_text_and_nothing_is_written(base: Path, called: Called) -> None:
    apply(base, UNIT)
    apply(base, COUNTRY)
    before = snapshot(base)
    code, out = called(base, "--format", "json")
    content = json.loads(out)
    assert code == 1
    assert set(content) == {"ok", "findings", "checked"}
    assert content["ok"] is False
    found = [Finding(**finding) for finding in content["findings"]]
    assert len(found) == 2
    code, text = called(base)
    assert code == 1
    assert all(f"{finding} [{finding.rule}]\n    {finding.hint}\n" in text for finding in found)
    assert snapshot(base) == before


@pytest.mark.parametrize("make", ["nothing", "empty", "file", "broken", "list"])
def test_no_package_gives_exit_code_2_and_says_what_to_do(
    make: str, tmp_path: Path, called: Called
) -> None:
    root = tmp_path / "package"
    if make == "file":
        root.write_text("x")
    elif make != "nothing":
        root.mkdir()
    if make in ("broken", "list"):
        (root / "datapackage.json").write_text({"broken": '{"name": ', "list": "[]"}[make])
    code, out = called(root)
    finding, hint, last = out.splitlines()
    assert code == 2
    assert re.fullmatch(r"datapackage\.json(:\d+)?: .* \[descriptor\]", finding)
    assert re.fullmatch(r"    (name the folder that holds datapackage|correct the file).*", hint)
    assert last == "could not run: 1 finding"


# --- the report ---


def test_a_finding_is_shown_as_file_line_column_message() -> None:
    finding = Finding("data/x.csv", 14, "value", "quantity", "1 but 2", "write 2")
    assert str(finding) == "data/x.csv:14:value 1 but 2"


def test_a_finding_on_a_whole_line_or_file_leaves_out_what_it_has_not() -> None:
    assert str(Finding("a.csv", 3, "", "form", "m")) == "a.csv:3: m"
    assert str(Finding("a.csv", 0, "", "form", "m")) == "a.csv: m"


def test_the_closing_line_counts() -> None:
    finding = Finding("a.csv", 3, "", "form", "m")
    assert Report((finding,)).summary == "not valid: 1 finding"
    assert Report((finding, finding)).summary == "not valid: 2 findings"
    assert Report((finding,), unreadable=True).summary == "could not run: 1 finding"
    assert Report((), {"a": 2, "b": 3}).summary == "valid: 5 checks by 2 rules, no findings"


FINDINGS = st.builds(Finding, st.text(), st.integers(0), st.text(), st.text(), st.text(), st.text())


@given(st.lists(FINDINGS, max_size=4), st.booleans())
def test_any_report_survives_json(found: list[Finding], unreadable: bool) -> None:
    original = Report(tuple(found), {"rule": 1}, unreadable)
    content = json.loads(findings.as_json(original))
    assert [Finding(**finding) for finding in content["findings"]] == found
    assert content["ok"] == (not found)
    assert content["checked"] == {"rule": 1}


# --- progress ---


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("edits", [[], [UNIT]], ids=["valid", "with a finding"])
def test_progress_is_told_step_by_step_and_ends_at_the_total(
    edits: list[dict[str, str]], base: Path
) -> None:
    for edit in edits:
        apply(base, edit)
    told: list[tuple[int, int, str]] = []
    engine.validate(base, lambda *step: told.append(step))
    assert told[0][0] == 0
    assert [step[0] for step in told] == list(range(len(told)))
    # How many tables and documents there are is known when the files have been read.
    assert len({step[1] for step in told[1:]}) == 1
    assert told[-1] == (told[-1][1], told[-1][1], "done")
    assert {"files", "table quotes", "references", "documents"} <= {step[2] for step in told}


# --- evidence of a package that is not in order ---


def test_the_evidence_of_a_changed_document_does_not_hold(base: Path) -> None:
    apply(base, {"file": f"seeds/{DOCUMENT}", "append": " "})
    message = "market_figures/900-006-1 does not hold: changed_source"
    with pytest.raises(ValueError, match=message):
        passages.evidence("market_figures", "900-006-1", base)


def test_the_evidence_of_a_wrong_line_does_not_hold(base: Path) -> None:
    edit = {"file": FIGURES, "replace": ",6,曜石的", "with": ",5,曜石的"}
    apply(base, edit)
    with pytest.raises(ValueError, match="does not hold: moved"):
        passages.evidence("market_figures", "900-006-1", base)


# --- bad input of any kind ---


def test_a_package_that_is_valid_can_be_released(base: Path, tmp_path: Path) -> None:
    assert engine.validate(base).ok
    assert build.build(base, tmp_path / "out").is_dir()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text("a/.\0é", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)
DESCRIPTOR = read_descriptor(REPOSITORY)


def places_in(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places_in(value, (*path, key))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package without documents: its validation ends when the files have been read."""
    root = assemble(tmp_path_factory.mktemp("scratch") / "package")
    shutil.rmtree(root / "seeds")
    return root


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(list(places_in({**DESCRIPTOR, "resources": DESCRIPTOR["resources"][:1]}))), JSON
)
def test_any_value_anywhere_in_the_descriptor_gives_findings_and_no_error(
    scratch: Path, path: tuple[Any, ...], value: Any
) -> None:
    content: Any = copy.deepcopy(DESCRIPTOR)
    place = content
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    text = json.dumps(content, ensure_ascii=False)
    (scratch / "datapackage.json").write_text(text, encoding="utf-8")
    report = engine.validate(scratch)
    assert report.findings
    assert findings.as_text(report)
    json.loads(findings.as_json(report))


@pytest.mark.parametrize(
    ("file", "old", "new", "hint"),
    [
        ("data/events.csv", ",2031-01,", ",Jan-31,", "write it as in 2025-05-13. "),
        (PLACES, "\n", "\n\n", "a line is not empty and has a cell for each column; "),
        (PLACES, ",US,", ',"US"A,', "a line is not empty and has a cell for each column; "),
    ],
)
def test_what_to_do_about_a_cell_and_a_line_is_said_to_who_edits_them(base, file, old, new, hint):
    text = (base / file).read_text("utf-8")
    (base / file).write_text(text.replace(old, new, 1), "utf-8")
    assert engine.validate(base).findings[0].hint.startswith(hint)
