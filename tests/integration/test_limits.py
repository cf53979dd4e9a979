"""The tables in memory have DynamoDB's limits, each as moto has it where moto does."""

from random import Random

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from pynamodb.exceptions import TransactWriteError

from chalicelib.log.commit import MAX_CASES, Commit, TreeHead
from tests.support.environment import environment
from tests.support.limits import ITEM, PAGE
from tests.support.memory_stage import memory_cloud, memory_world
from tests.support.stage import REGION, create_tables

START = "2026-11-02T09:00:00"
TABLE = "test-Registry"
KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}
OVERHEAD = len("pk" + "p" + "sk" + "s" + "body")


def item(sk="s", size=1, pk="p"):
    """Give an item with a body of so many bytes."""
    return {"pk": {"S": pk}, "sk": {"S": sk}, "body": {"S": "é" * (size // 2) + "x" * (size % 2)}}


def put(**changes):
    """Give a put, with a condition where its parts are told."""
    return "PutItem", {"TableName": TABLE, "Item": item(), **changes}


def transact(*items):
    """Give a transaction that puts *items*."""
    parts = [{"Put": {"TableName": TABLE, "Item": one}} for one in items]
    return "TransactWriteItems", {"TransactItems": parts}


def batch(*items):
    """Give a batch that puts *items*."""
    return "BatchWriteItem", {"RequestItems": {TABLE: [{"PutRequest": {"Item": i}} for i in items]}}


def query(**changes):
    """Give a query of one partition."""
    asked = {
        "TableName": TABLE,
        "KeyConditionExpression": "#0 = :0",
        "ExpressionAttributeNames": {"#0": "pk"},
        "ExpressionAttributeValues": {":0": {"S": "p"}},
    }
    return "Query", asked | changes


def grown(size):
    """Give an update that makes an item so large."""
    return "UpdateItem", {
        "TableName": TABLE,
        "Key": KEY,
        "UpdateExpression": "SET #0 = :0",
        "ExpressionAttributeNames": {"#0": "body"},
        "ExpressionAttributeValues": {":0": {"S": "x" * size}},
    }


TAKEN = {
    "100 actions": transact(*(item(str(n)) for n in range(100))),
    "25 puts": batch(*(item(str(n)) for n in range(25))),
    "the longest keys": put(Item=item("s" * 1024, pk="p" * 2048)),
    "a query": query(),
}
TAKEN_BY_AWS = {
    "400 KB": put(Item=item(size=ITEM - OVERHEAD)),
}
REFUSED = {
    "101 actions": transact(*(item(str(n)) for n in range(101))),
    "two actions on one item": transact(item(), item(size=2)),
    "more than 400 KB": put(Item=item(size=ITEM - OVERHEAD + 1)),
    "an update to more than 400 KB": grown(ITEM),
    "an empty key": put(Item=item("")),
    "a partition key that is too long": put(Item=item(pk="p" * 2049)),
    "a sort key that is too long": put(Item=item("s" * 1025)),
    "a name that is not used": query(ExpressionAttributeNames={"#0": "pk", "#1": "sk"}),
    "a value that is not told": query(KeyConditionExpression="#0 = :0 AND #0 = :1"),
    "a consistent read of an index": query(
        TableName="test-Cases",
        IndexName="department",
        ExpressionAttributeNames={"#0": "department"},
        ConsistentRead=True,
    ),
}
ONLY_AWS = {  # moto takes these
    "26 puts": batch(*(item(str(n)) for n in range(26))),
    "two puts of one item": batch(item(), item(size=2)),
    "a value that is not used": query(
        ExpressionAttributeValues={":0": {"S": "p"}, ":1": {"S": "q"}}
    ),
    "4 MB in a transaction": transact(*(item(str(n), 390_000) for n in range(11))),
}


@pytest.fixture(scope="module")
def moto():
    """Give a client of tables on moto."""
    with environment(), mock_aws():
        create_tables()
        yield boto3.client("dynamodb", region_name=REGION)


def code(client, request):
    """Give the code of the error that a request makes, "" where it makes none."""
    operation, said = request
    try:
        client._make_api_call(operation, said)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


@pytest.mark.parametrize("name", TAKEN | TAKEN_BY_AWS)
def test_what_is_within_the_limits_is_taken(moto, name):
    """In both; moto's items end at 405,000 bytes."""
    assert code(memory_cloud(), (TAKEN | TAKEN_BY_AWS)[name]) == ""
    if name in TAKEN:
        assert code(moto, TAKEN[name]) == ""


@pytest.mark.parametrize("name", REFUSED | ONLY_AWS)
def test_what_is_beyond_is_refused(moto, name):
    """In both, and nothing is written."""
    cloud, request = memory_cloud(), (REFUSED | ONLY_AWS)[name]
    assert code(cloud, request) == "ValidationException"
    assert not any(cloud.items.values())
    if name not in ONLY_AWS:
        assert code(moto, request) == "ValidationException"


def test_a_page_has_at_most_a_megabyte():
    """Before the filter; as on moto the item that fills it is its last."""
    cloud = memory_cloud()
    for number in range(9):
        cloud._make_api_call(*put(Item=item(str(number), PAGE // 4)))
    for operation, request in (query(), ("Scan", {"TableName": TABLE})):
        answers = [cloud._make_api_call(operation, request)]
        while "LastEvaluatedKey" in answers[-1]:
            more = {"ExclusiveStartKey": answers[-1]["LastEvaluatedKey"]}
            answers.append(cloud._make_api_call(operation, request | more))
        assert [answer["Count"] for answer in answers] == [4, 4, 1]
        found = [one["sk"]["S"] for answer in answers for one in answer["Items"]]
        assert found == [str(number) for number in range(9)]


def test_what_a_batch_leaves_is_put_again():
    """DynamoDB may leave any of its puts."""
    documents = [("CATALOGUE", str(number), {"n": number}) for number in range(120)]
    with memory_world(START) as county:
        county.cloud.leaves = Random(1)
        county.services.registry.put_all(documents)
        assert len([*county.services.registry.documents("CATALOGUE")]) == 120


def test_as_many_cases_as_a_commit_takes_fit_into_a_transaction():
    """One more action would stop the log on DynamoDB."""

    def change(cases):
        after = TreeHead(cases, (bytes(32),))
        return Commit(TreeHead(), after, (), {str(case): (0, 1) for case in range(cases)})

    with memory_world(START) as county:
        with pytest.raises(TransactWriteError) as refusal:
            county.services.log.commit(change(MAX_CASES + 1))
        assert refusal.value.cause_response_code == "ValidationException"
        county.services.log.commit(change(MAX_CASES))
        assert county.services.log.head().size == MAX_CASES


# Counted by hand: KB begun for a write, 4 KB for a read (half of one where it may lag).
BILLED = [
    (put(), (0, 1)),
    (put(Item=item(size=1024 - OVERHEAD)), (0, 1)),
    (put(Item=item(size=1025 - OVERHEAD)), (0, 2)),
    (transact(item(), item("t", 1500)), (0, 6)),
    (query(), (1, 0)),
    (query(ConsistentRead=True), (2, 0)),
    (("GetItem", {"TableName": TABLE, "Key": KEY, "ConsistentRead": True}), (2, 0)),
]


@pytest.mark.parametrize(("request_", "units"), BILLED)
def test_what_a_call_is_billed(request_, units):
    """Half units read, and units written."""
    cloud = memory_cloud()
    cloud._make_api_call(*request_)
    assert (cloud.meter.half_reads, cloud.meter.writes) == units


def test_an_index_is_billed_where_it_shows_a_change():
    """An inbox item that is pending, touched, and settled: its index has only keys."""
    with memory_world(START) as county:
        meter, inbox = county.cloud.meter, county.services.inbox
        written = []
        for work in (
            lambda: county.accept(START),
            lambda: inbox.touch("hall:1", "E#e1", county.wall.at),
            lambda: inbox.settle("hall:1", "E#e1"),
            lambda: inbox.settle("hall:1", "E#e1"),
        ):
            before = meter.writes
            work()
            written.append(meter.writes - before)
        assert written == [2, 1, 2, 1]
