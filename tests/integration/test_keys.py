"""The log's key: in a secret, or in KMS, behind the same two lines."""

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.audit.kms import KmsSigner
from chalicelib.plumbing.seed import seed_in
from tests.support.stage import stage


class Kms:
    """KMS, which moto does not have: a key pair, SPKI, one algorithm."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def get_public_key(self, KeyId):  # noqa: N803 - AWS writes it so
        """Do GetPublicKey."""
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {"KeyId": KeyId, "PublicKey": self._key.public_key().public_bytes(*form)}

    def sign(self, KeyId, Message, MessageType, SigningAlgorithm):  # noqa: N803
        """Do Sign."""
        assert (MessageType, SigningAlgorithm) == ("RAW", "ED25519_SHA_512")
        assert len(Message) <= 4096
        return {"KeyId": KeyId, "Signature": self._key.sign(Message)}


def test_a_key_in_kms_signs_what_its_public_key_verifies():
    """The message itself is signed, not a digest."""
    signer = KmsSigner("key", Kms())
    Ed25519PublicKey.from_public_bytes(signer.public).verify(signer.sign(b"text"), b"text")


@pytest.fixture
def secret():
    """Give the id of a secret whose text is `kat`."""
    with stage():
        boto3.client("secretsmanager").create_secret(Name="duban-test/log-key", SecretString="kat")
        yield "duban-test/log-key"


def test_a_seed_is_the_digest_of_a_secret(secret):
    """AUDIT_LOG §3.1 names this very one."""
    known = "5455fc3fb94cf1d5cac49792b3c79be4376671a1c1fffaf3edf630d61840e838"
    assert seed_in(secret).hex() == known
