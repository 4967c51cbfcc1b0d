"""What the tests of the curator's commands share: a small valid package, and running a command."""

from __future__ import annotations

import runpy
import shutil
import sys
from pathlib import Path
from typing import Any, NamedTuple

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
