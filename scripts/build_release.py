"""Build a release: python scripts/build_release.py [ROOT] [--out dist] [--previous OLD].

Validates first and builds nothing that does not validate.  Exit code 0: built (and different from
the previous release); 1: not valid; 2: could not be built or compared; 3: the same as the previous
release; 4: the version is too small for the changes.  Only 0 leaves a new release.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chipcontrols.release import build as release
from chipcontrols.validation import findings as report
from chipcontrols.validation.engine import validate


def main() -> int:
    """Run the command and return its exit code."""
    here = Path(__file__).parents[1]
    parser = argparse.ArgumentParser(
        description="Validate a package and build its Parquet release.",
        epilog="exit code: 0 built; nothing built: 1 not valid, 2 could not be built or compared, "
        "3 the same as the previous release, 4 version too small for the changes",
    )
    parser.add_argument(
        "root",
        nargs="?",
        type=Path,
        default=here,
        help="folder that holds datapackage.json (default: this checkout)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=here / "dist",
        help="folder in which the release's folder is made (default: dist)",
    )
    parser.add_argument(
        "--previous",
        type=Path,
        help="folder of the previous release, to compare with; - when there is none",
    )
    options = parser.parse_args()
    result = validate(options.root)
    if not result.ok:
        print(report.as_text(result))
        print("nothing was built: only a valid package is released", file=sys.stderr)
        return 2 if result.unreadable else 1
    try:
        folder = release.build(options.root, options.out, options.previous)
    except (release.Same, release.TooSmall) as error:
        print(f"nothing was built: {error}", file=sys.stderr)
        return 3 if isinstance(error, release.Same) else 4
    except (OSError, ValueError) as error:
        print(f"nothing was built: {error}", file=sys.stderr)
        return 2
    files = sorted(folder.iterdir())
    size = sum(path.stat().st_size for path in files)
    print(f"{folder}: {len(files)} files, {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
