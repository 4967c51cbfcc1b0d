"""Publishing and verifying: all of a release or nothing, whoever else publishes, whatever fails."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from collections.abc import Callable, Iterator
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


def test_published_releases_are_held_byte_for_byte_and_stay_as_they_are(
    url, tmp_path, monkeypatch
):
    folders = {v: make_release(tmp_path, v) for v in ("1.0.0", "1.10.0", "1.9.1")}
    digests = {v: store.publish(folder, url).digest for v, folder in folders.items()}
    before, found = content_of(url), fetching.releases(url, tmp_path / "cache")
    assert found == digests
    assert list(found) == ["1.10.0", "1.9.1", "1.0.0"]
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


def damaged(name: str, content: bytes = b"altered") -> Change:
    return lambda folder: (folder / name).write_bytes(content)


def summed(name: str) -> Change:
    return lambda folder: (damaged(name)(folder), stores.write_sums(folder))


def replaced(name: str, make: Callable[[Path], Any]) -> Change:
    return lambda folder: ((folder / name).rename(folder.parent / "elsewhere"), make(folder / name))


def said(**more: object) -> Change:
    return lambda folder: stores.rewrite(folder, **more)


def sums(change: Callable[[bytes], bytes]) -> Change:
    return lambda x: (x / "SHA256SUMS").write_bytes(change((x / "SHA256SUMS").read_bytes()))


NO_RELEASES: dict[str, tuple[Change, str]] = {
    "a file more": (damaged("notes.txt"), r"notes\.txt: expected no such file, got [0-9a-f]{64}"),
    "a folder more": (lambda x: (x / "more").mkdir(), "more: expected no such file, got "),
    "a link": (replaced("quotes.parquet", lambda x: x.symlink_to("../elsewhere")),
               r"quotes\.parquet: expected [0-9a-f]{64}, got .* leads out .* by a symbolic link"),
    "a pipe": (replaced("quotes.parquet", os.mkfifo), r"quotes\.parquet: .* not a regular file"),
    "a pipe of sums": (replaced("SHA256SUMS", os.mkfifo), "'SHA256SUMS' is not a regular file"),
    "a pipe of a descriptor": (replaced("datapackage.json", os.mkfifo), "not a regular file"),
    "a file altered": (damaged("quotes.parquet"), r"quotes\.parquet: expected [0-9a-f]{64}, got"),
    "altered and summed": (summed("chips.parquet"), r"chips\.parquet: expected [0-9a-f]{64}, got"),
    "a file less": (lambda x: (x / "chips.parquet").unlink(), r"chips\.parquet: .*no such file"),
    "no sums": (lambda x: (x / "SHA256SUMS").unlink(), "SHA256SUMS"),
    "endless sums": (damaged("SHA256SUMS", b"0" * (2**20 + 1)), "more than 1,048,576 bytes"),
    "unsorted sums": (sums(lambda x: b"".join(reversed(x.splitlines(True)))), "line 1: .*sorted"),
    "sums of Windows": (sums(lambda x: x.replace(b"\n", b"\r\n")), r"line 1: .*\\r\\n' is not"),
    "sums with a mark": (sums(lambda x: b"\xef\xbb\xbf" + x), "SHA256SUMS, line 1: .* is not"),
    "a version that is none": (said(version="../1"), "'../1' is not a version"),
    "another form of version": (said(version="1.0"), "is not a version"),
    "no resources": (said(resources=7), r"datapackage\.json: TypeError"),
    "a name that is none": (said(name="a b"), "'a b' is not the name of a package"),
    "a name of lines": (said(name=f"a\n{'0' * 64}  b"), "is not the name of"),
    "a name that is no text": (said(name=7, version=["1"]), "is not a version"),
    "deep JSON": (damaged("datapackage.json", b"[" * 100_000), "nested too deeply"),
    "a long number": (damaged("datapackage.json", b'{"a":' + b"9" * 9999 + b"}"), "4300 digits"),
    "a name of a device": (summed("Aux.json"), "SHA256SUMS, line 1: .*plain name"),
    "names that differ in case": (summed("QUOTES.parquet"), "each name once in any case"),
    "the name of the sums": (summed("sha256sums"), "SHA256SUMS, line .*plain name"),
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
    with pytest.raises(StoreError, match=r"versions.*(is not|has 1\.0\.0).*the store is damaged"):
        store.publish(tiny_release(tmp_path, "1.1.0"), url)
    assert content_of(url) == content


def without_s3fs(patch: pytest.MonkeyPatch, _: Path) -> None:
    patch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    patch.setitem(sys.modules, "s3fs", None)


def other_package(_: pytest.MonkeyPatch, place: Path) -> None:
    store.publish(make_release(place.parent / "other", name="other"), place)


def piped_list(_: pytest.MonkeyPatch, place: Path) -> None:
    place.mkdir()
    os.mkfifo(place / "versions")


@pytest.mark.parametrize(("place", "before", "message"), [
    ("http://me:se@cret@127.0.0.1:9/x", None, r"//…@127.*fetched from, not published to"),
    ("s3://no-such-bucket/x", None, r"s3://no-such-bucket/x stopped: .*publish again"),
    ("s3://bucket/x", without_s3fs, r"[Ii]nstall s3fs.*pip install 'ai-chip-controls\[s3\]'"),
    ("store", lambda patch, _: patch.setitem(sys.modules, "filelock", None), r"trols\[fetch\]"),
    ("s3x://bucket", None, r"s3x://bucket stopped: Protocol not known: s3x"),
    ("store", lambda patch, _: patch.setattr(store, "MAX_FILE", 1000), "bytes are more than"),
    ("store", lambda _, place: place.write_text("x"), "store stopped: .*store"),
    ("store", other_package, r"has other-1\.0\.0, not a release of ai-chip-controls"),
    ("store", piped_list, "'versions' is not a regular file"),
])  # fmt: skip
def test_where_a_release_cannot_be_published_the_error_says_why(
    place, before, message, tmp_path, monkeypatch
):
    folder = make_release(tmp_path)
    if before:
        before(monkeypatch, tmp_path / place)
    with pytest.raises(StoreError, match=message) as error:
        store.publish(folder, place if "://" in place else tmp_path / place)
    assert "cret" not in str(error.value)


# Read-only, full, killed at any moment, a store that does not keep what it gets


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A local store with the release 1.0.0, that release, and 1.1.0, which it does not have yet."""
    old, new, place = tiny_release(tmp_path), tiny_release(tmp_path, "1.1.0"), tmp_path / "store"
    store.publish(old, place)
    return place, old, new


