"""How long it takes to judge a case with fifty facts: its stages, pauses, supplements and cards.

    .venv/bin/python -m tests.bench.bench_decide [--rounds N] [--profile]

The case is lived through from wake to wake first, so that its cards are its own; then it is judged
again and again, as a nudge would have it judged. The goal (issue 3): a median under a millisecond.
`contested` is a case with ten claims that wait for an inspector, `crowded` the open one with ten
such claims; the goal of both is five milliseconds.
Seconds are those of the processor, which other work on the machine disturbs least.
"""

import argparse
import cProfile
import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median, quantiles
from time import process_time_ns

from msgspec.structs import replace

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.fact import Fact, in_order_of_receipt
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.permit.claims.weighing import weigh
from chalicelib.permit.decide import decide
from chalicelib.permit.simulate import simulate
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
    return claimed([accepted("2025-04-01T09:00", "10wd", "20wd")], "2025-04-28", contested=10)


def crowded() -> tuple[list[Fact], datetime]:
    """The joint case that is open, with such late news: one claim in a pause betters nothing."""
    return claimed([*told()], "2025-06-20", contested=9)


def claimed(facts: list[Fact], received: str, *, contested: int) -> tuple[list[Fact], datetime]:
    """*facts*, and ten late claims of April, *received* on one day: so many are *contested*."""
    for day in range(2, 12):
        when, recorded = f"2025-04-{day:02}T10:00", f"{received}T{day:02}:00"
        match day % 4:
            case 0:
                facts.append(decided(when, recorded=recorded))
            case 1:
                facts.append(suspended(when, "tender", approved="2wd", recorded=recorded))
            case 2:
                facts.append(extended(when, "10wd", recorded=recorded))
            case _:
                facts.append(reported("withdrawn", when, recorded=recorded))
    facts = sorted((replace(fact, source="hall") for fact in facts), key=in_order_of_receipt)
    facts = simulate(facts, RULES, at(received) + timedelta(days=3))
    last = max(fact.recorded_at for fact in facts)
    weighing = weigh(CaseHistory(facts), RULES)
    assert len(weighing.late) == 10
    assert len(weighing.contested) == contested
    return facts, last


def main() -> None:
    """Judge, count, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    names = ["open", "closed", "contested", "crowded"]
    parser.add_argument("--profile", choices=names, help="say where its time goes")
    given = parser.parse_args()
    cases = {"open": case(), "closed": case(decided("2025-05-20T09:00", outcome="granted"))}
    cases |= {"contested": contested(), "crowded": crowded()}

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
