"""Tricks with an assertion: its JSON, the page, the site, the form of a signature, weak keys."""

import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from chalicelib.errors import Corrupt
from chalicelib.people.assertion import NotSigned, RelyingParty
from chalicelib.people.person_key import ed25519_key, read_person_key
from chalicelib.people.signed_act import SignedAct, read_signed_act
from tests.support.signing_people import raw_of
from tests.support.soft_passkey import HOST, ORIGIN, Page, SoftPasskey, url64

P256, ED = SoftPasskey("p256"), SoftPasskey("ed", is_eddsa=True)
PARTY = RelyingParty(HOST, (ORIGIN,))
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # the order of P-256
L = 2**252 + 27742317777372353535851937790883648493  # and of Ed25519
ACT: dict[str, Any] = {
    "v": 1,
    "act": "revoke",
    "by": "p_inspectoraaaaaaa",
    "role": "inspector",
    "at": "2026-11-30T02:00:00.000Z",
    "nonce": url64(bytes(16)),
    "seen": {"size": 766, "root": "A" * 43 + "="},
    "card": "c_aaaaaaaaaaaaaaaaaaaaaaaaaa.4",
    "after": "duban/respond/0",
}


def check(document: Any, key: SoftPasskey = P256) -> SignedAct:
    """Check what is handed in."""
    signed = read_signed_act(document)
    signed.check(read_person_key(key.public), PARTY)
    return signed


def cause(document: Any, key: SoftPasskey = P256) -> str:
    """Tell why it is refused."""
    with pytest.raises(NotSigned) as refused:
        check(document, key)
    return refused.value.cause


def on(page: Page, key: SoftPasskey = P256) -> Any:
    """Sign on a page."""
    return key.signed(ACT, page=page)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda client: b"\xef\xbb\xbf" + client,
        lambda client: client.decode().encode("utf-16"),
        lambda client: client + b"\x00",
        lambda client: client + b"{}",
        lambda client: client[:-1] + b', "origin": "https://evil.example"}',
        lambda client: client[:-1] + b', "\\u006frigin": "https://evil.example"}',
        lambda client: client[:-1] + b', "topOrigin": NaN}',
        lambda client: b"[" + client + b"]",
        lambda client: client.replace(b'"type"', b'"\\ud800"'),
    ],
    ids=["BOM", "UTF-16", "a zero", "two", "a name twice", "escaped", "NaN", "list", "surrogate"],
)
def test_what_the_browser_says_is_one_object_of_json(wrap: Any) -> None:
    """Two readers must not read two things in it; what has no `type` is no assertion."""
    assert cause(on(Page(wrap=wrap))) in {"form", "type"}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda client: b"\n\t " + client + b"\r\n",
        lambda client: client.replace(b", ", b" ,\n\n").replace(b": ", b" :  "),
        lambda client: client[:-1] + b', "other_keys_can_be_added_here": "do not compare"}',
        lambda client: client.replace(b"https", b"\\u0068ttps"),
    ],
    ids=["around", "between", "more", "escaped"],
)
def test_how_the_browser_writes_it_is_the_browsers(wrap: Any) -> None:
    """White space, more members and escapes are signed as they came."""
    assert check(on(Page(wrap=wrap))).key == P256.fingerprint


@pytest.mark.parametrize(
    "origin",
    [
        f"{ORIGIN}:443",
        f"{ORIGIN}:8443",
        f"{ORIGIN}/",
        f"{ORIGIN}.",
        ORIGIN.upper(),
        f" {ORIGIN}",
        f"https://{HOST}@evil.example",
        f"https://evil.example#{HOST}",
        f"https://x.{HOST}",
        f"https://{HOST}.evil.example",
        f"android:apk-key-hash:{HOST}",
        "null",
        "",
        [ORIGIN],
        None,
        True,
    ],
)
def test_the_page_is_one_of_those_that_were_stated(origin: object) -> None:
    """Letter for letter: no port, no prefix, no suffix, no list."""
    assert cause(on(Page(more={"origin": origin}))) == "origin"


