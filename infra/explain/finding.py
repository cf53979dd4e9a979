"""Find a card by its formal number (文号) or by its id."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.card.state import fold_card
from chalicelib.cases.case_id import card_case, register_case
from chalicelib.errors import BadInput
from chalicelib.intake.event_types import Derived
from chalicelib.policy.ladder import LEVELS, Level
from chalicelib.policy.profile import Profile
from infra.explain.derivation import FactRef, RecordedFacts

_YEAR, _NUMBER = 9876, 8765  # written into a template to see where they stand


class NumberParts(NamedTuple):
    """A formal number, taken apart."""

    level: Level
    year: int
    number: int


class GivenNumber(NamedTuple):
    """A formal number of a card, and the fact that gave it."""

    text: str
    ref: FactRef


def read_number(text: str, profile: Profile) -> NumberParts | None:
    """Take the formal number *text* apart, as *profile* writes it; None where it is none."""
    for level in LEVELS:
        if level not in profile.numbering.templates:
            continue
        pattern = re.escape(profile.numbering.text(level, profile.series, _YEAR, _NUMBER))
        pattern = pattern.replace(str(_YEAR), r"(?P<year>[1-9]\d{3})", 1)
        pattern = pattern.replace(str(_NUMBER), r"(?P<number>[1-9]\d*)", 1)
        match = re.fullmatch(pattern, text, re.ASCII)
        if match:
            return NumberParts(level, int(match["year"]), int(match["number"]))
    return None


def find_card(stage: RecordedFacts, name: str, region: str) -> str:
    """Return the id of the card whose number in *region*, or whose id, is *name*.

    Raises BadInput where there is none.
    """
    profile = stage.services.profile(region)
    number = read_number(name, profile)
    if number is None:
        return name
    register = register_case(profile.series, number.level, number.year)
    for fact in stage.history(register).of_type(Derived.CARD_NUMBERED):
        if fact.data.get("number") == number.number:
            return fact.text("card")
    zh, en = f"地区 {region} 没有发过此文号 {name}", f"no such number {name} in region {region}"
    raise BadInput(zh=zh, en=en, where="NUMBER")


def judgements_of(stage: RecordedFacts, card: str) -> list[FactRef]:
    """Return the judgements on *card*: its issue, confirmation, escalations and closing.

    A warning has no case of its own: it is looked up on the board.
    """
    own = card_case(card)
    life = stage.history(own)
    state = fold_card(life)
    if not state.issuer:
        published = stage.services.board.card(card)
        if published is None:
            zh, en = f"没有这张牌 {card[:80]!r}", f"there is no card {card[:80]!r}"
            raise BadInput(zh=zh, en=en, where="CARD")
        return [(published.case, published.n)]
    issued = stage.history(state.issuer).of_type(Derived.CARD_ISSUED, Derived.SUGGESTION_ISSUED)
    confirmed = [fact.n for fact in issued if fact.data.get("card") == state.n]
    refs = [(state.issuer, n) for n in (state.n, *confirmed)]
    return refs + [(own, fact.n) for fact in life.facts if not fact.told]


def find_numbers(stage: RecordedFacts, card: str, profile: Profile) -> Iterator[GivenNumber]:
    """Yield the formal numbers of *card*: one for each level that it has been raised to."""
    life = stage.history(card_case(card))
    for raised in life.of_type(Derived.CARD_ISSUED, Derived.CASE_ESCALATED):
        year = raised.data.get("year", raised.recorded_at.astimezone(profile.zone).year)
        register = register_case(raised.text("series"), raised.text("level"), int(str(year)))
        for fact in stage.history(register).of_type(Derived.CARD_NUMBERED):
            if fact.text("card") == card:
                yield GivenNumber(fact.text("written"), (register, fact.n))
