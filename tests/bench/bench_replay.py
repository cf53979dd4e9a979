"""How long a replay takes against a bare iterparse of the same file, in the same run.

    .venv/bin/python -m tests.bench.bench_replay [--cases N] [--keep FOLDER]

Each side runs in a process of its own, in turn, and the best of three counts; memory is the peak of
the replay's process. Seconds are those of the processor, which other work on the machine disturbs
least. The goal (issue 2): at most four times, under 200 MiB.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.synthetic_log import CASES, EVENTS, MAP, write_log

ROUNDS = 3


def bare(log: Path) -> None:
    """Parse *log* and do nothing with it."""
    import gzip

    from lxml import etree

    with gzip.open(log) as stream:
        for _, trace in etree.iterparse(stream, tag="{*}trace"):
            trace.clear()
            while trace.getprevious() is not None:
                del trace.getparent()[0]


def replayed(log: Path, log_map: Path) -> None:
    """Replay *log* as the command does."""
    from infra.cli.main import main

    code = main(["replay", str(log), "--map", str(log_map), "--json"])
    if code:
        raise SystemExit(code)


def measured(*arguments: str) -> tuple[float, int]:
    """Run this module with *arguments*; give the seconds it took and its peak in MiB."""
    command = [sys.executable, "-m", "tests.bench.bench_replay", *arguments]
    done = subprocess.run(command, check=True, capture_output=True)
    seconds, peak = done.stderr.split()[-2:]
    return float(seconds), int(peak)


def main() -> None:
    """Write the log, measure both in turn, print the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--to-the-millisecond", action="store_true", help="no two equal times")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log, log_map = Path(folder, "log.xes.gz"), Path(folder, "map.toml")
        events = given.cases * EVENTS // CASES
        write_log(log, given.cases, events, to_the_millisecond=given.to_the_millisecond)
        log_map.write_text(MAP, encoding="utf-8")
        parses, replays, peaks = [], [], []
        for _ in range(ROUNDS):
            parses.append(measured("bare", str(log))[0])
            seconds, peak = measured("replay", str(log), str(log_map))
            replays.append(seconds)
            peaks.append(peak)
    result = {
        "cases": given.cases,
        "events": events,
        "bare_seconds": round(min(parses), 2),
        "replay_seconds": round(min(replays), 2),
        "times": round(min(replays) / min(parses), 2),
        "peak_mib": max(peaks),
        "load": os.getloadavg()[0],
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        bare(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["replay"]:
        replayed(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
        raise SystemExit
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, file=sys.stderr)
