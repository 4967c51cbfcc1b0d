"""A valid package is recognised while not a byte of it, or of what validates it, has changed."""

from __future__ import annotations

import importlib.metadata
import shutil
from pathlib import Path

import pytest

from chipcontrols.validation import engine, unchanged
from fault_corpus import assemble


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return assemble(tmp_path / "package")


def test_a_valid_package_is_recalled_with_what_was_checked(root: Path) -> None:
    before = unchanged.digest(root)
    assert unchanged.recall(before) is None
    report = engine.validate(root)
    unchanged.remember(before, report)
    assert unchanged.recall(unchanged.digest(root)) == report


def test_a_package_with_findings_is_not_remembered(root: Path) -> None:
    (root / "data/chips.csv").unlink()
    digest = unchanged.digest(root)
    unchanged.remember(digest, engine.validate(root))
    assert unchanged.recall(digest) is None


def every_file(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_any_changed_byte_of_the_package_changes_the_digest(root: Path) -> None:
    digests = {unchanged.digest(root)}
    paths = every_file(root)
    assert {"data", "schemas", "seeds"} <= {path.parent.name for path in paths}
    for path in paths:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        digests.add(unchanged.digest(root))
        path.write_bytes(content)
    faulty_descriptor = 1  # not JSON any more: no digest at all, so that it is validated
    assert len(digests - {""}) == len(paths) + 1 - faulty_descriptor
    assert "" in digests


def test_a_new_file_and_a_renamed_one_change_the_digest(root: Path) -> None:
    first = unchanged.digest(root)
    (root / "data/more.csv").write_text("")
    second = unchanged.digest(root)
    (root / "data/more.csv").rename(root / "data/other.csv")
    assert len({first, second, unchanged.digest(root)}) == 3


def test_changed_code_changes_the_digest(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    shutil.copytree(unchanged.LIBRARY, library)
    monkeypatch.setattr(unchanged, "LIBRARY", library)
    digests = {unchanged.digest(root)}
    changed = ["validation/rules/words.py", "languages/zh/units.csv"]
    changed.append("package/profiles/evidence.json")
    for name in changed:
        (library / name).write_bytes((library / name).read_bytes() + b"\n")
        digests.add(unchanged.digest(root))
    assert len(digests) == len(changed) + 1


def test_another_version_of_a_validator_changes_the_digest(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = unchanged.digest(root)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "0")
    assert unchanged.digest(root) != first


def test_a_cache_that_cannot_be_written_or_read_is_no_error(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    digest = unchanged.digest(root)
    unchanged.remember(digest, engine.validate(root))
    assert unchanged.recall(digest) is None
