"""What the sources sign with: one Secrets Manager document per stage, cached shortly.

`{"<source>": ["whsec_…", "whsec_…", "whpk_…"]}`: secrets, then public keys (v1a), newest first, at
most two active of each per source. A source without a secret is believed by its keys alone. A new
secret must work at once, a removed one stop soon: the cache is short, and a signature that fits no
secret reads the document again, but at most every few seconds, whoever sends it.
"""

import json
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from chalicelib.plumbing import aws

KEEP_SECONDS = 60
REFRESH_SECONDS = 3

Secrets = Mapping[str, tuple[str, ...]]


class Sources:
    """Reads and writes the document. One object per process; the cache is its own."""

    def __init__(self, secret_id: str) -> None:
        self._secret_id = secret_id
        self._cached: Secrets = {}
        self._read_at: float | None = None

    def active(self) -> Secrets:
        """Return all active secrets by source, at most a minute old."""
        return self._younger_than(KEEP_SECONDS)

    def refreshed(self) -> Secrets:
        """Return them again for a signature that fitted none; a few seconds old at most."""
        return self._younger_than(REFRESH_SECONDS)

    def read_document(self) -> dict[str, list[str]]:
        """Return the document itself, for the operator's command."""
        text = self._client.get_secret_value(SecretId=self._secret_id)["SecretString"]
        document: dict[str, list[str]] = json.loads(text)
        return document

    def write(self, document: Mapping[str, list[str]]) -> None:
        """Replace the document. Of two operators at once the later wins, as `list` shows."""
        text = json.dumps(document, sort_keys=True)
        self._client.put_secret_value(SecretId=self._secret_id, SecretString=text)
        self._read_at = None

    def _younger_than(self, age: float) -> Secrets:
        now = time.monotonic()
        if self._read_at is None or now - self._read_at > age:
            self._cached = {name: tuple(active) for name, active in self.read_document().items()}
            self._read_at = now
        return self._cached

    @cached_property
    def _client(self) -> Any:
        return aws.client("secretsmanager")
