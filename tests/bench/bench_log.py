"""The public log: how quick it is written, proved and audited, and what writing it costs.

    .venv/bin/python -m tests.bench.bench_log [write|prove|cost]

Written: facts that wait are sealed and published, with tables and objects in memory. Proved: how
many objects a proof reads. Cost: requests and units for each commit, counted on the local cloud.
How long a stranger needs for all of it, `bench_verify.py` measures.
"""

import contextlib
import io
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from chalicelib.lambdas.publish import publish
from chalicelib.lambdas.seal import seal
from chalicelib.log.tlog.proof import consistency, inclusion, root_by_tiles
from chalicelib.log.tlog.tile import read_tile_path
from chalicelib.log.tlog.wire import HASH
from chalicelib.plumbing import telemetry
from tests.bench.log_cost import tell_cost
from tests.support.memory_stage import memory_world

START = "2026-11-02T09:00:00"
CASES = 98  # as many as a commit takes
SIZES = (1, 256, 65_536, 70_000, 200_000, 1_000_000, 16_000_000, 1_000_000_000)


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Keep the functions' own lines, metrics too, off the table."""
    telemetry.logger.setLevel("ERROR")
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def tell_writing() -> None:
    """Seal and publish, so many entries at a time."""
    print(f"{'entries a commit':>18} {'sealed/s':>10} {'and public/s':>14}")
    for each in (1, 10, CASES):
        with silent():
            sealed, published = _written(each)
        print(f"{each:>18} {sealed:>10,.0f} {published:>14,.0f}")


def _written(each: int) -> tuple[float, float]:
    """Entries a second: sealed; and sealed, published and signed."""
    with memory_world(START) as county:
        county.pump.lose = lambda table, _: table != "Inbox"  # nothing is sealed yet
        for number in range(2 * CASES):
            county.accept(START, str(number))
        county.pump.drain()
        names = [f"hall:{number}" for number in range(2 * CASES)]
        alone = _runs(names[:CASES], each, lambda run: seal(county.services, run))

        def public(run: Sequence[str]) -> None:
            seal(county.services, run)
            publish(county.services)

        publish(county.services)
        both = _runs(names[CASES:], each, public)
        return CASES / alone, CASES / both


def _runs(names: Sequence[str], each: int, work: Callable[[Sequence[str]], object]) -> float:
    """Do the work for so many cases at a time: the seconds for all."""
    began = time.perf_counter()
    for at in range(0, len(names), each):
        work(names[at : at + each])
    return time.perf_counter() - began


def tell_proofs() -> None:
    """Objects read for the proof of the dearest of some entries, and for consistency."""
    print(f"{'entries':>14} {'root':>6} {'inclusion':>10} {'consistency':>12} {'ms':>7}")
    for size in SIZES:
        read: list[str] = []

        def blank(path: str, read: list[str] = read) -> bytes:
            read.append(path)  # which tiles are read does not hang on what is in them
            return bytes(read_tile_path(path).width * HASH)

        root_by_tiles(size, blank)
        root, most, grown = len(read), 0, 0
        asked = sorted({0, size // 3, size // 2, size - 1})
        began = time.perf_counter()
        for index in asked:
            read.clear()
            inclusion(index, size, blank)
            most = max(most, len(read))
        elapsed = (time.perf_counter() - began) / len(asked) * 1000
        for old in asked:
            read.clear()
            consistency(old, size, blank)
            grown = max(grown, len(read))
        print(f"{size:>14,} {root:>6} {most:>10} {grown:>12} {elapsed:>7.2f}")


PARTS = {"write": tell_writing, "prove": tell_proofs, "cost": tell_cost}


def main() -> None:
    """Measure what was asked for, or everything."""
    for name, tell in PARTS.items():
        if name in (sys.argv[1:] or PARTS):
            print(f"-- {name}")
            tell()


if __name__ == "__main__":
    main()
