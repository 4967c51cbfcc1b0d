"""Validation of a folder: its findings, its command, and that it leaves everything as it was."""

from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chipcontrols.package import tables as package
from chipcontrols.release import build as release
from chipcontrols.validation import findings as report
from chipcontrols.validation import layers as validation
from chipcontrols.validation import passages

FIGURE = "001-022-1"


def set_cell(root: Path, table: str, row_id: str, column: str, text: str) -> int:
    """Change one cell of a package and return the line of the file on which its row begins."""
    content = package.load_table(root, table)
    header = [field["name"] for field in content.schema["fields"]]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    found = 0
    for line, cells in content.records():
        if content.row_id(cells) == row_id:
            found, cells[column] = line, text
        writer.writerow(cells.values())
    assert found, f"no row {row_id} in {table}"
    (root / content.path).write_text(out.getvalue(), encoding="utf-8", newline="")
    return found


def snapshot(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.mark.curated
def test_the_package_of_this_checkout_is_valid(package_root):
    result = validation.validate(package_root)
    assert report.as_text(result).startswith("valid: ")
    assert result.ok
    assert result.findings == ()
    assert set(result.checked) >= {
        "table",
        "reference",
        "excerpt",
        "quantity",
        "coverage",
        "translation",
    }
    assert all(result.checked.values())


@pytest.mark.curated
def test_the_command_says_valid_and_exits_with_0(run):
    done = run("validate.py")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"valid: \d+ checks by \d+ rules, no findings\n", done.out)


def test_a_changed_value_is_found_at_its_cell_and_a_neighbour_is_not(package_copy):
    line = set_cell(package_copy, "market_figures", FIGURE, "value", "15000000000")
    (finding,) = validation.validate(package_copy).findings
    assert (finding.file, finding.line, finding.column) == (
        "data/market_figures.csv",
        line,
        "value",
    )
    assert finding.rule == "quantity"
    assert finding.message == (
        "15000000000 but 高达1500亿美元 in 001_9a4ec6c7d1d94c65.txt:22 reads 150000000000"
    )
    assert finding.hint == "the words read 1500 × 10^8 USD, up to"
    set_cell(package_copy, "market_figures", FIGURE, "value", "150000000000")
    assert validation.validate(package_copy).ok


def test_two_packages_give_their_own_results_in_turn(package_at, tmp_path, package_root):
    one, two = package_at(tmp_path / "one"), package_at(tmp_path / "two")
    set_cell(one, "market_figures", FIGURE, "bound", "exact")
    vocabulary = two / "schemas" / "vocabulary.csv"
    text = vocabulary.read_text("utf-8")
    assert "market_figures,bound,up_to" in text
    vocabulary.write_text(text.replace("market_figures,bound,up_to", "market_figures,bound,up_too"))
    folders = (package_root, one, two)
    alone = [validation.validate(folder) for folder in folders]
    assert [validation.validate(folder) for folder in folders[::-1]] == alone[::-1]
    assert alone[0].ok
    assert [(f.column, f.rule) for f in alone[1].findings] == [("bound", "quantity")]
    assert {(f.column, f.rule) for f in alone[2].findings} == {("bound", "structure")}


def test_what_a_document_says_is_read_again_each_time(package_copy):
    assert validation.validate(package_copy).ok
    seed = package_copy / "seeds" / "001_9a4ec6c7d1d94c65.txt"
    content = seed.read_bytes()
    seed.write_bytes(content.replace("1500亿".encode(), "1600亿".encode()))
    changed = validation.validate(package_copy)
    assert not changed.ok
    assert any(f.message.startswith("changed_source: ") for f in changed.findings)
    seed.write_bytes(content)
    assert validation.validate(package_copy).ok


def test_validation_writes_nothing(package_copy, run):
    before = snapshot(package_copy)
    set_cell(package_copy, "market_figures", FIGURE, "unit", "percent")
    changed = snapshot(package_copy)
    assert before != changed
    assert run("validate.py", package_copy, cwd=package_copy).code == 1
    assert run("validate.py", package_copy, "--format", "json", cwd=package_copy).code == 1
    validation.validate(package_copy)
    assert snapshot(package_copy) == changed


def test_findings_give_exit_code_1_and_one_line_each_with_its_hint(package_copy, run):
    line = set_cell(package_copy, "market_figures", FIGURE, "unit", "percent")
    done = run("validate.py", package_copy)
    assert (done.code, done.err) == (1, "")
    first, hint, last = done.out.splitlines()
    assert first == (
        f"data/market_figures.csv:{line}:unit "
        "percent but 高达1500亿美元 in 001_9a4ec6c7d1d94c65.txt:22 reads USD [quantity]"
    )
    assert hint == "    the words read 1500 × 10^8 USD, up to"
    assert last == "not valid: 1 finding"


