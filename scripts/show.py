"""Show what a row rests on: python scripts/show.py market_figures/001-022-1.

Prints each passage highlighted on its line, the row's cells, and how a quantity was read.
Exit code 0: shown; 2: there is no such row, or its citation does not hold.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chipcontrols.curation.showing import shown
from chipcontrols.validation.passages import read_evidence


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Show the passages that a row rests on.",
        epilog="exit code: 0 shown, 2 no such row, or its citation does not hold",
    )
    parser.add_argument("row", metavar="TABLE/ROW", help="such as market_figures/001-022-1")
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(__file__).parents[1],
        help="folder that holds datapackage.json (default: this checkout)",
    )
    options = parser.parse_args()
    table, slash, row_id = options.row.partition("/")
    try:
        package, evidence = read_evidence(options.root)
        if not slash:
            tables = ", ".join(package.tables)
            raise KeyError(f"{options.row!r} is not of the form TABLE/ROW; the tables are {tables}")
        text = shown(package, evidence, table, row_id, sys.stdout.isatty())
    except (KeyError, ValueError, OSError) as error:
        print(error.args[0] if isinstance(error, KeyError) else error, file=sys.stderr)
        return 2
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
