"""Endings (终止): a case that ends without a decision shortly before its limit goes to a person.

Pure. Whoever withdraws a case when its time is nearly used, and hands it in again, gets the whole
time anew. So such an ending is proposed as a breach of the limit that it escaped (CLAIMS §3). A
case that was handed in again is watched from the first acceptance, and so is its own ending.
"""

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.cases.fact import Fact
from chalicelib.clock.timeline import percent_point
from chalicelib.findings.clock import ClockState
from chalicelib.findings.crossings import crossings
from chalicelib.findings.finding import ENDED_NEAR_LIMIT, REFILED, Finding
from chalicelib.intake.event_types import ENDING_TYPES, Derived
from chalicelib.permit.refiling.state import is_in_doubt
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.state import Permit
from chalicelib.policy.profile import Profile


def check_ending(permit: Permit, main: Sequence[ClockState], profile: Profile) -> Iterator[Finding]:
    """Yield a proposal for the first clock that the ending nearly used up. Raises Unknown."""
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
                ground=ENDED_NEAR_LIMIT,
                basis=profile.claims.basis,
                clock=state.clock.name,
                about=closing.key,
                rests_on=tuple(sorted({*state.clock.rests_on, closing.n})),
                kind=Derived.CARD_PROPOSED,
                in_doubt=state.clock.label == REFILED and is_in_doubt(permit.refiled),
            )
            return


def check_refiled(state: ClockState, permit: Permit, profile: Profile) -> Iterator[Finding]:
    """Yield what the clock *state* from the first acceptance is over by, for a person to decide."""
    for finding in crossings(state, profile, permit.region):
        if finding.level != "warning" and finding.ground == state.clock.name:
            in_doubt = is_in_doubt(permit.refiled)
            yield finding._replace(ground=REFILED, kind=Derived.CARD_PROPOSED, in_doubt=in_doubt)


def has_used_its_time(findings: Iterable[Finding], ending: Fact) -> bool:
    """Return whether a main clock was nearly used up or over at *ending*, judged already or not."""
    cards = (each for each in findings if each.clock in MAIN and each.level != "warning")
    return any(card.at <= ending.at for card in cards)
