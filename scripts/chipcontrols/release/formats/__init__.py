"""The other formats of a release: what each kind of reader expects beside the Parquet files.

==================  ==============================================================================
``README.md``       dataset card: a page for people, with the YAML that lets Hugging Face's
                    ``load_dataset`` find each table
``dictionary.md``   data dictionary: every table, column and code, and a diagram of the keys
``croissant.json``  Croissant 1.1: every column of every Parquet file, for machine learning tools
``CITATION.cff``    Citation File Format 1.2.0
``<name>.sqlite``   all tables with their keys, and views for the common questions
``metadata.json``   what Datasette shows beside the SQLite file: descriptions of tables and columns
==================  ==============================================================================

All are made of the release's descriptor, its frames and its Table Schemas; nothing is typed twice.
The same input gives the same bytes.  Out of scope: the Parquet files and the descriptor themselves
(``chipcontrols.release``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chipcontrols.release.formats import card, citation, croissant, dictionary, sqlite
from chipcontrols.release.formats.text import Tables, as_json

__all__ = ["write_all"]


def write_all(folder: Path, descriptor: dict[str, Any], tables: Tables) -> None:
    """Write every format into the folder of a release that already holds its Parquet files.

    `descriptor` is the release's own, with the bytes, hash and number of rows of each file;
    `tables` gives the frame and the Table Schema of each table by name.  Raises ValueError when a
    row refers to a row that does not exist, and OSError when a file cannot be written.
    """
    views = sqlite.write(folder / f"{descriptor['name']}.sqlite", descriptor, tables)
    texts = {
        "CITATION.cff": citation.text(descriptor),
        "README.md": card.text(descriptor, tables, views),
        "croissant.json": as_json(croissant.content(descriptor)),
        "dictionary.md": dictionary.text(descriptor, tables),
        "metadata.json": as_json(sqlite.datasette_metadata(descriptor, views)),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
