"""Project (投影): bring the board up to the log, in order, however often and by many at once.

gather (the new entries, and the tallies that they change) → decide (`project`, pure) → apply. The
stream's records only say that there are new entries; these are read from the log itself. So a
lost, repeated or late record does no harm, and reconcile calls the same function every minute.
"""

from collections.abc import Mapping, Sequence
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from chalicelib.board.counted import changes_its_past
from chalicelib.board.leaf_index import cut_runs, name_cases
from chalicelib.board.projection import Through, changed_departments, project
from chalicelib.board.published_card import card_id_of
from chalicelib.board.signers import count_signers, counts_signers
from chalicelib.errors import Conflict, Corrupt
from chalicelib.feed.entry import LogEntry
from chalicelib.plumbing.services import current_services

if TYPE_CHECKING:  # PynamoDB is slow to import, and not every function uses it
    from chalicelib.board.store import Board
    from chalicelib.feed.store import LogReader

RUN = 200
_TRIES = 5


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - records are hints
    """Follow the log to its end. An error is raised: the stream retries, and reconcile does."""
    services = current_services()
    follow(services.log_reader, services.board)
    return {"batchItemFailures": []}


def follow(log: "LogReader", board: "Board") -> int:
    """Apply all entries that the board has not counted yet. Return their number.

    Two runs at once take the same steps. The second one finds each tally written by the other
    (Conflict), reads again and finds less to apply, or nothing.
    """
    seen, lost = 0, 0
    while True:
        try:
            step = _step(log, board)
        except Conflict:
            lost += 1
            if lost == _TRIES:
                raise
            continue
        seen, lost = seen + step, 0
        if step < RUN:
            return seen  # an entry committed from now on has a stream record of its own


def _step(log: "LogReader", board: "Board") -> int:
    through = board.through()
    entries = name_cases(list(islice(log.entries(through.index), RUN)), board.own_name)
    if not entries:
        return 0
    earlier = {
        entry.index: _earlier(entry, entries, log, board)
        for entry in entries
        if changes_its_past(entry)
    }
    # Cards first: another run meanwhile may put the tallies ahead of them, never behind.
    cards = board.cards_by_id(dict.fromkeys(filter(None, map(card_id_of, entries))))
    signers = board.signers() if any(map(counts_signers, entries)) else None
    tallies = board.tallies(changed_departments(entries, cards, earlier))

    changes, runs = project(tallies, cards, entries, earlier), cut_runs(entries)

    board.apply(changes)
    if signers and (counted := count_signers(signers, entries)) != signers:
        board.replace_signers(signers, counted)
    board.save_runs(runs)
    board.advance(Through(entries[-1].index + 1, entries[-1].recorded_at))
    return len(entries)


def _earlier(
    entry: LogEntry, entries: Sequence[LogEntry], log: "LogReader", board: "Board"
) -> list[LogEntry]:
    """Return the entries before *entry* in its case: among *entries*, or read from the log."""
    at_hand = {other.n: other for other in entries if other.case == entry.case}
    earlier: list[LogEntry] = []
    while (n := len(earlier)) < entry.n:
        if n in at_hand:
            earlier.append(at_hand[n])
            continue
        run = board.find_run(entry.public_case, n, consistent=True)
        following = log.entries(run.index_of(n)) if run else ()
        earlier += takewhile(
            lambda other: other.case == entry.case and other.n < entry.n and other.n not in at_hand,
            following,
        )
        if n == len(earlier):
            raise Corrupt(
                f"{entry.public_case}.{n} 在公示板上没有位置",
                f"{entry.public_case}.{n} has no place on the board",
            )
    return earlier
