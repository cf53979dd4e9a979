"""Why that day (逐日说明): every clock of a case, day by day and as a paragraph.

Pure. The same standings that cards rest on are told here, so that no account can differ from what
was judged; a case that cannot be judged says what it waits for.
"""

from datetime import datetime, tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cards.beside import beside
from chalicelib.cards.decide import Outlook
from chalicelib.cases.clocks import Standing
from chalicelib.cases.countdown import shown
from chalicelib.cases.handling import way_of
from chalicelib.cases.opening import basis_of, opening_of
from chalicelib.cases.permit import Permit
from chalicelib.cases.wording import extended, paused
from chalicelib.clock.derivation import Derivation
from chalicelib.clock.grounds import grounds_of
from chalicelib.clock.paragraph import paragraph
from chalicelib.policy.profile import Profile
from chalicelib.rules.time_limits import MAIN


def explain(outlook: Outlook, profile: Profile, now: datetime) -> dict[str, Any]:
    """Tell every clock that *outlook* has at *now*, and the case as a whole in a paragraph."""
    survey = outlook.survey
    running = (one for one in survey.standings if not survey.is_to_come(one.clock, now))
    clocks = [_clock(one, outlook, profile, now) for one in running]
    main = next((one["explanation"] for one in clocks if one["clock"] in MAIN), "")
    # What is missing for an acceptance that only further silence would make is not missing yet.
    unknown = "" if survey.is_ahead_of(now) else outlook.unknown
    crossed = (found for found in survey.findings if found.at < now)
    held = next((found.missing for found in crossed if found.is_held), None)
    waits = f"{held}年的放假安排公布之前，不据此发牌。" if held is not None else ""
    return {
        "held_for": f"calendar:{held}" if held is not None else unknown or None,
        "clocks": clocks,
        "explanation": (main or _waiting(outlook.permit, unknown)) + waits,
    }


def _clock(standing: Standing, outlook: Outlook, profile: Profile, now: datetime) -> dict[str, Any]:
    clock, due, zone = standing.clock, standing.due, standing.counting.zone
    silent = outlook.survey.silence is not None
    permit = outlook.permit
    derived = _derived(standing, outlook, profile)
    told = paragraph(derived, opening_of(clock, permit, profile, silent=silent))
    year = clock.missing or (due.missing if due else None)
    return {
        "clock": clock.name,
        "label": clock.label,
        "department": clock.department or permit.where["department"],
        "from": instant.local(clock.start, zone),
        "limit": str(clock.limit) if clock.limit else None,
        "basis": basis_of(clock, permit, profile, silent=silent),
        "convention": standing.counting.convention,
        "due_at": _local(due.at if due else None, zone),
        "provisional": year is not None,
        "missing": None if year is None else f"calendar:{year}",
        "stopped_at": _local(clock.stop, zone),
        "countdown": shown(standing, profile, now),
        "steps": [step.written() for step in derived.steps],
        "explanation": told + "".join(beside(standing, outlook, profile, now)),
    }


def _derived(standing: Standing, outlook: Outlook, profile: Profile) -> Derivation:
    """The clock's own pauses and extension, each with what is on record about it."""
    clock, permit, zone = standing.clock, outlook.permit, standing.counting.zone
    extension = profile.extension_of(permit.terms.kind if permit.terms else "")
    way, pauses = way_of(permit, profile), clock.course.pauses
    adds = way.extended if clock.course.extensions else None
    return Derivation(
        start=clock.start,
        last=standing.last,
        counting=standing.counting,
        grounds=grounds_of(profile, extension.basis),
        pauses=tuple(paused(one, zone) for one in way.pausing if one.pause in pauses),
        extensions=(extended(adds),) if adds else (),
    )


def _waiting(permit: Permit, unknown: str) -> str:
    """Why there is no due instant yet."""
    kind, _, name = unknown.partition(":")
    if kind == "catalogue":
        return f"事项清单中尚无事项“{name}”的办理时限，补充之前无法推算到期时间。"
    if kind == "calendar":
        return f"没有{name}年的工作日历可供推算，补充之前无法推算到期时间。"
    if permit.closing is not None:
        return "本件未经受理即已终止，没有办理期限。"
    return "您的申请尚未受理，办理期限自受理之日起计算。"


def _local(at: datetime | None, zone: tzinfo) -> str | None:
    return instant.local(at, zone) if at else None
