"""Whoever seals, publishes or signs dies at any call, and the public log cannot tell afterwards.

Each step is done once undisturbed; then again for each of its calls, to tables and to objects, and
each way in which that call can fail. At once after that the log must be one that was promised
(I1-I4, I6-I9); a quiet minute later everything must be in it (I5).
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from chalicelib.lambdas.publish import publish
from chalicelib.lambdas.reconcile import STUCK, reconcile
from tests.stranger.tiles import FULL
from tests.support.faulty import FLAVOURS
from tests.support.long_log import LongLog
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.watcher import Watcher

START = "2026-11-02T09:00:00"
READS = {"GetItem", "Query", "GetObject", "ListObjectsV2"}
Step = Callable[[MemoryWorld], None]


def first_entries(county: MemoryWorld) -> None:
    """The log begins: nothing was ever signed."""
    county.accept(START, "1")
    county.accept(START, "2")


def more_of_two_cases(county: MemoryWorld) -> None:
    """A partial tile is followed by a wider one."""
    county.report("stage.entered", START, "1", stage="review")
    county.report("stage.entered", START, "2", stage="review")
    county.report("case.suspended", START, "2", procedure="hearing")


STEPS = (first_entries, more_of_two_cases)


def work(county: MemoryWorld) -> None:
    """Seal and publish; what is killed is not tried again."""
    with suppress(PynamoDBException, BotoCoreError):
        county.pump.carry("Facts")
    with suppress(PynamoDBException, BotoCoreError):
        publish(county.services)


def quiet(county: MemoryWorld) -> None:
    """Let a minute pass in which nothing fails."""
    county.pump.failed.clear()
    county.wall.at += STUCK + timedelta(seconds=1)
    reconcile(county.services, STUCK)
    publish(county.services)


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_leaves_no_trace(step):
    """Whatever fails in sealing, publishing and signing."""
    with memory_world(START) as county:
        for one in STEPS[: STEPS.index(step) + 1]:
            one(county)
            county.pump.carry("Inbox")
            if one is not step:
                work(county)
        county.pump.retries = 0
        restore = county.save()
        with county.faulty.failing(-1, "before"):
            work(county)
        operations, facts = county.faulty.calls, len(county.cloud.items["test-Facts"])
        assert {"TransactWriteItems", "PutObject", "PutItem"} <= {*operations}
        for at, operation in enumerate(operations):
            for flavour in FLAVOURS if operation not in READS else FLAVOURS[:1]:
                restore()
                watcher = Watcher(county)
                watcher.look()
                with county.faulty.failing(at, flavour):
                    work(county)
                assert county.faulty.failed == operation
                watcher.look()
                quiet(county)
                watcher.look(is_quiet=True)
                assert watcher.size == facts, (at, operation, flavour)


@pytest.mark.parametrize("before", [0, FULL - 2])
def test_a_crash_over_the_edge_of_a_tile(before):
    """The same where tiles become full and a level is new, or all of it at once."""
    with memory_world(START) as county:
        log = LongLog(county.cloud)
        if before:
            log.grow(before)
            publish(county.services)
        log.grow(FULL + 1)
        restore = county.save()
        with county.faulty.failing(-1, "before"):
            publish(county.services)
        operations = county.faulty.calls
        for at, operation in enumerate(operations):
            for flavour in (FLAVOURS[at % 3],) if operation not in READS else FLAVOURS[:1]:
                restore()
                watcher = Watcher(county)
                watcher.look_at_objects()
                with county.faulty.failing(at, flavour), suppress(PynamoDBException, BotoCoreError):
                    publish(county.services)
                watcher.look_at_objects()
                publish(county.services)
                seen = watcher.look_at_objects(is_quiet=True)
                assert seen, (at, operation, flavour)
                assert seen.entries == log.entries
