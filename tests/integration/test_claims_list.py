"""The list of contested late news, and what is refused from it in bulk."""

import pytest

from chalicelib.api.routes import openapi_document
from tests.support.asker import Asker, data
from tests.support.late_pause import REASON, claim_of, late_pause, listed, path
from tests.support.schema import defects


@pytest.fixture
def county():
    """Give a county: `1` is yellow and its pause comes late, `2` is yellow, `3` told in time."""
    with late_pause() as made:
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
        (row["rule"], row["level"], row["at"][5:10], row["if_accepted"], row["judged"])
        for row in claim["differences"]
        if row["rule"] in ("V-01", "V-02") and not row["at"].startswith("2026-12")
    ] == [
        ("V-02", "yellow", "11-09", "lost", True),
        ("V-02", "yellow", "11-23", "found", False),
        ("V-01", "warning", "11-05", "lost", True),
        ("V-01", "warning", "11-19", "found", False),
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


def test_the_list_goes_on_where_a_page_ended(county, ask, monkeypatch):
    """Page by page, each case once."""
    county.report("case.suspended", "2026-11-03T09:00:00", "2", procedure="hearing")
    county.until("2026-11-10T10:00:00")
    monkeypatch.setattr("chalicelib.permit.claims.routes.MOST", 1)
    first = data(ask("GET", "/v1/claims?state=contested"))
    second = data(ask("GET", f"/v1/{first['next']}"))
    assert [case["id"] for page in (first, second) for case in page["cases"]] == [
        "hall:1",
        "hall:2",
    ]
    assert (first["is_complete"], second["is_complete"], second["next"]) == (False, True, None)


def test_the_answers_are_as_described(county, ask):
    """In the OpenAPI document, field by field."""
    schemas = openapi_document()["components"]["schemas"]
    refusals = {"claims": [{"case": "hall:1", "n": n} for n in (0, claim_of(county))], **REASON}
    for name, body in (
        ("ContestedClaims", data(ask("GET", "/v1/claims?state=contested"))),
        ("Case", data(ask("GET", "/v1/cases/hall%3A1"))),
        ("Cases", data(ask("GET", "/v1/cases"))),
        ("Explanation", data(ask("GET", "/v1/cases/hall%3A1/explain"))),
        ("Departments", data(ask("GET", "/departments.json"))),
        ("ClaimDecided", data(ask("POST", path("1", claim_of(county)), body=REASON), 202)),
        ("ClaimMisfit", data(ask("POST", path("1", claim_of(county)), body=REASON), 409)),
        ("ClaimsRefused", data(ask("POST", "/v1/claims/refuse", body=refusals), 202)),
    ):
        assert defects(body, schemas[name], schemas) == [], name
