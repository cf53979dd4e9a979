"""The Spring Festival of 2020, lengthened when deadlines were already running.

国办发明电〔2019〕16号: 24 to 30 January off, 19 January and 1 February worked. On 26 January
国办发明电〔2020〕1号 made it off until 2 February, working from the 3rd. All dates are counted by
hand: M 13 … F 17 | S 18, S 19 worked | M 20 … Th 23, F 24 off … Th 30 off, F 31, S 1 Feb worked,
S 2 | M 3 Feb …
"""

from datetime import date

import pytest

from chalicelib.calendar.overlay import overlay_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due
from chalicelib.clock.steps import steps
from chalicelib.policy.limit import Limit
from tests.support.spring_festival import EXTENDED
from tests.unit.told import CALENDAR, PROFILE, at

BEFORE = Calendar("CN", CALENDAR.years.values())
AFTER = overlay_calendar(BEFORE, [EXTENDED], "")


@pytest.mark.parametrize(
    ("start", "limit", "before", "after"),
    [
        # 20=1 21=2 22=3 23=4, (24–30 off), 31=5
        ("2020-01-19", "5wd", "2020-01-31", "2020-02-03"),
        # … 31=5, 1 Feb=6, 3=7 / 3=5, 4=6, 5=7
        ("2020-01-19", "7wd", "2020-02-03", "2020-02-05"),
        # 21=1 22=2 23=3 31=4 1 Feb=5 / 3 Feb=4 4=5
        ("2020-01-20", "5wd", "2020-02-01", "2020-02-04"),
        # due before the festival: nobody's affair
        ("2020-01-14", "5wd", "2020-01-20", "2020-01-20"),
        # accepted after it
        ("2020-02-03", "5wd", "2020-02-10", "2020-02-10"),
        # ten calendar days end on 31 January: a working day, then a day off that moves on to Monday
        ("2020-01-21", "10d", "2020-01-31", "2020-02-03"),
        # 20 workdays: 14…17=4 19=5 20…23=9 31=10 1 Feb=11 3…7=16 10…13=20 / 3 Feb=10 … 14=19 17=20
        ("2020-01-13", "20wd", "2020-02-13", "2020-02-17"),
    ],
)
def test_due_dates_before_and_after_the_notice(
    start: str, limit: str, before: str, after: str
) -> None:
    """At close of office; not provisional, on either calendar."""
    for calendar, expected in ((BEFORE, before), (AFTER, after)):
        found = due(at(f"{start}T10:00"), [Limit.parse(limit)], [], Counting(PROFILE, calendar))
        assert found is not None
        assert found.at == at(f"{expected}T17:30")
        assert not found.provisional


def test_the_change_makes_the_calendar_that_is_shipped() -> None:
    """To the version; three days differ from the year's notice, of which one was a Sunday."""
    assert AFTER.version == CALENDAR.version != BEFORE.version
    assert AFTER.days_unlike(BEFORE) == [date(2020, 1, 31), date(2020, 2, 1)]
    assert BEFORE.why(date(2020, 2, 1)) == "make-up workday"


def test_each_day_of_the_working_names_its_own_notice() -> None:
    """The days of the festival rest on the year's notice, those after it on the change."""
    start, end = at("2020-01-22T10:00"), at("2020-02-03T17:30")
    told = steps([Limit.parse("2wd")], (start, end), [], Counting(PROFILE, AFTER))
    why = {day.date.strftime("%m-%d"): (day.counts, day.why) for day in told}
    assert why["01-23"] == (True, "workday")
    assert why["01-30"] == (False, "holiday (国办发明电〔2019〕16号)")
    assert why["01-31"] == (False, "holiday (国办发明电〔2020〕1号)")
    assert why["02-01"] == (False, "holiday (国办发明电〔2020〕1号)")
    assert why["02-02"] == (False, "holiday (国办发明电〔2020〕1号)")
    assert why["02-03"] == (True, "workday")
