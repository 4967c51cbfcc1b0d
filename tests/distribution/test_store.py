from __future__ import annotations

import contextlib
import datetime
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import stores
from stores import assert_holds, content_of, contents, make_release

from chipcontrols import command
from chipcontrols.distribution import catalogue, fetching, store
from chipcontrols.distribution.catalogue import StoreError

DAY = datetime.date(2026, 12, 24)


@pytest.fixture(scope="module", autouse=True)
def s3() -> Iterator[None]:
    with stores.s3_server():
        yield


@pytest.fixture(params=stores.BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return stores.new_store(request.param, tmp_path)


# What a store holds


def test_a_published_release_is_listed_with_all_that_readers_need(url, tmp_path):
    folders = {v: make_release(tmp_path, v) for v in ("1.0.0", "1.10.0", "1.9.1")}
    for folder in folders.values():
        published = store.publish(folder, url, DAY)
        assert published.date == "2026-12-24"
    lines = content_of(url).decode().splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["ai-chip-controls", version, "2026-12-24"] for version in ("1.10.0", "1.9.1", "1.0.0")
    ]
    assert_holds(url, folders)
    assert fetching.versions(url, tmp_path / "cache") == ["1.10.0", "1.9.1", "1.0.0"]


def test_the_day_of_publication_is_today_unless_it_is_given(tmp_path):
    today = datetime.datetime.now(datetime.UTC).date()
    published = store.publish(make_release(tmp_path), tmp_path / "store").date
    assert today <= datetime.date.fromisoformat(published) <= today + datetime.timedelta(1)


def test_the_same_bytes_again_change_nothing(url, tmp_path):
    folder = make_release(tmp_path)
    store.publish(folder, url, DAY)
    before = content_of(url)
    assert store.publish(folder, url, DAY + datetime.timedelta(1)).date == "2026-12-24"
    assert content_of(url) == before


def test_other_bytes_under_a_published_version_are_refused(url, tmp_path):
    folder, other = make_release(tmp_path), make_release(tmp_path, words="other")
    store.publish(folder, url, DAY)
    with pytest.raises(StoreError, match=r"1\.0\.0 is already published, since 2026-12-24.*got"):
        store.publish(other, url)
    assert_holds(url, {"1.0.0": folder})


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_published_and_fetched_files_have_the_mode_that_the_umask_says(mask, tmp_path):
    release, url = make_release(tmp_path), tmp_path / "store"
    before = os.umask(mask)
    try:
        store.publish(release, url)
        folder = fetching.fetch("latest", url, tmp_path / "cache")
    finally:
        os.umask(before)
    written = [*url.rglob("[!.]*.*"), url / "versions", *folder.iterdir()]
    modes = {path.stat().st_mode & 0o777 for path in written if path.is_file()}
    assert modes == {0o666 & ~mask}


# What is refused


def damage(name: str, content: bytes = b"altered") -> object:
    return lambda folder: (folder / name).write_bytes(content)


def summed(folder: Path) -> None:
    (folder / "chips.parquet").write_bytes(b"altered")
    stores.write_sums(folder)


def linked(folder: Path) -> None:
    (folder / "quotes.parquet").rename(folder.parent / "elsewhere")
    (folder / "quotes.parquet").symlink_to(folder.parent / "elsewhere")


def unsorted(folder: Path) -> None:
    path = folder / "SHA256SUMS"
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))


def piped(name: str) -> object:
    return lambda folder: ((folder / name).unlink(), os.mkfifo(folder / name))


def added(name: str) -> object:
    return lambda folder: ((folder / name).write_bytes(b""), stores.write_sums(folder))


