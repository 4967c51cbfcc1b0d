"""No guard depends on the name of a table or a column: renamed consistently, all hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import renaming

from chipcontrols.package import Package
from chipcontrols.validation import engine
from fault_corpus import BASE, CORPUS, REPOSITORY, apply, assemble, line_of

PACKAGE = Package.open(BASE)
SECOND = REPOSITORY / "tests/packages/offshore_wind"
"""The package of another field, which has tables of kinds that the first has not."""
TABLES = [(root, name) for root in (BASE, SECOND) for name in Package.open(root).tables]
COLUMNS = [
    (root, table.name, name)
    for root in (BASE, SECOND)
    for table in Package.open(root).tables.values()
    for name in table.schema.names
]
NAMED = [table for root in (BASE, REPOSITORY) for table in Package.open(root).tables.values()]
ALL = {
    name: f"x_{name}"
    for name in {one for table in NAMED for one in (table.name, *table.schema.names)}
}
"""New names for all: with the same beginning, so that what is sorted stays in its order."""


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (root / name).write_bytes(content)


def findings(root: Path) -> list[str]:
    return [str(finding) for finding in engine.validate(root).findings]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return assemble(tmp_path_factory.mktemp("base") / "package")


@pytest.mark.parametrize(("origin", "old"), TABLES, ids=[name for _, name in TABLES])
@pytest.mark.usefixtures("quicker")
def test_a_table_may_have_any_name(origin: Path, old: str, tmp_path: Path) -> None:
    root = Path(shutil.copytree(origin, tmp_path / "package"))
    write(root, renaming.renamed(origin, lambda name: "prices" if name == old else name, kept))
    assert old not in Package.open(root).tables
    assert findings(root) == []


def kept(table: str, column: str) -> str:
    return column


@pytest.mark.parametrize(
    ("origin", "table", "old"), COLUMNS, ids=[".".join(names) for _, *names in COLUMNS]
)
@pytest.mark.usefixtures("quicker")
def test_a_column_may_have_any_name(origin: Path, table: str, old: str, tmp_path: Path) -> None:
    def new_name(of_table: str, column: str) -> str:
        return "any_name" if (of_table, column) == (table, old) else column

    root = Path(shutil.copytree(origin, tmp_path / "package"))
    write(root, renaming.renamed(origin, str, new_name))
    assert old not in Package.open(root).tables[table].schema.names
    assert findings(root) == []


def test_all_tables_and_columns_of_the_package_may_have_other_names(tmp_path: Path) -> None:
    root = tmp_path / "package"
    for part in ("data", "schemas", "seeds"):
        shutil.copytree(REPOSITORY / part, root / part)
    write(root, renaming.renamed(REPOSITORY, ALL.__getitem__, lambda _, column: ALL[column]))
    report = engine.validate(root)
    assert [str(finding) for finding in report.findings] == []
    assert report.checked == engine.validate(REPOSITORY).checked


@pytest.fixture(scope="module")
def renamed_base(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(base, tmp_path_factory.mktemp("renamed") / "package"))
    write(root, renaming.renamed(base, ALL.__getitem__, lambda _, column: ALL[column]))
    return root


@pytest.mark.parametrize("name", CORPUS)
@pytest.mark.usefixtures("quicker")
def test_a_fault_is_found_whatever_the_names(
    name: str, base: Path, renamed_base: Path, tmp_path: Path
) -> None:
    faulty = Path(shutil.copytree(base, tmp_path / "faulty"))
    for edit in CORPUS[name]["edits"]:
        apply(faulty, edit)
    root = Path(shutil.copytree(renamed_base, tmp_path / "package", symlinks=True))
    carry_over(base, faulty, renamed_base, root)
    found = {(f.rule, f.file, f.line, f.column) for f in engine.validate(root).findings}
    for expected in CORPUS[name]["expected"]:
        at = expected.get("line")
        line = line_of(faulty / expected["file"], expected["line_of"]) if at is None else at
        column = expected["column"]
        new = f"x_{column}" if column and not column.isdecimal() else column
        assert (expected["rule"], expected["file"], line, new) in found


def carry_over(base: Path, faulty: Path, renamed_base: Path, root: Path) -> None:
    """Make in `root` the edits that made `faulty` out of `base`."""
    by_path = {table.path: table for table in PACKAGE.tables.values()}
    names = {p.relative_to(r) for r in (base, faulty) for p in r.rglob("*") if not p.is_dir()}
    for name in names:
        old, new, target = base / name, faulty / name, root / name
        if new.is_symlink() or not new.exists() or new.is_dir():
            target.unlink(missing_ok=True)
            if new.is_symlink():
                target.symlink_to(new.readlink())
            elif new.is_dir():
                target.mkdir()
        elif not old.exists() or name.parts[0] == "seeds":
            target.write_bytes(new.read_bytes())
        elif new.read_bytes() != old.read_bytes():
            change = renaming.line_of_json(ALL)
            if name.as_posix() in by_path:
                change = renaming.line_of_csv(by_path[name.as_posix()], ALL)
            content = renaming.as_renamed(
                old.read_bytes(), new.read_bytes(), (renamed_base / name).read_bytes(), change
            )
            target.write_bytes(content)
