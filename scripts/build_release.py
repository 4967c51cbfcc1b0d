"""Build a release: python scripts/build_release.py [FOLDER] [--out DIST] [--previous OLD]."""

from chipcontrols.command import door

door("release")
