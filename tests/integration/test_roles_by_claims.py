"""Rights by claims of the identity provider: one person each, the same limits, no post beside."""

import time
from datetime import date
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.cases.case_id import card_case
from chalicelib.errors import BadInput
from chalicelib.people.code_store import digest_of_code
from chalicelib.people.person import Person
from chalicelib.people.units import DatedName, Department, Succession
from infra.people.shredding import shred
from tests.support.asker import SECOND, Asker, data
from tests.support.browsing import Visitor
from tests.support.inspected import judge, page, proposal_in, settle
from tests.support.memory_stage import memory_world
from tests.support.oidc_client import SESSION, begin, connect, remember_nothing
from tests.support.own_issuer import own_issuer
from tests.support.roles_by_claims import (
    INSPECTOR,
    MAPPING,
    UNITS,
    come,
    session_of,
    set_roles,
)
from tests.support.signing_in import Browser, appointment, person_id

FOUND = {"rule": "V-15", "text": "不予受理没有书面凭证"}
WHY = "经核实情况属实"


@pytest.fixture
def world():
    """Give a county in which a finding about Housing waits to be confirmed."""
    with memory_world("2026-11-02T09:00:00") as made:
        remember_nothing(made)
        made.services.organisation.change(lambda _: UNITS)
        made.accept("2026-11-02T09:00:00", "1", promise="20wd")
        made.pump.drain()
        ask = Asker(made.services)
        data(ask("POST", "/v1/cases/hall%3A1/findings", SECOND, FOUND), 202)
        settle(made)
        yield made


@pytest.fixture
def own(world):
    """Give a provider in our own hand, whose claims give roles here."""
    with own_issuer() as issuer:
        connect(world, issuer.issuer)
        set_roles(world, MAPPING)
        yield issuer


def test_the_provider_is_asked_for_what_the_mapping_needs(own):
    """The scope stands in the mapping."""
    assert begin(Visitor())[1]["scope"] == "openid duban"


def test_somebody_without_a_post_acts_by_his_claims_under_one_id(world, own):
    """He becomes a `p_…` when he comes first, keeps it, and acts with role and id on record."""
    visitor, answer = come(world, own, "zhang", **INSPECTOR)
    assert answer.status_code == 303
    first = session_of(world, visitor).person
    assert first.startswith("p_")
    again, _ = come(world, own, "zhang", **INSPECTOR)
    assert session_of(world, again).person == first
    other, _ = come(world, own, "li", **INSPECTOR)
    assert session_of(world, other).person != first
    assert "zhang" not in str(world.cloud.items["test-SignIn"])
    assert "Discipline 监察人员" in page(visitor.get("/desk/settings"))
    card = proposal_in(world, "1")
    judge(visitor, "proposals", card, "confirm", text_confirm="")
    settle(world)
    (confirmed,) = (fact for fact in world.facts("1") if fact.kind == "card.confirmed")
    assert confirmed.data["role"] == "inspector"
    private = world.services.vault.private_fields(card_case(card))
    assert [each["actor"] for each in private.values()] == [first]


def test_who_confirmed_by_claims_does_not_revoke(world, own):
    """Also in a new session, and somebody else does."""
    card = proposal_in(world, "1")
    visitor, _ = come(world, own, "zhang", **INSPECTOR)
    judge(visitor, "proposals", card, "confirm", text_confirm="")
    settle(world)
    again, _ = come(world, own, "zhang", **INSPECTOR)
    again.get("/desk")
    form = {"act": "revoke", "text_revoke": WHY, "key": "k" * 24}
    assert again.post(f"/desk/answers/{card}", **form).status_code == 403
    other, _ = come(world, own, "li", **INSPECTOR)
    other.get("/desk")
    assert other.post(f"/desk/answers/{card}", **form).status_code == 303


