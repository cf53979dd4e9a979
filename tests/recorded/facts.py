"""What is derived of made cases: every fact of each, its head and its explanation at each step."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.view import show_case
from chalicelib.instant import text
from chalicelib.permit.decide import decide, evaluate
from chalicelib.permit.simulate import simulate
from chalicelib.permit.view import explain
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile
from chalicelib.supervision.deciders import snapshot_of
from tests.recorded.made_cases import CASES, case

PROFILES = ("statutory", "hunan", "yulin", "meizhou", "dongguan")
CALENDAR = load_calendar("CN")


def outputs() -> dict[str, str]:
    """Return what is derived of each case, one JSON document a line."""
    named = ((seed, PROFILES[seed % len(PROFILES)]) for seed in range(CASES))
    return {f"{seed:02}-{name}": _lines(case(seed), load_profile(name)) for seed, name in named}


def _lines(told: Sequence[Fact], profile: Profile) -> str:
    lines = [*_lived(told, profile), *_at_once(told, profile)]
    return "\n".join(json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines)


def _lived(told: Sequence[Fact], profile: Profile) -> Iterator[dict[str, Any]]:
    """Walk the case from wake to wake; yield all its facts, and how it stands in the end."""
    until = told[-1].recorded_at + timedelta(days=300)
    facts = simulate(told, Rules(profile, CALENDAR), until)
    yield from (_fact(fact) for fact in facts)
    decision = decide(CaseHistory(facts), Rules(profile, CALENDAR), until)
    yield _standing(facts, decision, until, profile)


def _at_once(told: Sequence[Fact], profile: Profile) -> Iterator[dict[str, Any]]:
    """Judge the case at each arrival, as if nobody had before; yield what is added, and where."""
    for n in range(1, len(told) + 1):
        facts = [replace(fact, n=i) for i, fact in enumerate(told[:n])]
        now = facts[-1].recorded_at
        decision = decide(CaseHistory(facts), Rules(profile, CALENDAR), now)
        yield from (_fact(fact) for fact in decision.append)
        yield _standing([*facts, *decision.append], decision, now, profile)


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "n": fact.n,
        "kind": fact.kind,
        "key": fact.key,
        "at": text(fact.at),
        "recorded_at": text(fact.recorded_at),
        "told": fact.told,
        "data": fact.data,
        "corrects": fact.corrects,
        "origin": fact.origin,
    }


def _standing(
    facts: Sequence[Fact], decision: Decision, now: datetime, profile: Profile
) -> dict[str, Any]:
    """Return the case's head, as it is shown, and the explanation of its clocks."""
    snapshot = snapshot_of("hall:1", "c_1", CaseHistory(facts), decision, now)
    return {
        "head": show_case(snapshot, (), snapshot.judged_at, profile.zone),
        "explained": explain(evaluate(CaseHistory(facts), Rules(profile, CALENDAR)), profile, now),
    }
