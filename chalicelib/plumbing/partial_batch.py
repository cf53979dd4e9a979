"""Processes a stream's records, those of one case together, and stops at the first that fail.

Order within a case matters; Powertools' processor would carry on past a failed record. Cases come
in the order of their first records. The answer to a failure is the sequence number of its first
record. Lambda retries from there, at most as often as the mapping says, and then hands the record
to the on-failure queue. A failure of the *first* case raises: a partial answer would gain nothing.

The local cloud takes a returned list for success and would lose the records behind: there a batch
fails *whole*. Records processed twice then do no harm, since every step can be repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.plumbing import telemetry

Record = Mapping[str, Any]


def process_by_case(
    event: Mapping[str, Any], work: Callable[[Sequence[Record]], None], *, whole: bool = False
) -> dict[str, Any]:
    """Do *work* once for each case of *event*, on its records; return Lambda's answer."""
    cases: dict[str, list[Record]] = {}
    for record in event["Records"]:
        cases.setdefault(record["dynamodb"]["Keys"]["case"]["S"], []).append(record)
    for place, records in enumerate(cases.values()):
        try:
            work(records)
        except Exception:  # any error: the cases behind must wait for this one
            if whole or place == 0:
                raise
            sequence = records[0]["dynamodb"]["SequenceNumber"]
            telemetry.logger.exception("case failed", sequence=sequence, records=len(records))
            telemetry.count(telemetry.RECORDS_FAILED)
            return {"batchItemFailures": [{"itemIdentifier": sequence}]}
    return {"batchItemFailures": []}
