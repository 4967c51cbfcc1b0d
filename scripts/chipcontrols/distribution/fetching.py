"""Fetching releases from a store into a cache, and loading tables from there.

A store is a folder, an fsspec URL (``s3://…``) or an HTTP URL; without one the environment variable
``CHIPCONTROLS_STORE`` names it.  The cache is a folder: an argument, ``CHIPCONTROLS_CACHE``, or the
user's cache folder.  Each store has its own place in it: the last index seen, and the files of each
version.

A version is ``latest``, exact (``1.2.0``), or a condition (``~=1.2``, ``>=1,<3``; PEP 440).  An
exact version that is in the cache needs no network.  The others ask the store, and when it cannot
be reached fall back to the newest release that the cache has whole, with a warning.

The SHA-256 of a file is checked when it is downloaded and whenever it is used; a file of the cache
that differs is fetched again, with a warning.  An index
that gives a known version other hashes than before is refused, and a version once seen is not
forgotten when the store no longer names it.

A table from the cache costs little more than reading its Parquet file: that path imports neither
pooch nor fsspec.  Out of scope: removing versions from the cache (it is a folder; delete it).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
import uuid
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chipcontrols.distribution import catalogue, transfer
from chipcontrols.distribution.catalogue import INDEX, Index, Place, Release, StoreError
from chipcontrols.distribution.transfer import Unreachable

if TYPE_CHECKING:
    import pandas

HOUR = 3600


def store_from(store: Place | None) -> str:
    """Return the URL of a store, given or from the environment."""
    named = store if store is not None else os.environ.get("CHIPCONTROLS_STORE", "")
    if not os.fspath(named):
        raise StoreError(
            "no store is named: give store= (--store), a folder or a URL such as "
            "s3://bucket/folder, or set the environment variable CHIPCONTROLS_STORE"
        )
    return catalogue.store_url(named)


def cache_from(cache: Place | None) -> Path:
    """Return the folder of the cache: given, from the environment, or the user's."""
    named = cache if cache is not None else os.environ.get("CHIPCONTROLS_CACHE", "")
    folder = os.fspath(named) or catalogue.extra("platformdirs").user_cache_dir("chipcontrols")
    return Path(folder).expanduser().absolute()


def matches(wanted: str, version: str) -> bool:
    """Return whether a version is what was asked for; raise ValueError for a question that is none.

    >>> matches("~=1.2", "1.10.0"), matches("1.2.0", "1.2.1"), matches("latest", "1.0.0")
    (True, False, True)
    """
    if wanted == "latest" or catalogue.VERSION.fullmatch(wanted):
        return wanted in ("latest", version)
    specifiers = catalogue.extra("packaging.specifiers")
    try:
        return bool(specifiers.SpecifierSet(wanted).contains(version)) and bool(wanted)
    except specifiers.InvalidSpecifier:
        raise ValueError(
            f"{wanted!r} is no version: write 'latest', a version such as '1.2.0', or a condition "
            f"such as '~=1.2' or '>=1,<3'"
        ) from None


