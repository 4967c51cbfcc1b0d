"""The catalogue: what a release folder holds, and the index of a store of releases.

``index.json`` of a store::

    {"store": 1, "name": "ai-chip-controls", "latest": "1.1.0", "releases": [
      {"version": "1.1.0", "date": "2026-12-24", "bump": "minor", "folder": "1.1.0",
       "files": {"quotes.parquet": {"bytes": 43210, "sha256": "…"}, …}, "changes": […]}, …]}

Releases stand newest first; ``bump`` and ``changes`` are the bump and the reasons of the release's
``changes.json`` (null and empty without one).  A release is what its ``SHA256SUMS`` says, and the
hash of that file is its *digest*: an entry whose hashes do not add up to its digest is refused, so
that a damaged index is never followed.  Nothing in an index is a path or a URL: names of files and
folders are plain names, and a version's folder is the version, or the version and the first 12
digits of its digest.  Members that this module does not know are left alone.

This module needs the standard library only.  Out of scope: moving bytes (`store`, `fetching`).
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import importlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

INDEX = "index.json"
SUMS = "SHA256SUMS"
FORMAT = 1
MAX_INDEX = 16 * 2**20
MAX_FILE = 4 * 2**30
BUMPS = (None, "none", "patch", "minor", "major")
VERSION = re.compile(r"(?:0|[1-9][0-9]{0,5})(?:\.(?:0|[1-9][0-9]{0,5})){2}")
NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?")
SHA256 = re.compile(r"[0-9a-f]{64}")


Place = str | os.PathLike[str]
"""A folder or an fsspec URL."""


class StoreError(OSError):
    """A store, a release or the cache is not as it should be; the message says what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """Size and SHA-256 of a file of a release."""

    bytes: int
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True)
class Release:
    """A release: its files by name, sorted; where and since when it is published."""

    version: str
    files: dict[str, File]
    date: str = ""
    bump: str | None = None
    folder: str = ""
    changes: tuple[Any, ...] = ()

    @property
    def digest(self) -> str:
        """Return the one hash that stands for all files."""
        return self.files[SUMS].sha256

    @property
    def second_folder(self) -> str:
        """Return the folder for when another release has claimed that of the version."""
        return f"{self.version}-{self.digest[:12]}"

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(file.bytes for file in self.files.values())


@dataclasses.dataclass(frozen=True, slots=True)
class Index:
    """The releases of a store, newest first."""

    name: str
    releases: tuple[Release, ...] = ()

    def get(self, version: str) -> Release | None:
        """Return the release of a version, if it is published."""
        return next((one for one in self.releases if one.version == version), None)


def order(version: str) -> tuple[int, ...]:
    """Return what versions are sorted by.

    >>> sorted(["1.10.0", "1.9.0"], key=order)
    ['1.9.0', '1.10.0']
    """
    return tuple(int(part) for part in version.split("."))


def newest_first(releases: Iterable[Release]) -> tuple[Release, ...]:
    """Return releases as the index has them."""
    return tuple(sorted(releases, key=lambda release: order(release.version), reverse=True))


def shown(url: str) -> str:
    """Return a URL without the password in it.

    >>> shown("https://me:secret@example.org/store")
    'https://…@example.org/store'
    """
    return re.sub(r"//[^/@]*@", "//…@", url)


def store_url(store: Place) -> str:
    """Return a store as a URL or an absolute path, without a slash at the end."""
    text = os.fspath(store)
    text = text if "://" in text else os.path.abspath(os.path.expanduser(text))
    return re.sub("(?<=[^:/])/+$", "", text)


