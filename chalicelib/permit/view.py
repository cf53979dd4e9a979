"""A permit as those who supervise see it: as it is judged, as its late news claims, why that day.

Pure: snapshots, records and rules in, plain dictionaries out. Cards rest on the same clock states,
so no explanation (逐日说明) can differ from the judgement. The explanation of a case that cannot be
judged names the missing calendar or item.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import Record
from chalicelib.cases.view import show_case
from chalicelib.clock import chinese
from chalicelib.clock.countdown import countdown
from chalicelib.clock.counting import within_reach
from chalicelib.clock.derivation import Derivation
from chalicelib.clock.paragraph import paragraph
from chalicelib.clock.pause import spans_of
from chalicelib.clock.steps import basis_of_clock
from chalicelib.errors import Unknown
from chalicelib.findings.clock import ClockState
from chalicelib.intake.event_types import CLOSING_TYPES, Reported
from chalicelib.permit import wording
from chalicelib.permit.claims.claim import CaseClaims, claims_in
from chalicelib.permit.claims.view import show_as_claimed, show_claims, write_claims
from chalicelib.permit.decide import Evaluation
from chalicelib.permit.effects import ClockEffects
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.state import Permit
from chalicelib.permit.wording import basis_of, opening_of
from chalicelib.policy.allowance import UNBOUND
from chalicelib.policy.profile import Profile


def show_permit(
    snapshot: CaseSnapshot, records: Sequence[Record], rules: Rules, now: datetime
) -> dict[str, Any]:
    """Return the case with its clocks, facts and late claims, under *rules* at *now*."""
    case, zone = CaseHistory(record.fact for record in records), rules.profile.zone
    claims = claims_in(case, rules, now)
    return {
        **show_case(snapshot, records, now, zone, claims.weighing.reported),
        **_claims(snapshot, claims, now, zone),
    }


def show_explanation(
    snapshot: CaseSnapshot, case: CaseHistory, evaluation: Evaluation, rules: Rules, now: datetime
) -> dict[str, Any]:
    """Return the clocks of the case day by day, and what is not judged or not decided yet."""
    zone, unjudged_at = rules.profile.zone, evaluation.limits.at(now).unjudged_at
    claims = claims_in(case, rules, now, evaluation.weighing)
    explained = explain(evaluation, evaluation.rules.profile, now)
    return {
        **explained,
        "explanation": explained["explanation"] + write_claims(claims, zone, now),
        "unjudged": unjudged_at is not None and unjudged_at < now,
        **_claims(snapshot, claims, now, zone),
    }


def _claims(
    snapshot: CaseSnapshot, claims: CaseClaims, now: datetime, zone: tzinfo
) -> dict[str, Any]:
    return {
        "claims": show_claims(claims.claims, snapshot.public_case, now, zone),
        "as_claimed": show_as_claimed(claims, now, zone),
    }


def explain(evaluation: Evaluation, profile: Profile, now: datetime) -> dict[str, Any]:
    """Return every clock that *evaluation* has at *now*, and a paragraph about the whole case."""
    limits, limits_now = evaluation.limits, evaluation.limits.at(now)
    running = (state for state in limits.clock_states if not limits.is_to_come(state.clock, now))
    clocks = [_clock(state, evaluation, profile, now) for state in running]
    main = next((clock["explanation"] for clock in clocks if clock["clock"] in MAIN), "")
    held = next((finding.missing for finding in limits_now.crossed if finding.is_held), None)
    waits = f"{held}年的放假安排公布之前，不据此发牌。" if held is not None else ""
    return {
        "held_for": limits_now.held_for or None,
        "clocks": clocks,
        "explanation": (main or _waiting(evaluation.permit, limits_now.missing)) + waits,
    }


def _clock(
    state: ClockState, evaluation: Evaluation, profile: Profile, now: datetime
) -> dict[str, Any]:
    clock, due, zone = state.clock, state.due, state.counting.zone
    permit, silent = evaluation.permit, evaluation.limits.silence is not None
    derivation = _derivation(state, evaluation, profile)
    text = paragraph(derivation, opening_of(clock, permit, profile, silent=silent))
    year = clock.missing or (due.missing if due else None)
    return {
        "clock": clock.name,
        "label": clock.label,
        "department": clock.department or permit.belongs_to["department"],
        "from": instant.local(clock.start, zone),
        "limit": str(clock.limit) if clock.limit else None,
        "basis": basis_of(clock, permit, profile, silent=silent),
        "convention": state.counting.convention,
        "due_at": _local(due.at if due else None, zone),
        "provisional": year is not None,
        "missing": None if year is None else f"calendar:{year}",
        "in_doubt": state.in_doubt,
        "stopped_at": _local(clock.stop, zone),
        "countdown": show_countdown(state, profile, now),
        "steps": [day.written() for day in derivation.steps],
        "explanation": text + "".join(_details(state, evaluation, profile, now)),
    }


def _derivation(state: ClockState, evaluation: Evaluation, profile: Profile) -> Derivation:
    """Return the derivation of *state*, with the pauses and the extension of its own clock."""
    clock, permit, zone = state.clock, evaluation.permit, state.counting.zone
    effects, pauses = evaluation.limits.effects, clock.interruptions.pauses
    adds = _extension(state, effects)
    return Derivation(
        start=clock.start,
        last=state.last,
        counting=state.counting,
        basis=basis_of_clock(profile, str(profile.extension_of(permit.kind).basis)),
        pauses=tuple(
            wording.describe_pause(each.procedure, each.widest, zone)
            for each in effects.pauses
            if each.widest is not None and each.widest in pauses
        ),
        extensions=(wording.describe_extension(adds),) if adds else (),
    )


def _extension(state: ClockState, effects: ClockEffects) -> Fact | None:
    """Return the extension that the clock counts; if it counts none, the one that came too late."""
    counted = state.last.extended
    if counted is None:
        return effects.extended if state.clock.interruptions.extensions else None
    return next((fact for fact in effects.extensions if fact.at == counted.at), None)


def _waiting(permit: Permit, unknown: str) -> str:
    """Return why there is no due instant yet."""
    kind, _, name = unknown.partition(":")
    if kind == "calendar":
        return f"没有{name}年的工作日历可供推算，补充之前无法推算到期时间。"
    if permit.closing is not None:
        return "本件未经受理即已终止，没有办理期限。"
    if permit.acceptance is not None:
        return "本件既没有公布、承诺的办理时限，也没有适用的法定办理期限。"
    return "您的申请尚未受理，办理期限自受理之日起计算。"


def _local(at: datetime | None, zone: tzinfo) -> str | None:
    return instant.local(at, zone) if at else None


def _details(
    state: ClockState, evaluation: Evaluation, profile: Profile, now: datetime
) -> Iterator[str]:
    """Yield the sentences that follow the paragraph of *state*: what did not change it, its end."""
    clock, permit, zone = state.clock, evaluation.permit, state.counting.zone
    if clock.name in MAIN and clock.limit is not None:
        effects = evaluation.limits.effects
        doubted = {fact.key for fact in effects.doubted}
        doubted |= {each.procedure.told.key for each in effects.pauses if each.is_doubtful}
        for fact, lacks in effects.defects:
            is_extension = fact.kind == Reported.CASE_EXTENDED
            rule = profile.extension_of(permit.kind) if is_extension else profile.pause
            basis = str(rule.basis)
            yield wording.explain_defect(fact, lacks, zone, basis, may_count=fact.key in doubted)
    if state.in_doubt:
        least, most = (each.due.at if each.due else None for each in state.extremes)
        yield wording.explain_doubt(least, most, zone)
    if clock.missing is not None:
        yield f"起算时间依据{clock.missing}年推算的日期，该年的放假安排尚未公布，为暂定。"
    over, silence = state.over_at, evaluation.limits.silence
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
            return f"因{wording.ENDINGS.get(fact.kind, '办结')}"
    return ""


def show_countdown(state: ClockState, profile: Profile, now: datetime) -> dict[str, Any] | None:
    """Return how much of the limit is used and left at *now*, or was when the clock stopped.

    None for an agreed instant, in a pause without end, and in a year without a calendar.
    """
    clock, last = state.clock, state.last
    if not last.limits:
        return None
    own = profile.clocks.get(clock.name, UNBOUND).convention  # else that of all countdowns
    by = state.counting.in_convention(own or profile.countdown)
    is_same = by is state.counting
    spans = last.spans if is_same else spans_of(clock.interruptions.pauses, by)
    until = now if clock.stop is None else min(now, clock.stop)
    try:
        counted = countdown(clock.start, last.limits, spans, within_reach(until), by)
    except Unknown:
        return None  # *now* is in a year without a calendar
    return {"convention": by.convention, **counted.written()} if counted else None


def with_keeper(explained: dict[str, Any], department: str, keeper: str) -> dict[str, Any]:
    """Return the explanation with whose case it is today, after a reorganisation (机构改革).

    The *keeper* goes on where its *department* was; the clocks are the same ones (DOMAIN ORG-03).
    """
    whose = {**explained, "department": department, "kept_by": keeper}
    if keeper == department:
        return whose
    sentence = f"本件原由{department}办理，机构改革后由{keeper}继续办理，期限不变。"
    return {**whose, "explanation": f"{explained['explanation']}{sentence}"}
