"""The life of a card through its doors: who may do what, and what does not fit."""

import json
from datetime import timedelta

import pytest

from chalicelib.instant import parse
from tests.support.asker import data, taken

WHY = {"text": "王小明说材料齐全"}
STEPS = ("confirm", "acknowledge", "respond", "send_back", "appeal", "decide", "revoke")


def shown(ask, card, *names):
    """Give some of what a card shows."""
    body = data(ask("GET", card))
    return tuple(body[name] for name in names)


def clocks(body):
    """Give the clocks that run, with their ends."""
    return {one["clock"]: one["due_at"] for one in body["deadlines"]}


def test_a_response_ends_it_when_nobody_can_appeal_any_more(county, ask, card, take):
    """Issued, acknowledged, responded, closed; each is on record with the role of who did it."""
    assert take(card, "acknowledge", "Housing") == "recorded"
    assert shown(ask, card, "state") == ("acknowledged",)
    assert take(card, "respond", "Housing", WHY) == "recorded"
    assert shown(ask, card, "state", "possible") == ("responded", ["send_back", "revoke"])
    county.until("2026-11-16T17:30:00")
    assert shown(ask, card, "state") == ("responded",)
    county.until("2026-11-16T17:31:00")
    body = data(ask("GET", card))
    assert (body["state"], body["deadlines"]) == ("closed", [])
    assert [(one["kind"], one["data"].get("role")) for one in body["history"]] == [
        ("card.issued", None),
        ("card.acknowledged", "department"),
        ("card.responded", "department"),
        ("card.closed", None),
    ]
    assert [level for level, _ in county.cards()] == ["warning", "yellow"]


def test_an_appeal_is_decided_and_sent_back_and_decided_again(county, ask, card, take):
    """While it is pending nothing is silence; after it the clocks start anew."""
    assert take(card, "appeal", "Housing", WHY) == "recorded"
    body = data(ask("GET", card))
    assert (body["state"], body["possible"]) == ("appealed", ["respond", "decide", "revoke"])
    assert clocks(body) == {"appeal_decision": "2026-11-17T17:30:00.000+08:00"}
    county.until("2026-11-17T10:00:00")
    assert take(card, "decide", body={"outcome": "sent_back"}) == "recorded"
    body = data(ask("GET", card))
    assert clocks(body) == {
        "response": "2026-11-20T17:30:00.000+08:00",
        "appeal_window": "2026-11-24T17:30:00.000+08:00",
    }
    assert take(card, "appeal", "Housing", WHY) == "recorded"
    assert take(card, "decide", body={"outcome": "upheld"}) == "recorded"
    own = data(ask("GET", card, "Housing"))
    assert (own["state"], own["possible"]) == ("issued", ["acknowledge", "respond"])


def test_a_revoked_card_keeps_its_number(county, ask, card, take):
    """By the decision about its appeal; nothing more can be done, and its clocks stand still."""
    take(card, "appeal", "Housing", WHY)
    take(card, "decide", body={"outcome": "revoked", **WHY})
    body = data(ask("GET", card))
    assert (body["state"], body["possible"], body["deadlines"]) == ("revoked", [], [])
    assert [one["number"] for one in body["numbers"]] == [1]
    (listed,) = data(ask("GET", "/v1/cards?state=revoked"))["cards"]
    assert (listed["level"], listed["deadlines"]) == ("yellow", [])
    refused = data(ask("POST", f"{card}/appeal", "Housing", WHY), 409)
    assert (refused["state"], refused["possible"]) == ("revoked", [])


def test_a_proposal_waits_for_a_person(county, ask, take):
    """Confirmed it is issued; the other one is dismissed, and neither can be both."""
    for case in ("2", "3"):
        county.accept("2026-11-10T08:00:00", case)
        county.report(
            "case.suspended", "2026-11-10T08:00:00", case, procedure="testing", basis=None
        )
    county.until("2026-11-10T08:05:00")
    found = data(ask("GET", "/v1/cards?state=proposed"))["cards"]
    first, second = (f"/v1/cards/{one['id']}" for one in found)
    assert shown(ask, first, "recipients", "numbers") == ([], [])
    refused = data(ask("POST", f"{first}/respond", "Housing", WHY), 409)
    assert (refused["state"], refused["possible"]) == ("proposed", [])
    assert take(first, "confirm") == "recorded"
    assert take(second, "revoke", body=WHY) == "recorded"
    assert shown(ask, first, "state")[0] == "issued"
    assert len(shown(ask, first, "numbers")[0]) == 1
    assert shown(ask, second, "state", "numbers") == ("dismissed", [])
    refused = data(ask("POST", f"{second}/confirm"), 409)
    assert (refused["state"], refused["possible"]) == ("dismissed", [])


