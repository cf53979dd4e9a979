"""Remedy (整改到位): the act that a card asks for is done, and the card is notified.

Finishing ends the ladder (销号; DOMAIN §3.2, rule 5). A decided case, a stage that is left, a
delivered document or an ended procedure is as good as an answer. It counts from when it happened if
the report came in time, or an inspector accepted its time. If that is withdrawn, the card waits.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock.delivery import in_time_until
from chalicelib.errors import Unknown
from chalicelib.findings.clock import ClockState
from chalicelib.findings.finding import Finding
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.permit.claims.readings import is_accepted


def remedied(
    case: CaseHistory,
    crossed: Sequence[Finding],
    states: Sequence[ClockState],
    rules: Rules,
    now: datetime,
) -> Iterator[Fact]:
    """Yield which cards of *case* are remedied, or no longer: whose clock an act stopped after."""
    clocks, kinds = rules.profile.thresholds, (Derived.CARD_ISSUED, Derived.CARD_PROPOSED)
    ours = (fact for fact in case.cards.values() if fact.kind in kinds and not fact.told)
    cards = {fact.key: fact for fact in ours if fact.text("clock") in clocks}
    if not cards:
        return
    notified = [fact for fact in case.of_type(Derived.CARD_REMEDIED) if not fact.told]
    stops = {(state.clock.name, state.clock.about): state.clock.stop for state in states}
    for finding in crossed:
        card = cards.get(finding.key)
        if card is None:
            continue
        # It was notified by turns that it is remedied, and that it is not.
        before = sum(1 for fact in notified if fact.data.get("card") == card.n)
        stop = stops.get((finding.clock, finding.about))
        # A clock that silence stops was stopped by no act.
        acts = [fact for fact in case.told if fact.at == stop]
        if bool(acts) == (before % 2 == 1):
            continue
        at = min((_since(act, case, rules) for act in acts), default=now)
        verdict = {} if acts else {"verdict": "lost"}
        noticed = {"noticed_at": text(now), "rests_on": [card.n]}
        data = {"card": card.n, **card.belongs_to, **verdict, **noticed}
        key = f"remedied/{card.n}" + (f"/{before}" if before else "")
        yield Fact(0, Derived.CARD_REMEDIED, key, at, now, told=False, data=data)


def _since(act: Fact, case: CaseHistory, rules: Rules) -> datetime:
    """Return since when *act* counts as done: late news of it only from its receipt."""
    if is_accepted(act, case):
        return act.at
    source = rules.sources.of(act.source)
    try:
        is_late = act.recorded_at > in_time_until(act.at, source, rules.counting)
    except Unknown:
        is_late = act.recorded_at > act.at
    return act.recorded_at if is_late else act.at
