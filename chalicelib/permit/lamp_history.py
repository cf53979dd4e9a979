"""The lamp (亮灯) of a permit, and what it counts for in the rates, after each of its facts.

Pure. The lamp is pending before acceptance, then green, yellow (黄牌) or red (红牌), closed at the
end. A card that lost its ground does not light it.

A case is *history* where it was accepted, or else handed in, before the stage was in use
(*live-from*). It is *told after its end* where its first news came after that; an end told late
takes out no case that was heard of in time. Both are counted beside the rates (CLAIMS §2).

Days are whole working days of the region, in any unit and convention of the limit, after the day of
the start, up to and with the day of the end: anybody can count them by hand (CLAIMS §10).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from chalicelib.cases.bounded import is_beyond_most
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import HISTORY, TOLD_AFTER_END, CaseDays, LampState
from chalicelib.clock.due import Due
from chalicelib.clock.span import Days
from chalicelib.errors import Unknown
from chalicelib.findings.recheck import gravest, is_revoked, stands
from chalicelib.intake.event_types import CLOSING_TYPES, DEEMED_TYPES, Derived, Reported
from chalicelib.permit.claims.readings import decisions_in, is_accepted
from chalicelib.permit.claims.weighing import Weighing, weigh
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.rules.time_limits import CheckedLimits
from chalicelib.permit.state import Permit


def lamp(permit: Permit, case: CaseHistory) -> str:
    """Return the lamp of *permit* in *case*: pending, green, yellow, red or closed."""
    deemed = {fact.kind for fact in case.of_type(*DEEMED_TYPES) if stands(fact, case)}
    if permit.closing is not None or Derived.CASE_DEEMED_APPROVED in deemed:
        return "closed"
    if permit.acceptance is None and not deemed:
        return "pending"
    cards = (fact for fact in case.of_type(Derived.CARD_ISSUED) if not fact.told)
    return gravest(card for card in cards if stands(card, case) and not is_revoked(card, case))


def lamp_states(case: CaseHistory, new: Sequence[Fact], rules: Rules) -> list[LampState]:
    """Return lamp, and what the rates need, after each of the *new* facts that follow *case*."""
    states: list[LampState] = []
    weighing = weigh(case, rules)
    for fact in new:
        case = case.followed_by([fact])
        if fact.told and not is_beyond_most(fact, case.facts):  # what does not act lights nothing
            weighing = weigh(case, rules)
        _, permit, limits, binding = weighing.judged
        shown, why = lamp(permit, case), left_out(case, weighing, binding)
        days = case_days(permit, limits, binding) if shown == "closed" and not why else None
        states.append(LampState(shown, permit.belongs_to["department"], why, days))
    return states


_ENDED_WITHOUT = CLOSING_TYPES - {Reported.CASE_DECIDED}


def left_out(case: CaseHistory, weighing: Weighing, rules: Rules) -> str:
    """Return why *case*, weighed so, enters no rate: HISTORY, TOLD_AFTER_END, or "" if it does."""
    permit, live_from = weighing.judged.permit, rules.sources.live_from
    began = permit.terms_source or next(iter(weighing.judged.case.told), None)
    if live_from is not None and began is not None and began.at < live_from:
        return HISTORY
    closing = permit.closing
    if closing is None:
        return ""
    news = (fact for fact in case.facts if fact.told and not fact.origin)
    first = next(news, closing)
    late = {fact.n for fact in weighing.late}
    if first.n not in late and closing.n in late and not is_accepted(closing, case):
        return ""
    return TOLD_AFTER_END if first.recorded_at > _ended_at(closing, case) else ""


def _ended_at(closing: Fact, case: CaseHistory) -> datetime:
    """Return when the case ended: by the end's own time, though nobody has decided about it yet.

    A time that was refused, or told when there was a card, could be made up, so it does not count.
    """
    if closing.occurred_at is None:
        return closing.at
    decision = decisions_in(case).get(closing.n)
    is_refused = decision is not None and decision.kind == Reported.CLAIM_REFUSED
    is_after_card = any(card.n < closing.n for card in case.of_type(Derived.CARD_ISSUED))
    return closing.at if is_refused or is_after_card else closing.occurred_at


def fell_due(case: CaseHistory, weighing: Weighing, dues: Mapping[str, Due], rules: Rules) -> str:
    """Return the local day by which a permit had to be decided (到期日), "" if uncounted."""
    due = next((dues[clock] for clock in MAIN if clock in dues), None)
    closing = weighing.judged.permit.closing
    if due is None or left_out(case, weighing, rules):
        return ""
    if closing is not None and closing.kind in _ENDED_WITHOUT and closing.at <= due.at:
        return ""
    return rules.counting.day_of(due.at).isoformat()


def case_days(permit: Permit, limits: CheckedLimits, rules: Rules) -> CaseDays | None:
    """Return the working days of a closed *permit*, and those paused, if known."""
    start = next((s.clock.start for s in limits.clock_states if s.clock.name in MAIN), None)
    closed_at = permit.closing.at if permit.closing else None
    end = limits.silence.until if limits.silence else closed_at  # silence (视为同意) comes before
    if start is None or end is None or end < start:
        return None
    counting, calendar = rules.counting, rules.calendar
    try:
        first, last = counting.day_of(start), counting.day_of(end)
        if counting.missing(first, last) is not None:
            return None
        paused = [
            calendar.workdays_between(max(begin, first), min(until, last))
            for begin, until in _paused_days(limits, end, rules)
            if begin < last and until > first
        ]
        return CaseDays(calendar.workdays_between(first, last), sum(paused))
    except Unknown:
        return None


def _paused_days(limits: CheckedLimits, end: datetime, rules: Rules) -> Iterator[Days]:
    """Yield the days that pauses take out as known at the *end*, each capped; after the first."""
    counting = rules.counting
    for span in limits.effects.interruptions.spans_at(end, counting):
        begin, until = span.days
        yield begin, until if span.end is not None else counting.day_of(end)
