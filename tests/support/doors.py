"""What all doors of the API do, in one go: for tests of the rights that they need."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from chalice.test import Client

import app
from chalicelib.lambdas import discard, publish
from chalicelib.people.ways import Ways
from infra.operate.sources import new_secret
from tests.support.asker import Asker, data
from tests.support.browsing import Visitor
from tests.support.cold_start import cold
from tests.support.inspecting import inspect
from tests.support.late_pause import HEARING
from tests.support.local_user import invite, sign_in
from tests.support.memory_stage import MemoryWorld
from tests.support.oidc_client import (
    begin,
    claims,
    come_back,
    connect,
    end_there,
    logout_claims,
    remember_nothing,
)
from tests.support.own_issuer import own_issuer
from tests.support.posted import posted
from tests.support.signing_in import Browser, appointment
from tests.support.webhook import sign_webhook

PLACE = {"item": "X-01", "department": "Housing", "region": "370102"}
ONE_DAY = {"amount": 1, "unit": "wd"}


def decide_claims(ask: Asker) -> None:
    """Accept and refuse the late news that is contested, with a key and without, and in bulk."""
    (listed,) = data(ask("GET", "/v1/claims?state=contested"))["cases"]
    (claim,) = listed["claims"]
    for key in ("", "k"):
        for act in ("accept", "refuse"):
            address = f"/v1/{claim['links']['accept']}".replace("accept", act)
            data(ask("POST", address, body={"reason": "x"}, key=key and f"{key}{act}"), 202)
    refusals = {"claims": [{"case": "hall:1", "n": claim["n"]}], "reason": "x"}
    data(ask("POST", "/v1/claims/refuse", body=refusals), 202)


def decide_whose_it_is(county: MemoryWorld, ask: Asker) -> None:
    """Answer a transfer with a key and again without one, read it as others, mend the case."""
    county.report("case.transferred", "2026-11-10T09:00:00", "1", department="Water")
    county.pump.drain()
    n = next(fact.n for fact in county.facts() if fact.kind == "case.transferred")
    for key, status in (("a", 202), ("a", 202), ("", 409)):
        data(ask("POST", f"/v1/cases/hall%3A1/transfers/{n}/agree", "Water", None, key), status)
    for who, status in (("Water", 200), ("Roads", 404)):
        data(ask("GET", "/v1/cases/hall%3A1", who), status)
    for key in ("", "m"):
        body = {"department": f"Parks{key}", "reason": "x"}
        data(ask("POST", "/v1/cases/hall%3A1/reassign", "inspector", body, key), 202)


def decide_cards(ask: Asker) -> None:
    """Respond, send back and find, with a key and without, twice and against what was decided."""
    (card,) = data(ask("GET", "/v1/cards"))["cards"]
    path = f"/v1/cards/{card['id']}"
    words = {"text": "已加派人手"}
    for key, status in (("", 202), ("", 409), ("k", 409), ("k", 409)):
        data(ask("POST", f"{path}/respond", "Housing", words, key), status)
    for status in (202, 409):
        data(ask("POST", f"{path}/send_back", "inspector", words), status)
    for _ in range(2):
        data(ask("POST", f"{path}/respond", "Housing", words, "k"), 202)
    data(ask("POST", f"{path}/acknowledge", "Housing", {}, "k"), 409)
    data(ask("GET", path))
    found = {"rule": "V-15", "text": "不予受理没有书面凭证"}
    for key, status in (("", 202), ("", 202), ("f", 202), ("f", 202)):
        data(ask("POST", "/v1/cases/hall%3A1/findings", "inspector", found, key), status)
    data(ask("POST", "/v1/cases/hall%3A1/findings", "inspector", {**found, "text": "x"}, "f"), 409)


def sit_at_desks(county: MemoryWorld) -> None:
    """Read a department's pages; a clerk drafts an appeal, and the department's head sends it."""
    clerk = Browser(county.services, "clerk", appointment("clerk", "Housing"))
    head = Browser(county.services, "head", appointment("department", "Housing"))
    (card,) = {each.card for each in county.published() if each.level == "yellow"}
    for page in ("", "/cases", "/cases/hall%3A1", "/cases/hall%3A1/slip", "/cards", "/settings"):
        assert clerk.get(f"/desk{page}").status_code == 200, page
    form = {"ground": "counting", "text": "11月4日停电"}
    for browser in (clerk, head):
        assert browser.get(f"/desk/cards/{card}/appeal").status_code == 200
        answer = browser.post(f"/desk/cards/{card}/appeal", key="k", **form)
        assert answer.status_code == 303, answer.body
        assert browser.get(f"/{answer.headers['Location'].lstrip('./')}").status_code == 200
    assert clerk.post("/signout").status_code == 200


def sign_in_and_out(county: MemoryWorld) -> None:
    """Set a password at a one-time address, sign in with it, end another session, and leave."""
    Browser(county.services, "guest", appointment("clerk", "Housing"))
    invite(county, "guest", "guest")
    here, there = Visitor(), Visitor()
    for visitor in (here, there):
        assert sign_in(visitor, "guest", "wrong").status_code == 422
        assert sign_in(visitor, "guest").status_code == 303
    assert here.get("/desk/settings").status_code == 200
    assert here.post("/desk/settings", session="others").status_code == 303
    assert there.get("/desk").status_code == 303
    assert here.post("/signout").status_code == 200


def sign_in_at_issuer(county: MemoryWorld) -> None:
    """Come in at an identity provider, as one whom nobody linked, and be signed out by it."""
    with own_issuer() as own:
        remember_nothing(county)
        connect(county, own.issuer)
        for subject, status in (("nobody", 403), ("employee-7", 303)):
            visitor = Visitor()
            _, asked = begin(visitor)
            own.token = own.sign(claims(county, own, asked, sub=subject))
            assert come_back(visitor, own, asked).status_code == status
        for _ in range(2):
            token = own.sign(logout_claims(county, own, sub="employee-7"))
            assert end_there(token).status_code == 200
        assert visitor.get("/desk").status_code == 303
    county.services.ways.put(Ways())


def read_all(county: MemoryWorld, ask: Asker) -> None:
    """Read what is public, what is not there, and what only inspectors read; wait for alerts."""
    cold(county, publish.run)
    for path in ("/log/checkpoint", "/log/proof/0", "/departments.json", "/healthz", "/log"):
        assert ask("GET", path).status_code == 200, path
    assert ask("GET", "/log/checkpoints/999").status_code == 404
    for path in ("", "/explain"):
        data(ask("GET", f"/v1/cases/hall%3A1{path}"))
    data(ask("GET", "/v1/cases", "Water"))
    data(ask("GET", "/v1/cases?lamp=red"))
    assert ask("GET", "/v1/alerts?timeout=10&lastEventId=9").status_code == 200
    data(ask("GET", "/v1/leads"))
    assert ask("GET", f"/v1/leads/{'a' * 26}").status_code == 404


def draw_files(county: MemoryWorld, ask: Asker) -> None:
    """Commit to a list of one file, draw, and read of it; a second draw is refused."""
    wanted = {"from": "2026-11-02", "until": "2026-11-10", "population": "opened", "number": 1}
    body = {**wanted, "department": "Housing", "source": "ssq", "turn": "2026-11-12"}
    by_item = {**body, "item": "X-01", "department": ""}
    for each, key, status in ((body, "", 202), (body, "", 409), (by_item, "s", 202)):
        data(ask("POST", "/v1/samples", body=each, key=key), status)
    county.pump.drain()
    data(ask("POST", "/v1/samples", body=by_item, key="s"), 202)
    for row in data(ask("GET", "/v1/samples"))["samples"]:
        path = f"/v1/samples/{row['id']}"
        data(ask("POST", f"{path}/draw", body={"value": "1 2 3 4 5 6+7"}), 409)
        data(ask("GET", path))


def post(county: MemoryWorld, *events: Any) -> Iterator[int]:
    """Post events one by one, signed: what is refused is counted with the next."""
    secret = new_secret()
    with patch.object(county.services.sources, "active", lambda: {"hall": (secret,)}):
        for event in events:
            raw = json.dumps(event).encode()
            headers = sign_webhook(secret, "msg_1", county.services.wall(), raw)
            headers["Content-Type"] = "application/cloudevents+json"
            yield Client(app.app).http.post("/v1/events", body=raw, headers=headers).status_code


def knock(county: MemoryWorld) -> None:
    """Let the doors do what all of them do; nothing is public at first."""
    assert cold(county, discard.run) == {"discarded": 0}
    assert Asker(county.services)("GET", "/v1/alerts?timeout=10").body == b"[]"
    accepted = posted("case.accepted", "2026-11-02T09:00:00+08:00", {**PLACE, "promise": ONE_DAY})
    told = [accepted, accepted, {**accepted, "source": "permits"}, accepted]
    assert [*post(county, *told)] == [202, 202, 401, 202]
    county.accept("2026-11-02T09:00:00", "1")
    county.until("2026-11-10T08:00:00")
    county.report("case.suspended", "2026-11-03T09:00:00", "1", **HEARING)
    county.until("2026-11-10T09:00:00")
    ask = Asker(county.services)
    decide_claims(ask)
    read_all(county, ask)
    decide_cards(ask)
    sit_at_desks(county)
    sign_in_and_out(county)
    sign_in_at_issuer(county)
    decide_whose_it_is(county, ask)
    draw_files(county, ask)
    data(ask("GET", "/v1/cases/hall%3A1"))  # with what is written about it
    inspect(county)
