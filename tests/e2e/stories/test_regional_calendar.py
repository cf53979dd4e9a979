"""A closure in one region, a year that is missing, and a due date that says it is provisional."""

from datetime import date

import pytest
from msgspec.structs import replace

from chalicelib.calendar.change import Change
from chalicelib.calendar.year import CalendarYear
from chalicelib.cases.view import show_line
from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.memory_stage import memory_world

TYPHOON = Change(
    notice="湘西政办发电〔2026〕3号",
    title="",
    issued=date(2026, 8, 19),
    region="4331",
    source="",
    days_off=frozenset({date(2026, 8, 20), date(2026, 8, 21)}),
    workdays=frozenset(),
)


def test_a_closure_moves_the_due_dates_of_its_region_only():
    """Accepted on Tuesday: without the Thursday and the Friday the fifth day is 27 August."""
    with memory_world("2026-08-18T09:00:00") as county:
        county.services.calendars.write(TYPHOON)
        county.accept("2026-08-18T09:00:00", "here", region="433101")
        county.accept("2026-08-18T09:00:00", "there", region="430102")
        county.tick()
        zone = county.services.profile().zone
        due = {
            case: show_line(county.snapshot(case), county.wall.at, zone)["due_at"]
            for case in ("here", "there")
        }
        assert due == {
            "here": "2026-08-27T17:30:00.000+08:00",
            "there": "2026-08-25T17:30:00.000+08:00",
        }
        assert county.snapshot("here").rules != county.snapshot("there").rules
        county.until("2026-08-24T18:00:00")
        county.until("2026-08-26T09:00:00")
        assert [level for level, _ in county.cards("here")] == ["warning"]
        assert [level for level, _ in county.cards("there")] == ["warning", "yellow"]
        yellow = county.facts("there")[-1]
        assert yellow.text("calendar") == county.services.calendar("430102").version


@pytest.mark.parametrize("region", ["433101", "430102"])
def test_a_closure_does_not_publish_the_year_it_lies_in(region):
    """Where the year is missing, cards are held; in the region of the closure too."""
    with memory_world("2026-12-21T09:00:00") as county:
        county.services.calendars.write(replace(TYPHOON, days_off=frozenset({date(2027, 1, 6)})))
        county.accept("2026-12-21T09:00:00", promise="10wd", region=region)
        county.until("2026-12-31T18:00:00")
        county.until("2027-01-12T09:00:00")
        assert county.snapshot().held_for == "calendar:2027"
        assert [level for level, _ in county.cards()] == ["warning"]


def test_what_is_provisional_says_so_and_which_year_is_missing_everywhere():
    """In the warning and its alert, on the board, among the cards, in the list and in the case."""
    said = {"provisional": True, "missing": "calendar:2027"}
    with environment(), memory_world("2026-12-21T09:00:00") as county:
        county.accept("2026-12-21T09:00:00", promise="10wd")
        county.until("2026-12-31T18:00:00")
        ask = Asker(county.services)
        warned = [fact.data for fact in county.facts() if fact.kind == "warning.issued"]
        case = data(ask("GET", "/v1/cases/hall%3A1"))
        listed = data(ask("GET", "/v1/cases"))["cases"]
        told = [one["data"] for one in data(ask("GET", "/v1/alerts?timeout=0"))]
        cards = data(ask("GET", "/cards.json"))["cards"]
        for shown in (*warned, case, *case["clocks"], *listed, *told, *cards):
            assert said.items() <= shown.items()
        assert all((warned, case["clocks"], listed, told, cards))
        pages = {path: ask("GET", path).body.decode() for path in ("/", "/cards", "/?lang=en")}
        assert pages["/"].count("暂定：2027年放假安排尚未公布") == 2  # what is due next; the card
        assert pages["/cards"].count("暂定：2027年放假安排尚未公布") == 1
        assert pages["/?lang=en"].count("provisional: calendar of 2027 not published") == 2


def test_what_is_certain_does_not_say_that_it_is_provisional():
    """Once the year is published, the same case is due on a date that stays."""
    year = CalendarYear(2027, ("1号",), "", frozenset({date(2027, 1, 1)}), frozenset())
    with memory_world("2026-12-21T09:00:00") as county:
        county.services.calendars.write(year)
        county.accept("2026-12-21T09:00:00", promise="10wd")
        county.until("2026-12-31T18:00:00")
        warning = next(fact for fact in county.facts() if fact.kind == "warning.issued")
        assert not {"provisional", "missing"} & warning.data.keys()
        assert (
            show_line(county.snapshot(), county.wall.at, county.services.profile().zone)["missing"]
            is None
        )


def test_from_december_on_the_stage_itself_says_that_a_year_is_missing():
    """`/healthz` names it, until it is imported."""
    with environment(), memory_world("2026-11-30T23:59:00") as county:
        ask = Asker(county.services)

        def said():
            health = data(ask("GET", "/healthz"))
            return health["published_through"], health["calendar_missing"]

        assert said() == (2026, [])
        county.wall.forward(minutes=1)
        assert said() == (2026, [2027])
        year = CalendarYear(2027, ("1号",), "", frozenset({date(2027, 1, 1)}), frozenset())
        county.services.calendars.write(year)
        assert said() == (2027, [])
