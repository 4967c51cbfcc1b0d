"""Publishing and verifying: all of a release or nothing, whoever else publishes, whatever fails."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import stores
from stores import assert_holds, content_of, contents, make_release

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


# What a store holds


def test_published_releases_are_listed_with_their_digests_and_held_byte_for_byte(url, tmp_path):
    folders = {v: make_release(tmp_path, v) for v in ("1.0.0", "1.10.0", "1.9.1")}
    digests = {v: store.publish(folder, url).digest for v, folder in folders.items()}
    assert_holds(url, folders)
    found = fetching.releases(url, tmp_path / "cache")
    assert list(found) == ["1.10.0", "1.9.1", "1.0.0"]
    assert found == digests


def test_the_same_bytes_again_change_nothing_and_other_bytes_are_refused(url, tmp_path):
    folder, other = make_release(tmp_path), make_release(tmp_path, words="other")
    digest = store.publish(folder, url).digest
    before = content_of(url)
    assert store.publish(folder, url).digest == digest
    with pytest.raises(StoreError, match=rf"1\.0\.0 is already published.*expected .*{digest}"):
        store.publish(other, url)
    assert content_of(url) == before
    assert_holds(url, {"1.0.0": folder})


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
    written = [*url.rglob("[!.]*"), folder, *folder.iterdir(), folder.parent / "versions"]
    for path in written:
        assert path.stat().st_mode & 0o777 == (0o777 if path.is_dir() else 0o666) & ~mask


# What is refused


def damage(name: str, content: bytes = b"altered") -> object:
    return lambda folder: (folder / name).write_bytes(content)


def summed(name: str, content: bytes = b"altered") -> object:
    return lambda folder: ((folder / name).write_bytes(content), stores.write_sums(folder))


def piped(name: str) -> object:
    return lambda folder: ((folder / name).unlink(), os.mkfifo(folder / name))


def said(**more: object) -> object:
    return lambda folder: stores.rewrite(folder, **more)


def linked(folder: Path) -> None:
    (folder / "quotes.parquet").rename(folder.parent / "elsewhere")
    (folder / "quotes.parquet").symlink_to(folder.parent / "elsewhere")


def sums(change: object) -> object:
    return lambda x: (x / "SHA256SUMS").write_bytes(change((x / "SHA256SUMS").read_bytes()))


DAMAGES = {
    "a file more": (damage("notes.txt"), r"notes\.txt: expected no such file, got [0-9a-f]{64}"),
    "a folder more": (lambda x: (x / "more").mkdir(), "more: expected no such file, got .* plain"),
    "a link": (linked, r"quotes\.parquet: expected [0-9a-f]{64}, got .* is not a plain file"),
    "a pipe": (piped("quotes.parquet"), r"quotes\.parquet: expected .* is not a plain file"),
    "a pipe of sums": (piped("SHA256SUMS"), "SHA256SUMS is not a plain file"),
    "a pipe of a descriptor": (piped("datapackage.json"), r"package\.json is not a plain file"),
    "a file altered": (damage("quotes.parquet"), r"quotes\.parquet: expected [0-9a-f]{64}, got"),
    "altered and summed": (summed("chips.parquet"), r"chips\.parquet: expected [0-9a-f]{64}, got"),
    "a file less": (lambda x: (x / "chips.parquet").unlink(), r"chips\.parquet: .*no such file"),
    "no sums": (lambda x: (x / "SHA256SUMS").unlink(), "SHA256SUMS"),
    "unsorted sums": (sums(lambda x: b"".join(reversed(x.splitlines(True)))), "line 1: .*sorted"),
    "sums of Windows": (sums(lambda x: x.replace(b"\n", b"\r\n")), r"line 1: .*\\r\\n' is not"),
    "sums with a mark": (sums(lambda x: b"\xef\xbb\xbf" + x), "SHA256SUMS, line 1: .* is not"),
    "a version that is none": (said(version="../1"), "'../1' is not a version"),
    "another form of version": (said(version="1.0"), "is not a version"),
    "no resources": (said(resources=7), r"datapackage\.json: TypeError"),
    "a name that is none": (said(name="a b"), "'a b' is not the name of a package"),
    "a name of lines": (said(name=f"a\n{'0' * 64}  b"), "is not the name of"),
    "a name that is no text": (said(name=7, version=["1"]), r"datapackage\.json: "),
    "deep JSON": (damage("datapackage.json", b"[" * 100_000), "nested too deeply"),
    "a long number": (damage("datapackage.json", b'{"a":' + b"9" * 9999 + b"}"), "ValueError"),
    "a name of a device": (summed("Aux.json"), "SHA256SUMS, line 1: .*plain name"),
    "names that differ in case": (summed("QUOTES.parquet"), "each name once in any case"),
    "the name of the sums": (summed("sha256sums"), "SHA256SUMS, line .*plain name"),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_folder_that_is_no_sound_release_is_not_published(kind, tmp_path):
    folder = make_release(tmp_path)
    DAMAGES[kind][0](folder)
    with pytest.raises(StoreError, match=DAMAGES[kind][1]) as error:
        store.publish(folder, tmp_path / "store")
    assert "build or fetch the release again" in str(error.value)
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
    store.publish(make_release(tmp_path), url)
    system, root = stores.fsspec.core.url_to_fs(url)
    system.pipe_file(f"{root}/versions", content)
    with pytest.raises(StoreError, match=r"versions.*(is not|has 1\.0\.0).*the store is damaged"):
        store.publish(make_release(tmp_path, "1.1.0"), url)
    assert content_of(url) == content


def without_s3fs(patch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    patch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    patch.setitem(sys.modules, "s3fs", None)


def other_package(patch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store.publish(make_release(tmp_path / "other", name="other"), tmp_path / "store")


def large(patch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    patch.setattr(store, "MAX_FILE", 1000)


def a_file(patch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")


@pytest.mark.parametrize(("place", "before", "message"), [
    ("http://me:se@cret@127.0.0.1:9/x", None, r"//…@127.*fetched from, not published to"),
    ("s3://no-such-bucket/x", None, r"s3://no-such-bucket/x stopped: .*publish again"),
    ("s3://bucket/x", without_s3fs, r"[Ii]nstall s3fs.*pip install 'ai-chip-controls\[s3\]'"),
    ("s3x://bucket", None, r"s3x://bucket stopped: Protocol not known: s3x"),
    ("store", large, "bytes: no reader takes more"),
    ("store", a_file, "store stopped: .*store"),
    ("store", other_package, r"has other-1\.0\.0, not a release of ai-chip-controls"),
])  # fmt: skip
def test_where_a_release_cannot_be_published_the_error_says_why(
    place, before, message, tmp_path, monkeypatch
):
    folder = make_release(tmp_path)
    if before:
        before(monkeypatch, tmp_path)
    with pytest.raises(StoreError, match=message) as error:
        store.publish(folder, place if "://" in place else tmp_path / place)
    assert "cret" not in str(error.value)


@stores.fork
def test_a_store_that_is_read_only_is_an_error_that_says_so(tmp_path):
    url, old, new = tmp_path / "store", make_release(tmp_path), make_release(tmp_path, "1.1.0")
    store.publish(old, url)

    def refuse(path: str) -> None:
        if Path(path).is_relative_to(url):
            raise OSError(errno.EROFS, "Read-only file system", path)

    error = stores.in_child(lambda: store.publish(new, url), refuse)
    assert isinstance(error, StoreError)
    assert "Read-only file system" in str(error)
    assert_holds(str(url), {"1.0.0": old})


# Killed at any moment, a full disk, a store that does not keep what it gets


def die(*_: object) -> None:
    raise stores.Killed


def test_a_publisher_killed_before_any_operation_leaves_the_store_as_it_was(tmp_path):
    old, new = make_release(tmp_path), make_release(tmp_path, "1.1.0")
    for at in range(1, 99):
        url = stores.new_store("s3", tmp_path)
        store.publish(old, url)
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(stores.Killed):
            steps = stores.interrupted(patch, url, at, die)
            store.publish(new, url)
            break
        assert_holds(
            url, {"1.0.0": old} | ({"1.1.0": new} if b"-1.1.0\n" in content_of(url) else {})
        )
        store.publish(new, url)
        assert_holds(url, {"1.0.0": old, "1.1.0": new})
    assert len(steps) == at - 1
    assert at > 10


@stores.fork
def test_publishing_and_fetching_killed_at_any_moment_leave_store_and_cache_sound(
    run, package_root
):
    outcome = run(package_root / "tests/tools/kills.py", "--kills", 40, "--seed", 1)
    assert outcome.out == "40 kills, 0 violations\n", outcome.err


@pytest.mark.parametrize("words", ["first", "other"])
def test_what_was_begun_and_never_finished_is_not_in_the_way(url, words, tmp_path):
    abandoned, folder = make_release(tmp_path / "abandoned"), make_release(tmp_path, words=words)
    with pytest.MonkeyPatch.context() as patch:
        if "://" in url:
            stores.interrupted(patch, url, 8, die)
        else:
            patch.setattr(store, "write_whole", die)
            (Path(url) / ".release.part/more").mkdir(parents=True)
        with pytest.raises(stores.Killed):
            store.publish(abandoned, url)
    store.publish(folder, url)
    assert_holds(url, {"1.0.0": folder})


@pytest.mark.parametrize("what", ["copyfile", "fsync"])
@pytest.mark.parametrize("at", range(1, 5))
def test_a_full_disk_leaves_the_store_as_it_was_whenever_it_fills(what, at, tmp_path):
    old, new, url = make_release(tmp_path), make_release(tmp_path, "1.1.0"), tmp_path / "store"
    store.publish(old, url)
    calls: list[object] = []

    def full(source: object, *more: object) -> None:
        calls.append(source)
        if what == "fsync" or len(calls) == at:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, *more)

    with pytest.MonkeyPatch.context() as patch:
        real = shutil.copyfile
        patch.setattr(store.shutil if what == "copyfile" else store.os, what, full)
        expected = "No space left on device. What was published before is as it was"
        with pytest.raises(StoreError, match=expected):
            store.publish(new, url)
    assert_holds(str(url), {"1.0.0": old})
    assert not (url / ".release.part").exists()
    store.publish(new, url)
    assert_holds(str(url), {"1.0.0": old, "1.1.0": new})


def test_a_store_that_alters_what_it_gets_does_not_publish_it(url, tmp_path, monkeypatch):
    def copyfile(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:-1])

    system, _ = stores.fsspec.core.url_to_fs(url)
    real = system.pipe_file
    monkeypatch.setattr(store.shutil, "copyfile", copyfile)
    monkeypatch.setattr(system, "pipe_file", lambda path, content, **_: real(path, content[:-1]))
    with pytest.raises(StoreError, match=r"SHA256SUMS(: expected .*, got|, line 3)"):
        store.publish(make_release(tmp_path), url)
    assert_holds(url, {})


# Races


@pytest.mark.parametrize("rival", ["same bytes", "other bytes", "other version"])
def test_a_rival_that_publishes_at_any_moment_is_neither_lost_nor_overwritten(rival, tmp_path):
    mine, version = make_release(tmp_path), "2.0.0" if rival == "other version" else "1.0.0"
    other = mine if rival == "same bytes" else make_release(tmp_path, version, "rival")
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
            break
        losers.update(refused)
        assert len(refused) == (rival == "other bytes")
        if rival == "other version":
            assert_holds(url, {"1.0.0": mine, "2.0.0": other})
        else:
            assert_holds(url, {"1.0.0": other if "me" in refused else mine})
    assert losers == ({"me", "rival"} if rival == "other bytes" else set())


def test_many_publishers_at_once_lose_nothing_and_readers_see_only_whole_releases(url, tmp_path):
    folders = {f"1.{minor}.0": make_release(tmp_path, f"1.{minor}.0") for minor in range(5)}
    store.publish(folders["1.0.0"], url)
    errors: list[BaseException] = []
    done = threading.Event()

    def run(action) -> threading.Thread:
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
