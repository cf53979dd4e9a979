"""How long `import app` takes, against importing boto3 and making a DynamoDB client.

    .venv/bin/python -m tests.bench.bench_import

Each runs in a process of its own, in turn; the time is taken inside, so that starting Python does
not count. The best and the middle of all rounds are told, in milliseconds.
"""

import statistics
import subprocess
import sys

ROUNDS = 15
CASES = {
    "import app": "import app",
    "import boto3, make a DynamoDB client": (
        "import boto3; boto3.client('dynamodb', region_name='cn-north-1',"
        " aws_access_key_id='x', aws_secret_access_key='x')"
    ),
}
_TIMED = "import time; a = time.perf_counter_ns(); {}; print(time.perf_counter_ns() - a)"


def once(statement: str) -> int:
    """Time *statement* in a fresh process, in microseconds."""
    command = [sys.executable, "-c", _TIMED.format(statement)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(answer.stdout) // 1000


def main() -> None:
    """Measure and print."""
    times: dict[str, list[int]] = {name: [] for name in CASES}
    for _ in range(ROUNDS):
        for name, statement in CASES.items():
            times[name].append(once(statement))
    for name, found in times.items():
        best, middle = min(found) / 1000, statistics.median(found) / 1000
        print(f"{name:40} best {best:7.1f} ms   median {middle:7.1f} ms")


if __name__ == "__main__":
    main()
