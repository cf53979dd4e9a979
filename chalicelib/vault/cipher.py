"""The cipher of the vault: AES-256-GCM under a key derived from the case's own (AUDIT_LOG §4.3).

Without the case's key no enciphered text can be read again, wherever a copy of it lies. So
destroying that one key destroys everything that was reported about a person.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from chalicelib.errors import Corrupt

if TYPE_CHECKING:  # imported where it is used: most runs of a function open nothing
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12  # bytes, never used twice under one key: random, as a case has few texts
_PURPOSE = b"duban/vault/disclosures"


def encipher(text: str, about: str, key: bytes, nonce: bytes) -> str:
    """Encipher *text* under the case's *key*, as Base64; only the same *about* deciphers it."""
    sealed = nonce + _aead(key).encrypt(nonce, text.encode(), about.encode())
    return b64encode(sealed).decode("ascii")


def decipher(ciphertext: str, about: str, key: bytes) -> str:
    """Return what `encipher` wrote. Raises Corrupt: another *key* or *about*, or a changed text."""
    from cryptography.exceptions import InvalidTag

    sealed = b64decode(ciphertext)
    try:
        plaintext = _aead(key).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
    except InvalidTag as error:
        zh = f"{about} 用本案的密钥打不开"
        raise Corrupt(zh, f"{about} does not open under the key of its case") from error
    return plaintext.decode()


def _aead(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key)
    return AESGCM(derived)
