"""Answers in a replay (`--answers never|always`): each card is answered at once, or none ever is.

With `always`, the case that issued a card is told of the answer a millisecond after it. So a red
card that only silence would have brought never comes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from chalicelib.cards.simulate import Simulation
from chalicelib.cases.fact import Fact
from chalicelib.instant import MILLISECOND
from chalicelib.intake.event_types import Derived, Reported

Answers = Literal["never", "always"]
ANSWERS: tuple[Answers, ...] = get_args(Answers)


def answer(card: Fact, name: str) -> Fact:
    """Return the answer to *card*, known as *name*, a millisecond after it was on record."""
    at = card.recorded_at + MILLISECOND
    data = {"card": name, "role": "department"}
    key = f"answer/{name}/{card.text('level')}"
    return Fact(0, Reported.CARD_RESPONDED, key, at, at, told=True, data=data)


def run_answered(simulation: Simulation, reported: Sequence[Fact], until: datetime) -> list[Fact]:
    """Return all facts of a case whose cards are answered at once, as they stand at *until*."""
    told, answered = list(reported), set[str]()
    while True:
        facts = simulation.run(told, until)
        cards = (fact for fact in facts if fact.kind == Derived.CARD_ISSUED)
        card = next((card for card in cards if card.key not in answered), None)
        if card is None:
            return facts
        answered.add(card.key)
        told = sorted([*told, answer(card, str(card.n))], key=lambda fact: fact.recorded_at)
