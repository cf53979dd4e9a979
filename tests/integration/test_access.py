"""Keys, problems and the table clock, over a small app of their own."""

import json
import re
from datetime import timedelta

import pytest
from chalice.app import BadRequestError, Blueprint, Chalice
from chalice.test import Client

from chalicelib.errors import Conflict, Corrupt, Rejected, Unknown
from chalicelib.plumbing import problems
from chalicelib.plumbing.services import current_services
from tests.support import stage

routes = Blueprint(__name__)
ERRORS = {
    "rejected": Rejected(422, zh="不对", en="not so", field="data.item"),
    "misfit": Rejected(
        409, zh="此时不行", en="not now", also={"state": "closed", "possible": [], "status": 200}
    ),
    "conflict": Conflict("有人抢先", "raced"),
    "unknown": Unknown("calendar:2031"),
    "corrupt": Corrupt("内情", "secret detail"),
    "bug": RuntimeError("secret detail"),
    "chalice": BadRequestError("not so"),
}


@routes.route("/mine")
def mine():
    """Say who calls."""
    caller = current_services().keys.require(routes.current_request.headers, "see_case")
    return {"role": caller.role, "department": caller.department}


@routes.route("/fail/{how}")
def fail(how):
    """Fail as asked."""
    raise ERRORS[how]


app = Chalice("duban", configure_logs=False)
app.register_blueprint(routes)
problems.install_problems(app)


@pytest.fixture
def get(served):
    """Give a function that gets a path with an Authorization header."""
    client = Client(app)

    def got(path, authorization=None, language=None):
        headers = {} if authorization is None else {"Authorization": authorization}
        headers |= {} if language is None else {"Accept-Language": language}
        return client.http.get(path, headers=headers)

    return got


def test_a_key_names_its_holder(get, served):
    """Role and department."""
    inspector = served.keys.issue("inspector")
    assert get("/mine", f"Bearer {inspector}").json_body == {
        "role": "inspector",
        "department": None,
    }
    department = served.keys.issue("department", "market")
    assert get("/mine", f"bearer {department}").json_body["department"] == "market"


def test_a_key_of_another_role_is_forbidden(get, served):
    """403."""
    answer = get("/mine", f"Bearer {served.keys.issue('operator')}")
    assert (answer.status_code, answer.json_body["status"]) == (403, 403)


def test_a_key_that_is_none_is_401_and_never_told_why(get, served):
    """Malformed, unknown, wrong secret, removed: the same words."""
    key = served.keys.issue("inspector")
    removed = served.keys.issue("inspector")
    assert served.keys.remove(removed.split("_")[1])
    assert not served.keys.remove("0" * 16)
    bad = [
        None,
        "",
        "Bearer",
        key,
        f"Basic {key}",
        f"Bearer {key}x",
        f"Bearer {key[:-1]}{'A' if key[-1] != 'A' else 'B'}",
        f"Bearer {removed}",
        "Bearer dk_办",
        f"Bearer {key}, Bearer {key}",
    ]
    answers = [get("/mine", header) for header in bad]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.body for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


def test_a_key_ends_with_its_last_instant(get, served, wall):
    """By the wall clock; then it is 401, in the words of any other that is none."""
    end = wall.at + timedelta(hours=1)
    key = served.keys.issue("inspector", owner="王五", expires_at=end)
    wall.at = end - timedelta(milliseconds=1)
    assert get("/mine", f"Bearer {key}").status_code == 200
    wall.at = end
    over = get("/mine", f"Bearer {key}")
    assert over.status_code == 401
    assert over.body == get("/mine", "Bearer nobody").body


def test_the_registry_holds_no_key(served):
    """Only its hash; the list tells who, not with what."""
    key = served.keys.issue("department", "market")
    (item,) = list(served.registry.documents("KEY"))
    assert key not in json.dumps(item)
    assert [(k.role, k.department) for k in served.keys.all()] == [("department", "market")]


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("rejected", 422),
        ("conflict", 503),
        ("unknown", 503),
        ("corrupt", 500),
        ("bug", 500),
        ("chalice", 400),
    ],
)
def test_every_error_is_a_problem(get, how, status, caplog):
    """And what nobody expected is logged once and not told."""
    answer = get(f"/fail/{how}")
    assert answer.status_code == answer.json_body["status"] == status
    assert answer.headers["Content-Type"] == problems.MEDIA_TYPE
    assert "secret detail" not in answer.body.decode()
    logged = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(logged) == (1 if status == 500 else 0)
    assert all("secret detail" in (record.exc_text or "") for record in logged)
    assert answer.json_body.get("field") == ("data.item" if how == "rejected" else None)


def test_a_problem_says_what_else_the_caller_should_know(get):
    """In members of its own (RFC 9457, section 3.2), which never hide those that each has."""
    assert get("/fail/misfit").json_body == {
        "type": "about:blank",
        "title": "与现有记录冲突",
        "status": 409,
        "detail": "此时不行",
        "state": "closed",
        "possible": [],
    }


@pytest.mark.parametrize("how", ERRORS)
def test_a_problem_is_in_the_language_that_is_asked_for(get, how):
    """Chinese by default; what programs read is the same in both, and no cache keeps either."""
    chinese, english = get(f"/fail/{how}"), get(f"/fail/{how}", language="en-GB,zh;q=0.5")
    zh, en = chinese.json_body, english.json_body
    assert (chinese.headers["Content-Language"], english.headers["Content-Language"]) == (
        "zh-CN",
        "en",
    )
    for name in ("title", "detail"):
        assert re.search("[一-鿿]", zh.pop(name))
        assert not re.search("[一-鿿]", en.pop(name))
    assert zh == en
    for answer in (chinese, english):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Vary"] == "Accept-Language"


def test_the_table_clock_is_the_wall_until_it_is_set():
    """Then it runs from where it was set, as fast as it was told, for every process at once."""
    with stage.stage("table") as (services, wall):
        assert services.now() == services.wall() == wall.at
        past = wall.at - timedelta(days=7)
        services.table_clock.set(now=past, speed=60)
        wall.forward(minutes=1)
        assert services.now() == past + timedelta(hours=1)
        services.table_clock.set(speed=0)
        wall.forward(hours=1)
        assert services.now() == past + timedelta(hours=1)
        assert services.wall() == wall.at


def test_the_clock_of_a_real_stage_cannot_be_moved(served, wall):
    """A clock item there is nobody's business."""
    served.table_clock.set(now=wall.at - timedelta(days=1))
    assert served.now() == wall.at
