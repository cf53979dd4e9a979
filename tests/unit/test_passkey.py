"""A registration of a passkey is read strictly; its enrolment is what a second person signed."""

import base64
import hashlib
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.errors import Corrupt, DomainError
from chalicelib.people.assertion import NotSigned, RelyingParty
from chalicelib.people.cbor import read_cbor
from chalicelib.people.passkey import read_enrolment, read_registration
from tests.support.enrolled import enrolment_data
from tests.support.soft_passkey import (
    AAGUID,
    ATTESTED,
    BACKED_UP,
    EXTENDED,
    HOST,
    ORIGIN,
    PRESENT,
    VERIFIED,
    Page,
    SoftPasskey,
    canonical,
    url64,
)

PARTY = RelyingParty(HOST, (ORIGIN,))
CHALLENGE = hashlib.sha256(b"a challenge").digest()
KEYS = [SoftPasskey("p256"), SoftPasskey("ed", is_eddsa=True)]
SECOND = SoftPasskey("second")
CREATED = PRESENT | VERIFIED | ATTESTED


def page(**changes: Any) -> Page:
    """Give the page on which a key is made, with changes."""
    return Page(**{"kind": "webauthn.create", "flags": CREATED, **changes})


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("extension", [b"", bytes([0xA1, 0x63]) + b"abc" + bytes([0xF5])])
def test_a_registration_gives_the_key(key: SoftPasskey, extension: bytes) -> None:
    """With its credential, the kind of device, and the digest of what vouches for it."""
    document = key.registration(
        CHALLENGE, page(flags=CREATED | (EXTENDED if extension else 0), extension=extension)
    )
    made = read_registration(document, CHALLENGE, PARTY)
    assert (made.key.text, made.credential_id) == (key.public, key.credential_id)
    assert (made.aaguid, made.key.fingerprint) == (AAGUID.hex(), key.fingerprint)


@pytest.mark.parametrize(
    ("made_on", "cause"),
    [
        (page(kind="webauthn.get"), "type"),
        (page(origin="https://evil.example"), "origin"),
        (page(more={"crossOrigin": True}), "cross_origin"),
        (page(host="evil.example"), "rp"),
        (page(flags=ATTESTED | VERIFIED), "present"),
        (page(flags=ATTESTED | PRESENT), "verified"),
        (page(flags=CREATED | BACKED_UP), "form"),
        (page(extension=b"\x00\x00"), "form"),
        (page(flags=PRESENT | VERIFIED), "form"),
    ],
)
def test_a_registration_from_elsewhere_is_refused(made_on: Page, cause: str) -> None:
    """By its reason."""
    with pytest.raises(NotSigned) as refused:
        read_registration(KEYS[0].registration(CHALLENGE, made_on), CHALLENGE, PARTY)
    assert refused.value.cause == cause


def test_a_registration_for_another_challenge_is_refused() -> None:
    """It may have been made for somebody else."""
    with pytest.raises(NotSigned) as refused:
        read_registration(KEYS[0].registration(bytes(32)), CHALLENGE, PARTY)
    assert refused.value.cause == "challenge"


@pytest.mark.parametrize("key", KEYS)
def test_no_changed_byte_is_a_crash(key: SoftPasskey) -> None:
    """A registration comes from anybody: it is read, or refused."""
    document = key.registration(CHALLENGE)
    text = document["attestationObject"]
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for at in range(len(raw)):
        for value in (0x00, 0x18, 0x5F, 0x9F, 0xA0, 0xBF, 0xFB, 0xFF):
            changed = {"attestationObject": url64(raw[:at] + bytes([value]) + raw[at + 1 :])}
            with suppress(NotSigned):
                read_registration({**document, **changed}, CHALLENGE, PARTY)
    for end in range(len(raw)):
        with pytest.raises(NotSigned):
            read_registration({**document, "attestationObject": url64(raw[:end])}, CHALLENGE, PARTY)


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"clientDataJSON": 1}, {"attestationObject": "A" * 20_000}, {"a": "="}],
)
def test_what_is_no_registration_is_refused(document: object) -> None:
    """Without a crash."""
    with pytest.raises(NotSigned):
        read_registration(document, CHALLENGE, PARTY)


