from __future__ import annotations

import errno
import io
import json
import os
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
from chipcontrols.distribution import catalogue, fetching, store, transfer
from chipcontrols.distribution.catalogue import StoreError
from stores import contents, make_release


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHIPCONTROLS_STORE", "CHIPCONTROLS_CACHE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A local store with the releases 1.0.0, 1.2.0 and 2.0.0."""
    for version in ("1.0.0", "1.2.0", "2.0.0"):
        store.publish(make_release(tmp_path, version), tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function that cuts the connection to every store."""

    def cut() -> None:
        def chunks(store: str, *_: object) -> Iterator[bytes]:
            raise transfer.Unreachable(f"{store} does not answer")
            yield b""

        monkeypatch.setattr(transfer, "chunks", chunks)

    return cut


@pytest.fixture(scope="module", params=stores.BACKENDS)
def any_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, Path]]]:
    """A store of each kind with the releases 1.0.0, 1.2.0 and 2.0.0, and their folders."""
    tmp_path = tmp_path_factory.mktemp(request.param)
    folders = {v: make_release(tmp_path, v) for v in ("1.0.0", "1.2.0", "2.0.0")}
    with stores.s3_server():
        url = stores.new_store(request.param, tmp_path)
        for folder in folders.values():
            store.publish(folder, url)
        yield url, folders


def cached_file(cache: Path, name: str = "quotes.parquet", version: str = "1.2.0") -> Path:
    return next(cache.glob("*")) / version / name


def all_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


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


def test_versions_come_newest_first_from_any_store(any_store, cache):
    assert fetching.versions(any_store[0], cache) == ["2.0.0", "1.2.0", "1.0.0"]


def test_a_table_is_loaded_with_its_attributes_and_only_its_file_is_fetched(any_store, cache):
    url, folders = any_store
    frame = fetching.load("quotes", "1.2.0", url, cache)
    pandas.testing.assert_frame_equal(
        frame, pandas.read_parquet(folders["1.2.0"] / "quotes.parquet")
    )
    assert frame.attrs == {"table": "quotes", "version": "1.2.0"}
    assert [path.name for path in all_files(cache)] == ["quotes.parquet", "index.json"]


def test_an_unknown_table_is_an_error_that_names_the_tables(place, cache):
    for table in ("nothing", "../quotes", "/etc/passwd", ""):
        with pytest.raises(KeyError, match=r"in release 2\.0\.0; the tables are chips, quotes"):
            fetching.load(table, "latest", place, cache)


def test_an_unknown_version_is_an_error_that_names_the_versions(place, cache):
    for wanted in ("3.0.0", ">9", "==1.2.1"):
        with pytest.raises(StoreError, match=r"there are: 2\.0\.0, 1\.2\.0, 1\.0\.0"):
            fetching.fetch(wanted, place, cache)


@pytest.mark.parametrize("wanted", ["newest", "1.2", "v1.2.0", "../1.2.0", "1.2.0 or so", "1.02.0"])
def test_what_is_no_version_is_refused_with_the_forms_there_are(wanted, place, cache):
    with pytest.raises(ValueError, match="is no version: write 'latest'"):
        fetching.fetch(wanted, place, cache)
    assert not cache.exists()


def test_without_a_store_the_error_says_how_to_name_one(cache):
    for action in (fetching.fetch, fetching.versions, lambda: fetching.load("quotes")):
        with pytest.raises(StoreError, match=r"store=.*--store.*CHIPCONTROLS_STORE"):
            action()


