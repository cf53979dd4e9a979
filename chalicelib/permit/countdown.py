"""The countdown of a clock of a case (倒计时), by the convention that its profile shows it in."""

from datetime import datetime
from typing import Any

from chalicelib.clock.countdown import countdown
from chalicelib.clock.counting import within_reach
from chalicelib.clock.pause import spans_of
from chalicelib.errors import Unknown
from chalicelib.permit.clocks.clock import ClockState
from chalicelib.policy.profile import Profile


def show_countdown(state: ClockState, profile: Profile, now: datetime) -> dict[str, Any] | None:
    """Return how much of the limit is used and left at *now*, or was when the clock stopped.

    None where an explicit instant was agreed, while whole days have no end in sight, and in a year
    without a calendar. A clock with a convention of its own keeps it; the others take the profile's
    convention for countdowns.
    """
    clock, last = state.clock, state.last
    if not last.limits:
        return None
    listed = profile.clocks.get(clock.name)
    own = listed.convention if listed else None
    by = state.counting.in_convention(own or profile.countdown)
    same = by is state.counting
    spans = last.spans if same else spans_of(clock.interruptions.pauses, by)
    until = now if clock.stop is None else min(now, clock.stop)
    try:
        counted = countdown(clock.start, last.limits, spans, within_reach(until), by)
    except Unknown:
        return None  # *now* is in a year without a calendar
    return {"convention": by.convention, **counted.written()} if counted else None
