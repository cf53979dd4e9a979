"""Fails one storage call of many: before it takes effect, after it, or by losing only its answer.

It stands where PynamoDB has its botocore client, over the tables in memory or any other.

*before*  the process ends, or the network does, before the call has any effect
*after*   the same after it had its effect; nobody learns of that
*lost*    the answer alone is lost: the SDK asks again by itself, and a condition fails on our own
          write (a transaction is known by its token, and is told again of its success)
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, Protocol

from botocore.exceptions import ConnectionClosedError

Flavour = Literal["before", "after", "lost"]
FLAVOURS: tuple[Flavour, ...] = ("before", "after", "lost")


class Client(Protocol):
    """What PynamoDB wants of a client."""

    def _make_api_call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]: ...


class Faulty:
    """Lets all calls through but the one that it is told to fail."""

    def __init__(self, below: Client) -> None:
        self._below = below
        self._at: int | None = None
        self._flavour: Flavour = "before"
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

    def _make_api_call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        fails = self._at == len(self.calls)
        self.calls.append(operation)
        if not fails:
            return self._below._make_api_call(operation, request)
        self.failed, self._at = operation, None
        if self._flavour != "before":
            answer = self._below._make_api_call(operation, request)
            if self._flavour == "lost":
                is_known = operation == "TransactWriteItems"
                return answer if is_known else self._below._make_api_call(operation, request)
        raise ConnectionClosedError(endpoint_url="memory")
