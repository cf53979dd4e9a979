"""Confirmation (确认): a proposed card is issued when a person confirms it (PIPL 24; DOMAIN §9b).

It keeps the number, instant and ground of the proposal, which alone is re-checked. What rests on a
model or on our own default goes out as a suggestion (建议), without level, formal number and 依据,
with the reason that the person gives (DOMAIN, head; CLAIMS §8), and the broken law, if any.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from chalicelib.cases.case_id import number_in
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.instrument import named_instrument
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.policy.profile import Profile

_OF_A_CARD = frozenset({"level", "basis"})


def confirmed(
    case: CaseHistory, finding_keys: Collection[str], profile: Profile, now: datetime
) -> Iterator[Fact]:
    """Issue the proposals of *case* that are confirmed, once their key is in *finding_keys*."""
    first: dict[int | None, Fact] = {}
    for confirmation in case.of_type(Reported.CARD_CONFIRMED):
        first.setdefault(number_in(confirmation.data.get("card")), confirmation)
    for n, confirmation in first.items():
        proposal = case.cards.get(n)
        if proposal is None or proposal.kind != Derived.CARD_PROPOSED or proposal.told:
            continue
        if proposal.key in finding_keys:
            yield _issue(proposal, confirmation, profile, now)


def is_confirmed(card: Fact) -> bool:
    """Return whether *card* was issued because a person confirmed it."""
    return card.kind == Derived.CARD_ISSUED and "card" in card.data


def _issue(proposal: Fact, confirmation: Fact, profile: Profile, now: datetime) -> Fact:
    """Return the card, which names its instrument now, or the suggestion without one."""
    rests_on = proposal.data.get("rests_on")
    numbers = rests_on if isinstance(rests_on, list) else []
    if "basis_kind" in proposal.data:
        kind = Derived.SUGGESTION_ISSUED
        data = {name: proposal.data[name] for name in proposal.data if name not in _OF_A_CARD}
    else:
        kind = Derived.CARD_ISSUED
        data = {**proposal.data, **named_instrument(profile, now)}
    data |= {
        "card": proposal.n,
        "noticed_at": text(now),
        "rests_on": [*numbers, proposal.n, confirmation.n],
    }
    return Fact(0, kind, f"confirmed/{proposal.key}", proposal.at, now, told=False, data=data)
