"""The signs of how late a case was told, for the rates on the departments' page (CLAIMS §10).

Pure. `told_late`: an event came after its delivery time. `told_after_due`: the end came within its
delivery time and was not over by its own time, but a main limit had run out before it came.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.clock.delivery import in_time_until
from chalicelib.errors import Unknown
from chalicelib.instant import parse
from chalicelib.permit.clocks.clock import ClockState
from chalicelib.permit.rules.data_quality import Sign
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.rules.time_limits import CheckedLimits
from chalicelib.permit.state import Permit


def find_telling_signs(
    late: Sequence[Fact],
    permit: Permit,
    limits: CheckedLimits,
    rules: Rules,
    noted: Collection[str] = (),
) -> tuple[Sign, ...]:
    """Return the signs of *late* news in the judged case that are not *noted* already."""
    basis = rules.profile.data_quality.claims
    if not (basis and permit.origin):
        return ()
    rows = (
        ("told_late", (fact for fact in late if _is_certain(fact, rules))),
        ("told_after_due", _told_after_due(late, permit, limits, rules)),
    )
    return tuple(
        Sign(name, tuple(sorted(f.n for f in facts)), max(f.recorded_at for f in facts), basis)
        for name, told in rows
        if name not in noted and (facts := [*told])
    )


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
