"""Find words in the documents, and draft rows: python scripts/cite.py TEXT|SEED:LINE|--reanchor."""

from chipcontrols.command import door

door("cite")
