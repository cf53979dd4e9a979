"""The way in with a name and a password: waits, forms of strangers, the way out."""

import hashlib
from datetime import timedelta
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.lambdas.routes import health
from chalicelib.people.ways import Ways
from tests.support.browsing import Visitor
from tests.support.local_user import SECRET, WRONG, invite, sign_in, with_clerk
from tests.support.memory_stage import memory_world
from tests.support.signing_in import HOST, Browser, appointment, person_id


@pytest.fixture
def world():
    """Give a county on a Monday morning, with a clerk who was invited and set a password."""
    with memory_world("2026-11-02T09:00:00") as made:
        yield with_clerk(made)


def test_a_local_user_signs_in_and_out(world):
    """He comes to the page that he wanted; afterwards the cookie that he had opens nothing."""
    visitor = Visitor()
    answer = sign_in(visitor, to="/desk?state=issued")
    assert (answer.status_code, answer.headers["Location"]) == (303, "./desk?state=issued")
    assert visitor.get("/desk").status_code == 200
    old = dict(visitor.cookies)
    answer = visitor.post("/signout")
    assert answer.status_code == 200
    assert "已退出" in answer.body.decode()
    assert "__Host-duban" not in visitor.cookies
    visitor.cookies = old
    assert visitor.get("/desk").status_code == 303


def test_the_cookies_are_for_this_host_alone(world):
    """Each has the prefix, and all that it stands for; the pages are kept by no cache."""
    visitor = Visitor()
    sign_in(visitor)
    assert visitor.seen
    for cookie in visitor.seen:
        assert cookie.startswith("__Host-")
        for part in ("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"):
            assert part in cookie
        assert "Domain" not in cookie
    for path in ("/signin", "/desk", "/desk/settings"):
        assert visitor.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["WANG.FANG", " wang.fang ", "ｗａｎｇ.fang"])
def test_a_name_is_the_same_in_other_letters(world, name):
    """Capitals, blanks around it and full width are how it was typed."""
    assert sign_in(Visitor(), name).status_code == 303


def test_an_unknown_name_and_a_wrong_password_are_told_in_the_same_words(world):
    """Nobody learns which names there are; the answer has no name but the one that was sent."""
    answers = [sign_in(Visitor(), name, WRONG) for name in ("wang.fang", "wang.bang")]
    assert [answer.status_code for answer in answers] == [422, 422]
    first, second = (answer.body.decode() for answer in answers)
    strip = Visitor.without_tokens
    assert strip(first).replace("wang.fang", "") == strip(second).replace("wang.bang", "")


def test_an_unknown_name_is_as_much_work(world):
    """A digest is made of the password either way, at the same cost."""
    with patch.object(hashlib, "scrypt", wraps=hashlib.scrypt) as scrypt:
        sign_in(Visitor(), "nobody", WRONG)
        sign_in(Visitor(), "wang.fang", WRONG)
    costs = [{**call.kwargs, "salt": len(call.kwargs["salt"])} for call in scrypt.call_args_list]
    cost = {"salt": 16, "n": 32768, "r": 8, "p": 1, "maxmem": 64 << 20, "dklen": 32}
    assert costs == [cost, cost]


def test_after_five_wrong_tries_a_stranger_waits_longer_and_longer_but_never_over_a_minute(world):
    """The right password is not looked at either, so nothing is learnt of it."""
    stranger = Visitor()
    for _ in range(5):
        assert sign_in(stranger, password=WRONG).status_code == 422
    for wait in (2, 4, 8, 16, 32, 60, 60, 60):
        assert sign_in(stranger).status_code == 429
        world.wall.forward(seconds=wait - 1)
        assert sign_in(stranger).status_code == 429
        world.wall.forward(seconds=1)
        assert sign_in(stranger, password=WRONG).status_code == 422
    world.wall.forward(minutes=1)
    assert sign_in(stranger).status_code == 303


