"""The positions in the log of each case's facts, so that a fact can be found by its number.

Pure. Facts of a case that follow each other in the log share one position.

Only the first leaf of a case says that it is one of ours, and which (`log/leaf.py`). An act about a
card names no card; so the board must know in which case it stands. The internal number in the row
of the log is not used: an edit of that table could move an act to another card.
"""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.feed.entry import LogEntry


class Run(Struct, frozen=True):
    """Fact *n* of a case is the entry at *index*, and at least that one; the next follow it.

    Where it is the first fact of a case of our own, *own* is the name in its leaf.
    """

    public_case: str
    n: int
    index: int
    own: str = ""

    def index_of(self, n: int) -> int:
        """Return the index where fact *n* of this run must be; the caller checks the entry."""
        return self.index + n - self.n


def cut_runs(entries: Iterable[LogEntry]) -> list[Run]:
    """Cut *entries*, in log order, into runs."""
    runs: list[Run] = []
    before: LogEntry | None = None
    for entry in entries:
        if before is None or (entry.public_case, entry.n) != (before.public_case, before.n + 1):
            own = "" if entry.n else entry.own
            runs.append(Run(entry.public_case, entry.n, entry.index, own))
        before = entry
    return runs


def name_cases(entries: Sequence[LogEntry], name_of: Callable[[str], str]) -> list[LogEntry]:
    """Return *entries* with the names of our own cases; *name_of* knows those of earlier ones."""
    own = {entry.public_case: entry.own for entry in entries if not entry.n}
    wanted = {entry.public_case for entry in entries if entry.needs_own} - own.keys()
    own |= {case: name_of(case) for case in sorted(wanted)}
    return [replace(entry, own=own.get(entry.public_case, "")) for entry in entries]
