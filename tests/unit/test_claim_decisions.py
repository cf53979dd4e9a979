"""An inspector's decision about late news: what is read, what fits, and under which name."""

import json
from typing import Any

import pytest

from chalicelib.cases.history import CaseHistory
from chalicelib.errors import Rejected
from chalicelib.permit.claims.claim import claims_in
from chalicelib.permit.claims.decision import (
    MOST,
    ClaimDecision,
    must_fit,
    read_number,
    read_reason,
    read_refusals,
)
from chalicelib.vault.redaction import redact
from tests.unit.told import RULES, File, at, opened, suspended

LATE = "2025-04-22T09:00"
REASON = {"reason": "有当日的书面记录"}


def yellow_with_pause() -> tuple[File, int]:
    """A case whose promise ran out, and whose source then tells of an earlier pause."""
    case = opened()
    case.decide_case(LATE)
    n = len(case.facts)
    case.receive(suspended("2025-04-15T09:00", recorded=LATE))
    return case, n


def refused(case: File, act: Any, n: int) -> Rejected:
    """The refusal of a decision."""
    history = CaseHistory(case.facts)
    with pytest.raises(Rejected) as caught:
        must_fit(ClaimDecision(act, n, "x", "k"), history, claims_in(history, RULES, at(LATE)))
    return caught.value


def test_a_reason_is_read_as_it_stands() -> None:
    """With its line breaks."""
    assert read_reason(json.dumps({"reason": "第一\n第二"}).encode()) == "第一\n第二"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ("{}", 422, "reason"),
        ("", 422, "reason"),
        ('{"reason": "  \\n "}', 422, "reason"),
        ('{"reason": "……"}', 422, "reason"),
        ('{"reason": "a\\u0007"}', 422, "reason"),
        ('{"reason": 5}', 422, "reason"),
        (json.dumps({"reason": "x" * 2001}), 422, "reason"),
        ('{"reason": "x", "text": "y"}', 422, "text"),
        ("[]", 400, None),
        ("{", 400, None),
    ],
)
def test_a_reason_has_words(body: str, status: int, field: str | None) -> None:
    """Not blanks, not signs; and nothing else stands beside it."""
    with pytest.raises(Rejected) as caught:
        read_reason(body.encode())
    assert (caught.value.status, caught.value.field) == (status, field)


@pytest.mark.parametrize("text", ["x", "-1", "1.0", "１", "", "9" * 10])
def test_a_number_that_no_fact_has_is_not_found(text: str) -> None:
    """As any other address that leads nowhere."""
    with pytest.raises(Rejected) as caught:
        read_number(text)
    assert caught.value.status == 404


def test_refusals_are_read_in_their_order() -> None:
    """Each by its case and number."""
    rows = [{"case": "hall:2", "n": 3}, {"case": "hall:1", "n": 0}]
    body = json.dumps({"claims": rows, **REASON}).encode()
    assert read_refusals(body) == ([("hall:2", 3), ("hall:1", 0)], REASON["reason"])


@pytest.mark.parametrize(
    ("claims", "field"),
    [
        (None, "claims"),
        ([], "claims"),
        ([{"case": "hall:1", "n": n} for n in range(MOST + 1)], "claims"),
        ([{"case": "hall:1", "n": 1}] * 2, "claims"),
        (["hall:1"], "claims.0"),
        ([{"case": "hall:1"}], "claims.0.n"),
        ([{"case": "hall:1", "n": True}], "claims.0.n"),
        ([{"case": "hall:1", "n": -1}], "claims.0.n"),
        ([{"case": "", "n": 1}], "claims.0.case"),
        ([{"case": "hall:1", "n": 1, "reason": "x"}], "claims.0.reason"),
    ],
)
def test_what_is_no_list_of_claims_is_refused_as_a_whole(claims: Any, field: str) -> None:
    """With the place in it."""
    with pytest.raises(Rejected) as caught:
        read_refusals(json.dumps({"claims": claims, **REASON}).encode())
    assert (caught.value.status, caught.value.field) == (422, field)


def test_a_hundred_claims_are_not_too_many() -> None:
    """One more is."""
    rows = [{"case": "hall:1", "n": n} for n in range(MOST)]
    assert len(read_refusals(json.dumps({"claims": rows, **REASON}).encode())[0]) == MOST


@pytest.mark.parametrize(("n", "state"), [(0, "in_time"), (1, "derived"), (2, "derived")])
def test_only_late_news_is_decided_about(n: int, state: str) -> None:
    """What is in time counts; what was derived claims nothing."""
    case, _ = yellow_with_pause()
    refusal = refused(case, "accept", n)
    assert (refusal.status, refusal.also) == (409, {"state": state, "possible": []})


def test_a_number_behind_the_last_fact_is_not_found() -> None:
    """There is nothing to decide about."""
    case, _ = yellow_with_pause()
    assert refused(case, "accept", len(case.facts)).status == 404


def test_late_news_that_counts_is_not_refused() -> None:
    """It would act later than it does, for the good of whoever told late."""
    case = opened()
    case.receive(suspended("2025-04-15T09:00", recorded="2025-04-15T10:00"))
    refusal = refused(case, "refuse", 1)
    assert refusal.also == {"state": "harmless", "possible": ["accept"]}


def test_a_decision_is_named_after_the_one_that_it_corrects() -> None:
    """So that of two at the same time one counts, and a later one is another."""
    case, n = yellow_with_pause()
    history = CaseHistory(case.facts)
    accept, refuse = (ClaimDecision(act, n, "x", "k") for act in ("accept", "refuse"))
    assert accept.name(history) == refuse.name(history)
    event = accept.event("hall:1", accept.name(history), len(history), at(LATE))
    assert (event["source"], event["subject"], event["type"]) == (
        "duban",
        "hall:1",
        "claim.accepted",
    )


def test_the_words_and_the_key_of_a_decision_are_private() -> None:
    """The number of the claim, what was seen and the role are public."""
    event = ClaimDecision("refuse", 4, "王某来电", "0123").event("hall:1", "x", 7, at(LATE))
    split = redact(event["data"], by_us=True)
    public = {"claim": 4, "seen": 7, "role": "inspector", "given": ["actor", "text"]}
    assert (split.open, split.private) == (public, {"text": "王某来电", "actor": "0123"})
