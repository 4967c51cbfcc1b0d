"""Fetching releases from a store into a cache.

A store is a folder, an HTTP URL or an fsspec URL (``s3://…``) with a file ``versions``, or a URL
with ``{version}`` in it, as of the assets of GitHub releases, for exact versions with digests.
What was seen of a store is not forgotten (an empty file for each version, in ``seen``): a list that
lacks such a version, or has it with other bytes, is refused.  Out of scope: removing from the cache
(it is a folder; delete it) versions, or what a killed download has left in ``.part-…``.
"""

import contextlib
import hashlib
import os
import re
import tempfile
import threading
import time
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import Any

from chipcontrols.distribution import store as stores
from chipcontrols.distribution.store import DISTRUST, SUMS, Place, StoreError, extra, shown
from chipcontrols.package import DESCRIPTOR, default_root, read_descriptor, refuse_own
from chipcontrols.package.finding import reason_of
from chipcontrols.package.versions import is_version, matches, parse

TRIES, PAUSE = 3, 0.5
PATIENCE, LEAST_RATE, DEADLINE = 30.0, 20_000.0, 300.0
"""Seconds that a file may take, bytes that must come in each second after them, most seconds."""
TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
LASTING = (StoreError, ValueError,
           FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)  # fmt: skip


class Unreachable(StoreError):
    """A store that does not answer, or too slowly."""


def read(url: str, limit: int) -> bytes:
    """Return the content of a file of a store, by one try."""
    if not re.match("https?://", url, re.IGNORECASE):
        system, path = stores.file_system(url)
        got = system.cat_file(path, start=0, end=limit + 1)
    else:
        session, plain = extra("requests").Session(), {"Accept-Encoding": "identity"}
        if url[4] in "sS":
            del session.adapters["http://"]  # so that no redirect leads there
        with session.get(url, stream=True, timeout=PATIENCE, headers=plain) as response:
            if response.status_code != 200:
                kind = ConnectionError if response.status_code in TEMPORARY else ValueError
                raise kind(f"{response.status_code} {response.reason}")
            got, late = bytearray(), time.monotonic() + PATIENCE
            while len(got) <= limit and (part := response.raw.read(2**12)):
                got += part  # as it comes: unpacked it may have no end
                if len(got) < LEAST_RATE * (time.monotonic() - late):
                    raise ConnectionError(f"fewer than {LEAST_RATE:.0f} bytes came in a second")
    if len(got) > limit:
        raise ValueError(f"expected at most {limit} bytes, got more. {DISTRUST}")
    return bytes(got)


def received(url: str, limit: int) -> bytes:
    """Return the content of a file of a store; raise Unreachable, or StoreError if it is wrong."""

    def attempt(answers: list[Any]) -> None:
        try:
            answers.append(read(url, limit))
        except BaseException as error:  # a backend raises whatever its client library raises
            answers.append(error)

    for left in reversed(range(TRIES)):
        answers: list[Any] = []
        thread = threading.Thread(target=attempt, args=(answers,), daemon=True)
        thread.start()
        thread.join(DEADLINE)  # no client library bounds all that it waits for
        got = answers[0] if answers else TimeoutError(f"no answer in {DEADLINE:.0f} s")
        if isinstance(got, bytes):
            return got
        if isinstance(got, StoreError):
            raise got
        if isinstance(got, LASTING):
            why = getattr(got, "strerror", "") or shown(got)
            how = f"Check the store's address: with its first release it has {stores.VERSIONS}"
            raise StoreError(f"{shown(url)}: {why}. {how}")
        if not answers:
            break
        time.sleep(PAUSE if left else 0)
    how = "Check the address, the connection and the credentials, or try again"
    raise Unreachable(f"{shown(url)} cannot be reached: {shown(reason_of(got))}. {how}")


def unlinked(folder: Path) -> Path:
    """Return a folder of the cache; raise StoreError when it is a link, to files of others."""
    if folder.resolve() != folder.parent.resolve() / folder.name:
        raise StoreError(f"{folder} leads elsewhere by a link: delete the link")
    return folder


