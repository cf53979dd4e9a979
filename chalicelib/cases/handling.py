"""Handling (办理): from acceptance to decision; 行政许可法 42 to 45 and 50, DOMAIN §1.2.

Promise (承诺时限) and statutory limit (法定时限) run side by side. A forwarded case (转报) has its
first review instead of the promise, a joint one 45 days over all, an immediate one its day. The
promise stands still in a valid special procedure, and a valid extension adds to it.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from chalicelib.cases.clocks import Clock, read_explicit_due
from chalicelib.cases.effects import ClockEffects
from chalicelib.cases.examination import Start
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import Permit
from chalicelib.cases.procedure import is_given
from chalicelib.cases.rules import Rules
from chalicelib.clock.timeline import Interruptions
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import ENDING_TYPES, Reported
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Terms

BY_LAW = {"joint": "joint", "forwarded": "first_review"}  # kind -> whose limit is its statutory one


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
        doubt=effects.doubt,
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
    if permit.expires_at and "renewal" in profile.clocks:
        expires_at = read_explicit_due(permit.expires_at, rules.counting)
        yield main("renewal", due_at=expires_at, missing=start.missing)


def _rests_on(permit: Permit, start: Start, effects: ClockEffects) -> tuple[int, ...]:
    more = [extension.n for extension in effects.extensions]
    return tuple(sorted({*permit.rests_on, start.fact.n, *more}))


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
    in_doubt = effects.doubt
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
                doubt=in_doubt and _between(in_doubt, stay.start, stop),
                rests_on=tuple(sorted({stay.told.n, *more})) if more else (stay.told.n,),
                about=stay.key,
                label=stay.stage,
                department=stay.department,
            )


def _between(
    doubt: tuple[Interruptions, Interruptions], start: datetime, stop: datetime | None
) -> tuple[Interruptions, Interruptions]:
    least, most = doubt
    return least.between(start, stop), most.between(start, stop)


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
