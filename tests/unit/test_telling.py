"""From a normalised event to a fact, and from a fact to its record and back."""

import json

import pytest

from chalicelib.cases.head import WAKE_SHARDS, Head, wake_shard
from chalicelib.cases.record import fact_in
from chalicelib.cases.telling import told_fact, told_key
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms
from tests.unit.told import at

EVENT = {
    "id": "e1",
    "source": "hall",
    "subject": "1",
    "type": "case.accepted",
    "time": "2025-04-14T02:00:00.000Z",
}


def test_an_event_becomes_a_told_fact() -> None:
    """It happened when its source says, and was recorded when it arrived."""
    fact = told_fact(EVENT, {"item": "X-01"}, at("2025-04-15"))
    assert (fact.kind, fact.key, fact.told) == ("case.accepted", "hall/e1", True)
    assert (fact.at, fact.recorded_at) == (at("2025-04-14T10:00"), at("2025-04-15"))
    assert (fact.written_at, fact.sequence, fact.data) == (None, "", {"item": "X-01"})
    assert told_key(EVENT) == fact.key


def test_what_the_source_says_of_its_order_is_kept() -> None:
    """When it wrote the event down, and as which."""
    event = {**EVENT, "recordedtime": "2025-04-14T03:00:00.000Z", "sequence": "007"}
    fact = told_fact(event, {}, at("2025-04-15"))
    assert (fact.written_at, fact.sequence) == (at("2025-04-14T11:00"), "007")


def test_a_correction_names_the_key_of_its_event() -> None:
    """One of the same source, whatever stands in it; the id itself is kept beside the leaf."""
    data = {"event": "e/1", "withdrawn": True}
    event = {**EVENT, "id": "e2", "type": "case.corrected", "data": data}
    fact = told_fact(event, {"withdrawn": True}, at("2025-04-15")).numbered(3)
    assert fact.corrects == "hall/e/1"
    leaf = {
        "n": 3,
        "k": "case.corrected",
        "at": "2025-04-14T02:00:00.000Z",
        "rec": "2025-04-14T16:00:00.000Z",
        "data": {"withdrawn": True},
    }
    beside = {"written_at": None, "sequence": None, "corrects": "hall/e/1"}
    assert fact_in(json.dumps(leaf), "hall/e2", beside, told=True) == fact


def test_an_acceptance_carries_its_terms() -> None:
    """As they were when it arrived."""
    fact = told_fact(EVENT, {"item": "X-01"}, at("2025-04-15"), Terms(Limit(5, "wd")))
    assert fact.data["terms"] == Terms(Limit(5, "wd")).written()


@pytest.mark.parametrize("written_at", ["", "2025-04-14T03:00:00.000Z"])
def test_a_fact_is_read_back_from_its_leaf(written_at: str) -> None:
    """What is not for the public is kept beside it."""
    event = {**EVENT, "recordedtime": written_at} if written_at else EVENT
    fact = told_fact(event, {"item": "X-01"}, at("2025-04-15")).numbered(3)
    leaf = {
        "n": fact.n,
        "k": fact.kind,
        "at": "2025-04-14T02:00:00.000Z",
        "rec": "2025-04-14T16:00:00.000Z",
        "data": {"item": "X-01"},
    }
    assert fact_in(json.dumps(leaf), fact.key, {"written_at": written_at}, told=True) == fact


def test_a_head_knows_its_shard() -> None:
    """The same case is always in the same one."""
    head = Head("hall:1", "p", 1, at("2025-04-14"), "green")
    assert head.wake_shard == wake_shard("hall:1")
    assert {wake_shard(f"hall:{n}") for n in range(2000)} == set(range(WAKE_SHARDS))
