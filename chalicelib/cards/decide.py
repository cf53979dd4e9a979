"""Decide (裁断): what follows from a case's facts, under a profile and a calendar, at an instant.

Pure. The same facts give the same clocks, due instants and lamp in whatever order they came. An
issued card stays issued; where a late report takes its ground away, a re-check records that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cards.confirmation import confirmed
from chalicelib.cards.doubt import Settled, settle
from chalicelib.cards.flagging import flags
from chalicelib.cards.issuing import issued
from chalicelib.cards.recheck import Grounds, rechecked
from chalicelib.cards.remarks import annotations
from chalicelib.cards.remedy import remedied
from chalicelib.cards.standing import lamp
from chalicelib.cases.decision import Decision
from chalicelib.cases.effects import ClockEffects, clock_effects
from chalicelib.cases.examination import Start
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import Permit, fold
from chalicelib.cases.rules import Rules
from chalicelib.errors import Unknown
from chalicelib.rules.data_quality import Sign, find_signs
from chalicelib.rules.time_limits import CheckedLimits, LimitsAt, check_limits


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The permit, limits and signs of a case, now and for ever unless something further happens."""

    permit: Permit
    limits: CheckedLimits
    signs: tuple[Sign, ...] = ()  # of data that were reported badly


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:
    """Return what follows in *case* under *rules* at *now*, or later if it has later records."""
    now = max(now, case.latest)
    evaluation = evaluate(case, rules)
    permit, limits = evaluation.permit, evaluation.limits
    limits_now = limits.at(now)
    history = derive(case, evaluation, limits_now, rules, now)
    held_for = limits_now.held_for
    return Decision(
        append=tuple(history.facts[len(case.facts) :]),
        wake_at=limits_now.wake_at,
        held_for=held_for,
        lamp=lamp(permit, history),
        belongs_to=permit.belongs_to,
        dues=limits.dues(now),
        is_paused=permit.closing is None and limits.is_paused,
        without_terms=permit.terms_source if held_for.startswith("catalogue:") else None,
    )


def evaluate(case: CaseHistory, rules: Rules) -> Evaluation:
    """Fold *case* and check its time limits; a missing calendar or item is named, never guessed."""
    permit = fold(case)
    case_signs = find_signs(case, permit, rules)
    try:
        limits = check_limits(permit, rules)
    except Unknown as error:
        limits = CheckedLimits(effects=_known_effects(permit, rules), unknown=error.missing)
    return Evaluation(permit, limits, case_signs)


def _known_effects(permit: Permit, rules: Rules) -> ClockEffects:
    """Return what pauses and extends *permit*, as far as no calendar is needed to know it."""
    acceptance = permit.acceptance
    start = Start(acceptance.at, acceptance) if acceptance else None
    try:
        return clock_effects(permit, start, rules)
    except Unknown:
        return ClockEffects()


def derive(
    case: CaseHistory, evaluation: Evaluation, limits_now: LimitsAt, rules: Rules, now: datetime
) -> CaseHistory:
    """Return *case* with the facts at its end that its *evaluation* adds by *now*."""
    permit, limits = evaluation.permit, evaluation.limits
    settled = settle(limits_now.crossed, case, limits_now.missing)
    new = [*_decide_cards(case, permit, settled, rules, now)]
    misfits = [*permit.set_aside, *limits.effects.set_aside]
    new += annotations(case, misfits, limits_now.held_for, permit, now)
    if evaluation.signs:
        new += flags(evaluation.signs, permit.belongs_to, rules, now)
    history = case.joined_by(new)
    # A card that is only issued now may be remedied already.
    done = remedied(history, settled.crossed, limits.clock_states, rules.profile, now)
    return history.joined_by(done)


def _decide_cards(
    case: CaseHistory, permit: Permit, settled: Settled, rules: Rules, now: datetime
) -> Iterator[Fact]:
    """Yield the cards that are issued, those that people confirmed, and the re-checks of others."""
    finding_keys = {finding.key for finding in settled.crossed}
    yield from issued(settled.crossed, permit.belongs_to, case, rules, now)
    yield from confirmed(case, finding_keys, now)
    # On an unknown calendar nothing can be judged. Without its terms a case has no main clock: what
    # was issued when it had one (by an acceptance that is withdrawn, say) has no ground.
    if settled.missing.startswith("calendar:") or not case.cards:
        return

    def list_finding_keys(before: CaseHistory) -> set[str]:
        findings = evaluate(before, rules).limits.findings
        crossed = [finding for finding in findings if finding.at < now]
        return {finding.key for finding in settle(crossed, before).crossed}

    grounds = Grounds(finding_keys, settled.gave_way)
    yield from rechecked(case, grounds, list_finding_keys, rules, now)
