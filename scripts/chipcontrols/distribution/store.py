"""Releases and stores: what they hold, verifying a release, and publishing it.

A release is a folder of files that its ``SHA256SUMS`` lists; the hash of that list is its *digest*.
A store is a folder or an fsspec URL, with a folder a release, and a list of their digests in the
same form, ``versions``.  Names are plain file names, also on Windows and where case does not count.
Releases are in folders named by version and digest, so that nobody writes over another's files;
a release is there when ``versions``, which is written last, lists it.  In a local folder a
publisher is alone under a lock and moves the whole folder to its place.  S3 replaces ``versions``
only if no other publisher was faster; elsewhere publish from one process at a time.  Killed at any
point, the store is as before, but for files that no list names.  Out of scope: withdrawing, and
signatures.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import itertools
import os
import random
import re
import shutil
import stat
import time
from pathlib import Path
from typing import Any, NamedTuple

from chipcontrols.package import DESCRIPTOR
from chipcontrols.package.files import parse_json
from chipcontrols.package.versions import is_version, parse

VERSIONS, SUMS = "versions", "SHA256SUMS"
MAX_LIST, MAX_FILE = 2**20, 2**28
LINE = re.compile(r"^([0-9a-f]{64})  ([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?)$", re.M)
TAKEN = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9])(\..*)?|sha256sums", re.IGNORECASE)
FORM = "`<sha256>  <name>` with a plain name, sorted, each name once in any case"
DISTRUST = "Nothing of it was used; the store is damaged or not to be trusted"
NO_FILE = "no such file"
ATTEMPTS = 20
Place = str | os.PathLike[str]
"""A folder or an fsspec URL."""


class StoreError(OSError):
    """A store, a release or the cache is not as it should be; the message says what to do."""


class Release(NamedTuple):
    """A release that is whole: its digest, its bytes, and the SHA-256 of each file."""

    name: str
    version: str
    digest: str
    size: int
    files: dict[str, str]


def shown(text: object) -> str:
    """Return a text without the passwords of URLs in it."""
    return re.sub(r"//[^/\s]*@", "//…@", str(text))


def extra(module: str) -> Any:
    """Return a module that only stores need; raise StoreError that says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise StoreError(f"{error}: pip install 'ai-chip-controls[fetch]'") from error


def file_system(url: str) -> tuple[Any, str]:
    """Return the fsspec file system of a URL, without what it remembers, and the path in it."""
    try:
        system, path = extra("fsspec.core").url_to_fs(url)
    except ImportError as error:
        raise StoreError(f"{error}: for S3, pip install 'ai-chip-controls[s3]'") from error
    system.invalidate_cache()
    return system, path


def locked(path: Path) -> Any:
    """Return a context in which no other holds this lock file; the system frees it when it dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return extra("filelock").FileLock(path, timeout=600)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that it is never half there."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)  # of a killed process, or a link to elsewhere
    with part.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def read_plain(path: Path) -> bytes:
    """Return the content of a file; raise StoreError for a link, a pipe, or what else is none."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise StoreError(f"{path} is not a plain file: delete it")
    return path.read_bytes()


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, or what is wrong with it."""
    try:
        return sha256(read_plain(path))
    except OSError as error:
        return NO_FILE if isinstance(error, FileNotFoundError) else str(error)


def render_list(hashes: dict[str, str]) -> bytes:
    """Return hashes by name as a list."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()


def parse_list(content: bytes, where: object) -> dict[str, str]:
    """Return the hashes in a list by name; raise StoreError that names the first wrong line."""
    found = {name.casefold(): (name, sha) for sha, name in LINE.findall(content.decode("latin-1"))}
    hashes = {name: sha for name, sha in found.values() if not TAKEN.fullmatch(name)}
    lines = (text.splitlines(True) for text in (content, render_list(hashes)))
    for number, (line, expected) in enumerate(itertools.zip_longest(*lines, fillvalue=b""), 1):
        if line != expected:
            said = line[:160].decode("utf-8", "replace")
            raise StoreError(f"{shown(where)}, line {number}: {said!r} is not {FORM}. {DISTRUST}")
    return hashes


def parse_versions(content: bytes, where: object, name: str) -> dict[str, str]:
    """Return the hashes in a list of releases of one package by version, newest first."""
    found = {}
    for label, sha in parse_list(content, where).items():
        version = label.removeprefix(f"{name}-")
        if version == label or not is_version(version):
            raise StoreError(f"{shown(where)} has {label}, not a release of {name}. {DISTRUST}")
        found[version] = sha
    return {version: found[version] for version in sorted(found, key=parse, reverse=True)}


def render_versions(hashes: dict[str, str], name: str) -> bytes:
    """Return the hashes of releases of a package by version as a list."""
    return render_list({f"{name}-{version}": sha for version, sha in hashes.items()})


def folder_of(version: str, sha: str) -> str:
    """Return the name of a release's folder in a store, which no other content can have."""
    return f"{version}-{sha[:16]}"


