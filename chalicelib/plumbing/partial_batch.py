"""Processes a stream's records in order and stops at the first that fails.

Powertools' processor carries on past a failed record; order within a case matters here, so ours
stops. A failure of a later record is answered with its sequence number, and Lambda
resumes there. A failure of the *first* record raises instead: nothing is gained by a partial
answer then. Either way Lambda retries from the failed record, at most as often as the mapping says,
and then hands it to the on-failure queue.

The local cloud takes a returned list for success and would lose the records behind: there a batch
fails *whole*. Records processed twice then do no harm, since every step can be repeated.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.plumbing import telemetry


def process_in_order(
    event: Mapping[str, Any], work: Callable[[Mapping[str, Any]], None], *, whole: bool = False
) -> dict[str, Any]:
    """Do *work* on each record of *event*; return Lambda's answer for a partial batch."""
    for index, record in enumerate(event["Records"]):
        try:
            work(record)
        except Exception:  # any error: the records behind must wait for this one
            if whole or index == 0:
                raise
            sequence = record["dynamodb"]["SequenceNumber"]
            telemetry.logger.exception("record failed", sequence=sequence, place=index)
            telemetry.count(telemetry.RECORDS_FAILED)
            return {"batchItemFailures": [{"itemIdentifier": sequence}]}
    return {"batchItemFailures": []}
