"""Late news decided with a passkey, one by one; in bulk it is refused without, or not at all."""

import pytest
from msgspec.structs import replace

from chalicelib.policy.signing import SignatureRules
from tests.support.asker import Asker, data
from tests.support.late_pause import claim_of, late_pause, path
from tests.support.signing_people import Signer

WHY = "没有送达回证"


@pytest.fixture
def county():
    """Give a county: `1` is yellow and its pause comes late, `2` is yellow and comes late too."""
    with late_pause() as made:
        made.report("case.suspended", "2026-11-03T09:00:00", "2", procedure="hearing")
        made.until("2026-11-10T10:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


@pytest.fixture
def required(county, monkeypatch):
    """Let the profile require that refusals are signed."""
    original = type(county.services).rules

    def rules(self, region):
        made = original(self, region)
        signature = SignatureRules(refuse="required")
        return replace(made, profile=replace(made.profile, signature=signature))

    monkeypatch.setattr(type(county.services), "rules", rules)


def bulk(county, **more):
    """Give the request to refuse both pauses."""
    rows = [{"case": f"hall:{case}", "n": claim_of(county, case)} for case in ("1", "2")]
    return {"claims": rows, "reason": WHY, **more}


def decisions(county):
    """Give the decisions on record, by case."""
    county.until("2026-11-10T10:30:00")
    return [
        (case, fact.signed)
        for case in ("1", "2")
        for fact in county.facts(case)
        if fact.kind == "claim.refused"
    ]


def test_a_bulk_refusal_rests_on_the_session(county, ask):
    """Where it is offered only: both are on record, and neither says that it was signed."""
    results = data(ask("POST", "/v1/claims/refuse", body=bulk(county)), 202)["results"]
    assert [row["status"] for row in results] == ["recorded", "recorded"]
    assert decisions(county) == [("1", ""), ("2", "")]


@pytest.mark.usefixtures("required")
def test_no_bulk_refusal_where_a_signature_is_required(county, ask):
    """Each row says so by itself, in words and by its field; nothing is recorded."""
    results = data(ask("POST", "/v1/claims/refuse", body=bulk(county)), 202)["results"]
    problems = [row["problem"] for row in results]
    assert [(each["status"], each["field"]) for each in problems] == [(422, "signature")] * 2
    assert all("逐项" in each["detail"] for each in problems)
    assert decisions(county) == []


def test_a_signature_is_no_part_of_a_bulk_refusal(county, ask):
    """Nobody is let believe that one signature was taken for a hundred."""
    body = bulk(county, signature={"key": "A" * 43})
    assert data(ask("POST", "/v1/claims/refuse", body=body), 422)["field"] == "signature"
    assert decisions(county) == []


@pytest.mark.usefixtures("required")
def test_one_by_one_it_is_signed(county, ask):
    """As the profile requires; the case's number of the claim is part of what is signed."""
    inspector = Signer(county, "erste").enrol()
    n, snapshot = claim_of(county), county.snapshot("1")
    last = county.facts("1")[-1].key
    about = {"act": "refuse", "case": snapshot.public_case, "after": last}
    body = {"reason": WHY, "signature": inspector.sign(words=WHY, claim=n + 1, **about)}
    assert data(ask("POST", path("1", n, "refuse"), body={"reason": WHY}), 422)["field"] == (
        "signature"
    )
    wrong = data(ask("POST", path("1", n, "refuse"), body=body), 422)
    assert wrong["field"] == "signature.act.claim"
    body["signature"] = inspector.sign(words=WHY, claim=n, **about)
    data(ask("POST", path("1", n, "refuse"), body=body), 202)
    assert decisions(county) == [("1", inspector.key.fingerprint)]
