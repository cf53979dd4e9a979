"""Decide (裁断): what follows from a case's facts, under a policy and a calendar, at an instant.

Pure. The same facts give the same clocks, due instants and lamp in whatever order they came. What
was issued stays issued; where late news takes its ground away, a re-check says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.cards.confirmation import confirmed
from chalicelib.cards.flagging import flags
from chalicelib.cards.issuing import issued
from chalicelib.cards.lamp import lamp
from chalicelib.cards.recheck import rechecked
from chalicelib.cards.remarks import annotations
from chalicelib.cards.remedy import remedied
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.handling import clock_effects
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import Permit, fold
from chalicelib.cases.rules import Rules
from chalicelib.errors import Unknown
from chalicelib.instant import MILLISECOND
from chalicelib.rules.data_quality import Sign, signs
from chalicelib.rules.finding import Finding
from chalicelib.rules.time_limits import CheckedLimits, check_limits

# No instant follows the last one, so no case is woken after it.
_LAST_BUT_ONE = datetime.max.replace(tzinfo=UTC) - MILLISECOND


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a case's facts say, now and for all time to come if nothing further happens."""

    permit: Permit
    limits: CheckedLimits
    unknown: str  # what is missing, so that there is no judging: "calendar:2100", "catalogue:X"
    signs: tuple[Sign, ...] = ()  # of data that were reported badly

    def missing_at(self, now: datetime) -> str:
        """Return what is missing at *now*; nothing while only silence could open the clocks."""
        return "" if self.limits.is_ahead_of(now) else self.unknown


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:
    """Return what follows in *case* under *rules* at *now*, or later if it has later records."""
    return decide_on(case, evaluate(case, rules), rules, max(now, case.latest))


def evaluate(case: CaseHistory, rules: Rules) -> Evaluation:
    """Fold *case* and check its time limits; what is unknown is named, never guessed."""
    permit = fold(case)
    signs_shown = signs(case, permit, rules)
    try:
        limits = check_limits(permit, rules)
    except Unknown as error:
        # What does not fit the case needs no calendar to be known.
        aside = clock_effects(permit, rules.profile).set_aside
        return Evaluation(permit, CheckedLimits(set_aside=aside), error.missing, signs_shown)
    return Evaluation(permit, limits, limits.unknown, signs_shown)


def decide_on(case: CaseHistory, evaluation: Evaluation, rules: Rules, now: datetime) -> Decision:
    """Return the facts that the *evaluation* of *case* adds by *now*, and when to look again."""
    permit, limits = evaluation.permit, evaluation.limits
    crossed = [finding for finding in limits.findings if finding.at < now]
    held = next((finding for finding in crossed if finding.is_held), None)
    held_for = f"calendar:{held.missing}" if held else evaluation.missing_at(now)
    new = [*_judged(case, evaluation, crossed, rules, now)]
    new += annotations(case, [*permit.set_aside, *limits.set_aside], held_for, permit, now)
    new += flags(evaluation.signs, permit.belongs_to, rules, now)
    known = case.joined_by(new)
    # A card that is only issued now may be remedied already.
    known = known.joined_by(remedied(known, crossed, limits.clock_states, rules.profile, now))
    # What waits for a calendar needs no waking: its publication will bring the case back.
    coming = (f.at for f in limits.findings[len(crossed) :] if not (held and f.is_held))
    return Decision(
        append=tuple(known.facts[len(case.facts) :]),
        wake_at=next((at + MILLISECOND for at in coming if at <= _LAST_BUT_ONE), None),
        held_for=held_for,
        lamp=lamp(permit, known),
        belongs_to=permit.belongs_to,
        dues=limits.dues(now),
        is_paused=permit.closing is None and limits.is_paused,
        without_terms=permit.ground if held_for.startswith("catalogue:") else None,
    )


def _judged(
    case: CaseHistory,
    evaluation: Evaluation,
    crossed: Sequence[Finding],
    rules: Rules,
    now: datetime,
) -> Iterator[Fact]:
    """Yield the cards that are issued, those that people confirmed, and the re-checks of others."""
    found = {finding.key for finding in crossed}
    yield from issued(crossed, evaluation.permit.belongs_to, case, rules, now)
    yield from confirmed(case, found, now)
    # On an unknown calendar nothing can be judged. Without its terms a case has no main clock: what
    # was issued when it had one (by an acceptance that is withdrawn, say) has no ground.
    if evaluation.missing_at(now).startswith("calendar:") or not case.cards:
        return

    def keys_found(before: CaseHistory) -> set[str]:
        findings = evaluate(before, rules).limits.findings
        return {finding.key for finding in findings if finding.at < now}

    yield from rechecked(case, found, keys_found, rules, now)
