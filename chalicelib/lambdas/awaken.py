"""Awaken: when a catalogue, a calendar or a policy arrives, see to the cases that it concerns.

A new catalogue concerns the cases that are held for want of an entry, and the items that it lists
otherwise (`listing`); new rules concern whoever they move (`recompute`). What was seen to is noted,
so that a minute in which nothing is new costs one request beside those that name what is in force.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.instant import parse, text
from chalicelib.lambdas import listing
from chalicelib.lambdas.recompute import NOTE, in_force, read_progress, recompute
from chalicelib.plumbing.services import Services

_NOTES, _RULES = NOTE
_ITEMS = listing.NOTE[1]
_CATALOGUE = "CATALOGUE"
_AGAIN = timedelta(minutes=5)
_NEW = timedelta(minutes=16)  # a function may run with the catalogue before for as long
_MOVING = timedelta(seconds=15)  # for longer nobody who is at it says nothing


def awaken(services: Services, budget: timedelta | None = None) -> int:
    """Nudge or tell what a new catalogue, calendar or policy concerns; say how many cases.

    New rules may concern them all: what *budget* does not suffice for is left to the next run.
    """
    notes = dict(services.registry.documents(_NOTES))
    current = services.catalogues.in_force()
    nudged = _under_catalogue(services, notes.get(_CATALOGUE), current.version)
    if not listing.is_told(services, notes.get(_ITEMS), current.number):
        nudged += listing.tell_items(services, budget).told
    return nudged + _under_rules(services, notes.get(_RULES), budget)


def nudge_held(services: Services) -> int:
    """Nudge the cases that are held for want of a catalogue entry; say how many those are.

    One that still lacks its entry is held again, and no harm is done.
    """
    now = services.now()
    cases = list(services.cases.held("catalogue:"))
    for case in cases:
        services.inbox.put_nudge(case, now, now)
    return len(cases)


def _under_catalogue(services: Services, note: Mapping[str, Any] | None, catalogue: str) -> int:
    """While the catalogue is new, nudge every few minutes: the old one may still be judged by.

    A crash before the note is written finds it new again; nudging twice does no harm.
    """
    wall = since = services.wall()
    if note is not None and note["catalogue"] == catalogue:
        since = parse(note["since"])
        if wall - since > _NEW or wall - parse(note["nudged_at"]) < _AGAIN:
            return 0
    nudged = nudge_held(services)
    body = {"catalogue": catalogue, "since": text(since), "nudged_at": text(wall)}
    services.registry.put(_NOTES, _CATALOGUE, body)
    return nudged


def _under_rules(
    services: Services, note: Mapping[str, Any] | None, budget: timedelta | None
) -> int:
    """Take the cases a step further under new rules, unless an operator's command is at it."""
    if note is None or not _is_of_these(services, note):
        return recompute(services, budget).counts.nudged
    progress, wall = read_progress(note), services.wall()
    if not progress.is_due(wall) or wall - progress.moved_at < _MOVING:
        return 0
    return recompute(services, budget).counts.nudged - progress.counts.nudged


def _is_of_these(services: Services, note: Mapping[str, Any]) -> bool:
    """Whether *note* is of the rules in force; where it seems not to be, we may be behind."""
    return any(note["rules"] == in_force(services, fresh=fresh) for fresh in (False, True))
