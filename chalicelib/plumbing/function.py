"""A call of another function, which waits for its answer: only for the log's signature."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.plumbing import aws


class Function:
    """The Lambda *name*; calling it with JSON returns its JSON. The call must be repeatable."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cached_client: Any = None

    def __call__(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return its answer. RuntimeError where it failed, botocore's errors where out of reach."""
        answer = self._client().invoke(
            FunctionName=self._name, Payload=json.dumps(payload).encode()
        )
        raw = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise RuntimeError(f"{self._name} failed: {raw[:300]!r}")
        result: Mapping[str, Any] = json.loads(raw)
        return result

    def _client(self) -> Any:
        if self._cached_client is None:
            # A cold start and a look into KMS take seconds, not a minute.
            self._cached_client = aws.client(
                "lambda", connect_timeout=3, read_timeout=20, retries={"mode": "standard"}
            )
        return self._cached_client
