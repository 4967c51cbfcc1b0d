"""The command that validates a package: a checkout's `scripts/validate.py`, and the command
`chipcontrols-validate` that the library installs for other repositories.

Exit code 0: valid; 1: findings; 2: there was no package to validate.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chipcontrols.validation import findings as report
from chipcontrols.validation import layers as validation


@contextlib.contextmanager
def progress_bar() -> Iterator[validation.Progress]:
    """Give a progress function that shows a bar once a second has gone by on a terminal."""
    began = time.monotonic()
    bar: Any = None
    task: Any = None

    def show(done: int, total: int, step: str) -> None:
        nonlocal bar, task
        if bar is None and sys.stderr.isatty() and time.monotonic() - began > 1:
            import rich.console
            import rich.progress

            bar = rich.progress.Progress(console=rich.console.Console(stderr=True), transient=True)
            bar.start()
            task = bar.add_task(step, total=total)
        if bar is not None:
            bar.update(task, completed=done, description=step)

    try:
        yield show
    finally:
        if bar is not None:
            bar.stop()


def place_in_repository(root: Path) -> str:
    """Return where the package stands below the working folder, for annotations."""
    here = Path.cwd().resolve()
    inside = root.resolve().is_relative_to(here)
    place = root.resolve().relative_to(here).as_posix() if inside else root.as_posix()
    return "" if place == "." else place


def main(root: Path = Path()) -> int:
    """Run the command and return its exit code; `root` is the package's folder by default."""
    parser = argparse.ArgumentParser(
        description="Check that every cell of a package is what its documents say.",
        epilog="exit code: 0 valid, 1 findings, 2 no package to validate",
    )
    parser.add_argument(
        "root",
        nargs="?",
        type=Path,
        default=root,
        help="folder that holds datapackage.json (default: %(default)s)",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "github", "sarif"),
        default="text",
        help="text for people (default), json, annotations of GitHub pull requests, or SARIF",
    )
    options = parser.parse_args()
    try:
        with progress_bar() as progress:
            result = validation.validate(options.root, progress)
    except ModuleNotFoundError as error:
        print(f"could not run: {error}; pip install 'ai-chip-controls[maintain]'", file=sys.stderr)
        return 2
    folder = place_in_repository(options.root)
    report.emit(
        {
            "text": lambda: report.as_text(result),
            "json": lambda: report.as_json(result),
            "github": lambda: report.as_github(result, folder),
            "sarif": lambda: report.as_sarif(result, folder),
        }[options.format]()
    )
    return 2 if result.unreadable else 0 if result.ok else 1
