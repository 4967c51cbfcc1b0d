"""Show what accounts for everything in the documents: python scripts/coverage.py [FOLDER]."""

from chipcontrols.command import door

door("coverage")
