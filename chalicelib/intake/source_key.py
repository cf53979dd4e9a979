"""The public key of a source (Standard Webhooks v1a): Ed25519, `whpk_` and base64 of 32 bytes.

The private key never leaves the source. So nobody else made what verifies under the public one, the
operator of this stage included. That would not hold for a point of small order: under such a "key"
anybody makes a signature of any message. So it is none.
"""

import base64
import binascii
import hashlib

from msgspec import Struct

from chalicelib.errors import Corrupt

PREFIX = "whpk_"
PRIVATE_PREFIX = "whsk_"
KEY_BYTES = 32
SIGNATURE_BYTES = 64

_FIELD = 2**255 - 19
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
# The second coordinates of the points whose order divides 8 (RFC 8032, section 5.1).
_SMALL_ORDER = {0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8}


class SourceKey(Struct, frozen=True):
    """A public key, as its 32 bytes."""

    raw: bytes

    @property
    def text(self) -> str:
        """The key as Standard Webhooks writes it."""
        return PREFIX + base64.b64encode(self.raw).decode("ascii")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its 32 bytes in base64url without padding: its name in the public log."""
        digest = hashlib.sha256(self.raw).digest()
        return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether *signature* is one of *message* under this key."""
        from cryptography.exceptions import InvalidSignature  # heavy: only those who sign pay
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def read_source_key(text: str) -> SourceKey:
    """Read `whpk_…`. Raises Corrupt where it is not 32 bytes in base64, or no safe key."""
    try:
        raw = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Corrupt("公钥写作 whpk_ 加 base64", "a public key is whpk_ and base64") from error
    key = SourceKey(raw)
    if len(raw) != KEY_BYTES or key.text != text:
        zh = "公钥写作 whpk_ 加 32 字节的 base64"
        raise Corrupt(zh, "a public key is whpk_ and the base64 of 32 bytes")
    coordinate = int.from_bytes(raw, "little") % 2**255  # without the sign of the first coordinate
    if coordinate >= _FIELD or coordinate in _SMALL_ORDER:
        zh = "此公钥是小阶点，谁都能以它签名，请换一把"
        raise Corrupt(zh, "under this public key anybody can sign: it is a point of small order")
    return key