def places(store: Place | None, cache: Place | None) -> tuple[str, Path]:
    """Return the URL of a store and its folder in the cache, given or from the environment."""
    extra("packaging.version")
    url = os.fspath(store or os.environ.get("CHIPCONTROLS_STORE", "")).strip().rstrip("/")
    if not url:
        how = "give store= (--store), a folder or a URL, or set CHIPCONTROLS_STORE"
        raise StoreError(f"no store is named: {how}")
    url = url if "://" in url else os.path.abspath(os.path.expanduser(url))
    root = os.fspath(cache or os.environ.get("CHIPCONTROLS_CACHE", "")).strip()
    root = os.path.expanduser(root or extra("platformdirs").user_cache_dir("chipcontrols"))
    tail = re.sub("[^A-Za-z0-9]+", "-", shown(url))[-40:].strip("-")
    own = hashlib.sha256(os.fsencode(url)).hexdigest()[:12]
    shelf = unlinked(Path(root).absolute() / f"{tail}-{own}")
    refuse_own(shelf)
    return url, shelf


def seen(shelf: Path) -> dict[str, str]:
    """Return the hash of every version that a store was ever seen to have."""
    marks = (path.name.partition("-") for path in sorted(unlinked(shelf / "seen").glob("*-*")))
    return {version: sha for version, _, sha in marks if is_version(version)}


def remember(shelf: Path, fresh: dict[str, str]) -> None:
    """Add versions to those that were seen; a cache that cannot be written can still be read."""
    with contextlib.suppress(OSError):
        for version, sha in fresh.items() - seen(shelf).items():
            (shelf / "seen").mkdir(parents=True, exist_ok=True)
            (shelf / "seen" / f"{version}-{sha}").touch()


def listed(url: str, shelf: Path) -> dict[str, str]:
    """Return the hashes of a store's versions, newest first; if offline, warn, those last seen;
    raise StoreError when the store does not continue what was seen of it."""
    where, known = f"{url}/{stores.VERSIONS}", seen(shelf)
    prefix = f"{read_descriptor(default_root())['name']}-"
    try:
        if "://" not in url and not os.path.isdir(url):
            raise Unreachable(f"{url} cannot be reached: no such folder. Check the store's address")
        fresh = stores.parse_list(received(where, stores.MAX_LIST), where, prefix)
    except Unreachable as error:
        if not known:
            raise
        warnings.warn(f"{error}: using the releases last seen; there may be newer", stacklevel=3)
        fresh = known
    lost = [f"{x}: expected {sha}, got {fresh.get(x, 'no such version')}"
            for x, sha in known.items() if fresh.get(x) != sha]  # fmt: skip
    if lost:
        advice = f"Only if it was rebuilt on purpose, delete {shelf}; what is in it still serves"
        said = f"what was seen of it is gone: {'; '.join(lost):.999}. Suspect the store"
        raise StoreError(f"{shown(url)}: {said}. {advice}")
    remember(shelf, fresh)
    return {version: fresh[version] for version in sorted(fresh, key=parse, reverse=True)}


def ensure(base: str, path: Path, sha: str, limit: int) -> None:
    """Download a file that the cache does not have with this hash; without a base, raise."""
    if (got := stores.hash_of(path)) == sha:
        return
    if not base:
        raise Unreachable(f"{path} is not whole")
    if got != stores.NO_FILE:
        warnings.warn(f"{path}: expected {sha}, got {got}: it is fetched again", stacklevel=5)

    def write(url: str, part: str, _: Any) -> None:
        os.unlink(part)  # pooch makes it for its owner only; what replaces it follows the umask
        with open(part, "xb") as stream:
            stream.write(received(url, limit))

    path.parent.mkdir(parents=True, exist_ok=True)
    extra("pooch").get_logger().setLevel("WARNING")
    with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parents[1]) as part:
        here = (f"{base}/{path.name}", f"sha256:{sha}", path.name, part)
        os.replace(extra("pooch").retrieve(*here, downloader=write), path)


