"""The way in by an identity provider that lies, fails or sleeps: one in the test's own hand."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from unittest.mock import patch

import pytest
from joserfc.jwk import RSAKey

from tests.support.browsing import Visitor, query_of
from tests.support.oidc_client import (
    CALLBACK,
    COOKIE,
    SESSION,
    begin,
    claims,
    client_world,
    come_back,
    connect,
    remember_nothing,
)
from tests.support.own_issuer import own_issuer


@pytest.fixture
def world():
    """Give a county at this moment."""
    with client_world() as made:
        yield made


@pytest.fixture
def own(world):
    """Give a provider in our own hand, which this stage is a client of."""
    with own_issuer() as issuer:
        connect(world, issuer.issuer)
        yield issuer


def test_a_good_token_is_believed(world, own):
    """What the refusals below are compared with; our secret and the verifier went with the code."""
    visitor = Visitor()
    _, asked = begin(visitor)
    own.token = own.sign(claims(world, own, asked))
    assert come_back(visitor, own, asked).status_code == 303
    (_, form, headers) = next(each for each in own.asked if each[0] == "/token")
    assert form["redirect_uri"] == CALLBACK
    assert len(form["code_verifier"]) == 43
    assert headers["Authorization"] == "Basic ZHViYW46bWFkZSUyMHVw"  # duban:made%20up


@pytest.mark.parametrize(
    "changes",
    [
        *({"iss": "https://other.example"}, {"iss": None}, {"aud": "other"}, {"aud": ["other"]}),
        *({"aud": ["duban", "other"]}, {"azp": "other"}, {"nonce": "other"}, {"nonce": None}),
        *({"exp": 1}, {"exp": None}, {"exp": "never"}, {"sub": None}, {"sub": ""}, {"sub": 7}),
        *({"sub": "x" * 256}, {"sub": "a\nb"}, {"iat": 4102444800}, {"nbf": 4102444800}),
    ],
    ids=str,
)
def test_a_token_for_somebody_else_or_from_another_time_is_refused(world, own, changes):
    """Signed by the issuer, and yet not for us, for this sign-in, or at this time."""
    visitor = Visitor()
    _, asked = begin(visitor)
    own.token = own.sign(claims(world, own, asked, **changes))
    assert come_back(visitor, own, asked).status_code == 400
    assert SESSION not in visitor.cookies


def _encoded(raw):
    return urlsafe_b64encode(raw).decode().rstrip("=")


def forged(world, own, asked, how):
    """Return a token that the issuer did not sign."""
    good = claims(world, own, asked)
    if how == "another key":
        return own.sign(good, RSAKey.generate_key(2048))
    header, body, signature = own.sign(good).split(".")
    if how == "a shared key":  # the public key taken for a secret, as old libraries did
        header = _encoded(json.dumps({"alg": "HS256", "kid": "one"}).encode())
        secret = own.key.as_pem(private=False)
        tag = hmac.digest(secret, f"{header}.{body}".encode(), "sha256")
        return f"{header}.{body}.{_encoded(tag)}"
    if how == "none":
        header = _encoded(json.dumps({"alg": "none"}).encode())
        return f"{header}.{body}."
    if how == "changed":
        body = _encoded(json.dumps({**good, "sub": "x"}).encode())
    return {"changed": f"{header}.{body}.{signature}", "no token": "x", "empty": ""}[how]


@pytest.mark.parametrize(
    "how", ["another key", "a shared key", "none", "changed", "no token", "empty"]
)
def test_a_forged_token_is_refused(world, own, how):
    """The algorithm is one of a fixed list, the key one that the issuer publishes."""
    visitor = Visitor()
    _, asked = begin(visitor)
    own.token = forged(world, own, asked, how)
    assert come_back(visitor, own, asked).status_code == 400
    assert SESSION not in visitor.cookies


@pytest.mark.parametrize(
    ("changes", "cookie"),
    [
        ({"state": "other"}, None),
        ({"state": None}, None),
        ({"iss": "https://other.example"}, None),
        ({"iss": None}, None),
        ({"code": None, "error": "access_denied"}, None),
        ({}, ""),
        ({}, "forged.00"),
        ({}, "超.x"),
    ],
    ids=str,
)
def test_an_answer_that_this_browser_did_not_ask_for_is_refused(world, own, changes, cookie):
    """Another state, another issuer (RFC 9207), no code, no cookie, one of another's making."""
    visitor = Visitor()
    _, asked = begin(visitor)
    own.token = own.sign(claims(world, own, asked))
    if cookie is not None:
        visitor.cookies[COOKIE] = cookie
    answer = come_back(visitor, own, asked, **changes)
    assert answer.status_code == 400
    assert 'href="signin?to=' in answer.body.decode()
    assert SESSION not in visitor.cookies


