"""Functions that run at once on the cases of cards: one card for a finding, no number twice.

As in `test_races`: each of two is stopped after any of its calls. Here the ends are not compared
whole, for who comes first gets the first number; what must be true of any end is.
"""

from collections.abc import Callable

import pytest

from chalicelib.lambdas.sweep import sweep
from tests.integration.test_card_crashes import act
from tests.integration.test_races import Work, _stops, reconciles, supervises
from tests.support.end_state import check, shown
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.stream_pump import READERS
from tests.support.trials import at_night, dice

START = "2026-11-02T09:00:00"
GATE, NIGHT = 15, 250


def supervises_all(county: MemoryWorld) -> object:
    """Supervise takes all that waits, in order, and what follows from it, to the end."""
    for record in tuple(county.pump.waiting["Inbox"]):
        county.taken.append(record)
        READERS["Inbox"]({"Records": [record]})
    return None


def due(county: MemoryWorld, *cases: str) -> None:
    """Cases of one department and region are overdue, and nudged."""
    for case in cases:
        county.accept(START, case, promise="1wd", item=f"X-0{case}")
    county.pump.drain()
    county.wall.forward(days=1, hours=12)
    sweep(county.services, county.services.now())
    county.pump.fetch("Inbox")


def one_is_due(county: MemoryWorld) -> None:
    """One finding, of which two functions hear."""
    due(county, "1")


def two_are_due(county: MemoryWorld) -> None:
    """Two findings, which ask the same register."""
    due(county, "1", "2")


def two_ask(county: MemoryWorld) -> None:
    """Two cards have been found; their lives, their numbers and their counts are on their way."""
    due(county, "1", "2")
    for _ in range(len(county.pump.waiting["Inbox"])):
        READERS["Inbox"]({"Records": [county.pump.waiting["Inbox"].popleft()]})
    county.pump.fetch("Inbox")
    county.wall.forward(minutes=3)


def waits_for_a_person(county: MemoryWorld) -> None:
    """A proposal is confirmed, and confirmed once more under another name; both have come."""
    proposed(county)
    act(county, "card.confirmed")
    county.wall.forward(minutes=1)
    act(county, "card.confirmed")
    county.pump.fetch("Inbox")
    county.wall.forward(minutes=3)


def confirmed_and_revoked(county: MemoryWorld) -> None:
    """One says yes and another no at the same time."""
    proposed(county)
    act(county, "card.confirmed")
    act(county, "card.revoked")
    county.pump.fetch("Inbox")
    county.wall.forward(minutes=3)


def confirmed_and_withdrawn(county: MemoryWorld) -> None:
    """A person says yes while the case is told that the act never happened."""
    proposed(county)
    act(county, "card.confirmed")
    county.pump.carry("Inbox", 1)
    county.report("case.corrected", "2026-11-02T11:00:00", event="doubtful", withdrawn=True)
    county.pump.fetch("Inbox")
    county.wall.forward(minutes=3)


def silent_and_answered(county: MemoryWorld) -> None:
    """The time for a response is over; the nudge has come, and so has a response, too late."""
    proposed(county)
    act(county, "card.confirmed")
    county.pump.drain()
    county.wall.forward(days=9)
    sweep(county.services, county.services.now())
    act(county, "card.responded", text="at last")
    county.pump.fetch("Inbox")
    county.wall.forward(minutes=3)


def proposed(county: MemoryWorld) -> None:
    """A hearing that nobody was told of: V-13 waits for a person."""
    county.accept(START, promise="20wd")
    county.report("case.suspended", START, procedure="hearing", basis=None, id="doubtful")
    county.wall.forward(hours=1)
    county.tick()


RACES: dict[str, tuple[Callable[[MemoryWorld], None], Work, Work]] = {
    "one finding at two": (one_is_due, supervises(0), supervises(0)),
    "one finding and reconcile": (one_is_due, supervises(0), reconciles),
    "two findings at two": (two_are_due, supervises(0), supervises(1)),
    "all that two cards ask for, at two": (two_ask, supervises_all, supervises_all),
    "all that two cards ask for, and reconcile": (two_ask, supervises_all, reconciles),
    "one number at two": (two_ask, supervises(1), supervises(1)),
    "two confirmations at two": (waits_for_a_person, supervises(0), supervises(1)),
    "a confirmation and a revocation": (confirmed_and_revoked, supervises(0), supervises(1)),
    "a confirmation and a correction": (confirmed_and_withdrawn, supervises(0), supervises(1)),
    "silence and a late response": (silent_and_answered, supervises(0), supervises(-1)),
}


@pytest.mark.parametrize("name", RACES)
def test_a_race_gives_each_finding_one_card_and_each_card_one_number(name):
    """One is stopped after any of its calls, then the other after any of its own, and so on."""
    prepare, one, other = RACES[name]
    with memory_world(START) as county:
        prepare(county)
        restore = county.save()
        works = [lambda: one(county), lambda: other(county)]
        stops = [_stops(county, work) for work in works]
        restore()
        county.pump.drain()
        county.heal()
        expected = shown(county)
        orders = [[0] * a + [1] * b + [0] * 999 for a in stops[0] for b in stops[1]]
        orders += [[1] * b + [0] * a + [1] * 999 for a in stops[0] for b in stops[1]]
        for order in dice(name).sample(orders, min(at_night(GATE, NIGHT), len(orders))):
            restore()
            runners = county.turns.run(works, order)
            assert [runner.error for runner in runners] == [None, None], order
            county.forget_taken()
            county.pump.drain()
            county.heal()
            check(county, county.told)
            assert counted(shown(county)) == counted(expected), order


def counted(end: dict[str, object]) -> object:
    """What does not depend on who comes first: each case, and what kinds of facts are in it."""
    own = end["own"]
    assert isinstance(own, dict)
    return {name: [said[:3] for said in facts] for name, facts in own.items()}
