"""What a browser keeps for us while it is at the identity provider, sealed by HMAC.

Pure. The seal shows that we wrote it, not that nobody reads it: it has nothing secret from the
browser that has it. Another browser has another cookie, so it cannot end what this one began.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

GOOD_FOR = timedelta(minutes=10)
LONGEST = 2000


class Begun(Struct, frozen=True):
    """A sign-in that was begun *at* an instant: what its answer has to fit, and where it goes *to*.

    *verifier* is that of PKCE (RFC 7636).
    """

    state: str
    nonce: str
    verifier: str
    to: str
    at: datetime


def seal(begun: Begun, key: bytes) -> str:
    """Return *begun* as the value of a cookie."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(begun)).decode().rstrip("=")
    return f"{body}.{_tag(body, key)}"


def unseal(text: str, key: bytes, now: datetime) -> Begun | None:
    """Return what was begun; None: not sealed by us, or longer than ten minutes ago."""
    body, _, tag = text.partition(".")
    is_ours = len(text) <= LONGEST and hmac.compare_digest(tag.encode(), _tag(body, key).encode())
    if not is_ours:
        return None
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    begun = msgspec.json.decode(raw, type=Begun)
    return begun if begun.at <= now < begun.at + GOOD_FOR else None


def _tag(body: str, key: bytes) -> str:
    return hmac.digest(key, body.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()
