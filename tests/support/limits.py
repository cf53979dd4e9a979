"""DynamoDB's limits: whatever is beyond them is refused as AWS refuses it (ValidationException).

Sizes are bytes, counted as DynamoDB counts: names and values in UTF-8, a number by its digits.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

ITEM = 400 * 1024
PAGE = 1024 * 1024  # of what a query or a scan reads at once
TRANSACTION_BYTES = 4 * 1024 * 1024
BATCH_BYTES = 16 * 1024 * 1024
ACTIONS = 100  # in a transaction
PUTS, GETS = 25, 100  # in a batch
_BOUNDS = (2048, 1024)  # of a partition key and of a sort key
_EXPRESSIONS = (
    *("KeyConditionExpression", "FilterExpression", "ConditionExpression"),
    *("UpdateExpression", "ProjectionExpression"),
)
_TOKEN = re.compile(r"[#:]\w+")

Item = Mapping[str, Any]


def invalid(why: str) -> ClientError:
    """Return the error of a request that DynamoDB does not take."""
    error: Any = {"Error": {"Code": "ValidationException", "Message": why}}
    return ClientError(error, "a call")


class Sized(dict[str, Any]):
    """An item that is never changed, so that its size is counted once."""

    def __init__(self, item: Item) -> None:
        """Copy *item*, and count its size unless that was done."""
        super().__init__(item)
        self.size: int = item.size if isinstance(item, Sized) else _size(item)


def size_of(item: Item) -> int:
    """Return the size of an item with the names of its attributes."""
    return item.size if isinstance(item, Sized) else _size(item)


def check_item(item: Item) -> int:
    """Return the size of an item that is to be written; refuse one that is too large."""
    size = size_of(item)
    if size > ITEM:
        raise invalid(f"Item size has exceeded the maximum allowed size: {size} bytes")
    return size


def check_keys(item: Item, keys: Iterable[str], *, indexed: bool = False) -> None:
    """Refuse a key that is empty or too long; one of an index only where the item has it."""
    for name, bound in zip(keys, _BOUNDS, strict=False):
        if name not in item and indexed:
            continue
        text = item[name].get("S")
        if text is not None and not 0 < _bytes(text) <= bound:
            raise invalid(f"the key {name} must have 1 to {bound} bytes, and has {_bytes(text)}")


def check_expressions(request: Mapping[str, Any]) -> None:
    """Refuse names and values of expressions that are not told, or not used."""
    texts = tuple(request[name] for name in _EXPRESSIONS if request.get(name))
    names, values = (request.get(f"ExpressionAttribute{kind}") for kind in ("Names", "Values"))
    told = {*(names or ()), *(values or ())}
    if told != _tokens(texts):
        raise invalid(f"unused or unknown in expressions: {sorted(told ^ _tokens(texts))}")


def check_transaction(items: Iterable[tuple[Any, int]]) -> None:
    """Refuse a transaction of more than 100 actions or 4 MB, or of two actions on one item."""
    places, sizes = zip(*items, strict=True)
    _check_number(places, ACTIONS, "a transaction")
    if sum(sizes) > TRANSACTION_BYTES:
        raise invalid(f"{sum(sizes)} bytes are too many for a transaction")


def check_batch(items: Iterable[tuple[Any, int]]) -> None:
    """Refuse a batch of more than 25 puts or 16 MB, or of two puts of one item."""
    places, sizes = zip(*items, strict=True)
    _check_number(places, PUTS, "a batch")
    if sum(sizes) > BATCH_BYTES:
        raise invalid(f"{sum(sizes)} bytes are too many for a batch")


def check_keys_asked(request: Mapping[str, Any]) -> None:
    """Refuse a batch that asks for more than 100 keys, or for one twice."""
    _check_number(
        tuple(
            (name, *(repr(key[part]) for part in sorted(key)))
            for name, wanted in request["RequestItems"].items()
            for key in wanted["Keys"]
        ),
        GETS,
        "a batch",
    )


def _check_number(places: tuple[Any, ...], most: int, what: str) -> None:
    if len(places) > most:
        raise invalid(f"{what} has at most {most} actions, not {len(places)}")
    if twice := [place for place, times in Counter(places).items() if times > 1]:
        raise invalid(f"{what} cannot have two actions on one item: {twice}")


@cache
def _tokens(texts: tuple[str, ...]) -> set[str]:
    return {token for text in texts for token in _TOKEN.findall(text)}


def _size(item: Item) -> int:
    return sum(_bytes(name) + _value_size(value) for name, value in item.items())


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, plain),) = value.items()
    match kind:
        case "S":
            return _bytes(plain)
        case "N":
            return 1 + (len(plain.lstrip("-").replace(".", "").strip("0")) + 1) // 2
        case "B":
            return len(plain)
        case "M":
            return 3 + sum(1 + _bytes(name) + _value_size(one) for name, one in plain.items())
        case "L":
            return 3 + sum(1 + _value_size(one) for one in plain)
    return 1  # NULL or BOOL
