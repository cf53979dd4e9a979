"""Verifying a log as a stranger does: processor time, time, and memory of all processes together.

    .venv/bin/python -m tests.bench.bench_verify [ENTRIES …]

Logs of 200,000 and of 1,000,000 true entries (`honest_log.py`), or of as many as are named, are
made in a temporary folder. `duban verify` reads them from there: on one core, and on every core.
Its time is that of the processor, user and system, of all its processes. Memory is the sum of their
PSS, ten times a second: a page that several share counts once.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from chalicelib.log.tlog.note import ED25519, Vkey
from tests.bench.bench_log import silent
from tests.bench.honest_log import ORIGIN, SIGNER, write_log

SIZES = (200_000, 1_000_000)
VERIFY = "from infra.cli.main import main; raise SystemExit(main())"


def measure(folder: Path, cores: set[int]) -> tuple[float, float, int]:
    """Verify the log in *folder* on *cores*: seconds of the processor, seconds, MiB at most."""
    vkey = Vkey(ORIGIN, ED25519, SIGNER.public).text
    command = [sys.executable, "-c", VERIFY, "verify", str(folder), "--vkey", vkey, "--english"]
    before, began, most = _used(), time.perf_counter(), 0
    os.sched_setaffinity(0, cores)  # the new process begins with those
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as verifier:
        os.sched_setaffinity(0, ALL)
        while verifier.poll() is None:
            most = max(most, sum(map(_proportional, _family(verifier.pid))))
            time.sleep(0.1)
        said = verifier.stdout.read() if verifier.stdout else b""
    assert b"The log is sound." in said, said
    return _used() - before, time.perf_counter() - began, most // 1024


ALL = os.sched_getaffinity(0)


def _used() -> float:
    """Return the processor's seconds, user and system, of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> list[int]:
    """Return the process and those that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _proportional(pid: int) -> int:
    """Return the PSS of a process in KiB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Measure the sizes that were asked for."""
    for size in [int(each) for each in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as name:
            with silent():
                write_log(Path(name), size)
            for cores in ({min(ALL)}, ALL):
                used, elapsed, most = measure(Path(name), cores)
                print(
                    f"{size:>9,} entries, {len(cores)} cores: {used:6.1f} s of the processor,"
                    f" {elapsed:6.1f} s, {most:>4} MiB"
                )


if __name__ == "__main__":
    main()
