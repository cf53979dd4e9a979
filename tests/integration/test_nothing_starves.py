"""What cannot be healed keeps nothing else back, and a clock that is set back nothing at all."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.lambdas import drain
from chalicelib.lambdas.reconcile import STUCK, find_stuck, reconcile
from chalicelib.lambdas.sweep import sweep
from chalicelib.plumbing.services import use
from tests.support.memory_stage import memory_world
from tests.support.rights import acting
from tests.support.stage import services_here, settings

START = "2026-11-02T09:00:00"
BROKEN = {"S": "{"}


@pytest.fixture
def county():
    """Give a county."""
    with memory_world(START) as made:
        yield made


def lose_events(county, cases):
    """Report an event of each case, whose stream record is lost."""
    keep, county.pump.lose = county.pump.lose, lambda *_: True
    for case in cases:
        county.report("stage.entered", START, case, stage="review")
    county.pump.drain()
    county.pump.lose = keep


def break_cases(county, cases):
    """Accept cases, and break what is on record of them."""
    for case in cases:
        county.accept(START, case)
    county.pump.drain()
    facts = county.cloud.items["test-Facts"]
    for case in cases:
        facts[f"hall:{case}", 0] = {**facts[f"hall:{case}", 0], "leaf": BROKEN}


def heal(county):
    """Run reconcile as each minute does, with its rights."""
    county.wall.forward(minutes=6)
    acting("reconcile", lambda _: {"healed": reconcile(county.services, STUCK)})({})
    county.pump.drain()


def test_a_case_that_cannot_be_read_keeps_no_other_one_back(county, capsys):
    """It is counted, stays pending, and so rings; the board goes on."""
    county.accept(START, "good")
    broken = ["b1", "b2"]
    break_cases(county, broken)
    lose_events(county, [*broken, "good"])
    heal(county)
    heal(county)
    assert [fact.kind for fact in county.facts("good")] == ["case.accepted", "stage.entered"]
    assert {case for case, _ in county.services.inbox.pending_before(county.wall.at, 9)} == {
        "hall:b1",
        "hall:b2",
    }
    assert "CasesUnhealed" in capsys.readouterr().out


def test_a_run_goes_on_behind_what_it_cannot_heal(county, monkeypatch):
    """Two dozen broken cases are older than the good one, and a run takes two of a shard."""
    monkeypatch.setattr("chalicelib.lambdas.reconcile._RUN", 2)
    county.accept(START, "good")
    broken = [f"b{number}" for number in range(24)]
    break_cases(county, broken)
    lose_events(county, broken)
    county.wall.forward(seconds=1)
    lose_events(county, ["good"])
    county.pump.failed.clear()
    for _ in range(8):
        heal(county)
    assert "stage.entered" in {fact.kind for fact in county.facts("good")}
    pending = county.services.inbox.pending_before(county.wall.at, 99)
    assert len(pending) == 24


@pytest.mark.parametrize("at", [4, 5])
def test_a_crash_at_the_place_that_it_notes_skips_nothing_for_good(county, monkeypatch, at):
    """The note is read, then written before the work; what is missed has its turn next round."""
    monkeypatch.setattr("chalicelib.lambdas.reconcile._RUN", 1)
    county.accept(START, "1")
    cases = [str(number) for number in range(2, 14)]
    for case in cases:
        county.accept(START, case)
    county.pump.drain()
    lose_events(county, cases)
    county.wall.forward(minutes=2)
    with (
        county.faulty.failing(at, "after"),
        pytest.raises(Exception, match=r"memory|Failed|failed"),
    ):
        reconcile(county.services, STUCK)
    for _ in range(12):
        heal(county)
    assert county.services.inbox.oldest_pending() is None


def test_few_that_are_stuck_need_no_place(county):
    """An idle run is one query per shard, and nothing is noted."""
    begun = len(county.cloud.calls)
    assert find_stuck(county.services, county.wall.at) == {}
    asked = Counter(county.cloud.calls[begun:])
    assert asked == {("Query", "test-Inbox/index/pending"): 4}


def test_a_clock_that_is_set_back_does_not_hang(county):
    """A feed broke off between a nudge and its answer; the next one begins at an earlier time."""
    county.services = services_here(settings("table"), county.wall, county.turns)
    with use(county.services):
        county.accept(START, promise="1wd")
        county.pump.drain()
        clock = county.services.table_clock
        clock.set(county.wall.at + timedelta(days=5), 0)
        sweep(county.services, county.services.now())
        county.pump.fetch("Inbox")
        county.pump.waiting["Inbox"].clear()  # the stage was ended there
        clock.set(county.wall.at, 0)
        assert not drain.is_quiet(county.services)
        for _ in range(2):
            county.wall.forward(seconds=6)
            reconcile(county.services, timedelta(seconds=5))
            county.pump.drain()
        assert county.services.inbox.oldest_pending() is None
        assert ("yellow", "2026-11-03T09:30:00.000Z") in county.cards()
