"""A case lived through from wake to wake, and what supervision found in it, a line each."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.recheck import stands
from chalicelib.intake.event_types import FINDING_TYPES
from chalicelib.permit.decide import Evaluation, evaluate
from chalicelib.permit.lamp_history import lamp
from chalicelib.permit.simulate import simulate
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.terms import Terms
from tests.unit.told import CALENDAR, PROFILE, at, clock, reported

HUNAN = load_profile("hunan")
_LIMITS = ("promise", "statutory")


def terms(**said: Any) -> dict[str, object]:
    """Terms as they are stored: `promise="20wd"`, `stages={"review": "5wd"}`, and so on."""
    for name in _LIMITS:
        if name in said:
            said[name] = Limit.parse(said[name])
    stages = {name: Limit.parse(text) for name, text in said.pop("stages", {}).items()}
    return Terms(stages=stages, **said).written()


def received(when: str | datetime, how: str = "received", **said: Any) -> Fact:
    """What was received (or `submitted`), for an item with the terms that are *said*, if any."""
    where = {"item": "X-01", "department": "Housing", "region": "370102"}
    more = {name: said.pop(name) for name in ("key", "recorded", "expires_at") if name in said}
    return reported(how, when, **where, **more, **({"terms": terms(**said)} if said else {}))


def listed(acceptance: Fact, **said: Any) -> Fact:
    """The *acceptance* of an item whose entry in the catalogue says more than its limits."""
    stored = acceptance.data.get("terms")
    assert isinstance(stored, dict)
    return replace(acceptance, data={**acceptance.data, "terms": {**stored, **said}})


def notified(when: str | datetime) -> Fact:
    """What is missing is told."""
    return reported("supplement_notified", when, materials=["deed"])


def handed_in(when: str | datetime) -> Fact:
    """What was missing is brought."""
    return reported("supplement_submitted", when, materials=["deed"])


def live(*told: Fact, until: str, profile: Profile = PROFILE) -> list[Fact]:
    """All facts of the case as they stand at *until*; what was *told* came as it happened."""
    in_order = sorted(told, key=lambda fact: fact.recorded_at)
    return simulate(in_order, Rules(profile, CALENDAR), at(until))


def findings_of(facts: list[Fact], *rules: str, only_standing: bool = False) -> list[str]:
    """Return the findings, by *rules* or by all: rule, level (or what silence made), instant.

    What waits for a person has its ground, in brackets; what has a stage or department shows it.
    """
    return [
        _line(fact)
        for fact in sorted(facts, key=lambda fact: fact.at)
        if fact.kind in FINDING_TYPES
        and (not rules or fact.text("rule") in rules)
        and (not only_standing or stands(fact, CaseHistory(facts)))
    ]


def _line(fact: Fact) -> str:
    what = fact.text("level") or fact.text("ground")
    if fact.kind == "card.proposed":
        what = f"({fact.text('ground')})"
    return f"{fact.text('rule')} {what} {clock(fact.at)}"


def dues(facts: list[Fact], profile: Profile = PROFILE) -> dict[str, str]:
    """When each clock runs out, by name and label, as the facts stand; `-`: it stands still."""
    return {
        f"{state.clock.name} {state.clock.label}".strip(): clock(state.due.at) if state.due else "-"
        for state in evaluated(facts, profile).limits.clock_states
    }


def evaluated(facts: list[Fact], profile: Profile = PROFILE) -> Evaluation:
    """Return the evaluation of the facts."""
    return evaluate(CaseHistory(facts), Rules(profile, CALENDAR))


def lamp_of(facts: list[Fact]) -> str:
    """What the case shines."""
    return lamp(evaluated(facts).permit, CaseHistory(facts))


def kinds(facts: list[Fact]) -> set[str]:
    """The kinds of what was derived."""
    return {fact.kind for fact in facts if not fact.told}
