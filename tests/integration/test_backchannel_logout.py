"""The identity provider ends sessions here (Back-Channel Logout 1.0): what counts, what not."""

import json
from base64 import urlsafe_b64encode
from contextlib import ExitStack

import pytest
from joserfc.jwk import RSAKey

from tests.support.backchannel import Listener
from tests.support.browsing import Visitor
from tests.support.memory_stage import memory_world
from tests.support.npm_issuer import BrowserThere, npm_issuer
from tests.support.oidc_client import (
    CALLBACK,
    LOGOUT,
    back,
    begin,
    claims,
    client_world,
    come_back,
    connect,
    end_there,
    logout_claims,
    remember_nothing,
)
from tests.support.own_issuer import own_issuer
from tests.support.signing_in import Browser, appointment, person_id


@pytest.fixture
def world():
    """Give a county on a Monday morning."""
    with memory_world("2026-11-02T09:00:00") as made:
        remember_nothing(made)
        yield made


@pytest.fixture
def own(world):
    """Give a provider in our own hand, at which two people are known."""
    with own_issuer() as issuer:
        connect(world, issuer.issuer)
        Browser(world.services, "other", appointment("clerk", "Water"))
        world.services.logins.link(person_id("other"), issuer.issuer, "employee-8")
        yield issuer


def come(world, own, sid, subject="employee-7"):
    """Return the browser of *subject*, who came in by the session *sid* of the provider."""
    visitor = Visitor()
    _, asked = begin(visitor)
    own.token = own.sign(claims(world, own, asked, sub=subject, sid=sid))
    assert come_back(visitor, own, asked).status_code == 303
    return visitor


def is_in(visitor):
    """Return whether the browser is signed in."""
    return bool(visitor.get("/desk").status_code == 200)


def send(world, own, **changes):
    """Send a logout token; return the status."""
    return end_there(own.sign(logout_claims(world, own, **changes))).status_code


@pytest.mark.parametrize(
    ("named", "stay"),
    [
        ({"sid": "one"}, [False, True, True, True]),
        ({"sub": "employee-7"}, [False, False, True, True]),
        ({"sid": "two", "sub": "employee-7"}, [True, False, True, True]),
        ({"sid": "one", "sub": "employee-8"}, [True, True, True, True]),
        ({"sid": "four"}, [True, True, True, True]),
        ({"sub": "nobody"}, [True, True, True, True]),
    ],
    ids=str,
)
def test_it_ends_a_session_or_all_of_a_subject(world, own, named, stay):
    """And no other's, nor one that began with a password: 200 whether there was one or not."""
    browsers = [come(world, own, "one"), come(world, own, "two")]
    browsers.append(come(world, own, "three", "employee-8"))
    by_password = Browser(world.services, "clerk", appointment("clerk", "Housing"))
    answer = end_there(own.sign(logout_claims(world, own, **named)))
    assert (answer.status_code, answer.body) == (200, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert [*map(is_in, browsers), is_in(by_password)] == stay


@pytest.mark.parametrize(
    ("named", "stays"),
    [
        ({"sid": "one", "sub": "employee-7"}, False),
        ({"sub": "employee-7"}, False),
        ({"sid": "one"}, True),
        ({"sid": "one", "sub": "employee-8"}, True),
    ],
    ids=str,
)
def test_a_session_that_the_provider_did_not_name_is_any_of_its_subject_s(world, own, named, stays):
    """An ID token need not have `sid`: then nobody can say that another session is meant."""
    visitor, other = come(world, own, None), come(world, own, "two", "employee-8")
    assert send(world, own, **named) == 200
    assert is_in(visitor) is stays
    assert is_in(other)


def test_the_table_has_neither_session_nor_subject(world, own):
    """They are kept as keyed digests."""
    come(world, own, "session-of-the-provider")
    send(world, own, sub="employee-8", jti="message-1")
    stored = str(world.cloud.items["test-SignIn"])
    for text in ("session-of-the-provider", "employee", "message-1"):
        assert text not in stored


def test_a_token_that_comes_again_does_nothing(world, own):
    """Whoever caught one cannot keep the person out with it."""
    come(world, own, "one")
    token = own.sign(logout_claims(world, own, sub="employee-7"))
    assert end_there(token).status_code == 200
    again = come(world, own, "two")
    assert end_there(token).status_code == 200
    assert is_in(again)
    assert send(world, own, sub="employee-7", jti="j-2") == 200
    assert not is_in(again)


def test_an_old_token_is_refused_whatever_it_says_of_its_end(world, own):
    """Ten minutes; what we remember of it is kept as long."""
    visitor = come(world, own, "one")
    token = own.sign(logout_claims(world, own, sub="employee-7", exp=None))
    world.wall.forward(minutes=10)
    assert end_there(token).status_code == 400
    assert is_in(visitor)
    world.wall.forward(seconds=-1)
    assert end_there(token).status_code == 200
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "changes",
    [
        *({"iss": "https://other.example"}, {"iss": None}, {"aud": "other"}, {"aud": None}),
        *({"iat": None}, {"iat": "now"}, {"iat": True}, {"iat": 1e300}, {"iat": 4102444800}),
        *({"exp": 1}, {"jti": None}, {"jti": ""}, {"jti": 7}, {"jti": "x" * 256}),
        *({"events": None}, {"events": {}}, {"events": [LOGOUT]}, {"events": {LOGOUT: "x"}}),
        *({"nonce": "n"}, {"nonce": None, "sub": None}, {"sub": 7}, {"sub": ["employee-7"]}),
        *({"sub": ""}, {"sub": None, "sid": 7}, {"sid": {}}, {"sub": "x" * 256}),
    ],
    ids=str,
)
def test_a_token_that_is_no_logout_token_for_us_ends_nothing(world, own, changes):
    """Signed by the issuer, and yet another's, an ID token, from another time, or about nobody."""
    visitor = come(world, own, "one")
    whole = {"sub": "employee-7", **changes}
    if "nonce" in changes and changes["nonce"] is None:
        del whole["nonce"]
    assert send(world, own, **whole) == 400
    assert is_in(visitor)


