"""What vouches for a new passkey: its form, and that the key it names signed this registration."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from msgspec import json

from chalicelib.people.assertion import NotSigned, RelyingParty
from chalicelib.people.kept_passkey import WaitingPasskey
from chalicelib.people.passkey import NewPasskey, read_registration
from chalicelib.people.passkey_store import MOST_WAITING
from tests.support.soft_passkey import (
    AAGUID,
    HOST,
    ORIGIN,
    Attest,
    SoftPasskey,
    by_itself,
    cbor_bytes,
    cbor_int,
    cbor_map,
    cbor_text,
    packed,
    url64,
)

PARTY = RelyingParty(HOST, (ORIGIN,))
CHALLENGE = hashlib.sha256(b"a challenge").digest()
STRANGER = ec.derive_private_key(9, ec.SECP256R1())
KEYS = [SoftPasskey("p256"), SoftPasskey("ed", is_eddsa=True)]
OTHER = SoftPasskey("other")
MAKER = ec.derive_private_key(7, ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
NAMED = x509.UnrecognizedExtension(
    x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4"), b"\x04\x10" + AAGUID
)


def certificate(of: Any = MAKER, *extensions: x509.UnrecognizedExtension) -> bytes:
    """Issue a certificate to a maker's key, by himself."""
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Attestation")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, of.public_key(), 1, now, now + timedelta(9))
    for each in extensions:
        builder = builder.add_extension(each, critical=False)
    return builder.sign(MAKER, SHA256()).public_bytes(Encoding.DER)


def made_by(cert: bytes, alg: int = -7) -> Attest:
    """Let the maker sign for a device."""

    def attest(_: SoftPasskey, data: bytes, client: bytes) -> tuple[str, bytes]:
        message = data + hashlib.sha256(client).digest()
        return packed(alg, MAKER.sign(message, ec.ECDSA(SHA256())), cert)

    return attest


def read(key: SoftPasskey, attest: Attest | None = None) -> NewPasskey:
    """Read a registration with this attestation."""
    return read_registration(key.registration(CHALLENGE, attest=attest), CHALLENGE, PARTY)


def other_form(form: str, said: bytes) -> Attest:
    """Say so, whatever was made."""
    return lambda *_: (form, said)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "attest",
    [None, by_itself, made_by(certificate()), made_by(certificate(MAKER, NAMED))],
    ids=["none", "itself", "maker", "maker of the device"],
)
def test_an_attestation_that_holds(key: SoftPasskey, attest: Attest | None) -> None:
    """None, by the key itself, by a maker; what came is kept, and its digest is stated."""
    document = key.registration(CHALLENGE, attest=attest)
    made = read_registration(document, CHALLENGE, PARTY)
    raw = base64.urlsafe_b64decode(document["attestationObject"] + "==")
    assert made.attestation == url64(hashlib.sha256(raw).digest())
    assert made.registration == document
    assert (made.key.text, made.aaguid) == (key.public, AAGUID.hex())


SIG = (cbor_text("sig"), cbor_bytes(bytes(70)))
WRONG: list[tuple[str, Attest]] = [
    ("none, and a statement", other_form("none", cbor_map(SIG))),
    ("a form that nobody asked for", other_form("tpm", cbor_map())),
    ("fido-u2f", other_form("fido-u2f", cbor_map(SIG))),
    ("packed, and nothing in it", other_form("packed", cbor_map())),
    ("no algorithm", other_form("packed", cbor_map(SIG))),
    ("more than there should be", other_form("packed", cbor_map(
        (cbor_text("alg"), cbor_int(-7)), SIG, (cbor_text("ecdaaKeyId"), cbor_bytes(b"x"))))),
    ("another algorithm", lambda key, data, client: packed(
        -8 if key.algorithm == -7 else -7, key.sign(data + hashlib.sha256(client).digest()))),
    ("another key", lambda key, data, client: packed(
        key.algorithm, (OTHER if key.algorithm == -7 else SoftPasskey("o", is_eddsa=True)).sign(
            data + hashlib.sha256(client).digest()))),
    ("another page", lambda key, data, _: packed(
        key.algorithm, key.sign(data + hashlib.sha256(b"{}").digest()))),
    ("other data", lambda key, data, client: packed(
        key.algorithm, key.sign(data[:-1] + hashlib.sha256(client).digest()))),
    ("no certificate", made_by(b"")),
    ("no certificate, but bytes", made_by(b"\x30\x03\x02\x01\x01")),
    ("a certificate of another maker", made_by(certificate(STRANGER))),
    ("a certificate of RSA", made_by(certificate(RSA))),
    ("another algorithm of the maker", made_by(certificate(), alg=-8)),
    ("a certificate of another device", made_by(certificate(MAKER, x509.UnrecognizedExtension(
        NAMED.oid, b"\x04\x10" + bytes(16))))),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("attest", [attest for _, attest in WRONG], ids=[name for name, _ in WRONG])
def test_an_attestation_that_does_not_hold(key: SoftPasskey, attest: Attest) -> None:
    """Each is refused by its reason; none is a crash."""
    with pytest.raises(NotSigned) as refused:
        read(key, attest)
    assert refused.value.cause == "attestation"


def test_the_longest_that_wait_fit_into_one_item() -> None:
    """Of 400 KB: nobody fills the list so that it cannot be written any more."""
    made = read(KEYS[0])
    longest = {"attestationObject": "A" * 4096, "clientDataJSON": "A" * 1024}
    about = {
        "person": "p_" + "x" * 16,
        "role": "x" * 64,
        "key": "A" * 43,
        "public": made.key.text,
        "rp": "x" * 253,
        "origins": ["https://" + "x" * 260],
        "aaguid": made.aaguid,
        "attestation": made.attestation,
    }
    waiting = WaitingPasskey(
        credential_id="A" * 1364,
        enrolment=about,
        made_at="2026-11-30T02:00:00.000Z",
        registration=longest,
    )
    assert len(json.encode([waiting] * MOST_WAITING)) < 390_000
    with pytest.raises(NotSigned):
        read_registration({"attestationObject": "A" * 4097}, CHALLENGE, PARTY)
