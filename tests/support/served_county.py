"""A county in memory behind an address, as its gateway shows it: log, pages and feed, over HTTP."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from socketserver import ThreadingMixIn
from threading import Lock, Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from tests.support.wsgi_app import wsgi_app


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingMixIn, WSGIServer):
    """A browser opens connections before it needs them: none may keep others waiting."""

    daemon_threads = True


@contextmanager
def served_county(host: str = "127.0.0.1") -> Iterator[str]:
    """Serve the services of this context; yield the address of the site.

    With the *host* `localhost` a browser has passkeys there. One request is answered at a time.
    """
    answer, work, turn = wsgi_app(), copy_context(), Lock()

    def ask(environment: dict[str, Any], start: Any) -> Iterable[bytes]:
        query = environment.get("QUERY_STRING", "")
        target = environment["PATH_INFO"] + (f"?{query}" if query else "")
        # A gateway speaks TLS to the browser; here that one part is missing.
        origin = environment.get("HTTP_ORIGIN", "").replace("http://", "https://")
        asked = {**environment, "REQUEST_URI": target, "HTTP_ORIGIN": origin}
        with turn:
            return work.copy().run(answer, asked, start)

    server = make_server("127.0.0.1", 0, ask, server_class=_Server, handler_class=_Silent)
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
