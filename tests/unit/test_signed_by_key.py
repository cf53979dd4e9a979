"""Standard Webhooks v1a: who signed with a key of its own, and what is kept of that."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Corrupt, Rejected
from chalicelib.intake import signature
from chalicelib.intake.signed_body import (
    SignedBody,
    check_bounds,
    read_disclosed,
    read_signed,
)
from chalicelib.intake.source_key import read_source_key
from tests.support.source_pair import SourcePair
from tests.support.webhook import sign_webhook

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"n" * 32).decode()
MINE, NEXT, OTHER = SourcePair("mine"), SourcePair("next"), SourcePair("other")
SECRETS = {
    "permits": (SECRET, MINE.public, NEXT.public),
    "alone": (OTHER.public,),
}
BODY = '{"source": "permits", "办件": 1}'.encode()
OTHERS = b'{"source": "alone"}'


def signer(headers: Mapping[str, str], body: bytes = BODY) -> signature.Sender:
    """Find who signed."""
    return signature.find_signer(headers, body, SECRETS, NOW)


def both(*headers: Mapping[str, str]) -> dict[str, str]:
    """Give one request with the signatures of all *headers*."""
    signatures = " ".join(each["webhook-signature"] for each in headers)
    return {**headers[0], "webhook-signature": signatures}


def by_secret() -> dict[str, str]:
    """Sign with the secret."""
    return sign_webhook(SECRET, "msg_1", NOW, BODY)


def test_a_key_alone_is_enough() -> None:
    """It names its source, and what it signed is kept, byte for byte."""
    headers = MINE.headers(BODY, NOW)
    source, signed = signer(headers)
    assert source == "permits"
    assert signed == SignedBody(
        "msg_1", "1795249800", BODY, headers["webhook-signature"][4:], MINE.fingerprint
    )
    assert signed.message == b"msg_1.1795249800." + BODY
    assert signer(OTHER.headers(OTHERS, NOW), OTHERS).source == "alone"


def test_only_the_keys_of_the_source_that_is_named_are_tried() -> None:
    """Each takes a while. In a batch the first event names it; in what is no event nobody does."""
    batch = b'[{"source": "alone"}, 7]'
    assert signer(OTHER.headers(batch, NOW), batch).source == "alone"
    for body in (BODY, b"[]", b"[7]", b"7", b'{"source": 7}', b"{", b"\xff", b"[" * 10**5):
        if len(body) <= 64 * 1024:
            with pytest.raises(signature.Unsigned):
                signer(OTHER.headers(body, NOW), body)
        else:
            with pytest.raises(Rejected, match="64 KiB"):
                signer(OTHER.headers(body, NOW), body)
    deep = b"[" * 60_000
    with pytest.raises(signature.Unsigned):
        signer(OTHER.headers(deep, NOW), deep)


def test_of_a_secret_and_a_key_the_key_is_kept() -> None:
    """Whichever stands first; the key that is being replaced does too."""
    for pair in (MINE, NEXT):
        for headers in (
            (by_secret(), pair.headers(BODY, NOW)),
            (
                pair.headers(BODY, NOW),
                by_secret(),
            ),
        ):
            source, signed = signer(both(*headers))
            assert (source, signed and signed.key) == ("permits", pair.fingerprint)


def test_a_secret_alone_leaves_no_signature() -> None:
    """The stage knows it too. Nor does a key of another source count beside it."""
    assert signer(by_secret()) == ("permits", None)
    assert signer(both(by_secret(), OTHER.headers(BODY, NOW))) == ("permits", None)
    assert signer(both(by_secret(), SourcePair("new").headers(BODY, NOW))) == ("permits", None)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "body", "signature", "key"])
def test_every_signed_part_counts(name: str) -> None:
    """Any other is refused like a wrong secret."""
    headers, body = MINE.headers(BODY, NOW), BODY
    if name == "body":
        body += b" "
    elif name == "signature":
        raw = bytearray(base64.b64decode(headers["webhook-signature"][4:]))
        raw[40] ^= 1
        headers["webhook-signature"] = "v1a," + base64.b64encode(raw).decode()
    elif name == "key":
        headers = SourcePair("stranger").headers(BODY, NOW)
    else:
        headers[name] = {"webhook-id": "msg_2", "webhook-timestamp": "1795249801"}[name]
    with pytest.raises(signature.Unsigned) as caught:
        signer(headers, body)
    assert (caught.value.status, caught.value.cause) == (401, "signature")


def test_the_stamp_counts_for_keys_too() -> None:
    """What was signed yesterday is not believed today."""
    with pytest.raises(signature.Unsigned) as caught:
        signer(MINE.headers(BODY, NOW - timedelta(minutes=6)))
    assert caught.value.cause == "stamp"


def test_so_many_signatures_are_tried_and_no_more() -> None:
    """Each takes a while: the third by a key is not looked at, nor one of another length."""
    good, wrong = MINE.headers(BODY, NOW), SourcePair("wrong").headers(BODY, NOW)
    short = {**wrong, "webhook-signature": "v1a,AAAA"}
    assert signer(both(wrong, good)).source == "permits"
    assert signer(both(short, short, short, wrong, good)).source == "permits"
    with pytest.raises(signature.Unsigned):
        signer(both(wrong, wrong, good))


@given(st.text(max_size=60), st.binary(max_size=80))
def test_nothing_unsigned_is_believed(text: str, raw: bytes) -> None:
    """Whatever stands there."""
    for written in (text, base64.b64encode(raw).decode()):
        headers = {**MINE.headers(BODY, NOW), "webhook-signature": f"v1a,{written}"}
        with pytest.raises(signature.Unsigned):
            signer(headers)


def batch(*subjects: object) -> bytes:
    """Write a batch of events of these subjects."""
    return json.dumps([{"subject": each} if each else 7 for each in subjects]).encode()


def test_a_signed_request_is_of_one_case_and_small() -> None:
    """It is kept with the case, and may be shown to whom the case concerns."""
    kept = SignedBody("m", "1", b"{}", "", "k")
    for body in (b"{}", b"[]", batch("1"), batch(*"1111111111"), b'{"x":"' + b"x" * 65528 + b'"}'):
        check_bounds(SignedBody("m", "1", body, "", "k"))
    for body, status in (
        (batch("1", "2"), 422),
        (b'[{"source": "x"}, {"source": "y"}]', 422),
        (batch("1", None), 422),
        (batch(*"11111111111"), 422),
        (b'{"x":"' + b"x" * 65529 + b'"}', 413),
        (b"{", 400),
        (b"\xff", 400),
    ):
        with pytest.raises(Rejected) as caught:
            check_bounds(SignedBody("m", "1", body, "", "k"))
        assert caught.value.status == status
    assert kept.at(3).position == 3


def test_what_is_kept_is_read_back_and_nothing_else() -> None:
    """Two parts, one of which has no word of the body; changed in any way they are refused."""
    _, signed = signer(MINE.headers(BODY, NOW))
    assert signed is not None
    for position in (None, 0, 7):
        key, private = read_signed(signed.at(position).stored())
        assert key == MINE.fingerprint
        about, body = private["signature"]["v1a"], private["signature"]["body"]
        assert (body.encode(), about.get("position")) == (BODY, position)
        assert about["sha256"] == hashlib.sha256(b"msg_1.1795249800." + BODY).hexdigest()
        assert "办件" not in json.dumps(about, ensure_ascii=False)
        values = {"signature.v1a": about, "signature.body": body}
        read = read_disclosed(values, key)
        assert read == signed.at(position)
        assert read.is_signed_by(read_source_key(MINE.public))
        assert not read.is_signed_by(read_source_key(NEXT.public))
        assert read_disclosed({"signature.v1a": about}, key) is None
        for wrong in (
            {**values, "signature.body": body + " "},
            {**values, "signature.body": 7},
            {**values, "signature.v1a": {**about, "id": "msg_2"}},
            {**values, "signature.v1a": {**about, "position": -1}},
            {**values, "signature.v1a": {**about, "position": True}},
            {**values, "signature.v1a": {"id": "msg_1"}},
            {**values, "signature.v1a": "v1a"},
        ):
            with pytest.raises(Corrupt):
                read_disclosed(wrong, key)
