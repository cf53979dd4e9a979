"""A board made anew from the rows of the log's table, in memory: what its table should hold."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from chalicelib.board.counted import changes_its_past
from chalicelib.board.marks import PublishedCard
from chalicelib.board.own_cases import name_cases
from chalicelib.board.places import Run, cut_runs
from chalicelib.board.projection import Tally, Through, project
from chalicelib.feed.entry import LogEntry
from chalicelib.feed.store import LogReader

_CHUNK = 200
_HELD = 250  # chunks that are remembered, for entries whose case changes its past


@dataclass(slots=True)
class ProjectedBoard:
    """The board through so many entries; *places* are the indexes of the facts of each case.

    *runs* are the longest that the log can be cut into; a board may have more, and shorter ones.
    """

    through: Through
    tallies: dict[str, Tally] = field(default_factory=dict)
    cards: dict[str, PublishedCard] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    places: "dict[str, array[int]]" = field(default_factory=dict)


class Projecting:
    """Follows the log as publish does, but keeps everything in memory."""

    def __init__(self, log: LogReader, size: int) -> None:
        """Follow the first *size* entries. Raises Corrupt where one cannot be read."""
        self._size = size
        self._log = log
        self._own: dict[str, str] = {}
        self._read = lru_cache(maxsize=_HELD)(self._chunk)
        self.board = ProjectedBoard(Through(0, ""))

    def follow(self) -> ProjectedBoard:
        """Return the board at the end."""
        last: list[LogEntry] = []
        for start in range(0, self._size, _CHUNK):
            entries = name_cases(self._read(start), lambda case: self._own.get(case, ""))
            if not entries:
                break
            self._take(entries)
            runs = cut_runs([*last, *entries])
            self.board.runs += runs[1:] if last else runs
            last = entries[-1:]
            self.board.through = Through(entries[-1].index + 1, entries[-1].recorded_at)
        return self.board

    def _take(self, entries: Sequence[LogEntry]) -> None:
        board = self.board
        for entry in entries:
            board.places.setdefault(entry.public_case, array("q")).append(entry.index)
            if entry.own and not entry.n:
                self._own[entry.public_case] = entry.own
        changes = project(board.tallies, board.cards, entries, self._earlier(entries))
        board.tallies.update({new.department: new for _, new in changes.tallies})
        board.cards.update({new.card: new for _, new in changes.cards})

    def _earlier(self, entries: Sequence[LogEntry]) -> Mapping[int, Sequence[LogEntry]]:
        """Return the entries of the case before each of *entries* that changes its past."""
        return {
            entry.index: [self._entry(at) for at in self.board.places[entry.public_case][: entry.n]]
            for entry in entries
            if changes_its_past(entry)
        }

    def _entry(self, index: int) -> LogEntry:
        return self._read(index - index % _CHUNK)[index % _CHUNK]

    def _chunk(self, start: int) -> tuple[LogEntry, ...]:
        return tuple(islice(self._log.entries(start), min(_CHUNK, self._size - start)))


def is_place(board: ProjectedBoard, public_case: str, n: int, index: int) -> bool:
    """Return whether fact *n* of a case is the entry at *index*."""
    places = board.places.get(public_case, array("q"))
    return n < len(places) and places[n] == index
