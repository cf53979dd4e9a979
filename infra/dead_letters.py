"""What Lambda gave up on: the on-failure queues of a stage, read, told and healed.

A message is no event: of a stream's batch it holds only the shard and the first and last sequence
number, and after a day the stream itself forgets them. So nothing is sent again from a message.
What it stands for is found where it is stored: an inbox item keeps its pending mark until its
facts are in the log and its head counts them, and the board knows how far it has followed the log.
`reconcile` brings all of that on, whatever was lost, and `checkpoint` what is not public yet.
Resending therefore means: touch what is pending so that the stream carries it again, run both, wait
until nothing of that age is pending and the board and the public are at the log's end, and only
then delete the messages.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib import instant
from chalicelib.audit.shown import shown_size
from chalicelib.errors import BadInput
from chalicelib.plumbing.services import Services
from infra.cloud import Cloud
from infra.deploy import outputs, stack_name

QUEUES = {
    "supervise": "SuperviseFailures",
    "seal": "SealFailures",
    "publish": "PublishFailures",
    "checkpoint": "CheckpointFailures",
}
HOLD_SECONDS = 300
WAIT_SECONDS = 1  # a long poll, so that no server of the queue is left out
PAUSE_SECONDS = 1.0
TOUCHED = 1000


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: which function gave up on what, when, and why."""

    function: str
    queue_url: str
    handle: str
    message_id: str
    at: str
    condition: str
    attempts: int
    records: int
    stream: str
    shard: str
    first: str
    last: str

    def told(self) -> dict[str, Any]:
        """Tell it without what only the queue needs."""
        hidden = ("queue_url", "handle")
        return {name: getattr(self, name) for name in self.__slots__ if name not in hidden}


@dataclass(frozen=True, slots=True)
class Queues:
    """The on-failure queues: a client of SQS, and each function's queue."""

    sqs: Any
    urls: Mapping[str, str]


def queues(cloud: Cloud, stage: str) -> Queues:
    """Give the on-failure queues of *stage*."""
    told = outputs(cloud, stage)
    urls = {function: told[output] for function, output in QUEUES.items()}
    return Queues(cloud.client("sqs"), urls)


def look(of: Queues) -> list[Letter]:
    """Read all queues and leave everything as it was."""
    letters = _take(of)
    _release(of, letters)
    return letters


def _take(of: Queues) -> list[Letter]:
    """Read all queues; what is read is hidden from other readers for some minutes."""
    return [letter for function, url in of.urls.items() for letter in _drain(of.sqs, function, url)]


def _release(of: Queues, held: list[Letter]) -> None:
    for letter in held:
        of.sqs.change_message_visibility(
            QueueUrl=letter.queue_url, ReceiptHandle=letter.handle, VisibilityTimeout=0
        )


def _drain(sqs: Any, function: str, url: str) -> Iterator[Letter]:
    seen: set[str] = set()
    while True:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=HOLD_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
        )
        new = [told for told in answer.get("Messages", []) if told["MessageId"] not in seen]
        if not new:
            return
        for message in new:
            seen.add(message["MessageId"])
            yield read(function, url, message)


def read(function: str, url: str, message: Mapping[str, Any]) -> Letter:
    """Read one message; one that is not Lambda's is told with empty fields, never dropped."""
    try:
        body = json.loads(message["Body"])
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    request, batch = body.get("requestContext", {}), body.get("DDBStreamBatchInfo", {})
    return Letter(
        function=function,
        queue_url=url,
        handle=message["ReceiptHandle"],
        message_id=message["MessageId"],
        at=str(body.get("timestamp", "")),
        condition=str(request.get("condition", "")),
        attempts=int(request.get("approximateInvokeCount", 0)),
        records=int(batch.get("batchSize", 0)),
        stream=str(batch.get("streamArn", "")),
        shard=str(batch.get("shardId", "")),
        first=str(batch.get("startSequenceNumber", "")),
        last=str(batch.get("endSequenceNumber", "")),
    )


@dataclass(frozen=True, slots=True)
class Healing:
    """What came of a resending: *stuck* names what is still pending, by case and inbox id."""

    touched: int
    stuck: tuple[tuple[str, str], ...]
    board_behind: int
    unpublished: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether everything the messages stood for has come through."""
        return not self.stuck and max(self.board_behind, self.unpublished) <= 0


def heal(services: Services, reconcile: Callable[[], None], seconds: float) -> Healing:
    """Bring on everything that is pending by now, waiting at most *seconds*."""
    before = services.wall() + timedelta(milliseconds=1)
    touched = sum(
        services.inbox.touch(case, item_id, services.wall(), at_once=True)
        for case, item_id in services.inbox.pending_before(before, TOUCHED)
    )
    until = time.monotonic() + seconds
    while True:
        reconcile()
        size = services.log.head().size
        left = Healing(
            touched=touched,
            stuck=tuple(services.inbox.pending_before(before, TOUCHED)),
            board_behind=size - services.board.through().index,
            unpublished=size - shown_size(services.objects),
        )
        if left.is_whole or time.monotonic() > until:
            return left
        time.sleep(PAUSE_SECONDS)


def resend(
    of: Queues, services: Services, reconcile: Callable[[], None], seconds: float
) -> tuple[Healing, int]:
    """Heal what the messages stand for, then delete them; say what came of it, and how many.

    A crash anywhere leaves the messages where they are; doing it again does no harm.
    """
    held = _take(of)
    healing = heal(services, reconcile, seconds)
    if not healing.is_whole:
        _release(of, held)
        return healing, 0
    for letter in held:
        of.sqs.delete_message(QueueUrl=letter.queue_url, ReceiptHandle=letter.handle)
    return healing, len(held)


def reconcile(cloud: Cloud, stage: str) -> None:
    """Run what brings on what is stuck now, by the shape of event that their schedules send."""
    event = {
        "version": "0",
        "id": "duban-dead-letters",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "",
        "time": instant.text(datetime.now(UTC)),
        "region": cloud.region,
        "resources": [],
        "detail": {},
    }
    for name in ("reconcile", "checkpoint"):
        answer = cloud.client("lambda").invoke(
            FunctionName=f"{stack_name(stage)}-{name}", Payload=json.dumps(event).encode()
        )
        said = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise BadInput(f"{name} failed: {said[:200]!r}", stage)
