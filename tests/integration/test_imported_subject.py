"""Who is known at the identity provider by an import of people, with the rights of the API."""

import pytest

from chalicelib.people.code_store import digest_of_code
from tests.support.browsing import Visitor
from tests.support.memory_stage import memory_world
from tests.support.oidc_client import SESSION, begin, claims, come_back, connect, remember_nothing
from tests.support.own_issuer import own_issuer
from tests.support.signing_in import Browser, appointment, person_id


@pytest.fixture
def world():
    """Give a county on a Monday morning, with a clerk of Water whom nobody linked."""
    with memory_world("2026-11-02T09:00:00") as made:
        remember_nothing(made)
        Browser(made.services, "water", appointment("clerk", "Water"))
        yield made


@pytest.fixture
def own(world):
    """Give a provider in our own hand, at which `employee-7` is linked to a clerk of Housing."""
    with own_issuer() as issuer:
        connect(world, issuer.issuer)
        yield issuer


def let_import(world, kind, code, name):
    """Let a *code* stand for the person *name*, as an import does."""
    services = world.services
    digest = digest_of_code(kind, code, services.vault.people_key())
    services.person_codes.put_all({digest: person_id(name)})


def come(world, own, subject):
    """Return as whom *subject* comes in; None: he does not."""
    visitor = Visitor()
    _, asked = begin(visitor)
    own.token = own.sign(claims(world, own, asked, sub=subject))
    come_back(visitor, own, asked)
    found = world.services.sessions.find(visitor.cookies.get(SESSION, ""), world.wall.at)
    return found.person if found else None


def test_the_imported_subject_is_enough(world, own):
    """No command links him; before the import nobody knew him."""
    assert come(world, own, "s-9") is None
    let_import(world, "subject", "s-9", "water")
    assert come(world, own, "s-9") == person_id("water")


@pytest.mark.parametrize(("kind", "code"), [("login", "s-9"), ("code", "s-9"), ("subject", "S-9")])
def test_nothing_else_that_an_import_says_is_a_subject(world, own, kind, code):
    """Neither the local name nor his number; letters count as they are."""
    let_import(world, kind, code, "water")
    assert come(world, own, "s-9") is None


def test_what_the_operator_linked_goes_before_an_import(world, own):
    """`duban signin link` corrects it."""
    let_import(world, "subject", "employee-7", "water")
    assert come(world, own, "employee-7") == person_id("clerk")


def test_a_subject_that_an_import_took_away_lets_nobody_in(world, own):
    """He has another one now."""
    let_import(world, "subject", "s-9", "water")
    key = world.services.vault.people_key()
    world.services.person_codes.drop(digest_of_code("subject", "s-9", key))
    assert come(world, own, "s-9") is None


def test_signing_in_makes_no_key_of_people(world, own):
    """That is the first import's: the API may read it, and no person's data."""
    assert come(world, own, "s-9") is None
    assert not [key for key in world.cloud.items["test-Vault"] if "duban:person/" in str(key)]
