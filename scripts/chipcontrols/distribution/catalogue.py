"""What a store lists, and what a release folder holds.

A release is what its ``SHA256SUMS`` says; the hash of that file is its *digest*.  The file
``versions`` of a store has a line for each, newest first: name, version, day, bytes, digest.  Names
are plain file names, also on Windows and where case does not count.  Out of scope: moving bytes
(`fetching`, `store`), and who made a release: nothing here is signed.
"""

from __future__ import annotations

import hashlib
import importlib
import itertools
import json
import os
import re
import stat
from pathlib import Path
from typing import Any, NamedTuple

from chipcontrols.package import DESCRIPTOR, default_root, versions
from chipcontrols.package import read_descriptor as read_own_descriptor

VERSIONS, SUMS = "versions", "SHA256SUMS"
MAX_LIST, MAX_FILE = 2**20, 2**28
NAME = "[a-z0-9._/-]{1,100}"
LINE = re.compile(rf"^({NAME}) (\S+) ([0-9-]{{10}}) ([0-9]{{1,12}}) (sha256:[0-9a-f]{{64}})$", re.M)
SUM = re.compile(r"^([0-9a-f]{64})  ([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?)$", re.M)
TAKEN = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9])(\..*)?|sha256sums", re.IGNORECASE)
DISTRUST = "Nothing of it was used; the store is damaged or not to be trusted"
Place = str | os.PathLike[str]
"""A folder or an fsspec URL."""


class StoreError(OSError):
    """A store, a release or the cache is not as it should be; the message says what to do."""


class Release(NamedTuple):
    """A release: as a store lists it, and of a folder also the SHA-256 of each file."""

    name: str
    version: str
    date: str
    size: int
    digest: str
    files: tuple[tuple[str, str], ...] = ()

    @property
    def folder(self) -> str:
        """Return the folder in a store, whose name no other content can have."""
        return f"{self.version}-{self.digest[7:23]}"


def shown(text: object) -> str:
    """Return a text without the passwords of URLs in it."""
    return re.sub(r"//[^/@\s]*@", "//…@", str(text))


def extra(module: str) -> Any:
    """Return a module that only stores need; raise StoreError that says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise StoreError(f"{error}: pip install 'ai-chip-controls[fetch]'") from error


def check_digest(digest: str | None) -> None:
    """Raise ValueError for a digest that is given and is none, such as an empty one."""
    if digest is not None and not re.fullmatch("sha256:[0-9a-f]{64}", digest):
        form = "write sha256: and 64 hexadecimal digits, as `versions` shows them"
        raise ValueError(f"{digest[:80]!r} is not a digest: {form}")


def own_name() -> str:
    """Return the name of the package that belongs to this library: what is fetched is of it."""
    return str(read_own_descriptor(default_root())["name"])


def locked(path: Path) -> Any:
    """Return a context in which no other holds this lock file; the system frees it when it dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return extra("filelock").FileLock(path, timeout=600)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that it is never half there."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def read_plain(path: Path) -> bytes:
    """Return the content of a file; raise StoreError for a link, a pipe, or what else is none."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise StoreError(f"{path} is not a plain file: delete it")
    return path.read_bytes()


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, or what is wrong with it."""
    try:
        return hashlib.sha256(read_plain(path)).hexdigest()
    except OSError as error:
        return "no such file" if isinstance(error, FileNotFoundError) else str(error)


def compare(content: bytes, canonical: str, where: object, form: str) -> None:
    """Raise StoreError that names the first line in which a list is not as it must be."""
    lines = (text.splitlines(True) for text in (content.decode("utf-8", "replace"), canonical))
    for number, (line, expected) in enumerate(itertools.zip_longest(*lines, fillvalue=""), 1):
        if line != expected:
            found = f"line {number}: {line[:160]!r} is not {form}"
            raise StoreError(f"{shown(where)}, {found}. {DISTRUST}")


def render_versions(releases: list[Release]) -> str:
    """Return releases, in any order, as a file ``versions``."""
    ordered = sorted(releases, key=lambda one: versions.parse(one.version), reverse=True)
    return "".join(f"{' '.join(map(str, one[:5]))}\n" for one in ordered)


def parse_versions(content: bytes, where: object) -> list[Release]:
    """Return the releases in a file ``versions``; raise StoreError that names the line."""
    lines = [x for x in LINE.findall(content.decode("latin-1")) if versions.is_version(x[1])]
    found = {x[1]: Release(x[0], x[1], x[2], int(x[3]), x[4]) for x in lines}
    form = "`name version day bytes sha256:…`, newest first, each version once"
    compare(content, render_versions(list(found.values())), where, form)
    return list(found.values())


def parse_sums(content: bytes, where: object) -> dict[str, str]:
    """Return the SHA-256 of each file in SHA256SUMS; raise StoreError that names the line."""
    found = {name.casefold(): (name, sha) for sha, name in SUM.findall(content.decode("latin-1"))}
    files = {x: sha for x, sha in sorted(found.values()) if not TAKEN.fullmatch(x)}
    form = "`<sha256>  <name>` with a plain name, sorted, each name once in any case"
    compare(content, "".join(f"{files[name]}  {name}\n" for name in files), where, form)
    return files


def read_descriptor(folder: Path) -> tuple[str, str, dict[str, str]]:
    """Return a release folder's name, version and hashes of resources by path."""
    try:
        content = json.loads(read_plain(folder / DESCRIPTOR))
        hashes = {one["path"]: one["hash"].removeprefix("sha256:") for one in content["resources"]}
        if not re.fullmatch(NAME, content["name"]):
            raise ValueError(f"{content['name']!r} is not the name of a package")
        return content["name"], str(versions.parse(content["version"])), hashes
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{folder / DESCRIPTOR}: {error!r:.300}. {DISTRUST}") from None


def verify(folder: Place, digest: str | None = None) -> Release:
    """Return what a release folder holds once every file is what the release says of itself.

    Raises StoreError that lists every file that is not, and when the digest is not that given, and
    ValueError when what is given is no digest.
    """
    check_digest(digest)
    folder = Path(folder)
    try:
        sums = parse_sums(read_plain(folder / SUMS), folder / SUMS)
        got = {path.name: hash_of(path) for path in sorted(folder.iterdir())}
        name, version, stated = read_descriptor(folder)
        found = Release(name, version, "", 0, f"sha256:{got[SUMS]}", tuple(got.items()))
        said = {SUMS: (digest or found.digest)[7:], **sums}
        none = "no such file"
        pairs = [(x, said.get(x, none), got.get(x, none)) for x in sorted({*said, *got})]
        pairs += [(x, sha256, got.get(x, none)) for x, sha256 in stated.items()]
        if faults := [f"\n  {x}: expected {a}, got {b}" for x, a, b in pairs if a != b]:
            raise StoreError("".join(faults))
        return found._replace(size=sum((folder / x).stat().st_size for x in got))
    except OSError as error:
        advice = "The files were altered or copied in part: build or fetch the release again"
        raise StoreError(f"{folder} is not a sound release: {error}. {advice}") from error
