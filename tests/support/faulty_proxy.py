"""A network between functions and their cloud that fails: an HTTP proxy that spoils some calls.

Which calls, and how, is drawn by `tests.support.faults`.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from msgspec import Struct

from tests.support.faults import Faults
from tests.support.throttled import throttled

REFUSED_SECONDS, SLOW_SECONDS, SILENT_SECONDS = 0.3, (0.1, 1.0), 6.0
_READS = ("BatchGet", "Get", "Query", "Scan")
_BROKEN = struct.pack("ii", 1, 0)  # close by a reset
_OWN = frozenset({"connection", "content-length", "expect", "transfer-encoding"})


class _Answer(Struct, frozen=True):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class FaultyProxy:
    """Stands before *cloud* for the block; *end_caller* ends all processes of a function."""

    def __init__(self, cloud: str, faults: Faults, end_caller: Callable[[str], None]) -> None:
        self.faults, self.end_caller = faults, end_caller
        self._cloud = urlsplit(cloud)
        self._open: set[socket.socket] = set()
        self._server = self._listen(0)
        self._moment = threading.Lock()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def refuse(self) -> None:
        """Break off all connections, and refuse others for a moment."""
        with self._moment:
            port = int(self._server.server_address[1])
            self._stop()
            for connection in list(self._open):
                break_off(connection)
            time.sleep(REFUSED_SECONDS)
            self._server = self._listen(port)

    def forward(self, method: str, path: str, headers: Message, body: bytes) -> _Answer:
        """Make the call, and return its answer."""
        upstream = HTTPConnection(self._cloud.hostname or "", self._cloud.port or 80, timeout=60)
        try:
            upstream.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                if name.lower() not in _OWN:
                    upstream.putheader(name, value)
            if body or "Content-Length" in headers:
                upstream.putheader("Content-Length", str(len(body)))
            upstream.endheaders(body)
            answer = upstream.getresponse()
            kept = [pair for pair in answer.getheaders() if pair[0].lower() not in _OWN]
            said = answer.getheader("Content-Length", "0")
            content = answer.read()
            length = said if method == "HEAD" else str(len(content))
            return _Answer(answer.status, [*kept, ("Content-Length", length)], content)
        finally:
            upstream.close()

    def _listen(self, port: int) -> ThreadingHTTPServer:
        handler = type("Handler", (_Handler,), {"proxy": self, "open": self._open})
        server = _Server(("127.0.0.1", port), handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    def _stop(self) -> None:
        self._server.shutdown()
        self._server.socket.close()  # who is being answered goes on


def break_off(connection: socket.socket) -> None:
    """Close *connection* without an answer."""
    with suppress(OSError):  # it is closed
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _BROKEN)
        connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    """One connection of a caller; each of its calls is made anew."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm, wbufsize = True, 1 << 16
    proxy: FaultyProxy
    open: set[socket.socket]

    def setup(self) -> None:
        super().setup()
        self.open.add(self.connection)

    def finish(self) -> None:
        self.open.discard(self.connection)
        with suppress(OSError):  # nobody waits for the rest
            super().finish()

    def handle(self) -> None:
        with suppress(OSError):  # the caller is gone, or the cloud
            super().handle()

    def handle_expect_100(self) -> bool:
        """Ask for the body at once: who waits for that waits a second."""
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Say nothing."""

    def answer(self) -> None:
        """Answer one call, or spoil it."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        caller = self._caller()
        kind = self._kind(caller)
        if kind == "throttled":
            return self._send(_Answer(*throttled(self.path, dict(self.headers), body)))
        if kind in ("slow", "silent"):
            least, most = SLOW_SECONDS if kind == "slow" else (SILENT_SECONDS, SILENT_SECONDS)
            time.sleep(self.proxy.faults.between(least, most))
        has_effect = kind in ("", "slow", "silent", "lost") or (
            kind == "ended" and self.proxy.faults.between(0, 1) > 1 / 2
        )
        answer = None
        if has_effect:
            answer = self.proxy.forward(self.command, self.path, self.headers, body)
        if kind == "ended":
            self.proxy.end_caller(caller)
        if kind == "refused":
            self.proxy.refuse()
        if answer is None or kind in ("ended", "lost"):
            self.close_connection = True
            return break_off(self.connection)
        return self._send(answer)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - their names there

    def _caller(self) -> str:
        """Return the function that calls: the SDK names it as its application; "" for others."""
        words = (self.headers.get("User-Agent") or "").split()
        return next((word[4:] for word in words if word.startswith("app/")), "")

    def _kind(self, caller: str) -> str:
        """Draw what happens to the call; nothing to the watch of the local stage's clock.

        It asks all wakes again and again until they are processed, which no stage on AWS does.
        """
        _, _, operation = self.headers.get("X-Amz-Target", "").partition(".")
        if caller == "api" and operation in ("Query", "Scan"):
            return ""
        reads = operation.startswith(_READS) if operation else self.command in ("GET", "HEAD")
        return self.proxy.faults.draw(caller, writes=not reads)

    def _send(self, answer: _Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()
