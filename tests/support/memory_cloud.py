"""DynamoDB in memory, as far as this code uses it: quick enough to fail at every call in turn.

It stands where PynamoDB has its botocore client. A test compares it with moto, table by table. As
on AWS, and other than moto, a write that changes nothing makes no stream record.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.support.expressions import comparable, holds, updated
from tests.support.memory_bucket import OPERATIONS, MemoryBucket
from tests.support.rights import require

Key = tuple[Any, ...]
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The keys of a table and of its indexes."""

    keys: tuple[str, ...]
    indexes: Mapping[str, tuple[str, ...]]
    has_images: bool


@dataclass
class MemoryCloud:
    """Tables, their items and their streams; an item is never changed, only replaced."""

    tables: Mapping[str, Table]
    items: dict[str, dict[Key, Item]] = field(default_factory=dict)
    streams: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)  # what was asked of which table
    lagging: dict[str, dict[Key, Item]] | None = None  # what the indexes still show
    bucket: MemoryBucket = field(default_factory=MemoryBucket)  # the public objects

    def __post_init__(self) -> None:
        """Begin with empty tables."""
        self.items = {name: {} for name in self.tables}
        self.streams = {name: [] for name in self.tables}

    def _make_api_call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        asked = _asked(operation, request)
        self.calls += asked
        require(asked)
        if operation in OPERATIONS:
            return self.bucket.call(operation, request)
        answer: dict[str, Any] = _OPERATIONS[operation](self, request)
        return answer

    def snapshot(self) -> Callable[[], None]:
        """Keep everything as it is; give what brings it back."""
        items = {name: {**held} for name, held in self.items.items()}
        lengths = {name: len(stream) for name, stream in self.streams.items()}
        objects = dict(self.bucket.objects)

        def restore() -> None:
            self.items = {name: {**held} for name, held in items.items()}
            self.bucket.objects = dict(objects)
            for name, length in lengths.items():
                del self.streams[name][length:]

        return restore

    def get_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do GetItem."""
        item = self._found(request)
        return {"Item": dict(item)} if item else {}

    def put_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do PutItem."""
        self._check(request, self._found(request))
        self._write(request["TableName"], self._key(request), request["Item"])
        return {}

    def update_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do UpdateItem."""
        found = self._found(request)
        self._check(request, found)
        item = updated(request["UpdateExpression"], found or request["Key"], request)
        self._write(request["TableName"], self._key(request), item)
        return {"Attributes": item}

    def delete_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do DeleteItem."""
        self._check(request, self._found(request))
        self._write(request["TableName"], self._key(request), None)
        return {}

    def query(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do Query: all at once, or the first *Limit*."""
        table, index = self.tables[request["TableName"]], request.get("IndexName")
        keys = table.indexes[index] if index else table.keys
        shown = self.lagging if index and self.lagging is not None else self.items
        asked = [*request["ExpressionAttributeValues"].values()]  # the partition's is one of them
        items = [
            item
            for item in shown[request["TableName"]].values()
            if item.get(keys[0]) in asked
            and all(name in item for name in keys)
            and holds(request["KeyConditionExpression"], item, request)
        ]
        is_reverse = request.get("ScanIndexForward") is False
        items.sort(key=lambda item: _place(item, keys, table), reverse=is_reverse)
        if after := request.get("ExclusiveStartKey"):  # its item may be gone
            start = _place(after, keys, table)
            places = [_place(item, keys, table) for item in items]
            before = [place >= start if is_reverse else place <= start for place in places]
            del items[: sum(before)]
        limit = request.get("Limit")
        page = items[:limit]
        kept = [item for item in page if holds(request.get("FilterExpression"), item, request)]
        answer: dict[str, Any] = {"Items": kept, "Count": len(kept), "ScannedCount": len(page)}
        if len(page) < len(items):
            answer["LastEvaluatedKey"] = _part(page[-1], {*keys, *table.keys})
        return answer

    def scan(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do Scan, of an index or a table."""
        table, index = self.tables[request["TableName"]], request.get("IndexName")
        keys = table.indexes[index] if index else table.keys
        shown = self.lagging if index and self.lagging is not None else self.items
        every = [item for item in shown[request["TableName"]].values() if keys[0] in item]
        after = request.get("ExclusiveStartKey")
        if after:
            del every[: 1 + [_part(item, after) for item in every].index(after)]
        page = every[: request.get("Limit")]
        kept = [item for item in page if holds(request.get("FilterExpression"), item, request)]
        answer: dict[str, Any] = {"Items": kept, "Count": len(kept), "ScannedCount": len(page)}
        if len(page) < len(every):
            answer["LastEvaluatedKey"] = _part(page[-1], {*keys, *table.keys})
        return answer

    def batch_get_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do BatchGetItem, in an order of its own."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, wanted in request["RequestItems"].items():
            keys = [{"TableName": name, "Key": key} for key in reversed(wanted["Keys"])]
            assert len(keys) <= 100
            items = [self._found(key) for key in keys]
            found[name] = [dict(item) for item in items if item]
        return {"Responses": found, "UnprocessedKeys": {}}

    def batch_write_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do BatchWriteItem, puts only."""
        for name, wanted in request["RequestItems"].items():
            for one in wanted:
                self.put_item({"TableName": name, "Item": one["PutRequest"]["Item"]})
        return {"UnprocessedItems": {}}

    def transact_write_items(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do TransactWriteItems: all or nothing."""
        parts = [next(iter(one.items())) for one in request["TransactItems"]]
        reasons = [
            {"Code": "None" if self._allows(said) else "ConditionalCheckFailed"}
            for _, said in parts
        ]
        if any(reason["Code"] != "None" for reason in reasons):
            error: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
                "CancellationReasons": reasons,
            }
            raise ClientError(error, "TransactWriteItems")
        for verb, said in parts:
            _OPERATIONS[f"{verb}Item"](self, said)
        return {}

    def _key(self, request: Mapping[str, Any]) -> Key:
        given = request.get("Key") or request["Item"]
        keys = self.tables[request["TableName"]].keys
        return tuple(comparable(given[name]) for name in keys)

    def _found(self, request: Mapping[str, Any]) -> Item | None:
        return self.items[request["TableName"]].get(self._key(request))

    def _allows(self, request: Mapping[str, Any]) -> bool:
        return holds(request.get("ConditionExpression"), self._found(request) or {}, request)

    def _check(self, request: Mapping[str, Any], item: Item | None) -> None:
        if not holds(request.get("ConditionExpression"), item or {}, request):
            error: Any = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "failed"}}
            raise ClientError(error, "a conditional write")

    def _write(self, name: str, key: Key, item: Item | None) -> None:
        """Replace one item; as on AWS, what changes nothing is no news."""
        table, old = self.tables[name], self.items[name].get(key)
        if item == old:
            return
        if item is None:
            del self.items[name][key]
        else:
            self.items[name][key] = dict(item)
        stream = self.streams[name]
        changed: Item = item or old or {}
        record: dict[str, Any] = {
            "Keys": {one: changed[one] for one in table.keys},
            "SequenceNumber": f"{len(stream):021d}",
        }
        if table.has_images and item is not None:
            record["NewImage"] = dict(item)
        event = "REMOVE" if item is None else "INSERT" if old is None else "MODIFY"
        stream.append({"eventName": event, "dynamodb": record})


