"""Publish a release into a store: python scripts/publish_release.py STORE [FOLDER].

Exit code 0: published, or there already with the same bytes; 1: not published.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from chipcontrols.distribution import catalogue, store
from chipcontrols.release import build as release


def main() -> int:
    """Run the command and return its exit code."""
    here = Path(__file__).parents[1]
    parser = argparse.ArgumentParser(
        description="Publish a release folder into a folder or object store.",
        epilog="exit code: 0 published (or there already), 1 not published",
    )
    parser.add_argument("store", help="folder or fsspec URL, such as s3://bucket/folder")
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=here / "dist" / release.release_name(here),
        help="release folder (default: what build_release.py builds from this checkout)",
    )
    parser.add_argument(
        "--date",
        type=datetime.date.fromisoformat,
        help="day of publication, such as 2026-12-24 (default: today)",
    )
    options = parser.parse_args()
    try:
        published = store.publish(options.folder, options.store, options.date)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{published.version}, published {published.date}: {published.size:,} bytes, in "
        f"{catalogue.shown(options.store)}/{published.folder}; digest {published.digest}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
