"""The cards of a log and the counts of its departments, folded from the leaves alone.

By the same pure functions as on the board: nothing here knows what the board says. Whoever follows
the log is behind it by a moment, and is read while it follows. So each card and count has all the
states that may be shown: the one that is settled, and those of the last minutes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from chalicelib.board.published_card import PublishedCard, apply_entry, card_id_of
from chalicelib.errors import DomainError
from chalicelib.feed.entry import LogEntry
from chalicelib.instant import parse, text
from chalicelib.log.merge_delay import MERGE_DELAY

Leaves = Iterable[tuple[int, Mapping[str, Any]]]
"""All leaves of a log in its order, each with its index."""
Count = tuple[str, str, str]
"""A department, a count of its cards, and the level that is counted."""


class LoggedCards:
    """The *cards* by their ids and the *counts* of a log of *size* entries, as they may be shown.

    *stopped* is the first entry that was not counted; the *unread* make no sense.
    """

    def __init__(self, leaves: Leaves, through: int, shown_now: datetime | None = None) -> None:
        """Fold *leaves* for a page that counts *through* so many entries, perhaps *shown_now*."""
        self.reading = ReadingTime(through, shown_now)
        self.cards: dict[str, Window[PublishedCard]] = {}
        self.counts: dict[Count, Window[int]] = {}
        self.size = 0
        self.stopped: LogEntry | None = None
        self.unread: list[tuple[int, Exception]] = []
        own: dict[str, str] = {}
        for index, leaf in leaves:
            entry = LogEntry.read_leaf(index, leaf)
            if entry.own:
                own[entry.public_case] = entry.own
            try:
                self._take(replace(entry, own=own.get(entry.public_case, "")))
            except (DomainError, LookupError, TypeError, ValueError) as error:
                self.unread.append((index, error))
        for card in self.cards.values():
            card.settle(self.reading)
        for count in self.counts.values():
            count.settle(self.reading)

    def _take(self, entry: LogEntry) -> None:
        self.size = entry.index + 1
        self.reading.pass_entry(entry.index, entry.recorded_at)
        if entry.index == self.reading.through:
            self.stopped = entry
        card_id = card_id_of(entry)
        if not card_id:
            return
        window = self.cards.setdefault(card_id, Window(PublishedCard(card_id)))
        before, after = window.last, apply_entry(window.last, entry)
        window.add(after, self.reading)
        if after.is_issued:
            changed = Counter(after.counts())
            changed.subtract(before.counts())
            for (name, level), number in changed.items():
                if number:
                    key = after.department, name, level
                    count = self.counts.setdefault(key, Window(0))
                    count.add(count.last + number, self.reading)


State = TypeVar("State")
_NEVER = "9"  # sorts after every instant


class ReadingTime:
    """When a page was read, by the log's own times: it counts *through* so many entries.

    What is *shown_now*, by the reader's clock, is no older, however quiet the log is.
    """

    def __init__(self, through: int, shown_now: datetime | None = None) -> None:
        self.through = through
        self._settled = settled_before(shown_now) if shown_now else ""
        self.came = _NEVER  # when the entry at hand had come into the log; never, if not counted
        self._newest = ""

    def pass_entry(self, index: int, recorded: str) -> None:
        """Go to the entry at *index*, *recorded* so; entries are passed in the order of the log."""
        is_counted = index < self.through
        self._newest = max(self._newest, recorded) if is_counted else self._newest
        self.came = self._newest if is_counted else _NEVER

    @property
    def settled_until(self) -> str:
        """What had come into the log before this is settled: it must be shown."""
        by_log = settled_before(parse(self._newest)) if self._newest else ""
        return max(by_log, self._settled)


class Window(Generic[State]):
    """The *states* of one thing that may be shown, oldest first."""

    __slots__ = ("_came", "states")

    def __init__(self, first: State) -> None:
        self.states: list[State] = [first]
        self._came: list[str] = [""]

    def add(self, state: State, reading: ReadingTime) -> None:
        """Add the *state* after the entry that *reading* is at; forget what is over by now."""
        self.states.append(state)
        self._came.append(reading.came)
        self.settle(reading)

    def settle(self, reading: ReadingTime) -> None:
        """Forget the states that a settled one followed."""
        until = reading.settled_until
        while len(self.states) > 1 and self._came[1] < until:
            del self.states[0], self._came[0]

    @property
    def last(self) -> State:
        """The newest state."""
        return self.states[-1]


def settled_before(newest: datetime) -> str:
    """Return the instant before which all must be shown that was recorded, as a leaf has it."""
    return text(newest - MERGE_DELAY)
