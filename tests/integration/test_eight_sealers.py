"""Eight that seal at once lose nothing, and few of their transactions are cancelled.

By design one seals at a time (infra/stack/template.yaml). Here eight do, on a clock of their own: a
call to the table takes two to six thousandths of a second, a pause what chance gives it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from random import Random
from threading import Barrier
from typing import Any
from unittest.mock import patch

import pytest
from pynamodb.connection import Connection

from chalicelib.lambdas.seal import longest_pause, seal
from chalicelib.plumbing.table import WORKERS
from tests.support.end_state import check
from tests.support.faulty import Client
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.stage import step_aside_by, with_threads
from tests.support.trials import dice, times

START = "2026-11-02T09:00:00"
SEALERS = 8
# Batches of each, cases in a batch, and which share of the transactions may be cancelled. Of eight
# that begin in the same instant with one case each, seven must lose the first race.
CROWDS = [(1, 1, 0.6), (6, 1, 0.4), (2, 12, 0.3), (1, 30, 0.3)]
Batch = Sequence[str]


def waiting(county: MemoryWorld, batches: int, cases: int) -> Iterator[list[Batch]]:
    """Let facts of new cases wait to be sealed; yield the batches of each sealer."""
    for sealer in range(SEALERS):
        names = [[f"{sealer}.{b}.{c}" for c in range(cases)] for b in range(batches)]
        for batch in names:
            for name in batch:
                county.accept(START, name)
        yield [[f"hall:{name}" for name in batch] for batch in names]
    county.pump.carry("Inbox")


def sealing(county: MemoryWorld, batches: Sequence[Batch]) -> Callable[[], object]:
    """Return what one sealer does: one batch after another, as a stream delivers them."""
    return lambda: [seal(county.services, batch) for batch in batches]


def pausing(county: MemoryWorld, chance: Random, longest: float) -> None:
    """Let a part of *longest* seconds pass for the sealer that pauses."""
    county.turns.pass_time(chance.uniform(0, longest))


def transactions(county: MemoryWorld) -> int:
    """Count the transactions that were begun: each puts one batch into the log."""
    return county.cloud.calls.count(("PutItem", "test-Log"))


def commits(county: MemoryWorld) -> int:
    """Count the batches that are in the log."""
    return sum(pk.startswith("BATCH#") for pk, _ in county.cloud.items["test-Log"])


@pytest.mark.parametrize(("batches", "cases", "share"), CROWDS)
def test_eight_at_once_lose_nothing_and_cancel_little(batches, cases, share):
    """Nobody gives up, every fact has its one place, and no mark is left."""
    all_made = all_cancelled = 0
    for trial in range(times(1)):
        with memory_world(START) as county:
            chance = dice(f"{batches}*{cases}/{trial}")
            step_aside_by(county.services, partial(pausing, county, chance))
            works = [sealing(county, mine) for mine in waiting(county, batches, cases)]
            begun, there = transactions(county), commits(county)
            runners = county.turns.race(works, partial(chance.uniform, 0.002, 0.006))
            assert [runner.error for runner in runners] == [None] * SEALERS
            made = commits(county) - there
            assert made == SEALERS * batches
            all_made += made
            all_cancelled += transactions(county) - begun - made
            county.pump.drain()
            check(county, county.told)
    assert all_cancelled <= share * (all_made + all_cancelled), (all_cancelled, all_made)


def test_a_pause_grows_with_the_attempt_and_with_each_loss():
    """In seconds. All seven of one run fit into the minute that it may take."""
    assert longest_pause(1, 1) == pytest.approx(0.2)
    assert longest_pause(2, 1) == pytest.approx(0.4)
    assert longest_pause(1, 20) == pytest.approx(1.72)
    assert sum(longest_pause(lost, 98) for lost in range(1, 8)) == 28


class Crowded:
    """Stands before the storage, and answers a read only once so many are asked for at once."""

    def __init__(self, below: Client, number: int) -> None:
        self._below = below
        self._together = Barrier(number, timeout=20)

    def _make_api_call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if operation == "Query":
            self._together.wait()
        return self._below._make_api_call(operation, request)


def test_a_sealer_reads_many_cases_at_once():
    """So one is enough: its time goes by waiting for the table."""
    with memory_world(START) as county:
        for case in range(2 * WORKERS):
            county.accept(START, str(case))
        county.pump.carry("Inbox")
        with_threads(county.services)
        with patch.object(Connection, "client", Crowded(county.turns, WORKERS)):
            assert seal(county.services, [f"hall:{case}" for case in range(2 * WORKERS)]) == 32
        county.pump.drain()
        check(county, county.told)