@pytest.mark.parametrize("inside", [True, "false", 1, None, []])
def test_a_page_inside_another_is_refused(inside: object) -> None:
    """Whatever is not false."""
    assert cause(on(Page(more={"crossOrigin": inside}))) == "cross_origin"


@pytest.mark.parametrize(
    "host",
    ["gov", "example.gov", f"x.{HOST}", f"{HOST}.", HOST.upper(), f"{HOST}:443", ORIGIN, ""],
)
def test_a_site_is_one_name(host: str) -> None:
    """A passkey of the domain above, or below, is another site's."""
    assert cause(on(Page(host=host))) == "rp"


def test_another_signature_of_the_same_is_the_same_act() -> None:
    """ES256 has two for each message, (r, s) and (r, n - s); what was signed names the act."""
    document = on(Page())
    r, s = decode_dss_signature(raw_of(document["signature"]))
    other = {**document, "signature": url64(encode_dss_signature(r, N - s))}
    assert other != document
    assert check(other).act.challenge == check(document).act.challenge


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw + b"\x00",
        lambda raw: b"\x30\x81" + raw[1:],
        lambda raw: raw[:1] + bytes([raw[1] + 1]) + raw[2:3] + bytes([raw[3] + 1, 0]) + raw[4:],
        lambda raw: raw[:-1],
        lambda raw: b"\x31" + raw[1:],
        lambda _: encode_dss_signature(1, 1),
        lambda _: bytes.fromhex("3006020100020100"),
        lambda raw: encode_dss_signature(*(each + N for each in decode_dss_signature(raw))),
        lambda raw: b"".join(n.to_bytes(32, "big") for n in decode_dss_signature(raw)),
        lambda _: b"",
    ],
    ids=[
        *("trailing", "long length", "leading zero", "cut", "a set", "one", "zero"),
        *("beyond the order", "not DER", "nothing"),
    ],
)
def test_a_signature_has_one_form(spoil: Any) -> None:
    """DER, the shortest, and nothing behind it; what is longer than any is not even tried."""
    document = on(Page())
    spoilt = url64(spoil(raw_of(document["signature"])))
    assert cause({**document, "signature": spoilt}) in {"signature", "form"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:32] + (int.from_bytes(raw[32:], "little") + L).to_bytes(32, "little"),
        lambda raw: raw + b"\x00",
        lambda raw: raw[:-1],
        lambda _: bytes(64),
        lambda raw: bytes([raw[0] ^ 1]) + raw[1:],
    ],
    ids=["beyond the order", "longer", "shorter", "zeros", "a bit"],
)
def test_a_signature_of_ed25519_has_one_form(spoil: Any) -> None:
    """RFC 8032, 5.1.7: S below the order."""
    document = on(Page(), ED)
    spoilt = url64(spoil(raw_of(document["signature"])))
    assert cause({**document, "signature": spoilt}, ED) == "signature"


SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]  # the eight points of small order, and other spellings (Chalkias et al., Taming the EdDSAs)


@pytest.mark.parametrize("raw", SMALL)
def test_a_key_under_which_anybody_signs_is_none(raw: str) -> None:
    """In a statement as in a registration."""
    with pytest.raises(Corrupt):
        ed25519_key(bytes.fromhex(raw))
    with pytest.raises(Corrupt):
        read_person_key(url64(ED.spki[:-32] + bytes.fromhex(raw)))


def test_a_counter_that_goes_back_is_nobodys_business() -> None:
    """Synced passkeys have none: what keeps an act from being used again is its `after`."""
    first, second = on(Page(counter=9)), on(Page(counter=3))
    assert check(first).act == check(second).act
    changed = raw_of(second["authenticatorData"])
    later = changed[:-4] + (10).to_bytes(4, "big")
    assert cause({**second, "authenticatorData": url64(later)}) == "signature"


def test_the_challenge_is_of_acts_alone() -> None:
    """No prefix, no other digest: what was signed elsewhere is no act here."""
    text = check(on(Page())).act.canonical
    for challenge in (text, hashlib.sha256(text).digest(), hashlib.sha256(b"duban/act/v1" + text)):
        raw = challenge if isinstance(challenge, bytes) else challenge.digest()
        assert cause({**on(Page()), **P256.answer(raw)}) == "challenge"
