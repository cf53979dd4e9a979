"""Handling (办理): from acceptance to decision; 行政许可法 42 to 45 and 50, DOMAIN §1.2.

Promise (承诺时限) and statutory limit (法定时限) run side by side. A forwarded case (转报) has its
first review instead of the promise, a joint one 45 days over all, an immediate one its day. The
promise stands still in a valid special procedure, and a valid extension adds to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from chalicelib.cases.clocks import Clock, read_explicit_due
from chalicelib.cases.examination import Start
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import Permit
from chalicelib.cases.procedure import Procedure, find_defect, is_given
from chalicelib.cases.rules import Rules
from chalicelib.clock.timeline import UNINTERRUPTED, Interruptions
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import ENDING_TYPES, Reported
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Terms

BY_LAW = {"joint": "joint", "forwarded": "first_review"}  # kind -> whose limit is its statutory one


@dataclass(frozen=True, slots=True)
class ClockEffects:
    """What interrupts or lengthens the clocks of a case, and the *defects* of what does neither."""

    interruptions: Interruptions = UNINTERRUPTED
    pausing: tuple[Procedure, ...] = ()
    extended: Fact | None = None
    defects: tuple[tuple[Fact, str], ...] = ()
    set_aside: tuple[tuple[Fact, str], ...] = ()


def clock_effects(permit: Permit, profile: Profile) -> ClockEffects:
    """Return which suspensions pause and which extension adds, and the defects of the others."""
    if not permit.procedures and not permit.extensions:
        return ClockEffects()
    listed = permit.terms.procedures if permit.terms else ()
    checked = [(each, find_defect(each, profile.pause, listed)) for each in permit.procedures]
    pausing = tuple(procedure for procedure, lacks in checked if not lacks)
    defects = [(procedure.told, lacks) for procedure, lacks in checked if lacks]
    extended: Fact | None = None
    set_aside: list[tuple[Fact, str]] = []
    for fact in permit.extensions:
        lacks = _unfit(fact, permit.terms, profile)
        if lacks:
            defects.append((fact, lacks))
        elif extended is not None:
            set_aside.append((fact, "extended before"))
        else:
            extended = fact
            if not is_given(fact, "notified_at") and "notified_at" in profile.pause.needs:
                defects.append((fact, "no_notified_at"))
    extensions = [(extended.at, Limit.read_object(extended.data["by"]))] if extended else []
    interruptions = Interruptions([procedure.pause for procedure in pausing], extensions)
    return ClockEffects(interruptions, pausing, extended, tuple(defects), tuple(set_aside))


def _unfit(extension: Fact, terms: Terms | None, profile: Profile) -> str:
    """Return why *extension* adds nothing (行政许可法 42): its length or approver; else empty."""
    rule = profile.extension_of(terms.kind if terms else "")
    by = Limit.read_object(extension.data["by"])
    if by.unit == rule.most.unit and by.amount > rule.most.amount:
        return "too_long"
    if extension.text("approved_by") in rule.too_low:
        return "wrong_level"
    return "" if not rule.too_low or is_given(extension, "approved_by") else "no_approver"


def main_clocks(
    permit: Permit, start: Start, effects: ClockEffects, rules: Rules
) -> Iterator[Clock]:
    """Yield the clocks from acceptance to decision: the promise or its like first.

    Raises Unknown: the catalogue has no limit for the item.
    """
    terms, profile = permit.terms, rules.profile
    if terms is None:
        raise Unknown(f"catalogue:{permit.belongs_to['item']}")
    by_law = profile.clocks.get(BY_LAW.get(terms.kind, ""))
    statutory = terms.statutory or (by_law.limit if by_law else None)
    main = partial(
        Clock,
        start=start.at,
        stop=permit.closing.at if permit.closing else None,
        interruptions=effects.interruptions,
        rests_on=_rests_on(permit, start, effects),
        since=start.since,
    )
    limit, due_at, year = _bound(terms, statutory, start.at, rules)
    if limit is None and due_at is None:
        raise Unknown(f"catalogue:{permit.belongs_to['item']}")
    name = "first_review" if terms.kind == "forwarded" else "promise"
    yield main(name, limit=limit, due_at=due_at, missing=start.missing or year)
    if statutory is not None:
        yield main("statutory", limit=statutory, missing=start.missing)
    if "renewal" in profile.clocks and (expires_at := _expiry(permit, rules)):
        yield main("renewal", due_at=expires_at, missing=start.missing)


def _expiry(permit: Permit, rules: Rules) -> datetime | None:
    """Return when the licence expires that is to be renewed; None: none is.

    What is told only when that has passed changes nothing that was found until then.
    """
    expiries = (
        (read_explicit_due(f.text("expires_at"), rules.counting), f) for f in permit.expiries
    )
    return next((expires_at for expires_at, fact in expiries if fact.at <= expires_at), None)


def _rests_on(permit: Permit, start: Start, effects: ClockEffects) -> tuple[int, ...]:
    more = {start.fact.n} if effects.extended is None else {start.fact.n, effects.extended.n}
    return tuple(sorted({*permit.rests_on, *more}))


def _bound(
    terms: Terms, statutory: Limit | None, start: datetime, rules: Rules
) -> tuple[Limit | None, datetime | None, int | None]:
    """Return the promise, or else the law's for this kind of case: a limit or a due instant.

    The third is the unpublished year that the due instant rests on, if any.
    """
    counting = rules.counting
    if terms.due_at:
        return None, read_explicit_due(terms.due_at, counting), None
    if terms.promise is not None:
        return terms.promise, None, None
    rule = rules.profile.clocks.get("immediate") if terms.kind == "immediate" else None
    if rule is None:
        return statutory, None, None
    if rule.limit is not None:
        return rule.limit, None, None
    # 当场或者当日办结; what is accepted after hours is dealt with on the next working day.
    closes = counting.first_close_after(start, "wd")
    year = counting.missing(counting.day_of(start), counting.day_of(closes))
    return None, closes, year


def side_clocks(
    permit: Permit, effects: ClockEffects, over: datetime | None, profile: Profile
) -> Iterator[Clock]:
    """Yield the clocks of the stages, procedures and gap of a case that is *over* at an instant."""
    if permit.stays and "stage" in profile.clocks:
        yield from _stages(permit, effects, over, profile)
    if permit.procedures and "procedure" in profile.clocks:
        yield from _procedures(permit)
    if permit.acceptance is not None and "gap" in profile.clocks:
        yield from _gap(permit, permit.acceptance, over, profile)


def _stages(
    permit: Permit, effects: ClockEffects, over: datetime | None, profile: Profile
) -> Iterator[Clock]:
    for stay in permit.stays:
        limit = stay.limit or profile.clocks["stage"].limit
        if limit is not None:
            stop = _first(stay.end, over)
            # What pauses the case meanwhile pauses the stage.
            interruptions = effects.interruptions.between(stay.start, stop)
            more = permit.rests_on if interruptions.pauses else ()
            yield Clock(
                name="stage",
                start=stay.start,
                stop=stop,
                limit=limit,
                interruptions=interruptions,
                rests_on=tuple(sorted({stay.told.n, *more})) if more else (stay.told.n,),
                about=stay.key,
                label=stay.stage,
                department=stay.department,
            )


def _procedures(permit: Permit) -> Iterator[Clock]:
    """Yield the clock of each procedure; an ending without a decision stops it."""
    closing = permit.closing
    ends = closing.at if closing is not None and closing.kind in ENDING_TYPES else None
    for procedure in permit.procedures:
        if procedure.approved is None:
            continue
        yield Clock(
            name="procedure",
            start=procedure.told.at,
            stop=_first(procedure.end, ends),
            limit=procedure.approved,
            rests_on=(procedure.told.n,),
            about=procedure.told.key,
            label=procedure.name,
        )


def _gap(
    permit: Permit, acceptance: Fact, over: datetime | None, profile: Profile
) -> Iterator[Clock]:
    """Yield the clock of a gap (容缺受理): missing materials come before the promise is due.

    The main clock runs on.
    """
    if not is_given(acceptance, "gaps") and not acceptance.data.get("gap_limit"):
        return
    own_limit, rule = acceptance.data.get("gap_limit"), profile.clocks["gap"]
    limit = Limit.read_object(own_limit) if own_limit else rule.limit
    promise, before = permit.terms and permit.terms.promise, rule.before_promise
    if not own_limit and limit and promise and before and promise.unit == before.unit == limit.unit:
        most = max(promise.amount - before.amount, 0)
        limit = Limit(min(limit.amount, most), limit.unit)
    later = (fact for fact in permit.supplements if fact.at > acceptance.at)
    brought = (fact.at for fact in later if fact.kind == Reported.CASE_SUPPLEMENT_SUBMITTED)
    yield Clock(
        name="gap",
        start=acceptance.at,
        stop=_first(next(brought, None), over),
        limit=limit,
        rests_on=(acceptance.n,),
    )


def _first(first: datetime | None, second: datetime | None) -> datetime | None:
    if first is None or second is None:
        return first or second
    return min(first, second)
