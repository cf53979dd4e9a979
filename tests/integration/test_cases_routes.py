"""Reading cases: who may, and what they see."""

import json
from urllib.parse import quote

import pytest

from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.memory_stage import memory_world

CASE = quote("hall:2026/001", safe="")


@pytest.fixture(scope="module")
def county():
    """Give a county with an overdue case of Housing and one of Water in time; it is only read."""
    with environment(), memory_world("2026-11-02T09:00:00") as made:
        made.accept("2026-11-02T09:00:00", "2026/001", title="王小明的饭店")
        made.accept("2026-11-02T09:00:00", "2", promise="30wd", department="Water")
        made.accept("2026-11-02T09:00:00", "3", promise="9wd", department="Parks")
        made.report("case.suspended", "2026-11-03T09:00:00", "3", procedure="testing")
        made.accept("2026-11-02T09:00:00", "4", promise="5wd", department="Roads")
        made.report("case.decided", "2026-11-03T09:00:00", "4", outcome="granted")
        made.until("2026-11-10T08:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def test_a_case_shows_its_state_clocks_lamp_and_facts(ask):
    """By its percent-encoded id, for the inspector and its own department."""
    body = data(ask("GET", f"/v1/cases/{CASE}"))
    assert (body["id"], body["lamp"], body["state"]) == ("hall:2026/001", "yellow", "open")
    assert body["due_at"] == "2026-11-09T17:30:00.000+08:00"
    ends = {
        "promise": "2026-11-09T17:30:00.000+08:00",
        "statutory": "2026-11-30T17:30:00.000+08:00",
    }
    certain = {"about": None, "provisional": False, "missing": None, "in_doubt": False}
    assert body["clocks"] == [{"clock": name, "due_at": ends[name], **certain} for name in ends]
    assert [fact["kind"] for fact in body["facts"]] == [
        "case.accepted",
        "warning.issued",
        "card.issued",
    ]
    assert "王小明" not in json.dumps(body, ensure_ascii=False)
    assert data(ask("GET", f"/v1/cases/{CASE}", "Housing")) == body


def test_a_case_of_our_own_is_shown_as_what_it_is(county, ask):
    """A card, with its state and clocks; it burns no lamp, and only a permit's days are told."""
    card = f"{county.snapshot('2026/001').public_case}.2"
    path = f"/v1/cases/{quote(f'duban:card/{card}', safe='')}"
    body = data(ask("GET", path))
    assert (body["kind"], body["state"], body["lamp"]) == ("card", "issued", None)
    assert {one["clock"] for one in body["clocks"]} == {"response", "appeal_window"}
    assert [one["kind"] for one in body["facts"]] == ["card.issued"]
    assert data(ask("GET", path, "Housing")) == body
    assert ask("GET", path, "Water").status_code == 404
    assert ask("GET", f"{path}/explain").status_code == 404


def test_clocks_of_one_name_are_told_apart_by_what_they_are_about():
    """Two stages run at once, each with a limit of its own."""
    with memory_world("2026-11-09T09:00:00") as county:
        county.accept("2026-11-09T09:00:00", promise="20wd")
        limit = {"amount": 2, "unit": "wd"}
        for stage in ("review", "survey"):
            county.report(
                "stage.entered", "2026-11-09T09:00:00", stage=stage, limit=limit, id=stage
            )
        county.pump.drain()
        clocks = data(Asker(county.services)("GET", "/v1/cases/hall%3A1"))["clocks"]
        shown = [(clock["clock"], clock["about"]) for clock in clocks]
        assert shown[:2] == [("promise", None), ("statutory", None)]
        assert {kind for kind, _ in shown[2:]} == {"stage"}
        assert len({about for _, about in shown[2:]}) == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("hall%3A2026%2F001", 200),
        ("hall:2026%2f001", 200),
        ("hall%253A2026%252F001", 404),
        ("hall%3A2026%252F001", 404),
        ("hall%3A2026%2F001%00", 404),
        ("%C2%84", 404),
        ("%", 404),
    ],
)
def test_the_id_of_a_case_has_one_reading(ask, path, status):
    """It is encoded once, a slash too; what was encoded twice is the id of another case."""
    answer = ask("GET", f"/v1/cases/{path}")
    assert answer.status_code == status
    if status == 200:
        assert data(answer)["id"] == "hall:2026/001"
    assert ask("GET", f"/v1/cases/{path}/explain").status_code == status


