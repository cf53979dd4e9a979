"""The secret of sign-in: the key of digests and seals, and our secret at the identity provider.

`{"key": "…", "client": "…"}` in Secrets Manager. CloudFormation makes the key; `duban signin set`
writes the other. A key for one purpose tells nothing of that for another.
"""

import hashlib
import hmac
import json
import time
from functools import cached_property
from typing import Any

from chalicelib.errors import Corrupt
from chalicelib.plumbing import aws

KEEP_SECONDS = 60


class SignInSecret:
    """Reads and writes the document. One object per process; the cache is its own."""

    def __init__(self, secret_id: str) -> None:
        self._secret_id = secret_id
        self._cached: dict[str, str] = {}
        self._read_at: float | None = None

    def key(self, purpose: str) -> bytes:
        """Return the key for a *purpose*. Raises Corrupt where the secret has none."""
        key = self._document().get("key", "")
        if not key:
            raise Corrupt("登录所用的密钥是空的", "the secret of sign-in has no key")
        return hmac.digest(key.encode(), f"duban/{purpose}/v1".encode(), hashlib.sha256)

    def client(self) -> str:
        """Return our secret at the identity provider; empty: we have none there."""
        return self._document().get("client", "")

    def set_client(self, secret: str) -> None:
        """Save our *secret* at the identity provider. Of two at once the later wins."""
        text = json.dumps({**self._read(), "client": secret}, sort_keys=True)
        self._client.put_secret_value(SecretId=self._secret_id, SecretString=text)
        self._read_at = None

    def _document(self) -> dict[str, str]:
        now = time.monotonic()
        if self._read_at is None or now - self._read_at > KEEP_SECONDS:
            self._cached, self._read_at = self._read(), now
        return self._cached

    def _read(self) -> dict[str, str]:
        text = self._client.get_secret_value(SecretId=self._secret_id)["SecretString"]
        document: dict[str, str] = json.loads(text)
        return document

    @cached_property
    def _client(self) -> Any:
        return aws.client("secretsmanager")
