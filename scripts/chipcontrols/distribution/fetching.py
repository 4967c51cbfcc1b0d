"""Fetching releases from a store into a cache.

A store is a folder, an HTTP URL or an fsspec URL (``s3://…``) with a file ``versions``, or a URL
with ``{version}`` in it, as of the assets of GitHub releases, for exact versions with digests.
What was seen of a store is not forgotten: other bytes under a known version are refused, and so is
an older ``latest``.  Out of scope: removing versions from the cache (it is a folder; delete it),
or what a killed download has left there, in folders ``.part-…``.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import tempfile
import threading
import time
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chipcontrols.distribution import store as stores
from chipcontrols.distribution.store import DISTRUST, SUMS, Place, StoreError, extra, shown
from chipcontrols.package import DESCRIPTOR, default_root, read_descriptor
from chipcontrols.package.versions import is_version, matches, parse

TRIES, PAUSE = 3, 0.5
PATIENCE, LEAST_RATE, DEADLINE = 30.0, 20_000.0, 300.0
"""Seconds that a file may take, bytes that must come in each second after them, most seconds."""
TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
LASTING = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, ValueError)


class Unreachable(StoreError):
    """A store that does not answer, or too slowly."""


def read(url: str, limit: int, answer: queue.Queue[Any]) -> None:
    """Put the content of a file of a store into a queue, or the error that reading it raises."""
    try:
        if not re.match("https?://", url, re.IGNORECASE):
            system, path = stores.file_system(url)
            return answer.put(system.cat_file(path, start=0, end=limit + 1))
        session, plain = extra("requests").Session(), {"Accept-Encoding": "identity"}
        if url[4] in "sS":
            del session.adapters["http://"]  # so that no redirect leads there
        with session.get(url, stream=True, timeout=PATIENCE, headers=plain) as response:
            if response.status_code != 200:
                kind = Unreachable if response.status_code in TEMPORARY else StoreError
                raise kind(f"{response.status_code} {response.reason}")
            got, late = bytearray(), time.monotonic() + PATIENCE
            while len(got) <= limit and (part := response.raw.read(2**12)):
                got += part  # as it comes: unpacked it may have no end
                if len(got) < LEAST_RATE * (time.monotonic() - late):
                    raise Unreachable(f"fewer than {LEAST_RATE:.0f} bytes came in a second")
            answer.put(bytes(got))
    except BaseException as error:  # a backend raises whatever its client library raises
        answer.put(error)


def received(url: str, limit: int) -> bytes:
    """Return the content of a file of a store; raise Unreachable, or StoreError if it is wrong."""
    seconds = min(DEADLINE, PATIENCE + limit / LEAST_RATE)
    for left in reversed(range(TRIES)):
        answer: queue.Queue[Any] = queue.Queue()  # no client library bounds all that it waits for
        threading.Thread(target=read, args=(url, limit, answer), daemon=True).start()
        try:
            got = answer.get(timeout=seconds)
        except queue.Empty:
            raise Unreachable(f"{shown(url)} cannot be reached in {seconds:.0f} s") from None
        if isinstance(got, bytes) and len(got) <= limit:
            return got
        if isinstance(got, bytes):
            got = ValueError(f"expected at most {limit} bytes, got more. {DISTRUST}")
        if isinstance(got, (*LASTING, StoreError)) and not isinstance(got, Unreachable):
            raise StoreError(f"{shown(url)}: {shown(got)}. Check the store's address") from got
        time.sleep(PAUSE if left else 0)
    raise Unreachable(f"{shown(url)} cannot be reached, {TRIES} times: {shown(got)}") from got


def unlinked(folder: Path) -> Path:
    """Return a folder of the cache; raise StoreError when it is a link, to files of others."""
    if folder.resolve() != folder.parent.resolve() / folder.name:
        raise StoreError(f"{folder} leads elsewhere by a link: delete the link")
    return folder


def places(store: Place | None, cache: Place | None) -> tuple[str, Path]:
    """Return the URL of a store and its folder in the cache, given or from the environment."""
    url = os.fspath(store or os.environ.get("CHIPCONTROLS_STORE", "")).strip()
    if not url:
        how = "give store= (--store), a folder or a URL, or set CHIPCONTROLS_STORE"
        raise StoreError(f"no store is named: {how}")
    url = (url if "://" in url else os.path.abspath(os.path.expanduser(url))).rstrip("/")
    root = os.fspath(cache or os.environ.get("CHIPCONTROLS_CACHE", "").strip())
    root = os.path.expanduser(root or extra("platformdirs").user_cache_dir("chipcontrols"))
    tail = re.sub("[^A-Za-z0-9]+", "-", shown(url))[-40:].strip("-")
    return url, unlinked(Path(root).absolute() / f"{tail}-{stores.sha256(os.fsencode(url))[:12]}")


def own_name() -> str:
    """Return the name of the package that belongs to this library: what is fetched is of it."""
    return str(read_descriptor(default_root())["name"])


def seen(shelf: Path) -> dict[str, str]:
    """Return the hash of every version that a store was ever seen to have, newest first."""
    with contextlib.suppress(OSError):
        path = shelf / stores.VERSIONS
        return stores.parse_versions(stores.read_plain(path), path, own_name())
    return {}


def remember(shelf: Path, fresh: dict[str, str]) -> None:
    """Add versions to those that were seen; a cache that cannot be written can still be read."""
    if not fresh.items() <= seen(shelf).items() and extra("filelock"):
        with contextlib.suppress(OSError), stores.locked(shelf / ".lock"):
            content = stores.render_versions(fresh | seen(shelf), own_name())
            stores.write_whole(shelf / stores.VERSIONS, content)


def listed(url: str, shelf: Path) -> tuple[dict[str, str], str]:
    """Return the hashes of a store's versions, newest first, and why they are only those seen.

    Raises StoreError when the store does not continue what was seen of it.
    """
    where, known = f"{url}/{stores.VERSIONS}", seen(shelf)
    try:
        fresh = stores.parse_versions(received(where, stores.MAX_LIST), where, own_name())
    except Unreachable as error:
        if not known:
            how = "Check the address, the connection and the credentials, or try again"
            raise Unreachable(f"{error}. {how}") from error
        return known, str(error)
    faults = [f"{x} has changed: expected sha256:{known[x]}, got sha256:{fresh[x]}"
              for x in known if fresh.get(x, known[x]) != known[x]]  # fmt: skip
    was, now = next(iter(known), "0.0.0"), next(iter(fresh), "0.0.0")
    if parse(now) < parse(was):
        faults.append(f"latest was {was} and now is older: {now}")
    if faults:
        raise StoreError(
            f"{shown(url)}: {'; '.join(faults)}. Nothing was fetched: suspect the store. Only if "
            f"it was rebuilt on purpose, delete {shelf}; exact versions in the cache still serve"
        )
    remember(shelf, fresh)
    whole = known | fresh
    return {version: whole[version] for version in sorted(whole, key=parse, reverse=True)}, ""


def ensure(base: str, folder: Path, hashes: dict[str, str], limit: int) -> None:
    """Download the files that a folder does not have with these hashes; without a base, raise."""
    got = {name: stores.hash_of(folder / name) for name in hashes}
    if not (bad := [name for name in hashes if got[name] != hashes[name]]):
        return
    if not base:
        raise Unreachable(f"{folder / bad[0]} is not whole")

    def write(url: str, path: str, _: Any) -> None:
        os.unlink(path)  # pooch makes it for its owner only; what replaces it follows the umask
        with open(path, "xb") as stream:
            stream.write(received(url, limit))

    folder.mkdir(parents=True, exist_ok=True)
    extra("pooch").get_logger().setLevel("WARNING")
    with tempfile.TemporaryDirectory(prefix=".part-", dir=folder.parent) as part:
        keeper = extra("pooch").Pooch(part, f"{base}/", {x: f"sha256:{hashes[x]}" for x in bad})
        for name in bad:
            if got[name] != stores.NO_FILE:
                said = f"{folder / name}: expected {hashes[name]}, got {got[name]}"
                warnings.warn(f"{said}: it is fetched again", stacklevel=5)
            os.replace(keeper.fetch(name, downloader=write), folder / name)


def complete(url: str, shelf: Path, version: str, sha: str, only: list[str] | None) -> Path:
    """Return the folder of a release with these files in it, each with its hash checked.

    Without a URL nothing is downloaded.  Raises KeyError for a file that the release does not have.
    """
    folder = unlinked(shelf / version)
    base = url if "{version}" in url or not url else f"{url}/{stores.folder_of(version, sha)}"
    base = base.replace("{version}", version)
    ensure(base, folder, {SUMS: sha}, stores.MAX_LIST)
    sums = stores.parse_list(stores.read_plain(folder / SUMS), folder / SUMS)
    wanted = sums if only is None else [DESCRIPTOR, *only]
    if missing := set(wanted) - set(sums):
        there = ", ".join(sums)
        raise KeyError(f"no {min(missing)!r} in release {version}; there are {there}")
    ensure(base, folder, {name: sums[name] for name in wanted}, stores.MAX_FILE)
    found, expected = stores.read_descriptor(folder)[:2], (own_name(), version)
    if found != expected:
        got = f"expected {' '.join(expected)}, got {' '.join(found)}"
        raise StoreError(f"{folder}: {got}. {DISTRUST}; delete {shelf} once it is right")
    return folder


def wanted(url: str, shelf: Path, version: str, digest: str | None) -> tuple[dict[str, str], str]:
    """Return the hashes of the versions asked for, newest first, and why newer ones may miss."""
    matches(version, "0.0.0")
    if digest is not None and not re.fullmatch("sha256:[0-9a-f]{64}", digest):
        form = "write sha256: and 64 hexadecimal digits, as `versions` shows them"
        raise ValueError(f"{digest[:80]!r} is not a digest: {form}")
    if digest and is_version(version):
        return {version: digest[7:]}, ""
    exact = {one: sha for one, sha in seen(shelf).items() if one == version}
    there, problem = (exact, "") if exact else listed(url, shelf)
    found = {one: sha for one, sha in there.items()
             if matches(version, one) and digest in (None, f"sha256:{sha}")}  # fmt: skip
    if not found:
        names = ", ".join(f"{one} sha256:{sha}" for one, sha in there.items()) or "none"
        raise StoreError(f"no release for {version!r} in {shown(url)}; there are: {names}")
    return found, problem


def fetch(
    version: str = "latest",
    store: Place | None = None,
    cache: Place | None = None,
    digest: str | None = None,
    only: Iterable[str] | None = None,
) -> Path:
    """Return the folder of a release in the cache, with every file there and its hash checked.

    `version` is ``latest``, exact, or a condition (``~=1.2``, ``>=1,<3``).  An exact one that was
    seen needs no network once it is cached; for others, when the store cannot be reached, the
    newest that is whole in the cache serves, with a warning.  With `digest` (``sha256:…``, as the
    list of versions shows it) nothing need be believed of the store.  `only` names enough files.
    """
    extra("packaging.version")
    url, shelf = places(store, cache)
    names = None if only is None else list(only)
    releases, problem = wanted(url, shelf, version, digest)
    for one, sha in releases.items():
        try:
            folder = complete("" if problem else url, shelf, one, sha, names)
        except Unreachable as error:
            problem = problem or str(error)
        except (OSError, ValueError) as error:
            if isinstance(error, StoreError):
                raise
            raise StoreError(
                f"the release cannot be kept in the cache {shelf}: {shown(error)}. Nothing half "
                f"done was kept: suspect the store if a hash differs; else make room, or name "
                f"another folder with cache= (--cache) or CHIPCONTROLS_CACHE"
            ) from error
        else:
            if problem:
                words = f"using {one}, the newest that is whole in the cache {shelf}"
                warnings.warn(f"{problem}: {words}; there may be a newer one", stacklevel=2)
            remember(shelf, {one: sha})
            return folder
    words = f"the cache {shelf} has no whole release for {version!r}: try again"
    raise StoreError(f"{problem}, and {words}")


def releases(store: Place | None = None, cache: Place | None = None) -> dict[str, str]:
    """Return the digests of a store by version, newest first; if offline, warn, those last seen."""
    there, problem = listed(*places(store, cache))
    if problem:
        warnings.warn(f"{problem}: these are the releases last seen", stacklevel=2)
    return {version: f"sha256:{sha}" for version, sha in there.items()}


def versions(store: Place | None = None, cache: Place | None = None) -> list[str]:
    """Return the versions in a store, newest first."""
    return list(releases(store, cache))