class Shelf:
    """The place of one store in the cache."""

    def __init__(self, store: Place | None, cache: Place | None) -> None:
        """Find the store and its place; touch neither."""
        self.store = store_from(store)
        tail = re.sub("[^A-Za-z0-9]+", "-", catalogue.shown(self.store))[-40:].strip("-")
        key = hashlib.sha256(self.store.encode()).hexdigest()[:12]
        self.folder = cache_from(cache) / f"{tail}-{key}"

    def last_index(self) -> Index | None:
        """Return the last index seen, if it is there and whole."""
        path = self.folder / INDEX
        try:
            return catalogue.parse_index(path.read_bytes(), str(path))
        except OSError:
            return None

    def index(self) -> Index:
        """Return the store's index and keep it; raise StoreError when a known version changed."""
        fresh, last = transfer.read_index(self.store), self.last_index()
        for known in last.releases if last else ():
            now = fresh.get(known.version)
            if now and now.digest != known.digest:
                raise StoreError(
                    f"version {known.version} in {catalogue.shown(self.store)} has changed: "
                    f"expected digest {known.digest}, got {now.digest}. Nothing was fetched; a "
                    f"published version never changes, so suspect the store, and delete "
                    f"{self.folder} only if it was rebuilt on purpose"
                )
        gone = [one for one in (last.releases if last else ()) if not fresh.get(one.version)]
        whole = Index(fresh.name, catalogue.newest_first((*fresh.releases, *gone)))
        if whole != last:
            with contextlib.suppress(OSError):  # a cache that cannot be written can be read
                self.folder.mkdir(parents=True, exist_ok=True)
                part = self.folder / f".{INDEX}.{uuid.uuid4().hex}.part"
                try:
                    part.write_bytes(catalogue.render_index(whole))
                    part.replace(self.folder / INDEX)
                finally:
                    part.unlink(missing_ok=True)
        return fresh

    def fault(self, release: Release, name: str) -> str:
        """Return what is wrong with a file in the cache; empty when nothing is."""
        path = self.folder / release.version / name
        try:
            got = catalogue.file_of(path)
        except (FileNotFoundError, NotADirectoryError):
            return "missing"
        except OSError as error:
            return str(error)
        expected = release.files[name]
        return "" if got == expected else f"expected sha256 {expected.sha256}, got {got.sha256}"

    def choose(self, wanted: str, names: Callable[[Release], Iterable[str]]) -> Release:
        """Return the newest release that is asked for; offline, one whose files are cached."""
        matches(wanted, "0.0.0")
        last = self.last_index()
        if catalogue.VERSION.fullmatch(wanted) and last and (pinned := last.get(wanted)):
            return pinned
        try:
            index = self.index()
        except Unreachable as error:
            for release in last.releases if last else ():
                if matches(wanted, release.version) and not any(
                    self.fault(release, name) for name in names(release)
                ):
                    warnings.warn(
                        f"{error}: using {release.version}, the newest that is whole in the cache "
                        f"{self.folder}; the store may have a newer one",
                        stacklevel=4,
                    )
                    return release
            raise StoreError(
                f"{error}, and the cache {self.folder} has no whole release for {wanted!r}: "
                f"connect once, or name another store"
            ) from error
        for release in index.releases:
            if matches(wanted, release.version):
                return release
        there = ", ".join(release.version for release in index.releases) or "none"
        raise StoreError(
            f"no release for {wanted!r} in {catalogue.shown(self.store)}; there are: {there}"
        )

    def complete(self, release: Release, names: Iterable[str]) -> Path:
        """Return the folder of a release once these files are in it, each with its hash checked."""
        folder = self.folder / release.version
        faults = {name: fault for name in names if (fault := self.fault(release, name))}
        if not faults:
            return folder
        for name, fault in faults.items():
            if fault != "missing":
                warnings.warn(f"{folder / name}: {fault}; it is fetched again", stacklevel=4)
        transfer.download(self.store, release, list(faults), folder)
        return folder


def index(store: Place | None = None, cache: Place | None = None) -> Index:
    """Return a store's index, or with a warning the last one seen when it cannot be reached."""
    shelf = Shelf(store, cache)
    try:
        return shelf.index()
    except Unreachable as error:
        if last := shelf.last_index():
            warnings.warn(f"{error}: these are the releases last seen", stacklevel=3)
            return last
        raise


def versions(store: Place | None = None, cache: Place | None = None) -> list[str]:
    """Return the versions in a store, newest first."""
    return [release.version for release in index(store, cache).releases]


def fetch(
    version: str = "latest",
    store: Place | None = None,
    cache: Place | None = None,
) -> Path:
    """Return the folder of a release in the cache, with every file there and its hash checked."""
    shelf = Shelf(store, cache)
    release = shelf.choose(version, lambda one: one.files)
    folder = shelf.complete(release, release.files)
    with contextlib.suppress(OSError):  # what a killed download has left
        for path in folder.iterdir():
            if path.name not in release.files and path.stat().st_mtime < time.time() - HOUR:
                path.unlink()
    return folder


def load(
    table: str,
    version: str = "latest",
    store: Place | None = None,
    cache: Place | None = None,
) -> pandas.DataFrame:
    """Return a table of a release; fetches its Parquet file only, and that only once."""
    import pandas

    name = f"{table}.parquet"
    shelf = Shelf(store, cache)
    release = shelf.choose(version, lambda one: {name} & set(one.files))
    if name not in release.files:
        tables = ", ".join(one[:-8] for one in release.files if one.endswith(".parquet"))
        raise KeyError(f"no table {table!r} in release {release.version}; the tables are {tables}")
    path = shelf.folder / release.version / name
    for _ in range(2):
        if content := buffer_of(path, release.files[name].sha256):
            return pandas.read_parquet(content)
        shelf.complete(release, [name])
    raise StoreError(f"{path} changes while it is read: suspect another program")


def buffer_of(path: Path, sha256: str) -> Any:
    """Return a reader of a file's content, or None when it cannot be read or has another hash.

    What is hashed is what is read.  The memory is pyarrow's own: one that belongs to Python, such
    as a BytesIO, now and then aborts the process at its end (apache/arrow issues 33975 and 50482).
    """
    import pyarrow

    try:
        with pyarrow.OSFile(str(path)) as file:
            content = file.read_buffer()
    except OSError:
        return None
    right = hashlib.sha256(content).hexdigest() == sha256
    return pyarrow.BufferReader(content) if right else None
