"""The part of the S3 protocol that stores use, on loopback: buckets, objects, conditional writes.

Requests are not authenticated, objects live in memory, and a list is one page.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import re
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

Buckets = dict[str, dict[str, bytes]]


def tag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()}"'


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from the buckets of its server, one request at a time, as S3 does for one key."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits some 40 ms for the client
    server: Server

    def do_PUT(self) -> None:
        self.answered("PUT")

    def do_GET(self) -> None:
        self.answered("GET")

    def do_HEAD(self) -> None:
        self.answered("HEAD")

    def answered(self, method: str) -> None:
        url = urllib.parse.urlsplit(self.path)
        bucket, _, key = urllib.parse.unquote(url.path).lstrip("/").partition("/")
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock:
            if method == "PUT" and not key:
                self.server.buckets[bucket] = {}
                return self.send(200)
            if bucket not in self.server.buckets:
                return self.refuse(404, "NoSuchBucket")
            objects = self.server.buckets[bucket]
            if not key:
                return self.listed(objects, dict(urllib.parse.parse_qsl(url.query)))
            return self.put(objects, key, sent) if method == "PUT" else self.got(objects.get(key))

    def put(self, objects: dict[str, bytes], key: str, content: bytes) -> None:
        assert "aws-chunked" not in self.headers.get("Content-Encoding", "")
        there = tag(objects[key]) if key in objects else None
        wanted = self.headers.get("If-Match", there)
        if wanted != there or (there and self.headers.get("If-None-Match") == "*"):
            return self.refuse(412, "PreconditionFailed")
        objects[key] = content
        self.send(200, ETag=tag(content))

    def got(self, content: bytes | None) -> None:
        if content is None:
            return self.refuse(404, "NoSuchKey")
        part, status, more = content, 200, {}
        if content and (asked := re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))):
            first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
            part, status = content[first : last + 1], 206
            more = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
        modified = {"Last-Modified": "Sat, 21 Nov 2026 00:00:00 GMT"}
        self.send(status, part, ETag=tag(content), **modified, **more)

    def listed(self, objects: dict[str, bytes], query: dict[str, str]) -> None:
        found = {key: x for key, x in objects.items() if key.startswith(query.get("prefix", ""))}
        entries = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(x)}</Size><ETag>{tag(x)}</ETag>"
            f"<LastModified>2026-11-21T00:00:00Z</LastModified></Contents>"
            for key, x in sorted(found.items())
        )
        count = f"<KeyCount>{len(found)}</KeyCount><IsTruncated>false</IsTruncated>"
        self.send(200, f"<ListBucketResult>{count}{entries}</ListBucketResult>".encode())

    def refuse(self, status: int, code: str) -> None:
        self.send(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

    def send(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """An S3 server with its own buckets."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.buckets: Buckets = {}
        self.lock = threading.Lock()


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Run a server and give its address."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
