"""How many requests a minute makes: the same whatever is open, and in proportion to what is due."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.lambdas import reconcile, sweep
from tests.support.memory_stage import memory_world

START = "2026-11-02T09:00:00"


def minute(county):
    """Count a minute by operation and table: the schedules, and what comes of them."""
    begun = len(county.cloud.calls)
    sweep.run({})
    county.pump.drain()
    reconcile.run({})
    county.pump.drain()
    return Counter(county.cloud.calls[begun:])


@pytest.fixture
def county():
    """Give a county that has been up for a while."""
    with memory_world(START) as made:
        for minutes in (30, 1, 1):  # the calendar and the policy are new at first
            reconcile.run({})
            made.pump.drain()
            made.wall.forward(minutes=minutes)
        yield made


def test_an_idle_minute_makes_the_same_requests_whatever_is_open(county):
    """Ten open cases or a thousand."""
    counted = []
    for numbers in (range(10), range(10, 1000)):
        for number in numbers:
            wake = county.wall.at + timedelta(days=1 + number % 30)
            snapshot = CaseSnapshot(
                f"hall:{number}", f"c_{number}", 1, county.wall.at, "green", wake_at=wake
            )
            assert county.services.cases.save(snapshot)
        counted.append(minute(county))
    assert counted[0] == counted[1]
    assert sum(counted[0].values()) < 90


def nudged(county):
    """How often an item of a permit's inbox was written: not what its cards set going elsewhere."""
    records = county.cloud.streams["test-Inbox"]
    return sum(r["dynamodb"]["Keys"]["case"]["S"].startswith("hall:") for r in records)


def test_a_minute_costs_what_is_due(county):
    """Whatever ten cases add to the requests of a minute, forty add at most four times that."""
    for number in range(50):
        county.accept(START, str(number), promise="1wd" if number < 10 else "2wd")
    county.pump.drain()
    county.wall.forward(minutes=9)
    minute(county)  # all have their warning now, and nothing waits
    idle = sum(minute(county).values())
    added = []
    for days, due in ((1.4, 10), (1, 40)):
        county.wall.forward(days=days)
        nudges = nudged(county)
        added.append(sum(minute(county).values()) - idle)
        assert nudged(county) - nudges == 2 * due  # put, and settled
    ten, forty = added
    assert 0 < forty <= 4 * ten
