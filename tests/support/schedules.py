"""Random schedules: a chapter of a life once calmly, then in any order and with any faults.

A schedule is named `part.life.number`: the same name makes the same one again. What it changes is
only what runs when, what is delivered, lost or delivered again, and which calls fail. So when all
is quiet its end must be that of the calm run: nothing lost, double, early or stuck.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from random import Random
from typing import Any
from unittest.mock import patch

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct
from pynamodb.exceptions import PynamoDBException

from chalicelib.lambdas import reconcile, sweep
from tests.support.end_state import ISSUED, check, check_snapshot, shown
from tests.support.log_audit import audit
from tests.support.memory_stage import MemoryWorld
from tests.support.rights import refused
from tests.support.small_life import Chapter, draw
from tests.support.stream_pump import READERS, Record
from tests.support.trials import dice

FAULTS = (PynamoDBException, BotoCoreError, ClientError)
RATES = (0.0, 0.03, 0.15)  # of the calls that fail, while one thing is done
QUIET = 2  # times that six minutes pass in which nothing fails
Work = Callable[[], object]
End = Mapping[str, Any]


class Calm(Struct, frozen=True, dict=True):
    """A chapter as it began, and the end of its calm run."""

    chapter: Chapter
    restore: Callable[[], None]
    told: frozenset[str]
    end: End


def live(county: MemoryWorld, name: str) -> Iterator[Calm]:
    """Live the life called *name* calmly, chapter by chapter."""
    for number, chapter in enumerate(draw(dice(name))):
        restore, told = county.save(), frozenset(county.told)
        with same_dice(f"{name}/{number}"):
            for news in chapter.news:
                news.tell(county)
            county.pump.drain()
            for minutes in chapter.moves:
                county.wall.forward(minutes=minutes)
                county.tick()
            yield Calm(chapter, restore, told, _ended(county))
    check(county, county.told)


def same_dice(name: str) -> Any:
    """Let names and keys be drawn alike in each run of what is called *name*."""
    return patch("secrets.token_bytes", Random(name).randbytes)


def rerun(county: MemoryWorld, calm: Calm, name: str) -> None:
    """Go through a chapter by the schedule called *name*; AssertionError where its end differs."""
    calm.restore()
    county.told = set(calm.told)
    disorder = Disorder(county, dice(name))
    with same_dice(name):
        disorder.tell(calm.chapter)
        for minutes in calm.chapter.moves:
            disorder.some()
            county.wall.forward(minutes=minutes)
        disorder.some()
        county.cloud.lagging = None
        end = _ended(county)
    for part, wanted in calm.end.items():
        assert end[part] == wanted, f"{part} of {calm.chapter}: {_apart(end[part], wanted)}"


class Disorder:
    """Does things in a *county* as chance has it, and fails some of the calls."""

    def __init__(self, county: MemoryWorld, chance: Random) -> None:
        self._county = county
        self._chance = chance
        self._delivered: list[tuple[str, Record]] = []
        county.pump.retries = 0

    def tell(self, chapter: Chapter) -> None:
        """Tell the news in their order; a source that has no answer sends the same again."""
        for news in chapter.news:
            for rate in (self._chance.choice(RATES), 0.0):
                with suppress(*FAULTS), self._failing(rate):
                    news.tell(self._county)
                    break

    def some(self) -> None:
        """Do some things, one after another or two at once."""
        for _ in range(self._chance.randint(0, 4)):
            with self._failing(self._chance.choice(RATES)):
                works = [self._draw() for _ in range(self._chance.choice([1, 1, 2]))]
                order = self._chance.choices(range(len(works)), k=60)
                if len(works) == 1:
                    with suppress(*FAULTS):
                        works[0]()
                else:
                    self._county.turns.run(works, order)

    def _failing(self, rate: float) -> Any:
        return self._county.faulty.by_chance(self._chance, rate)

    def _draw(self) -> Work:
        kind = self._chance.choices(
            ["deliver", "again", "lose", "lag", "sweep", "reconcile"], [9, 2, 3, 1, 2, 2]
        )[0]
        if kind in ("sweep", "reconcile"):
            return lambda: (sweep if kind == "sweep" else reconcile).run({})
        if kind == "lag":
            return self._lag
        table = self._chance.choice(sorted(READERS))
        place = self._chance.randint(0, 99)
        if kind == "again":
            return self._again(place)
        return (self._lose if kind == "lose" else self._deliver)(table, place)

    def _lag(self) -> None:
        cloud = self._county.cloud
        cloud.lagging = None
        if self._chance.random() < 0.5:
            cloud.lag()

    def _deliver(self, table: str, place: int) -> Work:
        """Deliver one or two of the records that wait, in any order; what fails waits again."""

        def work() -> None:
            waiting = self._county.pump.waiting[table]
            if not (count := self._county.pump.fetch(table)):
                return
            waiting.rotate(-(place % count))
            batch = [waiting.popleft() for _ in range(min(count, 1 + place % 2))]
            try:
                READERS[table]({"Records": batch})
            except BaseException:
                waiting.extend(batch)
                raise
            self._delivered += [(table, record) for record in batch]

        return work

    def _again(self, place: int) -> Work:
        """Deliver a record once more, however old."""

        def work() -> None:
            if self._delivered:
                table, record = self._delivered[place % len(self._delivered)]
                READERS[table]({"Records": [record]})

        return work

    def _lose(self, table: str, place: int) -> Work:
        """Lose a record for good, or all that wait."""

        def work() -> None:
            if self._county.pump.fetch(table):
                self._county.pump.waiting[table].popleft()
                if place % 2:
                    self._county.pump.waiting[table].clear()

        return work


def _ended(county: MemoryWorld) -> End:
    """Let minutes pass in which nothing fails; give the end, which must be whole."""
    pump = county.pump
    pump.retries = 3
    pump.drain()
    for _ in range(QUIET):
        county.heal_once()
    assert not refused, refused
    assert not pump.failed, "none is handed over"
    assert not (left := county.services.inbox.pending_before(county.wall.at, 9)), f"stuck: {left}"
    facts = county.cloud.items["test-Facts"]
    rows = audit(county.cloud.items["test-Log"].values(), facts.values())
    assert len(rows) == len(facts), "each fact is sealed once"
    assert county.services.board.through().index == len(rows), "the board is at the log's end"
    for case in county.told:
        told = county.facts(case)
        check_snapshot(county, case, told)
        early = [fact for fact in told if fact.kind in ISSUED and fact.recorded_at < fact.at]
        assert not early, "none is early"
    return _unnumbered(shown(county))


def _apart(one: Any, other: Any) -> Any:
    """Return what differs, where two ends do, as far down as they are alike in form."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = {name for name in {*one, *other} if one.get(name) != other.get(name)}
        return {name: _apart(one.get(name), other.get(name)) for name in names}
    return one, other


def _unnumbered(end: End) -> End:
    """Return an *end* without the numbers of its facts, its cards and their registers.

    Facts that follow are numbered as they are noticed, and who comes first gets the first number.
    When a case wakes may depend on when a card of it was noticed: `check_snapshot` sees to that.
    How often the log said what was in force depends on how often reconcile ran.
    """
    own: defaultdict[str, Counter[Any]] = defaultdict(Counter)
    for name, facts in end["own"].items():
        if not name.startswith("duban:log/"):
            own[name.rpartition(".")[0] or name].update(one[1:3] for one in facts)
    return {
        "heads": {case: (n, lamp, *rest) for case, (n, _, lamp, *rest) in end["heads"].items()},
        "tallies": end["tallies"],
        "facts": {case: Counter(one[1:] for one in facts) for case, facts in end["facts"].items()},
        "own": dict(own),
        "cards": sorted((case, *rest) for case, _, *rest in end["cards"]),
    }
