"""The signs of back-filled or implausible data: V-27 先办后录 (DOMAIN §2.1, §1.7 “Code smell”).

Pure. What was told stays told, so nothing here depends on now. A sign blames the record, not the
delay: an event counts as recorded when its own system wrote it down (`recordedtime`), and only
where that is not said, when we received it. So what an outage of ours held up is no sign.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import Permit
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.due import due
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import Reported
from chalicelib.policy.data_quality import AtOnce, DataQuality, MonthEnd
from chalicelib.policy.limit import Limit

_NO_NODES = frozenset({Reported.ACCEPTANCE_WITHDRAWN, Reported.CARD_RESPONDED})
_PROMPT = timedelta(hours=1)  # no limit is shorter, so most facts need no counting
_LONGEST_MONTH = timedelta(days=31)

_Shown = tuple[str, str, tuple[int, ...]]
"""A sign's name, its basis, and the facts it rests on: none where it does not show."""


@dataclass(frozen=True, slots=True)
class Sign:
    """The sign *name* shows in a case from *at* on, by the facts that it *rests_on*."""

    name: str
    rests_on: tuple[int, ...]
    at: datetime
    basis: str


def signs(case: CaseHistory, permit: Permit, rules: Rules) -> tuple[Sign, ...]:
    """Return every sign that the profile measures; none before a case says where it belongs."""
    if not permit.origin:
        return ()
    measured = rules.profile.data_quality
    slow = [fact for fact in case.facts if fact.told and fact.recorded_at - fact.at > _PROMPT]
    shown = [*_of_records(slow, rules.counting, measured)] if slow else []
    if permit.closing is not None:
        shown += _of_times(case, permit, measured)
    if measured.corrected:
        rests_on = corrected_often(case, measured.corrected.times)
        shown.append(("corrected", measured.corrected.basis, rests_on))
    return tuple(
        Sign(name, rests_on, max(case.facts[n].recorded_at for n in rests_on), basis)
        for name, basis, rests_on in shown
        if rests_on
    )


def _of_records(
    slow: Sequence[Fact], counting: Counting, measured: DataQuality
) -> Iterator[_Shown]:
    """What shows in when things were written down."""
    if late := measured.late_recording:
        yield "late_recording", late.basis, recorded_late(slow, late.after, counting)
    if end := measured.month_end:
        yield "month_end", end.basis, at_the_end_of_the_month(slow, end, counting)


def _of_times(case: CaseHistory, permit: Permit, measured: DataQuality) -> Iterator[_Shown]:
    """What shows in when things are said to have happened, once a case has ended."""
    if at_once := measured.same_second:
        yield "same_second", at_once.basis, in_the_same_second(case, permit, at_once)
    if at_once := measured.zero_time:
        yield "zero_time", at_once.basis, in_no_time(permit, at_once)
    if first := measured.closed_before_accepted:
        yield "closed_before_accepted", first.basis, closed_before_accepted(permit)


def recorded(told: Fact) -> datetime:
    """When what was *told* was written down; that cannot have been after we received it."""
    return min(told.written_at, told.recorded_at) if told.written_at else told.recorded_at


def recorded_late(facts: Sequence[Fact], after: Limit, counting: Counting) -> tuple[int, ...]:
    """What was recorded later than *after* it had happened."""
    return tuple(fact.n for fact in _later_than(after, facts, counting))


def in_the_same_second(case: CaseHistory, permit: Permit, at_once: AtOnce) -> tuple[int, ...]:
    """The acceptance, the end and so many more in one second, or what the profile takes for one.

    An adapter without a workflow behind it invents accept, review and close, all stamped with the
    time of the end. So the time is counted back from there; a true submission before it is no cure.
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
    """Decided as soon as accepted, though it is no case that is decided on the spot (即办件)."""
    ends = _ends(permit, at_once)
    if ends is None or ends[1].kind != Reported.CASE_DECIDED:
        return ()
    return tuple(sorted(end.n for end in ends))


def closed_before_accepted(permit: Permit) -> tuple[int, ...]:
    """An end before the beginning: such an acceptance is none, and was set aside."""
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


def corrected_often(case: CaseHistory, times: int) -> tuple[int, ...]:
    """Return the corrections of what was reported, where there are *times* or more."""
    made = tuple(fact.n for fact in case.of_type(Reported.CASE_CORRECTED) if fact.told)
    return made if len(made) >= times else ()


def _ends(permit: Permit, at_once: AtOnce) -> tuple[Fact, Fact] | None:
    """The acceptance and the end, where no more than an instant lies between them."""
    accepted, closing = permit.acceptance, permit.closing
    if accepted is None or closing is None:
        return None
    kind = (permit.terms and permit.terms.kind) or accepted.text("kind")
    if kind in at_once.except_kinds or closing.at - accepted.at >= at_once.under:
        return None
    return accepted, closing


def _later_than(limit: Limit, facts: Sequence[Fact], counting: Counting) -> Iterator[Fact]:
    """Those told facts that were recorded when *limit* from when they happened had run out."""
    return (fact for fact in facts if fact.told and _is_over(fact, limit, counting))


def _is_over(fact: Fact, limit: Limit, counting: Counting) -> bool:
    """Whether it was recorded late beyond doubt: on an unknown calendar nothing is."""
    if recorded(fact) - fact.at < _PROMPT:
        return False
    try:
        ends = due(within_reach(fact.at), (limit,), (), counting)
    except Unknown:
        return False
    return ends is not None and ends.missing is None and recorded(fact) > ends.at


def _in_its_last_days(fact: Fact, last: Limit, counting: Counting) -> bool:
    """Whether it was recorded in the *last* days of the month in which it happened."""
    if recorded(fact) - fact.at > _LONGEST_MONTH:
        return False
    happened, day = counting.day_of(fact.at), counting.day_of(recorded(fact))
    if (happened.year, happened.month) != (day.year, day.month):
        return False
    end = day.replace(day=monthrange(day.year, day.month)[1])
    if last.unit == "d":
        return (end - day).days < last.amount
    if counting.missing(day, end) is not None:
        return False
    return counting.calendar.workdays_between(day, end) < last.amount
