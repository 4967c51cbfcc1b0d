"""A package in parts is released, covered and cited as one whose tables are one file each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chipcontrols.command import main
from chipcontrols.release import build, formats
from partitions import in_parts

WIND = Path(__file__).parents[1] / "packages/offshore_wind"


@pytest.fixture(params=["csv", "parquet"])
def parted(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    root = Path(shutil.copytree(WIND, tmp_path / "wind"))
    in_parts(root, request.param)
    return root


def test_its_release_has_the_same_bytes(parted: Path, tmp_path: Path) -> None:
    ours, whole = build.build(parted, tmp_path / "ours"), build.build(WIND, tmp_path / "whole")
    assert (ours / "SHA256SUMS").read_bytes() == (whole / "SHA256SUMS").read_bytes()


def test_it_is_covered_and_cited_as_the_whole(
    parted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for root in (parted, WIND):
        codes = [main(["coverage", str(root)]), main(["cite", "001:1", "--root", str(root)])]
        said.append((codes, capsys.readouterr().out.partition("# data/")[0]))
    assert said[0] == said[1]
    assert said[0][1]


def test_a_release_of_many_rows_has_no_file_that_is_opened_as_a_whole_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "MOST_ROWS", 10)
    folder = build.build(WIND, tmp_path / "large")
    ends = {path.suffix for path in folder.iterdir()}
    assert {".parquet", ".csv", ".md"} <= ends
    assert ends.isdisjoint({".sqlite", ".xlsx", ".html"})
    card = (folder / "README.md").read_text("utf-8")
    assert "With more than 10 rows it has no SQLite file" in card
    assert ".sqlite" not in card