def _asked(operation: str, request: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name the rights that a call needs: the action, and the table or index it is used on."""
    if "Bucket" in request:
        return [(operation, request["Bucket"])]
    if operation == "TransactWriteItems":
        parts = (next(iter(one.items())) for one in request["TransactItems"])
        return [(f"{verb}Item", said["TableName"]) for verb, said in parts]
    if operation in {"BatchGetItem", "BatchWriteItem"}:
        return [(operation, name) for name in request["RequestItems"]]
    index = request.get("IndexName")
    return [(operation, request["TableName"] + (f"/index/{index}" if index else ""))]


def _place(item: Item, keys: tuple[str, ...], table: Table) -> list[Any]:
    """Return what the items of a partition are sorted by."""
    return [comparable(item[name]) for name in (*keys[1:], *table.keys)]


def _part(item: Item, names: Iterable[str]) -> dict[str, Any]:
    return {name: item[name] for name in names}


_OPERATIONS: dict[str, Any] = {
    "GetItem": MemoryCloud.get_item,
    "PutItem": MemoryCloud.put_item,
    "UpdateItem": MemoryCloud.update_item,
    "DeleteItem": MemoryCloud.delete_item,
    "Query": MemoryCloud.query,
    "Scan": MemoryCloud.scan,
    "BatchGetItem": MemoryCloud.batch_get_item,
    "BatchWriteItem": MemoryCloud.batch_write_item,
    "TransactWriteItems": MemoryCloud.transact_write_items,
}
