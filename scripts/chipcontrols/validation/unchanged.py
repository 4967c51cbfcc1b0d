"""What was found without fault is recognised by a digest, so that it is not checked again.

A whole package is, for hooks and builds, by a digest of every byte that a validation rests on:
descriptor, tables, schemas and documents, the code and the word lists of this library, and the
versions of Python and of the libraries that validate.  In a changed package, blocks of tables are,
and documents with the rows that must be at hand for them, under the same code (`Memory`).
Only what has no findings is remembered, in the user's cache folder (``$XDG_CACHE_HOME`` or
``~/.cache``); a folder that cannot be read or written is no error.
Out of scope: what needs whole tables, which is always validated again.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chipcontrols.package import Package, files, package_files
from chipcontrols.validation.findings import Report

LIBRARY = Path(__file__).parents[1]
DECIDING = ("languages", "package", "validation")
"""The folders of the library that decide what a validation finds: nothing above them does."""
VALIDATORS = ("frictionless", "jsonschema", "pandas", "pandera", "pyarrow")
KEPT = 20
"""How many files of a kind the cache keeps."""
Counts = Counter[tuple[str, str]]
"""How many cells a rule checked, by rule and table."""


def digest(root: Path, hashes: dict[str, str] | None = None) -> str:
    """Return the digest of a package and of what validates it; empty when it cannot be read.
    `hashes` gets the SHA-256 of the package's files."""
    hashes = {} if hashes is None else hashes
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        names = package_files(root)
        hashes |= hashes_of(root, names)
        return digest_of(library_digest(), hashes) if len(hashes) == len(names) else ""
    return ""


def library_digest() -> str:
    """Return the digest of this library and of those that validate."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in VALIDATORS]
    names = (name for folder in DECIDING for name in files.names_below(LIBRARY, folder))
    deciding = (name for name in names if name.endswith((".py", ".csv", ".json")))
    return digest_of("\n".join([sys.version, *versions]), hashes_of(LIBRARY, deciding, True))


def digest_of(text: str, hashes: Mapping[str, str]) -> str:
    """Return the digest of a text and of files."""
    told = "\n".join((text, *(f"{sha} {name}" for name, sha in hashes.items())))
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def hashes_of(base: Path, names: Iterable[str], links: bool = False) -> dict[str, str]:
    """Return the SHA-256, by name, of the files that can be read and, unless `links` is true, are
    neither symbolic links nor below one, which may lead anywhere."""
    found, real = {}, os.path.realpath(base)
    linked = functools.cache(
        lambda folder: os.path.realpath(f"{real}/{folder}") != os.path.normpath(f"{real}/{folder}")
    )
    for name in names:
        with contextlib.suppress(OSError, ValueError):
            status = os.stat(path := f"{real}/{name}", follow_symlinks=links)
            here = links or not linked(name.rpartition("/")[0])
            if stat.S_ISREG(status.st_mode) and here:
                state = hashlib.sha256()
                with open(path, "rb", buffering=0) as file:
                    while piece := file.read(2**16):
                        state.update(piece)
                found[name] = state.hexdigest()
    return found


def cache(folder: str, digest: str) -> Path:
    """Return the file of a digest in a folder of the cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "chipcontrols" / folder / f"{digest}.json"


def read_cache(path: Path) -> Any:
    """Return the content of a file of the cache; None when there is none or it is damaged."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def write_cache(path: Path, content: Any) -> None:
    """Write a file of the cache, and remove all but the KEPT newest of its folder."""
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
        counts = {str(rule): int(count) for rule, count in checked.items()}
        return Report((), counts, recalled=True)
    return None


def remember(digest: str, report: Report) -> None:
    """Remember a valid package."""
    if digest and report.ok:
        write_cache(cache("valid", digest), report.checked)


class Memory:
    """Blocks of tables and documents without findings, by digest, with how many cells each rule
    checked: those of earlier validations by this code; `save` keeps those met in this one."""

    def __init__(self, hashes: Mapping[str, str] | None = None) -> None:
        """Recall what was checked by this code; `hashes` are those that `digest` gives."""
        self.hashes = hashes or {}
        self.known: dict[str, Counts] = {}
        self.met: dict[str, Counts] = {}
        self.alike: dict[frozenset[tuple[tuple[str, str], int]], Counts] = {}
        self.path = cache("parts", library_digest())
        found = read_cache(self.path)
        with contextlib.suppress(ValueError, AttributeError, TypeError, KeyError, IndexError):
            counts = [Counter({(rule, table): int(n) for rule, table, n in one})
                      for one in found["counts"]]  # fmt: skip
            self.known = {str(digest): counts[at] for digest, at in found["digests"].items()}

    def documents(self, package: Package) -> dict[str, str]:
        """Return the SHA-256 of the documents of a package, by name, as far as they can be read;
        they are read unless their hashes are known."""
        paths = package.document_paths
        hashes = self.hashes or hashes_of(package.root, sorted(paths.values()))
        return {name: hashes[path] for name, path in paths.items() if path in hashes}

    def recall(self, digest: str) -> Counts | None:
        """Return how many cells each rule checked where nothing was found, or None."""
        if counts := self.known.get(digest):
            self.met[digest] = counts
        return counts

    def remember(self, digest: str, counts: Counts) -> None:
        """Remember that nothing was found; equal counts are held once."""
        same = self.alike.setdefault(frozenset(counts.items()), counts)
        self.known[digest] = self.met[digest] = same

    def save(self) -> None:
        """Write what was met since the start, equal counts once."""
        counts: dict[tuple[tuple[str, str, int], ...], int] = {}
        digests = {}
        for digest, one in self.met.items():
            told = tuple(sorted((*key, n) for key, n in one.items()))
            digests[digest] = counts.setdefault(told, len(counts))
        write_cache(self.path, {"counts": [*counts], "digests": digests})
