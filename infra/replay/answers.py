"""Answers in a replay (`--answers never|always`): each card is answered at once, or none is."""

from typing import Literal, get_args

from chalicelib.cases.fact import Fact
from chalicelib.instant import MILLISECOND
from chalicelib.intake.event_types import Reported

Answers = Literal["never", "always"]
ANSWERS: tuple[Answers, ...] = get_args(Answers)


def answer(card: Fact, name: str) -> Fact:
    """Return the answer to *card*, known as *name*, a millisecond after it was on record."""
    at = card.recorded_at + MILLISECOND
    data = {"card": name, "role": "department"}
    key = f"answer/{name}/{card.text('level')}"
    return Fact(0, Reported.CARD_RESPONDED, key, at, at, told=True, data=data)
