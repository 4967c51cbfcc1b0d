"""What was found without fault is recognised by a digest, so that it need not be asked again.

A whole package is, for hooks and builds: the digest is over every byte that a validation rests on:
descriptor, tables, schemas and documents, the code and the word lists of this library, and the
versions of Python and of the libraries that validate.  Of a package that has changed, each table
and each document with the rows that must be at hand for it is, under the same code (`Memory`).
Only what has no findings is remembered, in the user's cache folder (``$XDG_CACHE_HOME`` or
``~/.cache``); a folder that cannot be read or written is no error.
Out of scope: what needs whole tables, which is always validated again.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from chipcontrols.package import DESCRIPTOR, DOCUMENTS
from chipcontrols.package.files import LARGEST_FILE
from chipcontrols.validation.findings import Report

LIBRARY = Path(__file__).parents[1]
DECIDING = ("languages", "package", "validation")
"""The folders of the library that decide what a validation finds: nothing above them does."""
VALIDATORS = ("frictionless", "jsonschema", "pandas", "pandera", "pyarrow")
MOST_BYTES = 4 * LARGEST_FILE
KEPT = 20
"""How many files of a kind the cache keeps."""
Counts = Counter[tuple[str, str]]
"""How many cells a rule checked, by rule and table."""


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
    return digest_of((LIBRARY, library_files), (root, lambda: package_files(root)))


def digest_of(*folders: tuple[Path, Callable[[], Iterator[Path]]]) -> str:
    """Return the digest of files in folders and of the libraries; empty when one is unreadable."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in VALIDATORS]
    state = hashlib.sha256("\n".join([sys.version, *versions]).encode())
    try:
        for base, paths in folders:
            if not add_files(state, base, paths()):
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


def cache(folder: str, digest: str) -> Path:
    """Return the file that remembers something."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "chipcontrols" / folder / f"{digest}.json"


def read_cache(path: Path) -> Any:
    """Return the content of a file that remembers; None when there is none or it is damaged."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def write_cache(path: Path, content: Any) -> None:
    """Remember something, and forget all in the same folder but the KEPT newest."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_text(json.dumps(content))
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        for old in sorted(path.parent.iterdir(), key=lambda one: -one.stat().st_mtime)[KEPT:]:
            old.unlink()


def recall(digest: str) -> Report | None:
    """Return the report of a package that was found valid, or None."""
    checked = read_cache(cache("valid", digest))
    with contextlib.suppress(ValueError, AttributeError, TypeError):
        return Report((), {str(rule): int(count) for rule, count in checked.items()})
    return None


def remember(digest: str, report: Report) -> None:
    """Remember a valid package."""
    if digest and report.ok:
        write_cache(cache("valid", digest), report.checked)


class Memory:
    """Tables and documents without findings, by their digests, with how many cells each rule
    checked: those of a validation before, by this code, until `save` writes what was met."""

    def __init__(self) -> None:
        """Recall what was checked by this code."""
        self.known: dict[str, Counts] = {}
        self.met: dict[str, Counts] = {}
        self.path = cache("parts", digest_of((LIBRARY, library_files)))
        found = read_cache(self.path)
        with contextlib.suppress(ValueError, AttributeError, TypeError, KeyError, IndexError):
            counts = [Counter({(rule, table): int(n) for rule, table, n in one})
                      for one in found["counts"]]  # fmt: skip
            self.known = {str(digest): counts[at] for digest, at in found["digests"].items()}

    def recall(self, digest: str) -> Counts | None:
        """Return how many cells each rule checked where nothing was found, or None."""
        if counts := self.known.get(digest):
            self.met[digest] = counts
        return counts

    def remember(self, digest: str, counts: Counts) -> None:
        """Remember that nothing was found."""
        self.known[digest] = self.met[digest] = counts

    def save(self) -> None:
        """Write what was met since the start; the same counts once."""
        counts: dict[tuple[tuple[str, str, int], ...], int] = {}
        digests = {}
        for digest, one in self.met.items():
            told = tuple(sorted((*key, n) for key, n in one.items()))
            digests[digest] = counts.setdefault(told, len(counts))
        write_cache(self.path, {"counts": [*counts], "digests": digests})
