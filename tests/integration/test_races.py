"""Functions that run at the same time on the same case, call by call: the end is as if in turn."""

from collections.abc import Callable

import pytest

from chalicelib.calendar.change import read_change
from chalicelib.lambdas.project import follow
from chalicelib.lambdas.recompute import recompute
from chalicelib.lambdas.reconcile import STUCK, reconcile
from chalicelib.lambdas.seal import seal
from chalicelib.lambdas.sweep import sweep
from tests.support.end_state import check, shown
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.stream_pump import READERS
from tests.support.trials import at_night, dice

Work = Callable[[MemoryWorld], object]
START = "2026-11-02T09:00:00"


def supervises(which: int) -> Work:
    """Supervise takes one of the inbox records that wait."""

    def work(county: MemoryWorld) -> object:
        record = county.pump.waiting["Inbox"][which]
        county.taken.append(record)
        return READERS["Inbox"]({"Records": [record]})

    return work


def seals(*cases: str) -> Work:
    """Seal is told of *cases*."""
    return lambda county: seal(county.services, [f"hall:{case}" for case in cases])


def projects(county: MemoryWorld) -> object:
    """Project is told of anything."""
    return follow(county.services.log_reader, county.services.board)


def reconciles(county: MemoryWorld) -> object:
    """A minute's reconcile."""
    return reconcile(county.services, STUCK)


def sweeps(county: MemoryWorld) -> object:
    """A minute's sweep."""
    return sweep(county.services, county.services.now()).new


def accepted(county: MemoryWorld) -> None:
    """Two events of a new case have come."""
    county.accept(START, promise="1wd", applicant={"name": "Wang"})
    county.report("case.suspended", START, procedure="hearing", basis="secret")
    county.wall.forward(minutes=3)
    county.pump.fetch("Inbox")


def once_accepted(county: MemoryWorld) -> None:
    """One event of a new case has come, in which nothing is due for weeks."""
    county.accept(START, promise="20wd", applicant={"name": "Wang"})
    county.wall.forward(minutes=3)
    county.pump.fetch("Inbox")


def told_next(county: MemoryWorld) -> object:
    """The next event comes, and supervise takes it."""
    county.report("stage.entered", START, id="later", stage="review")
    county.pump.fetch("Inbox")
    return supervises(-1)(county)


def due(county: MemoryWorld) -> None:
    """A case is overdue: its nudge has come, and so has its late decision."""
    county.accept(START, promise="1wd")
    county.until("2026-11-02T12:00:00")
    county.wall.forward(days=2)
    sweeps(county)
    county.report("case.decided", "2026-11-05T09:00:00", outcome="granted")
    county.wall.forward(minutes=3)
    county.pump.fetch("Inbox")


def moved(county: MemoryWorld) -> None:
    """A day has become a holiday: the nudge has come, and so has an event."""
    county.accept(START, promise="2wd")
    county.pump.drain()
    closed(county)
    recompute(county.services)
    county.report("case.extended", START, by={"amount": 1, "unit": "wd"})
    county.wall.forward(minutes=3)
    county.pump.fetch("Inbox")


def many_moved(county: MemoryWorld) -> None:
    """A day has become a holiday, and nobody has looked yet whom that concerns."""
    for case in "123":
        county.accept(START, case, promise="2wd")
    county.pump.drain()
    closed(county)
    county.report("case.extended", START, "2", by={"amount": 1, "unit": "wd"})
    county.wall.forward(minutes=3)
    county.pump.fetch("Inbox")


def closed(county: MemoryWorld) -> None:
    """Let 3 November be off."""
    said = {
        "kind": "change",
        "notice": "a flood",
        "issued": "2026-11-02",
        "days_off": ["2026-11-03"],
    }
    county.services.calendars.write(read_change(said, "a change"))


def recomputes(county: MemoryWorld) -> object:
    """The job looks for whom new rules move."""
    return recompute(county.services)


def unsealed(county: MemoryWorld) -> None:
    """The facts of two cases wait to be sealed."""
    for case in "12":
        county.accept(START, case, promise="1wd")
        county.report("case.suspended", START, case, procedure="hearing")
    county.pump.carry("Inbox")
    county.wall.forward(minutes=3)


