"""Examination (受理审查): from receipt to acceptance, and the acceptance that silence makes.

行政许可法 32(1)(4): the authority notifies once, within five days of receipt, all that is missing.
If it does not, the application counts as accepted *from the day it was received*. Supplements are
received and examined anew. An electronic filing is received when it enters the system (民法典 137).
After a notice the materials are brought, or the authority ends the case: it is not left lying.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.intake.event_types import Reported
from chalicelib.permit.clocks.clock import Clock, ClockState, run_clock
from chalicelib.permit.state import Permit
from chalicelib.policy.profile import Profile

BY_APPLICANT = frozenset({Reported.CASE_SUBMITTED, Reported.CASE_SUPPLEMENT_SUBMITTED})


class Start(Struct, frozen=True):
    """The case is accepted *at* an instant, by *fact*; *deemed* to be, once *since* has passed."""

    at: datetime
    fact: Fact
    since: datetime | None = None
    missing: int | None = None


class Examined(Struct, frozen=True):
    """The clocks before acceptance, and the *start* of those after it (None: not accepted yet)."""

    clocks: tuple[ClockState, ...] = ()
    start: Start | None = None


def examine(permit: Permit, rules: Rules) -> Examined:
    """Return the clocks before acceptance and the start that they lead to. Raises Unknown."""
    profile, acceptance = rules.profile, permit.acceptance
    start = Start(acceptance.at, acceptance) if acceptance else None
    states: list[ClockState] = []
    notices: list[Fact] = []
    for received, end in _rounds(permit) if "acceptance" in profile.clocks else ():
        state = run_clock(_examination(received, end, profile), rules)
        states.append(state)
        if state.due is not None and state.over_at is not None:
            start = Start(received.at, received, state.over_at, state.due.missing)
            break  # accepted by silence: a later notice of missing materials begins no examination
        if end is not None and end.kind == Reported.CASE_SUPPLEMENT_NOTIFIED:
            notices.append(end)
    if "supplement" in profile.clocks:
        states += [run_clock(_supplement(notice, permit, profile), rules) for notice in notices]
    if "online" in profile.clocks:
        states += [run_clock(clock, rules) for clock in _online(permit, profile)]
    return Examined(tuple(states), start)


def _rounds(permit: Permit) -> Iterator[tuple[Fact, Fact | None]]:
    """Yield each receipt of materials, and the fact that ended its examination, if any did."""
    if not permit.openings:
        return
    received: Fact | None = permit.openings[0]
    ends = [fact for fact in (permit.acceptance, permit.closing) if fact is not None]
    for fact in sorted([*permit.supplements, *ends], key=lambda fact: fact.at):
        if fact.kind == Reported.CASE_SUPPLEMENT_SUBMITTED:
            received = received or fact
            continue
        if received is not None:
            yield received, fact
        if fact.kind != Reported.CASE_SUPPLEMENT_NOTIFIED:
            return
        received = None
    if received is not None:
        yield received, None


def _examination(received: Fact, end: Fact | None, profile: Profile) -> Clock:
    return Clock(
        name="acceptance",
        start=received.at,
        stop=end.at if end else None,
        limit=profile.clocks["acceptance"].limit,
        rests_on=tuple(fact.n for fact in (received, end) if fact),
        about=received.key,
    )


def _supplement(notice: Fact, permit: Permit, profile: Profile) -> Clock:
    """Return the clock of a *notice* of what is missing; what is brought stops it, or an ending."""
    steps = [*permit.supplements, permit.acceptance, permit.closing]
    ends = [step for step in steps if step is not None and step.kind != notice.kind]
    end = min(
        (step for step in ends if step.at >= notice.at), key=lambda step: step.at, default=None
    )
    return Clock(
        name="supplement",
        start=notice.at,
        stop=end.at if end else None,
        limit=profile.clocks["supplement"].limit,
        rests_on=tuple(fact.n for fact in (notice, end) if fact),
        about=notice.key,
    )


def _online(permit: Permit, profile: Profile) -> Iterator[Clock]:
    """Yield the clock of an online filing (网上预审); any step of the authority stops it."""
    if not permit.openings or permit.openings[0].kind != Reported.CASE_SUBMITTED:
        return
    filing = permit.openings[0]
    steps = [*permit.openings, *permit.supplements, permit.acceptance, permit.closing]
    answered_at = [step.at for step in steps if step is not None and step.kind not in BY_APPLICANT]
    yield Clock(
        name="online",
        start=filing.at,
        stop=min(answered_at, default=None),
        limit=profile.clocks["online"].limit,
        rests_on=(filing.n,),
    )
