"""Two sealers, two publishers and their signer run at once, one storage call after another.

Whatever the order, the public log is at every moment one that was promised, none of them fails for
it, and in the end everything is in it.
"""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from chalicelib.lambdas import publish as publishing
from chalicelib.lambdas.publish import publish
from chalicelib.lambdas.seal import seal
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.trials import dice, times
from tests.support.watcher import Watcher

START = "2026-11-02T09:00:00"
ORDERS = 5
CALLS = 26  # of a publisher and the signer that it calls

Work = Callable[[MemoryWorld], object]


def seals(*cases: str) -> Work:
    """Seal *cases*."""
    return lambda county: seal(county.services, [f"hall:{case}" for case in cases])


def publishes(county: MemoryWorld) -> object:
    """Publish."""
    return publish(county.services)


def waiting(county: MemoryWorld) -> None:
    """Facts of three cases wait to be sealed, and nothing was ever published."""
    for case in "123":
        county.accept(START, case)
        county.report("stage.entered", START, case, stage="review")
    county.pump.carry("Inbox")


def half_sealed(county: MemoryWorld) -> None:
    """The same, but that one of them is public."""
    waiting(county)
    seals("1")(county)
    publishes(county)


def going_on(county: MemoryWorld) -> None:
    """One is public, and one is sealed."""
    half_sealed(county)
    seals("2")(county)


RACES: dict[str, tuple[Callable[[MemoryWorld], None], tuple[Work, ...]]] = {
    "two publishers begin": (waiting, (publishes, seals("1", "2", "3"), publishes)),
    "two publishers go on": (going_on, (publishes, publishes)),
    "two sealers and two publishers": (
        half_sealed,
        (publishes, seals("2", "3"), seals("3"), publishes),
    ),
    "a publisher is very late": (going_on, (publishes, seals("3"), publishes)),
}


def orders(works: int, name: str) -> Iterator[list[int]]:
    """Who is when: one is left behind, after any of its calls, by all the others; or at random."""
    for calls in range(1, CALLS, 3):
        for first in range(2):
            others = [place for place in range(works) if place != first]
            yield [first] * calls + [place for place in others for _ in range(200)]
    random = dice(name)
    for _ in range(times(ORDERS)):
        yield [random.randrange(works) for _ in range(150)]


@pytest.mark.parametrize(
    ("name", "step"), [*((name, publishing.STEP) for name in RACES), ("two publishers begin", 2)]
)
def test_a_race_leaves_one_log(name, step, monkeypatch):
    """Looked at when the race is over, and when all was published; at once, or step by step."""
    monkeypatch.setattr(publishing, "STEP", step)
    prepare, works = RACES[name]
    with memory_world(START) as county:
        prepare(county)
        restore, facts = county.save(), len(county.cloud.items["test-Facts"])
        for order in orders(len(works), name):
            restore()
            watcher = Watcher(county)
            watcher.look()
            runners = county.turns.run([partial(work, county) for work in works], order)
            assert [runner.error for runner in runners] == [None] * len(works), order
            watcher.look()
            county.heal_once()
            publishes(county)
            watcher.look(is_quiet=True)
            assert watcher.size >= facts, order
