"""An identity provider in a test's own hand: what it publishes, gives and says can be anything."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.jwk import RSAKey


@cache
def _key() -> RSAKey:
    """Return the key of every issuer here; to make one takes long."""
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


class OwnIssuer:
    """What it answers, by path; what it was asked."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = _key()
        self.about: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/leave",
            "authorization_response_iss_parameter_supported": True,
        }
        self.keys: list[Any] = [self.key.as_dict(private=False)]
        self.token: Any = None  # the ID token, or a whole answer
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}  # instead of its own
        self.asked: list[tuple[str, Mapping[str, str], Mapping[str, str]]] = []
        self.pause = 0.0  # s

    def sign(self, claims: Mapping[str, Any], key: Any = None, **header: Any) -> str:
        """Return an ID token with *claims*."""
        header = {"alg": "RS256", "kid": "one", **header}
        return jwt.encode(header, dict(claims), key or self.key, algorithms=[header["alg"]])

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body for *path*."""
        time.sleep(self.pause)
        if path in self.answers:
            return self.answers[path]
        documents = {
            "/.well-known/openid-configuration": self.about,
            "/keys": {"keys": self.keys},
            "/token": self.token if isinstance(self.token, dict) else {"id_token": self.token},
        }
        return 200, {}, json.dumps(documents[path]).encode()


@contextmanager
def own_issuer() -> Iterator[OwnIssuer]:
    """Run one on loopback for the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            form = dict(parse_qsl(self.rfile.read(size).decode()))
            made.asked.append((self.path, form, dict(self.headers)))
            status, headers, body = made.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - as the library calls it

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = OwnIssuer(server.server_address[1])
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        server.shutdown()
