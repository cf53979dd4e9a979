"""Examination (受理审查): from receipt to acceptance, and the acceptance that silence makes.

行政许可法 32(1)(4): what is missing is told once, within five days of receipt; where it is not, the
application counts as accepted *from the day it was received*. Handed-in supplements are received
anew, and examined anew. An electronic filing is received when it enters the system (民法典 137).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cases.clocks import Clock, Standing, run
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import Permit
from chalicelib.clock.counting import Counting
from chalicelib.policy.profile import Profile

NOTIFIED = "case.supplement_notified"


@dataclass(frozen=True, slots=True)
class Start:
    """The case is accepted *at* an instant, by *fact*; *deemed* to be, once *since* has passed."""

    at: datetime
    fact: Fact
    since: datetime | None = None
    missing: int | None = None

    @property
    def is_deemed(self) -> bool:
        """Whether silence made it (视为受理)."""
        return self.since is not None


@dataclass(frozen=True, slots=True)
class Examined:
    """The clocks before acceptance, and the *start* of those after it (None: not accepted yet)."""

    clocks: tuple[Standing, ...] = ()
    start: Start | None = None


def examine(permit: Permit, profile: Profile, counting: Counting) -> Examined:
    """Run the clocks before acceptance. Raises Unknown."""
    told = permit.acceptance
    start = Start(told.at, told) if told else None
    if not permit.openings or "acceptance" not in profile.clocks:
        return Examined((), start)
    standings = [run(clock, profile, counting) for clock, _ in _rounds(permit, profile)]
    if "online" in profile.clocks:
        standings += [run(clock, profile, counting) for clock in _online(permit, profile)]
    for standing, (_, received) in zip(standings, _rounds(permit, profile), strict=False):
        due = standing.due
        if due is not None and standing.over_at is not None:
            start = Start(received.at, received, due.at, due.missing)
            break
    return Examined(tuple(standings), start)


def _rounds(permit: Permit, profile: Profile) -> Iterator[tuple[Clock, Fact]]:
    """Each time that something was received: the clock to examine it."""
    ends = (permit.acceptance, permit.closing)
    later = [*permit.supplements, *(fact for fact in ends if fact is not None)]
    waiting: Fact | None = permit.openings[0]
    for fact in sorted(later, key=lambda fact: fact.at):
        if waiting is None:
            if fact.kind == "case.supplement_submitted":
                waiting = fact
            elif fact.kind != NOTIFIED:
                return
        elif fact.kind != "case.supplement_submitted":
            yield _examination(waiting, fact, profile), waiting
            if fact.kind != NOTIFIED:
                return
            waiting = None
    if waiting is not None:
        yield _examination(waiting, None, profile), waiting


def _examination(received: Fact, end: Fact | None, profile: Profile) -> Clock:
    return Clock(
        name="acceptance",
        start=received.at,
        stop=end.at if end else None,
        limit=profile.clocks["acceptance"].limit,
        rests_on=tuple(fact.n for fact in (received, end) if fact),
        about=received.key,
    )


def _online(permit: Permit, profile: Profile) -> Iterator[Clock]:
    """网上预审: what was filed online is looked at; any step of the authority ends the waiting."""
    filed = permit.openings[0]
    if filed.kind != "case.submitted":
        return
    steps = [*permit.openings[1:], *permit.supplements, permit.acceptance, permit.closing]
    seen = min((fact.at for fact in steps if fact is not None), default=None)
    yield Clock(
        name="online",
        start=filed.at,
        stop=seen,
        limit=profile.clocks["online"].limit,
        rests_on=(filed.n,),
    )
