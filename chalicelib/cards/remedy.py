"""Remedy (整改到位): what a yellow card is about gets done after all, and its card is told so.

“Explain or finish within three working days” (DOMAIN §3.2, L1): a stage that is left, a document
that is delivered, a procedure that is ended is as good as an answer. Who is late by a day and then
does it must not climb because nobody wrote to us. A red card wants a written report in any case;
and a yellow that the permit's own clock turns red needs none of this (V-03).
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
    """Say of each yellow card of *case* that its clock was stopped after it, and when."""
    cards = {fact.key: fact for fact in case.cards.values() if _may_be_remedied(fact, profile)}
    if not cards:
        return
    stops = {(state.clock.name, state.clock.about): state.clock.stop for state in states}
    acts = {fact.at for fact in case.told}  # what silence stops, nobody has done
    for finding in crossed:
        card, stop = cards.get(finding.key), stops.get((finding.clock, finding.about))
        if card is not None and stop is not None and stop in acts:
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
