"""A new document: its file under the next number and its hash, and its row in the table.

Out of scope: what the document states about itself, which the curator fills in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from chipcontrols import languages
from chipcontrols.package import (
    DOCUMENTS,
    Package,
    Table,
    canonical_text,
    document_lines,
    document_number,
    read_documents,
)  # fmt: skip
from chipcontrols.package.schema import Field, Schema


def bytes_cells(schema: Schema, sha256: str, lines: int) -> dict[str, str]:
    """Return the cells that the bytes of a document decide: hash and number of lines."""
    parts = {"sha256": sha256, "lines": str(lines)}
    return {f.name: parts[f.options["part"]] for f in schema.fields if f.rule == "bytes"}


def asked_columns(package: Package) -> list[Field]:
    """Return the required columns of the table of documents that its bytes do not decide."""
    fields = document_table(package).schema.fields
    return [f for f in fields if f.required and f.rule != "bytes" and f.role != "document"]


def document_table(package: Package) -> Table:
    """Return the table of documents; raise ValueError when the package has none."""
    if tables := package.of_kind("document"):
        return tables[0]
    raise ValueError("the package has no table of documents")


def new_document(
    package: Package, content: bytes, cells: Mapping[str, str]
) -> tuple[str, dict[str, bytes]]:
    """Return the name of a new document and the files to write for it.

    `cells` are those of `asked_columns`.  Raises ValueError for bytes that are no document, for a
    document that is there already, and for cells that are missing or no code of their column.
    """
    table = document_table(package)
    check_cells(package, cells)
    lines = document_lines(content)
    if not any(line.strip() for line in lines):
        raise ValueError("the document has no text")
    digest = hashlib.sha256(content).hexdigest()
    names = {row.role("document"): row.role("sha256") for row in package.rows("document")}
    names |= {path.name: "" for path in (package.root / DOCUMENTS).glob("*")}
    names |= {name: document.sha256 for name, document in read_documents(package)[0].items()}
    for name, known in names.items():
        if digest == known or name.endswith(f"_{digest[:16]}.txt"):
            raise ValueError(f"the document is there already: {DOCUMENTS}/{name}")
    taken = [int(n) for name in names if re.fullmatch("[0-9]{1,9}", n := document_number(name))]
    name = f"{max(taken, default=-1) + 1:03}_{digest[:16]}.txt"
    new = dict.fromkeys(table.schema.names, "") | dict(cells)
    new |= bytes_cells(table.schema, digest, len(lines)) | {table.schema.roles["document"]: name}
    text = canonical_text(table.schema, [*(row.cells for row in table.rows), new])
    return name, {f"{DOCUMENTS}/{name}": content, table.path: text.encode()}


def check_cells(package: Package, cells: Mapping[str, str]) -> None:
    """Raise ValueError for cells of a new document that are missing or are not of their column."""
    table = document_table(package)
    for field in asked_columns(package):
        cell = cells.get(field.name, "")
        codes = [code.code for code in package.codes.get((table.name, field.name), ())]
        if not cell or (field.coded and cell not in codes):
            known = f"; known are {', '.join(codes)}" if codes else ""
            raise ValueError(f"{cell!r} is not a code of {field.name}{known}")
    try:
        languages.language(cells.get(table.schema.roles["language"], ""))
    except KeyError as error:
        raise ValueError(error.args[0]) from None
