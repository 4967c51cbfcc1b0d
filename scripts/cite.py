"""Find words in the documents, and draft rows for them: python scripts/cite.py TEXT|SEED:LINE.

Exit code 0: shown, and with --reanchor the words of every row are where it says; 1: the words occur
nowhere, or words of rows are elsewhere; 2: could not run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chipcontrols.curation import reanchoring
from chipcontrols.curation.showing import cited
from chipcontrols.package.files import replace_files
from chipcontrols.validation.passages import read_evidence


def reanchor(root: Path, write: bool) -> int:
    """List where the words of rows are in documents that changed, and write it when told to."""
    package, evidence = read_evidence(root)
    found = reanchoring.whereabouts(package, evidence)
    print(reanchoring.listing(evidence, found))
    if write:
        written = reanchoring.reanchored(package, evidence, found)
        replace_files(root, written)
        print(f"written: {', '.join(written) or 'nothing'}")
    good = ("exact", "moved") if write else ("exact",)
    return 0 if all(item.outcome in good for item in found) else 1


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Find words, raw or in reading text, or a line of the documents; print the "
        "citation cells, what the line holds, and draft rows as CSV, ready to paste.",
        epilog="exit code: 0 shown, 1 the words occur nowhere or words of rows are elsewhere, "
        "2 could not run",
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
        help="list each row that rests on a document that changed, with where its words are now",
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
        shown = cited(*read_evidence(options.root), options.query)
    except (KeyError, ValueError, OSError) as error:
        print(f"could not run: {error}", file=sys.stderr)
        return 2
    print(shown or f"{options.query} occurs nowhere in the documents")
    return 0 if shown else 1


if __name__ == "__main__":
    sys.exit(main())
