"""How long it takes to judge a case with fifty facts: its stages, pauses, supplements and cards.

    .venv/bin/python -m tests.bench.bench_decide [--rounds N] [--profile]

The case is lived through from wake to wake first, so that its cards are its own; then it is judged
again and again, as a nudge would have it judged. The goal (issue 3): a median under a millisecond.
`contested` is a case with ten claims that wait for an inspector; its goal is five milliseconds.
Seconds are those of the processor, which other work on the machine disturbs least.
"""

import argparse
import cProfile
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from statistics import median, quantiles
from time import process_time_ns

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cards.decide import decide
from chalicelib.cards.simulate import simulate
from chalicelib.cards.weighing import weigh
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.policy.limit import Limit
from chalicelib.policy.shipped import load_profile
from tests.unit.clocks.living import handed_in, notified, received
from tests.unit.told import (
    accepted,
    at,
    decided,
    delivering,
    extended,
    reported,
    resumed,
    suspended,
)

FACTS = 50
RULES = Rules(load_profile("statutory"), load_calendar("CN"), delivering("10m"))
PARTS = [
    {"department": "Planning", "stage": "plan", "limit": {"amount": 5, "unit": "wd"}},
    {"department": "Fire", "stage": "fire", "after": "plan"},
]


def told() -> Iterator[Fact]:
    """A joint case of two departments that was late, paused, extended, and late again."""
    yield received("2025-03-03T09:00", "submitted", promise="20wd")
    yield notified("2025-03-05T09:00")
    yield handed_in("2025-03-10T09:00")
    yield accepted("2025-03-12T09:00", "15wd", "45wd", kind="joint", parts=PARTS, gaps=["deed"])
    yield handed_in("2025-03-20T09:00")
    for day in range(13, 28, 2):
        for hour, stage in ((9, "review"), (10, "check")):
            when = f"2025-03-{day:02}T{hour:02}"
            limit = Limit(3, "wd").written()
            yield reported("stage.entered", f"{when}:00", stage=stage, limit=limit)
            yield reported("stage.left", f"{when}:30", stage=stage)
    yield reported(
        "stage.entered", "2025-03-28T09:00", stage="sign", limit=Limit(2, "wd").written()
    )
    for day, procedure in ((14, "testing"), (18, "hearing"), (24, "expert_review")):
        yield suspended(f"2025-03-{day}T09:00", procedure, approved="2wd")
        yield resumed(f"2025-03-{day + 1}T09:00", procedure)
    yield extended("2025-04-01T09:00", "5wd", approved_by="head_of_government")
    yield suspended("2025-04-08T09:00", "inspection", approved="3wd")


def case(*more: Fact) -> tuple[list[Fact], datetime]:
    """Fifty facts of it, told and derived, and when the last of them was recorded."""
    facts = simulate(
        sorted([*told(), *more], key=lambda fact: fact.recorded_at),
        RULES,
        at("2025-12-01"),
    )
    return facts[:FACTS], facts[:FACTS][-1].recorded_at


def contested() -> tuple[list[Fact], datetime]:
    """A case that was over, with ten pieces of late news that would undo that, each contested."""
    news: list[Fact] = [accepted("2025-04-01T09:00", "10wd", "20wd")]
    for day in range(2, 12):
        when, told_at = f"2025-04-{day:02}T10:00", f"2025-04-28T{day:02}:00"
        match day % 4:
            case 0:
                news.append(decided(when, recorded=told_at))
            case 1:
                news.append(suspended(when, "hearing", approved="2wd", recorded=told_at))
            case 2:
                news.append(extended(when, "10wd", recorded=told_at))
            case _:
                news.append(reported("withdrawn", when, recorded=told_at))
    facts = simulate([replace(fact, source="hall") for fact in news], RULES, at("2025-05-01"))
    last = max(fact.recorded_at for fact in facts)
    assert len(weigh(CaseHistory(facts), RULES).contested) == 10
    return facts, last


def main() -> None:
    """Judge, count, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    names = ["open", "closed", "contested"]
    parser.add_argument("--profile", choices=names, help="say where its time goes")
    given = parser.parse_args()
    cases = {"open": case(), "closed": case(decided("2025-05-20T09:00", outcome="granted"))}
    cases["contested"] = contested()

    def judged(facts: Sequence[Fact], now: datetime) -> int:
        began = process_time_ns()
        decide(CaseHistory(facts), RULES, now)
        return process_time_ns() - began

    if given.profile:
        with cProfile.Profile() as profile:
            for _ in range(given.rounds):
                judged(*cases[given.profile])
        profile.print_stats("cumtime")
        return
    result: dict[str, object] = {"load": os.getloadavg()[0]}
    for name, (facts, now) in cases.items():
        nanoseconds = [judged(facts, now) for _ in range(given.rounds)]
        result[name] = {
            "facts": len(facts),
            "told": sum(fact.told for fact in facts),
            "least_ms": round(min(nanoseconds) / 1e6, 3),
            "median_ms": round(median(nanoseconds) / 1e6, 3),
            "p99_ms": round(quantiles(nanoseconds, n=100)[-1] / 1e6, 3),
        }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
