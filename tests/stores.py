"""Small releases, stores of every kind, and ways to interrupt what writes them."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import json
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pandas
import pytest

from chipcontrols.distribution import catalogue, store

BACKENDS = ("local", "memory", "s3")
fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


def write_sums(folder: Path) -> None:
    """Write the SHA256SUMS of a release folder."""
    files = {path.name: catalogue.file_of(path) for path in folder.iterdir()}
    (folder / "SHA256SUMS").write_bytes(catalogue.sums(files))


def make_release(
    parent: Path,
    version: str = "1.0.0",
    words: str = "first",
    changes: object = None,
    name: str = "ai-chip-controls",
) -> Path:
    """Make a release folder with the tables `quotes` and `chips`; `words` stand in both."""
    folder = parent / f"{version}-{words}"
    folder.mkdir(parents=True)
    resources = []
    for table in ("quotes", "chips"):
        frame = pandas.DataFrame({"id": [1, 2], "text": [f"{table} {words}", f"{version} 晶片"]})
        frame.attrs = {"table": table, "version": version}
        path = folder / f"{table}.parquet"
        frame.to_parquet(path)
        size, digest = path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
        resources.append(
            {"name": table, "path": path.name, "byteCount": size, "hash": f"sha256:{digest}"}
        )
    descriptor = {"name": name, "version": version, "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    if changes is not None:
        (folder / "changes.json").write_text(json.dumps(changes))
    write_sums(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@contextlib.contextmanager
def s3_server() -> Iterator[None]:
    """Run an S3-compatible server on loopback and point fsspec to it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {"endpoint_url": f"http://{host}:{port}", "key": "key", "secret": "secret"}
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            patch.delenv(variable, raising=False)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setitem(fsspec.config.conf, "s3", options)
        try:
            yield
        finally:
            server.stop()


@functools.cache
def counter() -> Iterator[int]:
    """Return a counter, so that each store has a name of its own."""
    return iter(range(10**9))


def new_store(kind: str, tmp_path: Path) -> str:
    """Return the URL of an empty store of a kind."""
    number = next(counter())
    if kind == "local":
        return str(tmp_path / f"store-{number}")
    if kind == "s3":
        fsspec.filesystem("s3").mkdir(f"bucket-{number}")
        return f"s3://bucket-{number}/releases"
    return f"memory://store-{number}"


def index_of(url: str) -> bytes:
    """Return the bytes of a store's index; raise FileNotFoundError without one."""
    system, root = catalogue.file_system(url)
    system.invalidate_cache()
    content: bytes = system.cat_file(f"{root}/index.json")
    return content


def versions_in(url: str) -> set[str]:
    """Return the versions of a store, whose index must be valid if there is one."""
    try:
        return {release.version for release in catalogue.parse_index(index_of(url), url).releases}
    except FileNotFoundError:
        return set()


def assert_holds(url: str, folders: dict[str, Path]) -> None:
    """Assert that a store is valid and has exactly these releases, byte for byte."""
    assert versions_in(url) == set(folders)
    for version, folder in folders.items():
        assert_whole(url, version, folder)


def assert_whole(url: str, version: str, folder: Path) -> None:
    """Assert that a store has a release byte for byte."""
    release = catalogue.parse_index(index_of(url), url).get(version)
    assert release is not None
    system, root = catalogue.file_system(url)
    paths = {name: f"{root}/{release.folder}/{name}" for name in release.files}
    got = system.cat(list(paths.values()))
    assert {name: got[path] for name, path in paths.items()} == contents(folder)
    assert release.files == {path.name: catalogue.file_of(path) for path in folder.iterdir()}


class Killed(BaseException):
    """Stands for the end of the process."""


def interrupted(
    patch: pytest.MonkeyPatch, at: int, action: Callable[[], object], *, inner: bool = True
) -> list[str]:
    """Make the backend run an action once, before its n-th step; return the list of steps.

    A step is a call of a method of the backend; calls within calls count only if `inner`.
    """
    steps: list[str] = []
    depth = 0
    acting = False

    def wrapped(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal acting, depth
            if acting:
                return method(*arguments, **options)
            if inner or not depth:
                steps.append(name)
                if len(steps) == at:
                    acting = True
                    try:
                        action()
                    finally:
                        acting = False
            depth += 1
            try:
                return method(*arguments, **options)
            finally:
                depth -= 1

        return call

    for name in ("index", "claim", "put", "read", "swap", "tidy"):
        patch.setattr(store.Backend, name, wrapped(name, getattr(store.Backend, name)))
    return steps


def moments(url: str, tmp_path: Path, folder: Path, *, inner: bool = True) -> list[int]:
    """Return at which steps to interrupt the publishing of a release into such a store.

    All of them; on S3, which is slow, the last of each kind.
    """
    kind = url.partition(":")[0] if "://" in url else "local"
    with pytest.MonkeyPatch.context() as patch:
        steps = interrupted(patch, 0, lambda: None, inner=inner)
        store.publish(folder, new_store(kind, tmp_path))
    last = {name: at for at, name in enumerate(steps, 1)}
    return sorted(last.values()) if kind == "s3" else list(range(1, len(steps) + 1))


WRITES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.link", "os.symlink"}


def written_path(event: str, arguments: tuple[Any, ...]) -> str | None:
    """Return the path that an audit event writes, if it writes one."""
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        mode, flags = arguments[1], arguments[2]
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if flags else 0
        return os.fsdecode(arguments[0]) if writes or set(mode or "") & set("wxa+") else None
    return os.fsdecode(arguments[0]) if event in WRITES else None


def in_child(action: Callable[[], object], on_write: Callable[[str], object]) -> Any:
    """Run an action in a child process; return its result, or its error, or None when it died.

    `on_write` is called with each path that the child is about to write.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            answer = stream.read()
        os.waitpid(child, 0)
        return pickle.loads(answer) if answer else None
    try:
        os.close(reader)

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if (path := written_path(event, arguments)) is not None:
                on_write(path)

        result: Any = None
        try:
            sys.addaudithook(hook)
            result = action()
        except Exception as error:
            result = error
        with os.fdopen(writer, "wb") as stream:
            stream.write(pickle.dumps(result))
    finally:
        os._exit(0)


Answer = Callable[[http.server.BaseHTTPRequestHandler], bool]


@contextlib.contextmanager
def http_server(folder: Path, answer: Answer = lambda request: False) -> Iterator[str]:
    """Serve a folder over HTTP on loopback; `answer` may answer a request instead."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def do_GET(self) -> None:
            if not answer(self):
                super().do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
