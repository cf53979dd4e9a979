"""Standard Webhooks v1, against the published library and by hand."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from chalicelib.errors import Corrupt
from chalicelib.intake import signature
from tests.support.webhook import sign_webhook

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
OLD = "whsec_" + base64.b64encode(b"o" * 32).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"x" * 24).decode()
SECRETS = {"permits": (NEW, OLD), "hotline": (OTHER,)}
BODY = '{"办件": 1}'.encode()


def headers(**changes):
    """Give well-signed headers with *changes*."""
    return {**sign_webhook(NEW, "msg_1", NOW, BODY), **changes}


def signer(given_headers):
    """Give who signed BODY."""
    return signature.find_signer(given_headers, BODY, SECRETS, NOW)


def refused(given_headers, body=BODY, now=NOW):
    """Verify, expecting a refusal; give its cause."""
    with pytest.raises(signature.Unsigned) as caught:
        signature.find_signer(given_headers, body, SECRETS, now)
    assert caught.value.status == 401
    return caught.value.cause


def test_a_known_answer():
    """The header is base64 of HMAC-SHA256 over id, timestamp and body."""
    digest = hmac.new(b"n" * 32, b"msg_1.1795249800." + BODY, hashlib.sha256).digest()
    assert headers()["webhook-timestamp"] == "1795249800"
    assert headers()["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def test_the_published_library_signs_and_we_verify():
    """An outside sender's signature is believed."""
    signed = Webhook(OLD).sign("msg_1", NOW, BODY.decode())
    assert signer(headers(**{"webhook-signature": signed})) == ("permits", None)


def test_we_sign_and_the_published_library_verifies():
    """What we sign, outsiders believe."""
    now = datetime.now(UTC)
    Webhook(NEW).verify(BODY, sign_webhook(NEW, "msg_1", now, BODY))


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_two_secrets_are_active_while_one_is_rotated(secret):
    """Either of the two is believed."""
    assert signer(sign_webhook(secret, "m", NOW, BODY)).source == "permits"


def test_the_signer_is_named():
    """Another source's secret is another source."""
    assert signer(sign_webhook(OTHER, "m", NOW, BODY)).source == "hotline"


def test_one_good_signature_among_several_is_enough():
    """Unknown versions and malformed entries vouch for nothing, and harm nothing."""
    good = headers()["webhook-signature"]
    entries = f"v1a,AAAA v1,!!! v1 v1,办 v1,{'A' * 44}  {good}"
    given_headers = headers(**{"webhook-signature": entries})
    assert signer(given_headers).source == "permits"


@pytest.mark.parametrize(
    ("seconds", "is_taken"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_the_stamp_is_within_five_minutes(seconds, is_taken):
    """Both ways, the border included."""
    now = NOW + timedelta(seconds=seconds)
    if is_taken:
        assert signature.find_signer(headers(), BODY, SECRETS, now)
    else:
        assert refused(headers(), now=now) == "stamp"


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", ["", " ", "办", "\ud800", "1e9", "-1", "9" * 13, "v1", "x" * 300])
def test_a_malformed_header_is_a_clean_refusal(name, value):
    """Never another error."""
    assert refused(headers(**{name: value})) in ("headers", "stamp", "signature")


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_a_clean_refusal(name):
    """All three are needed."""
    given_headers = headers()
    del given_headers[name]
    assert refused(given_headers) == "headers"


def test_every_signed_part_counts():
    """Another body, id or stamp is not what was signed."""
    assert refused(headers(), body=BODY + b" ") == "signature"
    assert refused(headers(**{"webhook-id": "msg_2"})) == "signature"
    assert refused(headers(**{"webhook-timestamp": "1795249801"})) == "signature"


def test_a_signature_cut_short_is_refused():
    """A prefix of the right bytes is not the right bytes."""
    short = base64.b64encode(base64.b64decode(headers()["webhook-signature"][3:])[:16]).decode()
    assert refused(headers(**{"webhook-signature": f"v1,{short}"})) == "signature"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_???", OLD[6:], "whsec_" + "A" * 16])
def test_a_stored_secret_that_is_none_is_corrupt(secret):
    """That is our defect, not the sender's."""
    with pytest.raises(Corrupt):
        signature.key_of(secret)


@given(st.dictionaries(st.sampled_from(list(headers())), st.text(max_size=60)), st.binary())
def test_nothing_unsigned_is_believed(given_headers, body):
    """Whatever the headers say."""
    with pytest.raises(signature.Unsigned):
        signature.find_signer(given_headers, body, SECRETS, NOW)
