"""A fact that is not in the log yet always has a pending mark somewhere, so it is always found.

Every test here is an order of things that once left something behind.
"""

from datetime import timedelta

import pytest

from chalicelib.lambdas import seal, supervise
from chalicelib.lambdas.gather import InboxRecord
from chalicelib.lambdas.reconcile import STUCK, reconcile
from chalicelib.lambdas.sweep import sweep
from tests.support.end_state import check
from tests.support.memory_stage import memory_world

START = "2026-11-02T09:00:00"


@pytest.fixture
def county():
    """Give a county with one case, accepted and sealed."""
    with memory_world(START) as made:
        made.accept(START, promise="2wd")
        made.pump.drain()
        assert made.services.inbox.oldest_pending() is None
        yield made


def marks(county):
    """Name what is pending in the case."""
    return [item.id for item in county.services.inbox.waiting("hall:1")]


def lose(county, *tables):
    """Let everything that waits in the streams of *tables* be lost."""
    for table in tables:
        county.pump.fetch(table)
        county.pump.waiting[table].clear()


def test_news_that_comes_again_leaves_no_fact_without_a_mark(county):
    """An event is settled while its record is taken once more, which finds that time has passed."""
    county.wall.forward(minutes=10)
    supervise.supervise(county.services, InboxRecord("hall:1", "E#e1"))
    assert [fact.kind for fact in county.facts()] == ["case.accepted", "warning.issued"]
    assert marks(county) == [f"W#{county.wall.at:%Y-%m-%dT%H:%M:%S}.000Z"]
    lose(county, "Inbox", "Facts")
    county.heal()
    check(county, county.told)


def test_a_nudge_that_led_to_a_fact_stays_until_that_is_sealed(county):
    """Its record comes twice, and the fact's never."""
    county.wall.forward(minutes=10)
    sweep(county.services, county.wall.at)
    county.pump.twice = True
    county.pump.carry("Inbox")
    assert len(marks(county)) == 1
    lose(county, "Facts")
    county.heal()
    check(county, county.told)


def test_a_nudge_that_supervise_has_not_seen_yet_is_left_to_it(county):
    """The stream is slow: reconcile meets a nudge whose wake is still due, and lets it be."""
    county.wall.forward(minutes=10)
    sweep(county.services, county.wall.at)
    county.wall.forward(minutes=2)
    reconcile(county.services, STUCK)
    assert len(marks(county)) == 1
    county.pump.carry("Inbox")
    lose(county, "Facts")
    county.heal()
    check(county, county.told)


def test_an_idle_nudge_is_settled_at_once(county):
    """It led to nothing, so nothing waits for it."""
    county.services.inbox.put_nudge("hall:1", county.wall.at, county.wall.at)
    county.pump.carry("Inbox")
    assert marks(county) == []


def test_events_that_follow_each_other_are_settled_by_seal(county):
    """The head has gone on when the facts of the first are sealed; reconcile is not needed."""
    county.report("stage.entered", START, stage="review")
    county.pump.carry("Inbox")
    county.pump.fetch("Facts")
    first = list(county.pump.waiting["Facts"])
    county.report("stage.left", START, stage="review")
    county.pump.carry("Inbox")
    lose(county, "Facts")
    seal.run({"Records": first})
    assert marks(county) == []
    county.pump.drain()
    check(county, county.told)


def test_what_supervise_is_not_through_with_is_not_settled(county):
    """A fact is written, its head is not: only a head that counts a fact has judged it."""
    county.report("stage.entered", START, stage="review")
    with county.faulty.failing(5, "before"), pytest.raises(Exception, match="closed"):
        supervise.run({"Records": [county.cloud.streams["test-Inbox"][-1]]})
    calls = ["Query", "GetItem", "Query", "GetItem", "PutItem", "PutItem"]
    assert county.faulty.calls == calls
    county.pump.carry("Facts")
    assert marks(county) == ["E#e2"]
    lose(county, "Inbox", "Facts")
    county.wall.forward(minutes=6)
    reconcile(county.services, STUCK)
    lose(county, "Inbox")  # what reconcile sent again is lost as well
    assert marks(county) == ["E#e2"]
    county.heal()
    check(county, county.told)


def test_one_look_brings_in_all_that_is_pending(county):
    """The record of an event is lost; the next news of the case takes it along."""
    county.report("case.decided", START, outcome="granted")
    lose(county, "Inbox")
    county.wall.forward(minutes=10)
    sweep(county.services, county.wall.at)
    county.pump.drain()
    told = [fact.kind for fact in county.facts() if fact.told]
    assert told == ["case.accepted", "case.decided"]
    assert county.snapshot().lamp == "closed"
    check(county, county.told)


def test_time_does_not_run_backwards_within_a_case(county):
    """The clock of one function is behind: no card loses its ground for that."""
    county.wall.forward(seconds=10)
    sweep(county.services, county.wall.at)
    county.pump.drain()
    county.report("stage.entered", "2026-11-02T09:00:10", stage="review")
    county.wall.skew = timedelta(minutes=-2)
    county.pump.drain()
    assert [fact.kind for fact in county.facts()] == [
        "case.accepted",
        "warning.issued",
        "stage.entered",
    ]
