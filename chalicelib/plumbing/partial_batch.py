"""Work through a stream's records in order and stop at the first that fails.

Powertools' processor carries on past a failed record; order within a case matters here, so ours
stops. A failure of a later record is answered with its sequence number, and Lambda
resumes there. A failure of the *first* record raises instead: nothing is gained by a partial
answer then. Either way Lambda retries from the failed record, at most as often as the mapping says,
and then hands it to the on-failure queue.

The local cloud takes a returned list for success and would lose the records behind: there a batch
fails *whole*. What is done twice then does no harm, since every step can be repeated.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.plumbing import telemetry


def in_order(
    event: Mapping[str, Any], work: Callable[[Mapping[str, Any]], None], *, whole: bool = False
) -> dict[str, Any]:
    """Do *work* on each record of *event*; the answer is what Lambda wants of a partial batch."""
    for place, record in enumerate(event["Records"]):
        try:
            work(record)
        except Exception:  # whatever it is, the records behind must wait for this one
            if whole or place == 0:
                raise
            sequence = record["dynamodb"]["SequenceNumber"]
            telemetry.logger.exception("record failed", sequence=sequence, place=place)
            telemetry.count(telemetry.RECORDS_FAILED)
            return {"batchItemFailures": [{"itemIdentifier": sequence}]}
    return {"batchItemFailures": []}
