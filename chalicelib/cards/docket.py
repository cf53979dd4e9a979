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
from chalicelib.cards.heading import snapshot_of
from chalicelib.cards.revision import revised, rules_of
from chalicelib.cards.ruling import Ruling
from chalicelib.cards.standing import lamp_states
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.kind import CaseKind, kind_of
from chalicelib.cases.permit import fold
from chalicelib.cases.record import LampState
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
class Decider:
    """How a kind of case is dealt with; all of it pure.

    *decide*(facts, policy, calendar, now), *snapshot*(case, public case, facts, decision, now),
    *lamp_states*(facts, new), *revisions*(head, facts, policy, calendar, now), *region*(facts).
    """

    decide: Callable[[Sequence[Fact], Profile, Calendar, datetime], Any]
    snapshot: Callable[[str, str, Sequence[Fact], Any, datetime], CaseSnapshot]
    lamp_states: Callable[[Sequence[Fact], Sequence[Fact]], list[LampState]]
    revisions: Callable[[CaseSnapshot, Sequence[Fact], Profile, Calendar, datetime], list[Fact]]
    region: Callable[[Sequence[Fact]], str]


def decider_of(case: str) -> Decider:
    """The docket for the kind of *case*."""
    return _DECIDERS[kind_of(case)]


def is_moved(
    snapshot: CaseSnapshot, facts: Sequence[Fact], profile: Profile, calendar: Calendar
) -> bool:
    """Whether the case of *snapshot* is another under these rules: its head, or what is to be said.

    It is judged as of when it was, on what had been judged, so that only the rules can differ.
    """
    if rules_of(profile, calendar) == snapshot.rules:
        return False
    decider, judged = decider_of(snapshot.case), facts[: snapshot.n]
    decision = decider.decide(judged, profile, calendar, snapshot.judged_at)
    now = decider.snapshot(
        snapshot.case, snapshot.public_case, judged, decision, snapshot.judged_at
    )
    return bool(decision.append) or replace(now, rules=snapshot.rules) != snapshot


def _own_snapshot(
    case: str, public_case: str, facts: Sequence[Fact], decision: Ruling, now: datetime
) -> CaseSnapshot:
    """The head of a case of our own: its lamp is the state of it, in a word."""
    return CaseSnapshot(
        case=case,
        public_case=public_case,
        n=len(facts),
        judged_at=now,
        lamp=decision.state,
        department=decision.belongs_to.get("department", ""),
        item=decision.belongs_to.get("item", ""),
        region=decision.belongs_to.get("region", ""),
        wake_at=decision.wake_at,
        held_for=decision.held_for,
        dues=decision.dues,
        told=next((fact.kind for fact in reversed(facts) if fact.told), ""),
        level=decision.level,
    )


def _own_lamp_states(facts: Sequence[Fact], new: Sequence[Fact]) -> list[LampState]:  # noqa: ARG001
    """Cases of our own burn no lamp: the board counts the cases of applicants."""
    return [LampState("", fact.text("department")) for fact in new]


def _nothing_moved(*_: object) -> list[Fact]:
    return []


def _own(rule: Callable[[Sequence[Fact], Profile, Calendar, datetime], Ruling]) -> Decider:
    def region(facts: Sequence[Fact]) -> str:
        return next((fact.text("region") for fact in facts if fact.text("region")), "")

    return Decider(rule, _own_snapshot, _own_lamp_states, _nothing_moved, region)


def _noted(facts: Sequence[Fact], profile: Profile, calendar: Calendar, now: datetime) -> Ruling:  # noqa: ARG001 - nothing is judged
    """What the log says of itself is on record, and nothing follows."""
    return Ruling(belongs_to={"region": next((fact.text("region") for fact in facts), "")})


_DECIDERS: Mapping[CaseKind, Decider] = {
    "permit": Decider(
        decide, snapshot_of, lamp_states, revised, lambda facts: fold(facts).belongs_to["region"]
    ),
    "card": _own(escalation.decide),
    "register": _own(register.decide),
    "department": _own(department.decide),
    "item": _own(item.decide),
    "log": _own(_noted),
}
