"""Recompute: new rules are in force; find the cases that they change, and nudge those.

The rules are a profile and a calendar, by region. Every snapshot names those it was judged by. The
table of snapshots is read page by page. A case with old rules is judged again in memory; only if
the result differs does an inbox item bring the case to supervise, as a wake does. A case that is
found twice before supervise runs gets the same item; after that it is not found again.

A new catalogue is looked through likewise: its snapshot says of an open case that no catalogue has
had its item. If this one has it, the case is nudged. So an ordinary case pays nothing for it.

After each page a note says where to go on. So after a crash anywhere the next run goes on there.
Two more passes, a minute and a quarter of an hour later, find the cases judged by the old rules
meanwhile: a function caches calendars for some seconds, and may run for a while with the profile
that it was deployed with.

Items whose listing a new catalogue changes are notified first (`listing.py`). A minute without a
new version costs one request besides those for the versions in force.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

from msgspec import Struct, convert, field, to_builtins
from msgspec.structs import replace

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.errors import DomainError
from chalicelib.instant import text
from chalicelib.intake.inbox_id import catalogue_name
from chalicelib.lambdas import listing
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services
from chalicelib.supervision.deciders import is_moved

NOTE = ("IN_FORCE", "RULES")

_PAGE = 500  # snapshots
_SKEW = timedelta(hours=1)  # by how much an operator's clock may be ahead of a function's
_PASSES = (timedelta(), timedelta(minutes=1), timedelta(minutes=16))  # after the first began
_MOVING = timedelta(seconds=15)  # a running command notes its progress more often than that

RulesIn = Callable[[str], Rules]  # those of a region


class Counts(Struct, frozen=True, array_like=True):
    """How many snapshots were *looked_at*, how many cases *judged* again, how many *nudged*."""

    looked_at: int = 0
    judged: int = 0
    nudged: int = 0


class Progress(Struct, frozen=True):
    """How far the cases are brought under *rules*: *passes* are done, and one is at *after*.

    *began_at* and *moved_at* are by the wall clock; *judged_since* is by the clock of the stage.
    """

    rules: str
    began_at: datetime
    judged_since: datetime
    moved_at: datetime
    passes: int = 0
    after: dict[str, dict[str, Any]] | None = None
    counts: Counts = field(default_factory=Counts)

    @property
    def is_over(self) -> bool:
        """Whether all passes for these rules are done."""
        return self.passes == len(_PASSES)

    def is_due(self, wall: datetime) -> bool:
        """Return whether a pass is due at *wall*."""
        return not self.is_over and wall - self.began_at >= _PASSES[self.passes]

    def document(self) -> dict[str, Any]:
        """Return it as stored."""
        instants = (self.began_at, self.judged_since, self.moved_at)
        began_at, judged_since, moved_at = map(text, instants)
        times = {"began_at": began_at, "judged_since": judged_since, "moved_at": moved_at}
        return {**to_builtins(self), **times}


def read_progress(stored: Mapping[str, Any]) -> Progress:
    """Return the progress that `Progress.document` wrote."""
    return convert(stored, Progress)


def in_force(services: Services, *, fresh: bool = False) -> str:
    """Return the name of all that is in force; it changes when rules or catalogue do."""
    calendars = services.calendars.version(fresh=fresh)
    catalogue = services.catalogues.current(fresh=fresh)
    return f"{services.policies.version(fresh=fresh)} {calendars} {catalogue}"


def recompute(
    services: Services,
    budget: timedelta | None = None,
    report: Callable[[Counts], None] = lambda _: None,
    at_once: int = 1,
) -> Progress:
    """Go on where the last run ended, until nothing is due or *budget* is used up.

    *report* is called with the counts after each page; *at_once* cases are judged in parallel. A
    crash before a page's note is written repeats that page. A case whose nudge is pending gets the
    same nudge; a case that was judged since is no longer found.
    """
    ends = None if budget is None else time.monotonic() + budget.total_seconds()
    rules = in_force(services, fresh=True)
    progress = _resume(services, rules)
    with ThreadPoolExecutor(at_once) as pool:
        spread = pool.map if at_once > 1 else map
        while progress.is_due(services.wall()) and rules == in_force(services):
            progress = _recompute_page(services, progress, spread)
            services.registry.put(*NOTE, progress.document())
            report(progress.counts)
            if ends is not None and time.monotonic() >= ends:
                break
    return progress


def _resume(services: Services, rules: str) -> Progress:
    """Return where the last run under *rules* ended; the beginning, if there was none."""
    stored = services.registry.get(*NOTE)
    if stored is not None and stored["rules"] == rules:
        return read_progress(stored)
    wall = services.wall()
    return Progress(rules, began_at=wall, judged_since=services.now() - _SKEW, moved_at=wall)


def _recompute_page(
    services: Services, progress: Progress, spread: Callable[..., Iterable[bool]]
) -> Progress:
    """Judge the next page of snapshots, and nudge the cases that change."""
    catalogues, tokens, rules_in = services.catalogues, services.name_tokens, cache(services.rules)
    has_item = cache(lambda item: catalogues.entry(tokens.name_of(item)) is not None)
    snapshots, after = services.cases.page(progress.after, _PAGE)
    # A later pass takes only those that may have been saved since the first one read them.
    since = progress.judged_since if progress.passes else datetime.min.replace(tzinfo=UTC)
    new = [snapshot for snapshot in snapshots if snapshot.judged_at >= since]
    listed = [snapshot for snapshot in new if snapshot.is_unlisted and has_item(snapshot.item)]
    for snapshot in listed:
        name = catalogue_name(catalogues.current())
        services.inbox.put_revision(snapshot.case, name, services.now())
    old = [snapshot for snapshot in new if snapshot.rules not in rules_in(snapshot.region).names]
    moved = sum(spread(partial(_nudge_if_moved, services, rules_in), old))
    looked_at, judged, nudged = to_builtins(progress.counts)
    nudged += moved + len(listed)
    counts = Counts(looked_at + len(snapshots), judged + len(old), nudged)
    passes = progress.passes + (after is None)
    return replace(progress, moved_at=services.wall(), passes=passes, after=after, counts=counts)


def _nudge_if_moved(services: Services, rules_in: RulesIn, snapshot: CaseSnapshot) -> bool:
    """Nudge the case of *snapshot* if the rules in force change it. Return whether they do.

    An unreadable one counts as changed: supervise reports its error, and here the others go on.
    """
    rules = rules_in(snapshot.region)
    try:
        case = CaseHistory(record.fact for record in services.facts.of_case(snapshot.case))
        if not is_moved(snapshot, case, rules):
            return False
    except (DomainError, LookupError, TypeError, ValueError):
        telemetry.logger.exception("not readable", public_case=snapshot.public_case)
    services.inbox.put_revision(snapshot.case, rules.name, services.now())
    return True


def awaken(services: Services, budget: timedelta | None = None) -> int:
    """Wake every case that a new catalogue, calendar or profile may change. Return their number.

    New rules may change them all: the next run takes those that *budget* does not suffice for.
    """
    notes = dict(services.registry.documents(NOTE[0]))
    current = services.catalogues.in_force()
    notified = 0
    if not listing.is_notified(services, notes.get(listing.NOTE[1]), current.number):
        notified = listing.notify_items(services, budget).notified
    return notified + _recompute_under_rules(services, notes.get(NOTE[1]), budget)


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