DAMAGES = {
    "a file more": (damage("notes.txt"), r"notes\.txt: expected no such file, got [0-9a-f]{64}"),
    "a folder more": (lambda x: (x / "more").mkdir(), "more: expected no such file, got .* plain"),
    "a link": (linked, r"quotes\.parquet: expected [0-9a-f]{64}, got .* is not a plain file"),
    "a pipe": (piped("quotes.parquet"), r"quotes\.parquet: expected .* is not a plain file"),
    "a pipe of sums": (piped("SHA256SUMS"), "SHA256SUMS is not a plain file"),
    "a pipe of a descriptor": (piped("datapackage.json"), r"package\.json is not a plain file"),
    "a file altered": (damage("quotes.parquet"), r"quotes\.parquet: expected [0-9a-f]{64}, got"),
    "altered and summed": (summed, r"chips\.parquet: expected [0-9a-f]{64}, got [0-9a-f]{64}"),
    "a file less": (lambda x: (x / "chips.parquet").unlink(), r"chips\.parquet: .*no such file"),
    "no sums": (lambda x: (x / "SHA256SUMS").unlink(), "SHA256SUMS"),
    "unsorted sums": (unsorted, "SHA256SUMS, line 1: .* is not .*sorted"),
    "a version that is none": (lambda x: stores.rewrite(x, version="../1"), "is not a version"),
    "no resources": (lambda x: stores.rewrite(x, resources=7), r"datapackage\.json: TypeError"),
    "a name that is none": (lambda x: stores.rewrite(x, name="a b"), "'a b' is not the name of"),
    "deep JSON": (damage("datapackage.json", b"[" * 100_000), "RecursionError"),
    "a name of a device": (added("Aux.json"), "SHA256SUMS, line 1: .*plain name"),
    "names that differ in case": (added("QUOTES.parquet"), "each name once in any case"),
    "the name of the sums": (added("sha256sums"), "SHA256SUMS, line .*plain name"),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_folder_that_is_no_sound_release_is_not_published(kind, tmp_path):
    folder = make_release(tmp_path)
    DAMAGES[kind][0](folder)
    with pytest.raises(StoreError, match=DAMAGES[kind][1]) as error:
        store.publish(folder, tmp_path / "store")
    assert "build or fetch the release again" in str(error.value)
    assert len(str(error.value)) < 1500
    assert not (tmp_path / "store").exists()


def test_a_release_is_told_from_another_by_its_digest(tmp_path):
    folder = make_release(tmp_path)
    digest = catalogue.verify(folder).digest
    assert catalogue.verify(folder, digest).version == "1.0.0"
    with pytest.raises(StoreError, match=f"SHA256SUMS: expected {'0' * 64}, got {digest[7:]}"):
        catalogue.verify(folder, f"sha256:{'0' * 64}")


@pytest.mark.parametrize("content", [b"{", b"ai-chip-controls 1.0.0\n", b"[" * 100_000])
def test_a_list_that_is_damaged_is_never_replaced(content, url, tmp_path):
    store.publish(make_release(tmp_path), url)
    system, root = stores.fsspec.core.url_to_fs(url)
    system.pipe_file(f"{root}/versions", content)
    with pytest.raises(StoreError, match=r"versions, line 1: .*the store is damaged"):
        store.publish(make_release(tmp_path, "1.1.0"), url)
    assert content_of(url) == content


def test_a_store_of_another_package_is_refused(tmp_path):
    store.publish(make_release(tmp_path, name="other"), tmp_path / "store")
    with pytest.raises(StoreError, match="the store holds other, not ai-chip-controls"):
        store.publish(make_release(tmp_path, "1.1.0"), tmp_path / "store")


def test_http_is_for_fetching_only_and_errors_hide_passwords(tmp_path):
    with pytest.raises(StoreError, match="fetched from, not published to") as error:
        store.publish(make_release(tmp_path), "http://me:secret@127.0.0.1:9/store")
    assert "secret" not in str(error.value)


def test_a_bucket_that_is_not_there_is_an_error_that_names_it(tmp_path):
    with pytest.raises(StoreError, match=r"s3://no-such-bucket/x stopped: .*publish again"):
        store.publish(make_release(tmp_path), "s3://no-such-bucket/x")


def test_a_release_that_no_reader_would_take_is_not_published(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "MAX_FILE", 1000)
    with pytest.raises(StoreError, match="bytes: no reader takes more"):
        store.publish(make_release(tmp_path), tmp_path / "store")


def test_a_file_in_the_place_of_the_store_is_an_error(tmp_path):
    (tmp_path / "store").write_text("x")
    with pytest.raises(StoreError, match="stopped"):
        store.publish(make_release(tmp_path), tmp_path / "store")
    assert (tmp_path / "store").read_text() == "x"


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


def die(*_: object) -> None:
    raise stores.Killed


# Killed at any moment, a full disk, a store that does not keep what it gets


@pytest.mark.parametrize("kind", ["memory", "s3"])
def test_a_publisher_killed_before_any_operation_leaves_the_store_as_it_was(kind, tmp_path):
    old, new = make_release(tmp_path), make_release(tmp_path, "1.1.0")
    for at in range(1, 99, 2 if kind == "s3" else 1):
        url = stores.new_store(kind, tmp_path)
        store.publish(old, url)
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(stores.Killed):
            steps = stores.interrupted(patch, url, at, die)
            store.publish(new, url)
            break
        listed = {"1.1.0": new} if b" 1.1.0 " in content_of(url) else {}
        assert_holds(url, {"1.0.0": old} | listed)
        store.publish(new, url)
        assert_holds(url, {"1.0.0": old, "1.1.0": new})
    assert len(steps) in (at - 1, at - 2)
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
            patch.setattr(catalogue, "write_whole", die)
        with pytest.raises(stores.Killed):
            store.publish(abandoned, url)
    store.publish(folder, url)
    assert_holds(url, {"1.0.0": folder})


@pytest.mark.parametrize("at", [*range(1, 9), "list"])
def test_a_full_disk_leaves_the_store_as_it_was_whenever_it_fills(at, tmp_path):
    old, new, url = make_release(tmp_path), make_release(tmp_path, "1.1.0"), tmp_path / "store"
    store.publish(old, url)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        stores.interrupted(patch, str(url), at, full)
        if at == "list":
            patch.setattr(catalogue.os, "fsync", full)
        expected = "No space left on device. What was published before is as it was"
        with pytest.raises(StoreError, match=expected):
            store.publish(new, url)
    assert_holds(str(url), {"1.0.0": old})
    assert not (url / ".release.part").exists()
    store.publish(new, url)
    assert_holds(str(url), {"1.0.0": old, "1.1.0": new})


def test_a_store_that_alters_what_it_gets_does_not_publish_it(url, tmp_path, monkeypatch):
    system, _ = stores.fsspec.core.url_to_fs(url)
    real = system.pipe_file

    def pipe_file(path: str, content: bytes, **options: object) -> None:
        real(path, content[:-1] if path.endswith("chips.parquet") else content, **options)

    monkeypatch.setattr(system, "pipe_file", pipe_file)
    with pytest.raises(StoreError, match=r"chips\.parquet: expected .*, got .* after"):
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


# The command


def test_the_command_publishes_and_says_so(tmp_path, capsys):
    folder, place = make_release(tmp_path), tmp_path / "store"
    words = ["publish", str(place), str(folder), "--date", "2026-12-24"]
    assert command.main(words) == 0
    out = capsys.readouterr().out
    assert "1.0.0, published 2026-12-24" in out
    assert catalogue.verify(folder).digest in out
    (folder / "quotes.parquet").write_bytes(b"altered")
    assert command.main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith("could not publish a release: ")
    assert "quotes.parquet" in error
