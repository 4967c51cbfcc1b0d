"""Names that would command a terminal or a workflow are shown as escapes in every format.

A fork's pull request chooses the names of files: GitHub obeys a line of a log that begins with
``::``, and one that has ``##[`` anywhere; a terminal obeys escape sequences.
"""

from __future__ import annotations

import json
import os
import urllib.parse
from pathlib import Path

import pytest

from chipcontrols import command
from chipcontrols.package.finding import Finding, visible
from chipcontrols.validation import findings
from chipcontrols.validation.findings import Report
from fault_corpus import assemble

FORMATS = ("text", "json", "github", "sarif")
NAMES = {
    "a line feed": "a\n::error::pwned.csv",
    "an escape sequence": "a\x1b[2J\x1b]0;pwned\x07.csv",
    "a workflow command": "::error file=x::pwned.csv",
    "an older workflow command": "##[error]pwned.csv",
    "a direction mark": "a\u202evsc.exe",
    "per cent signs, colons, commas": "100%,a:b c#?.csv",
    "words of Markdown and HTML": "<b>`x`.csv",
    "bytes that are not UTF-8": os.fsdecode(b"\xff\xfe.csv"),
}


def lines_of(shown: str) -> list[str]:
    """The lines as GitHub reads a log, and as a terminal shows them."""
    return [line.strip() for line in shown.splitlines()]


def assert_harmless(shown: str, form: str) -> None:
    shown.encode()  # No stray surrogate.
    assert not any(mark in shown for mark in "\x1b\x07\u202e\r")
    assert "##[" not in shown
    orders = [line for line in lines_of(shown) if line.startswith("::")]
    assert all(line.startswith("::error file=") for line in orders)
    assert bool(orders) == (form == "github")


@pytest.mark.skipif(os.name == "nt", reason="names that this system refuses")
@pytest.mark.parametrize("form", FORMATS)
def test_files_of_any_name_are_findings_in_every_format(form, tmp_path, capsys):
    root = assemble(tmp_path / "package")
    for name in NAMES.values():
        (root / "data" / name).write_bytes(b"")
    assert command.main(["validate", str(root), "--format", form]) == 1
    out = capsys.readouterr().out
    assert_harmless(out, form)
    expected = {visible(f"data/{name}") for name in NAMES.values()}
    if form == "json":
        assert {found["file"] for found in json.loads(out)["findings"]} == expected
    elif form == "sarif":
        found = json.loads(out)["runs"][0]["results"]
        places = [one["locations"][0]["physicalLocation"]["artifactLocation"] for one in found]
        shown = {place["uri"] for place in places}
        assert all(uri.isascii() and not set(uri) & set(" :,#?<>[]\\^`{|}") for uri in shown)
        files = {f"data{urllib.parse.unquote(uri).partition('/data')[2]}" for uri in shown}
        assert files == expected
    else:
        assert out.count("\n") == {"text": 2, "github": 1}[form] * len(NAMES) + 1


@pytest.mark.skipif(os.name == "nt", reason="names that this system refuses")
@pytest.mark.parametrize("form", FORMATS)
def test_a_package_in_a_folder_of_any_name_is_validated(form, tmp_path, capsys):
    root = assemble(tmp_path / "a\x1b[2J\n::error::x##[error]")
    (root / "data" / "stray.csv").write_bytes(b"")
    assert command.main(["validate", str(root), "--format", form]) == 1
    assert_harmless(capsys.readouterr().out, form)


@pytest.mark.parametrize("column", ["file", "column", "message", "hint"])
@pytest.mark.parametrize("text", [*NAMES.values(), "  ::error::pwned"])
@pytest.mark.parametrize("form", FORMATS)
def test_no_part_of_a_finding_goes_raw_into_a_report(form, text, column):
    parts = {"file": "f", "line": 1, "column": "c", "rule": "r", "message": "m", "hint": "h"}
    report = Report((Finding(**{**parts, column: text}),))  # type: ignore[arg-type]
    shown = getattr(findings, f"as_{form}")(report, "folder")
    assert_harmless(shown, form)
    assert "<b>" not in report._repr_html_() + report.findings[0]._repr_html_()


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_an_argument_of_any_name_is_shown_harmlessly_in_an_error(name, capsys, tmp_path):
    assert command.main(["show", name, "--root", str(tmp_path)]) == 2
    assert command.main(["verify", str(Path("nowhere", name))]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert_harmless(captured.err, "text")
    assert captured.err.count("\n") == 2


def test_annotations_name_files_from_the_working_folder(tmp_path, capsys, monkeypatch):
    root = assemble(tmp_path / "inner" / "package")
    (root / "data" / "stray.csv").write_bytes(b"")
    expected = {tmp_path: "inner/package/data/stray.csv", root: "data/stray.csv"}
    expected[root / "data"] = "../data/stray.csv"
    for folder, name in expected.items():
        monkeypatch.chdir(folder)
        assert command.main(["validate", str(root), "--format", "github"]) == 1
        assert capsys.readouterr().out.startswith(f"::error file={name},title=descriptor::")