@pytest.mark.parametrize(
    ("hexadecimal", "value"),  # RFC 8949, appendix A
    [
        ("00", 0),
        ("17", 23),
        ("1818", 24),
        ("1903e8", 1000),
        ("1bffffffffffffffff", 18446744073709551615),
        ("20", -1),
        ("3863", -100),
        ("f4", False),
        ("f6", None),
        ("4401020304", b"\x01\x02\x03\x04"),
        ("63e6b0b4", "\u6c34"),
        ("8301820203820405", [1, [2, 3], [4, 5]]),
        ("a26161016162820203", {"a": 1, "b": [2, 3]}),
        ("8181818101", [[[[1]]]]),  # as deep as CTAP 2 has it
        ("a101a101a101a10101", {1: {1: {1: {1: 1}}}}),
    ],
)
def test_known_answers_of_cbor(hexadecimal: str, value: object) -> None:
    """Of the standard."""
    assert read_cbor(bytes.fromhex(hexadecimal)) == value


@pytest.mark.parametrize(
    "hexadecimal",
    [
        *("", "18", "1817", "1900ff", "1c", "5f42010243030405ff", "9fff", "bf6161019fff"),
        *("f93c00", "fb3ff199999999999a", "c074", "f7", "f0", "62c328", "a201010102", "a1f500"),
        *(
            "a18000",
            "818181818101",
            "8181818181818181",
            "0000",
            "9bffffffffffffffff",
            "5bffffffffffffffff",
        ),
    ],
)
def test_other_cbor_is_refused(hexadecimal: str) -> None:
    """Longer than needed, of no definite length, floats, tags, a name twice, nested, cut off."""
    with pytest.raises(Corrupt):
        read_cbor(bytes.fromhex(hexadecimal))


def test_a_second_person_signs_for_a_key() -> None:
    """The statement is read, and what it carries is checked with the second person's own key."""
    second = read_enrolment(enrolment_data(SECOND, "p_secondaaaaaaaaaa"))
    assert (second.is_vouched, second.data()) == (
        False,
        enrolment_data(SECOND, "p_secondaaaaaaaaaa"),
    )
    data = enrolment_data(KEYS[0], "p_personaaaaaaaaaa", by=("p_secondaaaaaaaaaa", SECOND))
    enrolment = read_enrolment(data)
    assert (enrolment.is_vouched, enrolment.data()) == (True, data)
    assert enrolment.check_vouched(second).act.person == "p_personaaaaaaaaaa"


def test_nobody_answers_for_himself_and_no_signature_for_another_key() -> None:
    """Each puppet is refused."""
    second = read_enrolment(enrolment_data(SECOND, "p_secondaaaaaaaaaa"))
    mine = read_enrolment(
        enrolment_data(KEYS[1], "p_secondaaaaaaaaaa", by=("p_secondaaaaaaaaaa", SECOND))
    )
    honest = enrolment_data(KEYS[0], "p_personaaaaaaaaaa", by=("p_secondaaaaaaaaaa", SECOND))
    operator = SoftPasskey("operator")
    made_up = enrolment_data(KEYS[0], "p_personaaaaaaaaaa", by=("p_secondaaaaaaaaaa", operator))
    wrong = [
        mine,
        read_enrolment({**honest, "key": KEYS[1].fingerprint, "public": KEYS[1].public}),
        read_enrolment({**honest, "person": "p_puppetaaaaaaaaaa"}),
        read_enrolment({**honest, "role": "operator"}),
        read_enrolment(made_up),
        read_enrolment({**made_up, "by_key": SECOND.fingerprint}),
        read_enrolment(enrolment_data(KEYS[0], "p_personaaaaaaaaaa")),
    ]
    for enrolment in wrong:
        with pytest.raises(DomainError):
            enrolment.check_vouched(second)


@pytest.mark.parametrize(
    "change",
    [
        {"person": "王小明"},
        {"key": "A" * 43},
        {"public": "AAAA"},
        {"origins": []},
        {"origins": ["javascript:alert(1)"]},
        {"origins": [ORIGIN] * 5},
        {"by": "p_secondaaaaaaaaaa"},
        {"by_key": "A" * 43},
        {"more": 1},
        {"rp": "UPPER"},
        {"aaguid": "x"},
    ],
)
def test_a_statement_has_one_form(change: dict[str, object]) -> None:
    """Anything else is corrupt."""
    with pytest.raises(Corrupt):
        read_enrolment({**enrolment_data(KEYS[0], "p_personaaaaaaaaaa"), **change})


def test_a_statement_fits_into_a_leaf() -> None:
    """The longest one, with what the second person signed."""
    data = enrolment_data(KEYS[0], "p_" + "x" * 16, by=("p_" + "y" * 16, SECOND))
    assert len(canonical(data)) < 3000
