"""Structured logs and metrics; every metric's name is here, and no personal data ever passes.

The service's name equals the Chalice app's name: only then are the framework's own error lines
structured too. A line is identified by `case`, `event`, `rule`; never by a title or a person.

Each metric has the stage as a dimension, so no stage rings the alarms of another one in the same
account. A metric is paid for by the month in which it has values, so a count of nothing is none.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

SERVICE = "duban"
NAMESPACE = "Duban"

EVENTS_RECORDED = "EventsRecorded"
EVENTS_DUPLICATE = "EventsDuplicate"
EVENTS_REFUSED = "EventsRefused"
ACCESS_DENIED = "AccessDenied"
SIGN_INS_REFUSED = "SignInsRefused"
SIGNATURES_REFUSED = "SignaturesRefused"
RECORDS_FAILED = "RecordsFailed"
CARDS_ISSUED = "CardsIssued"
CLAIMS_OVERDUE = "ClaimsOverdue"
CASES_NUDGED = "CasesNudged"
CASES_HEALED = "CasesHealed"
CASES_UNHEALED = "CasesUnhealed"
CASES_AWAKENED = "CasesAwakened"
SNAPSHOTS_MENDED = "SnapshotsMended"
ITEMS_QUARANTINED = "ItemsQuarantined"
SWEEP_AGE_SECONDS = "SweepAgeSeconds"
SEAL_LAG_SECONDS = "SealLagSeconds"
CHECKPOINT_LAG_SECONDS = "CheckpointLagSeconds"
CHECKPOINTS_REFUSED = "CheckpointsRefused"
QUORUMS_MISSED = "QuorumsMissed"
UNEXPECTED_ERRORS = "UnexpectedErrors"
COSIGNATURES_MISSING = "CosignaturesMissing"

logger = Logger(service=SERVICE)


def time_invocation(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Time a request, by the resource that is called. A middleware."""
    with timed(str(event.context.get("resourcePath"))):
        return get_response(event)


@contextmanager
def timed(called: str) -> Iterator[None]:
    """Log one line for an invocation, with what is *called* and its milliseconds; quiet on AWS.

    The local cloud waits 50 ms for a first line after every invocation, so a function that logs
    nothing is three times as slow there.
    """
    began = time.perf_counter()
    try:
        yield
    finally:
        elapsed = round((time.perf_counter() - began) * 1000)
        logger.info("invoked", called=called, milliseconds=elapsed)


def count(metric: str, value: int = 1) -> None:
    """Add *value* to a counter; written at once, so that no decorator has to flush it."""
    if value:
        _emit(metric, MetricUnit.Count, value)


def count_refusal(source: str, reason: str) -> None:
    """Count a refused event: among all, and by its registered *source* and the *reason*."""
    count(EVENTS_REFUSED)
    _emit(EVENTS_REFUSED, MetricUnit.Count, 1, source=source, reason=reason)


def seconds(metric: str, value: int) -> None:
    """Record a length of time in whole seconds; 0 is recorded too."""
    _emit(metric, MetricUnit.Seconds, value)


def _emit(metric: str, unit: MetricUnit, value: int, **dimensions: str) -> None:
    # Raises nothing: the metrics of a broken deployment must still come out.
    stage = os.environ.get("DUBAN_STAGE") or "none"
    with single_metric(
        name=metric,
        unit=unit,
        value=value,
        namespace=NAMESPACE,
        default_dimensions={"service": SERVICE, "stage": stage, **dimensions},
    ):
        pass
