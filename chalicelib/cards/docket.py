"""The docket (案卷): for each kind of case, who decides in it and what its head and board show.

One engine serves all: supervise gathers, asks the docket, and applies what it says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards import department, escalation, item, register
from chalicelib.cards.decide import decide
from chalicelib.cards.heading import head_of
from chalicelib.cards.revision import revised, rules_of
from chalicelib.cards.ruling import Ruling
from chalicelib.cards.standing import standings
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import Head
from chalicelib.cases.kind import CaseKind, kind_of
from chalicelib.cases.permit import fold
from chalicelib.cases.record import Standing
from chalicelib.policy.profile import Profile


class Follows(Protocol):
    """What a decision says in any kind of case: facts to append, when to look again."""

    @property
    def append(self) -> tuple[Fact, ...]:
        """The facts that follow, in order."""

    @property
    def wake_at(self) -> datetime | None:
        """When anything can change."""

    @property
    def held_for(self) -> str:
        """What is missing, so that there is no judging."""


@dataclass(frozen=True, slots=True)
class Docket:
    """How a kind of case is dealt with; all of it pure.

    *decide*(facts, policy, calendar, now), *head*(case, public case, facts, decision, now),
    *standings*(facts, new), *revised*(head, facts, policy, calendar, now), *region*(facts).
    """

    decide: Callable[[Sequence[Fact], Profile, Calendar, datetime], Any]
    head: Callable[[str, str, Sequence[Fact], Any, datetime], Head]
    standings: Callable[[Sequence[Fact], Sequence[Fact]], list[Standing]]
    revised: Callable[[Head, Sequence[Fact], Profile, Calendar, datetime], list[Fact]]
    region: Callable[[Sequence[Fact]], str]


def docket_of(case: str) -> Docket:
    """The docket for the kind of *case*."""
    return _DOCKETS[kind_of(case)]


def is_moved(head: Head, facts: Sequence[Fact], policy: Profile, calendar: Calendar) -> bool:
    """Whether the case of *head* is another under these rules: its head, or what is to be said.

    It is judged as of when it was, on what had been judged, so that only the rules can differ.
    """
    if rules_of(policy, calendar) == head.rules:
        return False
    docket, judged = docket_of(head.case), facts[: head.n]
    decision = docket.decide(judged, policy, calendar, head.judged_at)
    now = docket.head(head.case, head.public_case, judged, decision, head.judged_at)
    return bool(decision.append) or replace(now, rules=head.rules) != head


def _own_head(
    case: str, public_case: str, facts: Sequence[Fact], ruling: Ruling, now: datetime
) -> Head:
    """The head of a case of our own: its lamp is the state of it, in a word."""
    return Head(
        case=case,
        public_case=public_case,
        n=len(facts),
        judged_at=now,
        lamp=ruling.state,
        department=ruling.where.get("department", ""),
        item=ruling.where.get("item", ""),
        region=ruling.where.get("region", ""),
        wake_at=ruling.wake_at,
        held_for=ruling.held_for,
        dues=ruling.dues,
        told=next((fact.kind for fact in reversed(facts) if fact.told), ""),
        level=ruling.level,
    )


def _own_standings(facts: Sequence[Fact], new: Sequence[Fact]) -> list[Standing]:  # noqa: ARG001
    """Cases of our own burn no lamp: the board counts the cases of applicants."""
    return [Standing("", fact.text("department")) for fact in new]


def _nothing_moved(*_: object) -> list[Fact]:
    return []


def _own(rule: Callable[[Sequence[Fact], Profile, Calendar, datetime], Ruling]) -> Docket:
    def region(facts: Sequence[Fact]) -> str:
        return next((fact.text("region") for fact in facts if fact.text("region")), "")

    return Docket(rule, _own_head, _own_standings, _nothing_moved, region)


def _noted(facts: Sequence[Fact], policy: Profile, calendar: Calendar, now: datetime) -> Ruling:  # noqa: ARG001 - nothing is judged
    """What the log says of itself is on record, and nothing follows."""
    return Ruling(where={"region": next((fact.text("region") for fact in facts), "")})


_DOCKETS: Mapping[CaseKind, Docket] = {
    "permit": Docket(
        decide, head_of, standings, revised, lambda facts: fold(facts).where["region"]
    ),
    "card": _own(escalation.rule),
    "register": _own(register.rule),
    "department": _own(department.rule),
    "item": _own(item.rule),
    "log": _own(_noted),
}
