"""The entries of each case that come before an entry, read from a whole log."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.feed.entry import LogEntry


def earlier_in(entries: Iterable[LogEntry]) -> Mapping[int, Sequence[LogEntry]]:
    """Give those before each entry, by its index."""
    by_case: defaultdict[str, list[LogEntry]] = defaultdict(list)
    before: dict[int, Sequence[LogEntry]] = {}
    for entry in entries:
        before[entry.index] = tuple(by_case[entry.case])
        by_case[entry.case].append(entry)
    return before
