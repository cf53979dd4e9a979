"""The score of a month through its door: who sees it, and what it rests on."""

from datetime import date
from urllib.parse import quote

import pytest

from chalicelib.cases.case_id import department_case
from chalicelib.people.organisation import Organisation
from chalicelib.people.units import DatedName, Department, Succession
from chalicelib.policy.catalogue import CatalogueItem, catalogue_version
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import read_profile
from tests.support.asker import Asker, data
from tests.support.memory_stage import memory_world
from tests.support.stage import judge_by
from tests.unit.policy_file import REPEATING

START = "2026-11-02T09:00:00"
MONTH = "/v1/scores?month=2026-11&department=Housing"


@pytest.fixture
def county():
    """Give a county in which Housing has one overdue case, warned of and carded."""
    with memory_world(START) as made:
        made.accept(START, "1")
        made.until("2026-11-09T17:31:00")
        made.until("2026-11-10T08:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def count_cards(county):
    """Let the county judge by a profile that has cards for repeated cards."""
    judge_by(county.services, read_profile(REPEATING, "repeating.toml"))


def second_yellow(county):
    """Let the first case be decided, late, and a second one of the item fall due as well."""
    count_cards(county)
    county.report("case.decided", "2026-11-10T08:30:00", outcome="granted")
    county.accept("2026-11-10T09:00:00", "2")
    county.until("2026-11-18T08:00:00")


def test_a_score_names_the_card_and_the_fact_of_each_point(county, ask):
    """A yellow takes five; one warning takes nothing yet, but is on record."""
    body = data(ask("GET", MONTH))
    year = county.services.facts.of_case(department_case("Housing", 2026))
    assert [record.fact.kind for record in year] == ["warning.issued", "card.issued"]
    assert (body["points"], body["of"], body["bonuses"]) == (41, 46, [])
    assert body["policy"].startswith("statutory@sha256:")
    (taken,) = body["deductions"]
    assert (taken["section"], taken["points"], taken["worth"]) == ("time", 5, 5)
    assert taken["cards"] == [
        {
            "card": f"{county.snapshot().public_case}.2",
            "level": "yellow",
            "rule": "V-02",
            "item": "X-01",
            "post": "",
            "at": "2026-11-09T17:30:00.000+08:00",
            "state": "counts",
            "fact": {"case": year[0].public_case, "n": 1},
        }
    ]
    assert body["items"] == [{"item": "X-01", "points": 41, "of": 46, "taken": 5}]
    assert {one["id"]: one["left"] for one in body["sections"] if one["id"] == "time"} == {
        "time": 9
    }


def test_what_nobody_measures_is_not_full_marks(county, ask):
    """No ratings are told, nobody found bad conduct: those sections leave points and total."""
    sections = data(ask("GET", MONTH))["sections"]
    shown = [(one["title"], one["points"], one["left"], one["note"]) for one in sections]
    assert shown == [
        ("政务公开", 10, 10, ""),
        ("流程规范", 14, 14, ""),
        ("期限合法", 14, 9, ""),
        ("收费合理", 8, 8, ""),
        ("满意度评价", 10, None, "未测评"),
        ("服务态度", 10, None, "未测评"),
        ("监督检查", 14, None, "未测评"),
        ("法律责任", 10, None, "未测评"),
        ("廉洁行政", 10, None, "未测评"),
    ]
    assert [one["measured"] for one in sections] == [True] * 4 + [False] * 5


def test_a_revoked_card_gives_its_points_back(county, ask):
    """It is listed apart: revoked, and taking nothing (APP-02)."""
    card = f"{county.snapshot().public_case}.2"
    data(ask("POST", f"/v1/cards/{card}/revoke", body={"text": "日历有误"}), 202)
    county.pump.drain()
    body = data(ask("GET", MONTH))
    assert (body["points"], body["deductions"]) == (46, [])
    assert [(one["card"], one["state"]) for one in body["not_counted"]] == [(card, "revoked")]


def test_a_second_yellow_of_the_item_makes_a_red(county, ask):
    """The red has a case of its own like any card, and a number of its own."""
    second_yellow(county)
    year = department_case("Housing", 2026)
    made = [one for one in county.services.facts.of_case(year) if not one.fact.told]
    assert [(one.fact.kind, one.fact.text("rule")) for one in made] == [("card.issued", "L-02")]
    red = f"{made[0].public_case}.{made[0].fact.n}"
    shown = data(ask("GET", f"/v1/cards/{red}"))
    assert (shown["level"], shown["state"], shown["case"]) == ("red", "issued", year)
    body = data(ask("GET", MONTH))
    assert body["not_counted"] == [], "its row rests on law here"


def test_a_red_of_the_year_that_is_revoked_stays_revoked(county, ask):
    """What people decide about it comes back to the year that made it."""
    second_yellow(county)
    year = department_case("Housing", 2026)
    red = next(one for one in county.services.facts.of_case(year) if not one.fact.told)
    card = f"{red.public_case}.{red.fact.n}"
    data(ask("POST", f"/v1/cards/{card}/revoke", body={"text": "重复"}), 202)
    county.pump.drain()
    body = data(ask("GET", MONTH))
    assert card in {one["card"] for one in body["not_counted"]}
    county.report("case.decided", "2026-11-18T08:30:00", "2", outcome="granted")
    county.until("2026-11-19T08:00:00")
    made = [one for one in county.services.facts.of_case(year) if not one.fact.told]
    assert [one.fact.text("rule") for one in made] == ["L-02"]


def test_two_reds_of_a_quarter_go_to_the_supervision_office(county, ask):
    """Two are over the law's limit (V-03): one supervision; the red of L-02 counts for none."""
    count_cards(county)
    county.accept("2026-11-10T09:00:00", "2", law="8wd")
    county.accept("2026-11-10T09:00:00", "3", law="8wd")
    county.until("2026-11-24T08:00:00")
    year = department_case("Housing", 2026)
    made = [one for one in county.services.facts.of_case(year) if not one.fact.told]
    assert [one.fact.text("rule") for one in made] == ["L-02", "L-03"]
    shown = data(ask("GET", f"/v1/cards/{made[1].public_case}.{made[1].fact.n}"))
    assert (shown["level"], shown["state"], shown["case"]) == ("supervision", "issued", year)
    assert shown["recipients"][-1] == "supervision_office"
    facts = [one.fact for one in county.services.facts.of_case(year)]
    counted = [facts[n] for n in made[1].fact.data["rests_on"]]
    assert [fact.text("rule") for fact in counted] == ["V-03", "V-03"]


def test_a_bonus_names_the_version_of_the_catalogue(county, ask):
    """The one in force; or the one that is asked for, so that it can be derived again."""
    limits = Limit(10, "wd"), Limit(20, "wd")
    entries = (CatalogueItem("X-01", "许可", "Housing", "promise", *limits, "basis", ()),)
    other = (CatalogueItem("X-02", "许可", "Water", "promise", *limits, "basis", ()),)
    county.services.catalogues.write(entries)
    county.services.catalogues.write((*entries, *other))
    body = data(ask("GET", MONTH))
    (bonus,) = body["bonuses"]
    assert (bonus["points"], bonus["item"], bonus["cut"]) == (5, "X-01", 50)
    assert bonus["catalogue"] == catalogue_version((*entries, *other))
    assert body["points"] == 46
    again = data(ask("GET", f"{MONTH}&catalogue={catalogue_version(entries)}"))
    assert again["bonuses"][0]["catalogue"] == catalogue_version(entries)
    assert data(ask("GET", f"{MONTH}&catalogue={catalogue_version(other)}"))["bonuses"] == []


def test_a_department_sees_its_own_score_only(county, ask):
    """Without saying which; another's is refused, and so is the operator."""
    assert data(ask("GET", "/v1/scores?month=2026-11", "Housing"))["points"] == 41
    assert ask("GET", MONTH, "Water").status_code == 403
    assert ask("GET", MONTH, "operator").status_code == 403


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("department=Housing", 422, "month"),
        ("department=Housing&month=2026-13", 422, "month"),
        ("department=Housing&month=2026-12", 422, "month"),
        ("month=2026-11", 422, "department"),
        ("department=Nowhere&month=2026-11", 404, None),
        ("department=Housing&month=2026-11&catalogue=latest", 422, "catalogue"),
        ("department=Housing&month=2026-11&rank=1", 422, "rank"),
    ],
)
def test_what_is_refused(county, ask, query, status, field):
    """A month that has not begun, nobody's department, and any ranking."""
    refused = data(ask("GET", f"/v1/scores?{query}"), status)
    assert refused.get("field") == field


