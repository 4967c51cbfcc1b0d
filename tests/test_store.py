from __future__ import annotations

import datetime
import errno
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import publish_release
import stores
from chipcontrols.distribution import catalogue, fetching, store
from chipcontrols.distribution.catalogue import StoreError
from stores import assert_holds, assert_whole, contents, index_of, make_release, versions_in

DAY = datetime.date(2026, 12, 24)


@pytest.fixture(scope="module", autouse=True)
def s3() -> Iterator[None]:
    with stores.s3_server():
        yield


@pytest.fixture(params=stores.BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return stores.new_store(request.param, tmp_path)


def names_in(url: str) -> set[str]:
    system, root = catalogue.file_system(url)
    system.invalidate_cache()
    return {path.rstrip("/").rpartition("/")[2] for path in system.ls(root, detail=False)}


# What a store holds


def test_a_published_release_is_in_the_index_with_all_that_readers_need(url, tmp_path):
    changes = {"bump": "minor", "reasons": [{"bump": "minor", "message": "rows added"}]}
    first, second = make_release(tmp_path), make_release(tmp_path, "1.1.0", changes=changes)
    store.publish(first, url, DAY)
    store.publish(second, url, DAY)

    index = json.loads(index_of(url))
    assert index["latest"] == "1.1.0"
    assert [release["version"] for release in index["releases"]] == ["1.1.0", "1.0.0"]
    release = index["releases"][0]
    assert release["date"] == "2026-12-24"
    assert (release["bump"], release["changes"]) == ("minor", changes["reasons"])
    assert release["folder"] == "1.1.0"
    quotes = (second / "quotes.parquet").read_bytes()
    assert release["files"]["quotes.parquet"]["bytes"] == len(quotes)
    assert set(release["files"]) == set(contents(second))
    assert_holds(url, {"1.0.0": first, "1.1.0": second})


def test_the_day_of_publication_is_today_unless_it_is_given(tmp_path):
    today = datetime.datetime.now(datetime.UTC).date()
    published = store.publish(make_release(tmp_path), tmp_path / "store").date
    assert today <= datetime.date.fromisoformat(published) <= today + datetime.timedelta(1)


def test_an_older_line_does_not_become_the_latest(url, tmp_path):
    folders = {v: make_release(tmp_path, v) for v in ("1.0.0", "1.10.0", "1.9.1")}
    for folder in folders.values():
        store.publish(folder, url)
    assert fetching.versions(url, tmp_path / "cache") == ["1.10.0", "1.9.1", "1.0.0"]
    assert json.loads(index_of(url))["latest"] == "1.10.0"


def test_the_same_bytes_again_change_nothing(url, tmp_path):
    folder = make_release(tmp_path)
    first = store.publish(folder, url, DAY)
    before = index_of(url)
    assert store.publish(folder, url, DAY + datetime.timedelta(1)) == first
    assert index_of(url) == before


def test_other_bytes_under_a_published_version_are_refused(url, tmp_path):
    folder, other = make_release(tmp_path), make_release(tmp_path, words="other")
    store.publish(folder, url, DAY)
    with pytest.raises(StoreError, match=r"1\.0\.0 is already published, since 2026-12-24.*got"):
        store.publish(other, url)
    assert_holds(url, {"1.0.0": folder})
    assert {"1.0.0", "index.json"} <= names_in(url) <= {"1.0.0", "index.json", ".lock"}


# What is refused


def damage_nothing_but_add(folder: Path) -> None:
    (folder / "notes.txt").write_text("x")


def damage_by_a_folder(folder: Path) -> None:
    (folder / "more").mkdir()


def damage_by_a_link(folder: Path) -> None:
    (folder / "quotes.parquet").rename(folder.parent / "elsewhere")
    (folder / "quotes.parquet").symlink_to(folder.parent / "elsewhere")


def damage_a_byte(folder: Path) -> None:
    path = folder / "quotes.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"\0")


def damage_and_sum_again(folder: Path) -> None:
    damage_a_byte(folder)
    (folder / "SHA256SUMS").unlink()
    stores.write_sums(folder)


def damage_by_removal(folder: Path) -> None:
    (folder / "chips.parquet").unlink()


def damage_by_unsorted_sums(folder: Path) -> None:
    path = folder / "SHA256SUMS"
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))


