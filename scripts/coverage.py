"""Show what accounts for everything in the documents: python scripts/coverage.py [ROOT] [--open].

Exit code 0: nothing is open; 1: something is; 2: the audit could not run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chipcontrols.curation import coverage
from chipcontrols.validation.passages import read_evidence


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Count for each document and class of candidates how many a row covers, "
        "how many are excluded and why, and how many are open.",
        epilog="exit code: 0 nothing open, 1 something open, 2 could not run",
    )
    parser.add_argument(
        "root",
        nargs="?",
        type=Path,
        default=Path(__file__).parents[1],
        help="folder that holds datapackage.json (default: this checkout)",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "html"),
        default="text",
        help="html is one page that shows every candidate in its line (default: text)",
    )
    parser.add_argument(
        "--open",
        action="store_true",
        help="as text, list the open candidates instead (json and html always hold them)",
    )
    parser.add_argument("--out", type=Path, help="write to this file instead of the terminal")
    options = parser.parse_args()
    form = "open" if options.open and options.format == "text" else options.format
    try:
        package, evidence = read_evidence(options.root)
        accounts = coverage.audited(package, evidence)
        report = coverage.coverage_report(package, evidence, accounts, form).rstrip("\n")
        if options.out:
            options.out.write_text(f"{report}\n", "utf-8", newline="\n")
        else:
            print(report)
    except (KeyError, ValueError, OSError) as error:
        print(
            f"could not run: {error.args[0] if isinstance(error, KeyError) else error}",
            file=sys.stderr,
        )
        return 2
    return 1 if any(map(coverage.open_candidates, accounts.values())) else 0


if __name__ == "__main__":
    sys.exit(main())
