"""Add a document: python scripts/add_seed.py FILE language=… …."""

from chipcontrols.command import door

door("add")
