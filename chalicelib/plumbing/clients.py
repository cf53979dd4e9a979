"""How long the storage may take: less than the functions that wait for it, all retries included.

A connection that says nothing is given up after seconds and tried again; else a single one would
take all the time that its function has. Each call can be repeated. The shortest function has 29
seconds: a call takes at most `longest_seconds()`, its pauses included.
"""

from typing import Any

CONNECT_SECONDS = 2
READ_SECONDS = 5
ATTEMPTS = 3


def longest_seconds() -> int:
    """Return how many seconds one call takes at most; botocore pauses up to 1, 2, 4 … between."""
    return ATTEMPTS * (CONNECT_SECONDS + READ_SECONDS) + sum(1 << n for n in range(ATTEMPTS - 1))


def client(service: str) -> Any:
    """Return a client of an AWS *service* with these limits."""
    import boto3  # heavy: only those who call it pay for it
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )
    made: Any = boto3.client(service, config=config)  # type: ignore[call-overload]
    return made
