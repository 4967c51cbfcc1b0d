"""The documents of a package, under ``seeds/``: those that its document tables name.

Out of scope: the reading text of a line (`chipcontrols.validation.anchors`).
"""

import dataclasses
import hashlib
from collections.abc import Iterable

from chipcontrols import languages
from chipcontrols.package import Package, Row, files
from chipcontrols.package.finding import Finding

LARGEST_DOCUMENT = 2 * 2**20
"""The most bytes of a document: a hundred long articles."""
LONGEST_LINE = 20_000
"""The most characters of a line.  Each row reads the line that it rests on, so that without a
bound a document of one line would cost rows times characters."""


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A document: its path and file name, what its row says of it, its SHA-256, its lines."""

    path: str
    name: str
    language: str
    published: str
    sha256: str
    lines: tuple[str, ...]


def document_number(name: str) -> str:
    """Return the number that begins the file name of a document.

    >>> document_number("001_9a4ec6c7d1d94c65.txt")
    '001'
    """
    return name.partition("_")[0]


def read_documents(
    package: Package, rows: Iterable[Row] | None = None
) -> tuple[dict[str, Document], list[Finding]]:
    """Return the documents that could be read, by file name, and the findings on the others: all of
    the package, or those of the rows given."""
    documents: dict[str, Document] = {}
    findings = []
    for row in package.rows("document") if rows is None else rows:
        name, role, hint = row.role("document"), "document", "restore the document"
        path = package.document_paths[name]
        try:
            if "/" in name:
                raise ValueError(f"{name!r} is not a file name")
            content = files.read_bytes(package.root, path, LARGEST_DOCUMENT)
            documents[name] = read_document(row, path, content)
            continue
        except (OSError, ValueError) as error:
            message = f"{path} cannot be read: {getattr(error, 'strerror', error)}"
        except KeyError as error:
            message, role, hint = str(error.args[0]), "language", "correct the language"
        table, column = package.tables[row.table].path, row.schema.roles.get(role, "")
        findings.append(Finding(table, row.line, column, "source", message, hint))
    return documents, findings


def read_document(row: Row, path: str, content: bytes) -> Document:
    """Return the document of a row from its file's path and bytes; raise ValueError as
    `document_lines` does, and KeyError for an unknown language."""
    lines, digest = tuple(document_lines(content)), hashlib.sha256(content).hexdigest()
    name, language, published = map(row.role, ("document", "language", "published"))
    languages.language(language)
    return Document(path, name, language, published, digest, lines)


def document_lines(content: bytes) -> list[str]:
    """Return the lines of a document's bytes; raise ValueError when they are not UTF-8 (the message
    names line and byte), or hold a byte order mark, a carriage return, a NUL, or more than
    LARGEST_DOCUMENT or LONGEST_LINE."""
    if len(content) > LARGEST_DOCUMENT:
        raise ValueError(f"more than {LARGEST_DOCUMENT:,} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line}: byte 0x{content[error.start]:02x} is not UTF-8") from None
    for mark, name in (("\ufeff", "byte order mark"), ("\r", "carriage return"), ("\0", "NUL")):
        if (at := text.find(mark)) >= 0:
            raise ValueError(f"line {text.count(chr(10), 0, at) + 1}: {name}")
    lines = text.split("\n")
    for number, found in enumerate(lines, 1):
        if len(found) > LONGEST_LINE:
            raise ValueError(f"line {number}: more than {LONGEST_LINE:,} characters on a line")
    return lines
