"""Synthetic packages of any size, valid, in which no line repeats: for measuring and for tests.

A document has five lines and ten statements, each of an amount that no other line has, of two
companies: one that it names first, so that surface forms grow with the documents, and one that an
earlier document has named.  Names and amounts come from a counter, so that the same size is the
same package.  Schemas and codes are those of this repository, less the columns that are not filled.
Run ``python tests/tools/volume.py FOLDER --rows N`` to write one.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
LINES, ROWS_A_LINE = 5, 2
ROWS_A_DOCUMENT = LINES * ROWS_A_LINE
COLUMNS = {
    "sources": "seed sha256 line_count language",
    "companies": "company_id name name_zh seed line excerpt",
    "market_figures": "figure_id sentence measure value value_low value_high unit bound subject_id "
    "modality quantity seed line excerpt",
    "surface_forms": "surface_form entity_id script seed line excerpt",
    "vocabulary": "table column code definition cues unit roles",
}
MEASURES = (("investment", "投資"), ("revenue", "營收"), ("spending", "支出"), ("profit", "淨利"))
ONSETS, VOWELS = "bdfgkmnprstvz", "aiou"


def name_of(number: int) -> str:
    """Return the name of a company, another for each number.

    >>> name_of(0), name_of(1)
    ('Bababax', 'Bababix')
    """
    syllables = [onset + vowel for onset in ONSETS for vowel in VOWELS]
    found = ""
    for _ in range(3):
        number, at = divmod(number, len(syllables))
        found = syllables[at] + found
    tail = "" if number == 0 else syllables[number % len(syllables)]
    return f"{(tail + found).capitalize()}x"


def document(number: int) -> tuple[str, bytes, list[dict[str, str]]]:
    """Return the file name, the text and the statements of a document."""
    lines, rows = [], []
    count = number * ROWS_A_DOCUMENT
    companies = number, number * 7919 // 13 % number if number else 1
    for line in range(1, LINES + 1):
        clauses = []
        for part in range(ROWS_A_LINE):
            amount = 10_000_019 + 97 * count
            measure, word = MEASURES[count % len(MEASURES)]
            name = name_of(companies[part])
            clauses.append(f"{name}的{word}為{amount}美元")
            rows.append({
                "figure_id": f"{number:03}-{line:03}-{part + 1}",
                "sentence": f"{name}'s {measure} is US${amount:,}.",
                "measure": measure, "value": str(amount), "value_low": str(amount),
                "value_high": str(amount), "unit": "USD", "bound": "exact",
                "subject_id": name.lower(), "modality": "stated", "quantity": f"{amount}美元",
                "line": str(line), "excerpt": clauses[-1],
            })  # fmt: skip
            count += 1
        lines.append(f"{','.join(clauses)}。")
    text = "\n".join(lines).encode()
    name = f"{number:03}_{hashlib.sha256(text).hexdigest()[:16]}.txt"
    return name, text, [row | {"seed": name} for row in rows]


def write(root: Path, documents: int) -> Path:
    """Write a package of so many documents into a folder that is not there yet."""
    for folder in ("data", "schemas", "seeds"):
        (root / folder).mkdir(parents=True)
    descriptor = json.loads((REPOSITORY / "datapackage.json").read_bytes())
    resources = [one for one in descriptor["resources"] if one["name"] in COLUMNS]
    (root / "datapackage.json").write_text(json.dumps(descriptor | {"resources": resources}))
    for one in resources:
        content = schema(json.loads((REPOSITORY / one["schema"]).read_bytes()), one["name"])
        (root / one["schema"]).write_text(json.dumps(content))
    paths = {one["name"]: root / one["path"] for one in resources}
    tables: dict[str, list[tuple[str, ...]]] = {name: [] for name in COLUMNS}
    for number in range(documents):
        name, text, rows = document(number)
        (root / "seeds" / name).write_bytes(text)
        own = name_of(number)
        first = {"seed": name, "line": "1", "excerpt": own}
        digest = hashlib.sha256(text).hexdigest()
        add(tables, "sources", seed=name, sha256=digest, line_count=str(LINES), language="zh-Hant")
        add(tables, "companies", company_id=own.lower(), name=own, name_zh=own, **first)
        form = {"surface_form": own, "entity_id": own.lower(), "script": "Latn"}
        add(tables, "surface_forms", **form, **first)
        for row in rows:
            add(tables, "market_figures", **row)
    tables["vocabulary"] = [*codes()]
    for table, found in tables.items():
        with paths[table].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS[table].split())
            writer.writerows(sorted(found))
    return root


def edit(root: Path) -> None:
    """Change the sentence of one row of a package, which stays valid."""
    path = root / "data/market_figures.csv"
    text = path.read_text("utf-8")
    at = text.index(" is US$", len(text) // 2)
    path.write_text(f"{text[:at]} was US${text[at + len(' is US$') :]}", "utf-8", newline="")


def add(tables: dict[str, list[tuple[str, ...]]], table: str, **cells: str) -> None:
    """Add a row to a table."""
    tables[table].append(tuple(cells[column] for column in COLUMNS[table].split()))


def schema(content: dict[str, Any], table: str) -> dict[str, Any]:
    """Return the schema of a table with the columns that are filled."""
    columns = COLUMNS[table].split()
    fields = [field for field in content["fields"] if field["name"] in columns]
    for field in fields:
        field["references"] = [one for one in field.get("references", ()) if one in COLUMNS]
        if not field["references"]:
            del field["references"]
    rest = {key: value for key, value in content.items() if key != "foreignKeys"}
    return rest | {"fields": fields}


def codes() -> Iterator[tuple[str, ...]]:
    """Yield the codes of the columns that are filled."""
    shared = {("*", "modality")}
    with (REPOSITORY / "schemas/vocabulary.csv").open(encoding="utf-8", newline="") as file:
        for row in itertools.islice(csv.reader(file), 1, None):
            own = row[0] in COLUMNS and row[1] in COLUMNS[row[0]].split()
            if own or (row[0], row[1]) in shared:
                yield tuple(row)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Write a synthetic package.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000)
    options = parser.parse_args()
    write(options.folder, options.rows // ROWS_A_DOCUMENT)


if __name__ == "__main__":
    main()
