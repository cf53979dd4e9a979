"""What one ordinary case costs with everything: tables, functions, publishing, logs, the gateway.

    .venv/bin/python -m tests.bench.bench_whole_case [--minutes M] [N …]

The life of `bench_case_cost.py`, lived by many cases side by side: N events come in each half
minute, each in a request of its own, supervised at once and by itself (the dear end). Each half
minute ends with one commit and one look of the board at it, each minute with one checkpoint: the
windows of infra/stack/template.yaml. With M another PublishWindow, in minutes. In the middle of
each minute the schedule looks. With 0: no windows and loud logs, as it was before. Units are
counted on the local cloud, objects and lines in this process.
"""

import argparse
import contextlib
import io
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from chalicelib.lambdas import publish, reconcile
from chalicelib.plumbing import telemetry
from tests.bench.bench_case_cost import LIFE
from tests.support.claimed import hall
from tests.support.local_tables import LocalTables, local_tables
from tests.support.stream_pump import StreamPump
from tests.support.world import SHANGHAI, World

START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
# US dollars a million, us-east-1, on demand; of a GB of log lines; of a GB-second (arm64).
WRITE, READ, PUT, GET, RUN, REQUEST, SIGNATURE = 0.625, 0.125, 5.0, 0.40, 0.20, 3.50, 15.0
GB_OF_LINES, GB_SECOND = 0.50, 0.0000133334
GB = 0.5  # of each function
# Assumed of a run: what it waits for each request, one after the other, and what it takes itself.
TABLE_MS, OBJECT_MS, RUN_MS = 4, 15, 10
LINE = 26  # bytes that CloudWatch adds to each line
# What Lambda itself writes of a run in its log, unless it is told not to.
OWN_LINES = (
    "START RequestId: 8f5c1d3e-0d5e-4c0a-9a3b-0c7f3a1b2c4d Version: $LATEST\n",
    "END RequestId: 8f5c1d3e-0d5e-4c0a-9a3b-0c7f3a1b2c4d\n",
    (
        "REPORT RequestId: 8f5c1d3e-0d5e-4c0a-9a3b-0c7f3a1b2c4d\tDuration: 31.42 ms\t"
        "Billed Duration: 32 ms\tMemory Size: 512 MB\tMax Memory Used: 140 MB\t\n"
    ),
)


class Taken(Struct, dict=True):
    """What so many cases took."""

    cases: int
    units: dict[str, float] = field(default_factory=dict)
    runs: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def dollars(self) -> dict[str, float]:
        """Return what a million such cases cost, by what is paid for."""
        units, runs = self.units, self.runs.total()
        waited = units["tables"] * TABLE_MS + (units["PUT"] + units["GET"]) * OBJECT_MS
        seconds = (waited + runs * RUN_MS) / 1000
        gigabytes = sum(len(line.encode()) + LINE for line in self.lines) / 1e9
        parts = {
            "tables: writes": units["writes"] * WRITE,
            "tables: reads": units["reads"] * READ,
            "functions: runs": runs * RUN,
            "functions: time": seconds * GB * GB_SECOND * 1e6,
            "publishing: objects": units["PUT"] * PUT + units["GET"] * GET,
            "logs of functions": gigabytes * GB_OF_LINES * 1e6,
            "gateway": self.runs["api"] * REQUEST,
            "KMS, where it signs": self.runs["sign"] * SIGNATURE,
        }
        return {name: amount / self.cases for name, amount in parts.items()}


