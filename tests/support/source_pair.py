"""A source that signs with a key of its own, by the text of Standard Webhooks (v1a) alone."""

import base64
import hashlib
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class SourcePair:
    """A key pair that is made of a *name*."""

    def __init__(self, name: str) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
        raw = self._private.public_key().public_bytes_raw()
        self.public = "whpk_" + base64.b64encode(raw).decode()
        digest = hashlib.sha256(raw).digest()
        self.fingerprint = base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def signature(self, message: bytes) -> str:
        """Sign, in base64."""
        return base64.b64encode(self._private.sign(message)).decode()

    def headers(self, body: bytes, at: datetime, message_id: str = "msg_1") -> dict[str, str]:
        """Give the three headers for *body*."""
        stamp = str(int(at.timestamp()))
        signature = self.signature(f"{message_id}.{stamp}.".encode() + body)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1a,{signature}",
        }
