"""Recompute: new rules are in force; find the cases that are others under them, and nudge those.

The rules are a policy and a calendar, by region. Every head says under which it was judged. The
table of heads is gone through, page by page; whose rules are old is judged again in memory, and
only where that comes out otherwise does an inbox item bring the case to supervise, as a wake does.
What is found again before it was seen to is the same item; what was seen to is not found again.

After each page a note says where to go on, so whoever is killed anywhere, the next goes on there.
Twice more, a minute and a quarter of an hour later, those are looked for that were judged under the
old rules meanwhile: a function remembers calendars for some seconds, and may run for a while with
the policy that it was deployed with.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from chalicelib.cards.docket import is_moved
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import DomainError
from chalicelib.instant import parse, text
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services

NOTE = ("IN_FORCE", "RULES")

_PAGE = 500  # heads
_SKEW = timedelta(hours=1)  # by how much an operator's clock may be ahead of a function's
_PASSES = (timedelta(), timedelta(minutes=1), timedelta(minutes=16))  # after the first began

RulesIn = Callable[[str], Rules]  # those of a region


@dataclass(frozen=True, slots=True)
class Counts:
    """How many heads were *looked_at*, how many cases were *judged* again, how many *nudged*."""

    looked_at: int = 0
    judged: int = 0
    nudged: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the cases are brought under *rules*: *passes* are done, and one is at *after*.

    *began_at* and *moved_at* are by the wall; *judged_since* is the time that cases live by.
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
        """Whether nothing is left to be done for these rules."""
        return self.passes == len(_PASSES)

    def is_due(self, wall: datetime) -> bool:
        """Whether there is something to be done at *wall*."""
        return not self.is_over and wall - self.began_at >= _PASSES[self.passes]

    def document(self) -> dict[str, Any]:
        """Write it as it is stored."""
        return {
            "rules": self.rules,
            "began_at": text(self.began_at),
            "judged_since": text(self.judged_since),
            "moved_at": text(self.moved_at),
            "passes": self.passes,
            "after": self.after,
            "counts": [self.counts.looked_at, self.counts.judged, self.counts.nudged],
        }


def read_progress(stored: Mapping[str, Any]) -> Progress:
    """Read what `Progress.document` wrote."""
    instants = {name: parse(stored[name]) for name in ("began_at", "judged_since", "moved_at")}
    counts = Counts(*stored["counts"])
    return Progress(
        stored["rules"], **instants, passes=stored["passes"], after=stored["after"], counts=counts
    )


def in_force(services: Services, *, fresh: bool = False) -> str:
    """Name the rules in force everywhere: what to compare to see that any are new."""
    return f"{services.profiles_version()} {services.calendars.version(fresh=fresh)}"


def recompute(
    services: Services,
    budget: timedelta | None = None,
    told: Callable[[Counts], None] = lambda _: None,
    at_once: int = 1,
) -> Progress:
    """Go on where the last run ended, until nothing is due or *budget* is used up.

    *told* hears after each page how far it is; of a page so many cases are looked at *at_once*. A
    crash before a page's note is written repeats that page: what is on its way is nudged once, and
    what has arrived is no longer found.
    """
    ends = None if budget is None else time.monotonic() + budget.total_seconds()
    rules = in_force(services, fresh=True)
    progress = _resumed(services, rules)
    with ThreadPoolExecutor(at_once) as pool:
        spread = pool.map if at_once > 1 else map
        while progress.is_due(services.wall()) and rules == in_force(services):
            progress = _page(services, progress, spread)
            services.registry.put(*NOTE, progress.document())
            told(progress.counts)
            if ends is not None and time.monotonic() >= ends:
                break
    return progress


def _resumed(services: Services, rules: str) -> Progress:
    """Where the last run under *rules* ended; the beginning, if there was none."""
    stored = services.registry.get(*NOTE)
    if stored is not None and stored["rules"] == rules:
        return read_progress(stored)
    wall = services.wall()
    return Progress(rules, began_at=wall, judged_since=services.now() - _SKEW, moved_at=wall)


def _page(
    services: Services, progress: Progress, spread: Callable[..., Iterable[bool]]
) -> Progress:
    """Look at the next page of heads, and nudge whose case is another now."""
    rules_in = cache(services.rules)
    snapshots, after = services.cases.page(progress.after, _PAGE)
    old = [snapshot for snapshot in snapshots if _is_old(snapshot, progress, rules_in)]
    moved = sum(spread(partial(_nudge_if_moved, services, rules_in), old))
    before = progress.counts
    counts = Counts(
        before.looked_at + len(snapshots), before.judged + len(old), before.nudged + moved
    )
    passes = progress.passes + (after is None)
    return replace(progress, moved_at=services.wall(), passes=passes, after=after, counts=counts)


def _is_old(snapshot: CaseSnapshot, progress: Progress, rules_in: RulesIn) -> bool:
    """Whether *snapshot* may be another under the rules in force, and was not looked at before."""
    is_new = progress.passes == 0 or snapshot.judged_at >= progress.judged_since
    return is_new and snapshot.rules != rules_in(snapshot.region).name


def _nudge_if_moved(services: Services, rules_in: RulesIn, snapshot: CaseSnapshot) -> bool:
    """Nudge the case of *snapshot* if it is another now; False if it is not."""
    if not _is_moved(services, rules_in, snapshot):
        return False
    rules = rules_in(snapshot.region)
    services.inbox.put_revision(snapshot.case, rules.name, services.now())
    return True


def _is_moved(services: Services, rules_in: RulesIn, snapshot: CaseSnapshot) -> bool:
    """Whether the case is another now. One that cannot be read must not stop all the others."""
    try:
        case = CaseHistory(record.fact for record in services.facts.of_case(snapshot.case))
        return is_moved(snapshot, case, rules_in(snapshot.region))
    except (DomainError, LookupError, TypeError, ValueError):
        telemetry.logger.exception("not readable", public_case=snapshot.public_case)
        return True  # supervise says so in the ordinary way
