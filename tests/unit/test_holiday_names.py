"""The names of holidays: those of every shipped day off, and what is refused."""

from datetime import date

import chinese_calendar
import pytest

from chalicelib.calendar.shipped import load_calendar
from chalicelib.calendar.year import read_year
from chalicelib.errors import BadInput
from tests.unit.told import CALENDAR

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日",
}
YEAR = {
    "year": 2027,
    "status": "official",
    "notices": ["国办发明电〔2026〕1号"],
    "days_off": ["2027-01-01", "2027-01-02", "2027-05-03"],
    "makeup_workdays": [],
}


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_day_off_bears_the_name_of_its_holiday(year: int) -> None:
    """As chinesecalendar has it; where two fall together the notice names both."""
    for day in load_calendar("CN").years[year].days_off:
        _, name = chinese_calendar.get_holiday_detail(day)
        assert name is not None
        assert NAMES[name] in CALENDAR.holiday_name(day).split("、")


def test_a_name_holds_for_the_days_that_follow() -> None:
    """To the first day that is not off; a working day has none, nor a guess, nor a change."""
    year = read_year({**YEAR, "names": {"2027-01-01": "元旦"}}, "2027")
    named = [year.holiday_name(date(2027, *day)) for day in ((1, 1), (1, 2), (1, 3), (5, 3))]
    assert named == ["元旦", "元旦", "", ""]
    assert year.table()["names"] == {"2027-01-01": "元旦"}
    assert CALENDAR.holiday_name(date(2020, 1, 31)) == ""
    assert CALENDAR.holiday_name(date(2027, 1, 1)) == ""


def test_names_change_no_year() -> None:
    """A year with names is the same as one without: nothing is judged by them."""
    assert read_year({**YEAR, "names": {"2027-01-01": "元旦"}}, "2027") == read_year(YEAR, "2027")
    assert "names" not in read_year(YEAR, "2027").table()


@pytest.mark.parametrize(
    "names",
    [["元旦"], {"2027-01-03": "元旦"}, {"1月1日": "元旦"}, {"2027-01-01": ""}, {"2027-01-01": 1}],
)
def test_wrong_names_are_refused(names: object) -> None:
    """With their place."""
    with pytest.raises(BadInput, match="names"):
        read_year({**YEAR, "names": names}, "2027.json")