def test_a_month_before_any_card_is_whole(county, ask):
    """Nothing happened, and that is said."""
    body = data(ask("GET", "/v1/scores?month=2026-10&department=Housing"))
    assert (body["points"], body["deductions"], body["items"], body["posts"]) == (46, [], [], [])
    elsewhere = data(ask("GET", f"{MONTH}&region=370103"))
    assert (elsewhere["points"], elsewhere["region"]) == (46, "370103")


def test_after_a_merger_both_parts_of_a_year_are_shown_and_not_added(county, ask):
    """The successor sees the score of who went into it; one that got an item of it does not."""
    called = (("H", "Housing"), ("N", "住建局"))
    units = [Department(code, (DatedName(name),)) for code, name in called]
    at = date(2026, 11, 10)
    county.accept("2026-11-10T08:00:00", "9", department="住建局")
    merged = Organisation(tuple(units), (Succession("H", "merge", at, "N"),))
    county.services.organisation.change(lambda _: merged)
    county.tick()
    new = f"/v1/scores?month=2026-11&department={quote('住建局')}"
    body, old = data(ask("GET", new, "住建局")), data(ask("GET", MONTH, "住建局"))
    assert (body["also"], body["of"] - body["points"]) == (["Housing"], 0)
    assert (old["also"], old["points"], old["of"]) == ([], 41, 46)
    assert data(ask("GET", MONTH))["points"] == 41
    assert ask("GET", MONTH, "Parks").status_code == 403
    item = Organisation(tuple(units), (Succession("H", "transfer_item", at, "N", "X-01"),))
    county.services.organisation.change(lambda _: item)
    assert ask("GET", MONTH, "住建局").status_code == 403
    assert data(ask("GET", new, "住建局"))["also"] == []
