"""Small releases, stores of every kind, and processes that are watched or killed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.server
import itertools
import json
import os
import pickle
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pandas
import pytest
import s3_stub

from chipcontrols.distribution import store

BACKENDS = ("local", "s3")
COUNTER = itertools.count()
fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_sums(folder: Path) -> None:
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    files.pop("SHA256SUMS", None)
    sums = "".join(f"{sha256(content)}  {name}\n" for name, content in files.items())
    (folder / "SHA256SUMS").write_text(sums)


def make_release(
    parent: Path,
    version: str = "1.0.0",
    words: str = "first",
    name: str = "ai-chip-controls",
    changes: object = None,
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
        resources.append({"path": path.name, "hash": f"sha256:{sha256(path.read_bytes())}"})
    descriptor = {"name": name, "version": version, "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    if changes is not None:
        (folder / "changes.json").write_text(json.dumps(changes))
    write_sums(folder)
    return folder


def tiny_release(parent: Path, version: str = "1.0.0", words: str = "first") -> Path:
    """Make a release of three files, each shorter than a list of releases."""
    folder = parent / f"{version}-{words}"
    folder.mkdir(parents=True)
    (folder / "table.csv").write_text(f"{version} {words} " * 9)
    descriptor = {"name": "ai-chip-controls", "version": version, "resources": []}
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    write_sums(folder)
    return folder


def rewrite(folder: Path, **more: object) -> None:
    """Change the descriptor of a release, and its SHA256SUMS with it."""
    path = folder / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))
    write_sums(folder)


def change(path: Path, make: Callable[[bytes], bytes]) -> None:
    """Change the content of a file."""
    path.write_bytes(make(path.read_bytes()))


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "altered": lambda path: change(path, lambda content: content[:-1] + b"?"),
    "empty": lambda path: path.write_bytes(b""),
    "a link": lambda path: (path.rename(path.parents[1] / "else"), path.symlink_to("../else")),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
}
"""What may become of a file of a release."""


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@contextlib.contextmanager
def s3_server() -> Iterator[None]:
    """Run an S3-compatible server on loopback and point fsspec to it."""
    with s3_stub.serving() as address, pytest.MonkeyPatch.context() as patch:
        for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            patch.delenv(variable, raising=False)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        options = {"endpoint_url": address, "key": "key", "secret": "secret"}
        patch.setitem(fsspec.config.conf, "s3", options)
        yield


def new_store(kind: str, tmp_path: Path) -> str:
    """Return the URL of an empty store of a kind."""
    number = next(COUNTER)
    if kind == "s3":
        fsspec.filesystem("s3").mkdir(f"bucket-{number}")
        return f"s3://bucket-{number}/releases"
    return str(tmp_path / f"store-{number}")


def content_of(url: str, name: str = "versions") -> bytes:
    """Return the bytes of a file of a store; nothing when there is none."""
    system, root = fsspec.core.url_to_fs(url)
    system.invalidate_cache()
    with contextlib.suppress(FileNotFoundError):
        return bytes(system.cat_file(f"{root}/{name}"))
    return b""


def assert_holds(url: str, folders: dict[str, Path]) -> None:
    """Assert that a store lists exactly these releases and has them byte for byte."""
    there = store.parse_list(content_of(url), url, "ai-chip-controls-")
    assert set(there) == set(folders)
    for version, digest in there.items():
        expected, folder = contents(folders[version]), store.folder_of(version, digest)
        assert digest == sha256(expected["SHA256SUMS"])
        assert {x: content_of(url, f"{folder}/{x}") for x in expected} == expected


class Killed(BaseException):
    """Stands for the end of the process."""


def interrupted(
    patch: pytest.MonkeyPatch, url: str, at: int, action: Callable[[], object]
) -> list[str]:
    """Make a store run an action once, before its n-th operation; return the list of those."""
    system, _ = fsspec.core.url_to_fs(url)
    steps: list[str] = []

    def wrapped(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            steps.append(name)
            if len(steps) == at:
                action()
            return method(*arguments, **options)

        return call

    for name in ("info", "cat_file", "pipe_file"):
        patch.setattr(system, name, wrapped(name, getattr(system, name)))
    return steps


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


def failing_writes(at: int, there: Callable[[Path], bool]) -> Callable[[str], None]:
    """Return what `in_child` calls: the disk is full at the n-th write there, or read-only at 0."""
    writes: list[str] = []

    def refuse(path: str) -> None:
        if there(Path(path)):
            writes.append(path)
            if at in (0, len(writes)):
                number = errno.ENOSPC if at else errno.EROFS
                raise OSError(number, os.strerror(number), path)

    return refuse


def self_signed(path: Path) -> Path:
    """Make a key and a certificate for loopback in one file."""
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=loopback -addext".split()
    name = "subjectAltName=IP:127.0.0.1"
    made = ["openssl", *words, name, "-keyout", path, "-out", path.with_suffix(".crt")]
    subprocess.run(made, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


Answer = Callable[[http.server.BaseHTTPRequestHandler], bool]


@contextlib.contextmanager
def http_server(
    folder: Path, answer: Answer = lambda request: False, certificate: Path | None = None
) -> Iterator[str]:
    """Serve a folder on loopback, by TLS if a certificate is given; `answer` may answer instead."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def do_GET(self) -> None:
            with contextlib.suppress(ConnectionError):
                if not answer(self):
                    super().do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
        server.shutdown()


def sends(request: Any, status: int, content: bytes = b"", length: int = 0, **headers: str) -> bool:
    """Answer a request; the length may be another than that of the content."""
    request.send_response(status)
    for name, value in {"Content-Length": str(length or len(content)), **headers}.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(content)
    request.wfile.flush()
    return True


def failing(place: Path, times: float, how: object) -> tuple[list[str], Answer]:
    """Answer the first requests of each path with a status, or "broken": with half of the file."""
    seen: list[str] = []

    def answer(request: Any) -> bool:
        seen.append(request.path)
        if seen.count(request.path) > times:
            return False
        if isinstance(how, int):
            return sends(request, how, Retry_After="86400")
        content = (place / request.path.lstrip("/")).read_bytes()
        sends(request, 200, content[: len(content) // 2], len(content))
        request.connection.shutdown(socket.SHUT_RDWR)
        return True

    return seen, answer
