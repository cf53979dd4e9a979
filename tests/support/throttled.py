"""How each service says that a call is too much, as its SDK reads it."""

import json
from collections.abc import Mapping
from typing import Any

JSON = "application/x-amz-json-1.0"
Said = tuple[int, list[tuple[str, str]], bytes]

_SLOW_DOWN = (
    b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
)


def throttled(path: str, headers: Mapping[str, str], body: bytes) -> Said:
    """Return status, headers and body of what is answered to the call of *path* with *body*."""
    service, _, operation = headers.get("X-Amz-Target", "").partition(".")
    if operation == "TransactWriteItems":
        count = len(json.loads(body)["TransactItems"])
        reasons = [{"Code": "TransactionConflict" if n == 0 else "None"} for n in range(count)]
        return _error("TransactionCanceledException", {"CancellationReasons": reasons})
    if service.startswith("DynamoDB"):
        return _error("ProvisionedThroughputExceededException")
    if service:
        return _error("ThrottlingException")
    if path.startswith("/2015-03-31/functions/"):
        return _error("TooManyRequestsException", status=429)
    if "X-Amz-Date" in headers:  # signed, and of no other service: an object
        return 503, _headers("application/xml", _SLOW_DOWN), _SLOW_DOWN
    raw = json.dumps({"message": "Too Many Requests"}).encode()
    return 429, _headers("application/json", raw), raw


def _error(code: str, more: Mapping[str, Any] | None = None, status: int = 400) -> Said:
    raw = json.dumps({"__type": code, "message": "Rate exceeded", **(more or {})}).encode()
    return status, [*_headers(JSON, raw), ("x-amzn-ErrorType", code)], raw


def _headers(content_type: str, raw: bytes) -> list[tuple[str, str]]:
    return [("Content-Type", content_type), ("Content-Length", str(len(raw)))]
