"""Why that day (逐日说明): every clock of a case, day by day and as a paragraph.

Pure. Cards rest on the same clock states, so no explanation can differ from the judgement. The
explanation of a case that cannot be judged names the missing calendar or item.
"""

from datetime import datetime, tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cases.fact import Fact
from chalicelib.clock.derivation import Derivation
from chalicelib.clock.grounds import basis_of_clock
from chalicelib.clock.paragraph import paragraph
from chalicelib.permit.clocks.clock import ClockState
from chalicelib.permit.countdown import show_countdown
from chalicelib.permit.decide import Evaluation
from chalicelib.permit.effects import ClockEffects
from chalicelib.permit.explanation_details import write_details
from chalicelib.permit.explanation_opening import basis_of, opening_of
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.state import Permit
from chalicelib.permit.wording import describe_extension, describe_pause
from chalicelib.policy.profile import Profile


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
    silent = evaluation.limits.silence is not None
    permit = evaluation.permit
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
        "explanation": text + "".join(write_details(state, evaluation, profile, now)),
    }


def _derivation(state: ClockState, evaluation: Evaluation, profile: Profile) -> Derivation:
    """Return the derivation of *state*, with the pauses and the extension of its own clock."""
    clock, permit, zone = state.clock, evaluation.permit, state.counting.zone
    extension = profile.extension_of(permit.terms.kind if permit.terms else "")
    effects, pauses = evaluation.limits.effects, clock.interruptions.pauses
    adds = _extension(state, effects)
    return Derivation(
        start=clock.start,
        last=state.last,
        counting=state.counting,
        basis=basis_of_clock(profile, str(extension.basis)),
        pauses=tuple(
            describe_pause(each.procedure, each.widest, zone)
            for each in effects.pauses
            if each.widest is not None and each.widest in pauses
        ),
        extensions=(describe_extension(adds),) if adds else (),
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
