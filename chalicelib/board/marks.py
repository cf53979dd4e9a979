"""What became of a card (牌的去向): its life, its numbers, its re-checks.

Pure. All of it is read from the log: a re-check from the case that the card was found in, its life
from the card's own case, its number from the register. These get into the log in no sure order, so
each may come before the card itself. A revoked card keeps its number and is counted apart, and so
is one that lost its ground (DOMAIN §3.4, APP-02 and APP-03).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from chalicelib import instant
from chalicelib.cards.life import CardStage, fold_card
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import card_id, kind_of, number_in, parts_of
from chalicelib.feed.entry import LogEntry
from chalicelib.intake.event_types import Derived

Status = Literal["issued", "rechecked", "annulled"]
_FOLDED = ("card", "level", "outcome", "verdict", "ground")  # what a life is folded from


@dataclass(frozen=True, slots=True)
class CardFact:
    """Fact *n* of a card's own case, with what of it the card's life is folded from."""

    n: int
    kind: str
    at: str
    told: bool
    data: Mapping[str, str] = field(default_factory=dict)

    def fact(self) -> Fact:
        """The step as a fact."""
        at = instant.parse(self.at)
        return Fact(self.n, self.kind, "", at, at, told=self.told, data=self.data)


@dataclass(frozen=True, slots=True)
class Number:
    """The number that the register of a level and *year* gave."""

    number: int
    year: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What later news did to a card; whatever that is, the card stays in its place.

    *index* and *at* are those of the latest news. *reached* is where its life stands by the *steps*
    of its own case. *verdict* is that of the last re-check, "" before any, and *reason* what kind
    of news that was about. *numbers* are by level.
    """

    card: str
    index: int = -1
    at: str = ""
    reached: CardStage = "issued"
    verdict: str = ""
    reason: str = ""
    steps: tuple[CardFact, ...] = ()
    numbers: Mapping[str, Number] = field(default_factory=dict)

    @property
    def is_lost(self) -> bool:
        """Whether the card has lost its ground, by the last re-check."""
        return self.verdict == "lost"

    @property
    def state(self) -> CardStage:
        """Where the card's life stands, whether or not its own case knows of the last re-check."""
        return "lost" if self.is_lost and self.reached != "revoked" else self.reached

    @property
    def stands(self) -> bool:
        """Whether the card is in force: neither revoked nor without its ground."""
        return self.state not in ("revoked", "lost")

    @property
    def status(self) -> Status:
        """What was done to the card as it was issued."""
        if self.state == "revoked":
            return "annulled"
        return "rechecked" if self.verdict else "issued"

    @property
    def escalations(self) -> tuple[CardFact, ...]:
        """How the card was escalated, the first first."""
        return tuple(
            fact for fact in self.steps if fact.kind == Derived.CASE_ESCALATED and not fact.told
        )


def subject_of(entry: LogEntry) -> str:
    """The id of the card whose mark *entry* changes; empty where it changes none."""
    if kind_of(entry.case) == "card":
        return parts_of(entry.case)[0]
    # What one case is told of another is read where it was said first.
    about = entry.alert.get("card") if entry.alert else None
    if entry.kind == Derived.CARD_NUMBERED and about is not None:
        return str(about)
    n = number_in(about) if entry.kind == Derived.CARD_RECHECKED else None
    return "" if n is None else card_id(entry.public_case, n)


def after(mark: Mark, entry: LogEntry) -> Mark:
    """The *mark* after *entry*, which is about its card; the same again changes nothing."""
    if entry.index <= mark.index:
        return mark
    told: Mapping[str, Any] = entry.data if entry.alert is None else entry.alert
    if kind_of(entry.case) == "card":
        steps = (*mark.steps, _card_fact(entry, told))
        # By the same fold as in the card's own case, so that the two cannot differ.
        state = fold_card(CaseHistory(step.fact() for step in steps))
        mark = replace(mark, steps=steps, reached=state.state)
    elif entry.kind == Derived.CARD_NUMBERED:
        given = Number(int(told["number"]), int(told["year"]))
        mark = replace(mark, numbers={**mark.numbers, told["level"]: given})
    else:
        mark = replace(mark, verdict=told["verdict"], reason=told.get("reason") or "")
    return replace(mark, index=entry.index, at=entry.at)


def _card_fact(entry: LogEntry, told: Mapping[str, Any]) -> CardFact:
    folded = {name: str(told[name]) for name in _FOLDED if name in told}
    return CardFact(entry.n, entry.kind, entry.at, told=entry.alert is None, data=folded)
