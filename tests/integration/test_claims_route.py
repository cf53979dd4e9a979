"""Deciding about late news over HTTP: who may, which claims are listed, what happens twice."""

from urllib.parse import quote

import pytest

from tests.support.asker import Asker, data
from tests.support.late_county import REASON, claim_of, late_county, listed, path, verdicts


@pytest.fixture
def county():
    """Give a county with late news."""
    with late_county() as made:
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def test_a_contested_claim_is_listed_with_its_case(county, ask):
    """With the clocks, what it would change, the card on which it hangs, and where to decide."""
    body = data(ask("GET", "/v1/claims?state=contested"))
    (case,) = body["cases"]
    assert (body["is_complete"], body["next"]) == (True, None)
    assert (case["id"], case["department"], case["item"], case["region"]) == (
        "hall:1",
        "Housing",
        "X-01",
        "370102",
    )
    assert (case["lost_cards"], case["lamp"]) == (True, "yellow")
    (claim,) = case["claims"]
    assert (claim["n"], claim["type"], claim["source"]) == (
        claim_of(county),
        "case.suspended",
        "hall",
    )
    assert claim["occurred"] == "2026-11-03T09:00:00.000+08:00"
    assert claim["received"] == "2026-11-10T08:00:00.000+08:00"
    assert (claim["due_at"], claim["overdue"]) == ("2026-11-17T17:30:00.000+08:00", False)
    yellow = next(fact.n for fact in county.facts() if fact.text("level") == "yellow")
    card = f"{county.snapshot().public_case}.{yellow}"
    assert {"id": card, "level": "yellow", "if_accepted": "lost"} in claim["cards"]
    assert [
        (row["rule"], row["level"], row["if_accepted"], row["judged"])
        for row in claim["differences"]
    ] == [
        ("V-02", "yellow", "lost", True),
        ("V-03", "red", "lost", False),
        ("V-01", "warning", "lost", True),
    ]
    assert claim["links"]["accept"] == path("1", claim["n"]).removeprefix("/v1/")
    assert data(ask("GET", f"/v1/{case['links']['case']}"))["id"] == "hall:1"


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("Housing", "state=contested", 403),
        ("operator", "state=contested", 403),
        ("inspector", "", 422),
        ("inspector", "state=decided", 422),
        ("inspector", "state=contested&after=x", 422),
        ("inspector", "state=contested&colour=red", 422),
    ],
)
def test_what_may_not_be_listed(ask, who, query, status):
    """By role, and by what cannot be meant."""
    assert ask("GET", f"/v1/claims?{query}", who).status_code == status


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


def test_claims_are_refused_in_bulk_and_not_accepted(county, ask):
    """One that does not fit stops none of the others; the same request again changes nothing."""
    county.report("case.decided", "2026-11-09T12:00:00", "2", outcome="granted")
    county.until("2026-11-10T10:00:00")
    n, second = claim_of(county), next(f.n for f in county.facts("2") if f.kind == "case.decided")
    assert {case for case, *_ in listed(ask)} == {"hall:1", "hall:2"}
    rows = [("hall:1", n), ("hall:1", 0), ("hall:2", second), ("hall:9", 0)]
    body = {"claims": [{"case": case, "n": n} for case, n in rows], **REASON}
    for _ in range(2):
        results = data(ask("POST", "/v1/claims/refuse", body=body, key="k"), 202)["results"]
        assert [(row["case"], row["n"]) for row in results] == rows
        assert [row["status"] for row in results] == ["recorded", "failed", "recorded", "failed"]
        assert [row["problem"]["status"] for row in results[1::2]] == [409, 404]
        county.until("2026-11-10T10:30:00")
    assert listed(ask) == []
    for case in ("1", "2"):
        kinds = [fact.kind for fact in county.facts(case)]
        assert kinds.count("claim.refused") == 1
    assert ask("POST", "/v1/claims/accept", body=body).status_code in (403, 404)
    assert ask("POST", "/v1/claims/refuse", "Housing", body).status_code == 403


def test_two_claims_of_one_case_are_refused_at_once(county, ask):
    """Each by a decision of its own."""
    county.report("case.resumed", "2026-11-06T09:00:00", "1", procedure="hearing")
    county.until("2026-11-10T10:00:00")
    late = [fact.n for fact in county.facts() if fact.kind in ("case.suspended", "case.resumed")]
    body = {"claims": [{"case": "hall:1", "n": n} for n in late], **REASON}
    results = data(ask("POST", "/v1/claims/refuse", body=body), 202)["results"]
    refused = [row["n"] for row in results if row["status"] == "recorded"]
    county.until("2026-11-10T10:30:00")
    decisions = [fact for fact in county.facts() if fact.kind == "claim.refused"]
    assert [fact.data["claim"] for fact in decisions] == refused
    assert len(refused) >= 1