def test_json_says_the_same_as_text(package_copy, run):
    set_cell(package_copy, "market_figures", FIGURE, "unit", "percent")
    set_cell(package_copy, "places", "china", "iso_3166", "Cn")
    done = run("validate.py", package_copy, "--format", "json")
    assert (done.code, done.err) == (1, "")
    content = json.loads(done.out)
    assert set(content) == {"ok", "findings", "checked"}
    assert content["ok"] is False
    for finding in content["findings"]:
        assert set(finding) == {"file", "line", "column", "rule", "message", "hint"}
    text = run("validate.py", package_copy).out
    rendered = [report.one_line(report.Finding(**finding)) for finding in content["findings"]]
    assert len(rendered) == 2
    assert all(f"{line} [" in text for line in rendered)


@pytest.mark.parametrize("make", ["nothing", "empty", "file", "broken", "list"])
def test_no_package_gives_exit_code_2_and_says_what_to_do(make, tmp_path, run):
    root = tmp_path / "package"
    if make == "file":
        root.write_text("x")
    elif make != "nothing":
        root.mkdir()
    if make in ("broken", "list"):
        (root / "datapackage.json").write_text({"broken": '{"name": ', "list": "[]"}[make])
    done = run("validate.py", root)
    assert (done.code, done.err) == (2, "")
    finding, hint, last = done.out.splitlines()
    assert re.fullmatch(r"datapackage\.json(:\d+)?: .* \[descriptor\]", finding)
    assert re.fullmatch(r"    (name the folder of a data package|correct the file).*", hint)
    assert last == "could not run: 1 finding"


def test_an_unknown_option_gives_exit_code_2_and_the_usage(run):
    done = run("validate.py", "--fromat", "json")
    assert done.code == 2
    assert done.err.startswith("usage: ")
    assert "Traceback" not in done.err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_output_never_fails_for_the_encoding_of_the_terminal(encoding, package_copy, run):
    set_cell(package_copy, "market_figures", FIGURE, "unit", "percent")
    done = run("validate.py", package_copy, environment={"PYTHONIOENCODING": encoding})
    assert done.code == 1
    assert done.err == ""
    assert "market_figures.csv" in done.out


# --- rendering ---


def test_a_finding_is_rendered_as_file_line_column_message():
    finding = report.Finding("data/x.csv", 14, "value", "quantity", "1 but 2", "write 2")
    assert report.one_line(finding) == "data/x.csv:14:value 1 but 2"


def test_a_finding_on_a_whole_line_or_file_leaves_out_what_it_has_not():
    assert report.one_line(report.Finding("a.csv", 3, "", "form", "m")) == "a.csv:3: m"
    assert report.one_line(report.Finding("a.csv", 0, "", "form", "m")) == "a.csv: m"


def test_the_closing_line_counts():
    finding = report.Finding("a.csv", 3, "", "form", "m")
    assert report.as_text(report.Report((finding,))).splitlines()[-1] == "not valid: 1 finding"
    two = report.Report((finding, finding))
    assert report.as_text(two).splitlines()[-1] == "not valid: 2 findings"
    assert (
        report.as_text(report.Report((), {"a": 2, "b": 3}))
        == "valid: 5 checks by 2 rules, no findings"
    )


FINDINGS = st.builds(
    report.Finding, st.text(), st.integers(0), st.text(), st.text(), st.text(), st.text()
)


@given(st.lists(FINDINGS, max_size=4), st.booleans())
def test_any_report_survives_json(findings, unreadable):
    original = report.Report(tuple(findings), {"rule": 1}, unreadable)
    content = json.loads(report.as_json(original))
    assert [report.Finding(**finding) for finding in content["findings"]] == findings
    assert content["ok"] == (not findings)
    assert content["checked"] == {"rule": 1}


def test_a_cell_that_an_earlier_layer_reported_is_not_reported_again():
    early = [report.Finding("a", 1, "x", "structure", "m")]
    late = [report.Finding("a", 1, "x", "table", "n"), report.Finding("a", 1, "y", "table", "o")]
    assert report.first_of_each_cell(late, early) == late[1:]


