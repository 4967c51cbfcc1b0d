"""Fetching: the release that was meant, whole, or an error; whatever store, cache and net do."""

from __future__ import annotations

import errno
import gzip
import os
import re
import shutil
import sys
import threading
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import pytest
import stores
from stores import contents, failing, make_release, sends, sha256

import chipcontrols
from chipcontrols.distribution import fetching, store
from chipcontrols.distribution.store import StoreError

NAMES = ("quotes.parquet", "SHA256SUMS", "datapackage.json")
OWN = "ai-chip-controls-"


@pytest.fixture(autouse=True)
def plain_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0)
    for name in ("CHIPCONTROLS_STORE", "CHIPCONTROLS_CACHE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Release folders by version."""
    parent = tmp_path_factory.mktemp("releases")
    return {version: make_release(parent, version) for version in ("1.0.0", "1.2.0", "2.0.0")}


@pytest.fixture(scope="module")
def built(folders, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A local store with those releases; tests only read it."""
    for folder in folders.values():
        store.publish(folder, url := tmp_path_factory.getbasetemp() / "built")
    return url


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Path:
    """A copy of that store, which a test may change."""
    return Path(shutil.copytree(built, tmp_path / "store"))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function that cuts the connection to every store."""

    def read(url: str, limit: int) -> bytes:
        raise TimeoutError("no answer")

    return lambda: monkeypatch.setattr(fetching, "read", read)


def load(version: str, place: object, cache: Path) -> pandas.DataFrame:
    return chipcontrols.load("quotes", version, place, cache)


USES = (fetching.fetch, load)


def refused(message: str, *given: Any, use: Any = fetching.fetch, error: Any = StoreError) -> str:
    with pytest.raises(error, match=message) as found:
        use(*given)
    assert len(str(found.value)) < 1500
    assert "\n" not in str(found.value)
    return str(found.value)


def released(folder: Path, version: str) -> Path:
    """Return the folder of a version in a store or in a cache."""
    return next(path for path in folder.rglob(f"{version}*") if path.is_dir())


def names_in(cache: Path) -> list[str]:
    """Return the names of the files in a cache, but those that say by their names what was seen."""
    paths = (path for path in cache.rglob("[!.]*") if path.is_file() and path.parent.name != "seen")
    return sorted(path.name for path in paths)


# What is fetched


@pytest.mark.parametrize("kind", stores.BACKENDS)
def test_a_release_is_fetched_byte_for_byte(kind, folders, tmp_path, cache):
    with stores.s3_server():
        url = stores.new_store(kind, tmp_path)
        digests = {version: store.publish(x, url).digest for version, x in folders.items()}
        for wanted, version in (
            ("latest", "2.0.0"), ("1.2.0", "1.2.0"), ("~=1.0", "1.2.0"), ("<1.2", "1.0.0"),
            (">=1,<3", "2.0.0"), ("==1.*,!=1.2.0", "1.0.0"),
        ):  # fmt: skip
            folder = fetching.fetch(wanted, url, cache)
            assert folder.is_relative_to(cache)
            assert contents(folder) == contents(folders[version])
        assert list(fetching.releases(url, cache).items()) == list(digests.items())[::-1]


def test_a_table_is_loaded_and_only_its_file_is_fetched(built, folders, cache):
    frame, expected = load("1.2.0", built, cache), folders["1.2.0"] / "quotes.parquet"
    pandas.testing.assert_frame_equal(frame, pandas.read_parquet(expected))
    assert frame.attrs == {"table": "quotes", "version": "1.2.0"}
    assert names_in(cache) == ["SHA256SUMS", "datapackage.json", "quotes.parquet"]


@pytest.mark.parametrize(("wanted", "error", "message"), [
    *((wanted, StoreError, r"there are: 2\.0\.0 .*, 1\.2\.0 .*, 1\.0\.0 ")
      for wanted in ("3.0.0", ">9", "==1.2.1")),
    *((wanted, ValueError, "is not a version: write 'latest'")
      for wanted in ("newest", "1.2", "../1.2.0", "1.02.0", "", "1" * 1000)),
])  # fmt: skip
def test_what_cannot_be_had_is_an_error_with_what_can(wanted, error, message, built, cache):
    refused(message, wanted, built, cache, error=error)
    for table in ("nothing", "../quotes", "/etc/passwd", "", ".."):
        there = r"in release 2\.0\.0; there are chips\.parquet, datapackage"
        refused(there, table, "latest", built, cache, use=chipcontrols.load, error=KeyError)


def test_store_and_cache_may_come_from_the_environment(built, tmp_path, monkeypatch):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user"))
    for blank in ("", "  "):
        monkeypatch.setenv("CHIPCONTROLS_STORE", blank)
        refused(r"no store is named.*store=.*--store.*CHIPCONTROLS_STORE")
    for name, where in ((f" {tmp_path}/own ", "own"), ("~/own", "user/own"), (" ", "user")):
        monkeypatch.setenv("CHIPCONTROLS_STORE", f" {built}/ ")
        monkeypatch.setenv("CHIPCONTROLS_CACHE", name)
        assert fetching.fetch().is_relative_to(tmp_path / where)


def test_two_stores_share_no_files_in_the_cache(tmp_path, cache):
    for words in ("first", "other"):
        store.publish(make_release(tmp_path, words=words), tmp_path / words)
        assert load("1.0.0", tmp_path / words, cache)["text"][0] == f"quotes {words}"


@pytest.mark.parametrize("url", ["nowhere", "s3x://nowhere", "memory://nowhere", __file__, "a\0"])
def test_a_store_that_is_not_there_is_an_error_that_names_it(url, cache):
    refused(f"{re.escape(Path(url).name)}.*Check the store's address", "latest", url, cache)


# The cache


def test_offline_what_is_whole_in_the_cache_is_used_and_said_if_it_may_be_old(
    built, cache, offline
):
    folder = fetching.fetch("1.0.0", built, cache)
    load("2.0.0", built, cache)
    offline()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fetching.fetch("1.0.0", built, cache) == folder
        assert len(load("2.0.0", built, cache)) == 2
    with pytest.warns(UserWarning, match=r"cannot be reached.*using 1\.0\.0, the newest.*whole"):
        assert fetching.fetch("latest", built, cache).name == "1.0.0"
    with pytest.warns(UserWarning, match="releases last seen"):
        assert load("latest", built, cache).attrs["version"] == "2.0.0"
    with pytest.warns(UserWarning, match="releases last seen"):
        assert fetching.versions(built, cache) == ["2.0.0", "1.2.0", "1.0.0"]
    refused("try again.*no whole release for '2.0.0'", "2.0.0", built, cache)
    refused("cannot be reached.*or try again", built, cache / "other", use=fetching.versions)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", stores.DAMAGES)
def test_a_damaged_file_is_fetched_anew_or_not_used(name, kind, built, folders, cache, offline):
    path = fetching.fetch("1.2.0", built, cache) / name
    for use in USES:
        stores.DAMAGES[kind](path)
        with pytest.warns(UserWarning, match=f"{name}: expected .*, got .*again"):
            use("1.2.0", built, cache)
        assert path.read_bytes() == (folders["1.2.0"] / name).read_bytes()
        assert not path.is_symlink()
    stores.DAMAGES[kind](path)
    offline()
    for use in USES:
        refused("no whole release", "1.2.0", built, cache, use=use)


def test_the_cache_may_be_a_link_but_a_link_in_it_is_refused(built, cache, tmp_path):
    (tmp_path / "disk").mkdir()
    cache.symlink_to(tmp_path / "disk")
    fetching.fetch("1.2.0", built, cache)
    mine, shelf = tmp_path / "mine", next(cache.iterdir())
    (mine / "1.2.0").mkdir(parents=True)
    (mine / "1.2.0/quotes.parquet").write_text("mine")
    for folder, target in ((shelf / "1.2.0", "1.2.0"), (shelf / "seen", ""), (shelf, "")):
        shutil.rmtree(folder)
        folder.symlink_to(mine / target)
        refused("leads elsewhere by a link: delete the link", "1.2.0", built, cache)
        assert list(mine.rglob("*.*")) == [mine / "1.2.0", mine / "1.2.0/quotes.parquet"]
        assert contents(mine / "1.2.0") == {"quotes.parquet": b"mine"}
        folder.unlink()
        fetching.fetch("1.2.0", built, cache)


@stores.fork
def test_nothing_is_written_outside_the_cache_and_a_read_only_one_still_serves(built, cache):
    def outside(path: str) -> None:
        if not Path(path).is_relative_to(cache) and path != os.devnull:
            raise RuntimeError(f"wrote {path}")

    def read_only(path: str) -> None:
        if Path(path).is_relative_to(cache):
            raise OSError(errno.EROFS, "Read-only file system", path)

    for use in USES:
        assert len(stores.in_child(lambda u=use: str(u("~=1.0", built, cache)), outside))
    before = names_in(cache)
    for wanted in ("1.2.0", "~=1.0"):
        assert stores.in_child(lambda w=wanted: load(w, built, cache).shape, read_only) == (2, 2)
    error = stores.in_child(lambda: fetching.fetch("latest", built, cache), read_only)
    assert isinstance(error, StoreError)
    assert re.search("cache .* cannot keep 2.*Read-only.*CHIPCONTROLS_CACHE", str(error))
    assert names_in(cache) == before


@stores.fork
@pytest.mark.parametrize("at", range(1, 20, 3))
def test_a_disk_that_fills_up_leaves_nothing_half_written(at, built, folders, cache):
    full = stores.failing_writes(at, lambda path: True)
    error = stores.in_child(lambda: str(fetching.fetch("latest", built, cache)), full)
    assert isinstance(error, str) or re.search("cannot keep.*No space left.*room", str(error))
    for path in cache.glob("*/2.*/*"):
        assert path.read_bytes() == (folders["2.0.0"] / path.name).read_bytes()
    assert contents(fetching.fetch("latest", built, cache)) == contents(folders["2.0.0"])


def test_a_file_in_the_place_of_the_cache_is_an_error(built, cache):
    cache.write_text("x")
    refused(r"the cache .* cannot keep 2.*CHIPCONTROLS_CACHE", "latest", built, cache)


# A store that serves what it should not

Attack = Callable[[Path], Any]


def lists(content: bytes | str) -> Attack:
    """Give a store another list of releases."""
    whole = content.encode() if isinstance(content, str) else content
    return lambda place: (place / "versions").write_bytes(whole)


def edits(**changes: str | None) -> Attack:
    """Give versions (``v2_0_0``) in the list of a store other hashes, or take them from it."""

    def attack(place: Path) -> None:
        hashes = store.parse_list((place / "versions").read_bytes(), place, OWN)
        hashes |= {name[1:].replace("_", "."): sha for name, sha in changes.items()}
        lists(store.render_list({x: sha for x, sha in hashes.items() if sha}, OWN))(place)

    return attack


def serves(name: str, change: Callable[[bytes], bytes]) -> Attack:
    """Change a file of the newest release."""
    return lambda place: stores.change(released(place, "2.0.0") / name, change)


def names(name: str) -> Attack:
    """Publish a release with a file of a name."""

    def attack(place: Path) -> None:
        lines = (released(place, "2.0.0") / "SHA256SUMS").read_text().splitlines()
        lines = sorted([*lines, f"{'0' * 64}  {name}"], key=lambda line: line[66:])
        content = "\n".join([*lines, ""]).encode()
        (folder := place / store.folder_of("2.1.0", sha256(content))).mkdir()
        (folder / "SHA256SUMS").write_bytes(content)
        edits(v2_1_0=sha256(content))(place)

    return attack


def swaps(place: Path) -> None:
    """Publish the files of one version as another, which is newer."""
    sha = sha256((released(place, "2.0.0") / "SHA256SUMS").read_bytes())
    shutil.copytree(released(place, "2.0.0"), place / store.folder_of("2.1.0", sha))
    edits(v2_1_0=sha)(place)


LETTER = "\N{LATIN SMALL LETTER E WITH ACUTE}"
HOSTILE_NAMES = (
    "../../evil", "..", ".", "", "/etc/passwd", "C:evil", "C:\\evil", "a\\b", "a/b", ".hidden",
    "end.", "nul\0", "stream:x", "~", "晶片", "x" * 101, "-rf", " a", "a ", "a\u2028b",
    "SHA256SUMS", "sha256sums", "con", "NUL.parquet", "Com1.txt", "lpt9", "QUOTES.parquet",
    "chips.parquet", LETTER, unicodedata.normalize("NFD", LETTER), "CONIN$", "a\r", "a\nb",
)  # fmt: skip
GOOD = f"{'0' * 64}  {OWN}2.0.0\n"
NO_LISTS = (
    "{", "[]", "<html>", b"\xff\xfe", "\n", "[" * 100_000, '{"a":' * 100_000, GOOD[:-1],
    GOOD + GOOD, GOOD + GOOD.replace("0" * 64, "1" * 64), GOOD + "\n", "\ufeff" + GOOD,
    GOOD.replace("\n", "\r\n"), GOOD * 9000, f"\0{GOOD}",
    *(GOOD.replace("0" * 64, digest) for digest in ("0" * 63, "A" * 64, "", "0" * 65)),
    *(GOOD.replace(f"{OWN}2.0.0", label) for label in ("", "-2.0.0", "../x y-2.0.0")),
    *(GOOD.replace("2.0.0", version) for version in (
        "x", "1", "2.0", "02.0.0", "latest", "1.0.0.0", "12345678.0.0", "2.0.0rc1")),
    *(GOOD.replace(OWN, other) for other in ("", "other-", OWN.upper(), f"evil-{OWN}")),
)  # fmt: skip
CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "truncated": lambda content: content[:-1],
    "tampered": lambda content: content[:-1] + b"?",
}
ATTACKS: tuple[tuple[str, Attack, str], ...] = (
    *((f"{change} {name}", serves(name, CHANGES[change]), rf"{name}.* but got \w{{64}}.*suspect")
      for change in CHANGES for name in NAMES),
    *((f"endless {name}", serves(name, lambda content: content + b"?" * 2**21),
       rf"{name}: expected at most \d+ bytes, got more") for name in NAMES),
    *((f"missing {name}", lambda place, name=name: (released(place, "2.0.0") / name).unlink(),
       f"{name}: .*No such file") for name in NAMES),
    *((f"name {name}", names(name), r"SHA256SUMS, line .*plain name, sorted.*Nothing of it was")
      for name in HOSTILE_NAMES),
    *((f"list {x[:50]!a} {x[65:90]!a}", lists(x), r"versions, line \d: .*is not `.*damaged")
      for x in NO_LISTS),
    ("endless list", lists(b"?" * 2**21), r"versions: expected at most 1048576 bytes, got more"),
    ("swap", swaps, rf"expected {OWN[:-1]} 2\.1\.0, got {OWN[:-1]} 2\.0\.0"),
    ("forged", edits(v1_0_0="0" * 64), r"gone: 1\.0\.0: expected \w{64}, got 0{64}\. Suspect"),
    *((f"rollback by {len(gone)}", edits(**dict.fromkeys(gone)),
       r"gone: .*2\.0\.0: expected \w{64}, got no such version\. Suspect the store\. Only.* delete")
      for gone in (["v2_0_0"], ["v2_0_0", "v1_2_0"], ["v2_0_0", "v1_2_0", "v1_0_0"])),
    ("hidden", edits(v1_2_0=None), r"gone: 1\.2\.0: expected \w{64}, got no such version"),
)  # fmt: skip


@pytest.mark.parametrize(("attack", "message"), [one[1:] for one in ATTACKS],
                         ids=[one[0] for one in ATTACKS])  # fmt: skip
def test_an_attack_is_refused_and_not_kept(attack, message, place, folders, cache, monkeypatch):
    monkeypatch.setattr(store, "MAX_FILE", 2**20)
    folder = fetching.fetch("1.0.0", place, cache)
    fetching.versions(place, cache)
    whole = (place / "versions").read_bytes()
    attack(place)
    for use in USES:
        said = refused(message, "latest", place, cache, use=use)
        assert ("cannot keep" in said) == ("but got" in said)
    if re.search("versions|gone: ", message):
        refused(message, place, cache, use=fetching.versions)
    if "versions" in message:
        refused(message, "latest", place, cache / "new")
        assert not (cache / "new").exists()
    for path in cache.glob("*/2.*/*.*"):
        assert path.read_bytes() == (folders["2.0.0"] / path.name).read_bytes()
    assert fetching.fetch("1.0.0", place, cache) == folder
    assert contents(folder) == contents(folders["1.0.0"])
    if "no such version" in message:
        lists(whole)(place)
        assert fetching.fetch("latest", place, cache).name == "2.0.0"


# Digests


def test_releases_of_another_package_are_refused(tmp_path, cache):
    url = tmp_path / "store"
    digest = store.publish(make_release(tmp_path, name="other"), url).digest
    refused(r"other-1\.0\.0\\n' is not `<sha256>  ai-chip-controls-…`", "latest", url, cache)
    refused(r"expected ai-chip-controls 1\.0\.0, got other 1\.0\.0", "1.0.0", url, cache, digest)


def test_a_pinned_digest_tells_a_store_that_shows_nothing_new_or_something_else(place, cache):
    digest = fetching.releases(place, cache)["2.0.0"]
    assert fetching.fetch("latest", place, cache, digest).name == "2.0.0"
    other = f"sha256:{'0' * 64}"
    refused(f"'latest' has the digest {other} in .*: 2.0.0 {digest}", "latest", place, cache, other)
    frozen = Path(shutil.copytree(place, place.parent / "frozen"))
    shutil.rmtree(released(frozen, "2.0.0"))
    edits(v2_0_0=None)(frozen)
    assert fetching.fetch("latest", frozen, cache).name == "1.2.0"
    for wanted in ("latest", "2.0.0", "~=2.0"):
        refused(r"no release .*1\.2\.0 sha256:|No such file", wanted, frozen, cache, digest)
        for none in ("", "sha256:", "0" * 64, f"sha256:{'0' * 63}", "latest"):
            refused("not a digest: write sha256:", wanted, place, cache, none, error=ValueError)


def test_without_its_folder_a_store_is_one_that_cannot_be_reached(tmp_path, place, cache):
    refused("nope cannot be reached: no such folder", "latest", tmp_path / "nope", cache)
    folder = fetching.fetch("latest", place, cache)
    place.rename(tmp_path / "elsewhere")
    with pytest.warns(UserWarning, match="no such folder.*releases last seen"):
        assert fetching.fetch("latest", place, cache) == folder


def test_a_file_that_is_not_there_is_told_in_the_words_of_the_system(tmp_path, cache):
    (tmp_path / "empty").mkdir()
    said = "empty/versions: No such file or directory. Check the store's address: with its first"
    refused(said, "latest", tmp_path / "empty", cache)


def test_what_was_pinned_is_remembered_too(tmp_path, place, cache, offline):
    digest = store.verify(released(place, "2.0.0")).digest
    folder = fetching.fetch("2.0.0", place, cache, digest)
    (folder.parent / "seen/1.0-x").touch()  # no version
    edits(v2_0_0=None)(place)
    refused(rf"2\.0\.0: expected {digest[7:]}, got no such", "latest", place, cache)
    store.publish(make_release(tmp_path, "2.0.0", words="forged"), place)
    refused(rf"2\.0\.0: expected {digest[7:]}, got \w{{64}}", "latest", place, cache)
    other = store.verify(tmp_path / "2.0.0-forged").digest
    refused(rf"no release for '2\.0\.0'.*{digest}", "2.0.0", place, cache, other)
    offline()
    assert fetching.fetch("2.0.0", place, cache) == folder
    assert store.verify(folder).digest == digest


# HTTP


def test_a_release_is_fetched_over_http_from_a_store_or_from_assets(place, folders, cache):
    with stores.http_server(place) as url:
        folder = fetching.fetch("~=1.0", url, cache)
        assert contents(folder) == contents(folders["1.2.0"])
        released(place, "2.0.0").rename(place / "v2.0.0")
        assets, digest = f"{url}/v{{version}}", store.verify(place / "v2.0.0").digest
        fetched = fetching.fetch("2.0.0", assets, cache, digest)
        assert contents(fetched) == contents(folders["2.0.0"])
    assert len(load("1.2.0", url, cache)) == len(load("2.0.0", assets, cache)) == 2
    with pytest.warns(UserWarning, match=r"cannot be reached.*using 1\.2\.0"):
        fetching.fetch("latest", url, cache)


@pytest.mark.parametrize("how", [408, 425, 429, 500, 502, 503, 504, "broken"])
def test_what_fails_twice_is_tried_again_and_then_the_cache_serves(how, built, folders, cache):
    seen, twice = failing(built, 2, how)
    always, ends = failing(built, 10**9, how)[1], ["quotes.parquet", "", "nothing"]
    with stores.http_server(built, lambda x: x.path.endswith(ends[0]) and always(x)) as url:
        refused(r"quotes\.parquet cannot be reached.*try again", "latest", url, cache)
        assert names_in(cache) == ["SHA256SUMS", "chips.parquet", "datapackage.json"]
        ends.pop(0)
        refused("cannot be reached.*no whole release", "latest", url, cache)
    with stores.http_server(built, lambda x: always(x) if not ends else twice(x)) as url:
        assert contents(fetching.fetch("latest", url, cache)) == contents(folders["2.0.0"])
        assert set(map(seen.count, seen)) == {3}
        ends.clear()
        with pytest.warns(UserWarning, match="cannot be reached.*releases last seen"):
            fetching.fetch("latest", url, cache)


PAGE = b"<!DOCTYPE html><title>Sign in</title>"
BOMB = gzip.compress(gzip.compress(b"0" * 2**27))


@pytest.mark.parametrize(("status", "content", "headers", "message"), [
    *((status, b"", {}, f"{status} ") for status in (400, 401, 403, 404, 410, 501, 206, 304)),
    (200, PAGE, {"Content_Type": "text/html"}, "line 1: '<!DOCTYPE html>.*not to be trusted"),
    (200, BOMB, {"Content_Encoding": "gzip, gzip"}, "line 1: .*not to be trusted"),
    *((302, b"", {"Location": to}, f"No connection adapters.*{to}.*Check the store")
      for to in ("file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x")),
    (302, b"", {"Location": "/versions"}, "Exceeded 30 redirects|but got"),
])  # fmt: skip
@pytest.mark.parametrize("path", ["/versions", "quotes.parquet"])
def test_what_http_says_wrongly_is_not_kept(status, content, headers, message, path, built, cache):
    seen = []

    def answer(request: Any) -> bool:
        seen.append(request.path)
        return request.path.endswith(path) and sends(request, status, content, **headers)

    with stores.http_server(built, answer) as url:
        wrong = "but got \\w{64}" if status == 200 and path != "/versions" else message
        refused(wrong, "latest", url, cache)
    assert "quotes.parquet" not in names_in(cache)
    if status != 302:
        assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("where", ["/versions", "quotes.parquet", "SHA256SUMS"])
@pytest.mark.parametrize(("drop", "said"), [
    (b"", "timed out"), (b"H", "no answer"), (b"?", "no answer"), (b"?" * 2**12, "fewer than"),
    (b"?" * 2**16, "expected at most"),
], ids=["silence", "headers", "body", "slow body", "endless body"])  # fmt: skip
def test_a_server_that_drips_or_never_ends_is_given_up(
    where, drop, said, built, cache, monkeypatch
):
    given_up, real, dripping = threading.Event(), fetching.received, False
    limit = "DEADLINE" if len(drop) == 1 else "PATIENCE"
    pause = 0 if len(drop) == 2**16 else 0.05

    def answer(request: Any) -> bool:
        if drips := dripping and request.path.endswith(where):
            if b"?" in drop:
                sends(request, 200, b"", 10**9)
            while not given_up.wait(pause):
                request.wfile.write(drop)
                request.wfile.flush()
        return drips

    def received(url: str, most: int) -> bytes:
        monkeypatch.setattr(fetching, limit, 0.5 if url.endswith(where) and pause else 1000)
        return real(url, min(most, 2**20))

    with stores.http_server(built, answer) as url:
        fetching.fetch("1.0.0", url, cache)
        dripping = True
        monkeypatch.setattr(fetching, "received", received)
        monkeypatch.setattr(fetching, "LEAST_RATE", 1e6 if pause else 1)
        monkeypatch.setattr(fetching, "TRIES", 1)
        if pause:
            with pytest.warns(UserWarning, match=said):
                found = fetching.fetch("latest", url, cache).name
            assert found == ("2.0.0" if where == "/versions" else "1.0.0")
        else:
            refused(f"{where}: {said} 1048576 bytes, got more", "latest", url, cache)
        given_up.set()


def test_a_redirect_within_the_scheme_is_followed_and_passwords_are_not_shown(built, cache):
    def answer(request: Any) -> bool:
        new = request.path.removeprefix("/old")
        return new != request.path and sends(request, 301, Location=new)

    with stores.http_server(built, answer) as address:
        url = address.replace("//", "//me:se@cret@")
        assert fetching.fetch("latest", f"{url}/old", cache).name == "2.0.0"
    assert "cret" not in refused("cannot be reached", "latest", f"{url}/other", cache)


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_https_is_certified_and_never_leads_to_http(built, cache, tmp_path, monkeypatch):
    tls = stores.self_signed(tmp_path / "tls.pem")
    with stores.http_server(built, lambda x: False, tls) as url:
        refused("CERTIFICATE_VERIFY_FAILED", "latest", url, cache)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls))
        assert fetching.fetch("latest", url, cache).name == "2.0.0"
    with stores.http_server(built) as plain:
        to = lambda x: sends(x, 302, Location=f"{plain}{x.path}")  # noqa: E731
        with stores.http_server(built, to, tls) as url:
            refused("No connection adapters were found for 'http:", "latest", url, cache)


# What is imported

CHECK = """
import sys
import chipcontrols
frame = chipcontrols.load("quotes", "1.2.0", *sys.argv[1:])
heavy = {"fsspec", "pooch", "requests", "rich", "platformdirs", "filelock", "frictionless"}
print(sorted(heavy & set(sys.modules)), len(frame))
"""


def test_a_table_from_the_cache_is_read_without_what_fetching_needs(built, cache, run):
    load("1.2.0", built, cache)
    outcome = run("-c", CHECK, built, cache)
    assert outcome.out == "[] 2\n", outcome.err


@pytest.mark.parametrize("module", ["pooch", "packaging.version", "fsspec.core"])
def test_without_the_extra_the_error_says_how_to_install_it(module, built, cache, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    refused(r"pip install '\.\[fetch\]'", "latest", built, cache)
