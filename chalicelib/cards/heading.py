"""Which clocks of a case its snapshot keeps, and by which names."""

from datetime import datetime

from chalicelib.cases.clocks import Clock
from chalicelib.clock.due import Due
from chalicelib.rules.time_limits import MAIN, CheckedLimits


def dues(limits: CheckedLimits, now: datetime) -> dict[str, Due]:
    """Return when each clock of *limits* runs out, as far as that is known *now*.

    Left out is what stands still, what only further silence would start, and what was stopped; but
    a main clock is kept when the case is closed: it says by when that had to be.
    """
    running = (
        state
        for state in limits.clock_states
        if (state.clock.stop is None or state.clock.name in MAIN)
        and not limits.is_to_come(state.clock, now)
    )
    return {
        clock_key(state.clock): Due(state.due.at, state.due.missing)
        for state in running
        if state.due is not None
    }


def clock_key(clock: Clock) -> str:
    """Name *clock* among those of its case, which may have several of a name."""
    return f"{clock.name}:{clock.about}" if clock.about else clock.name
