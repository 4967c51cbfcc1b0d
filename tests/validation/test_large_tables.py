"""Tables whose rows stay in a file have the findings of tables whose rows are held."""

from __future__ import annotations

from pathlib import Path

import pytest

from chipcontrols.package import Package, files, rows
from chipcontrols.validation import engine, findings, unchanged
from fault_corpus import CORPUS, assemble, edited
from partitions import in_parts


def hold_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold no row, and read tables in small pieces."""
    monkeypatch.setattr(rows, "MOST_HELD", 0)
    monkeypatch.setattr(rows, "AT_ONCE", 3)
    monkeypatch.setattr(rows, "LARGE", 1)
    monkeypatch.setattr(files, "PIECE", 2**13)


def found_either_way(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, findings.Report]:
    """Return a package with a fault and what is found in it, with rows held and without."""
    root = edited(folder, CORPUS[name]["edits"])
    found = engine.validate(root)
    hold_none(monkeypatch)
    assert engine.validate(root) == found
    return root, found


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", sorted(CORPUS)[::4])
def test_what_is_found_is_the_same_whether_rows_are_held_or_not(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, found = found_either_way(name, tmp_path, monkeypatch)
    assert engine.validate(root, memory=unchanged.Memory()) == found


@pytest.mark.parametrize("name", ["needless_quotes", "key_twice", "no_line_feed_at_the_end"])
def test_so_it_is_of_tables_never_seen_before(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_either_way(name, tmp_path, monkeypatch)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_rows_in_a_file_are_those_that_would_be_held(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = assemble(tmp_path / "package")
    in_parts(root, kind)
    held = Package.open(root).tables
    hold_none(monkeypatch)
    for name, table in Package.open(root).tables.items():
        every = [*held[name].rows]
        assert not table.content
        assert [*table.rows] == [table.rows[at] for at in range(len(every))] == every
        assert table.rows[1:5] == every[1:5]
