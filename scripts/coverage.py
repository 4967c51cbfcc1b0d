"""Show what accounts for everything in the documents: python scripts/coverage.py [ROOT] [--open].

Exit code 0: nothing is open; 1: something is; 2: the audit could not run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chipcontrols.curation import coverage_report
from chipcontrols.validation import completeness as coverage
from chipcontrols.validation import findings as report
from chipcontrols.validation import passages


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Count for each document and class of candidates how many a row captures, "
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
    render = {
        "text": coverage_report.as_list if options.open else coverage_report.as_text,
        "json": coverage_report.as_json,
        "html": coverage_report.as_html,
    }[options.format]
    try:
        evidence = passages.gather_package(options.root)
        accounts = coverage.audit(evidence)
        shown = render(evidence, accounts)
        if options.out:
            options.out.write_text(shown.rstrip("\n") + "\n", "utf-8", newline="\n")
        else:
            report.emit(shown)
    except (KeyError, ValueError, OSError) as error:
        print(f"could not run: {report.told(error)}", file=sys.stderr)
        return 2
    return 1 if coverage_report.open_accounts(accounts) else 0


if __name__ == "__main__":
    sys.exit(main())
