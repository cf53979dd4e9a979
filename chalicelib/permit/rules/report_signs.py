"""The signs in how a case was reported: what a source may not say, and how late it said the rest.

Pure. Each is noted once, for whoever reads the case. What was set aside or put right is no measure
of a department's data (CLAIMS §2, §3). `told_late`, an event after its delivery time, and
`told_after_due`, an end in time by its own time that came only after a main limit had run out, are
for the rates on the departments' page (CLAIMS §10).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter

from chalicelib.cases.bounded import TOO_MANY_REPORTS
from chalicelib.cases.correction import TOO_MANY
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock.delivery import in_time_until
from chalicelib.errors import Unknown
from chalicelib.findings.clock import ClockState
from chalicelib.findings.finding import is_no
from chalicelib.instant import parse
from chalicelib.permit.procedure import is_given
from chalicelib.permit.rules.data_quality import Sign
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.rules.time_limits import CheckedLimits
from chalicelib.permit.state import ACCEPTED_BEFORE, Permit, first_acceptance
from chalicelib.policy.allowance import Roles

_Rows = Iterable[tuple[str, Iterable[Fact]]]


def find_claim_signs(
    case: CaseHistory, permit: Permit, unweighed: Sequence[Fact], rules: Rules
) -> Iterator[Sign]:
    """Yield the signs of *permit*; *unweighed* are the undecided claims beyond the most."""
    of_data = _of_data(case, permit, rules.profile.roles)
    yield from _signs(chain(_of_misfits(case, permit, unweighed), of_data), permit, rules)


def find_telling_signs(
    late: Sequence[Fact], permit: Permit, limits: CheckedLimits, rules: Rules, noted: set[str]
) -> Iterator[Sign]:
    """Yield the signs of *late* news in the judged case that are not *noted* already."""
    rows = (
        ("told_late", (fact for fact in late if _is_certain(fact, rules))),
        ("told_after_due", _told_after_due(late, permit, limits, rules)),
    )
    yield from _signs((row for row in rows if row[0] not in noted), permit, rules)


def _signs(rows: _Rows, permit: Permit, rules: Rules) -> Iterator[Sign]:
    basis = rules.profile.data_quality.claims
    for name, rests_on in rows if basis and permit.origin else ():
        facts = [*rests_on]
        if facts and basis:
            facts.sort(key=attrgetter("n"))
            yield Sign(name, tuple(f.n for f in facts), max(f.recorded_at for f in facts), basis)


def _of_misfits(
    case: CaseHistory, permit: Permit, unweighed: Sequence[Fact]
) -> Iterator[tuple[str, Sequence[Fact]]]:
    again = [fact for fact, why in permit.set_aside if why == ACCEPTED_BEFORE]
    first, accepted = first_acceptance(case), permit.acceptance
    if first is not None and accepted is not None and first.n != accepted.n:
        again.append(accepted)  # the first was withdrawn
    yield "accepted_again", again
    yield "too_many_corrections", [fact for fact, why in permit.set_aside if why == TOO_MANY]
    yield "too_many_claims", unweighed
    yield "too_many_reports", [fact for fact, why in permit.set_aside if why == TOO_MANY_REPORTS]


def _of_data(
    case: CaseHistory, permit: Permit, roles: Roles
) -> Iterator[tuple[str, Sequence[Fact]]]:
    """Yield what was told otherwise than the catalogue, the profile or our clock has it."""
    if "told_department" in permit.fields:
        yield "department_not_listed", _having(permit.opened, "told_department")
    if "told_kind" in permit.fields:
        told = _having(permit.opened, "told_kind")
        listed = [fact for fact in told if is_no(fact, "listed") or _terms(fact).get("catalogue")]
        yield "kind_not_listed", listed
    accepted = [permit.acceptance] if permit.acceptance else []
    yield "limit_longer_than_published", [f for f in accepted if _terms(f).get("longer")]
    yield "clock_ahead", _having(case.told, "claimed")
    named = [fact for fact in case.told if "names" in fact.data or "given" in fact.data]
    yield "unknown_name", [fact for fact in named if is_given(fact, "names")]
    approved = (fact for fact in permit.extensions if is_given(fact, "approved_by"))
    # A name is no role that is known either.
    yield "unknown_role", [f for f in approved if not roles.is_known(f.text("approved_by"))]


def _having(facts: Sequence[Fact], name: str) -> list[Fact]:
    return [fact for fact in facts if name in fact.data]


def _terms(fact: Fact) -> Mapping[str, object]:
    """Return the terms of *fact* as they are stored; empty if it has none."""
    terms = fact.data.get("terms")
    return terms if isinstance(terms, Mapping) else {}


def _is_certain(late: Fact, rules: Rules) -> bool:
    """Return whether *late* news is late by published calendars, and tells no history."""
    live_from = rules.sources.live_from
    if live_from is not None and late.at < live_from and not late.corrects:
        return False
    moved = late.text("time") if late.corrects else ""
    times = [late.at, parse(moved)] if moved else [late.at]
    return all(_is_dated(occurred, late, rules) for occurred in times)


def _is_dated(occurred: datetime, late: Fact, rules: Rules) -> bool:
    """Return whether it is certain until when news of what *occurred* was in time."""
    source, counting = rules.sources.of(late.source), rules.counting
    if source.delivery_at(occurred).seconds is not None:
        return True
    try:
        until = in_time_until(occurred, source, counting)
    except Unknown:
        return False
    return counting.missing(counting.day_of(occurred), counting.day_of(until)) is None


def _told_after_due(
    late: Sequence[Fact], permit: Permit, limits: CheckedLimits, rules: Rules
) -> Iterator[Fact]:
    """Yield the end of the case, if it came in time, and a due instant between it and its news."""
    end, live_from = permit.closing, rules.sources.live_from
    if end is None or not end.told or any(fact.n == end.n for fact in late):
        return
    if live_from is not None and end.at < live_from:
        return  # history counts, but was never told in time
    received = end.recorded_at
    for state in limits.clock_states:
        clock = state.clock
        if clock.name not in MAIN or clock.about or limits.is_to_come(clock, received):
            continue
        if _ran_out_between(end.at, received, state):
            yield end
            return


def _ran_out_between(ended: datetime, received: datetime, state: ClockState) -> bool:
    """Return whether the clock of *state* certainly ran out once it *ended*, before *received*."""
    limit = state.clock.limit
    if received <= ended:
        return False
    if limit is not None and received <= state.clock.start + state.counting.least_of(limit):
        return False  # so no calendar is counted for an ordinary case
    try:
        due = state.due
    except Unknown:
        return False
    return due is not None and due.missing is None and ended <= due.at < received
