"""A card's whole life as the public and the inspectors see it, through every door and hop."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib.api.routes import openapi_document
from tests.support.asker import Asker, data
from tests.support.memory_stage import MemoryWorld, memory_world

START = "2026-11-02T09:00:00"
ISSUED = "2026-11-09T17:31:00"  # due at 17:30
WHY = {"text": "申请人王小明书面请求暂缓"}

Take = Callable[..., None]


@pytest.fixture
def county() -> Iterator[MemoryWorld]:
    """Give a county in which one case of Housing is overdue."""
    with memory_world(START) as made:
        made.accept(START, "1")
        made.until(ISSUED)
        yield made


@pytest.fixture
def take(county: MemoryWorld) -> Take:
    """Give a function that takes a step about a card, and lets everything come of it."""
    ask = Asker(county.services)

    def taken(card: str, step: str, who: str = "inspector", **body: Any) -> None:
        data(ask("POST", f"/v1/cards/{card}/{step}", who, body or None), 202)
        county.tick()

    return taken


def public(path: str) -> Any:
    """Read what anybody may."""
    return json.loads(Client(app.app).http.get(path).body)


def cards() -> list[dict[str, Any]]:
    """The published cards, without warnings."""
    return [card for card in public("/cards.json")["cards"] if card["level"] != "warning"]


def counts(name: str) -> dict[str, int]:
    """One of the counts of all departments, what is not zero."""
    return {level: n for level, n in public("/departments.json")["totals"][name].items() if n}


ABOUT_CARDS = ("card.", "case.", "appeal.", "escalation.")


def told(county: MemoryWorld) -> list[str]:
    """What the inspectors were told of cards, in the order of the log."""
    feed = data(Asker(county.services)("GET", "/v1/alerts"))
    described = openapi_document()["components"]["schemas"]["Alert"]["properties"]["data"][
        "properties"
    ]
    for one in feed:
        assert one["data"].keys() <= described.keys(), one["type"]
    return [one["type"] for one in feed if one["type"].startswith(ABOUT_CARDS)]


def test_a_card_that_is_appealed_and_revoked(county: MemoryWorld, take: Take) -> None:
    """It stays with its number, says so at each turn, and is counted apart."""
    (issued,) = cards()
    assert (issued["level"], issued["state"], issued["stands"]) == ("yellow", "issued", True)
    assert issued["number"].endswith("〔2026〕1号")
    county.until("2026-11-10T09:00:00")
    take(issued["card"], "acknowledge", "Housing")
    assert cards()[0]["state"] == "acknowledged"
    take(issued["card"], "appeal", "Housing", **WHY)
    assert (cards()[0]["state"], cards()[0]["stands"]) == ("appealed", True)
    county.until("2026-11-11T09:00:00")
    take(issued["card"], "decide", outcome="revoked", **WHY)
    (revoked,) = cards()
    assert (revoked["state"], revoked["status"], revoked["stands"]) == (
        "revoked",
        "annulled",
        False,
    )
    assert revoked["number"] == issued["number"]
    assert (counts("cards"), counts("revoked")) == (
        {"warning": 1, "yellow": 1},
        {"yellow": 1},
    )
    assert county.snapshot().lamp == "green", "what is revoked does not shine"
    assert told(county) == ["card.issued", "card.numbered", "card.annulled"]
    page = Client(app.app).http.get("/cards").body.decode()
    for secret in ("王小明", "Housing:", "hall"):
        assert secret not in page


def test_a_card_that_nobody_answers_climbs_once_a_person_confirms_it(
    county: MemoryWorld, take: Take
) -> None:
    """Until then the public sees nothing of it; the new level has no number and no count."""
    county.until("2026-11-13T09:00:00", minutes=600)
    (yellow,) = cards()
    assert told(county) == ["card.issued", "card.numbered"]
    county.until("2026-11-18T09:00:00", minutes=600)
    assert cards() == [yellow]
    assert told(county)[2:] == ["escalation.proposed"]
    take(yellow["card"], "confirm", **WHY)
    (card,) = cards()
    (climbed,) = card["escalations"]
    assert (climbed["level"], "number" in climbed) == ("red", False)
    assert (card["level"], card["number"]) == ("yellow", yellow["number"])
    assert counts("escalated") == {}
    assert told(county)[3:] == ["case.escalated"]


def test_conduct_is_published_once_a_person_confirms_it(county: MemoryWorld, take: Take) -> None:
    """Before that there is nothing to be seen but in the inspectors' feed; then it says so."""
    before = cards()
    county.accept("2026-11-09T17:31:00", "2", promise="20wd", department="Health")
    charged = {"amount": 300, "standard": 200, "basis": "收费公示表"}
    county.report("fee.charged", "2026-11-09T17:31:00", "2", **charged)
    county.until("2026-11-10T09:00:00")
    feed = data(Asker(county.services)("GET", "/v1/alerts"))
    (proposed,) = [one["data"]["card"] for one in feed if one["type"] == "card.proposed"]
    assert cards() == before
    take(proposed, "confirm")
    made = next(card for card in cards() if card["card"] == proposed)
    assert (made["level"], made["rule"], made["confirmed"]) == ("red", "V-23", True)
    assert made["due_at"] is None
    assert made["escalations"] == [], "what it may lead to is for inspectors of discipline alone"
    assert counts("cards")["red"] == 1
