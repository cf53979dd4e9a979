"""The witness on HTTP: `POST /add-checkpoint`, and `GET /<sha256 of the origin>/checkpoint`.

Python's own server, for a loopback address behind a server that ends TLS. Nobody logs in: a request
counts by its signature.
"""

import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chalicelib.errors import Corrupt, Rejected
from chalicelib.log.witness import MAX_BYTES, SIZE_TYPE, NotAtThatSize
from infra.terminal.language import say
from infra.witness.cosigner import Cosigner

_TEXT = "text/plain; charset=utf-8"
_NOTE = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)

Answer = tuple[int, str, bytes]


class Server(ThreadingHTTPServer):
    """Serves *cosigner* at *address*; port 0 takes one that is free."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], cosigner: Cosigner) -> None:
        self.cosigner = cosigner
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open between two checkpoints
    timeout = 30  # a client that sends nothing for so long is cut off
    server: Server
    server_version = "duban-witness"
    sys_version = ""

    def do_POST(self) -> None:
        """Take a submission."""
        body = self._body()
        if body is None:
            return
        if self.path != "/add-checkpoint":
            self._answer(404, _TEXT, b"add-checkpoint is what is posted here\n")
            return
        self._answer(*self._cosign(body))

    def do_GET(self) -> None:
        """Give the last checkpoint cosigned of a log."""
        match = _NOTE.fullmatch(self.path)
        note = self.server.cosigner.memory.note(match.group(1)) if match else None
        if note is None:
            self._answer(404, _TEXT, b"nothing was cosigned here under this name\n")
        else:
            self._answer(200, _TEXT, note)

    def _cosign(self, body: bytes) -> Answer:
        try:
            return 200, _TEXT, self.server.cosigner.add_checkpoint(body)
        except NotAtThatSize as behind:
            return behind.status, SIZE_TYPE, f"{behind.size}\n".encode()
        except Rejected as refusal:
            return refusal.status, _TEXT, f"{refusal.en}\n".encode()
        except (Corrupt, OSError) as error:
            why = say(*error.text) if isinstance(error, Corrupt) else error
            print(f"witness: {why}", file=sys.stderr)  # its owner's to mend: it signs nothing
            return 500, _TEXT, b"the witness cannot read or write what it remembers\n"

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length") or ""
        if not re.fullmatch(r"[0-9]{1,9}", length, re.ASCII):
            self._refuse(411, "a submission says how long it is")
        elif int(length) > MAX_BYTES:
            self._refuse(413, f"a submission has at most {MAX_BYTES} bytes")
        else:
            return self.rfile.read(int(length))
        return None

    def _refuse(self, status: int, why: str) -> None:
        self.close_connection = True  # the body was not read: the next request is nowhere
        self._answer(status, _TEXT, f"{why}\n".encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its own name
        """Print the request and the status on stderr."""
        line = format % arguments
        printable = "".join(sign if sign.isprintable() else "?" for sign in line)
        print(f"witness: {printable}", file=sys.stderr)
