"""The signs of back-filled or implausible data: V-27 先办后录 (DOMAIN §2.1, §1.7 “Code smell”).

Pure. Reported facts never change, so nothing here depends on now. A sign blames the record, not the
delay: an event counts as recorded when its own system wrote it down (`recordedtime`). Only without
that it counts as recorded when we received it. So a delay by an outage of ours is no sign.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.cases.correction import TOO_MANY
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import Permit
from chalicelib.cases.procedure import is_given
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.due import due
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import Reported
from chalicelib.policy.allowance import Roles
from chalicelib.policy.data_quality import AtOnce, DataQuality, MonthEnd
from chalicelib.policy.limit import Limit

_NO_NODES = frozenset({Reported.ACCEPTANCE_WITHDRAWN, Reported.CARD_RESPONDED})
_PROMPT = timedelta(hours=1)  # no limit is shorter, so most facts need no counting
_LONGEST_MONTH = timedelta(days=31)

_CLAIMED = {"accepted before": "accepted_again", TOO_MANY: "too_many_corrections"}

_SignFacts = tuple[str, str, tuple[int, ...]]
"""A sign's name, its basis, and the facts that it rests on: none if the case does not have it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """The sign *name*, which a case has from *at* on; it *rests_on* facts."""

    name: str
    rests_on: tuple[int, ...]
    at: datetime
    basis: str


def find_signs(case: CaseHistory, permit: Permit, rules: Rules) -> tuple[Sign, ...]:
    """Return every sign that the profile measures; none before a case says where it belongs."""
    if not permit.origin:
        return ()
    measured = rules.profile.data_quality
    slow = [fact for fact in case.facts if fact.told and fact.recorded_at - fact.at > _PROMPT]
    candidates = [*_of_records(slow, rules.counting, measured)] if slow else []
    if permit.closing is not None:
        candidates += _of_times(case, permit, measured)
    if measured.claims and permit.extensions:
        rests_on = of_unknown_roles(permit, rules.profile.roles)
        candidates.append(("unknown_role", measured.claims, rests_on))
    if measured.corrected:
        rests_on = corrected_often(case, measured.corrected.times)
        candidates.append(("corrected", measured.corrected.basis, rests_on))
    if measured.claims and permit.set_aside:
        candidates += _of_claims(permit, measured.claims)
    return tuple(
        Sign(name, rests_on, max(case.facts[n].recorded_at for n in rests_on), basis)
        for name, basis, rests_on in candidates
        if rests_on
    )


def _of_records(
    slow: Sequence[Fact], counting: Counting, measured: DataQuality
) -> Iterator[_SignFacts]:
    """Yield the signs in the instants at which events were written down."""
    if late := measured.late_recording:
        yield "late_recording", late.basis, recorded_late(slow, late.after, counting)
    if end := measured.month_end:
        yield "month_end", end.basis, at_the_end_of_the_month(slow, end, counting)


def _of_times(case: CaseHistory, permit: Permit, measured: DataQuality) -> Iterator[_SignFacts]:
    """Yield the signs in the reported instants of a case that has ended."""
    if at_once := measured.same_second:
        yield "same_second", at_once.basis, in_the_same_second(case, permit, at_once)
    if at_once := measured.zero_time:
        yield "zero_time", at_once.basis, in_no_time(permit, at_once)
    if first := measured.closed_before_accepted:
        yield "closed_before_accepted", first.basis, closed_before_accepted(permit)


def _of_claims(permit: Permit, basis: str) -> Iterator[_SignFacts]:
    """Yield the signs in what was set aside because a source may not say it by itself."""
    for reason, name in _CLAIMED.items():
        yield name, basis, tuple(fact.n for fact, why in permit.set_aside if why == reason)


def recording_instant(fact: Fact) -> datetime:
    """Return when a reported *fact* was written down, at the latest when we received it."""
    return min(fact.written_at, fact.recorded_at) if fact.written_at else fact.recorded_at


def recorded_late(facts: Sequence[Fact], after: Limit, counting: Counting) -> tuple[int, ...]:
    """Return the facts recorded later than *after* they had happened."""
    return tuple(fact.n for fact in _later_than(after, facts, counting))


