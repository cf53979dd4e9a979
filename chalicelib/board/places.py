"""Where in the log the facts of each case are, so that one of them can be found by its number.

Pure. Facts of a case that follow each other in the log need one place for all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.feed.entry import LogEntry


@dataclass(frozen=True, slots=True)
class Run:
    """Fact *n* of a case is the entry at *index*, and at least that one; the next follow it."""

    public_case: str
    n: int
    index: int

    def index_of(self, n: int) -> int:
        """Where fact *n*, one of this run, must be; whoever looks there sees if it is."""
        return self.index + n - self.n


def runs(entries: Iterable[LogEntry]) -> list[Run]:
    """Cut *entries*, in log order, into runs."""
    found: list[Run] = []
    before: LogEntry | None = None
    for entry in entries:
        if before is None or (entry.public_case, entry.n) != (before.public_case, before.n + 1):
            found.append(Run(entry.public_case, entry.n, entry.index))
        before = entry
    return found
