"""A county in memory behind an address, as its gateway shows it: log, pages and feed, over HTTP."""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.wsgi_app import wsgi_app


class _Handler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        """Add the target as it was sent: WSGI's path has each %2F made a slash."""
        return {**super().get_environ(), "REQUEST_URI": self.path}

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingMixIn, WSGIServer):
    """A browser opens connections before it needs them: none may keep others waiting."""

    daemon_threads = True


def _tls(host: str) -> ssl.SSLContext:
    """Return the server's half of TLS, with a certificate that nobody else signed."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=True)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "server.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(secret + made.public_bytes(Encoding.PEM))
        context.load_cert_chain(file)
    return context


@contextmanager
def served_county(host: str = "127.0.0.1", *, has_tls: bool = False) -> Iterator[str]:
    """Serve the services of this context; yield the address of the site.

    With the *host* `localhost` a browser has passkeys there, and the gateway's TLS where it *has*
    it. One request is answered at a time.
    """
    answer, work, turn = wsgi_app(), copy_context(), Lock()

    def ask(environment: dict[str, Any], start: Any) -> Iterable[bytes]:
        # A gateway speaks TLS to the browser; here that one part is missing.
        origin = environment.get("HTTP_ORIGIN", "").replace("http://", "https://")
        asked = {**environment, "HTTP_ORIGIN": origin}
        with turn:
            return work.copy().run(answer, asked, start)

    server = make_server("127.0.0.1", 0, ask, server_class=_Server, handler_class=_Handler)
    if has_tls:  # each handshake in the thread of its request
        server.socket = _tls(host).wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    try:
        yield f"http{'s' if has_tls else ''}://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
