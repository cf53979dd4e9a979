"""What writing the log costs: requests and units for each commit, and for a million entries.

Counted on the local cloud, which counts consumed capacity as AWS does; the public objects are in
memory and their requests are counted. What the facts themselves cost, and the board, is told by
bench_case_cost.
"""

import contextlib
import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from chalicelib.lambdas.publish import publish
from chalicelib.lambdas.seal import seal
from chalicelib.plumbing import telemetry
from tests.support.local_tables import LocalTables, local_tables
from tests.support.memory_cloud import MemoryCloud
from tests.support.stream_pump import StreamPump
from tests.support.world import World

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
AT = "2026-11-02T09:00:00"
COMMITS = {1: 256, 10: 26, 98: 3}  # entries in each, and how many: once around a tile
# US dollars a million, us-east-1. KMS only where the key lies there. Of Lambda (arm64): 30 ms at
# 512 MB are assumed for each run of seal, publish and sign.
WRITE, READ, PUT, GET, SIGN = 0.625, 0.125, 5.0, 0.40, 15.0
RUNS, RUN = 3, 0.20 + 0.030 * 0.5 * 13.3334


class Cost(Struct, dict=True):
    """What was asked for."""

    requests: float = 0
    writes: float = 0
    reads: float = 0
    puts: float = 0
    gets: float = 0

    def over(self, count: int) -> "Cost":
        """The same for each of *count*."""
        return Cost(*(each / count for each in (
            self.requests, self.writes, self.reads, self.puts, self.gets)))  # fmt: skip

    def dollars(self, entries: int) -> float:
        """What a million entries cost, where each commit has so many, without KMS."""
        each = self.writes * WRITE + self.reads * READ + self.puts * PUT + self.gets * GET
        return (each + RUNS * RUN) / entries


def tell_cost() -> None:
    """Commit and publish, so many entries at a time; tell what each commit took."""
    print(f"{'entries a commit':>17} {'requests':>9} {'write u.':>9} {'read u.':>8} {'PUT':>6} "
          f"{'GET':>6} {'$/million':>10} {'with KMS':>9}")  # fmt: skip
    for each, commits in COMMITS.items():
        with contextlib.redirect_stdout(io.StringIO()):
            cost = _measured(each, commits)
        dollars = cost.dollars(each)
        print(f"{each:>17} {cost.requests:>9.1f} {cost.writes:>9.1f} {cost.reads:>8.1f} "
              f"{cost.puts:>6.2f} {cost.gets:>6.2f} {dollars:>10.2f} "
              f"{dollars + SIGN / each:>9.2f}")  # fmt: skip


def _measured(each: int, commits: int) -> Cost:
    telemetry.logger.setLevel("ERROR")
    with tempfile.TemporaryDirectory() as folder, local_tables(Path(folder), START) as tables:
        county = World(tables.services, tables.wall, StreamPump())
        county.pump.lose = lambda table, _: table != "Inbox"  # nothing is sealed yet
        names = [str(number) for number in range(each * (commits + 1))]
        for name in names:
            county.accept(AT, name)
            county.pump.drain()
        _publish(tables, names[:each])  # what is there only once: the key, the first objects
        return _counted(tables, names[each:], each).over(commits)


def _counted(tables: LocalTables, names: list[str], each: int) -> Cost:
    objects = getattr(tables.services.objects, "cloud")  # noqa: B009 - only the one in memory has it
    assert isinstance(objects, MemoryCloud)
    objects.calls.clear()
    with tables.metered() as meter:
        for at in range(0, len(names), each):
            _publish(tables, names[at : at + each])
    asked = [operation for operation, _ in objects.calls]
    requests = float(meter.requests.total())
    return Cost(
        requests,
        meter.write_units,
        meter.read_units,
        asked.count("PutObject"),
        asked.count("GetObject"),
    )


def _publish(tables: LocalTables, names: list[str]) -> None:
    seal(tables.services, [f"hall:{name}" for name in names])
    publish(tables.services)
