"""The way in by WeCom (企业微信): a fake one with the error codes of its documents, no real one."""

import time
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest

from chalicelib.desk.sign_in import wecom_api
from chalicelib.desk.sign_in.provider import OutOfReach
from tests.support.browsing import Visitor
from tests.support.fake_wecom import AGENT, CORPORATION, SECRET, fake_wecom, join
from tests.support.memory_stage import memory_world
from tests.support.oidc_client import CALLBACK, COOKIE, SESSION, begin, remember_nothing
from tests.support.signing_in import Browser, appointment, person_id


@pytest.fixture
def world():
    """Give a county on a Monday morning, with a clerk of Housing."""
    with memory_world("2026-11-02T09:00:00") as made:
        remember_nothing(made)
        Browser(made.services, "clerk", appointment("clerk", "Housing"))
        yield made


@pytest.fixture
def wecom(world):
    """Give a WeCom, at which the clerk is `WangFang`."""
    with fake_wecom() as fake:
        join(world, fake)
        issuer = world.services.ways.current().issuer
        world.services.logins.link(person_id("clerk"), issuer, "WangFang")
        yield fake


def come_back(visitor, state, code="c-1"):
    """Come back from WeCom; return the answer."""
    return visitor.get(f"/signin/callback?code={code}&state={state}")


def come(code="c-1"):
    """Go to WeCom and come back with *code*; return status, and whether he is signed in."""
    visitor = Visitor()
    _, asked = begin(visitor)
    return come_back(visitor, asked["state"], code).status_code, SESSION in visitor.cookies


def test_the_browser_is_led_to_wecom_as_its_documents_say():
    """Where the page is, in which order, and a state of letters and digits."""
    with memory_world("2026-11-02T09:00:00") as world, fake_wecom() as fake:
        remember_nothing(world)
        join(world, fake)
        visitor = Visitor()
        address, asked = begin(visitor)
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc) == ("https", "open.weixin.qq.com")
        assert (parts.path, parts.fragment) == ("/connect/oauth2/authorize", "wechat_redirect")
        state = asked.pop("state")
        assert [*asked.items()] == [
            ("appid", CORPORATION),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "snsapi_base"),
            ("agentid", AGENT),
        ]
        assert state.isalnum()
        assert len(state) <= 128
        assert fake.asked == []


def test_a_member_signs_in(wecom):
    """His posts give the rights; the settings name the way, and there is nowhere else to leave."""
    wecom.gave("c-1", UserId="WangFang")
    visitor = Visitor()
    _, asked = begin(visitor)
    answer = come_back(visitor, asked["state"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "../desk/cards?state=issued")
    assert COOKIE not in visitor.cookies
    assert "企业微信" in visitor.get("/desk/settings").body.decode()
    assert wecom.asked == [
        ("/cgi-bin/gettoken", {"corpid": CORPORATION, "corpsecret": SECRET}),
        ("/cgi-bin/user/getuserinfo", {"access_token": "token-0", "code": "c-1"}),
    ]
    left = visitor.post("/signout").body.decode()
    assert "已退出" in left
    assert "也从统一身份认证退出" not in left


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ({"UserId": "LiSi"}, 403),  # a member whom nobody linked
        ({"UserId": "wangfang"}, 403),
        ({"OpenId": "WangFang"}, 400),  # no member of the corporation
        ({}, 400),
        ({"UserId": ""}, 400),
        ({"UserId": ["WangFang"]}, 400),
        ({"UserId": "x" * 256}, 400),
    ],
    ids=str,
)
def test_nobody_else_signs_in(wecom, user, status):
    """Nor by a name that is none."""
    wecom.codes["c-1"] = user
    assert come() == (status, False)


def test_a_code_is_good_once_and_in_one_browser(wecom):
    """WeCom has no PKCE: state and the sealed cookie carry it."""
    wecom.gave("c-1", UserId="WangFang")
    visitor, thief = Visitor(), Visitor()
    _, asked = begin(visitor)
    begin(thief)
    for stranger in (Visitor(), thief):
        assert come_back(stranger, asked["state"]).status_code == 400
        assert SESSION not in stranger.cookies
    kept = visitor.cookies[COOKIE]
    assert come_back(visitor, asked["state"]).status_code == 303
    again = Visitor()
    again.cookies[COOKIE] = kept
    assert come_back(again, asked["state"]).status_code == 400


