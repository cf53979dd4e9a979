"""A county in memory behind an address, as its gateway shows it: log, pages and feed, over HTTP."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from tests.support.wsgi_app import wsgi_app


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served_county() -> Iterator[str]:
    """Serve the services of this context; yield the address of the site."""
    answer = wsgi_app()

    def ask(environment: dict[str, Any], start: Any) -> Iterable[bytes]:
        query = environment.get("QUERY_STRING", "")
        target = environment["PATH_INFO"] + (f"?{query}" if query else "")
        return answer({**environment, "REQUEST_URI": target}, start)

    server = make_server("127.0.0.1", 0, ask, handler_class=_Silent)
    work = copy_context()
    thread = Thread(target=lambda: work.run(server.serve_forever, poll_interval=0.01))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
