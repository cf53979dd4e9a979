"""The public key of a person's passkey: ES256 (P-256) or Ed25519, as SubjectPublicKeyInfo in DER.

Pure. The private key never leaves the person's device. Each of the two algorithms has one form of
fixed length (RFC 5480, RFC 8410), so a key has one spelling and one fingerprint. A point that is
not on the curve is no key, and neither is one of small order: under that anybody signs.
"""

import hashlib
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode

from msgspec import Struct

from chalicelib.errors import Corrupt
from chalicelib.intake.source_key import PREFIX, SIGNATURE_BYTES, read_source_key

ES256, EDDSA = -7, -8  # COSE algorithms (RFC 9053)
ALGORITHMS = (EDDSA, ES256)

_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
_ED25519 = bytes.fromhex("302a300506032b6570032100")
_COORDINATE = 32  # bytes, in either curve
_MOST_TEXT = 200  # characters of a key that is read
_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


class PersonKey(Struct, frozen=True):
    """A public key, as the bytes *spki*."""

    spki: bytes

    @property
    def text(self) -> str:
        """The key in base64url without padding, as the log states it."""
        return base64url(self.spki)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of it in base64url without padding: its name in the public log."""
        return base64url(hashlib.sha256(self.spki).digest())

    @property
    def algorithm(self) -> int:
        """The COSE algorithm."""
        return EDDSA if self.spki.startswith(_ED25519) else ES256

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether *signature* is one of *message* under this key."""
        from cryptography.exceptions import InvalidSignature  # heavy: only who signs pays
        from cryptography.hazmat.primitives.asymmetric.ec import (
            ECDSA,
            SECP256R1,
            EllipticCurvePublicKey,
        )
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.hashes import SHA256

        try:
            if self.algorithm == EDDSA:
                if len(signature) != SIGNATURE_BYTES:
                    return False
                raw = self.spki[len(_ED25519) :]
                Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
            else:
                point = b"\x04" + self.spki[len(_P256) :]
                key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
                key.verify(signature, message, ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def p256_key(x: bytes, y: bytes) -> PersonKey:
    """Return the key of the point (*x*, *y*) of P-256. Raises Corrupt where it is none."""
    across, up = (int.from_bytes(each, "big") for each in (x, y))
    is_there = len(x) == len(y) == _COORDINATE and max(across, up) < _PRIME
    if not is_there or (up * up - (across**3 - 3 * across + _B)) % _PRIME:
        raise Corrupt("公钥不是 P-256 曲线上的点", "the public key is no point of P-256")
    return PersonKey(_P256 + x + y)


def ed25519_key(raw: bytes) -> PersonKey:
    """Return the Ed25519 key of the bytes *raw*. Raises Corrupt where they are no safe key."""
    read_source_key(PREFIX + b64encode(raw).decode("ascii"))
    return PersonKey(_ED25519 + raw)


def read_person_key(text: str) -> PersonKey:
    """Read a key as `PersonKey.text` writes it. Raises Corrupt."""
    try:
        spki = unbase64url(text, _MOST_TEXT)
    except ValueError:
        spki = b""
    if spki.startswith(_ED25519):
        return ed25519_key(spki[len(_ED25519) :])
    if spki.startswith(_P256):
        point = spki[len(_P256) :]
        return p256_key(point[:_COORDINATE], point[_COORDINATE:])
    zh = "公钥须是 P-256 或 Ed25519 公钥的 base64url"
    raise Corrupt(zh, "a public key is base64url of a P-256 or an Ed25519 key")


def base64url(raw: bytes) -> str:
    """Write *raw* as RFC 4648 section 5 has it, without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unbase64url(text: str, most: int) -> bytes:
    """Return the bytes of *text*, which `base64url` wrote, of at most *most* characters.

    Raises ValueError.
    """
    if len(text) > most or not text.isascii():
        raise ValueError("too long, or not ASCII")
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(raw) != text:
        raise ValueError("not the one way to write it in base64url")
    return raw
