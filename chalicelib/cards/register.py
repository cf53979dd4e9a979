"""The register (发牌登记簿): formal numbers without a gap, per region, level and year.

A register has a case of its own. The notification that a card was issued, or climbed to the level
of the register, is a request for a number. A card gets one number for ever, in the order of record,
and a revoked card keeps its number (GB/T 9704: a serial number per document type and year). Two
cards never get the same number: each position in the case is written once.
"""

from datetime import datetime

from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived

_COPIED = ("level", "year", "region", "department", "item", "basis", "instrument")


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:  # noqa: ARG001 - numbers are no matter of time or law
    """Return the next numbers for the cards that a request names and that have none."""
    numbered = {fact.text("card") for fact in case.of_type(Derived.CARD_NUMBERED)}
    last, new = len(numbered), list[Fact]()
    for request in case.facts:
        card = request.text("card")
        if request.told and card not in numbered:
            numbered.add(card)
            new.append(_numbered(request, len(case) + len(new), last + len(new) + 1, now))
    return Decision(append=tuple(new), belongs_to={"region": case.region})


def _numbered(request: Fact, n: int, number: int, now: datetime) -> Fact:
    data = {
        "card": request.text("card"),
        "number": number,
        **{name: request.data[name] for name in _COPIED if name in request.data},
        "noticed_at": text(now),
        "rests_on": [request.n],
    }
    key = f"number/{data['card']}"
    return Fact(n, Derived.CARD_NUMBERED, key, now, now, told=False, data=data)