def damage_the_sums(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()


def rewrite_descriptor(folder: Path, **more: object) -> None:
    path = folder / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))
    (folder / "SHA256SUMS").unlink()
    stores.write_sums(folder)


def damage_the_version(folder: Path) -> None:
    rewrite_descriptor(folder, version="../1")


def damage_the_resources(folder: Path) -> None:
    rewrite_descriptor(folder, resources=7)


def damage_the_changes(folder: Path) -> None:
    (folder / "changes.json").write_text('{"bump": "huge", "reasons": []}')
    (folder / "SHA256SUMS").unlink()
    stores.write_sums(folder)


DAMAGES = {
    damage_nothing_but_add: r"notes\.txt: expected no such file by SHA256SUMS, got [0-9a-f]{64}",
    damage_by_a_folder: "more: not a plain file",
    damage_by_a_link: r"quotes\.parquet: not a plain file",
    damage_a_byte: r"quotes\.parquet: expected [0-9a-f]{64} by SHA256SUMS, got [0-9a-f]{64}",
    damage_and_sum_again: r"quotes\.parquet: expected sha256:.* by datapackage\.json, got sha256:",
    damage_by_removal: r"chips\.parquet: expected [0-9a-f]{64} by SHA256SUMS, got no such file",
    damage_by_unsorted_sums: "SHA256SUMS: not sorted by name",
    damage_the_sums: "is no whole release.*SHA256SUMS",
    damage_the_version: "'../1' is no version like",
    damage_the_resources: "unreadable JSON or text",
    damage_the_changes: r"changes\.json: bump or reasons",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_folder_that_is_no_sound_release_is_not_published(damage, tmp_path):
    folder = make_release(tmp_path)
    damage(folder)
    with pytest.raises(StoreError, match=DAMAGES[damage]) as error:
        store.publish(folder, tmp_path / "store")
    assert "build or fetch the release again" in str(error.value)
    assert not (tmp_path / "store").exists()


def test_an_index_that_is_damaged_is_never_replaced(url, tmp_path):
    store.publish(make_release(tmp_path), url)
    system, root = catalogue.file_system(url)
    system.pipe_file(f"{root}/index.json", b"{")
    with pytest.raises(StoreError, match=r"index\.json: .*the store is damaged"):
        store.publish(make_release(tmp_path, "1.1.0"), url)
    assert index_of(url) == b"{"


def test_a_store_of_another_package_is_refused(tmp_path):
    store.publish(make_release(tmp_path, name="other"), tmp_path / "store")
    with pytest.raises(StoreError, match="the store holds other, not ai-chip-controls"):
        store.publish(make_release(tmp_path, "1.1.0"), tmp_path / "store")


def test_http_is_for_fetching_only_and_errors_hide_passwords(tmp_path):
    with pytest.raises(StoreError, match="not published to") as error:
        store.publish(make_release(tmp_path), "http://me:secret@127.0.0.1:9/store")
    assert "secret" not in str(error.value)


def test_a_bucket_that_is_not_there_is_an_error_that_names_it(tmp_path):
    with pytest.raises(StoreError, match=r"s3://no-such-bucket/x stopped: .*publish again"):
        store.publish(make_release(tmp_path), "s3://no-such-bucket/x")


def test_a_file_in_the_place_of_the_store_is_an_error(tmp_path):
    (tmp_path / "store").write_text("x")
    with pytest.raises(StoreError, match="stopped"):
        store.publish(make_release(tmp_path), tmp_path / "store")
    assert (tmp_path / "store").read_text() == "x"


# Killed at any moment


def die() -> None:
    raise stores.Killed


def test_a_publisher_killed_before_any_step_leaves_a_valid_store(url, tmp_path):
    folders: dict[str, Path] = {}
    moments = stores.moments(url, tmp_path, make_release(tmp_path))
    assert len(moments) > 5
    for at in moments:
        version = f"1.{at}.0"
        folder = make_release(tmp_path, version)
        with pytest.MonkeyPatch.context() as patch:
            stores.interrupted(patch, at, die)
            with pytest.raises(stores.Killed):
                store.publish(folder, url)
        there = versions_in(url)
        assert there - {version} == set(folders)
        if version in there:
            assert_whole(url, version, folder)
        store.publish(folder, url)
        assert_whole(url, version, folder)
        folders[version] = folder
    assert_holds(url, folders)


@stores.fork
def test_a_process_killed_before_any_write_leaves_a_valid_local_store(tmp_path):
    old, new = make_release(tmp_path), make_release(tmp_path, "1.1.0")
    ends = []
    for at in range(1, 1000):
        url = str(tmp_path / f"killed-{at}")
        writes: list[str] = []
        store.publish(old, url)

        def exit_at(path: str, at: int = at, writes: list[str] = writes) -> None:
            if path.endswith((".json", ".parquet", "SHA256SUMS")):
                raise RuntimeError(f"{path} is written in its place")
            writes.append(path)
            if len(writes) == at:
                os._exit(9)

        ended = stores.in_child(lambda url=url: store.publish(new, url), exit_at)
        assert ended is None or isinstance(ended, catalogue.Release)
        ends.append(ended is not None)
        there = "1.1.0" in versions_in(url)
        assert there or not ends[-1]
        assert_holds(url, {"1.0.0": old} | ({"1.1.0": new} if there else {}))
        store.publish(new, url)
        assert_holds(url, {"1.0.0": old, "1.1.0": new})
        assert not list(Path(url).rglob("*.part"))
        if ends[-1]:
            break
    assert len(ends) > 15


@stores.fork
@pytest.mark.parametrize("disposition", ["SIG_DFL", "SIG_IGN"], ids=["killed", "refused"])
def test_a_process_stopped_in_the_middle_of_any_file_leaves_a_valid_local_store(
    disposition, tmp_path
):
    import resource
    import signal

    url = str(tmp_path / "store")
    folders = {f"1.{minor}.0": make_release(tmp_path, f"1.{minor}.0") for minor in range(6)}
    for folder in folders.values():
        store.publish(folder, url)
    new = make_release(tmp_path, "2.0.0")
    sizes = {len(content) for content in contents(new).values()}
    assert max(sizes) < len(index_of(url))

    def publish_within(limit: int) -> None:
        signal.signal(signal.SIGXFSZ, getattr(signal, disposition))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        store.publish(new, url)

    for limit in (*sorted(size - 1 for size in sizes), len(index_of(url))):
        error = stores.in_child(lambda limit=limit: publish_within(limit), lambda path: None)
        if disposition == "SIG_IGN":
            assert "2.0.0 into" in str(error)
            assert "File too large" in str(error)
        else:
            assert error is None
        assert_holds(url, folders)
    store.publish(new, url)
    assert_holds(url, folders | {"2.0.0": new})
    assert not list(Path(url).rglob("*.part"))


def test_what_was_begun_with_other_bytes_and_never_finished_is_not_in_the_way(url, tmp_path):
    abandoned, folder = make_release(tmp_path, words="abandoned"), make_release(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        stores.interrupted(patch, 10, die)
        with pytest.raises(stores.Killed):
            store.publish(abandoned, url)
    assert "1.0.0" in names_in(url)
    release = store.publish(folder, url)
    assert release.folder == f"1.0.0-{release.digest[:12]}"
    assert "1.0.0" not in names_in(url)
    assert_holds(url, {"1.0.0": folder})


# Disk full, and a store that does not keep what it gets


def test_a_full_disk_leaves_the_store_as_it_was_whenever_it_fills(tmp_path, monkeypatch):
    old, new = make_release(tmp_path), make_release(tmp_path, "1.1.0")
    url = tmp_path / "store"
    store.publish(old, url)
    before = index_of(str(url))
    real = os.fsync
    for room in range(3):
        calls: list[int] = []

        def full(descriptor: int, room: int = room, calls: list[int] = calls) -> None:
            calls.append(descriptor)
            if len(calls) > room:
                raise OSError(errno.ENOSPC, "No space left on device")
            real(descriptor)

        monkeypatch.setattr(store.os, "fsync", full)
        expected = "No space left on device. What was published before is as it was"
        with pytest.raises(StoreError, match=expected):
            store.publish(new, url)
        assert index_of(str(url)) == before
        assert not list(url.rglob("*.part"))
    monkeypatch.setattr(store.os, "fsync", real)
    store.publish(new, url)
    assert_holds(str(url), {"1.0.0": old, "1.1.0": new})


def test_a_store_that_alters_what_it_gets_does_not_publish_it(url, tmp_path, monkeypatch):
    real = store.Backend.put

    def put(self: store.Backend, name: str, content: bytes) -> None:
        real(self, name, content[:-1] if name.endswith("chips.parquet") else content)

    monkeypatch.setattr(store.Backend, "put", put)
    with pytest.raises(StoreError, match=r"chips\.parquet: expected sha256 .*, got .* after"):
        store.publish(make_release(tmp_path), url)
    assert_holds(url, {})


# Races


@pytest.mark.parametrize("rival", ["same bytes", "other bytes", "other version"])
def test_a_rival_that_publishes_at_any_moment_is_neither_lost_nor_overwritten(url, rival, tmp_path):
    kind = url.partition(":")[0] if "://" in url else "local"
    mine = make_release(tmp_path)
    other = {
        "same bytes": lambda: mine,
        "other bytes": lambda: make_release(tmp_path, words="rival"),
        "other version": lambda: make_release(tmp_path, "2.0.0"),
    }[rival]()
    refused_whom = set()
    for at in stores.moments(url, tmp_path, mine, inner=False):
        place = stores.new_store(kind, tmp_path)
        refused = rival_refused = False

        def act(place: str = place) -> None:
            nonlocal rival_refused
            try:
                store.publish(other, place)
            except StoreError:
                rival_refused = True

        with pytest.MonkeyPatch.context() as patch:
            stores.interrupted(patch, at, act, inner=False)
            try:
                store.publish(mine, place)
            except StoreError:
                refused = True
        if rival == "other version":
            expected = {"1.0.0": mine, "2.0.0": other}
        else:
            expected = {"1.0.0": other if refused else mine}
        assert refused + rival_refused == (rival == "other bytes")
        refused_whom.add("me" if refused else "rival" if rival_refused else "nobody")
        assert_holds(place, expected)
        litter = {name for name in names_in(place) if name.startswith("1.0.0")}
        assert len(litter) == 1
    assert refused_whom == ({"me", "rival"} if rival == "other bytes" else {"nobody"})


@pytest.mark.parametrize("words", ["first", "rival"])
def test_a_rival_that_tidies_up_while_a_file_is_written_is_noticed(words, tmp_path, monkeypatch):
    url = tmp_path / "store"
    mine = make_release(tmp_path / "mine")
    rival = make_release(tmp_path / "rival", words=words)
    real = os.fsync
    calls: list[int] = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:  # the first file after the claim
            store.publish(rival, url)
        real(descriptor)

    monkeypatch.setattr(store.os, "fsync", fsync)
    if words == "first":
        store.publish(mine, url)
    else:
        with pytest.raises(StoreError, match="already published"):
            store.publish(mine, url)
    assert_holds(str(url), {"1.0.0": rival})
    assert len([name for name in names_in(str(url)) if name.startswith("1.0.0")]) == 1


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
        seen = 0
        while not done.is_set():
            there = fetching.versions(url, tmp_path / "reader")
            assert len(there) >= seen
            seen = len(there)
            latest = fetching.fetch("latest", url, tmp_path / "reader")
            assert contents(latest) == contents(folders[latest.name])

    reader = run(read)
    publishers = [run(lambda f=f: store.publish(f, url)) for f in folders.values() for _ in "ab"]
    for thread in publishers:
        thread.join()
    done.set()
    reader.join()
    assert not errors
    assert_holds(url, folders)


# The script


def test_the_script_publishes_and_says_so(tmp_path, monkeypatch, capsys):
    folder, place = make_release(tmp_path), tmp_path / "store"
    command = ["publish_release.py", str(place), str(folder), "--date", "2026-12-24"]
    monkeypatch.setattr("sys.argv", command)
    assert publish_release.main() == 0
    assert "1.0.0, published 2026-12-24: 4 files" in capsys.readouterr().out
    damage_a_byte(folder)
    assert publish_release.main() == 1
    assert "quotes.parquet" in capsys.readouterr().err
