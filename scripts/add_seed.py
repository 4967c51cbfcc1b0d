"""Add a document: python scripts/add_seed.py PATH --language … --genre … --grade ….

Copies it into seeds/, adds its row to sources, and says what is open in it: everything.
Exit code 0: added; 2: refused, and nothing was written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chipcontrols.curation import coverage
from chipcontrols.curation.documents import new_document
from chipcontrols.package.files import replace_files
from chipcontrols.validation.passages import read_evidence


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Copy a document into seeds/ under the next number and its hash, and add its "
        "row to the table sources.",
        epilog="exit code: 0 added, 2 refused and nothing written",
    )
    parser.add_argument("path", type=Path, help="UTF-8 text without BOM, line ends LF")
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(__file__).parents[1],
        help="folder that holds datapackage.json (default: this checkout)",
    )
    parser.add_argument("--language", required=True, help="code of the language, such as zh-Hant")
    parser.add_argument("--genre", required=True, help="code of the genre, such as news")
    parser.add_argument("--grade", required=True, help="code of the grade, such as secondary")
    options = parser.parse_args()
    codes = {name: getattr(options, name) for name in ("language", "genre", "grade")}
    try:
        package, evidence = read_evidence(options.root)
        name, files = new_document(package, options.path.read_bytes(), codes)
        replace_files(options.root, files)
        package, evidence = read_evidence(options.root)
    except (KeyError, ValueError, OSError) as error:
        print(f"nothing was added: {error}", file=sys.stderr)
        return 2
    print(f"added: {', '.join(files)}")
    print(
        "\n".join(
            coverage.text_table(coverage.accounts_of(package, evidence, evidence.texts[name]))
        )
    )
    print(
        "In sources, fill what the document itself states: title, publisher, author, date.\n"
        "Then work through: python scripts/coverage.py --open"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
