"""Run a function that a schedule runs, now: with the event that its schedule sends."""

import json
from datetime import UTC, datetime

from chalicelib import instant
from infra.stack.cloud import Cloud
from infra.stack.formation import stack_name


def run_now(cloud: Cloud, stage: str, name: str) -> str:
    """Run the function *name* of *stage* and wait; return how it failed, "" where it did not."""
    event = {
        "version": "0",
        "id": "duban-run-now",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "",
        "time": instant.text(datetime.now(UTC)),
        "region": cloud.region,
        "resources": [],
        "detail": {},
    }
    answer = cloud.client("lambda").invoke(
        FunctionName=f"{stack_name(stage)}-{name}", Payload=json.dumps(event).encode()
    )
    payload = answer["Payload"].read()
    return f"{payload[:200]!r}" if answer.get("FunctionError") else ""