class County:
    """A county whose windows end when it is told so."""

    def __init__(self, tables: LocalTables, *, is_quiet: bool) -> None:
        self.tables, self.is_quiet = tables, is_quiet
        self.world = World(tables.services, tables.wall, StreamPump())
        telemetry.logger.setLevel("WARNING" if is_quiet else "INFO")

    def begin(self) -> None:
        """Have what is the same for all cases: rules, the head, a tally, the first objects."""
        self.world.services.registrations.change(lambda _: hall("10m"))
        for minutes in (30, 1, 1):
            reconcile.run({})
            self.tables.wall.forward(minutes=minutes)
        self.world.accept("2026-11-02T08:32:00", "first", promise="20wd")
        self.world.pump.drain()
        publish.run({})

    def live(self, taken: Taken, halves: Sequence[Sequence[str]]) -> None:
        """Live all steps; in each the cases of *halves* report, one half minute after the other."""
        for kind, at, data in LIFE:
            self.tables.wall.at = datetime.fromisoformat(at + SHANGHAI)
            for number, half in enumerate(halves):
                for name in half:
                    self._tell(kind, at, name, data)
                    self._ran(taken, "api")
                    telemetry.count(telemetry.EVENTS_RECORDED)  # as the door does
                    self._carry(taken, "supervise", "Inbox", 1)
                self._carry(taken, "seal", "Facts", 100)
                self._carry(taken, "project", "Log", 100)
                if self.is_quiet and number % 2 == 0:
                    publish.run({"overdue": 180})
                    self._ran(taken, "publish")
            publish.run({})
            self._ran(taken, "publish")
            self._ran(taken, "sign")

    def _tell(self, kind: str, at: str, name: str, data: dict[str, Any]) -> None:
        if kind == "case.accepted":
            self.world.accept(at, name, promise="20wd", title="住宅", applicant={"name": "王"})
        else:
            self.world.report(kind, at, name, **data)

    def _carry(self, taken: Taken, name: str, table: str, batch: int) -> None:
        pump = self.world.pump
        pump.batch, before = batch, pump.calls
        pump.carry(table)
        for _ in range(pump.calls - before):
            self._ran(taken, name)

    def _ran(self, taken: Taken, name: str) -> None:
        """Count a run, with the line by which each is told in a loud log."""
        taken.runs[name] += 1
        with telemetry.timed(name):
            pass


@contextlib.contextmanager
def counted(county: County, taken: Taken) -> Iterator[None]:
    """Count what the block takes."""
    objects = getattr(county.tables.services.objects, "cloud").calls  # noqa: B009 - in memory alone
    objects.clear()
    printed = io.StringIO()
    handler = telemetry.logger.registered_handler
    handler.stream = printed  # type: ignore[attr-defined]
    with county.tables.metered() as meter, contextlib.redirect_stdout(printed):
        yield
    asked = Counter(operation for operation, _ in objects)
    taken.units = {
        "writes": meter.write_units,
        "reads": meter.read_units,
        "tables": meter.requests.total(),
        "PUT": asked["PutObject"],
        "GET": asked["GetObject"],
    }
    taken.lines = printed.getvalue().splitlines(keepends=True)
    if not county.is_quiet:
        taken.lines += [line for line in OWN_LINES for _ in range(taken.runs.total())]


def measured(each: int, minutes: int = 1) -> Taken:
    """Live the cases of so many *minutes* in which *each* half has so many events; 0: one alone."""
    with tempfile.TemporaryDirectory() as folder, local_tables(Path(folder), START) as tables:
        county = County(tables, is_quiet=each > 0)
        with contextlib.redirect_stdout(io.StringIO()):
            county.begin()
        names = [str(number) for number in range(2 * minutes * each or 1)]
        starts = range(0, len(names), each or 1)
        taken = Taken(len(names))
        with counted(county, taken):
            county.live(taken, [names[start : start + (each or 1)] for start in starts])
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("each", nargs="*", type=int, default=[0, 1, 4, 10, 16, 40])
    parser.add_argument("--minutes", type=int, default=1)
    given = parser.parse_args()
    for each in given.each:
        taken = measured(each, given.minutes)
        print(f"-- {each} events in each half minute" if each else "-- no windows, loud logs")
        for name, amount in [*taken.units.items(), *taken.runs.items()]:
            print(f"  {name:24} {amount / taken.cases:10.2f}")
        print(f"  {'bytes of lines':24} {sum(map(len, taken.lines)) / taken.cases:10.0f}")
        parts = taken.dollars()
        for name, amount in parts.items():
            print(f"  $ {name:22} {amount:10.2f}")
        beside = ("gateway", "KMS, where it signs")
        own = sum(amount for name, amount in parts.items() if name not in beside)
        print(f"  $ without the gateway    {own:10.2f}\n  $ with it {own + parts['gateway']:25.2f}")


if __name__ == "__main__":
    main()
