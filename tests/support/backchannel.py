"""An address on loopback where a real provider tells that somebody left it."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs

_SECONDS = 20


class Listener:
    """Keeps the logout tokens that are posted to its *address*, and answers 200."""

    def __init__(self) -> None:
        tokens: Queue[list[str]] = Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                tokens.put(parse_qs(body)["logout_token"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Print nothing."""

        self._tokens = tokens
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/signin/backchannel"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self) -> list[str]:
        """Return the tokens of the next message."""
        return self._tokens.get(timeout=_SECONDS)
