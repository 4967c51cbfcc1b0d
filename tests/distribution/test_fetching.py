from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import shutil
import socket
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas
import pytest
import stores
from stores import contents, make_release, sha256

from chipcontrols.distribution import catalogue, fetching, store
from chipcontrols.distribution.catalogue import StoreError

VERSIONS = ("1.0.0", "1.2.0", "2.0.0")


@pytest.fixture(autouse=True)
def plain_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0)
    for name in ("CHIPCONTROLS_STORE", "CHIPCONTROLS_CACHE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A local store with the releases 1.0.0, 1.2.0 and 2.0.0; tests only read it."""
    parent = tmp_path_factory.mktemp("built")
    for version in VERSIONS:
        store.publish(make_release(parent, version), parent / "store")
    return parent / "store"


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Path:
    """A copy of that store, which a test may change."""
    return Path(shutil.copytree(built, tmp_path / "store"))


@pytest.fixture(scope="module", params=stores.BACKENDS)
def any_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, Path]]]:
    """A store of each kind with the releases, and their folders."""
    tmp_path = tmp_path_factory.mktemp(request.param)
    folders = {version: make_release(tmp_path, version) for version in VERSIONS}
    with stores.s3_server():
        url = stores.new_store(request.param, tmp_path)
        for folder in folders.values():
            store.publish(folder, url)
        yield url, folders


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function that cuts the connection to every store."""

    def read(url: str, limit: int, answer: Any) -> None:
        answer.put(TimeoutError("no answer"))

    return lambda: monkeypatch.setattr(fetching, "read", read)


def load(version: str, place: object, cache: Path) -> pandas.DataFrame:
    return fetching.load("quotes", version, place, cache)


def cached(cache: Path, name: str) -> Path:
    return next(cache.glob("*/1.2.0")) / name


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("[!.]*") if path.is_file())


def released(place: Path, version: str = "2.0.0") -> Path:
    return next(place.glob(f"{version}-*"))


# What is fetched


@pytest.mark.parametrize(
    ("wanted", "version"),
    [
        ("latest", "2.0.0"), ("1.2.0", "1.2.0"), ("~=1.0", "1.2.0"), ("<1.2", "1.0.0"),
        (">=1,<3", "2.0.0"), ("==1.*,!=1.2.0", "1.0.0"),
    ],
)  # fmt: skip
def test_a_release_is_fetched_byte_for_byte_from_any_store(any_store, wanted, version, cache):
    url, folders = any_store
    folder = fetching.fetch(wanted, url, cache)
    assert folder.name == version
    assert contents(folder) == contents(folders[version])
    assert folder.is_relative_to(cache)


def test_versions_come_newest_first_with_their_digests_from_any_store(any_store, cache):
    url, folders = any_store
    assert fetching.versions(url, cache) == ["2.0.0", "1.2.0", "1.0.0"]
    for one in fetching.releases(url, cache):
        assert one.digest == catalogue.verify(folders[one.version]).digest


def test_a_table_is_loaded_with_its_attributes_and_only_its_file_is_fetched(any_store, cache):
    url, folders = any_store
    frame = load("1.2.0", url, cache)
    pandas.testing.assert_frame_equal(
        frame, pandas.read_parquet(folders["1.2.0"] / "quotes.parquet")
    )
    assert frame.attrs == {"table": "quotes", "version": "1.2.0"}
    assert files(cache) == ["SHA256SUMS", "datapackage.json", "quotes.parquet", "versions"]


@pytest.mark.parametrize(
    ("wanted", "error", "message"),
    [
        *((wanted, StoreError, r"there are: 2\.0\.0 .*, 1\.2\.0 .*, 1\.0\.0 ")
          for wanted in ("3.0.0", ">9", "==1.2.1")),
        *((wanted, ValueError, "is no version: write 'latest'")
          for wanted in ("newest", "1.2", "../1.2.0", "1.02.0", "", "1" * 5000)),
    ],
)  # fmt: skip
def test_a_version_that_cannot_be_had_is_an_error_with_what_can(
    wanted, error, message, built, cache
):
    with pytest.raises(error, match=message):
        fetching.fetch(wanted, built, cache)


@pytest.mark.parametrize("table", ["nothing", "../quotes", "/etc/passwd", "", ".."])
def test_an_unknown_table_is_an_error_that_names_the_files(table, built, cache):
    with pytest.raises(KeyError, match=r"in release 2\.0\.0; there are chips\.parquet, datap"):
        fetching.load(table, "latest", built, cache)


def test_store_and_cache_may_come_from_the_environment(built, cache, monkeypatch):
    for action in (fetching.fetch, fetching.versions, lambda: fetching.load("quotes")):
        with pytest.raises(StoreError, match=r"store=.*--store.*CHIPCONTROLS_STORE"):
            action()
    monkeypatch.setenv("CHIPCONTROLS_STORE", str(built))
    monkeypatch.setenv("CHIPCONTROLS_CACHE", str(cache))
    assert fetching.fetch().is_relative_to(cache)
    monkeypatch.delenv("CHIPCONTROLS_CACHE")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(cache / "user"))
    assert fetching.fetch().is_relative_to(cache / "user")


def test_two_stores_share_no_files_in_the_cache(tmp_path, cache):
    for words in ("first", "other"):
        store.publish(make_release(tmp_path, words=words), tmp_path / words)
    for words in ("first", "other"):
        assert load("1.0.0", tmp_path / words, cache)["text"][0] == f"quotes {words}"


@pytest.mark.parametrize("store_url", ["nowhere", "s3x://nowhere", "memory://nowhere"])
def test_a_store_that_is_not_there_is_an_error_that_names_it(store_url, cache):
    with pytest.raises(StoreError, match="nowhere"):
        fetching.fetch("latest", store_url, cache)


# The cache


def test_a_version_that_is_cached_needs_no_network(built, cache, offline):
    folder = fetching.fetch("1.2.0", built, cache)
    offline()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fetching.fetch("1.2.0", built, cache) == folder
        assert len(load("1.2.0", built, cache)) == 2


def test_offline_the_newest_that_is_whole_in_the_cache_is_used_and_said(built, cache, offline):
    fetching.fetch("1.0.0", built, cache)
    load("2.0.0", built, cache)
    offline()
    with pytest.warns(UserWarning, match=r"cannot be reached.*using 1\.0\.0, the newest.*whole"):
        assert fetching.fetch("latest", built, cache).name == "1.0.0"
    with pytest.warns(UserWarning, match=r"using 2\.0\.0"):
        assert load("latest", built, cache).attrs["version"] == "2.0.0"
    with pytest.warns(UserWarning, match="releases last seen"):
        assert fetching.versions(built, cache) == ["2.0.0", "1.2.0", "1.0.0"]


def test_offline_with_nothing_to_fall_back_on_is_an_error(built, cache, offline):
    fetching.fetch("1.0.0", built, cache)
    offline()
    for wanted in ("~=2.0", "2.0.0"):
        with pytest.raises(StoreError, match=f"no whole release for '{wanted}'.*try again"):
            fetching.fetch(wanted, built, cache)
    with pytest.raises(StoreError, match="cannot be reached"):
        fetching.versions(built, cache / "other")


def altered(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def linked(path: Path) -> None:
    path.rename(path.with_name(".elsewhere"))
    path.symlink_to(".elsewhere")


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("name", ["quotes.parquet", "SHA256SUMS", "datapackage.json"])
@pytest.mark.parametrize("alter", [altered, linked, piped, lambda path: path.write_bytes(b"")])
def test_a_cached_file_that_was_altered_is_fetched_again_and_said(
    name, alter, place, cache, offline
):
    good = contents(fetching.fetch("1.2.0", place, cache))
    for use in (fetching.fetch, load):
        alter(cached(cache, name))
        with pytest.warns(UserWarning, match=f"{name}: expected .*, got .*again"):
            use("1.2.0", place, cache)
        assert cached(cache, name).read_bytes() == good[name]
        assert not cached(cache, name).is_symlink()
    alter(cached(cache, name))
    offline()
    for use in (fetching.fetch, load):
        with warnings.catch_warnings(), pytest.raises(StoreError, match="no whole release"):
            warnings.simplefilter("ignore")
            use("latest", place, cache)


@pytest.mark.parametrize("damage", [b"{", b"", b"[" * 100_000, None])
def test_a_cached_list_that_is_damaged_is_asked_for_again(damage, place, cache):
    fetching.fetch("1.2.0", place, cache)
    path = next(cache.glob("*/versions"))
    good = path.read_bytes()
    path.write_bytes(damage) if damage is not None else piped(path)
    fetching.fetch("1.2.0", place, cache)
    assert path.read_bytes() == good


def test_a_folder_of_the_cache_that_is_a_link_is_refused_and_nothing_there_is_touched(
    place, cache, tmp_path
):
    fetching.fetch("1.2.0", place, cache)
    mine = tmp_path / "mine"
    (mine / "1.2.0").mkdir(parents=True)
    for name in ("tmpnotes", "quotes.parquet"):
        (mine / "1.2.0" / name).write_text("mine")
    shelf = next(cache.iterdir())
    for folder, target in ((shelf / "1.2.0", mine / "1.2.0"), (shelf, mine)):
        shutil.rmtree(folder)
        folder.symlink_to(target)
        with pytest.raises(StoreError, match="leads elsewhere by a link: delete the link"):
            fetching.fetch("1.2.0", place, cache)
        assert (mine / "1.2.0" / "tmpnotes").read_text() == "mine"
        assert (mine / "1.2.0" / "quotes.parquet").read_text() == "mine"


def test_a_cache_that_is_itself_a_link_serves(built, cache, tmp_path):
    (tmp_path / "disk").mkdir()
    cache.symlink_to(tmp_path / "disk")
    assert fetching.fetch("1.2.0", built, cache).name == "1.2.0"


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_fetched_files_have_the_mode_that_the_umask_says(mask, built, cache):
    before = os.umask(mask)
    try:
        folder = fetching.fetch("1.2.0", built, cache)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o666 & ~mask}


@stores.fork
def test_fetching_and_loading_write_inside_the_cache_only(built, cache):
    def outside(path: str) -> None:
        if not Path(path).is_relative_to(cache) and path != os.devnull:
            raise RuntimeError(f"wrote {path}")

    def use() -> int:
        fetching.fetch("latest", built, cache)
        fetching.versions(built, cache)
        return len(load("~=1.0", built, cache))

    assert stores.in_child(use, outside) == 2


@stores.fork
def test_a_read_only_cache_serves_what_it_has_and_says_so_otherwise(built, cache):
    fetching.fetch("1.2.0", built, cache)
    before = files(cache)

    def read_only(path: str) -> None:
        if Path(path).is_relative_to(cache):
            raise OSError(errno.EROFS, "Read-only file system", path)

    for wanted in ("1.2.0", "~=1.0"):
        assert stores.in_child(lambda w=wanted: load(w, built, cache).shape, read_only) == (2, 2)
    error = stores.in_child(lambda: fetching.fetch("latest", built, cache), read_only)
    assert isinstance(error, StoreError)
    for words in ("cannot be kept in the cache", "Read-only file system", "CHIPCONTROLS_CACHE"):
        assert words in str(error)
    assert files(cache) == before


def test_a_file_in_the_place_of_the_cache_is_an_error(built, cache):
    cache.write_text("x")
    with pytest.raises(StoreError, match=r"cannot be kept in the cache.*CHIPCONTROLS_CACHE"):
        fetching.fetch("latest", built, cache)


def test_a_disk_that_fills_up_leaves_nothing_half_written(built, cache, monkeypatch):
    class Full(io.FileIO):
        def write(self, content: Any) -> int:
            super().write(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching, "open", Full, raising=False)
    with pytest.raises(StoreError, match=r"cannot be kept.*No space left.*half-done.*room"):
        fetching.fetch("latest", built, cache)
    assert files(cache) == ["versions"]
    monkeypatch.undo()
    monkeypatch.setattr(fetching, "PAUSE", 0)
    assert contents(fetching.fetch("latest", built, cache)) == contents(released(built))


# A store that serves what it should not


@pytest.mark.parametrize("name", ["quotes.parquet", "SHA256SUMS", "datapackage.json"])
@pytest.mark.parametrize(
    ("alter", "message"),
    [
        (lambda content: b"", r"expected sha256:\w{64} but got e3b0c44.*suspect the store"),
        (lambda content: content[:-1], r"expected sha256:\w{64} but got \w{64}"),
        (lambda content: content[:-1] + b"?", r"expected sha256:\w{64} but got \w{64}"),
        (lambda content: content + b"?" * 2**21, r"expected at most \d+ bytes, got more"),
        (lambda content: None, r"No such file"),
    ],
    ids=["empty", "truncated", "tampered", "longer", "missing"],
)
def test_a_file_of_the_store_that_is_not_what_the_release_says_is_never_kept(
    name, alter, message, place, cache
):
    path = released(place) / name
    content = alter(path.read_bytes())
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    for use in (fetching.fetch, load):
        with pytest.raises(StoreError, match=message) as error:
            use("2.0.0", place, cache)
        assert name in str(error.value)
        assert name not in files(cache)
        assert not [found for found in files(cache) if found.startswith("tmp")]


HOSTILE = (
    "../../evil", "..", ".", "", "/etc/passwd", "C:evil", "C:\\evil", "a\\b", "a/b", ".hidden",
    "end.", "nul\0", "stream:x", "~", "晶片", "x" * 101, "-rf", " a", "a\u2028b", "SHA256SUMS",
    "con", "NUL.parquet", "Com1.txt", "lpt9", "QUOTES.parquet",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_release_with_a_hostile_name_is_refused_and_nothing_is_written(name, place, cache):
    folder, old = released(place), released(place).name
    lines = [*(folder / "SHA256SUMS").read_text().splitlines(), f"{'0' * 64}  {name}"]
    (folder / "SHA256SUMS").write_text("\n".join([*sorted(lines, key=lambda x: x[66:]), ""]))
    digest = sha256((folder / "SHA256SUMS").read_bytes())
    folder.rename(place / f"2.0.0-{digest[:16]}")
    listed = re.sub(f"{old[6:]}[0-9a-f]*", digest, (place / "versions").read_text())
    (place / "versions").write_text(listed)
    with pytest.raises(StoreError, match=r"SHA256SUMS, line .*plain name, sorted.*damaged"):
        fetching.fetch("latest", place, cache)
    assert files(cache) == ["SHA256SUMS", "versions"]


GOOD = "ai-chip-controls 2.0.0 2026-12-24 999 sha256:" + "0" * 64 + "\n"
LISTS = [
    b"{", b"[]", b"<html>", b"\xff\xfe", b"\n", b"[" * 100_000, b'{"a":' * 100_000, GOOD[:-1],
    GOOD + GOOD, GOOD + GOOD.replace("2.0.0", "3.0.0"), GOOD + "\n", "\ufeff" + GOOD, GOOD + "\r\n",
    *(GOOD.replace("2.0.0", version) for version in (
        "", "1", "2.0", "../1.0.0", "2.0.0\n", "٢.0.0", "2.0.0-", "02.0.0", "9" * 5000, "latest",
        "1.0.0.0", "12345678.0.0", "2.0.0rc1")),
    *(GOOD.replace("999", size) for size in ("-1", "1" * 13, "1.5", "x", "", "9" * 5000)),
    *(GOOD.replace("0" * 64, digest) for digest in ("0" * 63, "A" * 64, "", "0" * 65)),
    *(GOOD.replace("2026-12-24", day) for day in ("soon", "20261224", "")),
    *(GOOD.replace("ai-chip-controls", name) for name in ("", "A", "a b", "../x y")),
]  # fmt: skip


@pytest.mark.parametrize("content", LISTS, ids=lambda content: ascii(content[:50]))
def test_a_hostile_list_is_refused_and_nothing_is_written(content, place, cache):
    (place / "versions").write_bytes(content if isinstance(content, bytes) else content.encode())
    for use in (fetching.fetch, lambda _, *where: fetching.versions(*where)):
        with pytest.raises(StoreError, match=r"versions, line \d: .*Nothing of it was") as error:
            use("latest", place, cache)
        assert len(str(error.value)) < 1000
    assert not cache.exists()


def test_a_list_without_end_is_not_read_to_its_end(place, cache, monkeypatch):
    monkeypatch.setattr(catalogue, "MAX_LIST", 100)
    with pytest.raises(StoreError, match=r"versions: expected at most 100 bytes, got more"):
        fetching.versions(place, cache)


# Rollback, swap and freeze


def test_a_version_that_changes_in_the_store_is_refused(tmp_path, place, cache):
    before = contents(fetching.fetch("1.2.0", place, cache))
    shutil.rmtree(place)
    store.publish(make_release(tmp_path, "1.2.0", words="forged"), place)
    store.publish(make_release(tmp_path, "3.0.0"), place)
    with pytest.raises(StoreError, match=r"1\.2\.0 has changed: expected sha256:.*, got .*delete"):
        fetching.fetch("latest", place, cache)
    assert contents(fetching.fetch("1.2.0", place, cache)) == before


@pytest.mark.parametrize("newest", ["1.2.0", "1.0.0", None])
def test_an_older_latest_is_refused_with_what_to_do_and_versions_do_not_fall_back(
    newest, place, cache
):
    fetching.fetch("1.0.0", place, cache)
    lines = (place / "versions").read_text().splitlines(keepends=True)
    keep = [line for line in lines if newest and line.split()[1] <= newest]
    (place / "versions").write_text("".join(keep))
    was = rf"latest was 2\.0\.0 and now is older: {newest or 'none'}.*Only if it was rebuilt.*delete"
    for wanted in ("latest", "~=1.0", "1.2.1"):
        with pytest.raises(StoreError, match=was):
            fetching.fetch(wanted, place, cache)
    with pytest.raises(StoreError, match=was):
        fetching.versions(place, cache)
    assert fetching.fetch("1.0.0", place, cache).name == "1.0.0"
    (place / "versions").write_text("".join(lines))
    assert fetching.fetch("latest", place, cache).name == "2.0.0"


def test_a_version_once_seen_is_not_forgotten(tmp_path, place, cache):
    fetching.fetch("1.2.0", place, cache)
    shutil.rmtree(place)
    store.publish(make_release(tmp_path, "3.0.0"), place)
    assert fetching.fetch("latest", place, cache).name == "3.0.0"
    assert fetching.fetch("1.2.0", place, cache).name == "1.2.0"


def test_a_version_with_the_files_of_another_is_refused(place, cache):
    listed = catalogue.parse_versions((place / "versions").read_bytes(), place)
    swapped = listed[1]._replace(version="2.1.0")
    (place / "versions").write_text(catalogue.render_versions([*listed, swapped]))
    shutil.copytree(place / listed[1].folder, place / swapped.folder)
    for wanted, digest in (("latest", None), ("2.1.0", None), ("2.1.0", swapped.digest)):
        for only in (None, ["quotes.parquet"]):
            with pytest.raises(StoreError, match=r"expected ai-chip-controls 2\.1\.0, got .* 1\.2\.0"):
                fetching.fetch(wanted, place, cache, digest, only)
    with pytest.raises(StoreError, match=r"expected ai-chip-controls 2\.1\.0"):
        load("latest", place, cache)


def test_releases_of_another_package_are_refused(tmp_path, cache):
    release = store.publish(make_release(tmp_path, name="other"), tmp_path / "store")
    with pytest.raises(StoreError, match="it holds releases of other"):
        fetching.fetch("latest", tmp_path / "store", cache)
    with pytest.raises(StoreError, match=r"expected ai-chip-controls 1\.0\.0, got other 1\.0\.0"):
        fetching.fetch("1.0.0", tmp_path / "store", cache, release.digest)


def test_a_pinned_digest_tells_a_store_that_shows_nothing_new_or_something_else(place, cache):
    digest = f"sha256:{sha256((released(place) / 'SHA256SUMS').read_bytes())}"
    assert fetching.fetch("latest", place, cache, digest).name == "2.0.0"
    frozen = Path(shutil.copytree(place, place.parent / "frozen"))
    shutil.rmtree(released(frozen))
    lines = (frozen / "versions").read_text().splitlines(keepends=True)
    (frozen / "versions").write_text("".join(lines[1:]))
    assert fetching.fetch("latest", frozen, cache).name == "1.2.0"
    for wanted in ("latest", "2.0.0", "~=2.0"):
        with pytest.raises(StoreError, match=r"no release .*1\.2\.0 sha256:|No such file"):
            fetching.fetch(wanted, frozen, cache, digest)
    with pytest.raises(StoreError, match=f"no release for 'latest'.*2.0.0 {digest}"):
        fetching.fetch("latest", place, cache, f"sha256:{'0' * 64}")


# HTTP


def test_a_release_is_fetched_over_http(place, cache):
    with stores.http_server(place) as url:
        folder = fetching.fetch("~=1.0", url, cache)
    assert contents(folder) == contents(released(place, "1.2.0"))
    assert len(load("1.2.0", url, cache)) == 2
    with pytest.warns(UserWarning, match=r"cannot be reached.*using 1\.2\.0"):
        fetching.fetch("latest", url, cache)


def test_assets_at_an_address_with_the_version_in_it_are_fetched_by_digest(place, cache):
    released(place).rename(place / "v2.0.0")
    digest = f"sha256:{sha256((place / 'v2.0.0' / 'SHA256SUMS').read_bytes())}"
    with stores.http_server(place) as url:
        folder = fetching.fetch("2.0.0", f"{url}/v{{version}}", cache, digest)
    assert contents(folder) == contents(place / "v2.0.0")


def sends(request: Any, status: int, content: bytes = b"", length: int = 0, **headers: str) -> bool:
    request.send_response(status)
    for name, value in {"Content-Length": str(length or len(content)), **headers}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(content)
    request.wfile.flush()
    return True


def failing(place: Path, times: float, how: object) -> tuple[list[str], stores.Answer]:
    """Fail the first requests of each path, with a status, or by half of the file."""
    seen: list[str] = []

    def answer(request: Any) -> bool:
        seen.append(request.path)
        if seen.count(request.path) > times:
            return False
        if isinstance(how, int):
            return sends(request, how)
        content = (place / request.path.lstrip("/")).read_bytes()
        return sends(request, 200, content[: len(content) // 2], len(content)) and bool(
            request.connection.shutdown(socket.SHUT_RDWR) or True
        )

    return seen, answer


@pytest.mark.parametrize("how", [408, 425, 429, 500, 502, 503, 504, "broken"])
def test_what_fails_twice_is_tried_again_and_then_the_cache_serves(how, place, cache):
    seen, answer = failing(place, 2, how)
    with stores.http_server(place, lambda request: answer(request)) as url:
        assert contents(fetching.fetch("latest", url, cache)) == contents(released(place))
        assert set(map(seen.count, seen)) == {3}
        _, answer = failing(place, 10**9, how)
        with pytest.warns(UserWarning, match=r"cannot be reached, 3 times.*using 2\.0\.0"):
            fetching.fetch("latest", url, cache)


def test_what_always_fails_leaves_what_is_whole_and_a_rerun_completes(place, cache):
    seen, broken = failing(place, 10**9, "broken")
    with stores.http_server(
        place, lambda request: on and request.path.endswith("quotes.parquet") and broken(request)
    ) as url:
        on = True
        with pytest.raises(StoreError, match=r"quotes\.parquet cannot .* 3 times.*try again"):
            fetching.fetch("latest", url, cache)
        assert files(cache) == ["SHA256SUMS", "chips.parquet", "datapackage.json", "versions"]
        on = False
        assert contents(fetching.fetch("latest", url, cache)) == contents(released(place))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 501, 206, 304])
def test_what_http_refuses_for_good_is_an_error_and_not_tried_again(status, place, cache):
    seen, answer = failing(place, 10**9, status)
    with stores.http_server(place, answer) as url, pytest.raises(StoreError, match=f"{status} "):
        fetching.fetch("latest", url, cache)
    assert seen == ["/versions"]


@pytest.mark.parametrize("where", ["/versions", "quotes.parquet", "SHA256SUMS"])
@pytest.mark.parametrize("part", ["silence", "headers", "body"])
def test_a_server_that_drips_is_given_up_and_the_cache_serves(
    where, part, place, cache, monkeypatch
):
    def answer(request: Any) -> bool:
        if not (on and request.path.endswith(where)):
            return False
        if part == "body":
            sends(request, 200, b"", 500)
        drop = {"silence": b"", "headers": b"H", "body": b"?"}[part]
        for _ in range(20):
            request.wfile.write(drop)
            request.wfile.flush()
            time.sleep(0.05)
        return True

    monkeypatch.setattr(fetching, "PATIENCE", 0.2)
    monkeypatch.setattr(fetching, "LEAST_RATE", 1e9)
    monkeypatch.setattr(fetching, "TRIES", 1)
    with stores.http_server(place, answer) as url:
        on = False
        fetching.fetch("1.0.0", url, cache)
        on, start = True, time.monotonic()
        with pytest.warns(UserWarning, match=r"using 1\.0\.0"):
            assert fetching.fetch("latest", url, cache).name == "1.0.0"
        assert time.monotonic() - start < 0.8


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_a_redirect_to_another_scheme_is_refused(target, place, cache):
    for path in ("/versions", "quotes.parquet"):

        def answer(request: Any, path: str = path) -> bool:
            return request.path.endswith(path) and sends(request, 302, Location=target)

        with (
            stores.http_server(place, answer) as url,
            pytest.raises(StoreError, match=f"No connection adapters.*{target}"),
        ):
            fetching.fetch("latest", url, cache)
        assert "quotes.parquet" not in files(cache)


def test_a_redirect_within_the_scheme_is_followed_and_one_from_https_to_http_is_not(
    place, cache, monkeypatch
):
    def answer(request: Any) -> bool:
        new = request.path.removeprefix("/old")
        return new != request.path and sends(request, 301, Location=new)

    with stores.http_server(place, answer) as url:
        assert fetching.fetch("latest", f"{url}/old", cache).name == "2.0.0"

    @contextlib.contextmanager
    def get(*_: object, **__: object) -> Iterator[object]:
        yield type("Response", (), {"url": "http://example.org/b"})

    monkeypatch.setattr("requests.get", get)
    with pytest.raises(StoreError, match="redirects to http://example.org/b, which is not followed"):
        fetching.fetch("latest", "https://example.org/a", cache)


def test_errors_do_not_show_passwords(cache):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(StoreError, match="cannot be reached") as error:
        fetching.fetch("latest", f"http://me:secret@127.0.0.1:{port}/store", cache)
    assert "secret" not in str(error.value)


# What is imported

CHECK = """
import sys
import chipcontrols
from chipcontrols.distribution import load
frame = load("quotes", "1.2.0", *sys.argv[1:])
heavy = {"fsspec", "pooch", "requests", "rich", "platformdirs", "filelock", "frictionless"}
print(sorted(heavy & set(sys.modules)), len(frame))
"""


def test_a_table_from_the_cache_is_read_without_what_fetching_needs(built, cache, run):
    load("1.2.0", built, cache)
    outcome = run("-c", CHECK, built, cache)
    assert outcome.out == "[] 2\n", outcome.err


@pytest.mark.parametrize("module", ["pooch", "packaging.version", "filelock", "fsspec.core"])
def test_without_the_extra_the_error_says_how_to_install_it(module, built, cache, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(StoreError, match=r"pip install 'ai-chip-controls\[fetch\]'"):
        fetching.fetch("latest", built, cache)
