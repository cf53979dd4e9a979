"""Handling (办理): from acceptance to decision; 行政许可法 42 to 45 and 50, DOMAIN §1.2.

Promise (承诺时限) and statutory limit (法定时限) run side by side, where the terms have them
(`binding.py`). A forwarded case (转报) has its first review instead of the promise, an immediate
one its day. Both stand still in a valid special procedure, and a valid extension adds to them.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.findings.clock import Clock, read_explicit_due
from chalicelib.instant import LATEST, MILLISECOND
from chalicelib.intake.event_types import ENDING_TYPES, Reported
from chalicelib.permit.clocks.binding import (
    Promised,
    clock_of,
    limit_ends,
    promise_ends,
    promise_of,
    shortest,
)
from chalicelib.permit.clocks.examination import Start
from chalicelib.permit.effects import ClockEffects
from chalicelib.permit.procedure import is_given
from chalicelib.permit.state import Permit
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms


def main_clocks(
    permit: Permit, start: Start, effects: ClockEffects, rules: Rules
) -> Iterator[Clock]:
    """Yield the clocks from acceptance to decision, the promise first. Raises Unknown."""
    terms, profile = permit.terms, rules.profile
    extensions = (extension.n for extension in effects.extensions)
    main = partial(
        Clock,
        start=start.at,
        stop=permit.closing.at if permit.closing else None,
        interruptions=effects.interruptions,
        doubt=effects.doubt,
        rests_on=tuple(sorted({*permit.rests_on, start.fact.n, *extensions})),
        is_deemed=start.since is not None,
    )
    promised = promised_in(terms, start.at, rules) if terms else None
    if terms is not None and promised is not None:
        limit, due_at, year = promised
        since = _since("promise", permit, start)
        name, missing = clock_of(terms.kind), start.missing or year
        yield main(name, limit=limit, due_at=due_at, missing=missing, since=since)
    if terms is not None and terms.statutory is not None:
        since = _since("statutory", permit, start)
        yield main("statutory", limit=terms.statutory, missing=start.missing, since=since)
    if "renewal" in profile.clocks and (expires_at := _expiry(permit, start, rules)):
        yield main("renewal", due_at=expires_at, missing=start.missing, since=start.since)


def promised_in(terms: Terms, start: datetime, rules: Rules) -> Promised | None:
    """Return the promise in *terms*; of a first review, else the statutory limit."""
    promised = promise_of(terms, start, rules)
    if promised is None and terms.kind == "forwarded" and terms.statutory is not None:
        return Promised(terms.statutory)
    return promised


def _since(limit: str, permit: Permit, start: Start) -> datetime | None:
    """Return since when the clock of *limit* is known to run as it does; None: from its start."""
    adopted = permit.adopted
    if adopted is None or limit not in adopted.shortened:
        return start.since
    since = adopted.fact.recorded_at - MILLISECOND  # a finding holds from a millisecond later
    return since if start.since is None else max(since, start.since)


def _expiry(permit: Permit, start: Start, rules: Rules) -> datetime | None:
    """Return when the licence expires that is to be renewed; None: none is. Raises Unknown.

    It is told up to the acceptance, or up to the silence that stands for one and no limit is over:
    told later, any case could be granted by silence. Told when it has passed, it changes nothing.
    """
    until = permit.acceptance.at if permit.acceptance else start.since or start.at
    if start.since is not None and permit.terms is not None:
        lawful = limit_ends(permit.terms.statutory, "statutory", start.at, rules)
        until = min(until, lawful, promise_ends(permit.terms, start.at, rules) or LATEST)
    for fact in permit.expiries:
        if fact.at <= until:
            expires_at = read_explicit_due(fact.text("expires_at"), rules.counting)
            if fact.at <= expires_at:
                return expires_at
    return None


def side_clocks(
    permit: Permit, effects: ClockEffects, over: datetime | None, rules: Rules
) -> Iterator[Clock]:
    """Yield the clocks of the stages, procedures and gap of a case that is *over* at an instant."""
    clocks, terms = rules.profile.clocks, permit.terms or Terms()
    has_stages = bool(permit.stays) and "stage" in clocks
    # Stages need a whole to keep within: V-05 rests on a promise (DFT-04).
    if has_stages and (terms.is_promised or terms.kind in ("forwarded", "joint")):
        yield from _stages(permit, effects, over, rules)
    if permit.procedures and "procedure" in clocks:
        yield from _procedures(permit)
    if permit.acceptance is not None and "gap" in clocks:
        yield from _gap(permit, permit.acceptance, over, rules)


def _stages(
    permit: Permit, effects: ClockEffects, over: datetime | None, rules: Rules
) -> Iterator[Clock]:
    for stay in permit.stays:
        own = shortest((stay.limit, stay.listed), "stage", stay.start, rules)
        limit = own or rules.profile.clocks["stage"].limit
        if limit is None:
            continue
        stop = min(filter(None, (stay.end, over)), default=None)
        # What pauses the case meanwhile pauses the stage.
        interruptions = effects.interruptions.between(stay.start, stop)
        is_paused = bool(interruptions.pauses)
        rests_on = {stay.told.n, *permit.rests_on} if is_paused else {stay.told.n}
        yield Clock(
            name="stage",
            start=stay.start,
            stop=stop,
            limit=limit,
            interruptions=interruptions,
            doubt=effects.doubt.between(stay.start, stop) if effects.doubt and is_paused else None,
            rests_on=tuple(sorted(rests_on)),
            about=stay.key,
            label=stay.stage,
            department=stay.department,
        )


def _procedures(permit: Permit) -> Iterator[Clock]:
    """Yield the clock of each procedure; an ending without a decision stops it."""
    closing = permit.closing
    ends = closing.at if closing is not None and closing.kind in ENDING_TYPES else None
    for procedure in permit.procedures:
        if (approved := procedure.approved) is not None:
            yield Clock(
                name="procedure",
                start=procedure.told.at,
                stop=min(filter(None, (procedure.end, ends)), default=None),
                limit=approved,
                rests_on=(procedure.told.n,),
                about=procedure.told.key,
                label=procedure.name,
            )


def _gap(permit: Permit, acceptance: Fact, over: datetime | None, rules: Rules) -> Iterator[Clock]:
    """Yield the clock of a gap (容缺受理): its limit, if that ends before the promise does."""
    own_limit, rule = acceptance.data.get("gap_limit"), rules.profile.clocks["gap"]
    if not own_limit and not is_given(acceptance, "gaps"):
        return
    limits = [Limit.read_object(own_limit) if own_limit else None, rule.limit]
    promise, before = permit.terms and permit.terms.promise, rule.before_promise
    if promise and before and promise.unit == before.unit:
        limits.append(Limit(max(promise.amount - before.amount, 0), promise.unit))
    limit = shortest(limits, "gap", acceptance.at, rules)
    later = (fact for fact in permit.supplements if fact.at > acceptance.at)
    brought = [fact.at for fact in later if fact.kind == Reported.CASE_SUPPLEMENT_SUBMITTED]
    stop = min(filter(None, (*brought[:1], over)), default=None)
    yield Clock("gap", acceptance.at, stop, limit, rests_on=(acceptance.n,))