def read_descriptor(folder: Path) -> tuple[str, str, dict[str, str]]:
    """Return a release folder's name, version and hashes of resources by path."""
    try:
        content = parse_json(read_plain(folder / DESCRIPTOR))
        hashes = {one["path"]: one["hash"].removeprefix("sha256:") for one in content["resources"]}
        name, version = content["name"], str(parse(content["version"]))
        if not LINE.fullmatch(f"{'0' * 64}  {name}-{version}"):
            raise ValueError(f"{name!r} is not the name of a package")
        return name, version, hashes
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{folder / DESCRIPTOR}: {error!r:.300}. {DISTRUST}") from None


def verify(folder: Place, digest: str | None = None) -> Release:
    """Return what a release folder holds once every file is what the release says of itself.

    Raises StoreError that lists every file that is not, and when the digest is not that given.
    """
    folder = Path(folder)
    try:
        sums = parse_list(read_plain(folder / SUMS), folder / SUMS)
        got = {path.name: hash_of(path) for path in sorted(folder.iterdir())}
        name, version, stated = read_descriptor(folder)
        pairs = {*(dict.fromkeys(got, NO_FILE) | sums | {SUMS: got[SUMS]}).items(), *stated.items()}
        faults = [f"{x}: expected {sha}, got {got.get(x, NO_FILE)}" for x, sha in sorted(pairs)
                  if sha != got.get(x, NO_FILE)]  # fmt: skip
        if digest not in (None, f"sha256:{got[SUMS]}"):
            faults.append(f"expected the digest {digest}, got sha256:{got[SUMS]}")
        if faults:
            raise StoreError("; ".join(faults))
        size = sum((folder / x).stat().st_size for x in got)
        return Release(name, version, f"sha256:{got[SUMS]}", size, got)
    except OSError as error:
        advice = "The files were altered or copied in part: build or fetch the release again"
        raise StoreError(f"{folder} is not a sound release: {error}. {advice}") from error


def entered(before: bytes, where: object, release: Release) -> bytes:
    """Return the list of a store with a release in it."""
    known, sha = parse_versions(before, where, release.name), release.digest[7:]
    if known.get(release.version, sha) != sha:
        raise StoreError(
            f"version {release.version} is already published with other bytes: expected digest "
            f"sha256:{known[release.version]}, got {release.digest}. Nothing was changed; a "
            f"published version stays as it is, so give yours a new number"
        )
    return render_versions(known | {release.version: sha}, release.name)


def publish_locally(folder: Path, root: Path, release: Release) -> None:
    """Publish into a local folder; what a killed publisher has left is removed."""
    path, aside = root / VERSIONS, root / ".release.part"
    place = root / folder_of(release.version, release.digest[7:])
    with locked(root / ".lock"):
        before = read_plain(path) if path.exists() else b""
        if (after := entered(before, path, release)) == before:
            return
        try:
            for left in (aside, place):
                shutil.rmtree(left, ignore_errors=True)
            aside.mkdir()
            for name in release.files:
                shutil.copyfile(folder / name, aside / name)
            verify(aside, release.digest)
            aside.rename(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        write_whole(path, after)


def publish_remotely(folder: Path, system: Any, root: str, release: Release) -> None:
    """Publish into an object store, against other publishers."""
    path, problem = f"{root}/{VERSIONS}", ""
    for attempt in range(ATTEMPTS):
        before, condition = b"", {"mode": "create"}
        system.invalidate_cache()
        with contextlib.suppress(FileNotFoundError):
            condition = {"IfMatch": system.info(path).get("ETag")}
            before = system.cat_file(path)
        if (after := entered(before, path, release)) == before:
            return
        for name, sha in release.files.items() if not attempt else ():
            there = f"{root}/{folder_of(release.version, release.digest[7:])}/{name}"
            system.pipe_file(there, (folder / name).read_bytes())
            if (got := sha256(system.cat_file(there))) != sha:
                raise StoreError(f"{there}: expected {sha}, got {got} after writing it")
        try:
            system.pipe_file(path, after, **(condition if "s3" in system.protocol else {}))
        except OSError as error:  # another publisher was faster; if not, the last one is told
            problem = str(error)
        time.sleep(random.uniform(0, 0.05) * attempt)
    raise StoreError(f"{ATTEMPTS} times {path} could not be replaced: {problem}; publish again")


def publish(folder: Place, store: Place) -> Release:
    """Publish a release folder and return what it holds.

    The same bytes again change nothing.  Raises StoreError when the folder is not a sound release,
    when the version is published with other bytes, or when the store cannot be written; the store
    is then as it was, and publishing again completes what was begun.
    """
    release, where = verify(folder), shown(os.fspath(store))
    if release.size > MAX_FILE:
        raise StoreError(f"{folder} has {release.size:,} bytes: no reader takes more than 2**28")
    try:
        system, root = file_system(os.fspath(store).rstrip("/"))
        if "http" in system.protocol:
            raise StoreError(f"{where} can be fetched from, not published to")
        if "file" in system.protocol:
            publish_locally(Path(folder), Path(root), release)
        else:
            publish_remotely(Path(folder), system, root, release)
        return release
    except StoreError:
        raise
    except Exception as error:  # a backend raises whatever its client library raises
        raise StoreError(
            f"publishing {release.version} into {where} stopped: {shown(error)}. What was "
            f"published before is as it was; publish again to complete it"
        ) from error