def test_a_percent_sign_is_of_the_id_itself():
    """A source that encodes its numbers has them encoded once more in the path, and only so."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", "%E4%BD%A0%2F1")
        county.pump.drain()
        asker = Asker(county.services)
        twice = quote("hall:%E4%BD%A0%2F1", safe="")
        assert data(asker("GET", f"/v1/cases/{twice}"))["id"] == "hall:%E4%BD%A0%2F1"
        assert asker("GET", "/v1/cases/hall%3A%E4%BD%A0%2F1").status_code == 404


def test_another_departments_case_does_not_exist(ask):
    """Nor does one that nobody told of, nor a name that could be nobody's."""
    for who, case in (("Water", CASE), ("inspector", "hall%3Anone"), ("inspector", "%E4%BD%A0")):
        assert ask("GET", f"/v1/cases/{case}", who).status_code == 404


def test_cases_are_listed_by_department_and_lamp(ask):
    """Only open ones; a department sees its own without asking."""
    both = data(ask("GET", "/v1/cases"))["cases"]
    assert [case["id"] for case in both] == ["hall:2026/001", "hall:3", "hall:2"]
    green = data(ask("GET", "/v1/cases?lamp=green&kind=permit"))["cases"]
    assert {case["id"] for case in green} == {"hall:2", "hall:3"}
    assert [c["id"] for c in data(ask("GET", "/v1/cases", "Water"))["cases"]] == ["hall:2"]
    assert data(ask("GET", "/v1/cases?department=Housing"))["cases"] == [both[0]]
    paused = data(ask("GET", "/v1/cases?department=Parks"))["cases"][0]
    # Without a length: the later reading, thirty working days from 11-03 (12-15) and eight more.
    assert (paused["state"], paused["in_doubt"]) == ("paused", True)
    assert paused["due_at"] == "2026-12-25T17:30:00.000+08:00"


def test_cases_alight_are_found_without_the_others(county, ask):
    """One query, of yellow lamps or of red ones, whatever is open; of a department's own only."""
    begun = len(county.cloud.calls)
    yellow = data(ask("GET", "/v1/cases?lamp=yellow"))["cases"]
    asked = [where for _, where in county.cloud.calls[begun:] if "Cases" in where]
    assert [case["id"] for case in yellow] == ["hall:2026/001"]
    assert asked == ["test-Cases/index/lamp"]
    assert data(ask("GET", "/v1/cases?lamp=yellow", "Housing"))["cases"] == yellow
    assert data(ask("GET", "/v1/cases?lamp=yellow", "Water"))["cases"] == []
    assert data(ask("GET", "/v1/cases?lamp=red"))["cases"] == []


def test_a_closed_case_keeps_its_due_instant(ask):
    """It is no longer listed, but when it was due can still be seen."""
    body = data(ask("GET", f"/v1/cases/{quote('hall:4', safe='')}"))
    assert (body["state"], body["due_at"]) == ("closed", "2026-11-09T17:30:00.000+08:00")


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("Water", "department=Housing", 403),
        ("operator", "", 403),
        ("inspector", "lamp=purple", 422),
        ("inspector", "kind=review", 422),
        ("inspector", "colour=red", 422),
    ],
)
def test_what_may_not_be_listed(ask, who, query, status):
    """By role, and by what cannot be meant."""
    assert ask("GET", f"/v1/cases?{query}", who).status_code == status
