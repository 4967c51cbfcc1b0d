"""Compare two releases: python scripts/compare_releases.py OLD NEW [--format text|json|markdown].

Exit code 0: the same; 1: different; 2: could not be compared.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from pathlib import Path

from chipcontrols.release import changes, comparison

RENDERERS = {"text": changes.as_text, "json": changes.as_json, "markdown": changes.as_markdown}


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Compare two releases cell by cell and say which version the changes need.",
        epilog="exit code: 0 the same, 1 different, 2 could not be compared",
    )
    parser.add_argument("old", type=Path, help="folder of the earlier release; - for none")
    parser.add_argument("new", type=Path, help="folder of the later release")
    parser.add_argument("--format", choices=tuple(RENDERERS), default="text", help="default: text")
    options = parser.parse_args()
    old = None if str(options.old) == "-" else options.old
    try:
        found = comparison.compare(old, options.new)
        print(RENDERERS[options.format](found), flush=True)
    except comparison.NotComparable as error:
        print(f"could not be compared: {error}", file=sys.stderr)
        return 2
    except Exception:
        # Python's own exit code for an error, 1, would say "different".
        traceback.print_exc()
        return 2
    return 0 if found.result == "same" else 1


if __name__ == "__main__":
    sys.exit(main())
