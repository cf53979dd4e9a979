"""Examination (受理审查): from receipt to acceptance, and the acceptance that silence makes.

行政许可法 32(1)(4): the authority notifies once, within five days of receipt, all that is missing.
If it does not, the application counts as accepted *from the day it was received*. Supplements are
received and examined anew. An electronic filing is received when it enters the system (民法典 137).
After a notice the materials are brought, or the authority ends the case. An acceptance that comes
after silence can shorten the terms of the application and never lengthen them.
"""

from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.findings.clock import Clock, ClockState, run_clock
from chalicelib.instant import LATEST
from chalicelib.intake.event_types import Reported
from chalicelib.permit.clocks.binding import limit_ends, promise_ends
from chalicelib.permit.state import Permit
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import read_terms

BY_APPLICANT = frozenset({Reported.CASE_SUBMITTED, Reported.CASE_SUPPLEMENT_SUBMITTED})


class Start(Struct, frozen=True):
    """The case is accepted *at* an instant, by *fact*; by silence, once *since* has passed."""

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
        state = run_clock(_clock("acceptance", received, end, profile), rules)
        states.append(state)
        if state.due is not None and state.over_at is not None:
            start = Start(received.at, received, state.over_at, state.due.missing)
            break  # accepted by silence: a later notice of missing materials begins no examination
        if end is not None and end.kind == Reported.CASE_SUPPLEMENT_NOTIFIED:
            notices.append(end)
    if "supplement" in profile.clocks:
        for notice in notices:
            clock = _clock("supplement", notice, _end_of(notice, permit), profile)
            states.append(run_clock(clock, rules))
    if "online" in profile.clocks:
        states += [run_clock(clock, rules) for clock in _online(permit, profile)]
    return Examined(tuple(states), start)


def _rounds(permit: Permit) -> Iterator[tuple[Fact, Fact | None]]:
    """Yield each receipt of materials, and the fact that ended its examination, if any did."""
    if not permit.openings:
        return
    received: Fact | None = permit.openings[0]
    for fact in sorted([*permit.supplements, *_ends(permit)], key=attrgetter("at")):
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


def _ends(permit: Permit) -> list[Fact]:
    """Return what ends every examination: the acceptance, the end of the case."""
    return [fact for fact in (permit.acceptance, permit.closing) if fact is not None]


def _end_of(notice: Fact, permit: Permit) -> Fact | None:
    """Return what ended the wait after a *notice* of what is missing: materials, or an ending."""
    steps = (step for step in (*permit.supplements, *_ends(permit)) if step.kind != notice.kind)
    later = (step for step in steps if step.at >= notice.at)
    return min(later, key=attrgetter("at"), default=None)


def _clock(name: str, begun: Fact, end: Fact | None, profile: Profile) -> Clock:
    """Return the clock *name* that the fact *begun* started and *end* stopped."""
    return Clock(
        name=name,
        start=begun.at,
        stop=end.at if end else None,
        limit=profile.clocks[name].limit,
        rests_on=(begun.n, end.n) if end else (begun.n,),
        about=begun.key,
    )


def _online(permit: Permit, profile: Profile) -> Iterator[Clock]:
    """Yield the clock of an online filing (网上预审); any step of the authority stops it."""
    if not permit.openings or permit.openings[0].kind != Reported.CASE_SUBMITTED:
        return
    filing = permit.openings[0]
    steps = (*permit.openings, *permit.supplements, *_ends(permit))
    yield Clock(
        name="online",
        start=filing.at,
        stop=min((step.at for step in steps if step.kind not in BY_APPLICANT), default=None),
        limit=profile.clocks["online"].limit,
        rests_on=(filing.n,),
    )


def as_deemed(permit: Permit, start: datetime, rules: Rules) -> Permit:
    """Return *permit* by its shorter terms, deemed to be accepted at *start*."""
    application = permit.openings[0] if permit.openings else None
    first = read_terms(application.data.get("terms")) if application else None
    later = permit.terms
    if first is None or later is None or first == later:
        return permit
    terms, later_promise = first, replace(first, promise=later.promise, due_at=later.due_at)
    promises = [promise_ends(each, start, rules) or LATEST for each in (later_promise, first)]
    if promises[0] < promises[1]:
        terms = later_promise
    lawful = [limit_ends(each.statutory, "statutory", start, rules) for each in (later, first)]
    if lawful[0] < lawful[1]:
        terms = replace(terms, statutory=later.statutory)
    return replace(permit, terms=terms)
