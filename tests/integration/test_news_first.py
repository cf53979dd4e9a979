"""A backlog waits for news of the outage, but not for ever, nor beyond the end of a run."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from chalicelib.lambdas import backlog
from chalicelib.lambdas.sweep import sweep
from tests.support.memory_stage import memory_world
from tests.support.stage import go_on_with

START = "2026-11-02T09:00:00"
DUE, TOLD = ("d1", "d2", "d3"), [f"n{number}" for number in range(9)]


@pytest.fixture
def county():
    """Give a county that was off for 33 hours; news of nine cases waits, whose records are lost."""
    with memory_world(START) as made:
        for case in DUE:
            made.accept(START, case, promise="2h")
        for case in TOLD:
            made.accept(START, case)
        made.pump.drain()
        keep, made.pump.lose = made.pump.lose, lambda *_: True
        for case in TOLD:
            made.report("stage.entered", START, case, stage="review")
        made.pump.drain()
        made.pump.lose = keep
        made.wall.forward(hours=33)
        with patch.object(backlog, "_LEAST", 1):
            yield made


def record_one(county, case):
    """Bring the news of one case on."""
    (item,) = county.services.inbox.waiting(f"hall:{case}")
    county.services.inbox.touch(f"hall:{case}", item.id, county.wall.at)
    county.pump.drain()


def warned(county):
    """Name the cases that were due and have their cards."""
    return {case for case in DUE if county.cards(case)}


def minutes_until_warned(county):
    """Let the news become less by one case a minute; say when those that are due had their turn."""
    for minute, case in enumerate(TOLD, 1):
        county.wall.forward(minutes=1)
        record_one(county, case)
        sweep(county.services, county.services.now())
        county.pump.drain()
        if warned(county):
            return minute
    return None


def test_news_is_waited_for_while_it_becomes_less(county):
    """Whoever is due has their turn when the last of it is recorded."""
    assert minutes_until_warned(county) == len(TOLD)


def test_who_tells_more_and_more_keeps_nobody_back(county):
    """After a while those that are due have their turn all the same."""
    with patch.object(backlog, "_NEWS_FIRST", timedelta(minutes=3)):
        assert minutes_until_warned(county) == 4


def test_a_run_ends_though_news_is_to_come(county):
    """What is left says so: there is something due, and nothing was nudged."""
    paused = []
    go_on_with(county.services, lambda: paused.append(1))
    now = county.services.now()
    due = backlog.due_wakes(county.services, now)
    nudged = backlog.nudge(county.services, due, now, 0.0)
    assert (nudged, paused) == (backlog.Nudged(0, due[0][0]), [])
