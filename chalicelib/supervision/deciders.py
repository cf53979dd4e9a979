"""Deciders (裁断者): for each kind of case, the functions that decide in it.

One engine serves all: supervise gathers, asks the decider of the kind, and applies the decision.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.card import decide as escalation
from chalicelib.cases.case_id import CaseKind, kind_of
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import LampState
from chalicelib.department import decide as department
from chalicelib.item import decide as item
from chalicelib.permit.decide import decide
from chalicelib.permit.lamp_history import lamp_states
from chalicelib.permit.revision import revisions
from chalicelib.permit.state import fold
from chalicelib.register import decide as register
from chalicelib.sample import decide as sample


def _no_lamps(_: CaseHistory, new: Sequence[Fact], _rules: Rules) -> list[LampState]:
    """Return no lamp for any fact: the board counts the cases of applicants only."""
    return [LampState("", fact.text("department")) for fact in new]


class Decider(Struct, frozen=True):
    """The pure functions that decide a kind of case, by default one that we open ourselves."""

    decide: Callable[[CaseHistory, Rules, datetime], Decision]
    lamp_states: Callable[[CaseHistory, Sequence[Fact], Rules], list[LampState]] = _no_lamps
    revisions: Callable[[CaseSnapshot, CaseHistory, Rules, datetime], list[Fact]] = lambda *_: []
    region: Callable[[CaseHistory], str] = attrgetter("region")


def decider_of(case_id: str) -> Decider:
    """Return the decider for the kind of the case."""
    return DECIDERS[kind_of(case_id)]


def is_moved(snapshot: CaseSnapshot, case: CaseHistory, rules: Rules) -> bool:
    """Return whether *rules* change the *snapshot* of *case* or add a fact to it.

    The same facts are judged as of the same instant as before, so only the rules can differ.
    """
    if snapshot.rules in rules.names:
        return False
    judged = case.until(snapshot.n)
    decision = decider_of(snapshot.case).decide(judged, rules, snapshot.judged_at)
    now = snapshot_of(snapshot.case, snapshot.public_case, judged, decision, snapshot.judged_at)
    return bool(decision.append) or replace(now, rules=snapshot.rules) != snapshot


def snapshot_of(
    case_id: str, public_case: str, case: CaseHistory, decision: Decision, now: datetime
) -> CaseSnapshot:
    """Return the snapshot, but for its rules, after all facts of *case*, judged at *now*."""
    return CaseSnapshot(
        case=case_id,
        public_case=public_case,
        n=len(case),
        judged_at=now,
        lamp=decision.lamp,
        department=decision.belongs_to.get("department", ""),
        item=decision.belongs_to.get("item", ""),
        region=decision.belongs_to.get("region", ""),
        wake_at=decision.wake_at,
        held_for=decision.held_for,
        dues=decision.dues,
        is_paused=decision.is_paused,
        told=next((fact.kind for fact in reversed(case.told) if fact.source), ""),
        level=decision.level,
        is_unlisted=decision.unlisted is not None,
        about=decision.about,
        unjudged_at=decision.unjudged_at,
        claims=decision.claims,
        asked=decision.asked,
        fell_due=decision.fell_due,
    )


def _record_only(case: CaseHistory, rules: Rules, now: datetime) -> Decision:  # noqa: ARG001 - nothing is judged
    """Return a decision without facts: this kind of case only records the reports to it."""
    return Decision(belongs_to={"region": case.region})


DECIDERS: Mapping[CaseKind, Decider] = {
    "permit": Decider(decide, lamp_states, revisions, lambda case: fold(case).belongs_to["region"]),
    "card": Decider(escalation.decide),
    "register": Decider(register.decide),
    "department": Decider(department.decide),
    "item": Decider(item.decide),
    "log": Decider(_record_only),
    "sealed": Decider(_record_only),
    "sample": Decider(sample.decide),
}
