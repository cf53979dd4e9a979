"""The headers of Standard Webhooks, as a source makes them with its secret."""

import base64
import hashlib
import hmac
from datetime import datetime

from chalicelib.intake.signature import key_of
from chalicelib.intake.signed_body import signed_bytes


def sign_webhook(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers for *body*, as a source makes them."""
    stamp = str(int(at.timestamp()))
    message = signed_bytes(message_id, stamp, body)
    digest = hmac.new(key_of(secret), message, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode("ascii"),
    }
