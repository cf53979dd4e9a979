"""A board made anew from the rows of the log's table, in memory: what its table should hold."""

from array import array
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from msgspec import Struct, field

from chalicelib.board.counted import changes_its_past
from chalicelib.board.leaf_index import Run, name_cases
from chalicelib.board.projection import Tally, Through, project
from chalicelib.board.published_card import PublishedCard
from chalicelib.board.signers import Signers, count_signers
from chalicelib.feed.entry import LogEntry
from chalicelib.feed.store import LogReader

_CHUNK = 200
_HELD = 250  # chunks that are remembered, for entries whose case changes its past


class ProjectedBoard(Struct):
    """The board through so many entries.

    *places* are the indexes of the facts of each case, and *own* the names of those of our own: of
    a million entries a few megabytes.
    """

    through: Through
    tallies: dict[str, Tally] = field(default_factory=dict)
    cards: dict[str, PublishedCard] = field(default_factory=dict)
    signers: Signers = Signers()
    places: "dict[str, array[int]]" = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)

    def run_at(self, public_case: str, n: int) -> Run | None:
        """Return the run that may begin with fact *n* of a case; None where there is none."""
        places = self.places.get(public_case, ())
        if not 0 <= n < len(places):
            return None
        return Run(public_case, n, places[n], "" if n else self.own.get(public_case, ""))

    def is_needed(self, run: Run) -> bool:
        """Return whether *run* must be there: what is before it is of another case.

        Whoever follows the log in steps also begins a run with each step.
        """
        return not run.n or self.places[run.public_case][run.n - 1] != run.index - 1

    def needed_runs(self) -> Iterator[Run]:
        """Yield all runs that must be there."""
        for public_case, places in self.places.items():
            for n in range(len(places)):
                run = self.run_at(public_case, n)
                if run is not None and self.is_needed(run):
                    yield run


def projected(log: LogReader, size: int) -> ProjectedBoard:
    """Return the board at the first *size* entries of *log*, as project makes it.

    Raises Corrupt where an entry cannot be read.
    """

    @lru_cache(maxsize=_HELD)
    def chunk(start: int) -> tuple[LogEntry, ...]:
        return tuple(islice(log.entries(start), min(_CHUNK, size - start)))

    board = ProjectedBoard(Through(0, ""))
    for start in range(0, size, _CHUNK):
        entries = name_cases(chunk(start), lambda case: board.own.get(case, ""))
        if not entries:
            break
        for entry in entries:
            board.places.setdefault(entry.public_case, array("q")).append(entry.index)
            if entry.own and not entry.n:
                board.own[entry.public_case] = entry.own
        changing = [entry for entry in entries if changes_its_past(entry)]
        places = {each.index: board.places[each.public_case][: each.n] for each in changing}
        earlier = {
            index: [chunk(at - at % _CHUNK)[at % _CHUNK] for at in before]
            for index, before in places.items()
        }
        changes = project(board.tallies, board.cards, entries, earlier)
        board.tallies.update({new.department: new for _, new in changes.tallies})
        board.cards.update({new.card: new for _, new in changes.cards})
        board.signers = count_signers(board.signers, entries)
        board.through = Through(entries[-1].index + 1, entries[-1].recorded_at)
    return board
