"""What the life of one ordinary case costs: units, requests, invocations, and that a million times.

    .venv/bin/python -m tests.bench.bench_case_cost [--signed]

With --signed each event is signed with its source's own key, and so is kept.
Counted on the local cloud, which counts consumed capacity as AWS does; the functions run in this
process. Every event comes alone, hours after the one before, so nothing is shared between cases:
this is the dear end. The schedules run whether there are cases or not, and are told apart.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from chalicelib.intake import signature
from chalicelib.intake.signed_body import SignedBody
from chalicelib.lambdas import reconcile, sweep
from tests.support.claimed import hall
from tests.support.local_tables import LocalTables, Meter, local_tables
from tests.support.source_pair import SourcePair
from tests.support.stream_pump import StreamPump
from tests.support.world import World

CASES = 5
START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
HEARING = {"procedure": "hearing", "approved": {"amount": 10, "unit": "wd"}}
LIFE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("case.accepted", "2026-11-02T09:00:00", {}),
    ("stage.entered", "2026-11-02T10:00:00", {"stage": "acceptance", "post": "window 3"}),
    ("stage.left", "2026-11-03T10:00:00", {"stage": "acceptance"}),
    ("stage.entered", "2026-11-03T11:00:00", {"stage": "review", "post": "desk 7"}),
    ("case.suspended", "2026-11-04T09:00:00", HEARING),
    ("case.resumed", "2026-11-06T09:00:00", {"procedure": "hearing"}),
    ("stage.left", "2026-11-09T09:00:00", {"stage": "review"}),
    ("case.decided", "2026-11-09T10:00:00", {"outcome": "granted"}),
)
# US dollars a million, us-east-1, on demand. Those of Lambda (arm64) and API Gateway (REST) are
# from their public lists and were not confirmed again.
WRITE, READ = 0.625, 0.125
INVOCATION, GATEWAY = 0.20, 3.50
GB_SECOND, GB, SECONDS = 13.3334, 0.5, 0.030  # the last is assumed: one run of a function


class Cost(Struct, frozen=True, dict=True):
    """What one step took, for one case."""

    writes: float
    reads: float
    requests: float
    invocations: float

    def __add__(self, other: "Cost") -> "Cost":
        """Take both."""
        return Cost(
            self.writes + other.writes,
            self.reads + other.reads,
            self.requests + other.requests,
            self.invocations + other.invocations,
        )

    def row(self, name: str) -> str:
        """Write one line of the table."""
        figures = (self.writes, self.reads, self.requests, self.invocations)
        return f"| {name:<26} |" + "".join(f"{figure:>8.1f} |" for figure in figures)


class SignedWorld(World):
    """A county whose source signs each event with a key of its own, in a request of its own."""

    pair = SourcePair("bench")

    def signed(self, event: dict[str, Any]) -> SignedBody:
        """Return the request of an event."""
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = self.pair.headers(body, self.wall.at)
        keys = {"hall": (self.pair.public,)}
        signed = signature.find_signer(headers, body, keys, self.wall.at).signed
        assert signed is not None
        return signed


def main() -> None:
    """Live, count, tell."""
    kind = SignedWorld if sys.argv[1:] == ["--signed"] else World
    with tempfile.TemporaryDirectory() as folder, local_tables(Path(folder), START) as tables:
        county = kind(tables.services, tables.wall, StreamPump())
        county.services.registrations.change(lambda _: hall("10m"))
        for minutes in (30, 1, 1):  # the calendar and the policy are new at first
            reconcile.run({})
            tables.wall.forward(minutes=minutes)
        idle = _measured(tables, county, _schedules, per=1)
        county.accept("2026-11-02T08:32:00", "first", promise="20wd")
        county.pump.drain()  # what is the same for all cases is there: the head, a tally
        steps = [
            (kind, _measured(tables, county, partial(_tell, county, kind, at, data)))
            for kind, at, data in LIFE
        ]
        tables.wall.forward(days=8, hours=1)  # to when the next ones are accepted
        beside = [("accepted, warned at once", _measured(tables, county, partial(_warned, county)))]
        tables.wall.forward(days=4)
        beside.append(
            ("a yellow card and all of it", _measured(tables, county, partial(_swept, county)))
        )
    _told(steps, idle)
    print()
    for name, cost in beside:
        print(cost.row(name))


def _warned(county: World) -> int:
    """Accept cases that are near their limit at once, so that each is warned."""
    for number in range(CASES):
        county.accept("2026-11-10T09:31:00", f"late{number}", promise="1wd", item=f"X-{number}")
        county.pump.drain()
    return CASES


def _swept(county: World) -> int:
    """Notice what is late, and what follows: a card's own case, its number, its count."""
    sweep.run({})
    county.pump.drain()
    return 1


def _tell(county: World, kind: str, at: str, data: dict[str, Any]) -> int:
    for number in range(CASES):
        if kind == "case.accepted":
            county.accept(at, str(number), promise="20wd", title="住宅", applicant={"name": "王"})
        else:
            county.report(kind, at, str(number), **data)
        county.pump.drain()
    return CASES  # one call of the API for each


def _schedules() -> int:
    sweep.run({})
    reconcile.run({})
    return 2


def _measured(
    tables: LocalTables, county: World, work: Callable[[], int], per: int = CASES
) -> Cost:
    before = county.pump.calls
    with tables.metered() as meter:
        invocations = work()
    invocations += county.pump.calls - before
    return _cost(meter, invocations, per)


def _cost(meter: Meter, invocations: int, per: int) -> Cost:
    requests = sum(meter.requests.values())
    return Cost(meter.write_units / per, meter.read_units / per, requests / per, invocations / per)


def _told(steps: list[tuple[str, Cost]], idle: Cost) -> None:
    print(f"| {'step':<26} |" + "".join(f"{name:>8} |" for name in ("WRU", "RRU", "calls", "runs")))
    print(f"|{'-' * 28}|" + f"{'-' * 8}:|" * 4)
    total = Cost(0, 0, 0, 0)
    for name, cost in steps:
        print(cost.row(name))
        total += cost
    print(total.row("one case"))
    print(idle.row("an idle minute, all cases"))
    print()
    parts = {
        "DynamoDB writes": total.writes * WRITE,
        "DynamoDB reads": total.reads * READ,
        "Lambda invocations": total.invocations * INVOCATION,
        f"Lambda time ({SECONDS * 1000:.0f} ms a run assumed)": (
            total.invocations * GB * SECONDS * GB_SECOND
        ),
        "API Gateway": len(steps) * GATEWAY,
    }
    print("A million such cases, in US dollars:")
    for name, price in parts.items():
        print(f"  {name:<40} {price:>8.2f}")
    print(f"  {'together':<40} {sum(parts.values()):>8.2f}")
    month = 60 * 24 * 30 / 1e6
    print(f"Idle, a month: {month * (idle.writes * WRITE + idle.reads * READ):.2f} (DynamoDB)")


if __name__ == "__main__":
    main()
