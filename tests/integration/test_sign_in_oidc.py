"""The way in by an identity provider: panva's, which is certified, on loopback."""

import pytest

from tests.support.browsing import Visitor
from tests.support.npm_issuer import npm_issuer, sign_in_there
from tests.support.oidc_client import CALLBACK, COOKIE, SESSION, back, begin, client_world, connect
from tests.support.signing_in import person_id


@pytest.fixture
def world():
    """Give a county at this moment, for the tokens of the provider are of this moment."""
    with client_world() as made:
        yield made


@pytest.fixture
def panva():
    """Give the address of panva's provider."""
    with npm_issuer(CALLBACK) as issuer:
        yield issuer


def test_a_person_signs_in_at_a_real_provider(world, panva):
    """With a code, PKCE and a nonce; the session is new, and he comes to the page he wanted."""
    connect(world, panva)
    visitor = Visitor()
    visitor.cookies[SESSION] = "a" * 43
    address, asked = begin(visitor)
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == CALLBACK
    returned = sign_in_there(address, "employee-7", CALLBACK)
    answer = back(visitor, returned)
    assert answer.status_code == 303, answer.body.decode()
    assert answer.headers["Location"] == "../desk/cards?state=issued"
    assert visitor.cookies[SESSION] != "a" * 43
    assert COOKIE not in visitor.cookies
    visitor.get("/desk")
    assert visitor.token
    left = visitor.post("/signout").body.decode()
    assert f'href="{panva}/session/end?client_id=duban"' in left


def test_a_code_of_a_real_provider_is_good_once_and_in_one_browser(world, panva):
    """Twice, in another browser, or without the cookie: nobody is signed in."""
    connect(world, panva)
    visitor, thief = Visitor(), Visitor()
    address, _ = begin(visitor)
    returned = sign_in_there(address, "employee-7", CALLBACK)
    begin(thief)
    for stranger in (Visitor(), thief):
        assert back(stranger, returned).status_code == 400
        assert SESSION not in stranger.cookies
    kept = visitor.cookies[COOKIE]
    assert back(visitor, returned).status_code == 303
    again = Visitor()
    again.cookies[COOKIE] = kept
    assert back(again, returned).status_code == 400
    assert SESSION not in again.cookies


def test_a_real_provider_refuses_another_verifier(world, panva):
    """Whoever has a code and the state, and not the verifier, gets nothing for it (PKCE)."""
    from chalicelib.desk.sign_in.routes import _SEAL
    from chalicelib.desk.sign_in.sealed import seal, unseal

    connect(world, panva)
    visitor = Visitor()
    address, _ = begin(visitor)
    returned = sign_in_there(address, "employee-7", CALLBACK)
    key = world.services.sign_in_secret.key(_SEAL)
    begun = unseal(visitor.cookies[COOKIE], key, world.wall.at)
    assert begun is not None
    fields = {name: getattr(begun, name) for name in begun.__struct_fields__}
    visitor.cookies[COOKIE] = seal(type(begun)(**fields | {"verifier": "x" * 43}), key)
    answer = back(visitor, returned)
    assert answer.status_code == 400
    assert "没有确认您的身份" in answer.body.decode()


def test_somebody_whom_nobody_linked_is_told_whom_to_ask(world, panva):
    """403, with the subject that the operator needs; no session begins, no person is made."""
    connect(world, panva)
    visitor = Visitor()
    address, _ = begin(visitor)
    answer = back(visitor, sign_in_there(address, "employee-8", CALLBACK))
    page = answer.body.decode()
    assert answer.status_code == 403
    assert "employee-8" in page
    assert "请找人事科 8123" in page
    assert SESSION not in visitor.cookies
    assert [person.id for person in world.services.people.all()] == [person_id("clerk")]
