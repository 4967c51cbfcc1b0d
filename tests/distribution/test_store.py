"""Publishing and verifying: all of a release or nothing, whoever else publishes, whatever fails."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import stores
from stores import assert_holds, content_of, contents, make_release, tiny_release

from chipcontrols import command
from chipcontrols.distribution import fetching, store
from chipcontrols.distribution.store import StoreError


@pytest.fixture(scope="module", autouse=True)
def s3() -> Iterator[None]:
    with stores.s3_server():
        yield


@pytest.fixture(params=stores.BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return stores.new_store(request.param, tmp_path)


def die(*_: object) -> None:
    raise stores.Killed


def test_published_releases_are_held_byte_for_byte_and_stay_as_they_are(url, tmp_path, monkeypatch):
    folders = {v: make_release(tmp_path, v) for v in ("1.0.0", "1.10.0", "1.9.1")}
    digests = {v: store.publish(folder, url).digest for v, folder in folders.items()}
    before, found = content_of(url), fetching.releases(url, tmp_path / "cache")
    assert list(found.items()) == [(v, digests[v]) for v in ("1.10.0", "1.9.1", "1.0.0")]
    monkeypatch.setattr(store, "write", die)
    assert store.publish(folders["1.0.0"], url).digest == digests["1.0.0"]
    with pytest.raises(StoreError, match=rf"1\.0\.0 is already.*expected .*{digests['1.0.0']}"):
        store.publish(make_release(tmp_path, words="other"), url)
    assert content_of(url) == before
    assert_holds(url, folders)


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_published_and_fetched_files_have_the_mode_that_the_umask_says(mask, tmp_path):
    release, url = make_release(tmp_path), tmp_path / "store"
    release.chmod(0o700)
    before = os.umask(mask)
    try:
        store.publish(release, url)
        folder = fetching.fetch("latest", url, tmp_path / "cache")
    finally:
        os.umask(before)
    for path in (*url.rglob("[!.]*"), *folder.parent.rglob("[!.]*")):
        assert path.stat().st_mode & 0o777 == (0o777 if path.is_dir() else 0o666) & ~mask


# What is refused

Change = Callable[[Path], Any]


def damaged(kind: str, name: str) -> Change:
    return lambda folder: stores.DAMAGES[kind](folder / name)


def written(name: str, content: bytes = b"altered", sums: bool = False) -> Change:
    return lambda folder: ((folder / name).write_bytes(content), sums and stores.write_sums(folder))


def said(**more: object) -> Change:
    return lambda folder: stores.rewrite(folder, **more)


def sums(change: Callable[[bytes], bytes]) -> Change:
    return lambda folder: stores.change(folder / "SHA256SUMS", change)


NO_RELEASES: dict[str, tuple[Change, str]] = {
    "a file more": (written("notes.txt"), r"notes\.txt: expected no such file, got [0-9a-f]{64}"),
    "a folder more": (lambda x: (x / "more").mkdir(), "more: expected no such file, got "),
    "a link": (damaged("a link", "quotes.parquet"),
               r"quotes\.parquet: expected [0-9a-f]{64}, got .* leads out .* by a symbolic link"),
    "a pipe": (damaged("a pipe", "quotes.parquet"), r"quotes\.parquet: .* not a regular file"),
    "a pipe of sums": (damaged("a pipe", "SHA256SUMS"), "'SHA256SUMS' is not a regular file"),
    "a pipe of a descriptor": (damaged("a pipe", "datapackage.json"), "not a regular file"),
    "a file altered": (damaged("altered", "quotes.parquet"), r"quotes\.parquet: expected \w{64}"),
    "altered and summed": (written("chips.parquet", sums=True), r"chips\.parquet: expected \w{64}"),
    "a file less": (lambda x: (x / "chips.parquet").unlink(), r"chips\.parquet: .*no such file"),
    "no sums": (lambda x: (x / "SHA256SUMS").unlink(), "SHA256SUMS"),
    "endless sums": (written("SHA256SUMS", b"0" * (2**20 + 1)), "more than 1,048,576 bytes"),
    "unsorted sums": (sums(lambda x: b"".join(reversed(x.splitlines(True)))), "line 1: .*sorted"),
    "sums of Windows": (sums(lambda x: x.replace(b"\n", b"\r\n")), r"line 1: .*\\r\\n' is not"),
    "sums with a mark": (sums(lambda x: b"\xef\xbb\xbf" + x), "SHA256SUMS, line 1: .* is not"),
    "a version that is none": (said(version="../1"), "'../1' is not a version"),
    "another form of version": (said(version="1.0"), "is not a version"),
    "no resources": (said(resources=7), r"datapackage\.json: TypeError"),
    "a name that is none": (said(name="a b"), "'a b' is not the name of a package"),
    "a name of lines": (said(name=f"a\n{'0' * 64}  b"), "is not the name of"),
    "a name that is no text": (said(name=7, version=["1"]), "is not a version"),
    "deep JSON": (written("datapackage.json", b"[" * 100_000), "nested too deeply"),
    "a long number": (written("datapackage.json", b'{"a":' + b"9" * 9999 + b"}"), "4300 digits"),
    "a name of a device": (written("Aux.json", sums=True), "SHA256SUMS, line 1: .*plain name"),
    "names that differ in case": (written("QUOTES.parquet", sums=True), "once in any case"),
    "the name of the sums": (written("sha256sums", sums=True), "SHA256SUMS, line .*plain name"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_RELEASES)
def test_a_folder_that_is_no_sound_release_is_not_published(kind, tmp_path):
    change, message = NO_RELEASES[kind]
    change(folder := make_release(tmp_path))
    with pytest.raises(StoreError, match=message) as error:
        store.publish(folder, tmp_path / "store")
    assert str(folder) in str(error.value)
    assert len(str(error.value)) < 1500
    assert "\n" not in str(error.value)
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("digest", [f"sha256:{'0' * 64}", "0" * 64, "", "latest"])
def test_a_release_is_told_from_another_by_its_digest(digest, tmp_path):
    folder = make_release(tmp_path)
    right = store.verify(folder).digest
    assert store.verify(folder, right).version == "1.0.0"
    with pytest.raises(StoreError, match=f"expected the digest {digest}, got {right}"):
        store.verify(folder, digest)


@pytest.mark.parametrize("content", [b"{", f"{'0' * 64}  1.0.0\n".encode(), b"[" * 100_000])
def test_a_list_that_is_damaged_is_never_replaced(content, url, tmp_path):
    system, root = stores.fsspec.core.url_to_fs(url)
    store.publish(tiny_release(tmp_path), url)
    system.pipe_file(f"{root}/versions", content)
    with pytest.raises(StoreError, match=r"versions, line 1: .* is not .*the store is damaged"):
        store.publish(tiny_release(tmp_path, "1.1.0"), url)
    assert content_of(url) == content


def without(*modules: str) -> Callable[..., None]:
    def before(patch: pytest.MonkeyPatch, _: Path) -> None:
        patch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
        for module in modules:
            patch.setitem(sys.modules, module, None)

    return before


@pytest.mark.parametrize(("place", "before", "message"), [
    ("http://me:se@cret@127.0.0.1:9/x", None, r"//…@127.*fetched from, not published to"),
    ("s3://no-such-bucket/x", None, r"s3://no-such-bucket/x stopped: .*publish again"),
    ("s3://bucket/x", without("s3fs"), r"[Ii]nstall s3fs.*pip install '\.\[s3\]'"),
    ("store", without("filelock"), r"pip install '\.\[fetch\]'"),
    ("", None, "no store is named: give a folder or a URL"),
    ("s3x://bucket", None, r"s3x://bucket stopped: Protocol not known: s3x"),
    ("store", lambda patch, _: patch.setattr(store, "MAX_FILE", 1000), "bytes are more than"),
    ("store", lambda _, place: place.write_text("x"), "store stopped: .*store"),
    ("store", lambda _, place: store.publish(make_release(place.parent / "o", name="other"), place),
     r"other-1\.0\.0\\n' is not `<sha256>  ai-chip-controls-"),
    ("store", lambda _, place: (place.mkdir(), os.mkfifo(place / "versions")), "not a regular"),
])  # fmt: skip
def test_where_a_release_cannot_be_published_the_error_says_why(
    place, before, message, tmp_path, monkeypatch
):
    folder = make_release(tmp_path)
    if before:
        before(monkeypatch, tmp_path / place)
    with pytest.raises(StoreError, match=message) as error:
        store.publish(folder, place if "://" in place or not place else tmp_path / place)
    assert "cret" not in str(error.value)


@pytest.mark.parametrize("place", ["", "store"])
def test_a_release_is_not_published_into_its_own_folder(place, tmp_path):
    folder = make_release(tmp_path)
    with pytest.raises(FileExistsError, match="among the files of the package or release"):
        store.publish(folder, folder / place)
    assert store.verify(folder).version


# Read-only, full, killed at any moment, a store that does not keep what it gets


@stores.fork
@pytest.mark.parametrize("at", range(7))
def test_a_disk_that_is_full_or_read_only_leaves_the_store_as_it_was(at, tmp_path):
    old, new, place = tiny_release(tmp_path), tiny_release(tmp_path, "1.1.0"), tmp_path / "store"
    store.publish(old, place)
    full = stores.failing_writes(at, lambda x: place in x.parents and (x.name != ".lock" or not at))
    error = stores.in_child(lambda: store.publish(new, place), full)
    assert isinstance(error, StoreError)
    assert ("No space left on device" if at else "Read-only file system") in str(error)
    assert "What was published before is as it was" in str(error)
    assert_holds(str(place), {"1.0.0": old})
    assert not list(place.glob(".part-*"))
    store.publish(new, place)
    assert_holds(str(place), {"1.0.0": old, "1.1.0": new})


def test_a_publisher_killed_before_any_operation_leaves_the_store_as_it_was(tmp_path):
    old, new = tiny_release(tmp_path), tiny_release(tmp_path, "1.1.0")
    for at in range(1, 99):
        url = stores.new_store("s3", tmp_path)
        store.publish(old, url)
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(stores.Killed):
            steps = stores.interrupted(patch, url, at, die)
            store.publish(new, url)
            break
        assert_holds(url, {"1.0.0": old})
        store.publish(new, url)
        assert_holds(url, {"1.0.0": old, "1.1.0": new})
    assert len(steps) == at - 1 == 9


@stores.fork
def test_publishing_and_fetching_killed_at_any_moment_leave_store_and_cache_sound(
    run, package_root
):
    outcome = run(package_root / "tests/tools/kills.py", "--kills", 20, "--seed", 1)
    assert outcome.out == "20 kills, 0 violations\n", outcome.err


@pytest.mark.parametrize("words", ["first", "other"])
def test_what_was_begun_and_never_finished_is_removed_and_not_in_the_way(url, words, tmp_path):
    abandoned, folder = tiny_release(tmp_path / "x"), tiny_release(tmp_path, words=words)
    with pytest.MonkeyPatch.context() as patch:
        if "://" in url:
            stores.interrupted(patch, url, 7, die)
        else:
            patch.setattr(store, "replace_files", die)
            Path(url, ".part-killed/release").mkdir(parents=True)
        with pytest.raises(stores.Killed):
            store.publish(abandoned, url)
    store.publish(folder, url)
    assert_holds(url, {"1.0.0": folder})
    assert not list(tmp_path.glob("store-*/.part-*"))


@pytest.mark.parametrize(("kind", "cut", "message"), [
    ("local", 1, "SHA256SUMS: expected .*, got .* after writing it"),
    ("s3", 1, "SHA256SUMS: expected .*, got .* after writing it"),
    ("s3", 0, r"stopped: somebody was faster\. .*publish again"),
])  # fmt: skip
def test_what_a_store_cuts_or_never_takes_is_not_published(
    kind, cut, message, tmp_path, monkeypatch
):
    system, _ = stores.fsspec.core.url_to_fs(url := stores.new_store(kind, tmp_path))
    real = system.pipe_file

    def pipe_file(path: str, content: bytes, **_: Any) -> None:
        if path.endswith("/versions"):
            raise OSError("somebody was faster")
        real(path, content[: len(content) - cut])

    monkeypatch.setattr(system, "pipe_file", pipe_file)
    with pytest.raises(StoreError, match=message):
        store.publish(tiny_release(tmp_path), url)
    assert_holds(url, {})


# Races


@pytest.mark.parametrize("rival", ["same bytes", "other bytes", "other version"])
def test_a_rival_that_publishes_at_any_moment_is_neither_lost_nor_overwritten(rival, tmp_path):
    mine, version = tiny_release(tmp_path), "2.0.0" if rival == "other version" else "1.0.0"
    other = mine if rival == "same bytes" else tiny_release(tmp_path, version, "rival")
    losers = set()
    for at in range(1, 99):
        url = stores.new_store("s3", tmp_path)
        refused = []

        def attempt(who: str, folder: Path, url: str = url, refused: list = refused) -> None:
            try:
                store.publish(folder, url)
            except StoreError:
                refused.append(who)

        with pytest.MonkeyPatch.context() as patch:
            steps = stores.interrupted(patch, url, at, lambda a=attempt: a("rival", other))
            attempt("me", mine)
        if at > len(steps):
            attempt("rival", other)
        losers.update(refused)
        assert len(refused) == (rival == "other bytes")
        if rival == "other version":
            assert_holds(url, {"1.0.0": mine, "2.0.0": other})
        else:
            assert_holds(url, {"1.0.0": other if "me" in refused else mine})
        if at > len(steps):
            break
    assert losers == ({"me", "rival"} if rival == "other bytes" else set())


def test_many_publishers_at_once_lose_nothing_and_readers_see_only_whole_releases(url, tmp_path):
    folders = {f"1.{minor}.0": tiny_release(tmp_path, f"1.{minor}.0") for minor in range(5)}
    store.publish(folders["1.0.0"], url)
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            latest = fetching.fetch("latest", url, tmp_path / "reader")
            assert contents(latest) == contents(folders[latest.name])

    with ThreadPoolExecutor(12) as pool:
        readers = [pool.submit(read) for _ in "ab"]
        writers = [pool.submit(store.publish, x, url) for x in folders.values() for _ in "ab"]
        errors = [one.exception() for one in writers]
        done.set()
        assert not any([*errors, *(one.exception() for one in readers)])
    assert_holds(url, folders)


def test_the_command_publishes_and_says_so(tmp_path, capsys):
    folder, place = make_release(tmp_path), tmp_path / "store"
    assert command.main(["publish", str(place), str(folder)]) == 0
    said = rf"1\.0\.0 is in {place}: .* {store.verify(folder).digest}\n"
    assert re.fullmatch(said, capsys.readouterr().out)
    (folder / "quotes.parquet").write_bytes(b"altered")
    assert command.main(["publish", str(place), str(folder)]) == 2
    assert re.match("could not publish a release: .*quotes", capsys.readouterr().err)
