"""The fault corpus: ``tests/faults/base`` is a small valid package, every other folder a fault.

``fault.json`` of a fault says in one sentence what is wrong (``says``), how it is made from the
valid package (``edits``), the findings it must yield, all of them (``expected``), and near-misses
that must yield none (``neighbours``, each with ``says`` and ``edits``).

An edit names a ``file`` and what is done to it:

=====================================  ==========================================================
``replace`` and ``with``               the text, which stands once, becomes the other text
``replace`` and ``with_base64``        the same with bytes that no text has
``replace`` and ``with_repeated``      the same with [text, times]
``text``                               the whole file
``append``                             text after the end of the file
``delete``                             no file
``directory``                          a folder in place of the file
``symlink_to``                         a symbolic link in place of the file
``move_out``                           the file leaves the package, a symbolic link takes its place
``rehash``                             ``data/sources.csv`` gets its new SHA-256 and line count
=====================================  ==========================================================

A finding expected has ``rule``, ``file``, ``line`` (or ``line_of``: the text that stands once, on
that line), ``column``, and ``message`` (or ``begins``, where the rest lists the codes or tables
that there are).  The package has schemas and code lists of its own, so that
the tables of the data may change and the corpus stays.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

from chipcontrols.package.finding import Finding

REPOSITORY = Path(__file__).parents[1]
FAULTS = Path(__file__).parent / "faults"
BASE = FAULTS / "base"

CORPUS: dict[str, dict[str, Any]] = {
    path.parent.name: json.loads(path.read_bytes()) for path in sorted(FAULTS.glob("*/fault.json"))
}
NEIGHBOURS = {
    f"{name}-{number}": neighbour
    for name, fault in CORPUS.items()
    for number, neighbour in enumerate(fault["neighbours"], 1)
}


def assemble(root: Path) -> Path:
    """Make the valid package in the folder `root`."""
    return Path(shutil.copytree(BASE, root, dirs_exist_ok=True))


def new_bytes(edit: dict[str, Any]) -> bytes:
    """Return what an edit puts in the place of other bytes."""
    if "with_base64" in edit:
        return base64.b64decode(edit["with_base64"])
    text, times = edit.get("with_repeated") or (edit["with"], 1)
    return (text * times).encode("utf-8", "surrogatepass")


def apply(root: Path, edit: dict[str, Any]) -> None:
    """Apply one edit to the package in the folder `root`."""
    path = root / edit["file"]
    if "replace" in edit:
        content, old = path.read_bytes(), edit["replace"].encode()
        assert content.count(old) == 1, f"{edit['replace']!r} stands {content.count(old)} times"
        path.write_bytes(content.replace(old, new_bytes(edit)))
    elif "text" in edit:
        path.write_bytes(edit["text"].encode())
    elif "append" in edit:
        path.write_bytes(path.read_bytes() + edit["append"].encode())
    elif "rehash" in edit:
        rehash(root, path)
    elif "move_out" in edit:
        outside = root.parent / "outside" / path.name
        outside.parent.mkdir(exist_ok=True)
        path.rename(outside)
        path.symlink_to(outside)
    else:
        path.unlink()
        if "directory" in edit:
            path.mkdir()
        elif "symlink_to" in edit:
            path.symlink_to(edit["symlink_to"])
        else:
            assert edit["delete"] is True, edit


def rehash(root: Path, document: Path) -> None:
    """Record the SHA-256 and the number of lines of a document in the table of sources."""
    path, content = root / "data/sources.csv", document.read_bytes()
    header, *rows = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
    for row in rows:
        if row[0] == document.name:
            row[header.index("sha256")] = hashlib.sha256(content).hexdigest()
            row[header.index("line_count")] = str(content.count(b"\n") + 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def edited(folder: Path, edits: list[dict[str, Any]]) -> Path:
    """Make the valid package below `folder`, edit it, and return its folder."""
    root = assemble(folder / "package")
    for edit in edits:
        apply(root, edit)
    return root


def line_of(path: Path, text: str) -> int:
    """Return the line of a file on which a text stands that stands there once."""
    content = path.read_text("utf-8")
    assert content.count(text) == 1, f"{text!r} stands {content.count(text)} times"
    return content.count("\n", 0, content.index(text)) + 1


def as_expected(root: Path, finding: Finding, expected: dict[str, Any]) -> dict[str, Any]:
    """Return a finding in the form of an expected one, so that the two compare equal if they
    agree.
    """
    found: dict[str, Any] = {}
    for key, value in expected.items():
        if key == "line_of":
            same = finding.line == line_of(root / expected["file"], value)
            found[key] = value if same else finding.line
        elif key == "begins":
            found[key] = value if finding.message.startswith(value) else finding.message
        else:
            found[key] = getattr(finding, key)
    return found


def snapshot(root: Path) -> dict[str, tuple[int, bytes]]:
    """Return time of the last change and content of everything in a folder, by path."""
    return {
        path.relative_to(root).as_posix(): (
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(root.rglob("*"))
    }
