"""Compare two releases: python scripts/compare_releases.py OLD NEW [--format …]."""

from chipcontrols.command import door

door("compare")
