"""Thousands of cases are due in one minute, as at 17:30: one run nudges them, and none does again.

`make thorough` takes ten thousand.
"""

from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import ConnectionClosedError
from pynamodb.exceptions import PynamoDBException

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.lambdas import sweep
from tests.support.memory_stage import FEW, memory_world
from tests.support.rights import acting
from tests.support.trials import times

DUE = "2026-11-02T17:30:00"
CASES = times(1000)
RUN = acting("sweep", sweep.run)


@pytest.fixture
def county():
    """Give a county in which all cases fell due a minute ago, and nobody answers a nudge."""
    with memory_world(DUE) as made:
        for number in range(CASES):
            case, wake_at = f"hall:{number}", made.wall.at + timedelta(milliseconds=1)
            snapshot = CaseSnapshot(case, f"c_{number}", 1, made.wall.at, "green", wake_at=wake_at)
            assert made.services.cases.save(snapshot)
        made.wall.forward(minutes=1)
        yield made


def nudged(county):
    """The case of each nudge that was written, again and again where it was."""
    return [
        record["dynamodb"]["Keys"]["case"]["S"] for record in county.cloud.streams["test-Inbox"]
    ]


def run(county):
    """Sweep; say how many calls that took."""
    begun = len(county.cloud.calls)
    RUN({})
    return len(county.cloud.calls) - begun


def test_one_run_nudges_them_and_the_next_repeats_none(county):
    """In batches of 25, besides the 64 shards, what is on its way, and the note of the run."""
    assert run(county) <= CASES / 25 + 64 + 4 + 2
    assert sorted(nudged(county)) == sorted({*nudged(county)})
    assert len(nudged(county)) == CASES
    for _ in range(4):
        county.wall.forward(minutes=1)
        assert run(county) <= 64 + 4 + 2
        assert len(nudged(county)) == CASES
    county.wall.forward(minutes=1, seconds=1)  # five minutes after the first
    run(county)
    assert len(nudged(county)) == 2 * CASES


def test_a_run_that_breaks_off_is_gone_on_with(county):
    """It ends somewhere in the middle, twice; the third comes to the end, and none is repeated."""
    done = 0
    for calls in (FEW + 4 + 10, FEW + 4 + 5):
        with (
            suppress(PynamoDBException, ConnectionClosedError),
            county.faulty.failing(calls, "before"),
        ):
            run(county)
        assert county.faulty.failed == "BatchWriteItem"
        assert done < len(nudged(county)) < CASES
        done = len(nudged(county))
        county.wall.forward(minutes=1)
    run(county)
    assert len(nudged(county)) == len({*nudged(county)}) == CASES
