"""An Ed25519 key that never leaves AWS KMS (key spec ECC_NIST_EDWARDS25519)."""

from functools import cached_property
from typing import Any

from chalicelib.plumbing import aws

_PUBLIC = 32  # the last bytes of the SubjectPublicKeyInfo of RFC 8410 are the key


class KmsSigner:
    """Signs with the KMS key *key*, at most 4096 bytes at once; implements `signer.Signer`."""

    def __init__(self, key: str, client: Any = None) -> None:
        self._key = key
        self._given = client

    @cached_property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        spki: bytes = self._client.get_public_key(KeyId=self._key)["PublicKey"]
        return spki[-_PUBLIC:]

    def sign(self, message: bytes) -> bytes:
        """Sign *message* itself, not a digest of it: 64 bytes."""
        answer = self._client.sign(
            KeyId=self._key, Message=message, MessageType="RAW", SigningAlgorithm="ED25519_SHA_512"
        )
        signature: bytes = answer["Signature"]
        return signature

    @cached_property
    def _client(self) -> Any:
        return self._given or aws.client("kms")