def test_findings_are_sorted_by_place(package_copy):
    set_cell(package_copy, "places", "china", "iso_3166", "Cn")
    set_cell(package_copy, "market_figures", FIGURE, "unit", "percent")
    set_cell(package_copy, "market_figures", FIGURE, "bound", "exact")
    findings = validation.validate(package_copy).findings
    assert list(findings) == sorted(findings)
    assert [f.column for f in findings] == ["bound", "unit", "iso_3166"]


# --- progress ---


def test_progress_is_told_step_by_step_and_ends_at_the_total(package_root):
    told: list[tuple[int, int, str]] = []
    validation.validate(package_root, lambda *step: told.append(step))
    done = [step[0] for step in told]
    assert done[0] == 0
    assert done == sorted(done)
    assert len({step[1] for step in told}) == 1
    assert told[-1] == (told[-1][1], told[-1][1], "done")
    assert done[-2] < done[-1]
    assert {"reading", "structure", "table quotes", "references", "evidence of quotes"} <= {
        step[2] for step in told
    }


def test_progress_ends_at_the_total_also_with_findings(package_copy):
    set_cell(package_copy, "market_figures", FIGURE, "unit", "percent")
    told: list[tuple[int, int, str]] = []
    validation.validate(package_copy, lambda *step: told.append(step))
    assert told[-1][0] == told[-1][1]


# --- evidence of a package that is not in order ---


def test_the_evidence_of_a_changed_document_does_not_hold(package_copy):
    seed = package_copy / "seeds" / "001_9a4ec6c7d1d94c65.txt"
    seed.write_bytes(seed.read_bytes() + b" ")
    with pytest.raises(ValueError, match=f"market_figures/{FIGURE} does not hold: changed_source"):
        passages.evidence("market_figures", FIGURE, package_copy)


def test_the_evidence_of_a_wrong_excerpt_does_not_hold(package_copy):
    set_cell(package_copy, "market_figures", FIGURE, "line", "21")
    with pytest.raises(ValueError, match="does not hold: moved"):
        passages.evidence("market_figures", FIGURE, package_copy)


# --- bad input of any kind ---


def test_a_package_that_is_valid_can_be_loaded_and_released(package_copy, tmp_path):
    """Whatever the build reads of the descriptor, validation has looked at."""
    descriptor = json.loads((package_copy / "datapackage.json").read_text("utf-8"))
    unfit = []
    for key, value in (
        ("licenses", [{"title": "no name"}]),
        ("licenses", [{"name": 7}]),
        ("contributors", [{"roles": ["creator"]}]),
        ("contributors", [{"title": 7}]),
        ("sources", [{"path": "no title"}]),
        ("created", "soon"),
    ):
        text = json.dumps({**descriptor, key: value}, ensure_ascii=False)
        (package_copy / "datapackage.json").write_text(text, encoding="utf-8")
        if validation.validate(package_copy).ok:
            unfit.append((key, value))
    assert unfit == []
    (package_copy / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert validation.validate(package_copy).ok
    assert release.build(package_copy, tmp_path / "out").is_dir()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text("a/.\0é", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)
DESCRIPTOR = package.read_descriptor(package.CHECKOUT)


def places_in(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = content.items() if isinstance(content, dict) else enumerate(content)
    found = []
    for key, value in inner:
        found.append((*path, key))
        found += places_in(value, (*path, key)) if isinstance(value, dict | list) else []
    return found


PLACES = places_in({**DESCRIPTOR, "resources": DESCRIPTOR["resources"][:1]})


@pytest.fixture(scope="module")
def scratch_package(package_at, tmp_path_factory):
    root = package_at(tmp_path_factory.mktemp("scratch") / "package")
    # Findings come sooner, and no less of them, when the tables are short.
    shutil.rmtree(root / "seeds")
    return root


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), JSON)
def test_any_value_anywhere_in_the_descriptor_gives_findings_and_no_error(
    scratch_package, path, value
):
    content: Any = copy.deepcopy(DESCRIPTOR)
    place = content
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    text = json.dumps(content, ensure_ascii=False)
    (scratch_package / "datapackage.json").write_text(text, encoding="utf-8")
    result = validation.validate(scratch_package)
    assert result.findings
    assert report.as_text(result)
    json.loads(report.as_json(result))


def test_a_vague_amount_translated_at_another_scale_is_found_at_its_row(package_copy):
    path = package_copy / "data/quotes.csv"
    text = path.read_text("utf-8")
    assert text.count("billions of dollars in inventory") == 1
    path.write_text(text.replace("billions of dollars in", "millions of dollars in"), "utf-8")
    (finding,) = validation.validate(package_copy).findings
    assert (finding.rule, finding.column) == ("translation", "translation")
    assert "數十億美元" in finding.message
