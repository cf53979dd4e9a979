"""The positions in the log of each case's facts, so that a fact can be found by its number.

Pure. Facts of a case that follow each other in the log share one position.
"""

from collections.abc import Iterable

from msgspec import Struct

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
