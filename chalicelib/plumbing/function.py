"""Another function, called and waited for. There is one such call: for the log's signature."""

import json
from collections.abc import Mapping
from typing import Any


class Function:
    """The Lambda *name*; calling it with JSON gives its JSON. What it does must be repeatable."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: Any = None

    def __call__(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call it; RuntimeError where it failed, botocore's errors where it was not reached."""
        answer = self._client().invoke(FunctionName=self._name, Payload=json.dumps(said).encode())
        raw = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise RuntimeError(f"{self._name} failed: {raw[:300]!r}")
        told: Mapping[str, Any] = json.loads(raw)
        return told

    def _client(self) -> Any:
        if self._made is None:
            import boto3  # heavy: only who calls pays for it
            from botocore.config import Config

            # A cold start and a look into KMS take seconds, not a minute.
            config = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard"})
            self._made = boto3.client("lambda", config=config)
        return self._made