@stores.fork
def test_a_store_that_is_read_only_is_an_error_that_says_so(two):
    place, old, new = two

    def refuse(path: str) -> None:
        if Path(path).is_relative_to(place):
            raise OSError(errno.EROFS, "Read-only file system", path)

    error = stores.in_child(lambda: store.publish(new, place), refuse)
    assert isinstance(error, StoreError)
    assert "Read-only file system" in str(error)
    assert_holds(str(place), {"1.0.0": old})


@stores.fork
@pytest.mark.parametrize("at", range(1, 7))
def test_a_full_disk_leaves_the_store_as_it_was_whenever_it_fills(at, two):
    place, old, new = two
    writes: list[str] = []

    def full(path: str) -> None:
        if place in Path(path).parents and Path(path).name != ".lock":
            writes.append(path)
            if len(writes) == at:
                raise OSError(errno.ENOSPC, "No space left on device", path)

    error = stores.in_child(lambda: store.publish(new, place), full)
    assert isinstance(error, StoreError)
    assert "No space left on device" in str(error)
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


def test_a_store_that_alters_what_it_gets_does_not_publish_it(url, tmp_path, monkeypatch):
    system, _ = stores.fsspec.core.url_to_fs(url)
    real = system.pipe_file
    monkeypatch.setattr(system, "pipe_file", lambda path, content, **_: real(path, content[:-1]))
    with pytest.raises(StoreError, match=r"SHA256SUMS: expected .*, got .* after writing it"):
        store.publish(tiny_release(tmp_path), url)
    assert_holds(url, {})


# Races


def test_a_list_that_can_never_be_replaced_is_an_error_after_some_attempts(tmp_path, monkeypatch):
    url = stores.new_store("s3", tmp_path)
    system, _ = stores.fsspec.core.url_to_fs(url)
    real = system.pipe_file

    def refuse(path: str, content: bytes, **more: Any) -> None:
        if path.endswith("/versions"):
            raise OSError("somebody was faster")
        real(path, content, **more)

    monkeypatch.setattr(system, "pipe_file", refuse)
    with pytest.raises(StoreError, match=r"stopped: somebody was faster\. .*publish again"):
        store.publish(tiny_release(tmp_path), url)
    assert_holds(url, {})


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
    errors: list[BaseException] = []
    done = threading.Event()

    def run(action: Callable[[], object]) -> threading.Thread:
        def guarded() -> None:
            try:
                action()
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=guarded)
        thread.start()
        return thread

    def read() -> None:
        while not done.is_set():
            latest = fetching.fetch("latest", url, tmp_path / "reader")
            assert contents(latest) == contents(folders[latest.name])

    readers = [run(read) for _ in "ab"]
    publishers = [run(lambda f=f: store.publish(f, url)) for f in folders.values() for _ in "ab"]
    for thread in publishers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert not errors
    assert_holds(url, folders)


def test_the_command_publishes_and_says_so(tmp_path, capsys):
    folder, place = make_release(tmp_path), tmp_path / "store"
    words = ["publish", str(place), str(folder)]
    assert command.main(words) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"1.0.0 is in {place}: ")
    assert store.verify(folder).digest in out
    (folder / "quotes.parquet").write_bytes(b"altered")
    assert command.main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith("could not publish a release: ")
    assert "quotes.parquet" in error
