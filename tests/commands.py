"""What the tests of the curator's commands share: a small valid package, and running a command."""

from __future__ import annotations

import csv
import io
import runpy
import shutil
import sys
from pathlib import Path
from typing import Any, NamedTuple

from chipcontrols.package import Package, canonical_text

REPOSITORY = Path(__file__).parents[1]
BASE = Path(__file__).parent / "faults" / "base"


class Result(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


def small_package(root: Path) -> Path:
    """Make a copy of the valid package of the fault corpus in the folder `root`."""
    return Path(shutil.copytree(BASE, root, dirs_exist_ok=True))


def run(capsys: Any, monkeypatch: Any, script: str, *arguments: object) -> Result:
    """Run a command of the folder scripts in this process."""
    path = REPOSITORY / "scripts" / script
    monkeypatch.setattr(sys, "argv", [str(path), *map(str, arguments)])
    capsys.readouterr()
    try:
        runpy.run_path(str(path), run_name="__main__")
        code: Any = 0
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return Result(code, out, err)


def snapshot(root: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def drafted(out: str, table: str, root: Path = BASE) -> tuple[list[dict[str, str]], list[str]]:
    """Return the draft rows of a table in what cite prints, and what is named below each."""
    columns = Package.open(root).tables[table].schema.names
    rows, missing = list[dict[str, str]](), list[str]()
    inside = False
    for line in out.split("\n"):
        if line.startswith("# data/"):
            inside = line.startswith(f"# data/{table}.csv")
        elif inside and line.startswith("# fill: "):
            missing[-1] = line
        elif inside and line and not line.startswith("#"):
            rows.append(dict(zip(columns, next(csv.reader(io.StringIO(line))), strict=True)))
            missing.append("")
    return rows, missing


def paste(root: Path, table: str, *rows: dict[str, str]) -> None:
    """Put rows into a table, where they belong."""
    content = Package.open(root).tables[table]
    text = canonical_text(content.schema, [*(row.cells for row in content.rows), *rows])
    (root / content.path).write_text(text, "utf-8")


def change(root: Path, table: str, key: str, **cells: str) -> None:
    """Set cells of the row whose first cell is the key."""
    content = Package.open(root).tables[table]
    rows = [row.cells | cells if row.id == key else row.cells for row in content.rows]
    (root / content.path).write_text(canonical_text(content.schema, rows), "utf-8")
