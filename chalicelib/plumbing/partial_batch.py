"""Processes a stream's records, those of one case together, and stops at the first that fail.

Powertools' processor carries on past a failed record; order within a case matters here, so ours
stops. Cases come in the order of their first records. A failure is answered with the sequence
number of its first record, and Lambda resumes there: all before it is done, and what was done
behind it is done again. A failure of the *first* case raises instead: nothing is gained by a
partial answer then. Either way Lambda retries from the failed record, at most as often as the
mapping says, and then hands it to the on-failure queue.

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
