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


@pytest.mark.parametrize("regions", [(HERE,), ()])
def test_the_total_of_a_list_is_that_of_its_rows(county, regions):
    """The counts of the name are those of both regions, which nobody of one may be told."""
    browser = Browser(county.services, "c", appointment("clerk", "Housing", *regions))
    text = browser.get("/desk/cases").body.decode()
    rows = sum(f"hall%3A{n}" in text for n in (1, 2))
    assert rows == (1 if regions else 2)
    assert f"共 {rows} 件" in text


def test_a_clerk_drafts_for_his_own_region_alone(county):
    """Though he sees the other one's cards, for he supervises there."""
    (here,) = [each.case for each in cards(county, HERE)]
    card = here.removeprefix("duban:card/")
    path = f"/desk/cards/{card}/respond"
    own = Browser(county.services, "own", appointment("clerk", "Housing", HERE))
    assert own.get(path).status_code == 200
    posts = appointment("clerk", "Housing", ELSEWHERE), appointment("supervisor", "", HERE)
    other = Browser(county.services, "other", *posts)
    assert other.get(f"/desk/cards/{card}").status_code == 200
    assert other.get(path).status_code == 403
    other.get("/desk")
    answer = other.post(path, text="草稿", key="k" * 16)
    assert answer.status_code == 403
    assert county.services.vault.drafts(here) == {}


def cards(county, region):
    """Return the snapshots of the cards against Housing in a region."""
    found = county.services.cases.of_department("card", "Housing")
    return [each for each in found if each.region == region]
