"""A function dies at any write of an inspector's decision about late news: nobody can tell later.

A pause that is told late, its contest, an acceptance, and the refusal that corrects it: each step
is done once undisturbed, then again for each of its writes, which fails in one way or another.
After that the record comes again, or is lost for good and reconcile heals.
"""

from collections.abc import Callable

import pytest

from chalicelib.permit.claims.claim import ClaimAct
from chalicelib.permit.claims.decision import ClaimDecision
from chalicelib.permit.claims.store import ClaimDecisions
from tests.integration.test_crashes import READS, died, quiet, shared, undisturbed, work
from tests.support.end_state import check, shown
from tests.support.faulty import FLAVOURS
from tests.support.late_pause import HEARING
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.rights import acting_as

Step = Callable[[MemoryWorld], None]
START = "2026-11-02T09:00:00"


def yellow(county: MemoryWorld) -> None:
    """A promise runs out, and the first yellow card of the county is issued."""
    county.accept(START, promise="5wd")
    county.wall.forward(days=8)


def contested(county: MemoryWorld) -> None:
    """The source tells of a hearing before that."""
    county.report("case.suspended", "2026-11-03T09:00:00", **HEARING)


def accepted(county: MemoryWorld) -> None:
    """An inspector accepts its time."""
    decide(county, "accept")


def refused(county: MemoryWorld) -> None:
    """Another one does not."""
    county.wall.forward(hours=1)
    decide(county, "refuse")


def decide(county: MemoryWorld, act: ClaimAct) -> None:
    """Record a decision, as the API does."""
    services, now = county.services, county.wall.at
    decisions = ClaimDecisions(services.facts, services.inbox)
    n = next(fact.n for fact in county.facts() if fact.kind == "case.suspended")
    with acting_as("api"):
        claimed = decisions.read("hall:1", services.rules("370102"), now)
        decisions.record(ClaimDecision(act, n, "王小明 was told by letter", "0123"), claimed, "")


LIFE: tuple[Step, ...] = (yellow, contested, accepted, refused)


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch):
    """A calendar that is remembered for some seconds would make the calls of one run fewer."""
    monkeypatch.setattr("chalicelib.calendar.store.KEEP_SECONDS", -1)
    monkeypatch.setattr("chalicelib.policy.adoption_store.KEEP_SECONDS", -1)


def test_the_life_is_the_one_that_is_meant():
    """Yellow, contested, lost, and standing again."""
    with memory_world(START) as county:
        for step in LIFE:
            step(county)
            work(county)
            quiet(county)
        check(county, county.told)
        kinds = [fact.kind for fact in county.facts()]
        for kind in ("claim.contested", "claim.accepted", "claim.refused"):
            assert kinds.count(kind) == 1
        checks = [f.text("verdict") for f in county.facts() if f.text("rule") == "V-02"]
        assert checks == ["", "lost", "stands"]


@pytest.mark.parametrize("is_lost", [False, True], ids=["record comes again", "record is lost"])
@pytest.mark.parametrize("step", LIFE[2:])
def test_a_crash_leaves_no_trace(step, is_lost):
    """Whatever write fails in a step, its end is that of the undisturbed step."""
    with memory_world(START) as county:
        for earlier in LIFE[: LIFE.index(step)]:
            earlier(county)
            work(county)
        step(county)
        restore = county.save()
        operations, expected = undisturbed(county)
        writes = [at for at, one in enumerate(operations) if one not in READS]
        for at in shared(writes, is_lost=is_lost):
            for flavour in FLAVOURS[1:2] if is_lost else (FLAVOURS[at % 3],):
                restore()
                county.pump.retries = 0 if is_lost else 3
                assert died(county, at, flavour) == operations[at]
                assert shown(county) == expected, (at, operations[at], flavour)
