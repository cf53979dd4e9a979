"""The people of a local stage: some for each role, two inspectors; their passwords work."""

from collections import Counter

from chalicelib.people.caller import ROLES
from infra.local.people import MADE_UP, enter_made_up
from infra.stack.cloud import StageAccess
from tests.support.browsing import Visitor
from tests.support.local_user import sign_in
from tests.support.memory_stage import memory_world


def test_everybody_who_is_printed_can_sign_in():
    """With the post that is printed beside the name, and marked as made up."""
    with memory_world("2026-11-02T09:00:00") as county:
        passwords = enter_made_up(county.services, ("Farming", "Housing"))
        several = {"inspector", "clerk", "department"}
        counts = Counter(each.role for each in MADE_UP)
        assert counts == {role: 2 if role in several else 1 for role in ROLES}
        assert len(set(passwords.values())) == len(passwords) == len(MADE_UP)
        for each in MADE_UP:
            visitor = Visitor()
            assert sign_in(visitor, each.login, passwords[each.login]).status_code == 303
            page = visitor.get("/desk/settings").body.decode()
            assert each.title in page
            assert "示例" in each.title
        posts = [person.appointments[0] for person in everybody(county)]
        of = {role: {post.department for post in posts if post.role == role} for role in ROLES}
        assert of["clerk"] == of["department"] == {"Farming", "Housing"}
        assert of["inspector"] == {""}


def everybody(county):
    """Return the people of the stage."""
    return list(county.services.people.all())


def test_the_address_has_a_name_where_it_is_loopback():
    """Passkeys are bound to a name; another address is left as it is."""
    assert StageAccess("http://127.0.0.1:8320/local", {}, {}).site == "http://localhost:8320/local"
    assert (
        StageAccess("https://desk.example.gov.cn/x", {}, {}).site == "https://desk.example.gov.cn/x"
    )
