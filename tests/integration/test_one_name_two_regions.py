"""Two counties of one stage may have a department of one name: each sees and answers its own."""

from urllib.parse import quote

import pytest
from chalice.test import Client

import app
from tests.support.asker import data
from tests.support.memory_stage import memory_world
from tests.support.signing_in import Browser, appointment

START, HERE, ELSEWHERE = "2026-11-02T09:00:00", "370102", "370103"
CASE = quote("hall:2", safe="")


@pytest.fixture
def county():
    """Give a county with a case of Housing in each region; that elsewhere is handed to Water."""
    with memory_world(START) as made:
        made.accept(START, "1", promise="2wd", region=HERE)
        made.accept(START, "2", promise="2wd", region=ELSEWHERE)
        made.until("2026-11-03T10:00:00")
        made.report("case.transferred", "2026-11-03T10:00:00", "2", department="Water", reason="移")
        made.until("2026-11-05T10:00:00", minutes=1440)
        yield made


def ask(county, method, path, who, region=HERE):
    """Ask with a new key of a role, perhaps of a department, in one region."""
    key = county.services.keys.issue(*who, regions=[region])
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return Client(app.app).http.request(method, path, headers=headers, body=b"")


WHO = [("inspector", None), ("department", "Water")]


@pytest.mark.parametrize("who", WHO)
def test_a_transfer_is_answered_in_its_own_region(county, who):
    """By nobody of another one: there the case does not exist."""
    n = next(fact.n for fact in county.facts("2") if fact.kind == "case.transferred")
    path = f"/v1/cases/{CASE}/transfers/{n}/agree"
    assert ask(county, "POST", path, who).status_code == 404
    county.pump.drain()
    assert county.snapshot("2").department == "Housing"
    assert ask(county, "POST", path, who, ELSEWHERE).status_code == 202


@pytest.mark.parametrize("who", WHO)
def test_a_transfer_is_listed_in_its_own_region(county, who):
    """With its case and the reason."""
    for region, cases in ((HERE, []), (ELSEWHERE, ["hall:2"])):
        found = data(ask(county, "GET", "/v1/cases?department=Water", who, region))
        assert [row["case"] for row in found["transfers"]] == cases, region


def test_a_case_is_read_where_it_is_asked_to_be_taken_over(county):
    """And not by a department of that name elsewhere."""
    for path in (f"/v1/cases/{CASE}", f"/v1/cases/{CASE}/explain"):
        for region, status in ((HERE, 404), (ELSEWHERE, 200)):
            answer = ask(county, "GET", path, ("department", "Water"), region)
            assert answer.status_code == status, path


@pytest.mark.parametrize("role", ["clerk", "department"])
def test_the_page_of_today_has_the_own_region(county, role):
    """Its cases and its cards, as the lists behind it have them."""
    browser = Browser(county.services, role, appointment(role, "Housing", HERE))
    for path in ("/desk", "/desk/cases", "/desk/cards"):
        text = browser.get(path).body.decode()
        assert "hall%3A2" not in text, path
        assert f"{county.snapshot('2').public_case}." not in text, path
        assert "hall%3A1" in text or f"{county.snapshot('1').public_case}." in text, path
