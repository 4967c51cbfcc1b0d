"""Releases and stores: what they hold, verifying a release, and publishing it.

A release is a folder of files that its ``SHA256SUMS`` lists; the hash of that list is its *digest*.
A store is a folder or an fsspec URL, with a folder a release, named by version and digest, and a
list of their digests in the same form, ``versions``, which is written last: what it does not list
is not there.  Names are plain file names, also on Windows and where case does not count.  In a
local folder a publisher is alone under a lock and moves the whole folder to its place; S3 replaces
``versions`` only if no other publisher was faster; elsewhere publish from one process at a time.
Out of scope: withdrawing, and signatures.
"""

import contextlib
import hashlib
import importlib
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from chipcontrols.package import DESCRIPTOR, refuse_own
from chipcontrols.package.files import parse_json, read_bytes, replace_files
from chipcontrols.package.finding import reason_of
from chipcontrols.package.versions import is_version, parse

VERSIONS, SUMS, NO_FILE = "versions", "SHA256SUMS", "no such file"
MAX_LIST, MAX_FILE = 2**20, 2**28
LINE = re.compile(r"^([0-9a-f]{64})  ([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?)$", re.M)
TAKEN = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9])(\..*)?|sha256sums", re.IGNORECASE)
DISTRUST = "Nothing of it was used; the store is damaged or not to be trusted"
TO_INSTALL = "in a checkout, pip install '.[{}]'"
TO_BUILD = "Name the folder of a release; `chipcontrols release` builds one into dist/"
Place = str | os.PathLike[str]
"""A folder or an fsspec URL."""


class StoreError(OSError):
    """A store, a release or the cache is not as it should be; the message says what to do."""


class NoRelease(StoreError):
    """A folder that has no release in it, not even a damaged one."""


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


@contextlib.contextmanager
def told(what: str, advice: str, *errors: type[Exception]) -> Iterator[None]:
    """Give errors that are raised within, but StoreErrors, as one that says what and what to do."""
    try:
        yield
    except StoreError:
        raise
    except errors as error:
        raise StoreError(f"{what}: {shown(reason_of(error))}. {advice}") from error


def extra(module: str) -> Any:
    """Return a module that only stores need; raise StoreError that says how to install it."""
    with told(f"{module} is not installed", TO_INSTALL.format("fetch").capitalize(), ImportError):
        return importlib.import_module(module)


def file_system(url: str) -> tuple[Any, str]:
    """Return the fsspec file system of a URL, without what it remembers, and the path in it."""
    with told(shown(url), f"For S3, {TO_INSTALL.format('s3')}", ImportError):
        system, path = extra("fsspec.core").url_to_fs(url)
    system.invalidate_cache()
    return system, path


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, or what is wrong with it."""
    try:
        return hashlib.sha256(read_bytes(path.parent, path.name)).hexdigest()
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        return NO_FILE if missing else str(getattr(error, "strerror", None) or error)


def render_list(hashes: dict[str, str], prefix: str = "") -> bytes:
    """Return hashes by name as a list, with the same words before each name."""
    return "".join(f"{hashes[name]}  {prefix}{name}\n" for name in sorted(hashes)).encode()


def parse_list(content: bytes, where: object, prefix: str = "") -> dict[str, str]:
    """Return the hashes in a list by name or, in one of releases, by what follows the prefix; raise
    StoreError that names the first wrong line."""
    found = {name.casefold(): (name, sha) for sha, name in LINE.findall(content.decode("latin-1"))}
    hashes = {name.removeprefix(prefix): sha for name, sha in found.values()
              if not TAKEN.fullmatch(name)
              and (not prefix or is_version(name[len(prefix):]))}  # fmt: skip
    form = f"`<sha256>  {prefix}…` with a plain name, sorted, each name once in any case"
    lines = (text.splitlines(True) for text in (content, render_list(hashes, prefix)))
    for number, (line, expected) in enumerate(itertools.zip_longest(*lines, fillvalue=b""), 1):
        if line != expected:
            said = line[:160].decode("utf-8", "replace")
            raise StoreError(f"{shown(where)}, line {number}: {said!r} is not {form}. {DISTRUST}")
    return hashes


def folder_of(version: str, sha: str) -> str:
    """Return the name of a release's folder in a store, which no other content can have."""
    return f"{version}-{sha[:16]}"


def read_sums(folder: Path) -> dict[str, str]:
    """Return the hashes that a release folder lists by name."""
    return parse_list(read_bytes(folder, SUMS, MAX_LIST), folder / SUMS)


