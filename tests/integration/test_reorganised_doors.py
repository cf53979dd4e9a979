"""A reorganisation at the doors: who continues a department has its cases from its day on.

Housing becomes part of 住建局 on 1 December 2026 (as in T-40); or an item of it goes elsewhere.
"""

from datetime import date
from urllib.parse import quote

import pytest

from chalicelib.people.organisation import Organisation, Post, Tenure
from chalicelib.people.units import DatedName, Department, Succession
from tests.support.asker import Asker, data, taken
from tests.support.environment import environment
from tests.support.memory_stage import memory_world
from tests.support.signing_in import Browser, appointment

CASE = quote("hall:1", safe="")
DAY, NEXT = date(2026, 11, 30), date(2026, 12, 1)
A, B = f"p_{'a' * 16}", f"p_{'b' * 16}"
POSTS = (
    Post("H-1", "H", "住房承办岗", addressee="handler"),
    Post("N-1", "N", "住建承办岗", addressee="handler"),
    Post("N-2", "N", "分管局长", addressee="unit_head"),
)
UNITS = (
    Department("H", (DatedName("Housing"),), until=DAY),
    Department("N", (DatedName("住建局"),)),
    Department("W", (DatedName("Water"), DatedName("水务局", NEXT))),
)
MERGED = Organisation(
    UNITS,
    (Succession("H", "merge", NEXT, "N"),),
    posts=POSTS,
    tenures=(Tenure(A, "H-1", date(2026, 1, 1)), Tenure(B, "N-1", date(2026, 1, 1))),
)