@pytest.mark.parametrize(
    ("subject", "given", "status"),
    [
        ("zhang", INSPECTOR, 303),
        ("zhang", {**INSPECTOR, "dept": "D-zj"}, 403),  # his own department
        ("zhang", {**INSPECTOR, "area": ["370103"]}, 403),  # another region
        ("employee-7", INSPECTOR, 403),  # linked, with a post in Housing on record
    ],
    ids=["elsewhere", "own department", "other region", "own by a post"],
)
def test_nobody_supervises_his_own_nor_where_he_may_not(world, own, subject, given, status):
    """By the claim of his department, or by the posts on record, which give no right besides."""
    visitor, _ = come(world, own, subject, **given)
    assert visitor.get("/desk").status_code == 200
    card = proposal_in(world, "1")
    form = {"act": "confirm", "text_confirm": "", "key": "k" * 24}
    assert visitor.post(f"/desk/proposals/{card}", **form).status_code == status


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"duban_role": "king", "dept": "D-jw", "area": "370102"},
        {**INSPECTOR, "duban_role": {"inspector": True}},
        {**INSPECTOR, "duban_role": [*map(str, range(1000)), "inspector"]},
        {**INSPECTOR, "dept": "D-no"},
        {**INSPECTOR, "area": "430000"},
    ],
    ids=["none", "unmapped", "no text", "a thousand", "no department", "no region"],
)
@pytest.mark.parametrize("subject", ["zhang", "employee-7"])
def test_claims_that_give_nothing_let_nobody_in(world, own, subject, given):
    """Nor his posts, where he has some; and nobody becomes a person by them."""
    before = {key for key in world.cloud.items["test-SignIn"] if key[0] == {"S": "SUBJECT"}}
    visitor, answer = come(world, own, subject, **given)
    assert answer.status_code == 403
    assert "请找人事科 8123" in page(answer, 403)
    assert SESSION not in visitor.cookies
    after = {key for key in world.cloud.items["test-SignIn"] if key[0] == {"S": "SUBJECT"}}
    assert after == before


def test_a_session_keeps_its_rights_eight_hours_at_most_and_the_next_has_none(world, own):
    """The provider is not asked in between; this is told in docs/signing-in.md."""
    visitor, _ = come(world, own, "zhang", **INSPECTOR)
    for _ in range(19):
        world.wall.forward(minutes=25)
        assert visitor.get("/desk").status_code == 200
    world.wall.forward(minutes=5)
    assert visitor.get("/desk").status_code == 303
    _, answer = come(world, own, "zhang", dept="D-jw")
    assert answer.status_code == 403


@pytest.mark.parametrize("mapping", [None, MAPPING.replace(b'"head"', b'"boss"')])
def test_another_mapping_ends_sessions_within_a_minute(world, own, mapping):
    """Also where posts give rights again. Of a session by posts the same holds."""
    visitor, _ = come(world, own, "zhang", **INSPECTOR)
    assert visitor.get("/desk").status_code == 200
    later = time.monotonic() + 61
    remembered = world.services.ways.recent()
    set_roles(world, mapping)
    vars(world.services.ways)["_kept"], vars(world.services.ways)["_read_at"] = (
        remembered,
        later - 61,
    )
    with patch("chalicelib.people.ways_store.time.monotonic", lambda: later - 2):
        assert visitor.get("/desk").status_code == 200
    with patch("chalicelib.people.ways_store.time.monotonic", lambda: later):
        assert visitor.get("/desk").status_code == 303


def test_a_session_by_posts_ends_when_claims_give_rights(world, own):
    """Both ways never add up, not for eight hours either."""
    set_roles(world, None)
    visitor, _ = come(world, own, "employee-7")
    assert visitor.get("/desk").status_code == 200
    set_roles(world, MAPPING)
    assert visitor.get("/desk").status_code == 303


def test_a_session_by_password_ends_when_claims_give_rights(world, own):
    """Else whoever had one could come by the provider as well, under another id."""
    set_roles(world, None)
    by_password = Browser(world.services, "zhang", appointment("inspector"))
    assert by_password.get("/desk").status_code == 200
    set_roles(world, MAPPING)
    assert by_password.get("/desk").status_code == 303


def test_another_tenant_s_subject_is_another_person(world, own):
    """The same subject of another issuer has another `p_…`, and a token of that one none at all."""
    visitor, _ = come(world, own, "zhang", **INSPECTOR)
    first = session_of(world, visitor).person
    assert come(world, own, "zhang", **INSPECTOR, iss="https://other.example")[1].status_code == 400
    with own_issuer() as other:
        connect(world, other.issuer)
        set_roles(world, MAPPING)
        assert session_of(world, come(world, other, "zhang", **INSPECTOR)[0]).person != first


