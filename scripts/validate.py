"""Validate a package: python scripts/validate.py [ROOT] [--format text|json].

Exit code 0: valid; 1: findings; 2: there was no package to validate.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from chipcontrols import report, validation


def progress_bar() -> validation.Progress:
    """Return a progress function that shows a bar once a second has gone by on a terminal."""
    began = time.monotonic()
    bar: Any = None
    task: Any = None

    def show(done: int, total: int, step: str) -> None:
        nonlocal bar, task
        if bar is None and done < total and time.monotonic() - began > 1:
            import rich.console
            import rich.progress

            bar = rich.progress.Progress(console=rich.console.Console(stderr=True), transient=True)
            bar.start()
            task = bar.add_task(step, total=total)
        if bar is not None:
            bar.update(task, completed=done, description=step)
            if done == total:
                bar.stop()

    return show


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Check that every cell of a package is what its documents say.",
        epilog="exit code: 0 valid, 1 findings, 2 no package to validate",
    )
    parser.add_argument(
        "root",
        nargs="?",
        type=Path,
        default=Path(__file__).parents[1],
        help="folder that holds datapackage.json (default: this checkout)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    progress = progress_bar() if sys.stderr.isatty() else validation.silent
    result = validation.validate(options.root, progress)
    print(report.as_json(result) if options.format == "json" else report.as_text(result))
    return 2 if result.unreadable else 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
