"""Confirmation (确认): a proposed card is issued when a person confirms it (PIPL 24; DOMAIN §9b).

The card that is then issued is the proposed one: it has the number, the legal instant and the
ground of the proposal. Only the proposal is re-checked, never the confirmed card.

Where the proposal rests on a model, or on nothing but our own default, no card goes out but a
suggestion (建议): without level, formal number and 依据, with the reason that the person gives
(DOMAIN, head; CLAIMS §8). It says which law is broken, if any is.
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
    is_lawful = "basis_kind" not in proposal.data
    kept = proposal.data.items()
    data = {
        **{name: value for name, value in kept if is_lawful or name not in _OF_A_CARD},
        **(named_instrument(profile, now) if is_lawful else {}),
        "card": proposal.n,
        "noticed_at": text(now),
        "rests_on": [*numbers, proposal.n, confirmation.n],
    }
    kind = Derived.CARD_ISSUED if is_lawful else Derived.SUGGESTION_ISSUED
    key = f"confirmed/{proposal.key}"
    return Fact(0, kind, key, proposal.at, now, told=False, data=data)