def in_the_same_second(case: CaseHistory, permit: Permit, at_once: AtOnce) -> tuple[int, ...]:
    """Return the acceptance, the end and the other facts within one second of the end.

    The profile sets the length of that second and how many facts make a sign. An adapter without a
    workflow behind it invents accept, review and close, all with the time of the end. So the second
    is counted back from the end; a true submission before it does not remove the sign.
    """
    ends = _ends(permit, at_once)
    if ends is None:
        return ()
    until, nodes = ends[1].at, {end.n for end in ends}
    nodes |= {
        fact.n
        for fact in case.told
        if timedelta() <= until - fact.at < at_once.under and fact.kind not in _NO_NODES
    }
    return tuple(sorted(nodes)) if len(nodes) >= at_once.nodes else ()


def in_no_time(permit: Permit, at_once: AtOnce) -> tuple[int, ...]:
    """Return the acceptance and a decision at the same time, unless immediate (即办件)."""
    ends = _ends(permit, at_once)
    if ends is None or ends[1].kind != Reported.CASE_DECIDED:
        return ()
    return tuple(sorted(end.n for end in ends))


def closed_before_accepted(permit: Permit) -> tuple[int, ...]:
    """Return the end and the acceptance that came after it, which was set aside."""
    closing = permit.closing
    if closing is None or permit.acceptance is not None:
        return ()
    for fact, _ in permit.set_aside:
        if fact.kind == Reported.CASE_ACCEPTED:
            return tuple(sorted((fact.n, closing.n)))
    return ()


def at_the_end_of_the_month(
    facts: Sequence[Fact], rule: MonthEnd, counting: Counting
) -> tuple[int, ...]:
    """V-27: return the facts recorded in a month's last days, long after they happened in it."""
    late = _later_than(rule.older, facts, counting)
    return tuple(fact.n for fact in late if _in_its_last_days(fact, rule.last, counting))


def of_unknown_roles(permit: Permit, roles: Roles) -> tuple[int, ...]:
    """Return the extensions whose approver was told, but by no role that the profile knows.

    A name, which is kept private, is no role either.
    """
    return tuple(
        fact.n
        for fact in permit.extensions
        if is_given(fact, "approved_by") and not roles.is_known(fact.text("approved_by"))
    )


def corrected_often(case: CaseHistory, times: int) -> tuple[int, ...]:
    """Return the corrections of what was reported, where there are *times* or more."""
    corrections = tuple(fact.n for fact in case.of_type(Reported.CASE_CORRECTED) if fact.told)
    return corrections if len(corrections) >= times else ()


def _ends(permit: Permit, at_once: AtOnce) -> tuple[Fact, Fact] | None:
    """Return the acceptance and the end, if no more than an instant lies between them."""
    accepted, closing = permit.acceptance, permit.closing
    if accepted is None or closing is None:
        return None
    kind = (permit.terms and permit.terms.kind) or accepted.text("kind")
    if kind in at_once.except_kinds or closing.at - accepted.at >= at_once.under:
        return None
    return accepted, closing


def _later_than(limit: Limit, facts: Sequence[Fact], counting: Counting) -> Iterator[Fact]:
    """Return the reported facts recorded after *limit* from when they happened had run out."""
    return (fact for fact in facts if fact.told and _is_over(fact, limit, counting))


def _is_over(fact: Fact, limit: Limit, counting: Counting) -> bool:
    """Return whether it was certainly recorded late; without a calendar nothing is certain."""
    if recording_instant(fact) - fact.at < _PROMPT:
        return False
    try:
        ends = due(within_reach(fact.at), (limit,), (), counting)
    except Unknown:
        return False
    return ends is not None and ends.missing is None and recording_instant(fact) > ends.at


def _in_its_last_days(fact: Fact, last: Limit, counting: Counting) -> bool:
    """Return whether it was recorded in the *last* days of the month in which it happened."""
    if recording_instant(fact) - fact.at > _LONGEST_MONTH:
        return False
    happened, day = counting.day_of(fact.at), counting.day_of(recording_instant(fact))
    if (happened.year, happened.month) != (day.year, day.month):
        return False
    end = day.replace(day=monthrange(day.year, day.month)[1])
    if last.unit == "d":
        return (end - day).days < last.amount
    if counting.missing(day, end) is not None:
        return False
    return counting.calendar.workdays_between(day, end) < last.amount
