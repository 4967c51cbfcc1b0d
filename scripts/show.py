"""Show what a row rests on: python scripts/show.py TABLE/ROW."""

from chipcontrols.command import door

door("show")
