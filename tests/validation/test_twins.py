"""Every rule reads a package and its twins alike: in the other script, in full width, with blanks.

The twin of a package has other characters in its documents and in every cell that copies their
words: simplified ones for traditional ones, full-width figures and marks, but for those that damage
leaves, or blanks between Chinese characters and figures or letters.  A valid package stays valid,
and what is wrong with a faulty one is found at the same cells.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from chipcontrols.languages.characters import script
from chipcontrols.package import Package, Table, canonical_text
from chipcontrols.validation import engine
from chipcontrols.validation.rules import bind
from fault_corpus import CORPUS, REPOSITORY, edited

FOLDING = REPOSITORY / "scripts/chipcontrols/languages/folding.csv"
with FOLDING.open(encoding="utf-8", newline="") as table:
    SIMPLIFIED = str.maketrans({row["character"]: row["folded"] for row in csv.DictReader(table)})
WIDE = str.maketrans({mark: chr(ord(mark) + 0xFEE0) for mark in "0123456789,.!;:%"})
BESIDE = re.compile(
    "(?<=[㐀-鿿])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[㐀-鿿])"
    "|(?<=[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]\\))(?=[0-9A-Za-z])"  # after a gloss, which is not read
)
TWINS: dict[str, Callable[[str], str]] = {
    "script": lambda text: text.translate(SIMPLIFIED),
    "width": lambda text: text.translate(WIDE),
    "blanks": lambda text: BESIDE.sub(" ", text),
}
FAULTY = [
    name
    for name, fault in CORPUS.items()
    if all(edit["file"].startswith("data/") and "replace" in edit for edit in fault["edits"])
    and fault["expected"][0]["rule"] in ("words", "quantity", "translation", "completeness", "code")
]


def copied(table: Table) -> set[str]:
    """Return the columns of a table whose cells are words of the documents."""
    if not table.schema.anchored and table.schema.kind != "document":
        return set()
    rules, schema = bind(table.schema), table.schema
    found = {column for column, rule in rules.items() if rule.copies_words or rule.name == "time"}
    found |= {f.name for f in schema.fields if f.rule == "quantity" and "of" not in f.options}
    return found | {schema.roles[role] for role in ("excerpt", "form") if role in schema.roles}


def twin(root: Path, change: Callable[[str], str]) -> None:
    """Write other characters into the documents of a package, and into the cells that copy them."""
    digests = {}
    for path in (root / "seeds").glob("*.txt"):
        path.write_text(change(path.read_text("utf-8")), "utf-8", newline="")
        digests[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    for table in Package.open(root).tables.values():
        columns, schema = copied(table), table.schema
        scripts = {f.name: f.options["of"] for f in schema.fields if f.rule == "script"}
        rows = {}
        if columns:
            for row in table.rows:
                cells = {
                    # An entity has an English name beside those of the documents.
                    column: change(cell)
                    if column in columns
                    and (
                        schema.field(column).rule != "name"
                        or not cell.isascii()
                        or cell in row.role("excerpt")
                    )
                    else cell
                    for column, cell in row.cells.items()
                }
                cells |= {column: script(cells[form]) for column, form in scripts.items()}
                if schema.kind == "document":
                    cells[schema.roles["sha256"]] = digests[row.role("document")]
                # Of two forms that were one but for their script one is left.
                rows.setdefault(tuple(cells[key] for key in schema.primary_key), cells)
            text = canonical_text(schema, rows.values())
            (root / table.path).write_text(text, "utf-8", newline="")


def found_in(root: Path) -> list[tuple[str, str, str]]:
    return sorted((f.rule, f.file, f.column) for f in engine.validate(root).findings)


def test_the_twin_of_a_valid_package_is_valid(package_copy: Path) -> None:
    for name in ("blanks", "script", "width"):
        twin(package_copy, TWINS[name])
    assert [str(finding) for finding in engine.validate(package_copy).findings] == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", TWINS)
@pytest.mark.parametrize("fault", FAULTY[::30])
def test_a_fault_is_found_at_the_same_cells_in_a_twin(
    tmp_path: Path, fault: str, name: str
) -> None:
    root = edited(tmp_path, CORPUS[fault]["edits"])
    before = found_in(root)
    twin(root, TWINS[name])
    assert found_in(root) == before
