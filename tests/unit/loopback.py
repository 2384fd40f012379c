"""A web server on this machine that misbehaves as told, for the tests of downloads."""

import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

Answer = Callable[["Handler"], None]
OLD_DATE = formatdate(1_500_000_000, usegmt=True)


@dataclass
class Asked:
    """One request that came in: its path and Range header, and the bytes of body sent back."""

    path: str
    range: str | None
    if_range: str | None
    sent: int = 0


@dataclass
class Script:
    """What to answer to a path: one answer after the other, the last one for ever."""

    answers: list[Answer] = field(default_factory=list)

    def next(self) -> Answer:
        """Return the next answer."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(BaseHTTPRequestHandler):
    """Answers GET by the server's scripts; a proxy's absolute addresses too."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer one request."""
        owner: Loopback = self.server.owner
        self.asked = Asked(self.path, self.headers["Range"], self.headers["If-Range"])
        with owner.guard:
            owner.asked.append(self.asked)
            script = owner.scripts.get(urlsplit(self.path).path)
            answer = script.next() if script else status(404)
        answer(self)

    def head(self, code: int, headers: dict[str, object]) -> None:
        """Send status and headers."""
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()

    def body(self, data: bytes) -> None:
        """Send a piece of the body; the other side may be gone."""
        try:
            self.wfile.write(data)
            self.wfile.flush()
            self.asked.sent += len(data)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


class Server(ThreadingHTTPServer):
    """The threads of the server; that clients hang up is expected."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Report errors of the tests' own making only."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Loopback:
    """The server, running while the block lasts."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.guard = threading.Lock()
        self.over = threading.Event()
        self.scripts: dict[str, Script] = {}
        self.asked: list[Asked] = []
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.owner = self
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def serve(self, path: str, *answers: Answer) -> str:
        """Set the answers to ``path`` and return its address."""
        self.scripts[path] = Script(list(answers))
        return self.url + path

    def ranges(self) -> list[str | None]:
        """List the Range headers of all requests so far."""
        return [asked.range for asked in self.asked]


def data(body: bytes, etag: str | None = '"v1"', *, ranges: bool = True, date: str | None = None) -> Answer:
    """Answer with the file, or with the range asked for if the version is the one named."""

    def answer(handler: Handler) -> None:
        version = {"ETag": etag} if etag else {}
        version |= {"Last-Modified": date} if date else {}
        start = 0
        if ranges and handler.headers["Range"] and handler.headers["If-Range"] in (None, etag, date):
            start = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        if start and start >= len(body):
            handler.head(416, {"Content-Range": f"bytes */{len(body)}", "Content-Length": 0})
            return
        span = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}
        handler.head(206 if start else 200, {"Content-Length": len(body) - start, **version, **span})
        handler.body(body[start:])

    return answer


def chunked(body: bytes) -> Answer:
    """Answer with the file in chunks: no size is stated beforehand."""

    def answer(handler: Handler) -> None:
        handler.head(200, {"Transfer-Encoding": "chunked"})
        for start in range(0, len(body), 1000):
            piece = body[start : start + 1000]
            handler.body(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        handler.body(b"0\r\n\r\n")

    return answer


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with a status (and headers, ``_`` for ``-``)."""

    def answer(handler: Handler) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.head(code, {"Content-Length": len(body), **named})
        handler.body(body)

    return answer


def cut(body: bytes, at: int, etag: str | None = '"v1"', date: str | None = None) -> Answer:
    """Promise the file, send ``at`` bytes of it and hang up."""

    def answer(handler: Handler) -> None:
        version = {"ETag": etag} if etag else {}
        version |= {"Last-Modified": date} if date else {}
        handler.head(200, {"Content-Length": len(body), **version})
        handler.body(body[:at])
        handler.close_connection = True

    return answer


def stall(body: bytes, at: int) -> Answer:
    """Promise the file, send ``at`` bytes of it and then nothing more."""

    def answer(handler: Handler) -> None:
        handler.head(200, {"Content-Length": len(body), "ETag": '"v1"'})
        handler.body(body[:at])
        handler.server.owner.over.wait(20)
        handler.close_connection = True

    return answer


def trickle(body: bytes, piece: int, seconds: float) -> Answer:
    """Send ``piece`` bytes every so many seconds until the other side is gone."""

    def answer(handler: Handler) -> None:
        handler.head(200, {"Content-Length": len(body), "ETag": '"v1"'})
        handler.body(body[:1000])
        over = handler.server.owner.over
        for start in range(1000, len(body), piece):
            if handler.close_connection or over.wait(seconds):
                break
            handler.body(body[start : start + piece])
        handler.close_connection = True

    return answer
