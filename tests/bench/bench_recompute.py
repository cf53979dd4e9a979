"""What a change of the calendar costs over many open cases: requests, seconds, and what is touched.

    .venv/bin/python -m tests.bench.bench_recompute [CASES]

The tables are in memory, so the seconds are those of our own code; a request to DynamoDB adds its
few milliseconds to each. The job is killed half way and gone on with.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib.instant import parse
from chalicelib.lambdas.recompute import awaken, recompute
from chalicelib.plumbing import telemetry
from tests.support.expressions import comparable
from tests.support.faulty import Faulty
from tests.support.limits import Sized
from tests.support.memory_cloud import MemoryCloud
from tests.support.memory_stage import MemoryWorld, memory_cloud, memory_stage
from tests.support.memory_tables import Item, Key
from tests.support.spring_festival import BEFORE, EXTENDED, put_in_force
from tests.support.turns import Turns
from tests.support.world import SHANGHAI

CASES = 100_000
START = "2020-01-20T09:00:00"
# Of ten cases three are due in the days that change; the others before, or long after.
PROMISES = ("5wd", "6wd", "11d", "20d", "40d", "45d", "50d", "60d", "70d", "80d")
MOVED = 3  # of them


class QuickCloud(MemoryCloud):
    """Finds a case's items, and a page, without looking at those of all the others."""

    def __post_init__(self) -> None:
        """Begin with empty parts."""
        super().__post_init__()
        self.parts: dict[str, dict[Any, dict[Key, Item]]] = {name: {} for name in self.tables}
        self.order: dict[str, list[Key]] = {name: [] for name in self.tables}

    def _replace(self, name: str, key: Key, item: Sized | None) -> None:
        if key not in self.items[name]:
            self.order[name].append(key)
        super()._replace(name, key, item)
        part = self.parts[name].setdefault(key[0], {})
        if item is None:
            part.pop(key, None)
        else:
            part[key] = self.items[name][key]

    def _make_api_call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if operation not in ("Query", "Scan") or "IndexName" in request:
            return super()._make_api_call(operation, request)
        name, whole = request["TableName"], self.items
        if operation == "Query":
            first = comparable(request["ExpressionAttributeValues"][":0"])
            near = self.parts[name].get(first, {})
        else:  # snapshots are never removed: a place in the order stays what it is
            after = request.get("ExclusiveStartKey")
            begin = self.order[name].index(self.tables[name].key(after)) if after else 0
            end = begin + request["Limit"] + 2
            near = {key: whole[name][key] for key in self.order[name][begin:end]}
        self.items = {**whole, name: near}
        try:
            return super()._make_api_call(operation, request)
        finally:
            self.items = whole


def main() -> None:
    """Open cases, change the calendar, kill the job, go on; tell what that took."""
    telemetry.logger.setLevel("ERROR")
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    cloud = QuickCloud(memory_cloud().tables)
    faulty = Faulty(cloud)
    turns = Turns(faulty)
    with memory_stage(parse(START + SHANGHAI), turns) as (services, wall):
        county = MemoryWorld(services, wall, cloud, turns, faulty)
        _open(county, cases)
        put_in_force(services, EXTENDED)
        _measure(county, cases)


def _open(county: MemoryWorld, cases: int) -> None:
    """Let ten cases be accepted, and copy them as often as it takes."""
    put_in_force(county.services, BEFORE)
    for number, promise in enumerate(PROMISES):
        county.accept(START, str(number), promise=promise)
    county.tick()
    for minutes in (1, 2, 20):
        county.wall.forward(minutes=minutes)
        awaken(county.services)
    cloud = county.cloud
    for table in ("test-Cases", "test-Facts"):
        for item in list(cloud.items[table].values()):
            number = int(item["case"]["S"].partition(":")[2])
            for copy in range(number + len(PROMISES), cases, len(PROMISES)):
                case = {"case": {"S": f"hall:{copy}"}}
                keys = {name: item[name] for name in cloud.tables[table].keys} | case
                cloud._replace(table, cloud.tables[table].key(keys), Sized({**item, **case}))
    for name in cloud.streams:
        county.streams.places[name] = len(cloud.streams[name])


def _measure(county: MemoryWorld, cases: int) -> None:
    begun, calls = time.perf_counter(), len(county.cloud.calls)
    with suppress(PynamoDBException), county.faulty.failing(cases // 2, "after"):
        recompute(county.services)
    killed = time.perf_counter()
    progress = recompute(county.services)
    ended = time.perf_counter()
    asked = Counter(county.cloud.calls[calls:])
    moved, each = progress.counts.nudged, (ended - begun) / cases
    print(f"{cases} open cases, {moved} of them moved; killed after {cases // 2} requests")
    print(f"the job: {killed - begun:.1f} s until it was killed, {ended - killed:.1f} s after that")
    print(f"a case: {each * 1e6:.0f} µs, {sum(asked.values()) / cases:.2f} requests")
    for (operation, table), count in asked.most_common():
        print(f"  {operation:<12} {table:<16} {count:>9}")
    _supervise(county, cases)


def _supervise(county: MemoryWorld, cases: int) -> None:
    """Let the nudges through supervise; every case that moves has one fact of it, no other any."""
    begun = time.perf_counter()
    for _ in range(3):
        county.pump.carry("Inbox")
    took = time.perf_counter() - begun
    told: Counter[str] = Counter()
    for (case, _), item in county.cloud.items["test-Facts"].items():
        told[case] += json.loads(item["leaf"]["S"])["k"] == "due.revised"
    moved = {case for case, count in told.items() if count}
    assert len(told) == cases
    assert Counter(told.values()) == {1: cases * MOVED // len(PROMISES), 0: len(told) - len(moved)}
    assert {int(case.partition(":")[2]) % len(PROMISES) for case in moved} == set(range(MOVED))
    print(
        f"supervise: {took / len(moved) * 1e6:.0f} µs for each that moved; each has one due.revised"
    )


if __name__ == "__main__":
    main()