def read_descriptor(folder: Path) -> tuple[str, str, dict[str, str]]:
    """Return a release folder's name, version and hashes of resources by path."""
    content = parse_json(read_bytes(folder, DESCRIPTOR, MAX_FILE))
    try:
        hashes = {one["path"]: one["hash"].removeprefix("sha256:") for one in content["resources"]}
        name, version = content["name"], str(parse(content["version"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{folder / DESCRIPTOR}: {error!r:.200}") from None
    if not LINE.fullmatch(f"{'0' * 64}  {name}-{version}"):
        raise ValueError(f"{name!r:.200} is not the name of a package")
    return name, version, hashes


def verify(folder: Place, digest: str | None = None) -> Release:
    """Return what a release folder holds once every file is what the release says of itself; raise
    StoreError that lists every file that is not, and when the digest is not that given, NoRelease
    when there is no list of files."""
    folder = Path(folder)
    if not os.path.lexists(folder / SUMS):
        seen = os.access(folder, os.R_OK | os.X_OK)
        why = f"it has no {SUMS}" if seen else "there is no such folder, or it cannot be read"
        raise NoRelease(f"{folder} is not a sound release: {why}. {TO_BUILD}")
    advice = "The files were altered or copied in part: build or fetch the release again"
    with told(f"{folder} is not a sound release", advice, OSError, ValueError):
        sums = read_sums(folder)
        got = {path.name: hash_of(path) for path in sorted(folder.iterdir())}
        (name, version, stated), right = read_descriptor(folder), f"sha256:{got[SUMS]}"
        pairs = {*(dict.fromkeys(got, NO_FILE) | sums | {SUMS: got[SUMS]}).items(), *stated.items()}
        faults = [f"{x}: expected {sha}, got {got.get(x, NO_FILE)}" for x, sha in sorted(pairs)
                  if sha != got.get(x, NO_FILE)]  # fmt: skip
        if digest not in (None, right):
            faults.append(f"expected the digest {digest}, got {right}")
        if faults:
            raise ValueError("; ".join(faults))
        size = sum((folder / x).stat().st_size for x in got)
    return Release(name, version, right, size, got)


def write(folder: Path, system: Any, place: str, release: Release) -> None:
    """Write the files of a release into a folder of a store, and read each again."""
    for name, sha in release.files.items():
        system.pipe_file(f"{place}/{name}", (folder / name).read_bytes())
        if (got := hashlib.sha256(system.cat_file(f"{place}/{name}")).hexdigest()) != sha:
            raise StoreError(f"{place}/{name}: expected {sha}, got {got} after writing it")


def write_locally(folder: Path, system: Any, place: str, release: Release) -> None:
    """Write them aside first, and remove what a killed publisher has left."""
    root = Path(place).parent
    for left in (*root.glob(".part-*"), Path(place)):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=root) as part:
        os.mkdir(whole := f"{part}/release")
        write(folder, system, whole, release)
        os.rename(whole, place)


def enter(folder: Path, system: Any, root: str, release: Release, attempts: int = 20) -> None:
    """Write a release into a store and then into its list, against other publishers."""
    path, sha, local = f"{root}/{VERSIONS}", release.digest[7:], "file" in system.protocol
    prefix = f"{release.name}-"
    before, condition = b"", {"mode": "create"}
    system.invalidate_cache()
    with contextlib.suppress(FileNotFoundError):
        condition = {"IfMatch": system.info(path).get("ETag")}
        before = read_bytes(Path(root), VERSIONS, MAX_LIST) if local else system.cat_file(path)
    known = parse_list(before, path, prefix)
    if known.setdefault(release.version, sha) != sha:
        said = f"expected digest sha256:{known[release.version]}, got {release.digest}"
        advice = "A published version stays as it is: give yours a new number"
        raise StoreError(f"{path}: {release.version} is already published: {said}. {advice}")
    if (after := render_list(known, prefix)) == before:
        return
    place = f"{root}/{folder_of(release.version, sha)}"
    (write_locally if local else write)(folder, system, place, release)
    if local:
        return replace_files(Path(root), {VERSIONS: after})
    try:
        system.pipe_file(path, after, **(condition if "s3" in system.protocol else {}))
    except OSError:  # another publisher was faster; if not, the last attempt says
        if not attempts:
            raise
        enter(folder, system, root, release, attempts - 1)


def publish(folder: Place, store: Place) -> Release:
    """Publish a release folder and return what it holds.

    The same bytes again change nothing.  Raises StoreError when the folder is not a sound release,
    when the version is published with other bytes, or when the store cannot be written; the store
    is then as it was, and publishing again completes what was begun.
    """
    release, where = verify(folder), shown(os.fspath(store))
    local = os.fspath(store).removeprefix("file://")
    if local and "://" not in local:
        refuse_own(Path(local, DESCRIPTOR))  # nor may it be a package's root
    advice = "What was published before is as it was; publish again to complete it"
    with told(f"publishing {release.version} into {where} stopped", advice, Exception):
        if release.size > MAX_FILE:
            raise ValueError(f"{release.size:,} bytes are more than the 2**28 that readers take")
        if not where.strip():
            raise ValueError("no store is named: give a folder or a URL")
        system, root = file_system(os.fspath(store).rstrip("/") or "/")
        if "http" in system.protocol:
            raise ValueError("it can be fetched from, not published to")
        lock: Any = contextlib.nullcontext()
        if "file" in system.protocol:
            os.makedirs(root, exist_ok=True)
            lock = extra("filelock").FileLock(f"{root}/.lock", timeout=600)
        with lock:  # the system frees it when its holder dies
            enter(Path(folder), system, root, release)
    return release
