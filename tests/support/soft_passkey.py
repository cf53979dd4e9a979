"""A passkey made of software, by the text of WebAuthn alone: it shares no code with the service.

It does what an authenticator and a browser do together: it answers a challenge on a page. Each part
of the answer can be another than it should be.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

HOST, ORIGIN = "audit.example.gov", "https://audit.example.gov"
PRESENT, VERIFIED, CAN_BACK_UP, BACKED_UP, ATTESTED, EXTENDED = 1, 4, 8, 16, 64, 128
AAGUID = bytes.fromhex("00112233445566778899aabbccddeeff")


def url64(raw: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def canonical(document: Mapping[str, Any]) -> str:
    """Write canonical JSON of plain ASCII names, texts and whole numbers."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def challenge_of(act: str) -> bytes:
    """Make the challenge of an act."""
    return hashlib.sha256(b"duban/act/v1\n" + act.encode()).digest()


@dataclass
class Page:
    """What the browser says of the page, and what the device says of the person."""

    origin: str = ORIGIN
    host: str = HOST
    kind: str = "webauthn.get"
    more: Mapping[str, Any] = field(default_factory=dict)
    flags: int = PRESENT | VERIFIED
    extension: bytes = b""


class SoftPasskey:
    """A passkey that is made of a *name*; `ES256`, or Ed25519 where *is_eddsa*."""

    def __init__(self, name: str, *, is_eddsa: bool = False) -> None:
        seed = hashlib.sha256(name.encode()).digest()
        self._eddsa = Ed25519PrivateKey.from_private_bytes(seed) if is_eddsa else None
        self._ec = ec.derive_private_key(int.from_bytes(seed, "big") % 2**255, ec.SECP256R1())
        key = self._eddsa.public_key() if self._eddsa else self._ec.public_key()
        self.spki = key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public = url64(self.spki)
        self.fingerprint = url64(hashlib.sha256(self.spki).digest())
        self.credential_id = hashlib.sha256(b"id " + seed).digest()[:16]

    def sign(self, message: bytes) -> bytes:
        """Sign *message*."""
        if self._eddsa:
            return self._eddsa.sign(message)
        return self._ec.sign(message, ec.ECDSA(SHA256()))

    def answer(self, challenge: bytes, page: Page | None = None) -> dict[str, str]:
        """Answer *challenge* on a *page*."""
        page = page or Page()
        client = client_data(challenge, page)
        data = authenticator_data(page)
        signature = self.sign(data + hashlib.sha256(client).digest())
        return {
            "authenticatorData": url64(data),
            "clientDataJSON": url64(client),
            "signature": url64(signature),
        }

    def signed(self, act: Mapping[str, Any], salt: bytes = b"", page: Page | None = None) -> Any:
        """Sign an *act* as the page hands it in."""
        text = canonical(act)
        salted = {"salt": url64(salt)} if salt else {}
        answer = self.answer(challenge_of(text), page)
        return {"key": self.fingerprint, "act": text, **answer, **salted}

    def registration(self, challenge: bytes, page: Page | None = None) -> dict[str, str]:
        """Answer a registration with the attestation `none`."""
        page = page or Page(kind="webauthn.create", flags=PRESENT | VERIFIED | ATTESTED)
        length = len(self.credential_id).to_bytes(2, "big")
        attested = AAGUID + length + self.credential_id + self.cose()
        data = authenticator_data(page) + attested + page.extension
        statement = _map((_text("fmt"), _text("none")), (_text("attStmt"), _map()))
        body = bytes([0xA3]) + statement[1:] + _text("authData") + _head(2, len(data)) + data
        return {
            "clientDataJSON": url64(client_data(challenge, page)),
            "attestationObject": url64(body),
        }

    def cose(self) -> bytes:
        """Give the public key as COSE (RFC 9053)."""
        if self._eddsa:
            raw = self.spki[-32:]
            return _map(
                (_int(1), _int(1)),
                (_int(3), _int(-8)),
                (_int(-1), _int(6)),
                (_int(-2), _bytes(raw)),
            )
        x, y = self.spki[-64:-32], self.spki[-32:]
        return _map(
            (_int(1), _int(2)),
            (_int(3), _int(-7)),
            (_int(-1), _int(1)),
            (_int(-2), _bytes(x)),
            (_int(-3), _bytes(y)),
        )


def client_data(challenge: bytes, page: Page) -> bytes:
    """Write what the browser says, in the order in which browsers do."""
    told = {"type": page.kind, "challenge": url64(challenge), "origin": page.origin}
    return json.dumps({**told, "crossOrigin": False, **page.more}).encode()


def authenticator_data(page: Page) -> bytes:
    """Write what the device says."""
    head = hashlib.sha256(page.host.encode()).digest() + bytes([page.flags]) + bytes(4)
    return head if page.flags & ATTESTED else head + page.extension


def _head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major << 5 | value])
    size = 1 if value < 256 else 2
    return bytes([major << 5 | (23 + size)]) + value.to_bytes(size, "big")


def _int(value: int) -> bytes:
    return _head(0, value) if value >= 0 else _head(1, -1 - value)


def _text(text: str) -> bytes:
    return _head(3, len(text)) + text.encode()


def _bytes(raw: bytes) -> bytes:
    return _head(2, len(raw)) + raw


def _map(*pairs: tuple[bytes, bytes]) -> bytes:
    return _head(5, len(pairs)) + b"".join(key + value for key, value in pairs)
