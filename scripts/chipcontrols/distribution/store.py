"""The store: a folder or an object store, behind an fsspec URL, that holds published releases.

``index.json`` (see `catalogue`) and one immutable folder a version, as it was built.  A version is
there when the index names it, and only then.

Publishing uploads the files first and replaces the index last, in one step that fails when another
publisher was faster: under a lock on a local folder, which the system frees when its holder dies;
by conditional writes on S3; elsewhere under a lock of the process and by reading back, so publish
from one process at a time there.  ``SHA256SUMS`` is the first file of a version's folder and claims
it.  A publisher with the same bytes completes what a killed one left; one with other bytes turns to
the folder ``<version>-<12 digits of its digest>``.  So nobody writes over another's files, and the
index decides who was first; what no index can name any more is then removed.

Out of scope: withdrawing a release, and stores over HTTP, which are for fetching only.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import json
import os
import random
import re
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chipcontrols.distribution import catalogue
from chipcontrols.distribution.catalogue import INDEX, SUMS, Index, Place, Release, StoreError

ATTEMPTS = 20
IN_PROCESS = threading.Lock()
LOST_RACE = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")


def lost_race(error: OSError) -> bool:
    """Return whether a conditional write failed because another publisher was faster."""
    response = getattr(error.__cause__, "response", None) or {}
    code = response.get("Error", {}).get("Code")
    return isinstance(error, FileExistsError) or code in LOST_RACE


class Backend:
    """What publishing needs of a file system; names are relative to the store."""

    def __init__(self, url: str) -> None:
        """Open the file system of a URL."""
        self.system, self.root = catalogue.file_system(url)
        named = self.system.protocol
        protocols = {named} if isinstance(named, str) else set(named)
        if protocols & {"http", "https"}:
            raise StoreError(f"{catalogue.shown(url)} can be fetched from, not published to")
        self.local = "file" in protocols
        self.conditional = "s3" in protocols

    def path(self, name: str) -> str:
        """Return the path of a file of the store in the file system."""
        return f"{self.root}/{name}"

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, or None when there is none."""
        try:
            content: bytes = self.system.cat_file(self.path(name))
        except FileNotFoundError:
            return None
        return content

    def put(self, name: str, content: bytes) -> None:
        """Write a file so that a reader sees all of it or what was there before."""
        path = Path(self.path(name))
        if not self.local:
            self.system.pipe_file(self.path(name), content)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
        try:
            with part.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other publishers out, as far as the backend can."""
        if not self.local:
            with IN_PROCESS:
                yield
            return
        Path(self.root).mkdir(parents=True, exist_ok=True)
        with catalogue.extra("filelock").FileLock(self.path(".lock"), timeout=60):
            yield

    def claim(self, name: str, content: bytes) -> bool:
        """Create a file unless there is one; return whether its content is this one now."""
        with self.alone():
            found = self.read(name)
            if found is None and self.local:
                self.put(name, content)
            elif found is None:
                try:
                    self.system.pipe_file(self.path(name), content, mode="create")
                except OSError as error:
                    if not lost_race(error):
                        raise
            return (found or self.read(name)) == content

    def index(self) -> tuple[Index | None, Any]:
        """Return the index, None in an empty store, and what `swap` needs to know of it."""
        self.system.invalidate_cache()
        tag = None
        if self.conditional:
            with contextlib.suppress(FileNotFoundError):
                tag = self.system.info(self.path(INDEX))["ETag"]
        content = self.read(INDEX)
        where = f"{self.system.unstrip_protocol(self.root)}/{INDEX}"
        index = None if content is None else catalogue.parse_index(content, where)
        return index, tag if self.conditional else content

    def swap(self, expected: Any, index: Index) -> None:
        """Replace the index unless it has changed since; whether it did shows when it is read."""
        content = catalogue.render_index(index)
        if len(content) > catalogue.MAX_INDEX:
            raise StoreError(f"{INDEX} would have {len(content)} bytes; no reader takes that")
        with self.alone():
            if self.conditional:
                condition = {"IfMatch": expected} if expected else {"mode": "create"}
                try:
                    self.system.pipe_file(self.path(INDEX), content, **condition)
                except OSError as error:
                    if not lost_race(error):
                        raise
            elif self.read(INDEX) == expected:
                self.put(INDEX, content)

    def tidy(self, release: Release) -> None:
        """Remove what killed or slower publishers of a published version have left."""
        other = re.compile(rf"{re.escape(release.version)}(-[0-9a-f]{{12}})?")
        with contextlib.suppress(Exception):  # litter does no harm
            for found in self.system.ls(self.root, detail=False):
                name = found.rstrip("/").rpartition("/")[2]
                if other.fullmatch(name) and name != release.folder:
                    self.system.rm(found, recursive=True)
            if self.local:
                parts = list(Path(self.path(release.folder)).glob(".*.part"))
                with self.alone():  # only who is alone writes an index
                    parts += Path(self.root).glob(".*.part")
                    for part in parts:
                        part.unlink()


def upload(backend: Backend, folder: Path, release: Release) -> Release:
    """Bring every file of a release into a folder of the store that is its own."""
    for place in (release.version, release.second_folder):
        if backend.claim(f"{place}/{SUMS}", catalogue.sums(release.files)):
            break
    else:
        raise StoreError(f"{place} has a foreign {SUMS}: remove that folder from the store")
    for name, file in release.files.items():
        if name == SUMS:
            continue  # the claim
        content = (folder / name).read_bytes()
        found = backend.read(f"{place}/{name}")
        if found is None or hashlib.sha256(found).hexdigest() != file.sha256:
            backend.put(f"{place}/{name}", content)
            found = backend.read(f"{place}/{name}")
        if found is None:
            raise FileNotFoundError(f"{place}/{name} has vanished after writing it")
        got = hashlib.sha256(found).hexdigest()
        if got != file.sha256:
            raise StoreError(
                f"{place}/{name}: expected sha256 {file.sha256}, got {got} after writing it: the "
                f"folder {folder} has changed under way, or the store does not keep what it gets"
            )
    return dataclasses.replace(release, folder=place)


def enter(backend: Backend, folder: Path, name: str, release: Release) -> Release:
    """Upload a release and enter it into the index, against other publishers."""
    uploaded = None
    for attempt in range(ATTEMPTS):
        index, state = backend.index()
        index = index or Index(name)
        if index.name != name:
            raise StoreError(f"the store holds {index.name}, not {name}: name another store")
        if known := index.get(release.version):
            backend.tidy(known)
            if known.files != release.files:
                raise StoreError(
                    f"version {release.version} is already published, since {known.date}, with "
                    f"other bytes: expected digest {known.digest}, got {release.digest}. Nothing "
                    f"was changed; a published version stays as it is, so give yours a new number"
                )
            return known
        try:
            uploaded = uploaded or upload(backend, folder, release)
        except FileNotFoundError:  # another publisher of the version has finished and tidied up
            if attempt == ATTEMPTS - 1:
                raise
            continue
        releases = catalogue.newest_first((*index.releases, uploaded))
        backend.swap(state, Index(name, releases))
        time.sleep(random.uniform(0, 0.05) * attempt)
    raise StoreError(f"{ATTEMPTS} times another publisher was faster: publish again")


def publish(
    folder: Place,
    store: Place,
    date: datetime.date | None = None,
) -> Release:
    """Publish a release folder into a store and return the release as the index has it.

    `store` is a folder or an fsspec URL; `date` is the day of publication (default: today, UTC).
    Publishing the same bytes again changes nothing.  Raises StoreError when the folder is no sound
    release, when the version is published with other bytes, or when the store cannot be written;
    what was published before is then as it was, and publishing again completes what was begun.
    """
    url = catalogue.store_url(store)
    release = catalogue.verify(folder)
    name = json.loads((Path(folder) / "datapackage.json").read_bytes())["name"]
    day = date or datetime.datetime.now(datetime.UTC).date()
    release = dataclasses.replace(release, date=day.isoformat())
    try:
        return enter(Backend(url), Path(folder), name, release)
    except StoreError:
        raise
    except Exception as error:  # a backend raises whatever its client library raises
        raise StoreError(
            f"publishing {release.version} into {catalogue.shown(url)} stopped: {error}. What was "
            f"published before is as it was; publish again to complete it"
        ) from error
