"""The register (发牌登记簿): formal numbers without a gap, per region, level and year.

A case of its own, opened by the first number that is asked of it. What asks is a card's being
issued, or its climbing to this register's level; it is given one number for ever, in the order of
record, and a revoked card keeps its own (GB/T 9704: a serial number per document type and year).
Two at once cannot be given the same: a fact's place in the case is taken once.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.ruling import Ruling
from chalicelib.cases.fact import Fact
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.policy.profile import Profile


def decide(facts: Sequence[Fact], profile: Profile, calendar: Calendar, now: datetime) -> Ruling:  # noqa: ARG001 - numbers are no matter of time or law
    """Give every card that asked, and has none, the next number."""
    given = {fact.text("card") for fact in facts if fact.kind == Derived.CARD_NUMBERED}
    last, new = len(given), list[Fact]()
    for asked in facts:
        card = asked.text("card")
        if asked.told and card not in given:
            given.add(card)
            new.append(_numbered(asked, len(facts) + len(new), last + len(new) + 1, now))
    region = next((fact.text("region") for fact in facts), "")
    return Ruling(append=tuple(new), belongs_to={"region": region})


def _numbered(asked: Fact, n: int, number: int, now: datetime) -> Fact:
    card = asked.text("card")
    said = {
        name: asked.data[name]
        for name in ("level", "year", "region", "department", "item")
        if name in asked.data
    }
    data = {"card": card, "number": number, **said, "noticed_at": text(now), "rests_on": [asked.n]}
    return Fact(n, Derived.CARD_NUMBERED, f"number/{card}", now, now, told=False, data=data)
