"""A small WeCom on loopback: two calls of its interface, with the error codes of its documents.

It gives out tokens, knows members by codes that are good once, and trusts an address or does not.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib.desk.sign_in.wecom_api import WecomApi
from chalicelib.people.ways import WECOM, Ways
from tests.support.memory_stage import MemoryWorld

CORPORATION, SECRET, AGENT = "ww1234567890abcdef", "s3cret", "1000002"

Answer = dict[str, Any]


class FakeWecom:
    """What it knows and is asked; *answers* by path stand in place of its own."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.codes: dict[str, Answer] = {}
        self.tokens: list[str] = []
        self.trusts_us = True
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.pause = 0.0  # s

    def gave(self, code: str, **user: str) -> None:
        """Let *code* stand for a *user*, once."""
        self.codes[code] = {"DeviceId": "d", **user}

    def gettoken(self, query: dict[str, str]) -> Answer:
        """Give a token for two hours."""
        if query["corpid"] != CORPORATION:
            return _error(40013, "invalid corpid")
        if query["corpsecret"] != SECRET:
            return _error(40001, "invalid credential")
        if not self.trusts_us:
            return _error(60020, "not allow to access from your ip")
        self.tokens.append(f"token-{len(self.tokens)}")
        return {**_error(0, "ok"), "access_token": self.tokens[-1], "expires_in": 7200}

    def getuserinfo(self, query: dict[str, str]) -> Answer:
        """Tell whom a code stands for."""
        if query["access_token"] not in self.tokens:
            return _error(40014, "invalid access_token")
        if query["access_token"] != self.tokens[-1]:
            return _error(42001, "access_token expired")
        user = self.codes.pop(query["code"], None)
        return {**_error(0, "ok"), **user} if user else _error(40029, "invalid code")


def _error(number: int, text: str) -> Answer:
    return {"errcode": number, "errmsg": text}


@contextmanager
def fake_wecom() -> Iterator[FakeWecom]:
    """Run one for the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query, name = dict(parse_qsl(parts.query)), parts.path.rpartition("/")[2]
            made.asked.append((parts.path, query))
            time.sleep(made.pause)
            known = {"gettoken": made.gettoken, "getuserinfo": made.getuserinfo}
            status, headers, body = made.answers.get(name) or (
                200,
                {},
                json.dumps(known[name](query)).encode(),
            )
            self.send_response(status)
            for header, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = FakeWecom(f"http://127.0.0.1:{server.server_address[1]}")
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        server.shutdown()


def join(world: MemoryWorld, fake: FakeWecom) -> None:
    """Let people of *world* sign in at the corporation of *fake*."""
    world.services.sign_in_secret.set_client(SECRET)
    issuer = f"{WECOM}{CORPORATION}"
    ways = Ways(has_local=False, issuer=issuer, client=CORPORATION, agent=AGENT)
    world.services.ways.put(ways)
    world.services.issuers.wecom = WecomApi(fake.host)
