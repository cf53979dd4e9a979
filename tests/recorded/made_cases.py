"""Cases of many kinds, made from a seed: the same on every machine and under every Python.

Hypothesis would draw other cases with its next version; `random.random()` never changes.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from tests.unit.clocks.living import handed_in, notified, received
from tests.unit.told import accepted, at, corrected, decided, extended, reported, resumed, suspended

CASES = 60
_STARTS = (
    *("2025-03-03", "2025-04-25", "2025-09-22", "2025-09-26", "2025-10-11", "2026-02-09"),
    *("2026-02-13", "2019-04-26", "2020-01-17", "2012-12-28", "2026-12-14", "2026-12-29"),
)
_LIMITS = (
    "1wd",
    "3wd",
    "5wd",
    "10wd",
    "20wd",
    "7d",
    "30d",
    "1mo",
    "2mo",
    "24h",
    "48h",
    "8wh",
    "20wh",
)
_PROCEDURES = ("testing", "hearing", "expert_review", "inspection", "auction", "publicity")
_PARTS: list[dict[str, Any]] = [
    {"department": "Planning", "stage": "plan", "limit": {"amount": 3, "unit": "wd"}},
    {"department": "Fire", "stage": "fire", "after": "plan"},
    {"department": "Water", "limit": {"amount": 5, "unit": "d"}},
]
_Any = TypeVar("_Any")


class Chance:
    """Chance that a seed decides, by `random.random()` alone."""

    def __init__(self, seed: int) -> None:
        """Begin with *seed*."""
        self._random = random.Random(seed)

    def number(self, least: int, most: int) -> int:
        """Return a number from *least* to *most*."""
        return least + int(self._random.random() * (most - least + 1))

    def one_of(self, choices: Sequence[_Any]) -> _Any:
        """Return one of *choices*."""
        return choices[self.number(0, len(choices) - 1)]

    def is_so(self, percent: int) -> bool:
        """Return True so often in a hundred."""
        return self.number(1, 100) <= percent

    def later(self, when: datetime, hours: int) -> datetime:
        """Return an instant at most *hours* after *when*, at a quarter of an hour."""
        return when + timedelta(minutes=15 * self.number(0, 4 * hours))


def case(seed: int) -> list[Fact]:
    """Return the told facts of case *seed*, in the order in which they arrived."""
    chance = Chance(seed)
    start = chance.later(at(chance.one_of(_STARTS) + "T08:00"), 40)
    told = [*_opening(chance, start)]
    when = told[-1].at
    for _ in range(chance.number(1, 9)):
        when = chance.later(when, chance.one_of((0, 4, 30, 100, 400)))
        told.append(_event(chance, when))
    if chance.is_so(70):
        told.append(_ending(chance, chance.later(when, 300)))
        if chance.is_so(60):
            told += _afterwards(chance, told[-1].at)
    told = [replace(fact, key=f"hall/{n}", sequence=f"{n:04d}") for n, fact in enumerate(told)]
    for _ in range(chance.one_of((0, 0, 1, 2))):
        told.append(_correction(chance, told))
    late = [_late(chance, fact) if chance.is_so(12) else fact for fact in told]
    return sorted(late, key=lambda fact: fact.recorded_at)


def _opening(chance: Chance, start: datetime) -> Iterator[Fact]:
    """Yield what comes up to the acceptance; a few are never accepted."""
    if chance.is_so(50):
        how = chance.one_of(("received", "submitted"))
        listed = {"promise": chance.one_of(_LIMITS)} if chance.is_so(70) else {}
        yield received(start, how, **listed)
        start = chance.later(start, 60)
        if chance.is_so(40):
            yield notified(start)
            start = chance.later(start, 90)
            if chance.is_so(70):
                yield handed_in(start)
                start = chance.later(start, 50)
        if chance.is_so(10):
            return
    yield _acceptance(chance, start)


def _acceptance(chance: Chance, when: datetime) -> Fact:
    more: dict[str, Any] = {}
    if chance.is_so(50):
        more["kind"] = chance.one_of(("immediate", "promise", "forwarded", "joint"))
        if more["kind"] == "joint":
            more["parts"] = _PARTS[: chance.number(1, 3)]
    if chance.is_so(20):
        more |= {"gaps": ["deed"], "gap_limit": {"amount": chance.number(2, 9), "unit": "wd"}}
    if chance.is_so(15):
        more["expires_at"] = chance.later(when, 800).isoformat()
    if chance.is_so(20):
        more["voucher"] = chance.is_so(50)
    if chance.is_so(15):
        more["channel"] = chance.one_of(("window", "online", "outside"))
    statutory = chance.one_of(("", "10wd", "20wd", "45wd", "60d", "2mo"))
    if chance.is_so(15):
        said = chance.later(when, 400).isoformat()
        return accepted(when, statutory=statutory, due_at=said, **more)
    promise = "" if chance.is_so(8) else chance.one_of(_LIMITS)
    return accepted(when, promise, statutory, **more)


def _event(chance: Chance, when: datetime) -> Fact:
    """Return something that happens to a case *when*."""
    number = chance.number(0, 2)
    procedure = chance.one_of(_PROCEDURES)
    stage = chance.one_of(("review", "check", "plan", "fire"))
    match chance.one_of(
        ("clock", "clock", "clock", "stage", "stage", "conduct", "conduct", "rare")
    ):
        case "clock":
            return _on_the_clock(chance, when, procedure)
        case "stage":
            limit = {"limit": {"amount": number + 1, "unit": "wd"}} if chance.is_so(60) else {}
            entered = chance.is_so(55)
            kind = "stage.entered" if entered else "stage.left"
            return reported(kind, when, stage=stage, **(limit if entered else {}))
        case "conduct":
            return _conduct(chance, when, number)
        case _:
            kind = chance.one_of(("returned", "forwarded", "acceptance.withdrawn", "cancelled"))
            return reported(kind, when)


def _on_the_clock(chance: Chance, when: datetime, procedure: str) -> Fact:
    number = chance.number(0, 3)
    if number == 0:
        cap = {"approved": chance.one_of(_LIMITS)} if chance.is_so(50) else {}
        bad = {"notified_at": ""} if chance.is_so(20) else {}
        return suspended(when, procedure, **cap, **bad)
    if number == 1:
        return resumed(when, chance.one_of((procedure, "")), officers=chance.number(1, 3))
    if number == 2:
        approver = chance.one_of(("head", "head_of_authority", "deputy"))
        return extended(when, chance.one_of(_LIMITS), approved_by=approver)
    return suspended(when, procedure, given=chance.one_of((["basis"], ["approver"], [])))


def _conduct(chance: Chance, when: datetime, number: int) -> Fact:
    given = {"given": ["basis"]} if chance.is_so(50) else {}
    match chance.number(0, 5):
        case 0:
            return reported("fee.charged", when, amount=1000 * number, standard=1000, **given)
        case 1:
            return reported("irregularity.found", when, rule=f"V-{chance.number(15, 34)}", **given)
        case 2:
            more = {"unlisted": number, "shared": number, "catch_all": chance.number(0, 1)}
            return reported("supplement_notified", when, notice=chance.is_so(70), **more)
        case 3:
            chosen = chance.one_of(("applicant", "authority"))
            return reported("intermediary.engaged", when, chosen_by=chosen, listed=chance.is_so(50))
        case 4:
            return reported("delay.explained", when, **given)
        case _:
            return handed_in(when)


def _ending(chance: Chance, when: datetime) -> Fact:
    outcome = chance.one_of(("granted", "refused"))
    more: dict[str, Any] = {"remedies": False} if chance.is_so(20) else {}
    if chance.is_so(15):
        return reported(chance.one_of(("withdrawn", "returned", "cancelled")), when)
    return decided(when, outcome=outcome, **more)


def _afterwards(chance: Chance, when: datetime) -> list[Fact]:
    """Return the delivery and the publication of a result, soon or late, or one of them."""
    kinds = chance.one_of(
        (["document.delivered"], ["result.published"], ["document.delivered", "result.published"])
    )
    return [reported(kind, chance.later(when, 500)) for kind in kinds]


def _correction(chance: Chance, told: Sequence[Fact]) -> Fact:
    """Return a correction of one of *told*, by another time or by taking it back."""
    about = chance.one_of(told)
    made = chance.later(max(fact.at for fact in told), 200)
    moved = about.at + timedelta(hours=chance.number(-60, 100))
    right = "" if chance.is_so(35) else moved
    return replace(corrected(made, about, right), key=f"hall/c{len(told)}")


def _late(chance: Chance, fact: Fact) -> Fact:
    """Return *fact* as it arrived some time after it had happened."""
    return replace(fact, recorded_at=chance.later(fact.at, 700))
