"""Dead letters: listed as they are, and healed from what is stored, not from the message."""

import json
from datetime import timedelta

import boto3
import pytest

from chalicelib.lambdas import publish
from chalicelib.lambdas.reconcile import reconcile
from infra.operate import dead_letters
from infra.operate.dead_letters import Queues
from tests.support.world import world

BODY = {
    "requestContext": {
        "requestId": "r",
        "functionArn": "arn:aws:lambda:eu-west-1:1:function:duban-prod-supervise",
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 11,
    },
    "responseContext": {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    },
    "version": "1.0",
    "timestamp": "2026-11-20T08:30:00.000Z",
    "DDBStreamBatchInfo": {
        "shardId": "shardId-1",
        "startSequenceNumber": "100",
        "endSequenceNumber": "102",
        "approximateArrivalOfFirstRecord": "2026-11-20T08:00:00Z",
        "approximateArrivalOfLastRecord": "2026-11-20T08:00:00Z",
        "batchSize": 3,
        "streamArn": "arn:aws:dynamodb:eu-west-1:1:table/t/stream/s",
    },
}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(dead_letters, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(dead_letters, "WAIT_SECONDS", 0)


@pytest.fixture
def county():
    """Give a county in which a case was accepted and every stream record about it was lost."""
    with world("2026-11-02T09:00:00") as made:
        made.accept("2026-11-02T09:00:00")
        keep, made.pump.lose = made.pump.lose, lambda _table, _record: True
        made.pump.drain()
        made.pump.lose = keep
        assert made.facts() == []
        yield made


@pytest.fixture
def queue(county):
    """Give SQS and a queue that holds one message of Lambda's and one that is nobody's."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="failures")["QueueUrl"]
    for body in (json.dumps(BODY), "what is this?"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    return Queues(sqs, {"supervise": url})


def waiting(queue):
    """Count what the queue holds, visible or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = queue.urls["supervise"]
    found = queue.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(text) for text in found["Attributes"].values())


def test_every_message_is_told(queue):
    """The shard and the numbers are all that Lambda says; what is not Lambda's is shown too."""
    assert len(dead_letters.list_letters(queue)) == 2  # looking takes nothing away
    known, unknown = sorted(dead_letters.list_letters(queue), key=lambda letter: -letter.records)
    assert (known.function, known.condition, known.attempts) == (
        "supervise",
        "RetryAttemptsExhausted",
        11,
    )
    assert (known.shard, known.first, known.last, known.records) == ("shardId-1", "100", "102", 3)
    assert (unknown.condition, unknown.records) == ("", 0)
    assert "handle" not in known.written()
    assert waiting(queue) == 2


def test_resending_brings_the_lost_case_on_and_empties_the_queue(county, queue):
    """The case is judged and sealed although no stream ever carried its event."""

    def brought_on():
        county.wall.forward(minutes=2)
        reconcile(county.services, timedelta(minutes=1))
        county.pump.drain()
        publish.run({})

    healing, deleted = dead_letters.resend(queue, county.services, brought_on, 60)
    assert (healing.is_whole, healing.touched, deleted) == (True, 1, 2)
    assert [fact.kind for fact in county.facts()][:1] == ["case.accepted"]
    assert county.services.inbox.oldest_pending() is None
    assert waiting(queue) == 0


def test_what_is_still_stuck_keeps_its_message(county, queue):
    """Nothing is deleted before it is healed, and it is told what is stuck."""
    healing, deleted = dead_letters.resend(queue, county.services, lambda: None, -1)
    assert (healing.is_whole, deleted) == (False, 0)
    assert healing.stuck == (("hall:1", "E#e1"),)
    assert len(dead_letters.list_letters(queue)) == 2
