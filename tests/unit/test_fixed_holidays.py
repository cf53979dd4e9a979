"""The fixed holidays of a year by 全国年节及纪念日放假办法, and what a year of them lacks."""

from datetime import date
from typing import Any

import holidays as oracle
import pytest

from chalicelib.calendar.change import read_change
from chalicelib.calendar.shipped import load_calendar
from chalicelib.calendar.year import CalendarYear, read_year
from chalicelib.errors import Bilingual
from infra.calendar.fixed_holidays import fixed_holidays, list_doubts, list_lacks
from tests.support.arranged_year import DAYS_OFF, WORKED, YEAR, without

SHIPPED = load_calendar("CN").years


def days(year: int) -> dict[str, list[str]]:
    """The fixed holidays of *year*, month and day."""
    found = fixed_holidays(year)
    assert found is not None
    return {holiday.name: [f"{day:%m-%d}" for day in holiday.days] for holiday in found}


def in_chinese(texts: list[Bilingual]) -> list[str]:
    """The texts in Chinese."""
    return [text.zh for text in texts]


def lacks(**said: object) -> list[str]:
    """What the made-up 2027 lacks, but for what is *said*."""
    return in_chinese(list_lacks(read_year({**YEAR, **said}, "f")))


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (
            1998,
            {
                "元旦": ["01-01"],
                "春节": ["01-28", "01-29", "01-30"],
                "劳动节": ["05-01"],
                "国庆节": ["10-01", "10-02"],
            },
        ),
        (
            2007,
            {
                "元旦": ["01-01"],
                "春节": ["02-18", "02-19", "02-20"],
                "劳动节": ["05-01", "05-02", "05-03"],
                "国庆节": ["10-01", "10-02", "10-03"],
            },
        ),
        (
            2013,
            {
                "元旦": ["01-01"],
                "春节": ["02-09", "02-10", "02-11"],  # from New Year's Eve
                "清明节": ["04-04"],
                "劳动节": ["05-01"],
                "端午节": ["06-12"],
                "中秋节": ["09-19"],
                "国庆节": ["10-01", "10-02", "10-03"],
            },
        ),
        (
            2024,
            {
                "元旦": ["01-01"],
                "春节": ["02-10", "02-11", "02-12"],  # New Year's Eve is a working day
                "清明节": ["04-04"],
                "劳动节": ["05-01"],
                "端午节": ["06-10"],
                "中秋节": ["09-17"],
                "国庆节": ["10-01", "10-02", "10-03"],
            },
        ),
        (
            2027,
            {
                "元旦": ["01-01"],
                "春节": ["02-05", "02-06", "02-07", "02-08"],
                "清明节": ["04-05"],
                "劳动节": ["05-01", "05-02"],
                "端午节": ["06-09"],
                "中秋节": ["09-15"],
                "国庆节": ["10-01", "10-02", "10-03"],
            },
        ),
    ],
)
def test_a_year_has_the_holidays_of_its_edition(year: int, expected: dict[str, list[str]]) -> None:
    """Editions of 1949, 1999, 2007, 2013 and 2024, each from the first of January after it."""
    assert days(year) == expected


@pytest.mark.parametrize("year", range(1990, 2100))
def test_the_lunar_days_are_those_of_another_table(year: int) -> None:
    """`holidays` computes them by itself."""
    table = oracle.calendars.chinese._ChineseLunisolar()  # it has no other door
    spring, qingming, dragon, autumn = (
        find(year)[0]
        for find in (
            table.lunar_new_year_date,
            table.qingming_date,
            table.dragon_boat_date,
            table.mid_autumn_date,
        )
    )
    found = {
        name: day
        for holiday in fixed_holidays(year) or ()
        for name, day in [(holiday.name, holiday.days)]
    }
    assert spring in found["春节"]
    if year >= 2008:
        assert [found[name] for name in ("清明节", "端午节", "中秋节")] == [
            (qingming,),
            (dragon,),
            (autumn,),
        ]


@pytest.mark.parametrize("year", sorted(SHIPPED))
def test_every_shipped_year_is_whole(year: int) -> None:
    """So are those whose Mid-Autumn or May Day fell on a weekend."""
    assert list_lacks(SHIPPED[year]) == []


def test_the_shipped_years_whose_days_do_not_add_up() -> None:
    """Weekends worked across New Year, and 3 September 2015, a day off by a notice of its own."""
    assert [year for year in sorted(SHIPPED) if list_doubts(SHIPPED[year])] == [
        2005, 2006, 2007, 2011, 2012, 2015,
    ]  # fmt: skip


