"""Run a function that a schedule runs, now: with the event that its schedule sends."""

import json
from datetime import UTC, datetime

from chalicelib import instant
from infra.stack.cloud import Cloud
from infra.stack.formation import stack_name


def run_now(cloud: Cloud, stage: str, name: str) -> str:
    """Run the function *name* of *stage* and wait; return its failure, "" where it succeeded."""
    kind = {"detail-type": "Scheduled Event", "source": "aws.events", "account": ""}
    place = {"time": instant.text(datetime.now(UTC)), "region": cloud.region}
    of_all = {"version": "0", "id": "duban-run-now", "resources": [], "detail": {}}
    event = {**of_all, **kind, **place}
    answer = cloud.client("lambda").invoke(
        FunctionName=f"{stack_name(stage)}-{name}", Payload=json.dumps(event).encode()
    )
    payload = answer["Payload"].read()
    return f"{payload[:200]!r}" if answer.get("FunctionError") else ""
