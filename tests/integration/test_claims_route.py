"""Deciding about late news over HTTP: who may, which claims are listed, and what happens twice."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.errors import Rejected
from chalicelib.intake.event_types import CLAIM_TYPES
from chalicelib.permit.claims.decision import ClaimDecision
from chalicelib.permit.claims.store import ClaimDecisions
from tests.support.asker import Asker, data
from tests.support.late_pause import REASON, claim_of, late_pause, listed, path


@pytest.fixture
def county():
    """Give a county: `1` is yellow and its pause comes late, `2` is yellow, `3` told in time."""
    with late_pause() as made:
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def verdicts(county, case="1"):
    """Give verdict and reason of each re-check of the yellow card."""
    facts = county.facts(case)
    yellow = next(fact.n for fact in facts if fact.text("level") == "yellow")
    checks = [fact for fact in facts if fact.kind == "card.rechecked"]
    return [
        (fact.text("verdict"), fact.text("reason"))
        for fact in checks
        if fact.data["card"] == yellow
    ]


def test_an_accepted_claim_takes_the_card_away(county, ask):
    """The answer says how the case will stand; a moment later it does."""
    n = claim_of(county)
    body = data(ask("POST", path("1", n), body=REASON), 202)
    assert (body["case"], body["n"], body["decision"], body["status"]) == (
        "hall:1",
        n,
        "claim.accepted",
        "recorded",
    )
    assert body["then"]["lamp"] == "green"
    assert {(card["level"], card["verdict"]) for card in body["then"]["cards"]} == {
        ("warning", "lost"),
        ("yellow", "lost"),
    }
    county.pump.drain()
    assert verdicts(county) == [("lost", "claim_accepted")]
    fact = next(fact for fact in county.facts() if fact.kind == "claim.accepted")
    assert dict(fact.data) == {
        "claim": n,
        "seen": fact.n,
        "role": "inspector",
        "given": ["actor", "text"],
    }
    assert county.snapshot().lamp == "green"
    assert listed(ask) == []


def test_a_decision_is_corrected_by_another(county, ask):
    """Accepted, refused, accepted again: each a fact, and the card stands under its number."""
    n = claim_of(county)
    for act in ("accept", "refuse", "accept", "refuse"):
        county.wall.forward(minutes=1)
        data(ask("POST", path("1", n, act), body=REASON), 202)
        county.pump.drain()
    assert verdicts(county) == [
        ("lost", "claim_accepted"),
        ("stands", "claim_refused"),
        ("lost", "claim_accepted"),
        ("stands", "claim_refused"),
    ]
    (yellow,) = [card for card in county.published() if card.level == "yellow" and "1" in card.case]
    assert (yellow.stands, yellow.reason) == (True, "claim_refused")
    assert yellow.numbers["yellow"].number >= 1


def test_the_same_decision_again_does_not_fit(county, ask):
    """Before it is judged as well as after; the answer says what is possible."""
    n = claim_of(county)
    data(ask("POST", path("1", n), body=REASON), 202)
    for _ in range(2):
        problem = data(ask("POST", path("1", n), body=REASON), 409)
        assert (problem["state"], problem["possible"]) == ("accepted", ["refuse"])
        assert problem["detail"] == "现在不能认定为采信：此项已经认定为采信。"
        county.pump.drain()


def test_a_repeated_request_is_done_once(county, ask):
    """Under its key, also when more is on record by then; other content is refused."""
    n = claim_of(county)
    first = data(ask("POST", path("1", n), body=REASON, key="k"), 202)
    again = data(ask("POST", path("1", n), body=REASON, key="k"), 202)
    county.until("2026-11-10T10:00:00")
    later = data(ask("POST", path("1", n), body=REASON, key="k"), 202)
    assert first["then"]["lamp"] == again["then"]["lamp"] == later["then"]["lamp"] == "green"
    for other in (path("1", n, "refuse"), path("1", 0)):
        problem = data(ask("POST", other, body=REASON, key="k"), 409)
        assert problem["field"] == "Idempotency-Key"
    assert data(ask("POST", path("1", n), body={"reason": "y"}, key="k"), 409)["field"]
    decisions = [fact for fact in county.facts() if fact.kind.startswith("claim.acc")]
    assert len(decisions) == 1
    assert ask("POST", path("1", n, "refuse"), body=REASON, key="other").status_code == 202


@pytest.mark.parametrize("keys", [("", ""), ("k1", "k2"), ("k1", ""), ("", "k2")])
def test_of_two_decisions_at_once_the_first_counts(county, keys):
    """The second saw nothing of it, whatever key it has; it is told what is possible now."""
    services, n = county.services, claim_of(county)
    decisions = ClaimDecisions(services.facts, services.inbox)
    claimed = decisions.read("hall:1", services.rules("370102"), services.now())
    accepted = ClaimDecision("accept", n, "x", "a" * 16)
    for _ in range(2 if keys[0] else 1):  # the same request twice at once is one
        decided, _ = decisions.record(accepted, claimed, keys[0])
        claim = decided.claims.of_fact(n)
        assert claim is not None
        assert claim.state == "accepted"
    with pytest.raises(Rejected) as refused:
        decisions.record(ClaimDecision("refuse", n, "y", "b" * 16), claimed, keys[1])
    assert (refused.value.status, refused.value.also) == (
        409,
        {"state": "accepted", "possible": ["refuse"]},
    )
    county.pump.drain()
    assert [fact.kind for fact in county.facts() if fact.kind in CLAIM_TYPES] == ["claim.accepted"]


@pytest.mark.parametrize(
    ("who", "body", "refusal"),
    [
        ("Housing", REASON, (403, None)),
        ("operator", REASON, (403, None)),
        ("inspector", None, (422, "reason")),
        ("inspector", {"reason": " \n"}, (422, "reason")),
        ("inspector", {"text": "x"}, (422, "text")),
        ("inspector", [], (400, None)),
    ],
)
def test_a_decision_that_is_refused_leaves_nothing(county, ask, who, body, refusal):
    """By role, and by what is wrong with it."""
    answer = ask("POST", path("1", claim_of(county)), who, body)
    assert data(answer, refusal[0]).get("field") == refusal[1]
    assert county.services.inbox.waiting("hall:1") == []


def test_only_late_news_can_be_decided_about(county, ask):
    """404 where there is none; 409 for what is in time, what was derived, and our own facts."""
    n = claim_of(county)
    for address in (path("9", 0), path("1", 99), path("1", "x"), path("1", "-1")):
        assert ask("POST", address, body=REASON).status_code == 404
    card = f"duban:card/{county.snapshot().public_case}.2"
    address = f"/v1/cases/{quote(card, safe='')}/claims/0/accept"
    assert ask("POST", address, body=REASON).status_code == 404
    assert data(ask("POST", path("1", 0), body=REASON), 409)["state"] == "in_time"
    assert data(ask("POST", path("1", 1), body=REASON), 409)["state"] == "derived"
    assert data(ask("POST", path("3", claim_of(county, "3")), body=REASON), 409)
    data(ask("POST", path("1", n), body=REASON), 202)
    county.pump.drain()
    decided = next(fact.n for fact in county.facts() if fact.kind == "claim.accepted")
    assert data(ask("POST", path("1", decided), body=REASON), 409)["state"] == "ours"


def test_a_claim_is_accepted_before_it_is_listed(county, ask):
    """As soon as it is on record."""
    county.accept("2026-11-10T09:00:00", "4", promise="9wd", id="a4")
    county.until("2026-11-10T12:00:00")
    county.report(
        "case.corrected", "2026-11-10T10:00:00", "4", event="a4", time="2026-11-10T09:30:00+08:00"
    )
    county.pump.drain()
    n = next(fact.n for fact in county.facts("4") if fact.kind == "case.corrected")
    (claim,) = data(ask("GET", "/v1/cases/hall%3A4"))["claims"]
    assert claim["n"] == n
    assert ask("POST", path("4", n), body=REASON).status_code == 202


def test_a_case_shows_both_readings(county, ask):
    """To its department too; and what is explained says so in a sentence."""
    n = claim_of(county)
    body = data(ask("GET", "/v1/cases/hall%3A1", "Housing"))
    assert [(claim["n"], claim["state"]) for claim in body["claims"]] == [(n, "contested")]
    dues = [{each["clock"]: each["due_at"] for each in body["clocks"]}]
    dues.append({each["clock"]: each["due_at"] for each in body["as_claimed"]["clocks"]})
    assert [each["promise"][:10] for each in dues] == ["2026-11-09", "2026-11-23"]
    fact = body["facts"][n]
    assert (fact["source"], fact["at"], fact["acts_at"]) == (
        "hall",
        "2026-11-03T09:00:00.000+08:00",
        "2026-11-10T08:00:00.000+08:00",
    )
    told = data(ask("GET", "/v1/cases/hall%3A1/explain"))
    assert "迟报的特别程序开始" in told["explanation"]
    assert [claim["n"] for claim in told["claims"]] == [n]
    assert told["unjudged"] is False


def test_decisions_and_contests_are_alerts(county, ask):
    """Each with the number of the claim, and nothing that was written."""
    n = claim_of(county)
    data(ask("POST", path("1", n, "refuse"), body=REASON), 202)
    county.pump.drain()
    feed: list[dict[str, Any]] = []
    after = ""
    while page := data(ask("GET", f"/v1/alerts?lastEventId={after}")):
        feed, after = feed + page, page[-1]["id"]
    about = {event["type"]: event["data"] for event in feed if event["type"].startswith("claim.")}
    assert about.keys() == {"claim.contested", "claim.refused"}
    assert about["claim.contested"]["claim"] == about["claim.refused"]["claim"] == n
    assert about["claim.contested"]["differs"][0]["at"] == "2026-11-09T17:30:00.000+08:00"
    assert about["claim.refused"]["role"] == "inspector"
    assert REASON["reason"] not in json.dumps(feed, ensure_ascii=False)


def test_a_claim_that_nobody_decides_is_overdue_and_stays_out(county, ask):
    """There is an alert, once; and no silent yes."""
    county.until("2026-11-18T09:00:00", minutes=240)
    (case,) = data(ask("GET", "/v1/claims?state=contested"))["cases"]
    assert case["claims"][0]["overdue"] is True
    kinds = [fact.kind for fact in county.facts()]
    assert kinds.count("claim.overdue") == 1
    assert verdicts(county) == []
