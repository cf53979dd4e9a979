"""Fails storage calls: before they take effect, after it, or by losing only their answer.

It stands where PynamoDB has its botocore client, over the tables in memory or any other.

*before*     the process ends, or the network does, before the call has any effect
*after*      the same after it had its effect; nobody learns of that
*lost*       the answer alone is lost: the SDK asks again by itself, and a condition fails on our
             own write (a transaction is known by its token, and is told again of its success)
*throttled*  the service refuses for now, as often as the SDK asks; a transaction, for one part
*conflict*   a transaction of somebody else is under way on the same item; a read never meets that
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any, Literal, Protocol

from botocore.exceptions import ClientError, ConnectionClosedError

Flavour = Literal["before", "after", "lost", "throttled", "conflict"]
FLAVOURS: tuple[Flavour, ...] = ("before", "after", "lost")
EVERY: tuple[Flavour, ...] = (*FLAVOURS, "throttled", "conflict")
_OBJECTS = frozenset({"GetObject", "PutObject", "ListObjectsV2"})
_READS = frozenset({"GetItem", "Query", "Scan"})


class Client(Protocol):
    """What PynamoDB wants of a client."""

    def _make_api_call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]: ...


class Faulty:
    """Lets all calls through but those that it is told to fail, or that chance fails."""

    def __init__(self, below: Client) -> None:
        self._below = below
        self._at: int | None = None
        self._flavour: Flavour = "before"
        self._chance: Random | None = None
        self._rate = 0.0
        self.calls: list[str] = []
        self.failed = ""  # the operation that failed, if the block came that far

    @contextmanager
    def failing(self, at: int, flavour: Flavour) -> Iterator[None]:
        """Fail call number *at* of the block, counted from 0."""
        self._at, self._flavour, self.calls, self.failed = at, flavour, [], ""
        try:
            yield
        finally:
            self._at = None

    @contextmanager
    def by_chance(self, chance: Random, rate: float) -> Iterator[None]:
        """Fail any call of the block, in any way, at this *rate*."""
        self._chance, self._rate = chance if rate else None, rate
        try:
            yield
        finally:
            self._chance = None

    def _make_api_call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if self._chance and self._chance.random() < self._rate:
            return self._fail(self._chance.choice(EVERY), operation, request)
        fails = self._at == len(self.calls)
        self.calls.append(operation)
        if not fails:
            return self._below._make_api_call(operation, request)
        self.failed, self._at = operation, None
        return self._fail(self._flavour, operation, request)

    def _fail(self, flavour: Flavour, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if flavour in ("throttled", "conflict"):
            raise _refusal(flavour, operation, request)
        if flavour != "before":
            answer = self._below._make_api_call(operation, request)
            if flavour == "lost":
                is_known = operation == "TransactWriteItems"
                return answer if is_known else self._below._make_api_call(operation, request)
        raise ConnectionClosedError(endpoint_url="memory")


def _refusal(flavour: Flavour, operation: str, request: Mapping[str, Any]) -> ClientError:
    """Return the error by which the service says that it will not do it now."""
    is_conflict = flavour == "conflict" and operation not in _READS
    if operation == "TransactWriteItems":
        codes = ["None"] * len(request["TransactItems"])
        codes[0] = "TransactionConflict" if is_conflict else "ProvisionedThroughputExceeded"
        error: Any = {
            "Error": {"Code": "TransactionCanceledException", "Message": flavour},
            "CancellationReasons": [{"Code": code} for code in codes],
        }
        return ClientError(error, operation)
    code = (
        "TransactionConflictException" if is_conflict else "ProvisionedThroughputExceededException"
    )
    if operation in _OBJECTS:
        code = "SlowDown"
    return ClientError({"Error": {"Code": code, "Message": flavour}}, operation)
