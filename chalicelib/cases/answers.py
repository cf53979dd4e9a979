"""The answers to the cards of a case (答复), as that case is notified of them, wait by wait.

Pure. A card waits for an answer from its issue. Once the answer is sent back (打回), it waits anew
from then (CLAIMS §7). An appeal is as good as an answer until it is decided. Where the card stands,
the decision begins a new wait, unless the card was answered as well. An acknowledgement (签收) is
no answer.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import number_in
from chalicelib.intake.event_types import Derived, Reported

_CARDS = frozenset({Derived.CARD_ISSUED, Derived.CARD_PROPOSED})
_ANSWERING = frozenset({Reported.CARD_RESPONDED, Reported.CARD_APPEALED, Derived.CARD_ANNULLED})
_ASKING_AGAIN = frozenset({Reported.CARD_SENT_BACK, Reported.APPEAL_DECIDED})


class Wait(NamedTuple):
    """A wait for an answer, which ended at *until*; None where there is no answer yet.

    It began with the card, or with the fact *since* that asked again. *responded*: by a response.
    """

    since: Fact | None = None
    until: datetime | None = None
    responded: bool = False


Waits = tuple[Wait, ...]
"""The waits of a card in order; the last may have no end, the others have one."""


def waits_for_answers(case: CaseHistory) -> Mapping[str, Waits]:
    """Return, by the key of each card, the waits for its answers; without the cards never heard of.

    A response, an appeal or the annulment of the card ends a wait.
    """
    waits: dict[str, Waits] = {}
    if case.types.isdisjoint(_ANSWERING):
        return waits
    for fact in case.told:
        if fact.kind not in _ANSWERING | _ASKING_AGAIN:
            continue
        card = case.cards.get(number_in(fact.data.get("card")))
        if card is not None and card.kind in _CARDS:
            waits[card.key] = _after(waits.get(card.key, (Wait(),)), fact)
    return waits


def _after(waits: Waits, fact: Fact) -> Waits:
    *earlier, last = waits
    if fact.kind in _ANSWERING:
        is_response = last.responded or fact.kind == Reported.CARD_RESPONDED
        return (*earlier, last._replace(until=last.until or fact.at, responded=is_response))
    if last.until is None or (fact.kind == Reported.APPEAL_DECIDED and last.responded):
        return waits
    return (*waits, Wait(since=fact))


def waits_of(answers: Mapping[str, Waits], key: str) -> Waits:
    """Return the waits of the card for the finding *key*, which may be older than the finding.

    Where late news only made a finding fall earlier, the card with its later instants stands for it
    (cards/grounds.py), and what answers that card answers the finding.
    """
    if key in answers:
        return answers[key]
    rule, ground, _due_at, at, *about = key.split("/", 4)
    for card, waits in answers.items():
        parts = card.split("/", 4)
        if parts[:2] == [rule, ground] and parts[4:] == about and parts[3] >= at:
            return waits
    return ()
