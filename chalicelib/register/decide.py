"""The register (发牌登记簿): formal numbers without a gap, per series, level and year.

A series has the code of the authority (机关代字): regions under one instrument share it, and so no
number is given twice. A register has a case of its own. The notification that a card was issued, or
climbed to the level of the register, is a request for a number. A card gets one number for ever, in
the order of record, and a revoked card keeps its number (GB/T 9704: a serial number per document
type and year). Two cards never get the same number: each position in the case is written once. How
a number is written (文号) is kept with it: a new code of the instrument changes no number that was
given.
"""

from datetime import datetime

from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.policy.papers import NUMBERED
from chalicelib.policy.profile import Profile

_COPIED = ("level", "year", "region", "department", "item", "basis", "instrument", "series")


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:
    """Return the next numbers for the cards that a request names and that have none."""
    numbered = {fact.text("card") for fact in case.of_type(Derived.CARD_NUMBERED)}
    last, new = len(numbered), list[Fact]()
    for request in case.facts:
        card = request.text("card")
        if request.told and card not in numbered:
            numbered.add(card)
            number = _numbered(request, last + len(new) + 1, rules.profile, now)
            new.append(number.numbered(len(case) + len(new)))
    return Decision(append=tuple(new), belongs_to={"region": case.region})


def _numbered(request: Fact, number: int, profile: Profile, now: datetime) -> Fact:
    data = {
        "card": request.text("card"),
        "number": number,
        **_written(request, number, profile),
        **{name: request.data[name] for name in _COPIED if name in request.data},
        "noticed_at": text(now),
        "rests_on": [request.n],
    }
    key = f"number/{data['card']}"
    return Fact(0, Derived.CARD_NUMBERED, key, now, now, told=False, data=data)


def _written(request: Fact, number: int, profile: Profile) -> dict[str, object]:
    """Return the number as written (文号); nothing where the request names no year or level."""
    level = next((level for level in NUMBERED if level == request.data.get("level")), None)
    series, year = request.text("series"), request.data.get("year")
    if level is None or year is None:
        return {}
    return {"written": profile.numbering.text(level, series, int(str(year)), number)}
