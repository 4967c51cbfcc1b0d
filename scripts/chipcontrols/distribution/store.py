"""Publishing releases into a store: a folder or an object store, behind an fsspec URL.

A release is a folder, named by its version and its digest, so that nobody writes over the files of
another; it is there when the file ``versions``, which is written last, lists it.  In a local folder
a publisher is alone under a lock and moves the whole folder to its place.  S3 replaces ``versions``
only if no other publisher was faster; elsewhere publish from one process at a time.  Killed at any
point, the store is as before, but for files that no list names.  Out of scope: withdrawing.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import random
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from chipcontrols.distribution import catalogue
from chipcontrols.distribution.catalogue import VERSIONS, Place, Release, StoreError, shown

ATTEMPTS = 20
IN_PROCESS = threading.RLock()


def entered(content: bytes, where: object, release: Release) -> bytes | Release:
    """Return the list with a release entered, or the release as it is published already."""
    known = catalogue.parse_versions(content, where)
    if known and known[0].name != release.name:
        raise StoreError(f"the store holds {known[0].name}, not {release.name}: name another store")
    for same in [one for one in known if one.version == release.version]:
        if same.digest == release.digest:
            return same
        raise StoreError(
            f"version {same.version} is already published, since {same.date}, with other bytes: "
            f"expected digest {same.digest}, got {release.digest}. Nothing was changed; a "
            f"published version stays as it is, so give yours a new number"
        )
    return catalogue.render_versions([*known, release]).encode()


def upload(folder: Path, system: Any, place: str, release: Release) -> None:
    """Bring every file of a release into a folder of a store, and read it back."""
    for name, sha256 in release.files:
        system.pipe_file(f"{place}/{name}", (folder / name).read_bytes())
        got = hashlib.sha256(system.cat_file(f"{place}/{name}")).hexdigest()
        if got != sha256:
            raise StoreError(f"{place}/{name}: expected {sha256}, got {got} after writing it")


def publish_locally(folder: Path, system: Any, root: Path, release: Release) -> Release:
    """Publish into a local folder; what a killed publisher has left is removed or used."""
    path, place, aside = root / VERSIONS, root / release.folder, root / ".release.part"
    with catalogue.locked(root / ".lock"), contextlib.ExitStack() as stack:
        shutil.rmtree(aside, ignore_errors=True)
        entry = entered(path.read_bytes() if path.exists() else b"", path, release)
        if isinstance(entry, Release):
            return entry
        if not place.exists():
            stack.callback(shutil.rmtree, aside, ignore_errors=True)
            aside.mkdir()
            upload(folder, system, str(aside), release)
            aside.rename(place)
        catalogue.verify(place, release.digest)
        catalogue.write_whole(path, entry)
    return release


def publish_remotely(folder: Path, system: Any, root: str, release: Release) -> Release:
    """Publish into an object store, against other publishers."""
    path, problem = f"{root}/{VERSIONS}", ""
    for attempt in range(ATTEMPTS):
        system.invalidate_cache()
        content, condition = b"", {"mode": "create"}
        with contextlib.suppress(FileNotFoundError):
            condition = {"IfMatch": system.info(path).get("ETag")}
            content = system.cat_file(path)
        entry = entered(content, path, release)
        if isinstance(entry, Release):
            return entry
        if not attempt:
            upload(folder, system, f"{root}/{release.folder}", release)
        try:
            system.pipe_file(path, entry, **(condition if "s3" in system.protocol else {}))
        except OSError as error:  # another publisher was faster; if not, the last one is told
            problem = str(error)
        time.sleep(random.uniform(0, 0.05) * attempt)
    raise StoreError(f"{ATTEMPTS} times {path} could not be replaced: {problem}; publish again")


def publish(folder: Place, store: Place, date: datetime.date | None = None) -> Release:
    """Publish a release folder and return the release as the store lists it; `date` is its day.

    The same bytes again change nothing.  Raises StoreError when the folder is not a sound release,
    when the version is published with other bytes, or when the store cannot be written; the store
    is then as it was, and publishing again completes what was begun.
    """
    release, where = catalogue.verify(folder), shown(os.fspath(store))
    day = date or datetime.datetime.now(datetime.UTC).date()
    release = release._replace(date=day.isoformat())
    if release.size > catalogue.MAX_FILE:
        raise StoreError(f"{folder} has {release.size:,} bytes: no reader takes more than 2**28")
    try:
        system, root = catalogue.extra("fsspec.core").url_to_fs(os.fspath(store).rstrip("/"))
        if "http" in system.protocol:
            raise StoreError(f"{where} can be fetched from, not published to")
        if "file" in system.protocol:
            return publish_locally(Path(folder), system, Path(root), release)
        with contextlib.nullcontext() if "s3" in system.protocol else IN_PROCESS:
            return publish_remotely(Path(folder), system, root, release)
    except StoreError:
        raise
    except Exception as error:  # a backend raises whatever its client library raises
        raise StoreError(
            f"publishing {release.version} into {where} stopped: {shown(error)}. What was "
            f"published before is as it was; publish again to complete it"
        ) from error
