"""Unsettled cases (待核) on the public pages: a limit has passed, and nobody may judge it yet.

Pure. A source may still tell in time what happened before the limit (CLAIMS §4). A page reads, of
each department, the open cases that fell due a short while ago, one query for each.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.cases.head import CaseSnapshot
from chalicelib.policy.sources import USUAL, Registrations

DUE = 10  # cases that fall due next, of one department
MOST = 120  # cases of one department that a page looks at
_WORKING_DAY = timedelta(days=15)  # no two working days lie further apart
_SLACK = timedelta(days=1)  # an acceptance that came late is judged later


class NearCases(NamedTuple):
    """A department's cases that wait to be judged, and those that fall *due* next."""

    unjudged: list[CaseSnapshot]
    due: list[CaseSnapshot]


def look_back(sources: Registrations) -> timedelta:
    """Return how long ago a case fell due, at the longest, that is not judged yet."""
    waits = [timedelta(seconds=USUAL.seconds or 0)]
    for source in sources.by_name.values():
        seconds = (delivery.time.seconds for delivery in source.deliveries)
        waits += [_WORKING_DAY if each is None else timedelta(seconds=each) for each in seconds]
        waits += [outage.until - outage.since for outage in source.outages]
    return max(waits) + _SLACK


def near_cases(snapshots: Iterable[CaseSnapshot], now: datetime) -> NearCases:
    """Sort *snapshots*, those due first first, until enough of those due next are found.

    A card's own case falls due as well, but has no applicant and is left out.
    """
    near = NearCases([], [])
    for snapshot in snapshots:
        if snapshot.due_at is None or len(near.due) == DUE:
            break
        if snapshot.kind != "permit":
            continue
        if snapshot.is_unjudged(now):
            near.unjudged.append(snapshot)
        elif snapshot.due_at >= now:
            near.due.append(snapshot)
    return near
