"""Decide (裁断): what follows from a case's facts, under a profile and a calendar, at an instant.

Pure. The same facts give the same clocks, due instants and lamp in whatever order they came. An
issued card stays issued; where a late report takes its ground away, a re-check records that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cards.confirmation import confirmed
from chalicelib.cards.flagging import flags
from chalicelib.cards.issuing import issued
from chalicelib.cards.recheck import rechecked
from chalicelib.cards.remarks import annotations
from chalicelib.cards.remedy import remedied
from chalicelib.cards.standing import lamp
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.handling import clock_effects
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
        unlisted=_unlisted(permit),
    )


def _unlisted(permit: Permit) -> int | None:
    """Return which fact has the terms of an open case whose item no catalogue has had yet."""
    source = permit.terms_source
    is_listed = permit.terms is not None and permit.terms.catalogue
    if source is None or permit.closing is not None or is_listed:
        return None
    return source.n


def evaluate(case: CaseHistory, rules: Rules) -> Evaluation:
    """Fold *case* and check its time limits; a missing calendar is named, never guessed."""
    permit = fold(case)
    case_signs = find_signs(case, permit, rules)
    try:
        limits = check_limits(permit, rules)
    except Unknown as error:
        # The facts that do not fit the case are known without a calendar.
        aside = clock_effects(permit, rules.profile).set_aside
        limits = CheckedLimits(set_aside=aside, unknown=error.missing)
    return Evaluation(permit, limits, case_signs)


def derive(
    case: CaseHistory, evaluation: Evaluation, limits_now: LimitsAt, rules: Rules, now: datetime
) -> CaseHistory:
    """Return *case* with the facts at its end that its *evaluation* adds by *now*."""
    permit, limits = evaluation.permit, evaluation.limits
    new = [*_decide_cards(case, permit, limits_now, rules, now)]
    misfits = [*permit.set_aside, *limits.set_aside]
    new += annotations(case, misfits, limits_now.held_for, permit, now)
    if evaluation.signs:
        new += flags(evaluation.signs, permit.belongs_to, rules, now)
    history = case.joined_by(new)
    # A card that is only issued now may be remedied already.
    done = remedied(history, limits_now.crossed, limits.clock_states, rules.profile, now)
    return history.joined_by(done)


def _decide_cards(
    case: CaseHistory, permit: Permit, limits_now: LimitsAt, rules: Rules, now: datetime
) -> Iterator[Fact]:
    """Yield the cards that are issued, those that people confirmed, and the re-checks of others."""
    finding_keys = {finding.key for finding in limits_now.crossed}
    yield from issued(limits_now.crossed, permit.belongs_to, case, rules, now)
    yield from confirmed(case, finding_keys, now)
    # On an unknown calendar nothing can be judged.
    if limits_now.missing or not case.cards:
        return

    def list_finding_keys(before: CaseHistory) -> set[str]:
        findings = evaluate(before, rules).limits.findings
        return {finding.key for finding in findings if finding.at < now}

    yield from rechecked(case, finding_keys, list_finding_keys, rules, now)
