"""Which rights a call to DynamoDB needs: the actions, the tables or indexes, the partitions."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.memory_tables import Table
from tests.support.policy import LEADING, Asked

PREFIX = "test-"  # of the names of tables in tests
Request = Mapping[str, Any]


def asked_for(
    tables: Mapping[str, Table], operation: str, request: Request
) -> Iterator[tuple[Asked, str]]:
    """Yield what a call needs, each with the name of the table or index that it is asked of."""
    if operation == "TransactWriteItems":  # each of its parts is asked for by itself
        for part in request["TransactItems"]:
            ((verb, said),) = part.items()
            yield from asked_for(tables, f"{verb}Item", said)
        return
    if operation in ("BatchGetItem", "BatchWriteItem"):
        for name, wanted in request["RequestItems"].items():
            hash_key = tables[name].keys[0]
            is_get = operation == "BatchGetItem"
            keys = wanted["Keys"] if is_get else [one["PutRequest"]["Item"] for one in wanted]
            leading = (key[hash_key] for key in keys)
            yield _asked(operation, name, leading), name
        return
    name, index = request["TableName"], request.get("IndexName")
    where = f"{name}/index/{index}" if index else name
    hash_key = tables[name].keys_of(index)[0]
    yield _asked(operation, where, _leading(operation, request, hash_key)), where


def _asked(operation: str, where: str, leading: Iterator[Mapping[str, str]]) -> Asked:
    keys = tuple(dict.fromkeys(next(iter(value.values())) for value in leading))
    return Asked(f"dynamodb:{operation}", where.removeprefix(PREFIX), {LEADING: keys})


def _leading(operation: str, request: Request, hash_key: str) -> Iterator[Mapping[str, str]]:
    """Yield the partition that a call names; a scan names none."""
    if operation == "Scan":
        return
    if operation != "Query":
        yield (request.get("Key") or request["Item"])[hash_key]
        return
    names, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
    # A condition on a key begins with the partition's: #0 = :0, and perhaps one on the sort key.
    name, sign, value, *_ = request["KeyConditionExpression"].replace("(", "").split()
    assert (names[name], sign) == (hash_key, "="), request["KeyConditionExpression"]
    yield values[value.rstrip(")")]
