"""A case that nobody can judge is left out: its shard goes on, and so does the sweep's queue."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from chalicelib.lambdas import backlog, reconcile, supervise, sweep
from tests.support.memory_stage import memory_world

START = "2026-11-02T09:00:00"
BROKEN = {"S": "{"}


@pytest.fixture
def county():
    """Give a county."""
    with memory_world(START) as made:
        yield made


def break_cases(county, cases, n=0):
    """Break what is on record of some cases, as a release that cannot read it would find it."""
    facts = county.cloud.items["test-Facts"]
    kept = {case: facts[f"hall:{case}", n] for case in cases}
    for case, fact in kept.items():
        facts[f"hall:{case}", n] = {**fact, "leaf": BROKEN}

    def mend():
        for case, fact in kept.items():
            facts[f"hall:{case}", n] = fact

    return mend


def minute(county):
    """Let one minute pass, with the schedules."""
    county.wall.forward(minutes=1)
    reconcile.run({})
    sweep.run({})
    county.pump.drain()


def test_the_shard_goes_on_past_it(county, capsys):
    """Its event comes first; the batch does not fail, and the event keeps its mark."""
    county.accept(START, "bad")
    county.accept(START, "good")
    county.pump.drain()
    mend = break_cases(county, ["bad"])
    for case in ("bad", "good"):
        county.report("stage.entered", START, case, stage="review")
    county.pump.drain()
    assert county.pump.failed == []
    assert "CasesUnhealed" in capsys.readouterr().out
    assert [fact.kind for fact in county.facts("good")] == ["case.accepted", "stage.entered"]
    pending = county.services.inbox.pending_since(county.wall.at)
    assert {case for case, _ in pending} == {"hall:bad"}
    mend()
    for _ in range(7):
        minute(county)
    assert [fact.kind for fact in county.facts("bad")] == ["case.accepted", "stage.entered"]
    assert county.services.inbox.oldest_pending() is None


def test_those_behind_it_in_the_queue_have_their_turn(county):
    """A dozen that nobody can judge fell due first, in turns of two; then a good one."""
    bad = [f"b{number}" for number in range(12)]
    for case in bad:
        county.accept(START, case, promise="1h")
    for case in ("g1", "g2", "g3"):
        county.accept(START, case, promise="2h")
    county.pump.drain()
    mend = break_cases(county, bad)
    county.wall.forward(hours=33)
    with patch.object(backlog, "_LEAST", 2):
        minute(county)
        assert all(county.cards(case) for case in ("g1", "g2", "g3"))
        mend()
        county.wall.forward(minutes=30)
        minute(county)
        minute(county)
    assert all(county.cards(case) for case in bad)


def test_a_wake_that_has_moved_is_not_put_off(county):
    """Another run judged the case in the meantime."""
    county.accept(START)
    county.pump.drain()
    old = county.snapshot()
    county.report("case.suspended", START, procedure="hearing")
    county.pump.drain()
    now = county.snapshot()
    county.services.cases.put_off(old, county.wall.at + timedelta(minutes=30))
    assert county.snapshot() == now


def test_a_storage_that_does_not_answer_is_no_reason(county):
    """The stream brings the record again."""
    county.accept(START)
    county.pump.fetch("Inbox")
    (record,) = county.pump.waiting["Inbox"]
    with county.faulty.failing(1, "before"), pytest.raises(Exception, match="memory"):
        supervise.run({"Records": [record]})
    supervise.run({"Records": [record]})
    assert len(county.facts()) == 1


def test_what_cannot_be_sealed_does_not_keep_the_log_back(county):
    """A fact waits that nobody can read; whatever is late would be sealed together with it."""
    for case, promise in (("bad", "5wd"), ("good", "2h")):
        county.accept(START, case, promise=promise)
    county.pump.drain()
    county.report("stage.entered", START, "bad", stage="review")
    county.pump.carry("Inbox")
    county.pump.fetch("Facts")
    county.pump.waiting["Facts"].clear()
    break_cases(county, ["bad"], 1)
    county.wall.forward(hours=33)
    for _ in range(3):
        minute(county)
    assert county.pump.failed == []
    assert county.services.log.cursor("hall:good") == len(county.facts("good")) > 1
