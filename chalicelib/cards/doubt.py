"""Doubt (期限存疑): which of a proposal in doubt and its later, certain card stands in a case.

A finding that is met in one lawful reading only is proposed. When every reading is broken the card
needs no person any more: the proposal gives way to it. If a person confirmed the proposal before
that, it is the card, and there is no second.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import number_in
from chalicelib.intake.event_types import Reported
from chalicelib.rules.finding import Finding


def settle(crossed: Sequence[Finding], case: CaseHistory) -> Sequence[Finding]:
    """Return *crossed* with one of each proposal in doubt and the card that it gives way to."""
    if not any(finding.gives_way_to for finding in crossed):
        return crossed
    certain = {finding.key: finding for finding in crossed if not finding.is_held}
    over: set[str] = set()
    for finding in crossed:
        card = certain.get(finding.gives_way_to)
        if card is not None:
            over.add(card.key if _is_confirmed(finding, card.at, case) else finding.key)
    return [finding for finding in crossed if finding.key not in over]


def _is_confirmed(proposal: Finding, until: datetime, case: CaseHistory) -> bool:
    """Return whether a person confirmed *proposal* while it was in doubt, *until* an instant."""
    if f"confirmed/{proposal.key}" in case.by_key:
        return True
    on_record = case.by_key.get(proposal.key)
    return on_record is not None and any(
        number_in(fact.data.get("card")) == on_record.n and fact.recorded_at <= until
        for fact in case.of_type(Reported.CARD_CONFIRMED)
    )