def complete(url: str, shelf: Path, version: str, sha: str, only: Collection[str] | None) -> Path:
    """Return the folder of a release with these files in it, each with its hash checked; raise
    KeyError for a file that the release does not have.  Without a URL nothing is downloaded."""
    folder = unlinked(shelf / version)
    base = url if "{version}" in url or not url else f"{url}/{stores.folder_of(version, sha)}"
    base = base.replace("{version}", version)
    ensure(base, folder / SUMS, sha, stores.MAX_LIST)
    sums = stores.read_sums(folder)
    wanted = sums if only is None else [DESCRIPTOR, *only]
    for name in wanted:
        if name not in sums:
            raise KeyError(f"no {name!r} in release {version}; there are {', '.join(sums):.999}")
        ensure(base, folder / name, sums[name], stores.MAX_FILE)
    expected, got = read_descriptor(default_root())["name"], stores.read_descriptor(folder)
    if got[:2] != (expected, version):
        said = f"expected {expected} {version}, got {got[0]} {got[1]}"
        raise StoreError(f"{folder}: {said}. {DISTRUST}; delete {shelf} once it is right")
    return folder


def wanted(url: str, shelf: Path, version: str, digest: str | None) -> dict[str, str]:
    """Return the hashes of the versions asked for, newest first."""
    matches(version, "0.0.0")
    if digest is not None and not re.fullmatch("sha256:[0-9a-f]{64}", digest):
        form = "write sha256: and 64 hexadecimal digits, as `versions` shows them"
        raise ValueError(f"{digest[:80]!r} is not a digest: {form}")
    known = seen(shelf)
    if digest and is_version(version) and version not in known:
        return {version: digest[7:]}
    there = known if version in known else listed(url, shelf)
    found = {one: sha for one, sha in there.items()
             if matches(version, one) and digest in (None, f"sha256:{sha}")}  # fmt: skip
    if not found:
        names = ", ".join(f"{one} sha256:{sha}" for one, sha in there.items()) or "none"
        said = f"no release for {version!r}" + f" has the digest {digest}" * (digest is not None)
        raise StoreError(f"{said} in {shown(url)}; there are: {names:.999}")
    return found


def fetch(
    version: str = "latest", store: Place | None = None, cache: Place | None = None,
    digest: str | None = None, only: Collection[str] | None = None,
) -> Path:  # fmt: skip
    """Return the folder of a release in the cache, with every file there and its hash checked.

    `version` is ``latest``, exact, or a condition (``~=1.2``, ``>=1,<3``).  An exact one that was
    seen needs no network once it is cached; for others, when the store cannot be reached, the
    newest that is whole in the cache serves, with a warning.  With `digest` (``sha256:…``, as the
    list of versions shows it) nothing need be believed of the store.  `only` names enough files.
    """
    url, shelf = places(store, cache)
    problem: Unreachable | None = None
    advice = ("Nothing half done was kept: suspect the store if a hash differs; else make room, or "
              "name another folder with cache= (--cache) or CHIPCONTROLS_CACHE")  # fmt: skip
    for one, sha in wanted(url, shelf, version, digest).items():
        try:
            with stores.told(f"the cache {shelf} cannot keep {one}", advice, OSError, ValueError):
                folder = complete("" if problem else url, shelf, one, sha, only)
        except Unreachable as error:
            problem = problem or error
            continue
        if problem:
            words = f"using {one}, the newest that is whole in the cache {shelf}"
            warnings.warn(f"{problem}: {words}; there may be a newer one", stacklevel=2)
        remember(shelf, {one: sha})
        return folder
    raise StoreError(f"{problem}. The cache {shelf} has no whole release for {version!r}")


def releases(store: Place | None = None, cache: Place | None = None) -> dict[str, str]:
    """Return the digests of a store by version, newest first; if offline, warn, those last seen."""
    there = listed(*places(store, cache))
    return {version: f"sha256:{sha}" for version, sha in there.items()}


def versions(store: Place | None = None, cache: Place | None = None) -> list[str]:
    """Return the versions in a store, newest first."""
    return list(releases(store, cache))