def test_dismiss_is_for_proposals(county, ask, card, take):
    """The same act as `revoke`, and known again as it; a card that is issued is not touched."""
    county.accept("2026-11-10T08:00:00", "2")
    county.report("case.suspended", "2026-11-10T08:00:00", "2", procedure="testing", basis=None)
    county.until("2026-11-10T08:05:00")
    (found,) = data(ask("GET", "/v1/cards?state=proposed"))["cards"]
    proposal = f"/v1/cards/{found['id']}"
    assert data(ask("POST", f"{proposal}/dismiss"), 422)["field"] == "text"
    assert ask("POST", f"{proposal}/dismiss", "Housing", WHY).status_code == 403
    for step in ("dismiss", "revoke"):
        answer = taken(ask("POST", f"{proposal}/{step}", body=WHY, key="k"))
        assert answer == {"card": found["id"], "status": "recorded"}
    county.pump.drain()
    assert shown(ask, proposal, "state") == ("dismissed",)
    assert data(ask("POST", f"{proposal}/dismiss", body=WHY), 409)["state"] == "dismissed"
    refused = data(ask("POST", f"{card}/dismiss", body=WHY), 409)
    assert refused["detail"] == "现在不能不予确认：此牌已发出。"
    assert (refused["state"], refused["possible"]) == (
        "issued",
        ["acknowledge", "respond", "revoke"],
    )
    assert shown(ask, card, "state") == ("issued",)


@pytest.mark.parametrize("step", STEPS)
def test_who_may_take_a_step(county, ask, card, step):
    """Its department answers and appeals; the inspector does all but appeal; nobody else any."""
    body = {"decide": {"outcome": "upheld"}, "confirm": None, "acknowledge": None}.get(step, WHY)
    answers = {
        who: ask("POST", f"{card}/{step}", who, body).status_code
        for who in ("operator", "Water", "Housing", "inspector")
    }
    for_department = step in ("acknowledge", "respond", "appeal")
    assert answers["operator"] == answers["Water"] == 403
    assert (answers["Housing"] != 403) == for_department
    assert (answers["inspector"] != 403) == (step != "appeal")


def test_a_step_that_does_not_fit_says_what_would(ask, card):
    """The state of the card, and the steps that are possible for who asks."""
    answer = ask("POST", f"{card}/decide", body={"outcome": "upheld"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert data(answer, 409) == {
        "type": "about:blank",
        "title": "与现有记录冲突",
        "status": 409,
        "detail": "现在不能作出申诉决定：此牌已发出。",
        "state": "issued",
        "possible": ["acknowledge", "respond", "revoke"],
    }


def test_what_was_told_counts_before_it_is_a_fact(county, ask, card):
    """The second step is judged after the first, however fast it comes."""
    data(ask("POST", f"{card}/appeal", "Housing", WHY), 202)
    data(ask("POST", f"{card}/decide", body={"outcome": "revoked", **WHY}), 202)
    refused = data(ask("POST", f"{card}/respond", "Housing", WHY), 409)
    assert (refused["state"], refused["possible"]) == ("revoked", [])
    county.pump.drain()
    assert shown(ask, card, "state") == ("revoked",)


@pytest.mark.parametrize("late", [0, 1])
def test_the_window_for_an_appeal_closes(county, ask, card, late):
    """Five working days after it was issued (APP-09); the last instant of them still counts."""
    county.wall.at = parse("2026-11-16T17:30:00+08:00") + timedelta(milliseconds=late)
    assert ("appeal" in data(ask("GET", card, "Housing"))["possible"]) == (not late)
    answer = ask("POST", f"{card}/appeal", "Housing", WHY)
    assert answer.status_code == (409 if late else 202)
    if late:
        refused = json.loads(answer.body)
        assert "2026-11-16T17:30:00.000+08:00" in refused["detail"]
        assert (refused["state"], refused["possible"]) == ("issued", ["acknowledge", "respond"])
