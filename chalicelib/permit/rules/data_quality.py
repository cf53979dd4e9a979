"""The signs of back-filled or implausible data: V-27 先办后录 (DOMAIN §2.1, §1.7 “Code smell”).

Pure. Reported facts never change, so nothing here depends on now. Only the receipt is evidence: how
late an event was told is from when it happened to when we received it (CLAIMS §1). What its system
says of when it wrote it down (`recordedtime`) explains a delay and never lifts it: the sign says
that it is explained. A delay by a recorded outage, of the source or of ours, counts from its end.
"""

from calendar import monthrange
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.delivery import reportable_from
from chalicelib.clock.due import due
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import SOURCE_TYPES, Reported
from chalicelib.permit.state import Permit
from chalicelib.policy.basis import Basis
from chalicelib.policy.data_quality import AtOnce, DataQuality, MonthEnd
from chalicelib.policy.limit import Limit

_NO_NODES = frozenset(Reported) - frozenset(SOURCE_TYPES) | {
    Reported.ACCEPTANCE_WITHDRAWN,
    Reported.IRREGULARITY_FOUND,
}
_PROMPT = timedelta(hours=1)  # no limit is shorter, so most facts need no counting
_LONGEST_MONTH = timedelta(days=31)

_Candidate = tuple[str, Basis, Callable[[], tuple[int, ...]]]
"""A sign's name, its basis, and how to find the facts that it rests on: none without the sign."""


class Sign(Struct, frozen=True):
    """The sign *name*, which a case has from *at* on; it *rests_on* facts.

    *explained*: by its source's own record, every one of them was written down in time.
    """

    name: str
    rests_on: tuple[int, ...]
    at: datetime
    basis: Basis
    explained: bool = False


def find_signs(
    case: CaseHistory, permit: Permit, rules: Rules, noted: Collection[str] = ()
) -> tuple[Sign, ...]:
    """Return every sign that the profile measures, but for those *noted* already, by name."""
    if not permit.origin:
        return ()
    measured = rules.profile.data_quality
    slow = [fact for fact in case.facts if fact.told and fact.recorded_at - fact.at > _PROMPT]
    candidates = [*_of_records(slow, rules, measured)] if slow else []
    if permit.closing is not None:
        candidates += _of_times(case, permit, measured)
    if measured.corrected:
        often = partial(corrected_often, case, measured.corrected.times)
        candidates.append(("corrected", measured.corrected.basis, often))
    return tuple(
        Sign(
            name,
            rests_on,
            max(case.facts[n].recorded_at for n in rests_on),
            basis,
            explained=_is_explained(name, [case.facts[n] for n in rests_on], rules, measured),
        )
        for name, basis, find in candidates
        if name not in noted and (rests_on := find())
    )


def _of_records(slow: Sequence[Fact], rules: Rules, measured: DataQuality) -> Iterator[_Candidate]:
    """Yield the signs in the instants at which events were received."""
    if late := measured.late_recording:
        yield "late_recording", late.basis, partial(recorded_late, slow, late.after, rules)
    if end := measured.month_end:
        yield "month_end", end.basis, partial(at_the_end_of_the_month, slow, end, rules)


def _of_times(case: CaseHistory, permit: Permit, measured: DataQuality) -> Iterator[_Candidate]:
    """Yield the signs in the reported instants of a case that has ended."""
    if at_once := measured.same_second:
        yield "same_second", at_once.basis, partial(in_the_same_second, case, permit, at_once)
    if at_once := measured.zero_time:
        yield "zero_time", at_once.basis, partial(in_no_time, permit, at_once)
    if first := measured.closed_before_accepted:
        yield "closed_before_accepted", first.basis, partial(closed_before_accepted, permit)


def recorded_late(facts: Sequence[Fact], after: Limit, rules: Rules) -> tuple[int, ...]:
    """Return the facts received later than *after* they had happened, or an outage had ended."""
    return tuple(fact.n for fact in _later_than(after, facts, rules))


def in_the_same_second(case: CaseHistory, permit: Permit, at_once: AtOnce) -> tuple[int, ...]:
    """Return the acceptance, the end and the other facts within one second of the end.

    The profile sets its length and the number of facts. An adapter without a workflow invents all
    steps with the time of the end. So it is counted back from there; a true submission removes
    nothing.
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


def at_the_end_of_the_month(facts: Sequence[Fact], rule: MonthEnd, rules: Rules) -> tuple[int, ...]:
    """V-27: return the facts received in a month's last days, long after they happened in it."""
    late = _later_than(rule.older, facts, rules)
    return tuple(fact.n for fact in late if _in_its_last_days(fact, rule.last, rules.counting))


def corrected_often(case: CaseHistory, times: int) -> tuple[int, ...]:
    """Return the corrections of what was reported, where there are *times* or more."""
    corrections = tuple(fact.n for fact in case.of_type(Reported.CASE_CORRECTED) if fact.told)
    return corrections if len(corrections) >= times else ()


def _ends(permit: Permit, at_once: AtOnce) -> tuple[Fact, Fact] | None:
    """Return the acceptance and the end, if no more than an instant lies between them."""
    accepted, closing = permit.acceptance, permit.closing
    if accepted is None or closing is None:
        return None
    kind = permit.terms.kind if permit.terms else ""
    if kind in at_once.except_kinds or closing.at - accepted.at >= at_once.under:
        return None
    return accepted, closing


def _later_than(limit: Limit, facts: Sequence[Fact], rules: Rules) -> Iterator[Fact]:
    """Return the reported facts received after *limit*, from when they could be reported."""
    return (fact for fact in facts if fact.told and _is_over(fact, fact.recorded_at, limit, rules))


def _is_over(fact: Fact, then: datetime, limit: Limit, rules: Rules) -> bool:
    """Return whether *then* was certainly too late; without a calendar nothing is certain."""
    since = reportable_from(fact.at, rules.sources.of(fact.source))
    if then - since < _PROMPT:
        return False
    try:
        ends = due(within_reach(since), (limit,), (), rules.counting)
    except Unknown:
        return False
    return ends is not None and ends.missing is None and then > ends.at


def _is_explained(name: str, facts: Sequence[Fact], rules: Rules, measured: DataQuality) -> bool:
    """Return whether a sign of late telling is explained: all was written down in time."""
    limit: Limit | None = None
    if name == "late_recording" and measured.late_recording:
        limit = measured.late_recording.after
    elif name == "month_end" and measured.month_end:
        limit = measured.month_end.older
    return limit is not None and all(
        fact.written_at is not None and not _is_over(fact, fact.written_at, limit, rules)
        for fact in facts
    )


def _in_its_last_days(fact: Fact, last: Limit, counting: Counting) -> bool:
    """Return whether it was received in the *last* days of the month in which it happened."""
    if fact.recorded_at - fact.at > _LONGEST_MONTH:
        return False
    happened, day = counting.day_of(fact.at), counting.day_of(fact.recorded_at)
    if (happened.year, happened.month) != (day.year, day.month):
        return False
    end = day.replace(day=monthrange(day.year, day.month)[1])
    if last.unit == "d":
        return (end - day).days < last.amount
    if counting.missing(day, end) is not None:
        return False
    return counting.calendar.workdays_between(day, end) < last.amount
