"""Doubt (期限存疑): which of a proposal in doubt and its later, certain card stands in a case.

A finding that is met in one lawful reading only is proposed. When every reading is broken the card
needs no person any more: the proposal gives way to it. If a person confirmed the proposal before
that, it is the card, and there is no second.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import number_in
from chalicelib.intake.event_types import Reported
from chalicelib.rules.finding import Finding


class Settled(NamedTuple):
    """The findings that stand, and the keys of the proposals that *gave_way* to certain cards.

    *missing* is what is needed to judge the case at all.
    """

    crossed: Sequence[Finding]
    gave_way: Collection[str] = ()
    missing: str = ""


def settle(crossed: Sequence[Finding], case: CaseHistory, missing: str = "") -> Settled:
    """Return one of each proposal in doubt among *crossed* and the card that it gives way to."""
    if not any(finding.gives_way_to for finding in crossed):
        return Settled(crossed, (), missing)
    certain = {finding.key: finding for finding in crossed if not finding.is_held}
    over, gave_way = set[str](), set[str]()
    for finding in crossed:
        card = certain.get(finding.gives_way_to)
        if card is None:
            continue
        if _is_confirmed(finding, card.at, case):
            over.add(card.key)
        else:
            gave_way.add(finding.key)
    over |= gave_way
    kept = [finding for finding in crossed if finding.key not in over]
    return Settled(kept, gave_way, missing)


def _is_confirmed(proposal: Finding, until: datetime, case: CaseHistory) -> bool:
    """Return whether a person confirmed *proposal* while it was in doubt, *until* an instant."""
    if f"confirmed/{proposal.key}" in case.by_key:
        return True
    on_record = case.by_key.get(proposal.key)
    return on_record is not None and any(
        number_in(fact.data.get("card")) == on_record.n and fact.recorded_at <= until
        for fact in case.of_type(Reported.CARD_CONFIRMED)
    )
