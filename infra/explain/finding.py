"""Find a card by what is written on it: its formal number (文号), or its id."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from chalicelib.cards.life import ESCALATED, ISSUED, life
from chalicelib.cards.register import NUMBERED
from chalicelib.cases.kind import card_case, register_case
from chalicelib.errors import BadInput
from chalicelib.policy.ladder import RANKS, Rank
from chalicelib.policy.numbering import Numbering
from chalicelib.policy.profile import Profile
from infra.explain.derivation import Place, Stage

_YEAR, _NUMBER = 9876, 8765  # written into a template to see where they stand


class Number(NamedTuple):
    """A formal number, taken apart."""

    rank: Rank
    year: int
    number: int


class Numbered(NamedTuple):
    """A formal number that a card has, and where it was given."""

    text: str
    place: Place


def read_number(text: str, numbering: Numbering) -> Number | None:
    """Take the formal number *text* apart, as *numbering* writes it; None where it is none."""
    for rank in RANKS:
        if rank not in numbering.templates:
            continue
        pattern = re.escape(numbering.text(rank, _YEAR, _NUMBER))
        pattern = pattern.replace(str(_YEAR), r"(?P<year>[1-9]\d{3})", 1)
        pattern = pattern.replace(str(_NUMBER), r"(?P<number>[1-9]\d*)", 1)
        found = re.fullmatch(pattern, text, re.ASCII)
        if found:
            return Number(rank, int(found["year"]), int(found["number"]))
    return None


def card_named(stage: Stage, named: str, region: str) -> str:
    """Give the id of the card that is *named* by its number in *region*, or by its id.

    Raises BadInput where there is none.
    """
    number = read_number(named, stage.services.policy(region).numbering)
    if number is None:
        return named
    register = register_case(region, number.rank, number.year)
    for fact in stage.facts(register):
        if fact.kind == NUMBERED and fact.data.get("number") == number.number:
            return fact.text("card")
    raise BadInput(f"region {region} has given no such number: {named}", "NUMBER")


def judgements_of(stage: Stage, card: str) -> list[Place]:
    """The judgements that *card* consists of: it was found, confirmed, it climbed, it was closed.

    A warning has no life of its own: it is looked up where the public sees it.
    """
    own = card_case(card)
    found = life(stage.facts(own))
    if not found.issuer:
        published = stage.services.board.card(card)
        if published is None or published.card is None:
            raise BadInput(f"there is no such card: {card[:80]!r}", "CARD")
        return [(published.card.case, published.card.n)]
    confirmed = [
        fact.n
        for fact in stage.facts(found.issuer)
        if fact.kind == ISSUED and fact.data.get("card") == found.n
    ]
    places = [(found.issuer, n) for n in (found.n, *confirmed)]
    return places + [(own, fact.n) for fact in stage.facts(own) if not fact.told]


def numbers_of(stage: Stage, card: str, policy: Profile) -> Iterator[Numbered]:
    """The formal numbers of *card*: one for each level that it has been raised to."""
    facts = stage.facts(card_case(card))
    region = next((fact.text("region") for fact in facts), "")
    for raised in (fact for fact in facts if fact.kind in (ISSUED, ESCALATED)):
        year = raised.data.get("year", raised.recorded_at.astimezone(policy.zone).year)
        register = register_case(region, raised.text("level"), int(str(year)))
        for fact in stage.facts(register):
            if fact.kind == NUMBERED and fact.text("card") == card:
                yield Numbered(_written(fact.data, policy), (register, fact.n))


def _written(said: Mapping[str, object], policy: Profile) -> str:
    rank = next(rank for rank in RANKS if rank == said["level"])
    return policy.numbering.text(rank, int(str(said["year"])), int(str(said["number"])))