def test_an_id_token_is_no_logout_token_and_the_other_way_round(world, own):
    """Neither is taken for the other."""
    visitor = come(world, own, "one")
    assert end_there(own.token).status_code == 400
    assert is_in(visitor)
    stranger = Visitor()
    _, asked = begin(stranger)
    own.token = own.sign(logout_claims(world, own, sub="employee-7"))
    assert come_back(stranger, own, asked).status_code == 400


def test_a_forged_token_ends_nothing(world, own):
    """Another key, no algorithm, no token, and what is no form of ours."""
    visitor = come(world, own, "one")
    good = logout_claims(world, own, sub="employee-7")
    header, body, _ = own.sign(good).split(".")
    none = urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    for token in (
        own.sign(good, RSAKey.generate_key(2048)),
        f"{none}.{body}.",
        f"{header}.{body}.",
        "x",
    ):
        assert end_there(token).status_code == 400
    assert end_there("").status_code == 400
    assert end_there("", other="x" * 70_000).status_code == 400
    assert is_in(visitor)


def test_a_real_provider_ends_the_session_that_it_began():
    """panva's: its ID token has a `sid`, and when one leaves there it posts a token of its own."""
    with ExitStack() as stack:
        world = stack.enter_context(client_world())
        listener = stack.enter_context(Listener())
        issuer = stack.enter_context(npm_issuer(CALLBACK, listener.address))
        connect(world, issuer)
        visitor, there = Visitor(), BrowserThere()
        address, _ = begin(visitor)
        assert back(visitor, there.sign_in(address, "employee-7", CALLBACK)).status_code == 303
        assert is_in(visitor)
        there.sign_out(f"{issuer}/session/end?client_id=duban")
        (token,) = listener.wait()
        assert end_there(token).status_code == 200
        assert not is_in(visitor)


def test_without_an_issuer_there_is_nobody_to_be_told_by(world):
    """400, and nobody is asked."""
    assert end_there("x.y.z").status_code == 400