def test_store_and_cache_may_come_from_the_environment(place, cache, monkeypatch):
    monkeypatch.setenv("CHIPCONTROLS_STORE", str(place))
    monkeypatch.setenv("CHIPCONTROLS_CACHE", str(cache))
    assert fetching.fetch().is_relative_to(cache)
    monkeypatch.delenv("CHIPCONTROLS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache / "user"))
    monkeypatch.setenv("LOCALAPPDATA", str(cache / "user"))
    monkeypatch.setenv("HOME", str(cache / "user"))
    assert fetching.fetch().is_relative_to(cache / "user")


def test_two_stores_share_no_files_in_the_cache(tmp_path, cache):
    for words in ("first", "other"):
        store.publish(make_release(tmp_path, words=words), tmp_path / words)
    for words in ("first", "other"):
        text = fetching.load("quotes", "1.0.0", tmp_path / words, cache)["text"]
        assert text[0] == f"quotes {words}"


@pytest.mark.parametrize("store_url", ["nowhere", "s3x://nowhere", "memory://nowhere"])
def test_a_store_that_is_not_there_is_an_error_that_names_it(store_url, cache):
    with pytest.raises(StoreError, match="nowhere"):
        fetching.fetch("latest", store_url, cache)


# The cache


def test_a_version_that_is_cached_needs_no_network(place, cache, offline):
    folder = fetching.fetch("1.2.0", place, cache)
    offline()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fetching.fetch("1.2.0", place, cache) == folder
        assert len(fetching.load("chips", "1.2.0", place, cache)) == 2


def test_offline_the_newest_that_is_whole_in_the_cache_is_used_and_said(place, cache, offline):
    fetching.fetch("1.0.0", place, cache)
    fetching.load("quotes", "2.0.0", place, cache)
    offline()
    with pytest.warns(UserWarning, match=r"cannot be reached.*using 1\.0\.0, the newest.*whole"):
        assert fetching.fetch("latest", place, cache).name == "1.0.0"
    with pytest.warns(UserWarning, match=r"using 2\.0\.0"):
        assert fetching.load("quotes", "latest", place, cache).attrs["version"] == "2.0.0"
    with pytest.warns(UserWarning, match="releases last seen"):
        assert fetching.versions(place, cache) == ["2.0.0", "1.2.0", "1.0.0"]


def test_offline_with_nothing_to_fall_back_on_is_an_error(place, cache, offline):
    fetching.fetch("1.0.0", place, cache)
    offline()
    with pytest.raises(StoreError, match=r"no whole release for '~=2\.0': connect once"):
        fetching.fetch("~=2.0", place, cache)
    with pytest.raises(StoreError, match="cannot be reached"):
        fetching.versions(place, cache / "other")
    with pytest.raises(StoreError, match="does not answer"):
        fetching.load("quotes", "2.0.0", place, cache)


@pytest.mark.parametrize("change", [b"", b"PAR1", None])
def test_a_cached_file_that_was_altered_is_fetched_again_and_said(change, place, cache):
    fetching.fetch("1.2.0", place, cache)
    path = cached_file(cache)
    good = path.read_bytes()
    for use in (fetching.fetch, lambda *a: fetching.load("quotes", *a)):
        path.write_bytes(good[:-1] + b"?" if change is None else change)
        with pytest.warns(UserWarning, match=r"quotes.parquet: expected sha256 .*, got .*again"):
            use("1.2.0", place, cache)
        assert path.read_bytes() == good


def test_a_cached_file_that_was_altered_is_never_used_offline(place, cache, offline):
    fetching.fetch("1.2.0", place, cache)
    cached_file(cache).write_bytes(b"altered")
    offline()
    for use in (fetching.fetch, lambda *a: fetching.load("quotes", *a)):
        with pytest.warns(UserWarning, match="expected"), pytest.raises(StoreError):
            use("1.2.0", place, cache)
    with pytest.raises(StoreError, match="no whole release"):
        fetching.fetch("latest", place, cache)


@pytest.mark.parametrize("damage", [b"{", b"", b'{"store": 1}', None])
def test_a_cached_index_that_was_altered_is_asked_for_again(damage, place, cache, offline):
    fetching.fetch("1.2.0", place, cache)
    path = next(cache.glob("*/index.json"))
    good = path.read_bytes()
    altered = json.loads(good)
    altered["releases"][0]["files"]["quotes.parquet"]["sha256"] = "0" * 64
    path.write_bytes(json.dumps(altered).encode() if damage is None else damage)
    fetching.fetch("1.2.0", place, cache)
    assert path.read_bytes() != damage
    path.write_bytes(b"{")
    offline()
    with pytest.raises(StoreError, match="does not answer"):
        fetching.fetch("1.2.0", place, cache)


def test_a_version_that_changes_in_the_store_is_refused(tmp_path, place, cache):
    fetching.fetch("1.2.0", place, cache)
    before = contents(cached_file(cache).parent)
    shutil.rmtree(place)
    store.publish(make_release(tmp_path, "1.2.0", words="forged"), place)
    with pytest.raises(StoreError, match=r"1\.2\.0 in .* has changed: expected digest .*, got"):
        fetching.fetch("latest", place, cache)
    assert contents(fetching.fetch("1.2.0", place, cache)) == before


def test_a_version_once_seen_is_not_forgotten(tmp_path, place, cache):
    fetching.fetch("1.2.0", place, cache)
    shutil.rmtree(place)
    store.publish(make_release(tmp_path, "3.0.0"), place)
    assert fetching.fetch("latest", place, cache).name == "3.0.0"
    assert fetching.fetch("1.2.0", place, cache).name == "1.2.0"


def test_what_a_killed_download_left_is_removed_once_it_is_old(place, cache):
    folder = fetching.fetch("1.2.0", place, cache)
    old, fresh = folder / "tmpold", folder / "tmpfresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    fetching.fetch("1.2.0", place, cache)
    assert fresh.exists()
    assert not old.exists()


@stores.fork
def test_fetching_and_loading_write_inside_the_cache_only(place, cache):
    def outside(path: str) -> None:
        if not Path(path).is_relative_to(cache) and path != os.devnull:
            raise RuntimeError(f"wrote {path}")

    def use() -> int:
        fetching.fetch("latest", place, cache)
        fetching.versions(place, cache)
        return len(fetching.load("quotes", "~=1.0", place, cache))

    assert stores.in_child(use, outside) == 2


@stores.fork
def test_a_read_only_cache_serves_what_it_has_and_says_so_otherwise(place, cache):
    fetching.fetch("1.2.0", place, cache)
    before = all_files(cache)

    def read_only(path: str) -> None:
        if Path(path).is_relative_to(cache):
            raise OSError(errno.EROFS, "Read-only file system", path)

    def child(action: Callable[[], object]) -> Any:
        return stores.in_child(action, read_only)

    assert child(lambda: fetching.fetch("1.2.0", place, cache).name) == "1.2.0"
    assert child(lambda: fetching.fetch("~=1.0", place, cache).name) == "1.2.0"
    assert child(lambda: len(fetching.load("quotes", "1.2.0", place, cache))) == 2
    error = child(lambda: fetching.fetch("latest", place, cache))
    assert isinstance(error, StoreError)
    assert "cannot be kept in the cache" in str(error)
    assert "Read-only file system" in str(error)
    assert "CHIPCONTROLS_CACHE" in str(error)
    assert all_files(cache) == before


def test_a_file_in_the_place_of_the_cache_is_an_error(place, cache):
    cache.write_text("x")
    with pytest.raises(StoreError, match=r"cannot be kept in the cache.*CHIPCONTROLS_CACHE"):
        fetching.fetch("latest", place, cache)


# A full disk


def test_a_disk_that_fills_up_leaves_nothing_half_written(place, cache, monkeypatch):
    class Full(io.FileIO):
        def write(self, content: Any) -> int:
            super().write(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(transfer, "open", Full, raising=False)
    with pytest.raises(StoreError, match=r"cannot be kept.*No space left.*half-written.*room"):
        fetching.fetch("latest", place, cache)
    assert [path.name for path in all_files(cache)] == ["index.json"]
    monkeypatch.undo()
    assert contents(fetching.fetch("latest", place, cache))


def test_a_release_that_does_not_fit_is_not_begun(place, cache, monkeypatch):
    usage = shutil.disk_usage(place)._replace(free=10)
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(StoreError, match=r"[\d,]+ bytes to fetch, 10 free"):
        fetching.fetch("latest", place, cache)
    assert [path.name for path in all_files(cache)] == ["index.json"]


# A store that serves what it should not


@pytest.mark.parametrize(
    ("alter", "message"),
    [
        (lambda content: b"", r"quotes\.parquet.*expected sha256:\w{64} but got e3b0c44"),
        (lambda content: content[:-1], r"expected sha256:\w{64} but got \w{64}"),
        (lambda content: content[:-1] + b"?", r"expected sha256:\w{64} but got \w{64}.*Suspect"),
        (lambda content: content + b"?", r"expected at most \d+ bytes, got more"),
        (lambda content: None, r"quotes\.parquet.*No such file"),
    ],
    ids=["empty", "truncated", "tampered", "longer", "missing"],
)
def test_a_file_of_the_store_that_is_not_what_the_index_says_is_never_kept(
    alter, message, place, cache
):
    path = place / "2.0.0" / "quotes.parquet"
    altered = alter(path.read_bytes())
    path.unlink()
    if altered is not None:
        path.write_bytes(altered)
    for use in (fetching.fetch, lambda *a: fetching.load("quotes", *a)):
        with pytest.raises(StoreError, match=message):
            use("2.0.0", place, cache)
        assert "quotes.parquet" not in {found.name for found in all_files(cache)}
        assert not [found for found in all_files(cache) if found.name.startswith("tmp")]
    assert len(fetching.load("chips", "2.0.0", place, cache)) == 2


def file_named(name: str) -> Callable[[dict[str, Any]], None]:
    def mutate(index: dict[str, Any]) -> None:
        files = index["releases"][0]["files"]
        files[name] = files["quotes.parquet"]

    return mutate


def file_with(**more: object) -> Callable[[dict[str, Any]], None]:
    return lambda index: index["releases"][0]["files"]["quotes.parquet"].update(more)


def first_with(**more: object) -> Callable[[dict[str, Any]], None]:
    return lambda index: index["releases"][0].update(more)


def whole_with(**more: object) -> Callable[[dict[str, Any]], None]:
    return lambda index: index.update(more)


NO_NAME, NO_VERSION = "is no plain file name", "is no version of the form"
MUTATIONS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    **{
        f"file name {name!r}": (file_named(name), NO_NAME)
        for name in (
            "../../evil", "..", ".", "", "/etc/passwd", "C:evil", "C:\\evil", "a\\b", "a/b",
            ".hidden", "end.", "nul\0", "line\n", "stream:x", "~", "晶片", "x" * 101, "-rf", " a",
        )
    },
    **{
        f"version {version!r}": (first_with(version=version), NO_VERSION)
        for version in (
            "", "1", "2.0", "../1.0.0", "2.0.0\n", "٢.0.0", "2.0.0-", "02.0.0", "9" * 5000,
            "latest", "2.0.0/../..", "1.0.0.0",
        )
    },
    **{
        f"folder {folder!r}": (first_with(folder=folder), "is no folder of version")
        for folder in ("../2.0.0", "/2.0.0", "", "1.2.0", "2.0.0-000000000000", "file:///etc")
    },
    **{
        f"bytes {size!r}": (file_with(bytes=size), message)
        for size, message in (
            (-1, "the limit is"), (10**13, "the limit is"), (10**300, "the limit is"),
            ("7", "must be a int"), (True, "must be a int"), (1.5, "must be a int"),
            (None, "must be a int"),
        )
    },
    **{
        f"sha256 {digest!r}": (file_with(sha256=digest), message)
        for digest, message in (
            ("0" * 63, "no SHA-256"), ("A" * 64, "no SHA-256"), (None, "must be a str"),
            ("0" * 64, "do not add up"),
        )
    },
    "version of a wrong type": (first_with(version=[2]), r"version is '\[2\]' but must be a str"),
    "files of a wrong type": (first_with(files=["a"]), "files is .* must be a dict"),
    "no files": (first_with(files={}), "SHA256SUMS or datapackage.json is missing"),
    "file of a wrong type": (file_named("x"), "do not add up"),
    "a file twice but for case": (file_named("QUOTES.parquet"), "differ in case only"),
    "date of a wrong type": (first_with(date=7), "date is '7' but must be a str"),
    "no date": (first_with(date="soon"), "Invalid isoformat"),
    "date in another form": (first_with(date="20261224"), "no date of the form"),
    "unknown bump": (first_with(bump="huge"), "'huge' is no bump"),
    "bump of a wrong type": (first_with(bump={}), "is no bump"),
    "changes of a wrong type": (first_with(changes="x"), "changes is 'x'"),
    "release of a wrong type": (whole_with(releases=[7]), r"releases\[0\]: version is 'None'"),
    "releases of a wrong type": (whole_with(releases={}), "releases is missing"),
    "format of the future": (whole_with(store=2), "newer than this chipcontrols: update"),
    "format that is a boolean": (whole_with(store=True), "not an index"),
    "name of a wrong type": (whole_with(name=[]), "name or releases is missing"),
    "latest that is not there": (whole_with(latest="9.0.0"), "latest is '9.0.0'"),
    "latest that is not the newest": (whole_with(latest="1.0.0"), "not the newest"),
    "releases in another order": (lambda index: index["releases"].reverse(), "newest first"),
    "a release twice": (
        lambda index: index["releases"].insert(0, index["releases"][0]), "each once"
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", MUTATIONS)
def test_a_hostile_index_is_refused_and_nothing_is_written(fault, place, cache, tmp_path):
    mutate, message = MUTATIONS[fault]
    path = place / "index.json"
    index = json.loads(path.read_text())
    mutate(index)
    path.write_text(json.dumps(index))
    before = all_files(tmp_path)
    with pytest.raises(StoreError, match=message) as error:
        fetching.fetch("latest", place, cache)
    assert "index.json" in str(error.value)
    assert "Nothing of it was used" in str(error.value)
    assert all_files(tmp_path) == before
    assert len(str(error.value)) < 1000


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"<html>", b"\xff\xfe", b"7" * 5000, b"[" * 100_000,
        b'{"a":' * 100_000, "﻿{}".encode(), b'{"store": 1}', b'{"store": "1"}',
    ],
    ids=lambda content: repr(content[:12]),
)  # fmt: skip
def test_an_index_that_is_none_is_refused(content, place, cache):
    (place / "index.json").write_bytes(content)
    with pytest.raises(StoreError, match="Nothing of it was used; the store is damaged"):
        fetching.versions(place, cache)
    assert not cache.exists()


def test_an_index_without_end_is_not_read_to_its_end(place, cache, monkeypatch):
    monkeypatch.setattr(catalogue, "MAX_INDEX", 100)
    with pytest.raises(StoreError, match=r"index\.json: expected at most 100 bytes, got more"):
        fetching.versions(place, cache)


def test_members_of_the_index_that_are_unknown_are_left_alone(place, cache):
    path = place / "index.json"
    index = json.loads(path.read_text()) | {"more": 1}
    index["releases"][0]["more"] = 1
    path.write_text(json.dumps(index))
    assert fetching.fetch("latest", place, cache).name == "2.0.0"


# HTTP


def test_a_release_is_fetched_over_http(place, cache):
    with stores.http_server(place) as url:
        folder = fetching.fetch("~=1.0", url, cache)
    assert contents(folder) == contents(place / "1.2.0")
    assert len(fetching.load("quotes", "1.2.0", url, cache)) == 2
    with pytest.warns(UserWarning, match=r"cannot be reached.*using 1\.2\.0"):
        fetching.fetch("latest", url, cache)


def breaking(place: Path, times: int) -> stores.Answer:
    """Answer the first requests of each path with half of the file, and a broken connection."""
    seen: dict[str, int] = {}

    def answer(request: Any) -> bool:
        seen[request.path] = seen.get(request.path, 0) + 1
        if seen[request.path] > times:
            return False
        content = (place / request.path.lstrip("/")).read_bytes()
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content[: len(content) // 2])
        request.wfile.flush()
        request.connection.shutdown(socket.SHUT_RDWR)
        return True

    return answer


def test_a_connection_that_breaks_midway_is_tried_again(place, cache):
    with stores.http_server(place, breaking(place, 2)) as url:
        folder = fetching.fetch("latest", url, cache)
    assert contents(folder) == contents(place / "2.0.0")


def test_a_connection_that_always_breaks_leaves_what_is_whole_and_a_rerun_completes(place, cache):
    broken = breaking(place, 10**9)

    def answer(request: Any) -> bool:
        return request.path.endswith("quotes.parquet") and broken(request)

    message = r"quotes\.parquet of release 2\.0\.0 from .* was not fetched, 3 times.*try again"
    with stores.http_server(place, lambda request: on and answer(request)) as url:
        on = True
        with pytest.raises(StoreError, match=message):
            fetching.fetch("latest", url, cache)
        kept = {path.name for path in all_files(cache)}
        assert {"chips.parquet", "index.json"} <= kept
        assert not [name for name in kept if name.startswith(("quotes", "tmp"))]
        on = False
        assert contents(fetching.fetch("latest", url, cache)) == contents(place / "2.0.0")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("file:///etc/passwd", "from http to file is not followed"),
        ("ftp://127.0.0.1/x", "from http to ftp is not followed"),
        ("data:,x", "from http to data is not followed"),
    ],
)
@pytest.mark.parametrize("path", ["/index.json", "/2.0.0/quotes.parquet"])
def test_a_redirect_to_another_scheme_is_refused(target, message, path, place, cache):
    def answer(request: Any) -> bool:
        if request.path != path:
            return False
        request.send_response(302)
        request.send_header("Location", target)
        request.send_header("Content-Length", "0")
        request.end_headers()
        return True

    with stores.http_server(place, answer) as url, pytest.raises(StoreError, match=message):
        fetching.fetch("latest", url, cache)
    assert "quotes.parquet" not in {found.name for found in all_files(cache)}


