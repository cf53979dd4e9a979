"""A passkey made of software, by the text of WebAuthn alone: it shares no code with the service.

It does what an authenticator and a browser do together: it answers a challenge on a page. Each part
of the answer can be another than it should be.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
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
    counter: int = 0
    wrap: Callable[[bytes], bytes] = lambda client: client


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

    @property
    def algorithm(self) -> int:
        """The COSE algorithm."""
        return -8 if self._eddsa else -7

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

    def registration(
        self, challenge: bytes, page: Page | None = None, attest: "Attest | None" = None
    ) -> dict[str, str]:
        """Answer a registration; *attest* makes the attestation, which else is `none`."""
        page = page or Page(kind="webauthn.create", flags=PRESENT | VERIFIED | ATTESTED)
        client = client_data(challenge, page)
        length = len(self.credential_id).to_bytes(2, "big")
        attested = AAGUID + length + self.credential_id + self.cose()
        data = authenticator_data(page) + attested + page.extension
        form, said = ("none", cbor_map()) if attest is None else attest(self, data, client)
        statement = cbor_map((cbor_text("fmt"), cbor_text(form)), (cbor_text("attStmt"), said))
        body = bytes([0xA3]) + statement[1:] + cbor_text("authData") + cbor_bytes(data)
        return {
            "clientDataJSON": url64(client),
            "attestationObject": url64(body),
        }

    def cose(self) -> bytes:
        """Give the public key as COSE (RFC 9053)."""
        if self._eddsa:
            raw = self.spki[-32:]
            return cbor_map(
                (cbor_int(1), cbor_int(1)),
                (cbor_int(3), cbor_int(-8)),
                (cbor_int(-1), cbor_int(6)),
                (cbor_int(-2), cbor_bytes(raw)),
            )
        x, y = self.spki[-64:-32], self.spki[-32:]
        return cbor_map(
            (cbor_int(1), cbor_int(2)),
            (cbor_int(3), cbor_int(-7)),
            (cbor_int(-1), cbor_int(1)),
            (cbor_int(-2), cbor_bytes(x)),
            (cbor_int(-3), cbor_bytes(y)),
        )


def client_data(challenge: bytes, page: Page) -> bytes:
    """Write what the browser says, in the order in which browsers do."""
    told = {"type": page.kind, "challenge": url64(challenge), "origin": page.origin}
    return page.wrap(json.dumps({**told, "crossOrigin": False, **page.more}).encode())


def authenticator_data(page: Page) -> bytes:
    """Write what the device says."""
    head = hashlib.sha256(page.host.encode()).digest() + bytes([page.flags])
    head += page.counter.to_bytes(4, "big")
    return head if page.flags & ATTESTED else head + page.extension


def _head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major << 5 | value])
    size = 1 if value < 256 else 2
    return bytes([major << 5 | (23 + size)]) + value.to_bytes(size, "big")


def cbor_int(value: int) -> bytes:
    """Write a whole number."""
    return _head(0, value) if value >= 0 else _head(1, -1 - value)


def cbor_text(text: str) -> bytes:
    """Write a text."""
    return _head(3, len(text)) + text.encode()


def cbor_bytes(raw: bytes) -> bytes:
    """Write bytes."""
    return _head(2, len(raw)) + raw


def cbor_list(*items: bytes) -> bytes:
    """Write a list."""
    return _head(4, len(items)) + b"".join(items)


def cbor_map(*pairs: tuple[bytes, bytes]) -> bytes:
    """Write a map."""
    return _head(5, len(pairs)) + b"".join(key + value for key, value in pairs)


Attest = Callable[[SoftPasskey, bytes, bytes], tuple[str, bytes]]
"""Makes the form and the statement of an attestation, of the key, for the data and the page."""


def packed(alg: int, signature: bytes, *chain: bytes) -> tuple[str, bytes]:
    """Write a `packed` attestation, perhaps with certificates."""
    pairs = [(cbor_text("alg"), cbor_int(alg)), (cbor_text("sig"), cbor_bytes(signature))]
    if chain:
        pairs.append((cbor_text("x5c"), cbor_list(*map(cbor_bytes, chain))))
    return "packed", cbor_map(*pairs)


def by_itself(key: SoftPasskey, data: bytes, client: bytes) -> tuple[str, bytes]:
    """Let the new key sign for itself."""
    return packed(key.algorithm, key.sign(data + hashlib.sha256(client).digest()))
