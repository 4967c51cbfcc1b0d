"""Packages that were found valid, recognised by a digest, so that hooks need not ask again.

The digest is over every byte that a validation rests on: descriptor, tables, schemas and documents
of the package, the code and the word lists of this library, and the versions of Python and of the
libraries that validate.  Only valid packages are remembered, in the user's cache folder
(``$XDG_CACHE_HOME`` or ``~/.cache``); a folder that cannot be read or written is no error.
Out of scope: packages with findings, which are always validated again.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from chipcontrols.package import DESCRIPTOR, DOCUMENTS
from chipcontrols.package.files import LARGEST_FILE
from chipcontrols.validation.findings import Report

LIBRARY = Path(__file__).parents[1]
DECIDING = ("languages", "package", "validation")
"""The folders of the library that decide what a validation finds: nothing above them does."""
VALIDATORS = ("frictionless", "jsonschema", "pandas", "pandera", "pyarrow")
MOST_BYTES = 16 * LARGEST_FILE


def package_files(root: Path) -> Iterator[Path]:
    """Yield the descriptor and every file in the folders that belong to a package."""
    yield root / DESCRIPTOR
    descriptor = json.loads((root / DESCRIPTOR).read_bytes())
    named = [str(one[key]) for one in descriptor["resources"] for key in ("path", "schema")]
    for folder in sorted({name.partition("/")[0] for name in named} | {DOCUMENTS}):
        yield from (path for path in sorted((root / folder).rglob("*")) if path.is_file())


def library_files() -> Iterator[Path]:
    """Yield the files of this library that decide what a validation finds."""
    for folder in DECIDING:
        for path in sorted((LIBRARY / folder).rglob("*")):
            if path.suffix in (".py", ".csv", ".json"):
                yield path


def digest(root: Path) -> str:
    """Return the digest of a package and of what validates it; empty when it cannot be read."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in VALIDATORS]
    state = hashlib.sha256("\n".join([sys.version, *versions]).encode())
    try:
        for base, paths in ((root, package_files(root)), (LIBRARY, library_files())):
            if not add_files(state, base, paths):
                return ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return state.hexdigest()


def add_files(state: hashlib._Hash, base: Path, paths: Iterable[Path]) -> bool:
    """Add files to a digest, each with its name; return whether all of them are of usual size."""
    read = 0
    for path in paths:
        content = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
        read += len(content or b"")
        if content is None or read > MOST_BYTES:
            return False
        name = path.relative_to(base).as_posix()
        state.update(f"\n{name} {len(content)}\n".encode("utf-8", "surrogateescape"))
        state.update(content)
    return True


def memory(digest: str) -> Path:
    """Return the file that remembers a valid package."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "chipcontrols" / "valid" / f"{digest}.json"


def recall(digest: str) -> Report | None:
    """Return the report of a package that was found valid, or None."""
    try:
        checked = json.loads(memory(digest).read_bytes())
        return Report((), {str(rule): int(count) for rule, count in checked.items()})
    except (OSError, ValueError, AttributeError):
        return None


def remember(digest: str, report: Report) -> None:
    """Remember a valid package."""
    if not digest or not report.ok:
        return
    path = memory(digest)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        beside.write_text(json.dumps(report.checked))
        beside.replace(path)
