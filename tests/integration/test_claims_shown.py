"""Late news as it is shown: the pages of the list, both readings, alerts, and what is overdue."""

import json
from typing import Any

import pytest

from tests.support.asker import Asker, data
from tests.support.late_county import (
    REASON,
    claim_of,
    late_county,
    path,
    verdicts,
)


@pytest.fixture
def county():
    """Give a county with late news."""
    with late_county() as made:
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


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


def test_a_case_shows_both_readings(county, ask):
    """To its department too; and what is explained says so in a sentence."""
    n = claim_of(county)
    body = data(ask("GET", "/v1/cases/hall%3A1", "Housing"))
    assert [(claim["n"], claim["state"]) for claim in body["claims"]] == [(n, "contested")]
    assert body["as_claimed"] == {"clocks": []}
    assert [clock["clock"] for clock in body["clocks"]] == ["promise"]
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
