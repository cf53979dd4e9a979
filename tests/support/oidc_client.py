"""A stage that is a client of an identity provider, and a browser that goes there and back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

import app
from chalicelib.desk.sign_in.issuer import Issuers
from chalicelib.people.ways import Ways
from tests.support.browsing import Visitor, query_of
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.own_issuer import OwnIssuer
from tests.support.signing_in import HOST, Browser, appointment, person_id

CALLBACK = f"https://{HOST}/signin/callback"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
COOKIE, SESSION = "__Host-duban-in", "__Host-duban"


@contextmanager
def client_world() -> Iterator[MemoryWorld]:
    """Make a county at this moment, whose function may ask issuers on loopback."""
    now = datetime.now(UTC) + timedelta(hours=8)
    with memory_world(now.strftime("%Y-%m-%dT%H:%M:%S")) as made:
        remember_nothing(made)
        made.services.sign_in_secret.set_client("made up")
        yield made


def remember_nothing(world: MemoryWorld, *, is_local: bool = True) -> None:
    """Let the function have a new process; by default as on a local stage."""
    vars(world.services)["issuers"] = Issuers(is_local)


def connect(world: MemoryWorld, issuer: str) -> None:
    """Let the stage be a client of *issuer*, where a clerk of Housing is `employee-7`."""
    world.services.ways.put(
        Ways(has_local=False, issuer=issuer, client="duban", contact="请找人事科 8123")
    )
    Browser(world.services, "clerk", appointment("clerk", "Housing"))
    world.services.logins.link(person_id("clerk"), issuer, "employee-7")


def begin(visitor: Visitor, to: str = "/desk/cards?state=issued") -> tuple[str, dict[str, str]]:
    """Follow the link to the provider; return its address, and what it is asked."""
    answer = visitor.get(f"/signin?to={to.replace('?', '%3F')}")
    assert answer.status_code == 303
    address = answer.headers["Location"]
    return address, query_of(address)


def back(visitor: Visitor, address: str) -> HTTPResponse:
    """Come back to *address*."""
    return visitor.get(address.removeprefix(f"https://{HOST}"))


def claims(
    world: MemoryWorld, own: OwnIssuer, asked: Mapping[str, str], **changes: Any
) -> dict[str, Any]:
    """Return what a good ID token says, with *changes*; None leaves one out."""
    now = int(world.wall.at.timestamp())
    good = {"iss": own.issuer, "aud": "duban", "sub": "employee-7", "nonce": asked["nonce"]}
    whole = {**good, "iat": now, "exp": now + 300, **changes}
    return {name: value for name, value in whole.items() if value is not None}


def logout_claims(world: MemoryWorld, own: OwnIssuer, **changes: Any) -> dict[str, Any]:
    """Return what a good logout token says but for whom, with *changes*; None leaves one out."""
    now = int(world.wall.at.timestamp())
    good = {"iss": own.issuer, "aud": "duban", "iat": now, "exp": now + 120, "jti": "j-1"}
    whole = {**good, "events": {LOGOUT: {}}, **changes}
    return {name: value for name, value in whole.items() if value is not None}


def end_there(token: str, **form: str) -> HTTPResponse:
    """Send a logout token as the issuer's server does: no browser, no cookie, no Origin."""
    body = urlencode({"logout_token": token, **form} if token else form)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": HOST}
    return Client(app.app).http.post("/signin/backchannel", headers=headers, body=body.encode())


def come_back(
    visitor: Visitor, own: OwnIssuer, asked: Mapping[str, str], **changes: str | None
) -> HTTPResponse:
    """Come back as the issuer sends a browser back, with *changes*; None leaves one out."""
    query = {"code": "c", "state": asked["state"], "iss": own.issuer, **changes}
    parts = "&".join(f"{name}={value}" for name, value in query.items() if value is not None)
    return visitor.get(f"/signin/callback?{parts}")
