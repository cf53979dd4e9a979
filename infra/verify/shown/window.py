"""The states that something may be shown in: what is settled, and all that came of it since.

Whoever follows the log is behind it by a moment, and is read while it follows. So what the last
minutes before it was read did may be shown already, or not yet.
"""

from datetime import datetime
from typing import Generic, TypeVar

from chalicelib.instant import parse, text
from chalicelib.log.merge_delay import MERGE_DELAY

State = TypeVar("State")
_NEVER = "9"  # sorts after every instant


class ReadingTime:
    """When what is shown was read, by the log's own times: it counts *through* so many entries.

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
