"""A function dies at any storage call of a case's life, and nobody can tell afterwards.

Every step of a life is done once undisturbed; then again for each of its calls and each way in
which that call can fail. After that the record comes again, or is lost for good and reconcile
heals. The end must be the same (AUDIT_LOG §6, §7.1).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from pynamodb.exceptions import PynamoDBException

from chalicelib.card.acts import ActRequest
from chalicelib.card.store import CardStates
from chalicelib.lambdas.reconcile import STUCK, reconcile
from chalicelib.lambdas.sweep import sweep
from tests.support.end_state import check, shown
from tests.support.faulty import FLAVOURS, Flavour
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.rights import acting_as
from tests.support.trials import times

READS = {"GetItem", "Query"}
Step = Callable[[MemoryWorld], None]


def accepted(county: MemoryWorld) -> None:
    """With something private."""
    county.accept("2026-11-02T09:00:00", applicant={"name": "Wang"})


def two_events_at_once(county: MemoryWorld) -> None:
    """They are pending together."""
    county.report("stage.entered", "2026-11-02T09:30:00", stage="review", post="desk 3")
    county.report("case.suspended", "2026-11-02T10:00:00", procedure="hearing", basis="a letter")


def resumed_and_told_twice(county: MemoryWorld) -> None:
    """Once under the same id, which is no event, and once under another, which does not fit."""
    for name in ("r1", "r1", "r2"):
        county.report("case.resumed", "2026-11-03T10:00:00", procedure="hearing", id=name)


def warned_beside_another_case(county: MemoryWorld) -> None:
    """A nudge and an event."""
    county.wall.forward(days=4)
    county.accept("2026-11-06T09:00:00", "2", promise="1wd")


def yellow_beside_a_warning(county: MemoryWorld) -> None:
    """Two cases are nudged."""
    county.wall.forward(days=5)


def answered(county: MemoryWorld) -> None:
    """The department answers its yellow card, as `POST /v1/cards/{id}/respond` does."""
    cards = county.services.board.cards(9)
    card = next(card.card for card in cards if card.level == "yellow")
    lives = CardStates(county.services.facts, county.services.inbox)
    answer = ActRequest("respond", {"text": "we are on it"}, "department", "00ff")
    with acting_as("api"):
        lives.take(answer, lives.read_card(card), "", lambda _: None, county.wall.at)


def decided_in_time_but_told_late(county: MemoryWorld) -> None:
    """Cards lose their ground."""
    county.report("case.decided", "2026-11-09T09:00:00", outcome="granted")


LIFE: tuple[Step, ...] = (
    accepted,
    two_events_at_once,
    resumed_and_told_twice,
    warned_beside_another_case,
    yellow_beside_a_warning,
    answered,
    decided_in_time_but_told_late,
)


def work(county: MemoryWorld) -> None:
    """Do what follows within a minute; a sweep that dies is not repeated within it."""
    county.pump.drain()
    with suppress(PynamoDBException):
        sweep(county.services, county.services.now())
    county.pump.drain()
    with suppress(PynamoDBException):
        county.wall.at += STUCK + timedelta(seconds=1)
        reconcile(county.services, STUCK)
    county.pump.drain()


def quiet(county: MemoryWorld) -> None:
    """Let some minutes pass in which nothing fails."""
    county.pump.retries = 3
    county.pump.failed.clear()
    county.heal_once()
    county.wall.at += 2 * STUCK
    reconcile(county.services, STUCK)
    county.pump.drain()


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch):
    """A calendar that is remembered for some seconds would make the calls of one run fewer."""
    monkeypatch.setattr("chalicelib.calendar.store.KEEP_SECONDS", -1)
    monkeypatch.setattr("chalicelib.policy.registrations.KEEP_SECONDS", -1)
    monkeypatch.setattr("chalicelib.policy.adoption_store.KEEP_SECONDS", -1)
    monkeypatch.setattr("chalicelib.policy.store.KEEP_SECONDS", -1)


@pytest.mark.parametrize("is_lost", [False, True], ids=["record comes again", "record is lost"])
@pytest.mark.parametrize("step", LIFE)
def test_a_crash_leaves_no_trace(step, is_lost):
    """Whatever fails in a step, its end is that of the undisturbed step."""
    with memory_world("2026-11-02T09:00:00") as county:
        for earlier in LIFE[: LIFE.index(step)]:
            earlier(county)
            work(county)
        step(county)
        restore = county.save()
        operations, expected = undisturbed(county)
        for at in shared(_places(operations), is_lost=is_lost):
            for flavour in flavours(at) if operations[at] not in READS else FLAVOURS[:1]:
                restore()
                county.pump.retries = 0 if is_lost else 3
                assert died(county, at, flavour) == operations[at]
                assert shown(county) == expected, (at, operations[at], flavour)


def shared(places: Sequence[int], *, is_lost: bool) -> Sequence[int]:
    """Give each place to one of the two ways to go on; in a thorough run to both."""
    return places if times(1) > 1 else places[is_lost::2]


def flavours(at: int) -> tuple[Flavour, ...]:
    """In which ways the call at a place fails: in one of them in turn, in a thorough run in all."""
    return FLAVOURS if times(1) > 1 else (FLAVOURS[at % 3],)


def undisturbed(county: MemoryWorld) -> tuple[list[str], Mapping[str, Any]]:
    """Give the calls of a minute in which nothing fails, and its end."""
    with county.faulty.failing(-1, "before"):
        work(county)
    operations = list(county.faulty.calls)
    quiet(county)
    check(county, county.told)
    return operations, shown(county)


def died(county: MemoryWorld, at: int, flavour: Flavour) -> str:
    """Let call *at* of a minute fail, and what follows heal it; say which call that was."""
    with county.faulty.failing(at, flavour):
        work(county)
    failed = county.faulty.failed
    quiet(county)
    check(county, county.told)
    return failed


def _places(operations: list[str]) -> list[int]:
    """Every write; of reads that follow each other, as the sweep's 64 queries do, the first."""
    return [
        at
        for at, operation in enumerate(operations)
        if operation not in READS or at == 0 or operations[at - 1] not in READS
    ]
