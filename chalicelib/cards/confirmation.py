"""Confirmation (确认): a proposed card is issued when a person confirms it (PIPL 24; DOMAIN §9b).

The card that is then issued is the proposed one: it has the number, the legal instant and the
ground of the proposal. Only the proposal is re-checked, never the confirmed card.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from chalicelib.cards.instrument import named_instrument
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import number_in
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.policy.profile import Profile


def confirmed(
    case: CaseHistory, finding_keys: Collection[str], profile: Profile, now: datetime
) -> Iterator[Fact]:
    """Issue the proposals of *case* that are confirmed and whose key is still in *finding_keys*.

    It names its instrument then, unless it is advice.
    A proposal that lost its ground meanwhile is issued if it ever gets the ground back.
    """
    done: set[int] = set()
    for confirmation in case.of_type(Reported.CARD_CONFIRMED):
        proposal = case.cards.get(number_in(confirmation.data.get("card")))
        if proposal is None or proposal.n in done:
            continue
        done.add(proposal.n)
        if (
            proposal.kind == Derived.CARD_PROPOSED
            and not proposal.told
            and proposal.key in finding_keys
        ):
            yield _issue(proposal, confirmation, profile, now)


def is_confirmed(card: Fact) -> bool:
    """Return whether *card* was issued because a person confirmed it."""
    return card.kind == Derived.CARD_ISSUED and "card" in card.data


def _issue(proposal: Fact, confirmation: Fact, profile: Profile, now: datetime) -> Fact:
    rests_on = proposal.data.get("rests_on")
    numbers = rests_on if isinstance(rests_on, list) else []
    data = {
        **proposal.data,
        **({} if "basis_kind" in proposal.data else named_instrument(profile, now)),
        "card": proposal.n,
        "noticed_at": text(now),
        "rests_on": [*numbers, proposal.n, confirmation.n],
    }
    key = f"confirmed/{proposal.key}"
    return Fact(0, Derived.CARD_ISSUED, key, proposal.at, now, told=False, data=data)
