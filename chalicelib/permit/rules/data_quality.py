"""The signs of back-filled or implausible data: V-27 先办后录 (DOMAIN §2.1, §1.7 “Code smell”).

Pure. Reported facts never change, so nothing here depends on now. Only the receipt is evidence: an
event was told so late as lies between its own time and our receipt (CLAIMS §1). A `recordedtime` in
time explains a delay and never lifts it. A delay by a recorded outage counts from its end.

Each sign is flagged (标注) once, for ever. A flag is no card and lights no lamp. It is a fact: the
inspectors are notified, and anyone can count a department's data quality from the log.
"""

from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.delivery import reportable_from
from chalicelib.clock.due import due_unpaused
from chalicelib.errors import Unknown
from chalicelib.findings.instrument import broken_law
from chalicelib.findings.issuing import bounded
from chalicelib.instant import text
from chalicelib.intake.event_types import SOURCE_TYPES, Derived, Reported
from chalicelib.permit.state import Permit
from chalicelib.policy.basis import Basis
from chalicelib.policy.data_quality import AtOnce, DataQuality, MonthEnd
from chalicelib.policy.limit import Limit

RULE = "V-27"
_NO_NODES = frozenset(Reported) - frozenset(SOURCE_TYPES) | {
    Reported.ACCEPTANCE_WITHDRAWN,
    Reported.IRREGULARITY_FOUND,
}
_PROMPT = timedelta(hours=1)  # no limit is shorter, so most facts need no counting
_LONGEST_MONTH = timedelta(days=31)

_Candidate = tuple[str, Basis, Callable[[], Sequence[Fact]], Limit | None]
"""A sign's name and basis, how to find its facts, and the limit by which they were late, if any."""


class Sign(Struct, frozen=True):
    """The sign *name* since *at*; *explained*: its source had written each fact down in time."""

    name: str
    rests_on: tuple[int, ...]
    at: datetime
    basis: Basis
    explained: bool = False


def flagged(case: CaseHistory) -> set[str]:
    """Return the names of the signs for which *case* is flagged already."""
    return {fact.text("sign") for fact in case.of_type(Derived.DATA_FLAGGED)}


def flags(
    signs: Iterable[Sign], belongs_to: Mapping[str, str], rules: Rules, now: datetime
) -> Iterator[Fact]:
    """Yield the flag of each of *signs*; a flag that is on record already has the same key."""
    for sign in signs:
        data = {
            "rule": RULE,
            "sign": sign.name,
            **broken_law(sign.basis, belongs_to.get("region", "")),
            "noticed_at": text(now),
            **rules.versions,
            "rests_on": bounded(sign.rests_on),
            **({"explained": True} if sign.explained else {}),
            **belongs_to,
        }
        key = f"{RULE}/{sign.name}"
        yield Fact(0, Derived.DATA_FLAGGED, key, sign.at, now, told=False, data=data)


def find_signs(
    case: CaseHistory, permit: Permit, rules: Rules, noted: Collection[str] = ()
) -> tuple[Sign, ...]:
    """Return every sign that the profile measures, but for those *noted* already, by name."""
    if not permit.origin:
        return ()
    measured, signs = rules.profile.data_quality, list[Sign]()
    for name, basis, find, limit in _candidates(case, permit, rules, measured):
        if name not in noted and (facts := find()):
            rests_on = tuple(sorted(fact.n for fact in facts))
            since = max(fact.recorded_at for fact in facts)
            signs.append(Sign(name, rests_on, since, basis, _is_explained(facts, limit, rules)))
    return tuple(signs)