def test_strangers_do_not_lock_a_person_out_of_his_own_browser(world):
    """It has a mark for his name: its tries are counted apart, and theirs do not count for it."""
    own = Visitor()
    assert sign_in(own).status_code == 303
    own.post("/signout")
    stranger = Visitor()
    for _ in range(6):
        sign_in(stranger, password=WRONG)
    assert sign_in(stranger).status_code == 429
    assert sign_in(own).status_code == 303


def test_a_mark_is_for_one_name_and_has_its_own_wait(world):
    """Whoever has an account guesses no faster at another's, nor at his own."""
    Browser(world.services, "other", appointment("clerk", "Water"))
    invite(world, "other", "li.na")
    own = Visitor()
    sign_in(own, "li.na")
    for _ in range(5):
        assert sign_in(own, "wang.fang", WRONG).status_code == 422
        assert sign_in(own, "li.na", WRONG).status_code == 422
    assert sign_in(own, "wang.fang").status_code == 429
    assert sign_in(own, "li.na").status_code == 429


def tried_from(world, network, times=30):
    """Let so many wrong tries, each of another name, have come from a *network*."""
    digest = world.services.logins.digest("address", network)
    for _ in range(times):
        assert not world.services.wrong_tries.begin(digest, world.wall.at, times)


def test_one_address_waits_after_thirty_wrong_tries_of_many_names(world):
    """Else everybody's name could be tried with one password. Another address goes on."""
    tried_from(world, "203.0.113.7/32", 29)
    stranger = Visitor(address="203.0.113.7")
    assert sign_in(stranger, "name30", WRONG).status_code == 422
    assert sign_in(stranger, "name31", WRONG).status_code == 429
    assert sign_in(Visitor(address="203.0.113.8")).status_code == 303


def test_addresses_of_one_network_of_ipv6_are_one(world):
    """Whoever has one has 2^64 of them."""
    tried_from(world, "2001:db8:0:1::/64")
    assert sign_in(Visitor(address="2001:db8:0:1:ffff::1")).status_code == 429
    assert sign_in(Visitor(address="2001:db8:0:2::1")).status_code == 303


def test_a_planted_session_is_never_taken_over(world):
    """The victim gets a new one; the attacker's cookie does not become his (fixation)."""
    victim = Visitor()
    victim.cookies["__Host-duban"] = "a" * 43
    sign_in(victim)
    assert victim.cookies["__Host-duban"] != "a" * 43
    attacker = Visitor()
    attacker.cookies["__Host-duban"] = "a" * 43
    assert attacker.get("/desk").status_code == 303


def test_a_session_ends_when_its_browser_signs_in_anew(world):
    """One browser has one session; the one of before was perhaps somebody else's."""
    visitor = Visitor()
    sign_in(visitor)
    before = dict(visitor.cookies)
    sign_in(visitor)
    assert visitor.cookies["__Host-duban"] != before["__Host-duban"]
    visitor.cookies = before
    assert visitor.get("/desk").status_code == 303


@pytest.mark.parametrize("path", ["/signin", "/signin/invitation", "/signout", "/desk/settings"])
def test_a_form_of_another_site_is_refused(world, path):
    """Without the token, with another browser's, from another origin, or from none (CSRF)."""
    visitor, other = Visitor(), Visitor()
    sign_in(visitor)
    visitor.get("/desk" if path in ("/signout", "/desk/settings") else "/signin")
    other.get("/signin")
    ours = {"Origin": f"https://{HOST}"}
    tokens = (visitor.token, other.token, "", "0" * 64)
    assert [visitor.send(path, {"csrf": token}, **ours).status_code for token in tokens[1:]] == [
        403,
        403,
        403,
    ]
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://{HOST}"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {},
    ):
        assert visitor.send(path, {"csrf": visitor.token}, **headers).status_code == 403
    assert visitor.get("/desk").status_code == 200