def test_who_was_made_and_is_linked_later_is_one_person(world, own):
    """He acts under the id that the operator says, and keeps out of what he did under the other."""
    visitor, _ = come(world, own, "zhang", **INSPECTOR)
    made = session_of(world, visitor).person
    card = proposal_in(world, "1")
    judge(visitor, "proposals", card, "confirm", text_confirm="")
    settle(world)
    named = Person(person_id("zhang"), (appointment("clerk", "Water"),))
    world.services.people.put_all([named])
    issuer = world.services.ways.current().issuer
    assert world.services.logins.link(named.id, issuer, "zhang") == (made,)
    again, _ = come(world, own, "zhang", **INSPECTOR)
    assert session_of(world, again).person == named.id
    again.get("/desk")
    form = {"act": "revoke", "text_revoke": WHY, "key": "k" * 24}
    assert again.post(f"/desk/answers/{card}", **form).status_code == 403


def test_who_was_made_and_is_imported_later_is_one_person(world, own):
    """As by a link: what an import says goes before an id that was made, and both are known."""
    visitor, _ = come(world, own, "zhang", **INSPECTOR)
    made = session_of(world, visitor).person
    digest = digest_of_code("subject", "zhang", world.services.vault.people_key())
    world.services.person_codes.put_all({digest: person_id("zhang")})
    again, _ = come(world, own, "zhang", **INSPECTOR)
    session = session_of(world, again)
    assert (session.person, session.provided.also) == (person_id("zhang"), (made,))


def test_a_session_under_the_id_that_was_made_ends_when_he_comes_as_who_he_is(world, own):
    """Else one person had two ids at once: one confirms, and the other one decides."""
    visitor, _ = come(world, own, "zhang", **INSPECTOR)
    other, _ = come(world, own, "li", **INSPECTOR)
    digest = digest_of_code("subject", "zhang", world.services.vault.people_key())
    world.services.person_codes.put_all({digest: person_id("zhang")})
    again, _ = come(world, own, "zhang", **INSPECTOR)
    third, _ = come(world, own, "zhang", **INSPECTOR)
    browsers = visitor, other, again, third
    assert [each.get("/desk").status_code for each in browsers] == [303, 200, 200, 200]


def test_he_keeps_out_of_what_became_of_the_department_of_his_post(world, own):
    """The post on record names it as it was called then; Housing continues it today."""
    works = Department("D-gc", (DatedName("Works"),), "370102")
    merged = Succession("D-gc", "merge", date(2026, 10, 1), "D-zj")
    units = replace(UNITS, departments=(*UNITS.departments, works), successions=(merged,))
    world.services.organisation.change(lambda _: units)
    posts = (appointment("clerk", "Works", "370102"),)
    world.services.people.put_all([Person(person_id("zhang"), posts)])
    world.services.logins.link(person_id("zhang"), own.issuer, "zhang")
    visitor, _ = come(world, own, "zhang", **INSPECTOR)
    assert visitor.get("/desk").status_code == 200
    card = proposal_in(world, "1")
    form = {"act": "confirm", "text_confirm": "", "key": "k" * 24}
    assert visitor.post(f"/desk/proposals/{card}", **form).status_code == 403


def test_who_came_by_claims_alone_is_shredded_too(world, own):
    """He is in no import; what leads to him here goes, and his sessions."""
    visitor, _ = come(world, own, "zhang", **INSPECTOR)
    made = session_of(world, visitor).person
    assert shred(world.services, made)["is_done"]
    assert visitor.get("/desk").status_code == 303
    assert world.services.logins.subject(own.issuer, "zhang") is None
    assert world.services.logins.kinds_of(made) == frozenset()
    with pytest.raises(BadInput):
        shred(world.services, person_id("nobody"))


def test_two_first_visits_at_once_make_one_person(world, own):
    """The second write is refused, and the first one's id is taken."""
    logins, issuer = world.services.logins, own.issuer
    first = logins.make_person(issuer, "zhang")
    assert logins.make_person(issuer, "zhang") == first
    pointers = [key for key in world.cloud.items["test-SignIn"] if "SUBJECT/" in str(key)]
    assert len(pointers) == 2  # of employee-7, and of this one


def test_a_department_that_ended_gives_no_right_there(world, own):
    """The claim still names it; nobody continues it, so there is nothing to be head of."""
    ended = replace(UNITS.departments[1], until=date(2026, 10, 31))
    units = replace(UNITS, departments=(UNITS.departments[0], ended, UNITS.departments[2]))
    world.services.organisation.change(lambda _: units)
    visitor, _ = come(world, own, "wang", duban_role="head", dept="D-zj")
    assert "hall:1" not in page(visitor.get("/desk/cases"), 403)
