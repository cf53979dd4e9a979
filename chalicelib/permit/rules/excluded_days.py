"""The working days of a closed case, and those of them that pauses took out (CLAIMS §10).

Pure. Whole working days of the region, by date, whatever the unit and the convention of the limit:
those after the day of the start, up to and with the day of the end. Anybody who has the log and the
calendar can count them by hand.
"""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import CaseDays
from chalicelib.clock.span import Days
from chalicelib.errors import Unknown
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.rules.time_limits import CheckedLimits
from chalicelib.permit.state import Permit


def case_days(permit: Permit, limits: CheckedLimits, rules: Rules) -> CaseDays | None:
    """Return the working days of *permit*, which is closed.

    None where no main clock ran, or where the days rest on a calendar that is not published.
    """
    starts = [s.clock.start for s in limits.clock_states if s.clock.name in MAIN]
    end = _end_of(permit, limits)
    if not starts or end is None or end < starts[0]:
        return None
    counting, calendar = rules.counting, rules.calendar
    try:
        first, last = counting.day_of(starts[0]), counting.day_of(end)
        if counting.missing(first, last) is not None:
            return None
        paused = [
            calendar.workdays_between(max(begin, first), min(until, last))
            for begin, until in _paused_days(limits, end, rules)
            if begin < last and until > first
        ]
        return CaseDays(calendar.workdays_between(first, last), sum(paused))
    except Unknown:
        return None


def _end_of(permit: Permit, limits: CheckedLimits) -> datetime | None:
    """Return when the main clocks stopped: with the end, or before it by silence (视为同意)."""
    if limits.silence is not None:
        return limits.silence.until
    return permit.closing.at if permit.closing else None


def _paused_days(limits: CheckedLimits, end: datetime, rules: Rules) -> Iterator[Days]:
    """Yield the days that pauses take out as known at the *end*, each capped; after the first."""
    counting = rules.counting
    for span in limits.effects.interruptions.spans_at(end, counting):
        begin, until = span.days
        yield begin, until if span.end is not None else counting.day_of(end)
