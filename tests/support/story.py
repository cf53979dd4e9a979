"""A county on moto for a story to be told in; at its end the whole log is audited from outside."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from tests.support.log_audit import audit
from tests.support.world import World, world


@contextmanager
def story(at: str) -> Iterator[World]:
    """Make a county at *at*, local time in Shanghai."""
    with world(at) as county:
        yield county
        scan = boto3.client("dynamodb").scan
        log, facts = (scan(TableName=f"test-{name}")["Items"] for name in ("Log", "Facts"))
        assert len(audit(log, facts)) == len(facts), "every fact is in the log"
