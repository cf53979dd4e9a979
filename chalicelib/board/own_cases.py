"""The cases of our own among log entries, by the names in their first leaves.

Pure. Only the first leaf of a case says that it is one of ours, and which (`log/leaf.py`). An act
about a card names no card; so the board must know in which case it stands. The internal number in
the row of the log is not used: an edit of that table could move an act to another card.
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from chalicelib.feed.entry import LogEntry


def name_cases(entries: Sequence[LogEntry], name_of: Callable[[str], str]) -> list[LogEntry]:
    """Return *entries*, in log order, each with the name of its case if that is one of our own.

    *name_of* a public case is asked where the first leaf is not among *entries*; "" for a permit.
    """
    own = {entry.public_case: entry.own for entry in entries if not entry.n}
    wanted = {entry.public_case for entry in entries if entry.needs_own} - own.keys()
    own |= {case: name_of(case) for case in sorted(wanted)}
    return [replace(entry, own=own.get(entry.public_case, "")) for entry in entries]