def test_the_token_is_asked_for_once_in_two_hours(wecom):
    """It is remembered until a minute before its end."""
    later = time.monotonic() + 7200 - 60
    for n, moment in enumerate((later - 1, later + 1)):
        wecom.gave("c-1", UserId="WangFang")
        wecom.gave("c-2", UserId="WangFang")
        assert come("c-1") == (303, True)
        with patch(
            "chalicelib.desk.sign_in.wecom_api.time.monotonic", lambda moment=moment: moment
        ):
            assert come("c-2") == (303, True)
        assert len(wecom.tokens) == n + 1


def test_a_token_that_expired_early_is_asked_for_anew_once(wecom):
    """42001, or 40014: somebody else asked for one since. Twice is a fault of WeCom's."""
    wecom.gave("c-1", UserId="WangFang")
    assert come() == (303, True)
    for spoil in (lambda: wecom.tokens.append("of another program"), wecom.tokens.clear):
        spoil()
        wecom.gave("c-1", UserId="WangFang")
        before = len(wecom.asked)
        assert come() == (303, True)
        assert [path.rpartition("/")[2] for path, _ in wecom.asked[before:]] == [
            *("getuserinfo", "gettoken", "getuserinfo"),
        ]
    wecom.answers["getuserinfo"] = (200, {}, b'{"errcode": 42001}')
    before = len(wecom.asked)
    assert come() == (503, False)
    assert len(wecom.asked) == before + 3


def test_an_invalid_code_is_told_as_such(wecom):
    """40029: one begins again."""
    assert come() == (400, False)


@pytest.mark.parametrize("code", ["", "x" * 513])
def test_without_a_code_nobody_is_asked(wecom, code):
    """The person said no, or somebody made the address up."""
    assert come(code) == (400, False)
    assert wecom.asked == []


def test_an_address_that_is_not_trusted_is_the_operator_s_to_mend(wecom, caplog):
    """60020: the log has the number, the page only that it does not answer."""
    wecom.trusts_us = False
    assert come() == (503, False)
    assert "60020" in str([record.__dict__ for record in caplog.records])


def test_a_wrong_secret_is_the_operator_s_to_mend(world, wecom, caplog):
    """40001; our secret is in no line of the log."""
    world.services.sign_in_secret.set_client("another")
    assert come() == (503, False)
    logged = str([record.__dict__ for record in caplog.records])
    assert "40001" in logged
    assert "another" not in logged


@pytest.mark.parametrize("path", ["gettoken", "getuserinfo"])
@pytest.mark.parametrize(
    "answer",
    [
        (302, {"Location": "/cgi-bin/gettoken"}, b""),
        (404, {}, b""),
        (500, {}, b""),
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (200, {}, b'{"errcode": -1}'),
        (200, {}, b'{"errcode": "0"}'),
        (200, {}, b'{"errcode": 0, "access_token": "' + b"x" * 70_000 + b'", "expires_in": 7200}'),
        (200, {"Content-Length": "100"}, b"cut"),
    ],
    ids=["redirect", "none", "broken", "no JSON", "no object", "busy", "text", "too long", "cut"],
)
def test_a_wecom_that_fails_signs_nobody_in(wecom, path, answer):
    """No redirect is followed with our secret, nothing is read beyond 64 kB."""
    wecom.gave("c-1", UserId="WangFang")
    wecom.answers[path] = answer
    assert come() == (503, False)


@pytest.mark.parametrize(
    "answer",
    [b'{"errcode": 0}', b'{"access_token": 7, "expires_in": 7200}', b'{"access_token": "t"}',
     b'{"access_token": "t", "expires_in": "7200"}', b'{"access_token": "t", "expires_in": true}'],
)  # fmt: skip
def test_a_token_of_another_form_is_none(wecom, answer):
    """Neither one of another type, nor one without an end."""
    wecom.gave("c-1", UserId="WangFang")
    wecom.answers["gettoken"] = (200, {}, answer)
    assert come() == (503, False)


def test_a_wecom_that_sleeps_is_not_waited_for(wecom):
    """Three seconds."""
    wecom.pause, began = 4, time.monotonic()
    assert come() == (503, False)
    assert time.monotonic() - began < 4


def test_only_wecom_s_own_host_is_asked():
    """No setting leads elsewhere: the operator sets a corporation, and no address."""
    assert wecom_api.HOST == "https://qyapi.weixin.qq.com"
    opener = patch("urllib.request.OpenerDirector.open", side_effect=OSError)
    with opener as asked, pytest.raises(OutOfReach):
        wecom_api.WecomApi().user("c@evil.example/", "s", "x")
    assert urlsplit(asked.call_args.args[0].full_url).netloc == "qyapi.weixin.qq.com"
