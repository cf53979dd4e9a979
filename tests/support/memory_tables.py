"""The tables of MemoryCloud: their items by key, and pages of those that a query or scan reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from tests.support.expressions import comparable, holding
from tests.support.limits import PAGE, check_keys, invalid, size_of

Key = tuple[Any, ...]
Item = Mapping[str, Any]
Request = Mapping[str, Any]
Page = tuple[dict[str, Any], list[Item]]  # the answer, and the items that were read for it


class Table(Struct, frozen=True):
    """The keys of a table and of its indexes."""

    keys: tuple[str, ...]
    indexes: Mapping[str, tuple[str, ...]]
    has_images: bool
    projected: Mapping[str, tuple[str, ...] | None]  # beside its keys, by index; None: all

    def keys_of(self, index: str | None) -> tuple[str, ...]:
        """Return the keys of the table, or of one of its indexes."""
        return self.indexes[index] if index else self.keys

    def key(self, given: Item) -> Key:
        """Return the key of an item."""
        return tuple(comparable(given[name]) for name in self.keys)

    def check(self, item: Item) -> None:
        """Refuse an item whose keys, those of indexes too, DynamoDB does not take."""
        check_keys(item, self.keys)
        for keys in self.indexes.values():
            check_keys(item, keys, indexed=True)


def query(table: Table, stored: Mapping[Key, Item], request: Request) -> Page:
    """Do Query over what is *stored*: the first page."""
    keys = table.keys_of(request.get("IndexName"))
    asked = [*request["ExpressionAttributeValues"].values()]  # the partition's is one of them
    if request.get("IndexName"):
        found = [
            item
            for item in stored.values()
            if item.get(keys[0]) in asked and all(name in item for name in keys)
        ]
    else:  # much of what all tests take is spent here
        partitions = {*map(comparable, asked)}
        found = [item for key, item in stored.items() if key[0] in partitions]
    items = holding(request["KeyConditionExpression"], found, request)
    is_reverse = request.get("ScanIndexForward") is False

    def place(item: Item) -> list[Any]:
        return [comparable(item[name]) for name in (*keys[1:], *table.keys)]

    items.sort(key=place, reverse=is_reverse)
    if after := request.get("ExclusiveStartKey"):  # its item may be gone
        start = place(after)
        before = [place(item) >= start if is_reverse else place(item) <= start for item in items]
        del items[: sum(before)]
    return _page(items, {*keys, *table.keys}, request)


def scan(table: Table, stored: Mapping[Key, Item], request: Request) -> Page:
    """Do Scan, of an index or a table: the first page."""
    keys = table.keys_of(request.get("IndexName"))
    items = [item for item in stored.values() if all(name in item for name in keys)]
    if after := request.get("ExclusiveStartKey"):
        del items[: 1 + [_part(item, after) for item in items].index(after)]
    return _page(items, {*keys, *table.keys}, request)


def is_consistent(request: Request) -> bool:
    """Whether a read must see the last write; an index never can."""
    if not request.get("ConsistentRead"):
        return False
    if request.get("IndexName"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    return True


def _page(items: list[Item], names: Iterable[str], request: Request) -> Page:
    """Read at most *Limit* items and 1 MB, before the filter; say where to go on if that ended it.

    As on AWS that is also said where the limit was reached with the very last item.
    """
    most = request.get("Limit")
    page: list[Item] = []
    size = 0
    for item in items if most is None else items[:most]:
        page.append(item)
        size += size_of(item)
        if size >= PAGE:
            break
    kept = holding(request.get("FilterExpression"), page, request)
    answer: dict[str, Any] = {"Items": kept, "Count": len(kept), "ScannedCount": len(page)}
    if page and (len(page) == most or size >= PAGE):
        answer["LastEvaluatedKey"] = _part(page[-1], names)
    return answer, page


def _part(item: Item, names: Iterable[str]) -> dict[str, Any]:
    return {name: item[name] for name in names}
