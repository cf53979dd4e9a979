"""Decide (裁断): what follows from a case's facts, under a policy and a calendar, at an instant.

Pure. The same facts give the same clocks, due instants and lamp in whatever order they came. What
was issued stays issued; where late news takes its ground away, a re-check says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.confirmation import confirmed
from chalicelib.cards.flagging import flags
from chalicelib.cards.issuing import issued
from chalicelib.cards.recheck import rechecked
from chalicelib.cards.remarks import corrections, held, may_need_annotation, readmitted, set_aside
from chalicelib.cards.remedy import remedied
from chalicelib.cards.versions import versions
from chalicelib.cases.fact import Fact
from chalicelib.cases.handling import clock_effects
from chalicelib.cases.permit import Permit, fold
from chalicelib.clock.counting import Counting, counting_of
from chalicelib.errors import Unknown
from chalicelib.instant import MILLISECOND, text
from chalicelib.intake.event_types import FINDING_TYPES
from chalicelib.policy.profile import Profile
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
    signs: tuple[Sign, ...] = ()  # of data that were told badly


@dataclass(frozen=True, slots=True)
class Decision:
    """Facts to append, in order; when to look again; or what the case is held for."""

    append: tuple[Fact, ...]
    wake_at: datetime | None
    held_for: str
    evaluation: Evaluation


def decide(facts: Sequence[Fact], profile: Profile, calendar: Calendar, now: datetime) -> Decision:
    """Judge a case by its *facts*, numbered from 0 without a gap, at *now*.

    What has been judged is not judged earlier again: where the clock of this machine is behind
    that of the one before it, the other's counts.
    """
    counting = counting_of(calendar, profile)
    now = max([now, *(fact.recorded_at for fact in facts)])
    return decide_on(facts, evaluate(facts, profile, counting), profile, calendar, now)


def evaluate(facts: Sequence[Fact], profile: Profile, counting: Counting) -> Evaluation:
    """Fold *facts* and survey their limits; what is unknown is named, never guessed."""
    permit = fold(facts)
    shown = signs(facts, permit, counting, profile.data_quality)
    try:
        limits = check_limits(permit, counting, profile)
        return Evaluation(permit, limits, limits.unknown, shown)
    except Unknown as error:
        # What does not fit the case needs no calendar to be known.
        aside = clock_effects(permit, profile).set_aside
        return Evaluation(permit, CheckedLimits(set_aside=aside), error.missing, shown)


def decide_on(
    facts: Sequence[Fact],
    evaluation: Evaluation,
    profile: Profile,
    calendar: Calendar,
    now: datetime,
) -> Decision:
    """Compare what has been crossed by *now* with what is on record: what is to be added."""
    findings = evaluation.limits.findings
    crossed = [finding for finding in findings if finding.at < now]
    held = next((finding for finding in crossed if finding.is_held), None)
    unknown = "" if evaluation.limits.is_ahead_of(now) else evaluation.unknown
    held_for = f"calendar:{held.missing}" if held else unknown
    # What waits for a calendar needs no waking: its publication will bring the case back.
    coming = (f for f in findings[len(crossed) :] if not (held and f.is_held))
    under = (profile, calendar)
    new = [*issued(crossed, evaluation.permit.belongs_to, facts, under, now)]
    new += confirmed(facts, {finding.key for finding in crossed}, now)
    # On an unknown calendar nothing can be judged. Without its terms a case has no main clock: what
    # was issued when it had one (by an acceptance that is withdrawn, say) has no ground.
    if not unknown.startswith("calendar:"):
        new += _rechecked(facts, crossed, under, now)
    new += _said(facts, evaluation, held_for, now)
    if evaluation.signs:
        new += flags(evaluation.signs, evaluation.permit.belongs_to, under, now)
    append = _fresh(new, facts)
    known = [*facts, *append]  # a card that is only issued now may be remedied already
    append += _fresh(remedied(known, crossed, evaluation.limits.clock_states, profile, now), known)
    return Decision(
        append=append,
        wake_at=next((f.at + MILLISECOND for f in coming if f.at <= _LAST_BUT_ONE), None),
        held_for=held_for,
        evaluation=evaluation,
    )


def _fresh(new: Iterable[Fact], facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """What of the *new* is not on record, numbered as it will be."""
    found = list(new)
    on_record = {fact.key for fact in facts if not fact.told} if found else set()
    fresh = [fact for fact in found if fact.key not in on_record]
    return tuple(fact.numbered(len(facts) + i) for i, fact in enumerate(fresh))


def _rechecked(
    facts: Sequence[Fact], crossed: list[Finding], under: tuple[Profile, Calendar], now: datetime
) -> Iterator[Fact]:
    if not any(fact.kind in FINDING_TYPES for fact in facts):
        return iter(())
    profile, calendar = under

    def grounds(facts: Sequence[Fact]) -> set[str]:
        limits = evaluate(facts, profile, counting_of(calendar, profile)).limits
        return {finding.key for finding in limits.findings if finding.at < now}

    return rechecked(facts, {finding.key for finding in crossed}, grounds, versions(*under), now)


def _said(
    facts: Sequence[Fact], evaluation: Evaluation, held_for: str, now: datetime
) -> Iterator[Fact]:
    """What must not pass in silence."""
    misfits = [*evaluation.permit.set_aside, *evaluation.limits.set_aside]
    if not (held_for or misfits or may_need_annotation(facts)):
        return
    noticed = {"noticed_at": text(now), **evaluation.permit.belongs_to}
    yield from held(held_for, noticed)
    yield from set_aside(facts, misfits, noticed)
    yield from readmitted(facts, misfits, noticed)
    yield from corrections(facts, noticed)