def test_the_made_up_year_is_whole() -> None:
    """18 weekdays off less 5 weekend days worked are the 13 days of the law."""
    assert lacks() == []
    assert list_doubts(read_year(YEAR, "f")) == []


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (["2027-01-01"], "元旦（2027-01-01 还是上班）"),
        (["2027-02-08"], "春节（2027-02-08 还是上班）"),
        (["2027-04-05"], "清明节（2027-04-05 还是上班）"),
        (["2027-06-09"], "端午节（2027-06-09 还是上班）"),
        (["2027-09-15"], "中秋节（2027-09-15 还是上班）"),
        (["2027-10-01"], "国庆节（2027-10-01 还是上班）"),
        # May Day of 2027 is a weekend: off anyway, but nothing says so, and no weekday makes up
        (
            [f"2027-05-0{day}" for day in range(1, 6)],
            "劳动节（2027-05-01、2027-05-02 是周末，没有写明放假，也没有工作日补假）",
        ),
    ],
)
def test_a_fixed_holiday_that_is_worked_is_lacking(taken: list[str], expected: str) -> None:
    """Each by its name and its days (F-43)."""
    assert in_chinese(list_lacks(read_year(without(*taken), "f"))) == [expected]


def test_a_weekend_holiday_need_not_be_named_where_weekdays_make_up_for_it() -> None:
    """The shipped years before 2024 name weekdays only."""
    assert list_lacks(read_year(without("2027-05-01", "2027-05-02"), "f")) == []


def test_a_fixed_holiday_that_is_made_a_working_day_is_lacking() -> None:
    """A weekend day of the law, named among those that are worked."""
    year = {**without("2027-10-02"), "makeup_workdays": [*WORKED, "2027-10-02"]}
    assert in_chinese(list_lacks(read_year(year, "f"))) == ["国庆节（2027-10-02 还是上班）"]


def test_either_half_alone_lacks_the_other() -> None:
    """Days off without a weekend that is worked; worked weekends without a day off (F-42)."""
    assert lacks(makeup_workdays=[]) == [
        "上班的周末日（2004 年以来每年都有；只有放假的日子，缺另一半）"
    ]
    assert lacks(days_off=[])[-1] == "放假的日子（只有上班的周末，缺另一半）"


def test_before_2008_three_holidays_are_not_fixed() -> None:
    """Qingming, Dragon Boat and Mid-Autumn of 2007 were working days."""
    assert date(2007, 4, 5) not in SHIPPED[2007].days_off
    assert list_lacks(SHIPPED[2007]) == []


def test_a_year_whose_lunar_days_nobody_knows_cannot_be_checked() -> None:
    """It is said, and not taken for whole."""
    year = CalendarYear(
        2150, ("1号",), "", frozenset({date(2150, 1, 1)}), frozenset({date(2150, 1, 4)})
    )
    assert in_chinese(list_lacks(year)) == ["2150 年的农历节日不在表中，无法核对法定节假日"]
    assert list_doubts(year) == []


def test_new_year_may_be_made_up_for_in_december() -> None:
    """1 January 2022 was a Saturday: made up on Monday 3 January, or on 31 December before it."""
    shipped = SHIPPED[2022]
    bare: dict[str, Any] = shipped.table()
    bare["days_off"] = [day for day in bare["days_off"] if not day.startswith("2022-01-0")]
    bare["names"] = {}
    year = read_year(bare, "f")
    assert [lack.zh.partition("（")[0] for lack in list_lacks(year)] == ["元旦"]
    before = {"kind": "change", "notice": "1号", "year": 2022, "days_off": ["2021-12-31"]}
    assert list_lacks(year, [read_change(before, "f")]) == []


def test_weekends_worked_in_december_count() -> None:
    """The arrangement of 2007 had two of them, in December 2006."""
    table = {
        "kind": "change",
        "notice": "1号",
        "year": 2007,
        "workdays": ["2006-12-30", "2006-12-31"],
    }
    assert list_doubts(SHIPPED[2007])
    assert list_doubts(SHIPPED[2007], [read_change(table, "f")]) == []


def test_days_that_do_not_add_up_are_a_doubt() -> None:
    """One make-up day less than the bridges cost."""
    [doubt] = list_doubts(read_year({**YEAR, "makeup_workdays": WORKED[1:]}, "f"))
    assert doubt.zh.startswith(
        "2027 年有 18 个工作日放假、4 个周末日上班，相差 14 天，法定节假日却是 13 天"
    )
    assert len(DAYS_OFF) == 28
