"""Doubt (期限存疑): which of a proposal in doubt and its later, certain card stands in a case.

A finding of one lawful reading is proposed. It gives way to the card that every reading makes. If a
person confirmed the proposal before that, it is the card, and there is no second.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from chalicelib.cases.case_id import number_in
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.finding import Finding
from chalicelib.intake.event_types import Reported
from chalicelib.permit.rules.time_limits import LimitsAt


class Settled(NamedTuple):
    """The findings that are judged (*crossed*), and all that have their ground (*found*).

    The proposals under the keys *gave_way* gave way. *missing* is needed to judge the case at all.
    """

    crossed: Sequence[Finding]
    found: Sequence[Finding]
    gave_way: Collection[str]
    missing: str


def settle(limits_now: LimitsAt, found: Sequence[Finding], case: CaseHistory) -> Settled:
    """Return one of each proposal in doubt and its certain card, which stays certain on record."""
    crossed, missing = limits_now.crossed, limits_now.missing
    if not any(finding.gives_way_to for finding in found):
        return Settled(crossed, found, (), missing)
    by_key = {finding.key: finding for finding in found}
    judged = {finding.key: finding for finding in crossed if not finding.is_held}
    over, gave_way = set[str](), set[str]()
    for finding in found:
        card = judged.get(finding.gives_way_to) or by_key.get(finding.gives_way_to)
        if card is None or not (card.key in judged or card.key in case.by_key):
            continue
        if _is_confirmed(finding, card, case):
            over.add(card.key)
        else:
            gave_way.add(finding.key)
    over |= gave_way
    return Settled(
        [finding for finding in crossed if finding.key not in over],
        [finding for finding in found if finding.key not in over],
        gave_way,
        missing,
    )


def _is_confirmed(proposal: Finding, card: Finding, case: CaseHistory) -> bool:
    """Return whether a person confirmed *proposal* before *card* was certain."""
    if f"confirmed/{proposal.key}" in case.by_key:
        return True
    on_record = case.by_key.get(proposal.key)
    until = card.judged_from or card.at
    return on_record is not None and any(
        number_in(fact.data.get("card")) == on_record.n and fact.recorded_at <= until
        for fact in case.of_type(Reported.CARD_CONFIRMED)
    )
