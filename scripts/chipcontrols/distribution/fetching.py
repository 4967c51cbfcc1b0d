"""Fetching releases from a store into a cache, and loading tables from there.

A store is a folder, an HTTP URL or an fsspec URL (``s3://…``) with a file ``versions``, or a URL
with ``{version}`` in it, as of the assets of GitHub releases, for exact versions with digests.
What was seen of a store is not forgotten: other bytes under a known version are refused, and so is
an older ``latest``.  Out of scope: removing versions from the cache (it is a folder; delete it).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import re
import threading
import time
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chipcontrols.distribution import catalogue
from chipcontrols.distribution.catalogue import DISTRUST, Place, Release, StoreError, extra, shown
from chipcontrols.package import DESCRIPTOR
from chipcontrols.package.versions import is_version, matches, parse

if TYPE_CHECKING:
    import pandas

TRIES, PAUSE = 3, 0.5
PATIENCE, LEAST_RATE, DEADLINE = 30.0, 20_000.0, 300.0
"""Seconds that a file may take, bytes that must come in each second after them, most seconds."""
TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
LASTING = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError,
           ValueError, ImportError, StoreError)  # fmt: skip


class Unreachable(StoreError):
    """A store that does not answer, or too slowly."""


def read(url: str, limit: int, answer: queue.Queue[Any]) -> None:
    """Put the content of a file of a store into a queue, or the error that reading it raises."""
    try:
        if not re.match("https?://", url, re.IGNORECASE):
            system, path = extra("fsspec.core").url_to_fs(url)
            system.invalidate_cache()
            return answer.put(system.cat_file(path, start=0, end=limit + 1))
        get, plain = extra("requests").get, {"Accept-Encoding": "identity"}
        with get(url, stream=True, timeout=PATIENCE, headers=plain) as response:
            if url.lower().startswith("https:") and not response.url.startswith("https:"):
                raise StoreError(f"redirects to {shown(response.url)}, which is not followed")
            if response.status_code != 200:
                kind = Unreachable if response.status_code in TEMPORARY else StoreError
                raise kind(f"{response.status_code} {response.reason}")
            answer.put(response.raw.read(limit + 1, decode_content=True))
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
            got = StoreError(f"expected at most {limit} bytes, got more. {DISTRUST}")
        if isinstance(got, LASTING) and not isinstance(got, Unreachable):
            raise StoreError(f"{shown(url)}: {shown(got)}") from got
        time.sleep(PAUSE if left else 0)
    raise Unreachable(f"{shown(url)} cannot be reached, {TRIES} times: {shown(got)}") from got


def places(store: Place | None, cache: Place | None) -> tuple[str, Path]:
    """Return the URL of a store and its folder in the cache, given or from the environment."""
    if not (url := os.fspath(store or os.environ.get("CHIPCONTROLS_STORE", ""))):
        how = "give store= (--store), a folder or a URL, or set CHIPCONTROLS_STORE"
        raise StoreError(f"no store is named: {how}")
    url = (url if "://" in url else os.path.abspath(os.path.expanduser(url))).rstrip("/")
    root = os.fspath(cache or os.environ.get("CHIPCONTROLS_CACHE", ""))
    root = os.path.expanduser(root or extra("platformdirs").user_cache_dir("chipcontrols"))
    tail = re.sub("[^A-Za-z0-9]+", "-", shown(url))[-40:].strip("-")
    return url, Path(root).absolute() / f"{tail}-{hashlib.sha256(url.encode()).hexdigest()[:12]}"


def seen(shelf: Path) -> list[Release]:
    """Return every release that the store was ever seen to have, newest first."""
    with contextlib.suppress(OSError):
        path = shelf / catalogue.VERSIONS
        return catalogue.parse_versions(catalogue.read_plain(path), path)
    return []


def listed(url: str, shelf: Path) -> list[Release]:
    """Return the releases in a store, newest first, if they continue what was seen; keep them."""
    where, known = f"{url}/{catalogue.VERSIONS}", seen(shelf)
    fresh = catalogue.parse_versions(received(where, catalogue.MAX_LIST), where)
    now = {one.version: one for one in fresh}
    others = [one.name for one in fresh if one.name != catalogue.own_name()]
    faults = [f"it holds releases of {name}" for name in others[:1]]
    for old in known:
        if (new := now.get(old.version, old)).digest != old.digest:
            faults.append(f"{old.version} has changed: expected {old.digest}, got {new.digest}")
    if known and (not fresh or parse(fresh[0].version) < parse(known[0].version)):
        faults.append(f"latest was {known[0].version} and now is older: {[*now, 'none'][0]}")
    if faults:
        raise StoreError(
            f"{shown(url)}: {'; '.join(faults)}. Nothing was fetched: suspect the store. Only if "
            f"it was rebuilt on purpose, delete {shelf}; exact versions in the cache still serve"
        )
    if set(fresh) - set(known):
        # A cache that cannot be written can be read; another process may have seen more by now.
        with contextlib.suppress(OSError), catalogue.locked(shelf / ".lock"):
            whole = now | {one.version: one for one in seen(shelf)}
            content = catalogue.render_versions(list(whole.values())).encode()
            catalogue.write_whole(shelf / catalogue.VERSIONS, content)
    return fresh


def ensure(base: str, folder: Path, hashes: dict[str, str], limit: int) -> None:
    """Download the files that a folder does not have with these hashes; without a base, raise."""
    if not (bad := [x for x in hashes if catalogue.hash_of(folder / x) != hashes[x]]):
        return
    if not base:
        raise StoreError(f"{folder / bad[0]} is missing or altered")

    def write(url: str, path: str, _: Any) -> None:
        os.unlink(path)  # pooch makes it for its owner only; what replaces it follows the umask
        with open(path, "xb") as stream:
            stream.write(received(url, limit))

    keeper = extra("pooch").Pooch(folder, f"{base}/", {x: f"sha256:{hashes[x]}" for x in hashes})
    extra("pooch").get_logger().setLevel("WARNING")
    with catalogue.locked(folder.parent / f".{folder.name}.lock"):
        for left in folder.glob("tmp*"):  # by a download that was killed
            if re.fullmatch("tmp[a-z0-9_]{8}", left.name) and left.name not in hashes:
                left.unlink()
        for path in map(folder.joinpath, bad):
            expected, got = hashes[path.name], catalogue.hash_of(path)
            if got not in (expected, "no such file"):
                words = f"{path}: expected {expected}, got {got}: it is fetched again"
                warnings.warn(words, stacklevel=5)
                path.unlink()
            keeper.fetch(path.name, downloader=write)


def complete(url: str, shelf: Path, release: Release, only: list[str] | None) -> Path:
    """Return the folder of a release with these files in it, each with its hash checked.

    Without a URL nothing is downloaded.  Raises KeyError for a file that the release does not have.
    """
    folder, where = shelf / release.version, shelf / release.version / catalogue.SUMS
    if folder.resolve() != shelf.parent.resolve() / shelf.name / release.version:
        raise StoreError(f"{folder} leads elsewhere by a link: delete the link")
    base = url if "{version}" in url or not url else f"{url}/{release.folder}"
    base = base.replace("{version}", release.version)
    ensure(base, folder, {catalogue.SUMS: release.digest[7:]}, catalogue.MAX_LIST)
    sums = catalogue.parse_sums(catalogue.read_plain(where), where)
    wanted = sums if only is None else [DESCRIPTOR, *only]
    if missing := set(wanted) - set(sums):
        there = ", ".join(sums)
        raise KeyError(f"no {min(missing)!r} in release {release.version}; there are {there}")
    ensure(
        base, folder, {name: sums[name] for name in wanted}, min(release.size, catalogue.MAX_FILE)
    )
    found, expected = catalogue.read_descriptor(folder)[:2], (catalogue.own_name(), release.version)
    if found != expected:
        got = f"expected {' '.join(expected)}, got {' '.join(found)}"
        raise StoreError(f"{folder}: {got}. {DISTRUST}; delete {shelf} once it is right")
    return folder


def chosen(version: str, digest: str | None, url: str, shelf: Path) -> Release:
    """Return the newest release that is asked for."""
    if is_version(version) and digest:
        return Release(catalogue.own_name(), version, "", catalogue.MAX_FILE, digest)
    there = [one for one in seen(shelf) if one.version == version] or listed(url, shelf)
    for one in there:
        if matches(version, one.version) and digest in (None, one.digest):
            return one
    names = ", ".join(f"{one.version} {one.digest}" for one in there) or "none"
    raise StoreError(f"no release for {version!r} in {shown(url)}; there are: {names}")


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
    url, shelf = places(store, cache)
    extra("packaging.version")
    catalogue.check_digest(digest)
    matches(version, "0.0.0")
    names = None if only is None else list(only)
    try:
        return complete(url, shelf, chosen(version, digest, url, shelf), names)
    except Unreachable as error:
        for one in seen(shelf):
            if matches(version, one.version) and digest in (None, one.digest):
                with contextlib.suppress(StoreError, KeyError):
                    folder = complete("", shelf, one, names)
                    words = f"using {one.version}, the newest that is whole in the cache {shelf}"
                    warnings.warn(f"{error}: {words}; there may be a newer one", stacklevel=2)
                    return folder
        words = f"the cache {shelf} has no whole release for {version!r}: try again"
        raise StoreError(f"{error}, and {words}") from error
    except (OSError, ValueError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            f"the release cannot be kept in the cache {shelf}: {shown(error)}. Nothing half-done "
            f"was kept: suspect the store if a hash differs; else make room, or name another "
            f"folder with cache= (--cache) or CHIPCONTROLS_CACHE"
        ) from error


def releases(store: Place | None = None, cache: Place | None = None) -> list[Release]:
    """Return the releases in a store, newest first; with a warning those last seen, if offline."""
    url, shelf = places(store, cache)
    try:
        return listed(url, shelf)
    except Unreachable as error:
        if known := seen(shelf):
            warnings.warn(f"{error}: these are the releases last seen", stacklevel=2)
            return known
        raise


def versions(store: Place | None = None, cache: Place | None = None) -> list[str]:
    """Return the versions in a store, newest first."""
    return [release.version for release in releases(store, cache)]


def load(
    table: str, version: str = "latest", store: Place | None = None, cache: Place | None = None
) -> pandas.DataFrame:
    """Return a table of a release; fetches its Parquet file only, and that only once."""
    import pyarrow
    import pyarrow.parquet

    from chipcontrols.package import frames

    name = f"{table}.parquet"
    path = fetch(version, store, cache, only=[name]) / name
    # pyarrow's own memory: with Python's, as of an open file, a process now and then aborts at its
    # end (apache/arrow issues 33975 and 50482).
    with pyarrow.OSFile(str(path)) as file:
        content = pyarrow.BufferReader(file.read_buffer())
        return frames.from_arrow(pyarrow.parquet.read_table(content))
