"""Remedy (整改到位): the act that a yellow card asks for is done, and the card is notified.

“Explain or finish within three working days” (DOMAIN §3.2, L1): a stage that is left, a document
that is delivered, a procedure that is ended is as good as an answer. A card must not climb because
nobody wrote to us about an act that was done a day late. A red card needs a written report in any
case. A yellow card that the permit's own clock turns red needs no remedy (V-03).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from chalicelib.cases.clocks import ClockState
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.policy.profile import Profile
from chalicelib.rules.finding import Finding


def remedied(
    case: CaseHistory,
    crossed: Sequence[Finding],
    states: Sequence[ClockState],
    profile: Profile,
    now: datetime,
) -> Iterator[Fact]:
    """Yield the remedy of each yellow card of *case* whose clock an act stopped after it."""
    cards = {fact.key: fact for fact in case.cards.values() if _may_be_remedied(fact, profile)}
    if not cards:
        return
    clocks = [state.clock for state in states if state.clock.stop is not None]
    stops = {(clock.name, clock.about): clock.stop for clock in clocks}
    for finding in crossed:
        card, stop = cards.get(finding.key), stops.get((finding.clock, finding.about))
        # A clock that silence stops was stopped by no act.
        if card is not None and stop is not None and any(fact.at == stop for fact in case.told):
            data: Mapping[str, object] = {
                "card": card.n,
                **card.belongs_to,
                "noticed_at": text(now),
                "rests_on": [card.n],
            }
            yield Fact(
                0, Derived.CARD_REMEDIED, f"remedied/{card.n}", stop, now, told=False, data=data
            )


def _may_be_remedied(fact: Fact, profile: Profile) -> bool:
    if fact.told or fact.kind not in (Derived.CARD_ISSUED, Derived.CARD_PROPOSED):
        return False
    clock = fact.text("clock")
    is_yellow = fact.text("level") == "yellow"
    return is_yellow and clock in profile.thresholds and not profile.turns_red(clock)
