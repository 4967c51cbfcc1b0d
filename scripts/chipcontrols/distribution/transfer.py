"""Transfer: the bytes of a store, over HTTP or any file system that fsspec knows.

Nothing is read past the size that the index gives.  A file is downloaded beside its place under
another name, by pooch, which tries again after a broken connection, and moved there once its
SHA-256 is right, so that nothing half-written has the name of a file.  An HTTP store may redirect
within its scheme and from http to https, nowhere else.  Out of scope: what the bytes mean.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from chipcontrols.distribution import catalogue
from chipcontrols.distribution.catalogue import INDEX, Index, Release, StoreError

CHUNK = 2**18
TIMEOUT = 30
TRIES = 3
PAUSE = 0.2


class Unreachable(StoreError):
    """A store that does not answer."""


def refuse_other_scheme(response: Any, **_: Any) -> None:
    """Raise StoreError when a response of an HTTP store redirects to where it must not."""
    if response.is_redirect:
        target = urllib.parse.urljoin(response.url, response.headers["location"])
        here, there = (urllib.parse.urlsplit(url).scheme for url in (response.url, target))
        if there not in (here, "https"):
            raise StoreError(
                f"{catalogue.shown(response.url)} redirects to {catalogue.shown(target)!r}: "
                f"from {here} to {there} is not followed. Nothing was fetched"
            )


def http_chunks(url: str) -> Iterator[bytes]:
    """Yield the content of an HTTP URL."""
    request = catalogue.extra("requests").get
    plain = {"Accept-Encoding": "identity"}
    hooks = {"response": refuse_other_scheme}
    with request(url, stream=True, timeout=TIMEOUT, headers=plain, hooks=hooks) as response:
        if 400 <= response.status_code < 500:
            raise StoreError(f"{catalogue.shown(url)}: {response.status_code} {response.reason}")
        response.raise_for_status()
        yield from response.iter_content(CHUNK)


def other_chunks(store: str, name: str) -> Iterator[bytes]:
    """Yield the content of a file of a store that is not HTTP."""
    system, root = catalogue.file_system(store)
    try:
        system.invalidate_cache()
        with system.open(f"{root}/{name}", "rb", block_size=2**22) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
        raise StoreError(f"{catalogue.shown(store)}/{name}: {error}") from error
    except Exception as error:  # a backend raises whatever its client library raises
        raise Unreachable(f"{catalogue.shown(store)} cannot be reached: {error}") from error


def chunks(store: str, name: str, limit: int) -> Iterator[bytes]:
    """Yield the content of a file of a store; raise StoreError when it is longer than `limit`."""
    http = re.match("https?://", store, re.IGNORECASE)
    received = 0
    for chunk in http_chunks(f"{store}/{name}") if http else other_chunks(store, name):
        received += len(chunk)
        if received > limit:
            raise StoreError(
                f"{catalogue.shown(store)}/{name}: expected at most {limit} bytes, got more. The "
                f"download was stopped and deleted; the store is damaged or not to be trusted"
            )
        yield chunk


def read_index(store: str) -> Index:
    """Return a store's index; raise Unreachable when the store does not answer."""
    network = catalogue.extra("requests").RequestException
    for left in reversed(range(TRIES)):
        try:
            content = b"".join(chunks(store, INDEX, catalogue.MAX_INDEX))
            return catalogue.parse_index(content, f"{store}/{INDEX}")
        except (network, Unreachable) as error:
            if not left:
                raise Unreachable(
                    f"the store {catalogue.shown(store)} cannot be reached ({error})"
                ) from error
        time.sleep(PAUSE)
    raise AssertionError


@contextlib.contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], object]]:
    """Give a function that counts bytes, shown as a bar on a terminal."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    rich = catalogue.extra("rich.progress")
    console = catalogue.extra("rich.console").Console(stderr=True)
    columns = rich.TextColumn(what), rich.BarColumn(), rich.DownloadColumn()
    with rich.Progress(*columns, rich.TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)


@contextlib.contextmanager
def quiet(log: Any) -> Iterator[None]:
    """Keep a logger to warnings."""
    level = log.level
    log.setLevel("WARNING")
    try:
        yield
    finally:
        log.setLevel(level)


def download(store: str, release: Release, names: Sequence[str], folder: Path) -> None:
    """Download files of a release into a folder, each complete or not at all.

    Raises StoreError that names the file and says whether the store, the connection or the folder
    is to blame.
    """
    pooch, requests = catalogue.extra("pooch"), catalogue.extra("requests")
    where = f"release {release.version} from {catalogue.shown(store)}"
    total = sum(release.files[name].bytes for name in names)
    hashes = {name: f"sha256:{release.files[name].sha256}" for name in names}
    keeper = pooch.Pooch(folder, "", hashes, dict.fromkeys(names, ""), TRIES - 1)
    with quiet(pooch.get_logger()), progress(total, f"release {release.version}") as advance:
        for name in names:

            def write(_url: str, path: str, _pooch: Any, name: str = name) -> None:
                with open(path, "wb") as stream:
                    limit = release.files[name].bytes
                    for chunk in chunks(store, f"{release.folder}/{name}", limit):
                        stream.write(chunk)
                        advance(len(chunk))

            try:
                folder.mkdir(parents=True, exist_ok=True)
                if total > (free := shutil.disk_usage(folder).free):
                    raise OSError(f"{total:,} bytes to fetch, {free:,} free")
                keeper.fetch(name, downloader=write)
            except StoreError:
                raise
            except (requests.RequestException, ValueError) as error:
                raise StoreError(
                    f"{name} of {where} was not fetched, {TRIES} times: {error}. Nothing "
                    f"half-written was kept, and what is complete stays: try again. Suspect the "
                    f"connection first, then the store"
                ) from error
            except OSError as error:
                raise StoreError(
                    f"{name} of {where} cannot be kept in the cache {folder}: {error}. Nothing "
                    f"half-written was kept: make room, or name another folder with cache= "
                    f"(--cache) or CHIPCONTROLS_CACHE"
                ) from error
            total -= release.files[name].bytes
