"""An error as a page where a browser asks for a page of ours; else as a problem document."""

import json
from unittest.mock import patch

import pytest
from chalice.test import Client

import app
from chalicelib.errors import Conflict, Corrupt, Rejected, Unknown
from tests.support.browsing import Visitor
from tests.support.memory_stage import memory_world
from tests.support.signing_in import HOST, Browser, appointment
from tests.support.wsgi_app import gateway_event

ERRORS = {
    400: Rejected(400, zh="不对", en="not so"),
    403: Rejected(403, zh="不可以", en="not yours"),
    404: Rejected(404, zh="没有", en="nothing"),
    409: Rejected(409, zh="此时不行", en="not now"),
    422: Rejected(422, zh="内容不对", en="wrong"),
    429: Rejected(429, zh="太多", en="too many"),
    500: Corrupt("内情", "secret detail"),
    503: Conflict("有人抢先", "raced"),
}


@pytest.fixture
def world():
    """Give a county on a Monday morning."""
    with memory_world("2026-11-02T09:00:00") as made:
        yield made


@pytest.fixture
def clerk(world):
    """Give the browser of a clerk of Housing."""
    return Browser(world.services, "clerk", appointment("clerk", "Housing"))


@pytest.mark.parametrize(("language", "title"), [("zh", "没有完成"), ("en", "Not done")])
@pytest.mark.parametrize("status", ERRORS)
def test_a_failure_of_a_page_is_a_page(clerk, status, language, title):
    """In the reader's language, with what to do next; no stack and nothing of the inside."""
    with patch("chalicelib.desk.answering.Desk.page", _failing(ERRORS[status])):
        answer = clerk.get("/desk", **{"Accept-Language": language})
    page = answer.body.decode()
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert title in page
    assert 'role="alert"' in page
    assert "secret detail" not in page
    assert "Traceback" not in page


def _failing(error):
    """Return what draws pages, and fails at the first."""
    from chalicelib.desk.answering import Desk

    draw = Desk.page
    seen: list[int] = []

    def page(self, *given, **named):
        if not seen:
            seen.append(1)
            raise error
        return draw(self, *given, **named)

    return page


@pytest.mark.parametrize(("method", "path"), [("PUT", "/desk"), ("POST", "/signin/callback")])
def test_what_is_refused_before_any_page_is_a_page_too(world, method, path):
    """A method that the address does not know."""
    for accept, kind in (("text/html,*/*", "text/html"), ("*/*", "application/problem+json")):
        headers = {"Host": HOST, "Accept": accept}
        answer = Client(app.app).http.request(method, path, headers=headers)
        assert answer.status_code == 405
        assert answer.headers["Content-Type"].startswith(kind)


def test_a_form_of_another_kind_or_too_long_is_refused_as_a_page(clerk):
    """415 and 413."""
    clerk.get("/desk/settings")
    sent = {"Content-Type": "application/json", "Origin": f"https://{HOST}"}
    assert "text/html" in clerk.send_form("/desk/settings", {}, **sent).headers["Content-Type"]
    long = clerk.post("/desk/settings", session="x" * 64_001)
    assert (long.status_code, "过长" in long.body.decode()) == (413, True)


def test_the_doors_of_programs_answer_problems_to_browsers_too(world):
    """They are a contract."""
    answer = Visitor().get("/v1/cases")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_stage_whose_rules_lack_says_so(clerk):
    """503: it is the operator's to mend; also where the page itself cannot be drawn."""
    with patch("chalicelib.plumbing.services.Services.profile", side_effect=Unknown("policy:x")):
        answer = clerk.get("/desk")
    assert answer.status_code == 503


UNKNOWN = (
    "/desk/nothing",
    "/desk/cases/a/b/c/d",
    "/signin/nothing",
    "/signout/now",
    "/desk/%E5%8A%9E",
)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_address_below_the_pages_is_a_page(world, path, method):
    """404, in words and with the way back; its links lead there from any depth."""
    answer = ask(method, path, "text/html,*/*;q=0.8")
    page = answer["body"]
    assert (answer["statusCode"], answer["headers"]["Content-Type"][:9]) == (404, "text/html")
    assert "没有此地址" in page
    assert "地址可能写错了" in page
    assert f'<base href="{"../" * (path.count("/") - 1) or "./"}">' in page
    assert '<a href="desk">返回工作台</a>' in page
    english = ask(method, f"{path}?lang=en", "text/html")["body"]
    assert "There is nothing at this address" in english


def test_an_unknown_address_is_a_problem_for_a_program(world):
    """As everywhere else."""
    answer = ask("GET", "/desk/nothing", "*/*")
    assert answer["statusCode"] == 404
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answer["body"])["detail"] == "没有此地址。"


def test_who_is_signed_in_keeps_the_menu_on_an_unknown_address(clerk):
    """The way on is where it always is."""
    cookie = f"__Host-duban={clerk.token}"
    page = ask("GET", "/desk/nothing/here", "text/html", cookie=cookie)["body"]
    assert '<a href="desk/cases">办件</a>' in page
    assert 'action="signout"' in page


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("PUT", "/desk", 405, "此页不能这样打开或者提交。"),
        ("GET", "/signout", 405, "此页不能这样打开或者提交。"),
        ("POST", "/signin", 415, "此页只接受本站页面上的表单。"),
        ("GET", "/signin/callback", 400, "登录已过期"),
    ],
)
def test_what_a_page_says_is_for_people(world, method, path, status, said):
    """No name of a header or of a media type; and what to do about it."""
    answer = ask(method, path, "text/html")
    page = answer["body"].partition("<main")[2]
    assert answer["statusCode"] == status
    assert said in page
    for word in ("Allow", "Content-Type", "application/"):
        assert word not in page


def ask(method, path, accept, **headers):
    """Ask as the gateway hands it on."""
    kind = {"content-type": "application/json"} if method == "POST" else {}
    event = gateway_event(method, path, {"host": HOST, "accept": accept, **kind, **headers}, b"")
    return app.app(event, None)
