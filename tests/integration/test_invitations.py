"""One-time addresses at which a person sets his password."""

import pytest

from tests.support.browsing import Visitor
from tests.support.local_user import SECRET, WRONG, invite, sign_in, with_clerk
from tests.support.memory_stage import memory_world
from tests.support.signing_in import Browser, appointment, person_id


@pytest.fixture
def world():
    """Give a county on a Monday morning, with a clerk who was invited and set a password."""
    with memory_world("2026-11-02T09:00:00") as made:
        yield with_clerk(made)


def test_an_invitation_is_good_once_and_for_a_day(world):
    """Used, over, or never given: the same words, and no password is set."""
    code = invite(world, "clerk", "wang.fang", "another good password")
    late = world.services.logins.invite(person_id("clerk"), "wang.fang", world.wall.at)
    world.wall.forward(hours=24)
    for spent in (code, late, "", "x" * 43):
        answer = Visitor().get(f"/signin/invitation?code={spent}")
        assert answer.status_code == 403
        assert "24 小时" in answer.body.decode()
    assert sign_in(Visitor(), password="another good password").status_code == 303


def test_a_new_invitation_ends_the_password_and_the_sessions_of_before(world):
    """Whoever had taken them over is out."""
    thief = Visitor()
    sign_in(thief)
    invite(world, "clerk", "wang.f", "another good password")
    assert thief.get("/desk").status_code == 303
    assert sign_in(Visitor()).status_code == 422
    assert sign_in(Visitor(), "wang.f", "another good password").status_code == 303


def test_nobody_takes_over_the_name_of_another(world):
    """Neither when he is invited, nor with an invitation from before."""
    from chalicelib.errors import Conflict

    Browser(world.services, "other", appointment("clerk", "Water"))
    with pytest.raises(Conflict):
        world.services.logins.invite(person_id("other"), "Wang.Fang", world.wall.at)
    codes = [
        world.services.logins.invite(person_id(who), "new.name", world.wall.at)
        for who in ("other", "clerk")
    ]
    first, second = Visitor(), Visitor()
    for visitor, code, status in ((first, codes[0], 303), (second, codes[1], 403)):
        visitor.get(f"/signin/invitation?code={code}")
        form = {"code": code, "password": SECRET, "again": SECRET}
        assert visitor.post("/signin/invitation", **form).status_code == status
    assert sign_in(Visitor()).status_code == 303


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("elevenchars", "elevenchars"),
        ("aaaaaaaaaaaaab", "aaaaaaaaaaaaab"),
        ("x" * 201, "x" * 201),
        (SECRET, WRONG),
        ("", ""),
    ],
)
def test_a_bad_new_password_is_refused_and_the_invitation_stays(world, password, again):
    """It can be tried again on the same page."""
    code = world.services.logins.invite(person_id("clerk"), "wang.fang", world.wall.at)
    visitor = Visitor()
    visitor.get(f"/signin/invitation?code={code}")
    answer = visitor.post("/signin/invitation", code=code, password=password, again=again)
    assert answer.status_code == 422
    answer = visitor.post("/signin/invitation", code=code, password=WRONG, again=WRONG)
    assert answer.status_code == 303
