"""Whose turn it is: a stage that works on the backlog of an outage says so by what it records.

It records the oldest step of any case first (ADR 0068), each with `noticed: outage`. So as long as
the log ends with such facts, later steps are still to come. Only while they go on, and only for
what is later than all of them: what is older was passed over.
"""

from datetime import datetime

from chalicelib.instant import NoInstant, parse
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.entries import Entries
from infra.verify.recorded import ms_of

_OUTAGE = b'"outage"'


def find_turn(entries: Entries, until: datetime) -> datetime | None:
    """Return the latest legal instant of what a backlog led to in the merge delay before *until*.

    None where the log ends without such a fact: the stage is not catching up.
    """
    since = ms_of(until - MERGE_DELAY)
    recent = (index for index, recorded in entries.times if recorded > since)
    instants = [at for index in recent if (at := _instant(entries, index)) is not None]
    return max(instants, default=None)


def _instant(entries: Entries, index: int) -> datetime | None:
    entry = entries.entry(index)
    if _OUTAGE not in entry.leaf:
        return None
    said = entry.payload
    try:
        is_late = not said.get("told") and said["data"].get("noticed") == "outage"
        return parse(said["at"]) if is_late else None
    except (AttributeError, KeyError, TypeError, NoInstant):
        return None  # whoever checks the leaf's form finds that