def extra(module: str) -> Any:
    """Return a module that only stores need; raise StoreError that says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise StoreError(
            f"stores need {error.name or module}: pip install 'ai-chip-controls[fetch]'"
        ) from error


def file_system(url: str) -> tuple[Any, str]:
    """Return the fsspec file system of a URL and the path in it."""
    try:
        system, root = extra("fsspec.core").url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StoreError(f"{shown(url)} cannot be opened as a store: {error}") from error
    return system, root.rstrip("/")


def sums(files: Mapping[str, File]) -> bytes:
    """Return the content of SHA256SUMS."""
    names = sorted(set(files) - {SUMS})
    return "".join(f"{files[name].sha256}  {name}\n" for name in names).encode()


# Reading the index ------------------------------------------------------------------------------


def as_release(entry: Any) -> Release:
    """Return an entry of the index as a release; raise ValueError that names what is wrong."""

    def member(name: str, kind: type, within: Any = entry) -> Any:
        value = within.get(name) if isinstance(within, dict) else None
        if type(value) is not kind:
            raise ValueError(f"{name} is {str(value)[:80]!r} but must be a {kind.__name__}")
        return value

    version = member("version", str)
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version[:80]!r} is no version of the form 1.2.3")
    files = {}
    for name, file in sorted(member("files", dict).items()):
        if not NAME.fullmatch(name):
            raise ValueError(f"{name[:80]!r} is no plain file name")
        files[name] = File(member("bytes", int, file), member("sha256", str, file))
        if not 0 <= files[name].bytes <= MAX_FILE:
            raise ValueError(f"{name} has {files[name].bytes} bytes; the limit is {MAX_FILE}")
        if not SHA256.fullmatch(files[name].sha256):
            raise ValueError(f"{name} has no SHA-256 of 64 digits")
    if len({name.casefold() for name in files}) < len(files):
        raise ValueError("two names differ in case only")
    if not {SUMS, "datapackage.json"} <= set(files):
        raise ValueError(f"{SUMS} or datapackage.json is missing")
    date, bump, folder = member("date", str), entry.get("bump"), member("folder", str)
    release = Release(version, files, date, bump, folder, tuple(member("changes", list)))
    if release.digest != hashlib.sha256(sums(files)).hexdigest():
        raise ValueError(f"the hashes of {version} do not add up to that of its {SUMS}")
    if folder not in (version, release.second_folder):
        raise ValueError(f"{folder[:80]!r} is no folder of version {version}")
    if bump not in BUMPS:
        raise ValueError(f"{str(bump)[:80]!r} is no bump")
    if datetime.date.fromisoformat(date).isoformat() != date:
        raise ValueError(f"{date!r} is no date of the form 2026-12-24")
    return release


def parse_index(content: bytes, where: str) -> Index:
    """Return the index; raise StoreError that names the place and what is wrong there."""
    place = ""
    try:
        if len(content) > MAX_INDEX:
            raise ValueError(f"more than {MAX_INDEX} bytes")
        raw = json.loads(content.decode())
        if not isinstance(raw, dict) or type(raw.get("store")) is not int:
            raise ValueError("not an index of releases")
        if raw["store"] > FORMAT:
            raise ValueError(f"format {raw['store']} is newer than this chipcontrols: update it")
        if not isinstance(raw.get("name"), str) or not isinstance(raw.get("releases"), list):
            raise ValueError("name or releases is missing")
        releases = []
        for position, entry in enumerate(raw["releases"]):
            place = f"releases[{position}]: "
            releases.append(as_release(entry))
        place = ""
        versions = [order(release.version) for release in releases]
        if versions != sorted(set(versions), reverse=True):
            raise ValueError("the releases do not stand newest first, each once")
        if raw.get("latest") != (releases[0].version if releases else None):
            raise ValueError(f"latest is {str(raw.get('latest'))[:80]!r}, not the newest release")
    except (ValueError, RecursionError) as error:
        raise StoreError(
            f"{shown(where)}: {place}{error or 'nested too deeply'}. Nothing of it was used; the "
            f"store is damaged or not to be trusted"
        ) from None
    return Index(raw["name"], tuple(releases))


def render_index(index: Index) -> bytes:
    """Return the index as JSON."""
    content = {
        "store": FORMAT,
        "name": index.name,
        "latest": index.releases[0].version if index.releases else None,
        "releases": [dataclasses.asdict(release) for release in index.releases],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


# Release folders --------------------------------------------------------------------------------


def file_of(path: Path) -> File:
    """Return size and SHA-256 of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return File(stream.tell(), digest)


def faults_in_release(found: Mapping[str, File], listed: str, descriptor: Any) -> Iterator[str]:
    """Yield how the files of a release differ from SHA256SUMS and from the descriptor."""
    said = {name: digest for digest, _, name in (x.partition("  ") for x in listed.splitlines())}
    for name in sorted((set(said) | set(found)) - {SUMS}):
        got = found[name].sha256 if name in found else "no such file"
        if said.get(name) != got:
            yield f"{name}: expected {said.get(name, 'no such file')} by {SUMS}, got {got}"
    for resource in descriptor["resources"]:
        file = found.get(resource["path"], File(0, "no such file"))
        expected = resource["byteCount"], resource["hash"]
        if expected != (file.bytes, f"sha256:{file.sha256}"):
            yield (
                f"{resource['path']}: expected {expected[1]} ({expected[0]} bytes) by "
                f"datapackage.json, got sha256:{file.sha256} ({file.bytes} bytes)"
            )


def verify(folder: Place) -> Release:
    """Return a release folder's content once every file is what the release says of itself.

    Raises StoreError that lists every file that is missing, altered or in nobody's list.
    """
    folder = Path(folder)
    advice = "The files were altered or copied in part: build or fetch the release again"
    try:
        odd = [path.name for path in folder.iterdir() if not path.is_file() or path.is_symlink()]
        odd += [path.name for path in folder.iterdir() if not NAME.fullmatch(path.name)]
        found = {path.name: file_of(path) for path in folder.iterdir() if path.name not in odd}
        listed = (folder / SUMS).read_bytes()
        descriptor = json.loads((folder / "datapackage.json").read_bytes())
        faults = [f"{name}: not a plain file of a release" for name in sorted(set(odd))]
        faults += faults_in_release(found, listed.decode(), descriptor)
        if not VERSION.fullmatch(descriptor["version"]):
            faults.append(f"datapackage.json: {descriptor['version']!r} is no version like 1.2.3")
        if not faults and listed != sums(found):
            faults.append(f"{SUMS}: not sorted by name, one `<sha256>  <name>` a line")
        changes = (
            json.loads((folder / "changes.json").read_bytes()) if "changes.json" in found else {}
        )
        reasons, bump = changes.get("reasons", []), changes.get("bump")
        if not isinstance(reasons, list) or bump not in BUMPS:
            faults.append("changes.json: bump or reasons is not what it must be")
    except OSError as error:
        raise StoreError(f"{folder} is no whole release: {error}. {advice}") from error
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{folder}: unreadable JSON or text ({error!r}). {advice}") from error
    if faults:
        lines = "\n  ".join(faults)
        raise StoreError(f"{folder} is not a sound release:\n  {lines}\n{advice}")
    files = dict(sorted(found.items()))
    return Release(descriptor["version"], files, bump=bump, changes=tuple(reasons))
