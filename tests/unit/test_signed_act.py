"""An act that is signed: its one spelling, its challenge, and each check of the answer to that."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.errors import Corrupt, Rejected
from chalicelib.people.assertion import NotSigned, RelyingParty
from chalicelib.people.person_key import read_person_key
from chalicelib.people.signed_act import (
    MOST_ACT,
    Act,
    SignedAct,
    must_be,
    must_be_fresh,
    read_disclosed_act,
    read_signed_act,
)
from tests.support.soft_passkey import (
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
    challenge_of,
    url64,
)

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
SALT = bytes(range(16))
TEXT = "情况属实，予以确认。"
PARTY = RelyingParty(HOST, (ORIGIN,))
LAST = "duban/respond/0123456789abcdef"
ACT: dict[str, Any] = {
    "v": 1,
    "act": "decide",
    "by": "p_inspectoraaaaaaa",
    "role": "inspector",
    "at": "2026-11-30T02:00:00.000Z",
    "nonce": url64(bytes(16)),
    "seen": {"size": 766, "root": "A" * 43 + "="},
    "card": "c_aaaaaaaaaaaaaaaaaaaaaaaaaa.4",
    "after": LAST,
    "outcome": "revoked",
    "text": url64(hashlib.sha256(SALT + TEXT.encode()).digest()),
}
OF_KEY = {"key": "A" * 43, "person": "p_inspectorbbbbbba"}
KEYS = [SoftPasskey("p256"), SoftPasskey("ed", is_eddsa=True)]
OTHER = SoftPasskey("other")


def check(document: Any, key: SoftPasskey, party: RelyingParty = PARTY) -> SignedAct:
    """Read and check what a page hands in, under the key of somebody."""
    signed = read_signed_act(document)
    signed.check(read_person_key(key.public), party)
    return signed


def cause(document: Any, key: SoftPasskey, party: RelyingParty = PARTY) -> str:
    """Tell why it is refused."""
    with pytest.raises(NotSigned) as refused:
        check(document, key, party)
    assert (refused.value.status, refused.value.field) == (422, "signature")
    return refused.value.cause


@pytest.mark.parametrize("key", KEYS)
def test_what_a_person_signed_is_believed(key: SoftPasskey) -> None:
    """With either algorithm; what is read is what was signed, words and all."""
    signed = check(key.signed(ACT, SALT), key)
    assert signed.act.challenge == challenge_of(canonical(ACT))
    assert (signed.key, signed.act.outcome, signed.act.card) == (
        key.fingerprint,
        "revoked",
        "c_aaaaaaaaaaaaaaaaaaaaaaaaaa.4",
    )
    assert (signed.has_text(TEXT), signed.has_text(TEXT + " "), signed.has_text("")) == (
        True,
        False,
        False,
    )


def test_the_challenge_is_the_one_that_was_written_down() -> None:
    """By hand, with sha256sum: nobody may change it."""
    act = {name: ACT[name] for name in ("v", "act", "by", "role", "at", "nonce", "seen", "card")}
    assert read_signed_act(KEYS[0].signed(act)).act.canonical.decode() == (
        '{"act":"decide","at":"2026-11-30T02:00:00.000Z","by":"p_inspectoraaaaaaa",'
        '"card":"c_aaaaaaaaaaaaaaaaaaaaaaaaaa.4","nonce":"AAAAAAAAAAAAAAAAAAAAAA",'
        '"role":"inspector",'
        '"seen":{"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","size":766},"v":1}'
    )
    assert read_signed_act(KEYS[0].signed(act)).act.challenge.hex() == PINNED


PINNED = "0e07a39df1c8a03e9026db11c3c88d4e25b7c9efea8d4f77751b6e26688091d8"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(kind="webauthn.create"), "type"),
        (Page(origin="https://audit.example.gov.evil.example"), "origin"),
        (Page(origin="http://audit.example.gov"), "origin"),
        (Page(more={"crossOrigin": True}), "cross_origin"),
        (Page(more={"crossOrigin": 0}), "cross_origin"),
        (Page(more={"topOrigin": "https://evil.example"}), "cross_origin"),
        (Page(host="evil.example"), "rp"),
        (Page(flags=VERIFIED), "present"),
        (Page(flags=PRESENT), "verified"),
        (Page(flags=0), "present"),
        (Page(flags=PRESENT | VERIFIED | BACKED_UP), "form"),
        (Page(flags=PRESENT | VERIFIED | ATTESTED), "form"),
        (Page(flags=PRESENT | VERIFIED | EXTENDED), "form"),
        (Page(extension=b"\xa0"), "form"),
    ],
)
def test_an_answer_from_elsewhere_is_refused(key: SoftPasskey, page: Page, why: str) -> None:
    """Another page, another site, a person who was not verified: each by its own reason."""
    assert cause(key.signed(ACT, SALT, page), key) == why


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", ["authenticatorData", "clientDataJSON", "signature", "act"])
def test_one_changed_bit_is_refused(key: SoftPasskey, name: str) -> None:
    """Wherever it is."""
    document = key.signed(ACT, SALT)
    if name == "act":
        document["act"] = canonical({**ACT, "outcome": "upheld"})
        assert cause(document, key) == "challenge"
        return
    text = document[name]
    raw = bytearray(_raw(text))
    for at in range(len(raw)):
        raw[at] ^= 0x01
        assert cause({**document, name: url64(bytes(raw))}, key) in {
            *("signature", "rp", "present", "form"),
            *("type", "challenge", "origin", "cross_origin"),
        }
        raw[at] ^= 0x01
    assert check(document, key).key == key.fingerprint


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_another_key_is_refused() -> None:
    """Named, or named as the right one."""
    document = OTHER.signed(ACT, SALT)
    assert cause(document, KEYS[0]) == "key"
    assert cause({**document, "key": KEYS[0].fingerprint}, KEYS[0]) == "signature"


def test_a_signature_for_one_act_is_none_for_another() -> None:
    """Of the same kind, by the same person, a second later."""
    answer = KEYS[0].signed(ACT, SALT)
    for change in (
        {"card": "c_aaaaaaaaaaaaaaaaaaaaaaaaaa.5"},
        {"after": "duban/respond/1"},
        {"by": "p_somebodyelseaaaa"},
        {"role": "department"},
        {"at": "2026-11-30T02:00:00.001Z"},
        {"seen": {"size": 767, "root": "A" * 43 + "="}},
        {"text": "B" * 43},
    ):
        assert cause({**answer, "act": canonical({**ACT, **change})}, KEYS[0]) == "challenge"


@pytest.mark.parametrize(
    "act",
    [
        canonical(ACT) + " ",
        canonical(ACT).replace('"v":1', '"v":1,"v":1'),
        canonical(ACT).replace('"v":1', '"v":1.0'),
        canonical({**ACT, "v": 2}),
        canonical({**ACT, "more": "x"}),
        canonical({**ACT, "claim": None}),
        canonical({**ACT, "case": "c_" + "a" * 26}),
        canonical({name: value for name, value in ACT.items() if name != "card"}),
        canonical({**ACT, "key": "A" * 43}),
        canonical({**ACT, "person": "p_inspectorbbbbbba"}),
        canonical({**ACT, **OF_KEY}),
        canonical({**ACT, "case": "c_" + "a" * 26, **OF_KEY}),
        canonical({**ACT, "claim": 3}),
        canonical({**ACT, "at": "2026-11-30"}),
        canonical({**ACT, "by": "王小明"}),
        canonical({**ACT, "nonce": "short"}),
        canonical({**ACT, "after": "x" * MOST_ACT}),
        "[]",
        "",
        "\ud800",
        None,
        1,
    ],
)
def test_an_act_has_one_spelling(act: object) -> None:
    """Whatever else is signed is no act, though the signature of it be right."""
    document = KEYS[0].signed(ACT, SALT)
    if isinstance(act, str) and act.isascii():
        document |= KEYS[0].answer(challenge_of(act))
    assert cause({**document, "act": act}, KEYS[0]) == "act"


@pytest.mark.parametrize(
    "change",
    [
        {"key": "A" * 42},
        {"key": None},
        {"salt": ""},
        {"salt": url64(bytes(15))},
        {"salt": 3},
        {"signature": "A" * 100},
        {"signature": "a+b/"},
        {"signature": "AB="},
        {"authenticatorData": url64(bytes(36))},
        {"authenticatorData": "A" * 600},
        {"clientDataJSON": url64(b"[]")},
        {"clientDataJSON": url64(b'{"type":1,"type":2}')},
        {"clientDataJSON": url64(b"\xff")},
        {"clientDataJSON": url64(b" " * 2000)},
        {"more": "x"},
    ],
)
def test_what_a_page_hands_in_is_bounded(change: dict[str, object]) -> None:
    """Each field has one form and a length."""
    assert cause({**KEYS[0].signed(ACT, SALT), **change}, KEYS[0]) == "form"


def test_an_act_holds_for_five_minutes() -> None:
    """By the clock of the stage, either way."""
    act = read_signed_act(KEYS[0].signed(ACT, SALT)).act
    for offset in (timedelta(minutes=-5), timedelta(), timedelta(minutes=5)):
        must_be_fresh(act, NOW + offset)
    for offset in (timedelta(minutes=5, milliseconds=1), timedelta(minutes=-5, milliseconds=-1)):
        with pytest.raises(NotSigned) as refused:
            must_be_fresh(act, NOW + offset)
        assert refused.value.cause == "time"


def test_an_act_is_the_one_that_is_asked_for_in_the_state_that_was_shown() -> None:
    """Else 422 with the field; 409 where something was recorded since."""
    act: Act = read_signed_act(KEYS[0].signed(ACT, SALT)).act
    must_be(act, {"act": "decide", "outcome": "revoked", "claim": None}, LAST)
    with pytest.raises(Rejected) as refused:
        must_be(act, {"act": "decide", "outcome": "upheld"}, LAST)
    assert (refused.value.status, refused.value.field) == (422, "signature.act.outcome")
    with pytest.raises(Rejected) as refused:
        must_be(act, {"act": "decide"}, "duban/decide/0")
    assert (refused.value.status, refused.value.field) == (409, "signature.act.after")


def test_what_is_disclosed_is_read_again() -> None:
    """From the parts that the vault keeps; a part alone is nothing, another text is corrupt."""
    document = KEYS[0].signed(ACT, SALT)
    signed = read_signed_act(document)
    values = {f"assertion.{name}": value for name, value in signed.private().items()}
    assert read_disclosed_act(values, signed.key) == signed
    assert {**signed.private(), "key": signed.key} == document
    part = {name: value for name, value in values.items() if name != "assertion.act"}
    assert read_disclosed_act(part, signed.key) is None
    with pytest.raises(Corrupt):
        read_disclosed_act({**values, "assertion.salt": "AA"}, signed.key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAAA",
        "é",
        KEYS[0].public + "A",
        KEYS[0].public[:-4],
        url64(KEYS[0].spki[:-1] + bytes([KEYS[0].spki[-1] ^ 1])),  # not on the curve
        url64(KEYS[1].spki[:-32] + bytes(32)),  # of small order
        url64(KEYS[1].spki[:-32] + b"\xff" * 32),
        url64(KEYS[0].spki[:-64] + b"\xff" * 64),
    ],
)
def test_a_key_has_one_spelling_and_is_safe(text: str) -> None:
    """Points that are on no curve, or of small order, are no keys."""
    with pytest.raises(Corrupt):
        read_person_key(text)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_read_and_written(key: SoftPasskey) -> None:
    """As the independent hand wrote it."""
    read = read_person_key(key.public)
    assert (read.text, read.fingerprint) == (key.public, key.fingerprint)
    assert read.algorithm == (-8 if key is KEYS[1] else -7)
