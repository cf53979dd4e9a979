"""Confirmation (确认): a proposed card is issued when a person says so (PIPL 24; DOMAIN §9b).

The card that is issued then is the one that was proposed: it bears its number, its legal instant
and its ground. Whether it has that is the proposal's affair, so only that one is looked at again.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.kind import number_in
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived, Reported


def confirmed(facts: Sequence[Fact], found: Collection[str], now: datetime) -> Iterator[Fact]:
    """Issue the proposals among *facts* that are confirmed and whose key is still *found*.

    One that lost its ground meanwhile is issued if it ever gets it back.
    """
    done: set[int] = set()
    for told in facts:
        n = number_in(told.data.get("card")) if told.kind == Reported.CARD_CONFIRMED else None
        if n is None or n >= len(facts) or n in done:
            continue
        done.add(n)
        proposal = facts[n]
        if proposal.kind == Derived.CARD_PROPOSED and not proposal.told and proposal.key in found:
            yield _issue(proposal, told, now)


def is_confirmed(card: Fact) -> bool:
    """Whether *card* was issued because a person confirmed it."""
    return card.kind == Derived.CARD_ISSUED and "card" in card.data


def _issue(proposal: Fact, told: Fact, now: datetime) -> Fact:
    rests_on = proposal.data.get("rests_on")
    grounds = rests_on if isinstance(rests_on, list) else []
    data = {
        **proposal.data,
        "card": proposal.n,
        "noticed_at": text(now),
        "rests_on": [*grounds, proposal.n, told.n],
    }
    key = f"confirmed/{proposal.key}"
    return Fact(0, Derived.CARD_ISSUED, key, proposal.at, now, told=False, data=data)
