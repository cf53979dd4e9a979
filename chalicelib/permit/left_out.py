"""Which cases enter no rate (不计入): history, and those told only after their end (CLAIMS §2).

Pure. A case is *history* where it was accepted, or if never accepted handed in, before the stage
was in use (*live-from*). It is told after its end where the first news of it was received after
that end. An end told late does not take out a case that was heard of in time: whoever finds the
time of its end afterwards could choose it so. Both are counted beside the rates, so that nobody
hides a case there.
"""

from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import HISTORY, TOLD_AFTER_END
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.permit.claims.readings import decisions_in
from chalicelib.permit.claims.weighing import Weighing


def left_out(case: CaseHistory, weighing: Weighing, rules: Rules) -> str:
    """Return why *case*, weighed so, enters no rate: HISTORY, TOLD_AFTER_END, or "" if it does."""
    permit, live_from = weighing.judged.permit, rules.sources.live_from
    began = permit.terms_source or next(iter(weighing.judged.case.told), None)
    if live_from is not None and began is not None and began.at < live_from:
        return HISTORY
    if permit.closing is None:
        return ""
    news = (fact for fact in case.facts if fact.told and not fact.origin)
    first = next(news, permit.closing)
    late = {fact.n for fact in weighing.late}
    is_in_time = first.n not in late
    if is_in_time and permit.closing.n in late and not _is_accepted(permit.closing, case):
        return ""
    return TOLD_AFTER_END if first.recorded_at > _ended_at(permit.closing, case) else ""


def _is_accepted(closing: Fact, case: CaseHistory) -> bool:
    decision = decisions_in(case).get(closing.n)
    return decision is not None and decision.kind == Reported.CLAIM_ACCEPTED


def _ended_at(closing: Fact, case: CaseHistory) -> datetime:
    """Return when the case ended: by the end's own time, though nobody has decided about it yet.

    But not by a time that was refused, nor by one that was told when the case had a card: such a
    time could have been made up to have the case counted nowhere. It counts once it is accepted.
    """
    if closing.occurred_at is None:
        return closing.at
    decision = decisions_in(case).get(closing.n)
    is_refused = decision is not None and decision.kind == Reported.CLAIM_REFUSED
    cards = case.of_type(Derived.CARD_ISSUED)
    is_after_card = any(card.n < closing.n for card in cards)
    return closing.at if is_refused or is_after_card else closing.occurred_at
