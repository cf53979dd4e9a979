"""Awaken: wake the cases that a new catalogue, calendar or profile may change.

A new catalogue can change the items whose listing differs (`listing`), and the cases whose item no
catalogue had; new rules can change any case (`recompute`). Notes say which versions are done. So a
minute without a new version costs one request besides those for the versions in force.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.lambdas import listing
from chalicelib.lambdas.recompute import NOTE, in_force, read_progress, recompute
from chalicelib.plumbing.services import Services

_NOTES, _RULES = NOTE
_ITEMS = listing.NOTE[1]
_MOVING = timedelta(seconds=15)  # a running command notes its progress more often than that


def awaken(services: Services, budget: timedelta | None = None) -> int:
    """Wake every case that a new catalogue, calendar or profile may change. Return their number.

    New rules may change them all: the next run takes those that *budget* does not suffice for.
    """
    notes = dict(services.registry.documents(_NOTES))
    current = services.catalogues.in_force()
    nudged = 0
    if not listing.is_notified(services, notes.get(_ITEMS), current.number):
        nudged += listing.notify_items(services, budget).notified
    return nudged + _recompute_under_rules(services, notes.get(_RULES), budget)


def _recompute_under_rules(
    services: Services, note: Mapping[str, Any] | None, budget: timedelta | None
) -> int:
    """Recompute cases under new rules, unless an operator's command does so. Return how many."""
    # If the note names others, the rules are read again past the cache: ours may be old.
    names = (in_force(services, fresh=fresh) for fresh in (False, True))
    if note is None or note["rules"] not in names:
        return recompute(services, budget).counts.nudged
    progress, wall = read_progress(note), services.wall()
    if not progress.is_due(wall) or wall - progress.moved_at < _MOVING:
        return 0
    return recompute(services, budget).counts.nudged - progress.counts.nudged