def _candidates(
    case: CaseHistory, permit: Permit, rules: Rules, measured: DataQuality
) -> Iterator[_Candidate]:
    """Yield what is *measured*: by the receipt, of a case that has ended, and of corrections."""
    slow = [fact for fact in case.facts if fact.told and fact.recorded_at - fact.at > _PROMPT]
    if slow and (late := measured.late_recording):
        yield "late_recording", late.basis, partial(told_late, slow, late.after, rules), late.after
    if slow and (end := measured.month_end):
        yield "month_end", end.basis, partial(at_month_end, slow, end, rules), end.older
    if permit.closing is not None:
        if same := measured.same_second:
            yield "same_second", same.basis, partial(in_the_same_second, case, permit, same), None
        if zero := measured.zero_time:
            yield "zero_time", zero.basis, partial(in_no_time, permit, zero), None
        if first := measured.closed_before_accepted:
            find = partial(closed_before_accepted, permit)
            yield "closed_before_accepted", first.basis, find, None
    if often := measured.corrected:
        yield "corrected", often.basis, partial(corrected_often, case, often.times), None


def told_late(facts: Sequence[Fact], limit: Limit, rules: Rules) -> Sequence[Fact]:
    """Return the facts received later than *limit* after they had happened, or an outage ended."""
    return [f for f in facts if _is_over(f, f.recorded_at, limit, rules)]


def in_the_same_second(case: CaseHistory, permit: Permit, at_once: AtOnce) -> Sequence[Fact]:
    """Return the acceptance, the end and the other facts within one second of the end.

    The profile sets its length and the number of facts. An adapter without a workflow invents all
    steps with the time of the end. So it is counted back from there; a true submission removes
    nothing.
    """
    ends = _ends(permit, at_once)
    if not ends:
        return ()
    until, steps = ends[1].at, (fact for fact in case.told if fact.kind not in _NO_NODES)
    nodes = [fact for fact in steps if timedelta() <= until - fact.at < at_once.under]
    by_number = {fact.n: fact for fact in (*nodes, *ends)}
    return [*by_number.values()] if len(by_number) >= at_once.nodes else ()


def in_no_time(permit: Permit, at_once: AtOnce) -> Sequence[Fact]:
    """Return the acceptance and a decision at the same time, unless immediate (即办件)."""
    ends = _ends(permit, at_once)
    return ends if ends and ends[1].kind == Reported.CASE_DECIDED else ()


def closed_before_accepted(permit: Permit) -> Sequence[Fact]:
    """Return the end and the acceptance that came after it, which was set aside."""
    closing, set_aside = permit.closing, (fact for fact, _ in permit.set_aside)
    accepted = next((fact for fact in set_aside if fact.kind == Reported.CASE_ACCEPTED), None)
    if closing is None or permit.acceptance is not None or accepted is None:
        return ()
    return accepted, closing


def at_month_end(facts: Sequence[Fact], rule: MonthEnd, rules: Rules) -> Sequence[Fact]:
    """V-27: return the facts received in a month's last days, long after they happened in it."""
    late = told_late(facts, rule.older, rules)
    return [fact for fact in late if _in_its_last_days(fact, rule.last, rules.counting)]


def corrected_often(case: CaseHistory, times: int) -> Sequence[Fact]:
    """Return the corrections of what was reported, where there are *times* or more."""
    corrections = [fact for fact in case.of_type(Reported.CASE_CORRECTED) if fact.told]
    return corrections if len(corrections) >= times else ()


def _ends(permit: Permit, at_once: AtOnce) -> Sequence[Fact]:
    """Return the acceptance and the end, if no more than an instant lies between them."""
    accepted, closing = permit.acceptance, permit.closing
    if accepted is None or closing is None:
        return ()
    if permit.kind in at_once.except_kinds or closing.at - accepted.at >= at_once.under:
        return ()
    return accepted, closing


def _is_over(fact: Fact, then: datetime, limit: Limit, rules: Rules) -> bool:
    """Return whether *then* was certainly too late; without a calendar nothing is certain."""
    since = reportable_from(fact.at, rules.sources.of(fact.source))
    if then - since < _PROMPT:
        return False
    try:
        ends = due_unpaused(within_reach(since), limit, rules.counting)
    except Unknown:
        return False
    return ends.missing is None and then > ends.at


def _is_explained(facts: Sequence[Fact], limit: Limit | None, rules: Rules) -> bool:
    """Return whether a sign of late telling is explained: all was written down in time."""
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