def test_a_sign_in_is_to_be_ended_within_ten_minutes(world, own):
    """Then it is begun anew."""
    for minutes, status in ((9, 303), (10, 400)):
        visitor = Visitor()
        _, asked = begin(visitor)
        world.wall.forward(minutes=minutes)
        own.token = own.sign(claims(world, own, asked))
        answer = come_back(visitor, own, asked)
        assert answer.status_code == status
    assert "登录已过期，请重新登录" in answer.body.decode()


@pytest.mark.parametrize("path", ["/token", "/keys", "/.well-known/openid-configuration"])
@pytest.mark.parametrize(
    "answer",
    [
        (302, {"Location": "/token"}, b""),
        (500, {}, b""),
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (200, {}, b"x" * 300_000),
        (200, {"Content-Length": "100"}, b"cut"),
    ],
    ids=["redirect", "broken", "no JSON", "no object", "too long", "cut off"],
)
def test_a_provider_that_fails_signs_nobody_in(world, own, path, answer):
    """It is told, and one tries again; no redirect is followed with our secret."""
    visitor = Visitor()
    _, asked = begin(visitor)
    own.token = own.sign(claims(world, own, asked))
    remember_nothing(world)
    own.answers[path] = answer
    status = come_back(visitor, own, asked).status_code
    assert status == 503
    assert SESSION not in visitor.cookies


def test_a_provider_that_sleeps_is_not_waited_for(world, own):
    """Three seconds; the page says so, and the door is free for others."""
    own.pause, began = 4, time.monotonic()
    answer = Visitor().get("/signin")
    assert answer.status_code == 503
    assert "暂时没有应答" in answer.body.decode()
    assert time.monotonic() - began < 4


def test_a_new_key_is_looked_up_once_a_minute_at_most(world, own):
    """The issuer changed its key; a token of a made-up key makes us ask no more than that."""

    def try_with(key_id):
        visitor = Visitor()
        _, asked = begin(visitor)
        own.token = own.sign(claims(world, own, asked), kid=key_id)
        return come_back(visitor, own, asked).status_code

    def looked_up():
        return sum(path == "/keys" for path, _, _ in own.asked)

    assert [try_with("one"), try_with("two"), try_with("two"), looked_up()] == [303, 400, 400, 1]
    later = time.monotonic() + 61
    own.keys = [{**own.keys[0], "kid": "two"}]
    with patch("chalicelib.desk.sign_in.issuer.time.monotonic", lambda: later):
        assert [try_with("two"), try_with("three"), looked_up()] == [303, 400, 2]


def test_a_discovery_document_of_another_issuer_is_refused(world, own):
    """Else it could name an issuer whose tokens we took for its own."""
    own.about["issuer"] = "https://other.example"
    assert Visitor().get("/signin").status_code == 503


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "authorization_endpoint"])
def test_an_address_without_https_is_not_asked(world, own, name):
    """On a local stage loopback is; nothing else in clear, and no file."""
    for address in ("http://other.example/x", "file:///etc/passwd", "ftp://127.0.0.1/", "", None):
        own.about[name] = address
        remember_nothing(world)
        visitor = Visitor()
        answer = visitor.get("/signin")
        if answer.status_code == 303:
            asked = query_of(answer.headers["Location"])
            own.token = own.sign(claims(world, own, asked))
            answer = come_back(visitor, own, asked)
        assert answer.status_code == 503


def test_on_a_real_stage_an_issuer_on_loopback_is_refused(world, own):
    """The address is https there, whatever the settings say."""
    remember_nothing(world, is_local=False)
    assert Visitor().get("/signin").status_code == 503
    assert own.asked == []