def test_a_redirect_within_the_scheme_is_followed_and_one_from_https_to_http_is_not(place, cache):
    def answer(request: Any) -> bool:
        if not request.path.startswith("/old"):
            return False
        request.send_response(301)
        request.send_header("Location", request.path.removeprefix("/old"))
        request.send_header("Content-Length", "0")
        request.end_headers()
        return True

    with stores.http_server(place, answer) as url:
        assert fetching.fetch("latest", f"{url}/old", cache).name == "2.0.0"

    class Response:
        is_redirect = True
        url = "https://example.org/a"
        headers = {"location": "http://example.org/b"}  # noqa: RUF012

    with pytest.raises(StoreError, match="from https to http is not followed"):
        transfer.refuse_other_scheme(Response())


def test_what_http_refuses_is_an_error_and_no_broken_connection(place, cache):
    with stores.http_server(place) as url, pytest.raises(StoreError, match="404 File not found"):
        fetching.fetch("latest", f"{url}/elsewhere", cache)


def test_errors_do_not_show_passwords(cache):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(StoreError, match="cannot be reached") as error:
        fetching.fetch("latest", f"http://me:secret@127.0.0.1:{port}/store", cache)
    assert "secret" not in str(error.value)


# What is imported

CHECK = """
import sys
from chipcontrols.distribution import catalogue
from chipcontrols.distribution import fetching
import chipcontrols
frame = fetching.load("quotes", "1.2.0", *sys.argv[1:])
heavy = {"fsspec", "pooch", "requests", "rich", "packaging", "platformdirs", "typer", "filelock"}
print(sorted(heavy & set(sys.modules)), len(frame))
"""


def test_a_table_from_the_cache_is_read_without_what_fetching_needs(place, cache, run):
    fetching.load("quotes", "1.2.0", place, cache)
    outcome = run("-c", CHECK, place, cache)
    assert outcome.out == "[] 2\n", outcome.err


def test_without_the_extra_the_error_says_how_to_install_it(place, cache, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(StoreError, match=r"pip install 'ai-chip-controls\[fetch\]'"):
        fetching.fetch("latest", place, cache)
