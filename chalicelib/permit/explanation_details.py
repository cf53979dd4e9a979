"""The details that follow the derivation of a clock: what did not change it, and how it ended."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.clock import chinese
from chalicelib.intake.event_types import CLOSING_TYPES, Reported
from chalicelib.permit.clocks.clock import ClockState
from chalicelib.permit.decide import Evaluation
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.state import Permit
from chalicelib.permit.wording import ENDINGS, explain_defect, explain_doubt
from chalicelib.policy.profile import Profile


def write_details(
    state: ClockState, evaluation: Evaluation, profile: Profile, now: datetime
) -> Iterator[str]:
    """Yield the sentences that follow the paragraph of *state* at *now*."""
    clock, permit, zone = state.clock, evaluation.permit, state.counting.zone
    if clock.name in MAIN and clock.limit is not None:
        effects = evaluation.limits.effects
        doubted = {fact.key for fact in effects.doubted}
        doubted |= {each.procedure.told.key for each in effects.pauses if each.is_doubtful}
        for fact, lacks in effects.defects:
            is_extension = fact.kind == Reported.CASE_EXTENDED
            extension = profile.extension_of(permit.terms.kind if permit.terms else "")
            basis = extension.basis if is_extension else profile.pause.basis
            yield explain_defect(fact, lacks, zone, str(basis), may_count=fact.key in doubted)
    if state.in_doubt:
        least, most = (each.due.at if each.due else None for each in state.extremes)
        yield explain_doubt(least, most, zone)
    if clock.missing is not None:
        yield f"起算时间依据{clock.missing}年推算的日期，该年的放假安排尚未公布，为暂定。"
    over = state.over_at
    silence = evaluation.limits.silence
    if silence is not None and clock.rests_on == silence.rests_on and over == silence.until:
        if silence.at <= now:
            yield f"到期未作出决定，依法视为同意（{silence.basis}）。"
    elif clock.stop is not None:
        late = "，已超过到期时间" if over is not None else "，未超过到期时间"
        how = f"{_ending(state, permit)}停止{late if state.due else ''}"
        yield f"本项计时已于{chinese.write_moment(clock.stop, zone)}{how}。"
    elif over is not None and over < now:
        yield "本项目前仍未完成，已超过到期时间。"


def _ending(state: ClockState, permit: Permit) -> str:
    """Return the ending that stopped the clock; empty unless a reported fact of the case did."""
    ends = (permit.closing, permit.acceptance, *permit.supplements)
    facts = (fact for fact in (*ends, *permit.delivered, *permit.published) if fact is not None)
    for fact in facts:
        concerns = fact.n in state.clock.rests_on or fact.kind in CLOSING_TYPES
        if concerns and fact.at == state.clock.stop:
            return f"因{ENDINGS.get(fact.kind, '办结')}"
    return ""
