"""Show what a row rests on: python scripts/show.py market_figures/001-022-1.

Prints each passage highlighted on its line, the row's cells, and how a quantity was read.
Exit code 0: shown; 2: there is no such row, or its citation does not hold.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import chipcontrols
from chipcontrols.languages.zh import quantities
from chipcontrols.validation import findings as report
from chipcontrols.validation import passages


def highlighted(passage: passages.Passage, colour: bool) -> str:
    """Return the line of a passage with the passage marked, in colour or between ⟦ ⟧."""
    opening, closing = ("\033[1;30;43m", "\033[0m") if colour else ("⟦", "⟧")
    line = passage.context
    before, after = line[: passage.start], line[passage.end :]
    return f"{before}{opening}{passage.excerpt}{closing}{after}"


def shown(table: str, row_id: str, root: Path, colour: bool) -> str:
    """Return the text that shows a row and its evidence."""
    evidence = passages.gather_package(root)
    row = passages.find_row(evidence, table, row_id)
    lines = [f"{table}/{row_id}"]
    for passage in passages.evidence(table, row_id, root):
        what = f"for {passage.column}" if passage.column else "for the row"
        place = f"{passage.seed}:{passage.line}:{passage.start}-{passage.end}"
        lines += ["", f"{place}  ({what})", f"  {highlighted(passage, colour)}"]
    lines.append("")
    width = max(map(len, row.cells))
    hidden = {"seed", "line", "excerpt"}
    lines += [
        f"  {name:<{width}}  {cell}"
        for name, cell in row.cells.items()
        if cell and name not in hidden
    ]
    if row.cells.get("quantity"):
        reading = quantities.read(row.cells["quantity"])
        lines += ["", f"  {reading.text} → {reading.derivation}"]
    return "\n".join(lines)


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
        if not slash:
            raise KeyError(
                f"{options.row!r} is not of the form TABLE/ROW; "
                f"the tables are {', '.join(chipcontrols.tables())}"
            )
        report.emit(shown(table, row_id, options.root, sys.stdout.isatty()))
    except (KeyError, ValueError, OSError) as error:
        print(report.told(error), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