def unpublished(county: MemoryWorld) -> None:
    """A log with cards in two departments waits to be published."""
    county.accept(START, "1", promise="1wd")
    county.accept(START, "2", promise="1wd", department="Water")
    county.pump.carry("Inbox")
    county.wall.forward(days=9)
    sweeps(county)
    county.report("case.decided", "2026-11-02T10:00:00", "1", outcome="granted")
    county.pump.carry("Inbox")
    county.pump.carry("Facts")


def seals_and_projects(county: MemoryWorld) -> object:
    """The log grows by a case while it is published, and that is published too."""
    seals("1")(county)
    return projects(county)


def half_sealed(county: MemoryWorld) -> None:
    """One case waits to be published, another of its department to be sealed."""
    county.accept(START, "2", promise="1wd")
    county.pump.carry("Inbox")
    county.pump.carry("Facts")
    county.accept(START, "1", promise="1wd")
    county.pump.carry("Inbox")
    county.wall.forward(minutes=3)


RACES: dict[str, tuple[Callable[[MemoryWorld], None], Work, Work]] = {
    "two events of a new case": (accepted, supervises(0), supervises(1)),
    "one record at two": (accepted, supervises(0), supervises(0)),
    "an event and the next one": (once_accepted, supervises(0), told_next),
    "a nudge and a decision": (due, supervises(0), supervises(1)),
    "a nudge and another sweep": (due, supervises(0), sweeps),
    "a nudge and reconcile": (due, supervises(0), reconciles),
    "an event and seal": (due, supervises(1), seals("1")),
    "a nudge of new rules and an event": (moved, supervises(0), supervises(1)),
    "a nudge of new rules at two": (moved, supervises(0), supervises(0)),
    "a nudge of new rules and reconcile": (moved, supervises(0), reconciles),
    "an event and the search for whom new rules move": (many_moved, supervises(0), recomputes),
    "two searches for whom new rules move": (many_moved, recomputes, recomputes),
    "two sealers of the same cases": (unsealed, seals("1", "2"), seals("2", "1")),
    "two sealers of two cases": (unsealed, seals("1"), seals("2")),
    "seal and reconcile": (unsealed, seals("1", "2"), reconciles),
    "two reconciles": (unsealed, reconciles, reconciles),
    "two projections": (unpublished, projects, projects),
    "two projections of a growing log": (half_sealed, projects, seals_and_projects),
}


GATE, NIGHT = 20, 400  # orders that are tried of each race


@pytest.mark.parametrize("name", RACES)
def test_a_race_ends_as_if_run_in_turn(name):
    """One is stopped after any of its calls, then the other after any of its own, and so on."""
    prepare, one, other = RACES[name]
    with memory_world(START) as county:
        prepare(county)
        restore = county.save()
        works = [lambda: one(county), lambda: other(county)]
        stops = [_stops(county, work) for work in works]
        county.heal()
        expected = shown(county)
        orders = [[0] * a + [1] * b + [0] * 999 for a in stops[0] for b in stops[1]]
        orders += [[1] * b + [0] * a + [1] * 999 for a in stops[0] for b in stops[1]]
        for order in dice(name).sample(orders, min(at_night(GATE, NIGHT), len(orders))):
            restore()
            runners = county.turns.run(works, order)
            assert [runner.error for runner in runners] == [None, None], order
            county.forget_taken()  # they were successful, so they do not come again
            county.pump.drain()
            county.heal_once()
            check(county, county.told)
            assert shown(county) == expected, order


def _stops(county: MemoryWorld, work: Callable[[], object]) -> list[int]:
    """After how many of its calls a function may be stopped; of many reads in a row, the last."""
    with county.faulty.failing(-1, "before"):
        work()
    calls = county.faulty.calls
    ends = [at for at, call in enumerate(calls) if call != "Query" or calls[at - 1] != "Query"]
    return [at for at in ends[1:] if at] + [len(calls)]
