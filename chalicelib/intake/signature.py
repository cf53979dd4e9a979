"""Standard Webhooks v1: the source that signed these bytes, within five minutes of now.

Signed is `id.timestamp.body`, HMAC-SHA256 under a `whsec_` secret. The header may carry several
signatures and a source may have two secrets, so that either side can change its key without a
gap. The answer to every defect is the same 401; *cause* is for our own counting. An id with
dots cannot shift the border to the body: no JSON text begins with digits and a dot.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.errors import Corrupt, Rejected

TOLERANCE = timedelta(minutes=5)
MAX_SIGNATURES = 16
PREFIX = "whsec_"
KEY_BYTES = range(24, 65)

Cause = Literal["headers", "stamp", "signature", "source"]

_ID = re.compile(r"[\x21-\x7e]{1,256}")
_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


class Unsigned(Rejected):
    """No registered source signed this request."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(
            401,
            zh="Webhook 签名缺失、有误或已过时。",
            en="the webhook signature is missing, wrong or too old",
        )
        self.cause = cause


def find_signer(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Mapping[str, tuple[str, ...]],
    now: datetime,
) -> str:
    """Return the source whose secret signed *body*; names in *headers* are in lower case.

    Every secret is tried and compared in constant time, whether or not one has fitted already.
    """
    message_id = headers.get("webhook-id") or ""
    stamp = headers.get("webhook-timestamp") or ""
    if not _ID.fullmatch(message_id) or not _STAMP.fullmatch(stamp):
        raise Unsigned("headers")
    signatures = _read_signatures(headers.get("webhook-signature") or "")
    if not signatures:
        raise Unsigned("headers")
    if abs(int(now.timestamp()) - int(stamp)) > TOLERANCE.total_seconds():
        raise Unsigned("stamp")
    signed = f"{message_id}.{stamp}.".encode() + body
    signers = [
        source
        for source, active in secrets.items()
        for secret in active
        if _fits(_sign(secret, signed), signatures)
    ]
    if not signers:
        raise Unsigned("signature")
    return signers[0]


def sign_webhook(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers for *body*, as a source makes them."""
    stamp = str(int(at.timestamp()))
    digest = _sign(secret, f"{message_id}.{stamp}.".encode() + body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode("ascii"),
    }


def key_of(secret: str) -> bytes:
    """Return the 24 to 64 bytes behind `whsec_…`. Raises Corrupt where *secret* is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Corrupt("a stored webhook secret is not base64") from error
    if not secret.startswith(PREFIX) or len(key) not in KEY_BYTES:
        raise Corrupt("a stored webhook secret is not whsec_ with 24 to 64 bytes")
    return key


def _sign(secret: str, signed: bytes) -> bytes:
    return hmac.new(key_of(secret), signed, hashlib.sha256).digest()


def _read_signatures(header: str) -> list[bytes]:
    signatures = []
    for entry in header.split(" ")[:MAX_SIGNATURES]:
        version, _, text = entry.partition(",")
        if version != "v1":
            continue
        try:
            signatures.append(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            continue  # a malformed entry vouches for nothing; another may
    return signatures


def _fits(expected: bytes, signatures: list[bytes]) -> bool:
    fits = [hmac.compare_digest(expected, signature) for signature in signatures]
    return any(fits)
