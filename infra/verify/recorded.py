"""When each entry of a log was recorded: eight bytes an entry, in memory as long as it is verified.

Instants are whole milliseconds since 1970 (UTC). Entries that are not read have none: those before
the first that the reader asked for, and leaves that are not as leaves are written.
"""

from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from chalicelib.instant import MILLISECOND, text
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import MERGE_DELAY

NEVER = -(1 << 62)
"""Stands for no instant; it is before all others."""
DELAY = MERGE_DELAY // MILLISECOND
DATED = frozenset({Reported.HEARTBEAT, Reported.RULES_ADOPTED})
"""What the log reports of itself, at its own time."""
_BY_BYTES = {kind.encode(): str(kind) for kind in DATED}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SelfReport(NamedTuple):
    """A report of the log about itself: its *leaf*, by the index, its *kind* and its own time."""

    leaf: int
    kind: str
    at: int


class RecordedTimes:
    """The instants of the entries from index *first* on, and what the log *reports* of itself."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.at = array("q")
        self.reports: list[SelfReport] = []

    def __len__(self) -> int:
        return len(self.at) - self.at.count(NEVER)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield the index of each entry, and when it was recorded."""
        return (pair for pair in enumerate(self.at, self.first) if pair[1] != NEVER)

    def backwards(self) -> Iterator[tuple[int, int]]:
        """Yield the same from the last entry on."""
        index = self.first + len(self.at)
        for at in reversed(self.at):
            index -= 1
            if at != NEVER:
                yield index, at

    def add(self, recorded: bytes, kind: bytes) -> None:
        """Add when the next leaf was *recorded*; none where that makes no sense."""
        at = _read(recorded)
        if kind in _BY_BYTES and at != NEVER:
            self.reports.append(SelfReport(self.first + len(self.at), _BY_BYTES[kind], at))
        self.at.append(at)

    def of(self, index: int) -> datetime:
        """Return when entry *index* was recorded."""
        return instant_of(self.at[index - self.first])

    def drop(self, indexes: Sequence[int]) -> None:
        """Forget the leaves *indexes*: they are no entries."""
        for index in indexes:
            self.at[index - self.first] = NEVER
        dropped = set(indexes)
        self.reports = [each for each in self.reports if each.leaf not in dropped]

    def latest_until(self) -> "array[int]":
        """Return for each entry the latest instant up to it."""
        return array("q", accumulate(self.at, max))


def _read(written: bytes) -> int:
    """Read an instant in the form of TIME; NEVER where it has another."""
    try:
        return ms_of(datetime.fromisoformat(written.decode("ascii")))
    except (TypeError, ValueError):
        return NEVER


def ms_of(instant: datetime) -> int:
    """Return *instant* as whole milliseconds since 1970."""
    return (instant - _EPOCH) // MILLISECOND


def instant_of(ms: int) -> datetime:
    """Return the instant of so many milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=ms)


def written(ms: int) -> str:
    """Write an instant as a leaf has it."""
    return text(instant_of(ms))
