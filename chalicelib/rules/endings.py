"""Endings (终止): a case that ends without a decision shortly before its limit goes to a person.

Pure. Whoever withdraws a case when its time is nearly used, and hands it in again, gets the whole
time anew. So such an ending is proposed as a breach of the limit that it escaped (CLAIMS §3).
"""

from collections.abc import Iterator, Sequence

from chalicelib.cases.clocks import ClockState
from chalicelib.cases.permit import Permit
from chalicelib.clock.timeline import percent_point
from chalicelib.intake.event_types import ENDING_TYPES, Derived
from chalicelib.policy.profile import Profile
from chalicelib.rules.crossings import crossings
from chalicelib.rules.finding import Finding

GROUND = "ended_near_limit"
REFILED = "refiled"


def check_ending(permit: Permit, main: Sequence[ClockState], profile: Profile) -> Iterator[Finding]:
    """Yield a proposal for the first main clock that the ending of *permit* nearly used up.

    A clock that was over already has a card of its own. Raises Unknown.
    """
    closing = permit.closing
    if closing is None or closing.kind not in ENDING_TYPES:
        return
    for state in main:
        last = state.last
        due, over = last.due, (row for row in profile.thresholds[state.clock.name] if row.over)
        row = next(over, None)
        if due is None or row is None or closing.at > due.at:
            continue
        point = percent_point(state.clock.start, last, profile.claims.ended, state.counting)
        if point is not None and closing.at > point:
            yield Finding(
                rule=row.rule,
                level=row.level,
                at=closing.at,
                due_at=due.at,
                ground=GROUND,
                basis=profile.claims.basis,
                clock=state.clock.name,
                about=closing.key,
                rests_on=tuple(sorted({*state.clock.rests_on, closing.n})),
                kind=Derived.CARD_PROPOSED,
            )
            return


def check_refiled(state: ClockState, profile: Profile) -> Iterator[Finding]:
    """Yield what a clock *state* from the first acceptance of a case handed in again is over by.

    A person decides about each: the case that is judged began later. Raises Unknown.
    """
    for finding in crossings(state, profile, {}):
        if finding.level != "warning" and finding.ground == state.clock.name:
            yield finding._replace(ground=REFILED, kind=Derived.CARD_PROPOSED)