def test_the_way_back_never_leaves_this_site(world):
    """Neither from the form nor in it (tests/unit/test_local_path.py has what is no way back)."""
    visitor = Visitor()
    assert 'value="/desk"' in visitor.get("/signin?to=//evil.example").body.decode()
    answer = sign_in(visitor, to="/\\evil.example")
    assert (answer.status_code, answer.headers["Location"]) == (303, "./desk")


def test_somebody_without_a_post_is_told_whom_to_ask(world):
    """403, and no session: his posts ended, or none was entered yet."""
    Browser(world.services, "clerk")
    visitor = Visitor()
    answer = sign_in(visitor)
    assert answer.status_code == 403
    assert "已登录，但没有岗位" in answer.body.decode()
    assert "__Host-duban" not in visitor.cookies


def test_where_local_users_are_switched_off_no_password_is_taken(world):
    """And no invitation; that another way is not set either is told."""
    from chalicelib.people.ways import Ways

    code = world.services.logins.invite(person_id("clerk"), "wang.fang", world.wall.at)
    visitor = Visitor()
    visitor.get("/signin")
    world.services.ways.put(Ways(has_local=False))
    form = {"name": "wang.fang", "password": SECRET}
    assert visitor.post("/signin", **form).status_code == 403
    assert visitor.get(f"/signin/invitation?code={code}").status_code == 403
    assert 'name="password"' not in visitor.get("/signin").body.decode()


def test_a_person_ends_his_other_sessions_and_nobody_elses(world):
    """One by one or all; another's session is not his to end, by whatever digest."""
    from chalicelib.people.session import digest_of

    here, there, third = Visitor(), Visitor(), Visitor()
    for visitor in (here, there, third):
        sign_in(visitor)
    stranger = Browser(world.services, "other", appointment("clerk", "Water"))
    here.get("/desk/settings")
    foreign, one = digest_of(stranger.token), digest_of(there.cookies["__Host-duban"])
    for digest in (foreign, one):
        here.post("/desk/settings", session=digest)
    assert stranger.get("/desk").status_code == 200
    assert there.get("/desk").status_code == 303
    assert third.get("/desk").status_code == 200
    here.post("/desk/settings", session="others")
    assert third.get("/desk").status_code == 303
    assert here.get("/desk").status_code == 200


def test_what_is_forgotten_of_a_person_is_gone(world):
    """Names, subjects, invitations and sessions; the table had neither name nor subject in it."""
    services = world.services
    services.logins.link(person_id("clerk"), "https://id.example", "330102199001011234")
    services.logins.invite(person_id("clerk"), "wang.fang", world.wall.at)
    visitor = Visitor()
    sign_in(visitor)
    stored = str(world.cloud.items["test-SignIn"])
    assert "wang" not in stored
    assert "330102" not in stored
    services.logins.forget(person_id("clerk"))
    kinds = {key[0] for key in world.cloud.items["test-SignIn"]}
    assert {str(kind) for kind in kinds} <= {"TRIES"}
    assert visitor.get("/desk").status_code == 303
    world.wall.forward(minutes=5)
    assert sign_in(Visitor()).status_code == 422


def test_a_session_survives_the_wait_for_a_sign_out_elsewhere(world):
    """Idle and absolute ends are those of the session, whatever way it began."""
    visitor = Visitor()
    sign_in(visitor)
    world.wall.at += timedelta(minutes=31)
    assert visitor.get("/desk").status_code == 303


def test_the_health_of_the_stage_tells_which_ways_are_on(world):
    """Both are for the first week; passwords are switched off once the provider works."""
    services, ways = world.services, Ways()
    assert health(services)["sign_in"] == ["local"]
    services.ways.put(replace(ways, issuer="https://id.example.cn", client="duban"))
    assert health(services)["sign_in"] == ["local", "provider"]
    services.ways.put(replace(services.ways.current(), has_local=False))
    assert health(services)["sign_in"] == ["provider"]
    assert sign_in(Visitor()).status_code != 303
