"""Batches that Lambda gave up on: the on-failure queues of a stage, listed and healed.

A message is no event: of a stream's batch it holds only the shard and the first and last sequence
number, and after a day the stream itself forgets them. So nothing is sent again from a message.
The lost work is found in the tables: an inbox item keeps its pending mark until its facts are in
the log and its snapshot counts them, and the board knows how far it has followed the log.
`reconcile` brings on all that was lost, and `publish` makes public the rest of the log.
To resend is therefore: touch pending items so that the stream carries them again, and run both.
Then wait until nothing of that age is pending and the board and the public log are at the log's
end. Only then delete the messages.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from chalicelib import instant
from chalicelib.errors import BadInput
from chalicelib.log.objects import published_size
from chalicelib.plumbing.services import Services
from infra.stack.cloud import Cloud
from infra.stack.deploy import outputs
from infra.stack.formation import stack_name

_FUNCTIONS = ("supervise", "seal", "project", "publish")
QUEUES = {function: f"{function.capitalize()}Failures" for function in _FUNCTIONS}  # outputs
HOLD_SECONDS = 300
WAIT_SECONDS = 1  # a long poll, so that no server of the queue is left out
PAUSE_SECONDS = 1.0
TOUCHED = 1000


class Letter(Struct, frozen=True):
    """One message: the function that gave up on a batch of a stream, when, and why."""

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

    def written(self) -> dict[str, Any]:
        """Return the letter as a JSON object, without the fields that only the queue needs."""
        hidden = ("queue_url", "handle")
        return {name: getattr(self, name) for name in self.__struct_fields__ if name not in hidden}


class Queues(Struct, frozen=True):
    """The on-failure queues: a client of SQS, and each function's queue."""

    sqs: Any
    urls: Mapping[str, str]


def queues(cloud: Cloud, stage: str) -> Queues:
    """Return the on-failure queues of *stage*."""
    stack_outputs = outputs(cloud, stage)
    urls = {function: stack_outputs[output] for function, output in QUEUES.items()}
    return Queues(cloud.client("sqs"), urls)


def list_letters(on_failure: Queues) -> list[Letter]:
    """Return the letters in all queues, and leave them there."""
    letters = _take(on_failure)
    _release(on_failure, letters)
    return letters


def _take(on_failure: Queues) -> list[Letter]:
    """Return the letters in all queues; they are hidden from other readers for some minutes."""
    queues = on_failure.urls.items()
    return [letter for name, url in queues for letter in _drain(on_failure.sqs, name, url)]


def _release(on_failure: Queues, held: list[Letter]) -> None:
    for letter in held:
        on_failure.sqs.change_message_visibility(
            QueueUrl=letter.queue_url, ReceiptHandle=letter.handle, VisibilityTimeout=0
        )


def _drain(sqs: Any, function: str, url: str) -> Iterator[Letter]:
    ids: set[str] = set()
    times = {"VisibilityTimeout": HOLD_SECONDS, "WaitTimeSeconds": WAIT_SECONDS}
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **times)
        new = [message for message in answer.get("Messages", []) if message["MessageId"] not in ids]
        if not new:
            return
        for message in new:
            ids.add(message["MessageId"])
            yield read_letter(function, url, message)


def read_letter(function: str, url: str, message: Mapping[str, Any]) -> Letter:
    """Read one message; one that is not Lambda's has empty fields and is never dropped."""
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


class Healing(Struct, frozen=True):
    """The state after a resending, items by case and inbox id: those *stuck* are pending.

    Those *quarantined* could not be read, again; they keep nothing else back.
    """

    touched: int
    stuck: tuple[tuple[str, str], ...]
    board_behind: int
    unpublished: int = 0
    quarantined: tuple[tuple[str, str], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Return whether the work of all messages has come through."""
        return not self.stuck and max(self.board_behind, self.unpublished) <= 0


def heal(services: Services, reconcile: Callable[[], None], seconds: float) -> Healing:
    """Bring on everything that is pending by now, or quarantined; wait at most *seconds*.

    Crash: what was quarantined is pending, or still quarantined; the next call does no harm.
    """
    for case, item_id in services.inbox.list_quarantined(TOUCHED):
        services.inbox.bring_back(case, item_id)
    before = services.wall() + timedelta(milliseconds=1)
    touched = sum(
        services.inbox.touch(case, item_id, services.wall(), at_once=True)
        for case, item_id in services.inbox.pending_before(before, TOUCHED)
    )
    until = time.monotonic() + seconds
    while True:
        reconcile()
        size = services.log.head().size
        healing = Healing(
            touched=touched,
            stuck=tuple(services.inbox.pending_before(before, TOUCHED)),
            board_behind=size - services.board.through().index,
            unpublished=size - published_size(services.objects),
            quarantined=tuple(services.inbox.list_quarantined(TOUCHED)),
        )
        if healing.is_whole or time.monotonic() > until:
            return healing
        time.sleep(PAUSE_SECONDS)


def resend(
    on_failure: Queues, services: Services, reconcile: Callable[[], None], seconds: float
) -> tuple[Healing, int]:
    """Bring on the work that the messages stand for, then delete them; return state and number.

    Crash: the messages stay where they are; the next call does no harm.
    """
    held = _take(on_failure)
    healing = heal(services, reconcile, seconds)
    if not healing.is_whole:
        _release(on_failure, held)
        return healing, 0
    for letter in held:
        on_failure.sqs.delete_message(QueueUrl=letter.queue_url, ReceiptHandle=letter.handle)
    return healing, len(held)


def run_reconcile(cloud: Cloud, stage: str) -> None:
    """Run `reconcile` and `publish` now. Raises BadInput where one fails."""
    for name in ("reconcile", "publish"):
        if failure := run_now(cloud, stage, name):
            zh, en = f"{name} 运行失败：{failure}", f"{name} failed: {failure}"
            raise BadInput(zh=zh, en=en, where=stage)


def run_now(cloud: Cloud, stage: str, name: str) -> str:
    """Run the function *name* with its schedule's event; return its failure, "" without one."""
    kind = {"detail-type": "Scheduled Event", "source": "aws.events", "account": ""}
    place = {"time": instant.text(datetime.now(UTC)), "region": cloud.region}
    of_all = {"version": "0", "id": "duban-run-now", "resources": [], "detail": {}}
    event = {**of_all, **kind, **place}
    answer = cloud.client("lambda").invoke(
        FunctionName=f"{stack_name(stage)}-{name}", Payload=json.dumps(event).encode()
    )
    payload = answer["Payload"].read()
    return f"{payload[:200]!r}" if answer.get("FunctionError") else ""
