"""DynamoDB in memory, as far as this code uses it: quick enough to fail at every call in turn.

It stands where PynamoDB has its botocore client. A test compares it with moto, table by table. As
on AWS, and other than moto, a write that changes nothing makes no stream record. It has DynamoDB's
limits (`limits`), and holds each call against the policy of the function that makes it (`rights`).
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from botocore.exceptions import ClientError
from msgspec import Struct, field

from tests.support import memory_tables
from tests.support.asked import asked_for
from tests.support.capacity import Meter
from tests.support.expressions import holds, updated
from tests.support.limits import (
    Sized,
    check_batch,
    check_expressions,
    check_item,
    check_keys,
    check_keys_asked,
    check_transaction,
    size_of,
)
from tests.support.memory_bucket import OPERATIONS, MemoryBucket
from tests.support.memory_tables import Item, Key, Page, Request, Table, is_consistent
from tests.support.rights import acting_function, require


class MemoryCloud(Struct, dict=True):
    """Tables, their items and their streams; an item is never changed, only replaced."""

    tables: Mapping[str, Table]
    items: dict[str, dict[Key, Item]] = field(default_factory=dict)
    streams: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)  # what was asked of which table
    lagging: dict[str, dict[Key, Item]] | None = None  # what reads still show that may lag
    leaves: Random | None = None  # the chance by which a batch leaves some puts unprocessed
    meter: Meter = field(default_factory=Meter)  # what was consumed
    bucket: MemoryBucket = field(default_factory=MemoryBucket)  # the public objects

    def __post_init__(self) -> None:
        """Begin with empty tables."""
        self.items = {name: {} for name in self.tables}
        self.streams = {name: [] for name in self.tables}

    def _make_api_call(self, operation: str, request: Request) -> dict[str, Any]:
        function = acting_function()
        if operation in OPERATIONS:
            self.calls.append((operation, request["Bucket"]))
            return self.bucket.call(function, operation, request)
        asked = list(asked_for(self.tables, operation, request))
        self.calls += [(one.action.removeprefix("dynamodb:"), where) for one, where in asked]
        require(function, (one for one, _ in asked))
        answer: dict[str, Any] = _OPERATIONS[operation](self, request)
        return answer

    def copy_to(self, other: "MemoryCloud") -> None:
        """Let *other* hold what is here."""
        other.items = {name: {**held} for name, held in self.items.items()}
        other.streams = {name: list(stream) for name, stream in self.streams.items()}
        other.bucket.objects = dict(self.bucket.objects)
        other.bucket.checkpoints = list(self.bucket.checkpoints)
        other.bucket.older = {key: list(each) for key, each in self.bucket.older.items()}

    def snapshot(self) -> Callable[[], None]:
        """Keep everything as it is; give what brings it back."""
        items = {name: {**held} for name, held in self.items.items()}
        streams = {name: tuple(stream) for name, stream in self.streams.items()}
        objects = dict(self.bucket.objects)

        def restore() -> None:
            self.items = {name: {**held} for name, held in items.items()}
            self.bucket.objects = dict(objects)
            self.streams = {name: list(stream) for name, stream in streams.items()}

        return restore

    def lag(self) -> None:
        """Let indexes, and reads that need not be consistent, show what there is now."""
        self.lagging = {name: {**held} for name, held in self.items.items()}

    def get_item(self, request: Request) -> dict[str, Any]:
        """Do GetItem."""
        table, shown = self.tables[request["TableName"]], self._shown(request)
        check_keys(request["Key"], table.keys)
        item = shown.get(table.key(request["Key"]))
        self.meter.read([item] if item else [], consistent=is_consistent(request))
        return {"Item": dict(item)} if item else {}

    def put_item(self, request: Request) -> dict[str, Any]:
        """Do PutItem."""
        self._check(request)
        self._demand(request)
        self._write(request, request["Item"])
        return {}

    def update_item(self, request: Request) -> dict[str, Any]:
        """Do UpdateItem."""
        self._check(request)
        self._demand(request)
        item = self._after(request)
        self._write(request, item)
        return {"Attributes": item}

    def delete_item(self, request: Request) -> dict[str, Any]:
        """Do DeleteItem."""
        self._check(request)
        self._demand(request)
        self._write(request, None)
        return {}

    def query(self, request: Request) -> dict[str, Any]:
        """Do Query."""
        check_expressions(request)
        return self._read(memory_tables.query, request)

    def scan(self, request: Request) -> dict[str, Any]:
        """Do Scan, of an index or a table."""
        check_expressions(request)
        return self._read(memory_tables.scan, request)

    def batch_get_item(self, request: Request) -> dict[str, Any]:
        """Do BatchGetItem, in an order of its own; some keys may be left for another try."""
        check_keys_asked(request)
        found: dict[str, list[Item]] = {}
        left: dict[str, Any] = {}
        for name, wanted in request["RequestItems"].items():
            for key in reversed(wanted["Keys"]):
                if self._leaves_one():
                    left.setdefault(name, {**wanted, "Keys": []})["Keys"].append(key)
                    continue
                item = self.get_item({**wanted, "TableName": name, "Key": key}).get("Item")
                found.setdefault(name, []).extend([item] if item else [])
        return {"Responses": found, "UnprocessedKeys": left}

    def batch_write_item(self, request: Request) -> dict[str, Any]:
        """Do BatchWriteItem, puts only; some may be left for another try."""
        puts = [
            (one, {"TableName": name, "Item": one["PutRequest"]["Item"]})
            for name, wanted in request["RequestItems"].items()
            for one in wanted
        ]
        check_batch([(self._place(put), size_of(put["Item"])) for _, put in puts])
        left: dict[str, list[Any]] = {}
        for one, put in puts:
            if self._leaves_one():
                left.setdefault(put["TableName"], []).append(one)
            else:
                self.put_item(put)
        return {"UnprocessedItems": left}

    def transact_write_items(self, request: Request) -> dict[str, Any]:
        """Do TransactWriteItems: all or nothing."""
        parts = [next(iter(one.items())) for one in request["TransactItems"]]
        for _, said in parts:
            self._check(said)
        after = [Sized(self._after(said)) for _, said in parts]
        places = [self._place(said) for _, said in parts]
        check_transaction([*zip(places, map(check_item, after), strict=True)])
        for (name, key), item in [*zip(places, after, strict=True)] * 2:  # cancelled or not
            self.meter.write(self.items[name].get(key), item)
        codes = ["None" if self._allows(said) else "ConditionalCheckFailed" for _, said in parts]
        if any(code != "None" for code in codes):
            raise cancelled(codes)
        for (verb, _), (name, key), item in zip(parts, places, after, strict=True):
            left = None if verb == "Delete" else item
            self.meter.index(self.tables[name], self.items[name].get(key), left)
            self._replace(name, key, left)
        return {}

    def _read(self, how: Callable[..., Page], request: Request) -> dict[str, Any]:
        table = self.tables[request["TableName"]]
        answer, page = how(table, self._shown(request), request)
        self.meter.read(page, consistent=is_consistent(request))
        return answer

    def _leaves_one(self) -> bool:
        """Whether chance leaves one part of a batch undone, as DynamoDB may."""
        return self.leaves is not None and self.leaves.random() < 0.3

    def _shown(self, request: Request) -> dict[Key, Item]:
        if is_consistent(request) or self.lagging is None:
            return self.items[request["TableName"]]
        return self.lagging[request["TableName"]]

    def _place(self, request: Request) -> tuple[str, Key]:
        given = request.get("Key") or request["Item"]
        return request["TableName"], self.tables[request["TableName"]].key(given)

    def _found(self, request: Request) -> Item | None:
        name, key = self._place(request)
        return self.items[name].get(key)

    def _after(self, request: Request) -> Item:
        """Return the item as a write would leave it."""
        if "UpdateExpression" not in request:
            given: Item = request.get("Item") or request["Key"]
            return given
        return updated(request["UpdateExpression"], self._found(request) or request["Key"], request)

    def _check(self, request: Request) -> None:
        """Refuse a write that DynamoDB does not take, whatever is stored."""
        check_expressions(request)
        table = self.tables[request["TableName"]]
        check_keys(request.get("Key") or request["Item"], table.keys)

    def _allows(self, request: Request) -> bool:
        return holds(request.get("ConditionExpression"), self._found(request) or {}, request)

    def _demand(self, request: Request) -> None:
        """Refuse a write whose condition does not hold."""
        if not self._allows(request):
            self.meter.refuse(self._found(request))
            error: Any = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "failed"}}
            raise ClientError(error, "a conditional write")

    def _write(self, request: Request, after: Item | None) -> None:
        name, key = self._place(request)
        item = None if after is None else Sized(after)
        table, old = self.tables[name], self.items[name].get(key)
        self.meter.write(old, item)
        self.meter.index(table, old, item)
        self._replace(name, key, item)

    def _replace(self, name: str, key: Key, item: Sized | None) -> None:
        """Replace one item; as on AWS, what changes nothing is no news."""
        table, old = self.tables[name], self.items[name].get(key)
        if item == old:
            return
        if item is None:
            del self.items[name][key]
        else:
            check_item(item)
            table.check(item)
            self.items[name][key] = item
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


def cancelled(codes: list[str]) -> ClientError:
    """Return the error of a transaction that was cancelled, with the code of each action."""
    error: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(error, "TransactWriteItems")


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
