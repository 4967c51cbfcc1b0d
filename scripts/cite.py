"""Find words in the documents, and draft rows for them: python scripts/cite.py TEXT|SEED:LINE.

Exit code 0: shown, and with --reanchor every row stands where it says; 1: the words stand nowhere,
or rows do not stand where they say; 2: could not run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chipcontrols.curation import drafting
from chipcontrols.validation import findings as report
from chipcontrols.validation import passages


def reanchor(root: Path, write: bool) -> int:
    """List where the words of rows stand in documents that changed, and write it when told to."""
    evidence = passages.gather_package(root)
    found = drafting.standings(evidence)
    report.emit(drafting.as_listing(evidence, found))
    left = [item for item in found if item.outcome not in ("exact", "moved")]
    if not write:
        return 1 if left or any(item.to for item in found) else 0
    texts = drafting.reanchored(evidence, found)
    drafting.write(root, {path: text.encode("utf-8") for path, text in texts.items()})
    report.emit(f"written: {', '.join(texts) or 'nothing'}")
    return 1 if left else 0


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Find words, raw or in reading text, or a line of the documents; print the "
        "citation cells, what the line holds, and draft rows as CSV, ready to paste.",
        epilog="exit code: 0 shown, 1 the words stand nowhere or rows do not stand where they "
        "say, 2 could not run",
    )
    parser.add_argument(
        "query", nargs="?", metavar="TEXT|SEED:LINE", help="words, or a place such as 001:22"
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(__file__).parents[1],
        help="folder that holds datapackage.json (default: this checkout)",
    )
    parser.add_argument(
        "--reanchor",
        action="store_true",
        help="list each row that rests on a document that changed, with where its words now stand",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="with --reanchor: set the lines of rows that moved to one line, their ids, what "
        "refers to these, and the document's hash and number of lines",
    )
    options = parser.parse_args()
    if (options.query is None) != options.reanchor or (options.write and not options.reanchor):
        parser.error("give words or a place, or --reanchor [--write]")
    try:
        if options.reanchor:
            return reanchor(options.root, options.write)
        shown = drafting.shown(passages.gather_package(options.root), options.query)
    except (KeyError, ValueError, OSError) as error:
        print(f"could not run: {report.told(error)}", file=sys.stderr)
        return 2
    report.emit(shown or f"{options.query} stands nowhere in the documents")
    return 0 if shown else 1


if __name__ == "__main__":
    sys.exit(main())
