"""Standard Webhooks: the source that signed these bytes, within five minutes of now.

Signed is `id.timestamp.body`. `v1` is HMAC-SHA256 under a `whsec_` secret, which this stage knows
too; `v1a` is Ed25519, and the stage knows only the public key, `whpk_`. A source that has keys and
no secret is believed by them alone. The header may carry several signatures and a source may have
two of each, so that either side can change its key without a gap. The answer to every defect is the
same 401; *cause* is for our own counting. An id with dots cannot shift the border to the body: no
JSON text begins with digits and a dot.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from chalicelib.errors import Corrupt, Rejected
from chalicelib.intake.signed_body import SignedBody, named_source, signed_bytes
from chalicelib.intake.source_key import PREFIX as KEY_PREFIX
from chalicelib.intake.source_key import SIGNATURE_BYTES, read_source_key

TOLERANCE = timedelta(minutes=5)
MAX_SIGNATURES = 16
MAX_KEY_SIGNATURES = 2  # each is tried under each key, which takes longer than a digest
PREFIX = "whsec_"
KEY_BYTES = range(24, 65)

Cause = Literal["headers", "stamp", "signature", "source"]
Secrets = Mapping[str, tuple[str, ...]]

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


class Sender(NamedTuple):
    """The *source* that signed a request; *signed* is that, where it did so with its own key."""

    source: str
    signed: SignedBody | None = None


def find_signer(headers: Mapping[str, str], body: bytes, secrets: Secrets, now: datetime) -> Sender:
    """Return who signed *body*; names in *headers* are in lower case.

    *secrets* are the secrets and public keys of each source. Every secret is tried and compared in
    constant time, whether or not one has fitted already. Keys are public, and take long to try: so
    only those of the source whose secret fits, else of the one that the body names. Raises Rejected
    (413) where that would be to read too long a body from anybody.
    """
    message_id = headers.get("webhook-id") or ""
    stamp = headers.get("webhook-timestamp") or ""
    if not _ID.fullmatch(message_id) or not _STAMP.fullmatch(stamp):
        raise Unsigned("headers")
    by_secret, by_key = _read_signatures(headers.get("webhook-signature") or "")
    if not by_secret and not by_key:
        raise Unsigned("headers")
    if abs(int(now.timestamp()) - int(stamp)) > TOLERANCE.total_seconds():
        raise Unsigned("stamp")
    message = signed_bytes(message_id, stamp, body)
    signers = [
        source
        for source, active in secrets.items()
        for secret in active
        if not secret.startswith(KEY_PREFIX) and _fits(secret, message, by_secret)
    ]
    source = signers[0] if signers else ""
    if by_key and not signers:
        source = named_source(body)
    by_own_key = _find_key(secrets.get(source, ()), message, by_key) if by_key else None
    if by_own_key is None and not signers:
        raise Unsigned("signature")
    return Sender(source, by_own_key and SignedBody(message_id, stamp, body, *by_own_key))


def key_of(secret: str) -> bytes:
    """Return the 24 to 64 bytes behind `whsec_…`. Raises Corrupt where *secret* is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        zh = "所存 webhook 密钥不是 base64"
        raise Corrupt(zh, "a stored webhook secret is not base64") from error
    if not secret.startswith(PREFIX) or len(key) not in KEY_BYTES:
        zh = "所存 webhook 密钥不是 whsec_ 加 24 至 64 字节"
        raise Corrupt(zh, "a stored webhook secret is not whsec_ with 24 to 64 bytes")
    return key


def _read_signatures(header: str) -> tuple[list[bytes], list[bytes]]:
    """Return the signatures by a secret (v1), and those by a key (v1a), that can be read."""
    signatures: dict[str, list[bytes]] = {"v1": [], "v1a": []}
    for entry in header.split(" ")[:MAX_SIGNATURES]:
        version, _, text = entry.partition(",")
        if version not in signatures:
            continue
        try:
            signatures[version].append(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            continue  # a malformed entry vouches for nothing; another may
    by_key = [each for each in signatures["v1a"] if len(each) == SIGNATURE_BYTES]
    return signatures["v1"], by_key[:MAX_KEY_SIGNATURES]


def _fits(secret: str, message: bytes, signatures: list[bytes]) -> bool:
    expected = hmac.new(key_of(secret), message, hashlib.sha256).digest()
    fits = [hmac.compare_digest(expected, signature) for signature in signatures]
    return any(fits)


def _find_key(
    active: Sequence[str], message: bytes, signatures: Sequence[bytes]
) -> tuple[str, str] | None:
    """Return a signature of *message* and the fingerprint of the key that made it, if one did."""
    for key in (read_source_key(text) for text in active if text.startswith(KEY_PREFIX)):
        for signature in signatures:
            if key.has_signed(message, signature):
                return base64.b64encode(signature).decode("ascii"), key.fingerprint
    return None
