"""What is too large, unreadable or has no room gets a clear message, and the rest is reported."""

from __future__ import annotations

import errno
import functools
import io
import os
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

import pytest

from chipcontrols.command import main
from chipcontrols.package import Package, files, rows
from chipcontrols.package.finding import Finding
from chipcontrols.validation import engine, findings, unchanged
from fault_corpus import CORPUS, apply, assemble, edited

DOCUMENT = "seeds/900_a1b2c3d4e5f60718.txt"
COUNTRY = {"file": "data/places.csv", "replace": ",US,", "with": ",Us,"}
FAULT = CORPUS["quantity_value_rounded"]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one fault, of which nothing is remembered yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return edited(tmp_path, FAULT["edits"])


def test_of_very_many_findings_the_first_are_reported_and_the_others_counted() -> None:
    count = 3 * engine.MOST_ALIKE
    found = (Finding(f"{at % 2}.csv", 1 + at, "name", "term", "wrong") for at in range(count))
    report = findings.Report(tuple(engine.reported(Package(Path(), {}, {}, {}), found)))
    assert len(report.findings) == 2 * (engine.MOST_ALIKE + 1)
    more = f"{count // 2 - engine.MOST_ALIKE:,} findings more of this kind, {count // 2:,} in all"
    assert [str(one) for one in report.findings if not one.line] == [
        f"{at}.csv: {more}" for at in (0, 1)
    ]
    assert findings.as_text(report).count("\n") < 3 * len(report.findings)


def test_findings_beyond_the_most_alike_hide_none_of_another_kind(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(root, COUNTRY)
    every = engine.validate(root).findings
    monkeypatch.setattr(engine, "MOST_ALIKE", 0)
    kinds = {(one.file, one.rule) for one in every}
    assert {(one.file, one.rule) for one in engine.validate(root).findings} == kinds
    assert len(engine.validate(root).findings) == len(kinds)


@pytest.mark.parametrize("step", ["mkdir", "write"])
def test_a_full_disk_leaves_the_report_whole_and_no_remains(
    step: str, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, *_: object, **__: object) -> int:
        if step == "write":
            io.FileIO(path, "w").write(b"{")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, {"mkdir": "mkdir", "write": "write_text"}[step], full)
    if step == "write":
        unchanged.cache("parts", "x").parent.mkdir(parents=True)
    assert main(["validate", str(root)]) == 1
    out, err = capsys.readouterr()
    assert out.endswith(f"not valid: {len(FAULT['expected'])} finding\n")
    assert err == ""
    assert [path for path in root.parent.glob("cache/**/*") if path.is_file()] == []


def test_a_full_disk_under_the_report_is_no_finding(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["validate", str(root)]) == 2
    said = f"could not validate a package: {os.strerror(errno.ENOSPC)}\n"
    assert capsys.readouterr().err == said


def test_a_large_table_for_which_there_is_no_room_is_named_and_the_rest_is_reported(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    apply(root, COUNTRY)
    large = "data/market_figures.csv"
    header, *lines = (root / large).read_bytes().splitlines(keepends=True)
    (root / large).write_bytes(header + b"".join(lines) * 50)
    monkeypatch.setattr(rows, "LARGE", 2**15)
    full = functools.partial(Path("/dev/full").open, "w+b")
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full())
    assert main(["validate", str(root)]) == 1
    out, err = capfd.readouterr()
    assert f"{large}: cannot be read: {os.strerror(errno.ENOSPC)} [form]\n" in out
    assert "name another folder for them in TMPDIR" in out
    assert f"\n{COUNTRY['file']}:" in out
    assert err == ""


def test_a_document_of_100_mebibytes_is_named_and_the_rest_is_reported(root: Path) -> None:
    apply(root, COUNTRY)
    os.truncate(root / DOCUMENT, 100 * 2**20)
    found = engine.validate(root).findings
    message = f"{DOCUMENT} cannot be read: more than 2,097,152 bytes"
    assert message in {one.message for one in found}
    assert COUNTRY["file"] in {one.file for one in found}


@pytest.mark.parametrize("name", [DOCUMENT, "data/places.csv"])
def test_a_file_that_the_disk_cannot_read_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, opened = assemble(tmp_path / "package"), files.opened

    def broken(folder: Path, relative: str) -> BinaryIO:
        if relative == name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(folder, relative)

    monkeypatch.setattr(files, "opened", broken)
    found = engine.validate(root).findings
    assert any("cannot be read: Input/output error" in one.message for one in found)


def test_a_link_to_a_folder_is_a_file_that_nothing_names(root: Path) -> None:
    (root / "seeds/loop").symlink_to("..")
    found = [one for one in engine.validate(root).findings if one.file == "seeds/loop"]
    assert [one.message for one in found] == ["nothing in the package names this file"]


def test_a_table_sorted_the_other_way_is_one_finding(root: Path) -> None:
    path = root / "schemas/vocabulary.csv"
    header, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join((header, *reversed(rows), "")), "utf-8")
    found = [one for one in engine.validate(root).findings if one.file == "schemas/vocabulary.csv"]
    message = f"the row is out of order, and {len(rows) - 2} others"
    assert [one.message for one in found] == [message]
