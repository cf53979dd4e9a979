"""The port of a signer: one method, so that the key may lie in a secret, a module or an account.

Ed25519 (RFC 8032) is deterministic: the same message signed again gives the same bytes. So a
publisher that crashes after signing does no harm.
"""

from typing import Protocol


class Signer(Protocol):
    """A key that signs and never shows itself."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of *message*, 64 bytes."""


class SeedSigner:
    """An Ed25519 key made from its 32-byte *seed*, held in memory. Raises ValueError on others."""

    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign *message*: 64 bytes."""
        return self._key.sign(message)
