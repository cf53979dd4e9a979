"""A call of another function, which waits for its answer: only for the log's signature."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from chalicelib.plumbing import aws


class Function:
    """The Lambda *name*; calling it with JSON returns its JSON. The call must be repeatable."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return its answer. RuntimeError where it failed, botocore's errors where out of reach."""
        body = json.dumps(payload).encode()
        answer = self._client.invoke(FunctionName=self._name, Payload=body)
        raw = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise RuntimeError(f"{self._name} failed: {raw[:300]!r}")
        result: Mapping[str, Any] = json.loads(raw)
        return result

    @cached_property
    def _client(self) -> Any:
        # A cold start and a look into KMS take seconds, not a minute.
        once = {"mode": "standard"}
        return aws.client("lambda", connect_timeout=3, read_timeout=20, retries=once)
