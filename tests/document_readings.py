"""What is expected of documents: ``documents.csv``, and the tables beside the tests of languages.

A document that these tables do not name is read by the tests that hold for any.
"""

from __future__ import annotations

import csv
from pathlib import Path

from chipcontrols.languages import language
from chipcontrols.validation.anchors import Line

TESTS = Path(__file__).parent
SEEDS = TESTS.parent / "seeds"


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table of expectations."""
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


DOCUMENTS = {row["document"]: row for row in rows(TESTS / "documents.csv")}


def expected(name: str, *columns: str) -> dict[tuple[str, int], list[str]]:
    """Return what is expected of each line, in order: the cells of the columns, one blank apart."""
    found: dict[tuple[str, int], list[str]] = {}
    for row in rows(TESTS / "languages" / f"document_{name}.csv"):
        here = found.setdefault((row["document"], int(row["line"])), [])
        here.append(" ".join(row[column] for column in columns))
    return found


def lines() -> dict[tuple[str, int], str]:
    """Return the lines in scope of the documents that are expected, as they are read."""
    return {
        (number, at): Line(raw, language("zh")).reading
        for number, row in DOCUMENTS.items()
        for path in SEEDS.glob(f"{number}_*.txt")
        for at, raw in enumerate(path.read_text("utf-8").split("\n"), 1)
        if at <= int(row["in_scope"])
    }
