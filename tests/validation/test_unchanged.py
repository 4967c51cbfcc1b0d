"""A valid package is recognised while not a byte of it, or of what validates it, has changed."""

from __future__ import annotations

import importlib.metadata
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from chipcontrols.package import Package, Table
from chipcontrols.package.documents import Document
from chipcontrols.package.finding import Finding
from chipcontrols.validation import engine, tables, unchanged
from chipcontrols.validation.documents import Found
from chipcontrols.validation.findings import Report
from chipcontrols.validation.lexicon import Lexicon
from chipcontrols.validation.parts import Part
from fault_corpus import CORPUS, REPOSITORY, apply, assemble
from partitions import table_of


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


# --- documents of a package that has changed ---


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that are checked, as they are asked for."""
    found: list[str] = []
    check_document = engine.check_document

    def noted(lexicon: Lexicon, part: Part, documents: Mapping[str, Document]) -> Found:
        found.append(part.name)
        return check_document(lexicon, part, documents)

    monkeypatch.setattr(engine, "check_document", noted)
    return found


def again(root: Path) -> Report:
    memory = unchanged.Memory()
    report = engine.validate(root, memory=memory)
    memory.save()
    return report


def change(root: Path, table: str, old: str, new: str) -> None:
    path = root / f"data/{table}.csv"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8", newline="")


def test_of_a_package_that_was_validated_nothing_is_checked_again(
    root: Path, asked: list[str]
) -> None:
    report = again(root)
    first = list(asked)
    assert len(first) >= 3
    assert again(root) == report == engine.validate(root)
    assert asked == [*first, *first]  # those of the last validation, which remembers nothing


def test_an_edited_row_has_its_document_checked_again_and_no_other(
    root: Path, asked: list[str]
) -> None:
    report = again(root)
    document = next(name for name in asked if name.startswith("901_"))
    asked.clear()
    change(root, "market_figures", "近百亿美元,10000000000,", "近百亿美元,20000000000,")
    found = again(root)
    assert asked == [document]
    assert [(f.rule, f.file) for f in found.findings] == [("quantity", "data/market_figures.csv")]
    change(root, "market_figures", "近百亿美元,20000000000,", "近百亿美元,10000000000,")
    asked.clear()
    assert again(root) == report


def test_another_lexicon_has_all_documents_checked_again(root: Path, asked: list[str]) -> None:
    again(root)
    first = list(asked)
    change(root, "companies", "obsidian,Obsidian,", "obsidian,Obsidion,")
    asked.clear()
    assert again(root) == engine.validate(root)
    assert asked[: len(first)] == first


def test_a_damaged_memory_is_no_error(root: Path) -> None:
    report = again(root)
    for path in unchanged.cache("parts", "x").parent.iterdir():
        path.write_text('{"counts": 3, "digests": {"a": 1}}')
    assert again(root) == report


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", sorted(CORPUS)[::9])
def test_a_fault_is_found_though_the_package_was_valid_before(name: str, root: Path) -> None:
    again(root)
    for edit in CORPUS[name]["edits"]:
        apply(root, edit)
    assert again(root) == engine.validate(root)


# --- blocks of a table that has changed ---


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Package:
    """This repository's package, of whose table of places about every third row begins a block."""
    monkeypatch.setattr(engine, "ROWS_OF_A_BLOCK", 3)
    return Package.open(REPOSITORY)


def first_places(package: Package) -> list[str]:
    return package.tables["places"].content.decode().splitlines(keepends=True)[:20]


def places(package: Package, lines: list[str]) -> Table:
    return table_of("".join(lines).encode(), "places", package.tables["places"].schema)


def test_an_edited_row_has_its_block_looked_at_again_and_no_other(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    canonical = tables.canonical

    def noted(table: Table) -> Iterator[Finding]:
        asked.extend(row.id for row in table.rows)
        return canonical(table)

    monkeypatch.setattr(tables, "canonical", noted)
    memory, lines = unchanged.Memory(), first_places(package)
    memory.known.clear()
    assert engine.by_table(package, places(package, lines), memory) == []
    assert {*asked} == {row.id for row in places(package, lines).rows}
    asked.clear()
    edited = [lines[0], lines[1].replace("Beijing", "Peking"), *lines[2:]]
    assert edited != lines
    assert engine.by_table(package, places(package, edited), memory) == []
    assert "beijing" in asked
    assert len(asked) < len(lines) / 2


def swapped(lines: list[str], at: int) -> list[str]:
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def doubled(lines: list[str], at: int) -> list[str]:
    return [*lines, lines[at]]


def spaced(lines: list[str], at: int) -> list[str]:
    return [*lines[:at], lines[at].replace(",", " ,", 1), *lines[at + 1 :]]


def quoted(lines: list[str], at: int) -> list[str]:
    head, comma, rest = lines[at].partition(",")
    return [*lines[:at], f'"{head}"{comma}{rest}', *lines[at + 1 :]]


def unended(lines: list[str], at: int) -> list[str]:
    return ["".join(lines[: at + 1]).rstrip("\n")]


@pytest.mark.parametrize("fault", [swapped, doubled, spaced, quoted, unended])
def test_a_fault_in_any_block_or_between_two_is_found_as_in_the_whole(
    package: Package, fault: Callable[[list[str], int], list[str]]
) -> None:
    memory, valid = unchanged.Memory(), first_places(package)
    memory.known.clear()
    for at in range(1, len(valid) - 1):
        assert engine.by_table(package, places(package, valid), memory) == []
        faulty = places(package, fault(valid, at))
        found = engine.by_table(package, faulty, memory)
        assert found
        assert found == engine.by_table(package, faulty, None)