@pytest.fixture
def county():
    """Give a county in which a card of Housing is open on the eve of the merger."""
    with environment(), memory_world("2026-11-20T09:00:00") as made:
        made.accept("2026-11-20T09:00:00", "1")
        made.accept("2026-11-20T09:00:00", "2", department="Water")
        made.until("2026-11-30T09:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def card_of(county, case="1"):
    """Give the address of a case's yellow card."""
    return f"/v1/cards/{county.snapshot(case).public_case}.2"


def seen(ask, who):
    """Give the departments of all cases and cards that are listed for somebody."""
    return [
        sorted({one["department"] for one in data(ask("GET", f"/v1/{kind}", who))[kind]})
        for kind in ("cases", "cards")
    ]


def test_before_its_day_a_merger_changes_nothing(county, ask):
    """It is known, and dated in the future."""
    county.services.organisation.change(lambda _: MERGED)
    assert seen(ask, "Housing") == [["Housing"], ["Housing"]]
    assert seen(ask, "住建局") == [[], []]
    body = data(ask("GET", card_of(county), "Housing"))
    assert body["kept_by"] == "Housing"
    assert (body["posts"][0]["post"], body["posts"][0]["people"]) == ("H-1", [A])
    assert ask("GET", card_of(county), "住建局").status_code == 403


def test_from_its_day_on_the_successor_has_all_of_it_and_no_clock_moves(county, ask):
    """Both keys are the successor's now; the card keeps the name that it was addressed to."""
    county.services.organisation.change(lambda _: MERGED)
    before = data(ask("GET", card_of(county)))
    county.until("2026-12-01T00:30:00")
    for who in ("住建局", "Housing"):
        assert seen(ask, who) == [["Housing"], ["Housing"]]
        body = data(ask("GET", card_of(county), who))
        assert (body["department"], body["kept_by"]) == ("Housing", "住建局")
        assert body["deadlines"] == before["deadlines"]
        assert data(ask("GET", f"/v1/cases/{CASE}", who))["department"] == "Housing"
    posts = [(each["role"], each["post"], each["by"]) for each in body["posts"]]
    assert posts[0] == ("handler", "N-1", "holder")
    done = taken(ask("POST", f"{card_of(county)}/acknowledge", "住建局"))
    assert done["status"] == "recorded"
    asked = data(ask("GET", "/v1/cards?department=Housing", "住建局"))["cards"]
    assert [one["department"] for one in asked] == ["Housing"]
    for kind in ("cases", "cards"):
        rows = data(ask("GET", f"/v1/{kind}?department=%E4%BD%8F%E5%BB%BA%E5%B1%80"))[kind]
        assert {one["department"] for one in rows} == {"Housing"}


def test_an_explanation_says_whose_the_deadline_is_now(county, ask):
    """The clocks are the same; on the page of the successor too."""
    county.services.organisation.change(lambda _: MERGED)
    before = data(ask("GET", f"/v1/cases/{CASE}/explain"))
    assert (before["department"], before["kept_by"]) == ("Housing", "Housing")
    assert "机构改革" not in before["explanation"]
    county.until("2026-12-01T00:30:00")
    after = data(ask("GET", f"/v1/cases/{CASE}/explain", "住建局"))
    assert (after["department"], after["kept_by"]) == ("Housing", "住建局")
    assert after["explanation"].endswith(
        "本件原由Housing办理，机构改革后由住建局继续办理，期限不变。"
    )
    due = [[each["due_at"] for each in body["clocks"]] for body in (before, after)]
    assert due[0] == due[1]
    page = Browser(county.services, "b", appointment("clerk", "住建局")).get(f"/desk/cases/{CASE}")
    assert "机构改革后由住建局继续办理" in page.body.decode()


def test_others_see_no_more_than_before(county, ask):
    """Not by asking for the old name, and not by a key of a department without a card."""
    county.services.organisation.change(lambda _: MERGED)
    county.until("2026-12-01T00:30:00")
    assert ask("GET", "/v1/cards?department=Housing", "Parks").status_code == 403
    assert ask("GET", card_of(county), "Parks").status_code == 403
    assert ask("GET", f"/v1/cases/{CASE}", "Parks").status_code == 404
    assert ask("POST", f"{card_of(county)}/acknowledge", "水务局").status_code == 403


def test_a_new_name_is_the_same_department(county, ask):
    """A rename: the key of either name, what is on record under the old one."""
    county.services.organisation.change(lambda _: MERGED)
    county.until("2026-12-01T00:30:00")
    assert seen(ask, "水务局") == seen(ask, "Water") == [["Water"], ["Water"]]
    body = data(ask("GET", card_of(county, "2"), "水务局"))
    assert (body["department"], body["kept_by"]) == ("Water", "水务局")


def test_an_item_that_is_transferred_goes_alone(county, ask):
    """Who had it still sees what was addressed to him, and acts on it no more."""
    item = data(ask("GET", card_of(county)))["item"]
    units = (Department("H", (DatedName("Housing"),)), UNITS[1])
    moved = Organisation(units, (Succession("H", "transfer_item", NEXT, "N", item),))
    county.services.organisation.change(lambda _: moved)
    county.until("2026-12-01T00:30:00")
    assert seen(ask, "住建局") == [["Housing"], ["Housing"]]
    assert data(ask("GET", card_of(county), "Housing"))["kept_by"] == "住建局"
    assert ask("POST", f"{card_of(county)}/acknowledge", "Housing").status_code == 403
    assert taken(ask("POST", f"{card_of(county)}/acknowledge", "住建局"))["status"] == "recorded"
    other = Organisation(units, (Succession("H", "transfer_item", NEXT, "N", "another"),))
    county.services.organisation.change(lambda _: other)
    assert seen(ask, "住建局") == [[], []]
    assert ask("GET", card_of(county), "住建局").status_code == 403


def test_a_key_of_a_department_that_nobody_continues_works_no_more(county, ask):
    """It says why."""
    over = Organisation((UNITS[0],), (Succession("H", "abolish", NEXT),))
    county.services.organisation.change(lambda _: over)
    assert seen(ask, "Housing") == [["Housing"], ["Housing"]]
    county.until("2026-12-01T00:30:00")
    refused = data(ask("GET", "/v1/cards", "Housing"), 403)
    assert "已撤销" in str(refused)


def test_only_what_is_continued_as_a_whole_has_its_name_in_the_lists_of_a_desk(county):
    """Of whom an item came, the rest stays with him."""
    keepers = county.services.keepers
    county.services.organisation.change(lambda _: MERGED)
    county.until("2026-12-01T00:30:00")
    assert keepers.names("住建局") == ("住建局", "Housing")
    units = (*UNITS[1:], Department("H", (DatedName("Housing"),)))
    moved = Organisation(units, (Succession("H", "transfer_item", NEXT, "N", "X-01"),))
    county.services.organisation.change(lambda _: moved)
    assert keepers.names("住建局") == ("住建局",)
    assert keepers.names("Housing") == ("Housing",)
