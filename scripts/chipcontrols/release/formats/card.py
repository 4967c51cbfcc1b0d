"""README.md of a release: the dataset card.

The YAML at its head is what Hugging Face reads: one configuration a table, so that
``load_dataset(folder, "quotes")`` finds it; the rest is for people.
"""

from __future__ import annotations

from typing import Any

from chipcontrols.package import tables as package
from chipcontrols.release.formats.text import Tables, as_yaml, markdown_table

SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M"}

PAGE = """\
# {title}

{description}

**Every cell can prove itself.** Each row names the document, the line and the exact words that it
rests on (`seed`, `line`, `excerpt`, and the offsets `col_start` and `col_end`), and a release is
built only after those words were read again and said what the row says.

This is version {version}, of {created}: {tables} tables, {rows} rows, from {documents} documents.

## Load it

```python
import pandas

quotes = pandas.read_parquet("quotes.parquet")
print(quotes.attrs["citation"])
print(quotes[["speaker_id", "kind", "text", "translation"]])
```

Codes come as categories and days as dates; the descriptions of the columns stand in the files.

```python
from pathlib import Path

from datasets import load_dataset

quotes = load_dataset(str(Path.cwd()), "quotes", split="train")
print(quotes[0]["translation"])
```

`{name}.sqlite` holds the same tables with their foreign keys, and views for common questions:

```python
import sqlite3

with sqlite3.connect("{name}.sqlite") as connection:
    for row in connection.execute("SELECT speaker, translation FROM who_said_what LIMIT 5"):
        print(*row, sep=": ")
```

To browse it: `datasette .` in this folder. DuckDB, Polars, R and whatever else reads Parquet take
the files as they are; `croissant.json` and `datapackage.json` describe them for machines, and
`SHA256SUMS` checks them (`sha256sum --check SHA256SUMS`).

## Tables

{table_list}
Every column and code is explained in [dictionary.md](dictionary.md).

{view_list}
## Before you use it

- It records what the documents **say**, not what is true. Contradictions between them and inside
  them are rows of `discrepancies`; nothing is corrected.
- The documents are few and not a sample of anything: count in them, do not generalise from them.
  `sources` says of each what kind of text it is and how far it stands from the events.
- An empty cell means that the documents do not say.
- Figures keep their words (`quantity`). `bound` says whether they are exact, at least, nearly or
  vague; a vague amount has limits (`value_low`, `value_high`) and no `value`. `modality` tells what
  is stated from what is forecast or planned.
- Dates have the precision of the text (`2025-05`); the first and the last day stand beside them.
- Translations are ours. The documents themselves are not part of the release; excerpts are.

## Cite

> {citation}

`CITATION.cff` has the same for reference managers.

## Licence

[{licence_title}]({licence_path}). Excerpts are quoted from the documents, whose publishers keep
their rights.
"""


def head(descriptor: dict[str, Any], tables: Tables) -> dict[str, Any]:
    """Return the metadata that Hugging Face reads."""
    rows = sum(resource["rowCount"] for resource in descriptor["resources"])
    sources, _ = tables["sources"]
    tags = list(sources["language"].dropna()) if "language" in sources else []
    return {
        "pretty_name": descriptor["title"],
        "license": descriptor["licenses"][0]["name"].lower(),
        "language": sorted({"en", *(tag.split("-")[0] for tag in tags)}),
        "multilinguality": "multilingual",
        "annotations_creators": ["expert-generated"],
        "size_categories": [next((size for most, size in SIZES.items() if rows < most), "n>1M")],
        "tags": descriptor.get("keywords", []),
        "configs": [
            {"config_name": resource["name"], "data_files": resource["path"]}
            for resource in descriptor["resources"]
        ],
    }


def text(descriptor: dict[str, Any], tables: Tables, views: dict[str, str]) -> str:
    """Return the dataset card of a release; `views` says what each view of SQLite answers."""
    resources, licence = descriptor["resources"], descriptor["licenses"][0]
    listed = (
        (f"[`{one['name']}`](dictionary.md#{one['name']})", f"{one['rowCount']:,}",
         one["description"])
        for one in resources
    )  # fmt: skip
    page = PAGE.format(
        **{key: descriptor[key] for key in ("title", "name", "description", "version")},
        created=descriptor["created"][:10],
        tables=len(resources),
        rows=f"{sum(resource['rowCount'] for resource in resources):,}",
        documents=len(tables["sources"][0]),
        table_list=markdown_table(["table", "rows", "what it holds"], listed),
        view_list=markdown_table(
            ["view of the SQLite file", "what it holds"],
            ((f"`{name}`", answers) for name, answers in views.items()),
        ),
        citation=package.citation(descriptor),
        licence_title=licence["title"],
        licence_path=licence["path"],
    )
    return f"---\n{as_yaml(head(descriptor, tables))}---\n\n{page}"
