"""A file that has days of two years is split: each year keeps all that the file does not name."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib.calendar.change import Change, read_change
from chalicelib.calendar.documents import check_document
from chalicelib.calendar.overlay import overlay_calendar
from chalicelib.calendar.year import CalendarYear
from chalicelib.errors import BadInput
from infra.calendar.arrangement import arrange_published, arrange_table
from infra.calendar.effect import effect
from infra.calendar.published import read_icalendar
from infra.calendar.reading import read_import
from tests.support.arranged_year import (
    DAYS_OFF,
    NOTICE,
    WORKED,
    YEAR,
    calendar,
    event,
    span,
    whole_year,
)
from tests.unit.told import CALENDAR

# 国办发明电〔2018〕15号 begins in December 2018: its Saturday 29 is worked for Monday 31 (F-44).
NOTICE_OF_2019 = [
    event("20181229", "元旦（班）"),
    span("20181230", "20190102", "元旦（休）"),
    span("20190202", "20190204", "春节（班）"),
    span("20190204", "20190211", "春节（休）"),
]
EDGE = Change(
    "1号",
    "2019年放假安排中2018年的日子",
    None,
    "",
    "iCalendar",
    frozenset({date(2018, 12, 30), date(2018, 12, 31)}),
    frozenset({date(2018, 12, 29)}),
    2019,
)


def test_a_file_that_begins_in_december_is_of_the_year_after() -> None:
    """Its days of December become a change, which keeps the year whose arrangement it is from."""
    for year in (None, 2019):
        days = read_icalendar(calendar(*NOTICE_OF_2019), "f.ics", year)
        [whole, edge] = arrange_published(days, ["1号"], "f.ics")
        assert isinstance(whole, CalendarYear)
        assert whole.year == 2019
        assert min(whole.days_off) == date(2019, 1, 1)
        assert whole.names == ((date(2019, 1, 1), "元旦"), (date(2019, 2, 4), "春节"))
        assert edge == EDGE
        assert tuple(text.zh for text in days.left_out) == ()


def test_the_year_before_is_not_replaced_by_its_december() -> None:
    """Whoever asks for it is told what the file is."""
    with pytest.raises(BadInput) as refused:
        read_icalendar(calendar(*NOTICE_OF_2019), "f.ics", 2018)
    assert refused.value.line("zh") == (
        "f.ics: 2018 年只有 2018-12-29、2018-12-30、2018-12-31，属于 2019 年的放假安排："
        "请用 --year 2019，这几天会一并读入，2018 年其余的日子不变"
    )


def test_a_file_of_one_new_year_is_of_the_later_year() -> None:
    """Days of December and of the first of January: the holiday is that of January."""
    events = [event("20261231", "元旦（休）"), event("20270101", "元旦（休）")]
    assert read_icalendar(calendar(*events), "f.ics").year == 2027
    with pytest.raises(BadInput, match="2026 年只有 2026-12-31，属于 2027 年"):
        read_icalendar(calendar(*events), "f.ics", 2026)


def test_a_holiday_may_reach_into_the_january_after() -> None:
    """Three days over New Year 2028, whose calendar is not published yet."""
    events = [event("20271009", "补班"), span("20271001", "20271008", "休")]
    days = read_icalendar(calendar(*events, span("20271231", "20280103", "休")), "f.ics")
    [year, edge] = arrange_published(days, ["1号"], "f.ics")
    assert isinstance(year, CalendarYear)
    assert year.year == 2027
    assert isinstance(edge, Change)
    assert (edge.year, sorted(edge.days_off)) == (2027, [date(2028, 1, 1), date(2028, 1, 2)])


def test_of_a_file_of_several_years_one_is_read() -> None:
    """Whole years beside it are another's, their Decembers too; they are counted."""
    events = [
        span("20251001", "20251009", "休"),
        event("20251228", "班"),
        span("20260101", "20260104", "休"),
        event("20260104", "班", "STATUS:CANCELLED"),
        span("20261001", "20261008", "休"),
        event("20271001", "休"),
    ]
    days = read_icalendar(calendar(*events), "f.ics", 2026)
    assert {day.year for day in days.off} == {2026}
    assert days.worked == frozenset()
    assert tuple(text.zh for text in days.left_out) == (
        "2025 年的 9 天：不属于 2026 年的放假安排",
        "2027 年的 1 天：不属于 2026 年的放假安排",
    )


def test_a_file_of_several_years_cannot_be_forced(tmp_path: Path) -> None:
    """A feed that begins in October 2026 has no whole 2026, and no reason makes it one."""
    file = tmp_path / "f.ics"
    window = [span("20261001", "20261008", "休"), event("20261010", "班"), *whole_year()]
    file.write_bytes(calendar(*window))
    with pytest.raises(BadInput) as refused:
        read_import(file, [NOTICE], 2026, "the feed has no more")
    assert "文件里还有 2027 年，这一年可能只有一截，不能用 --force" in str(refused.value)
    [year] = read_import(file, [NOTICE], 2027).documents
    assert isinstance(year, CalendarYear)
    assert sorted(map(str, year.days_off)) == DAYS_OFF


def test_what_is_not_understood_in_another_year_does_not_matter() -> None:
    """A feed of many years may be read for one of them."""
    events = [
        span("20260501", "20260504", "休"),
        event("20270131", "春节(补)"),
        event("20271001", "休"),
    ]
    assert read_icalendar(calendar(*events), "f.ics", 2026).year == 2026
    with pytest.raises(BadInput, match="春节"):
        read_icalendar(calendar(*events), "f.ics", 2027)


def test_a_year_in_json_is_split_likewise() -> None:
    """Its lists and its names."""
    table = {
        **YEAR,
        "days_off": ["2026-12-31", *DAYS_OFF],
        "makeup_workdays": ["2026-12-27", *WORKED],
        "names": {"2026-12-31": "元旦", "2027-10-01": "国庆节"},
    }
    [year, edge] = arrange_table(table, "f.json")
    assert year == arrange_table(YEAR, "f.json")[0]
    assert edge.table() == {
        "kind": "change",
        "notice": NOTICE,
        "title": "2027年放假安排中2026年的日子",
        "year": 2027,
        "source": "made up",
        "days_off": ["2026-12-31"],
        "workdays": ["2026-12-27"],
    }
    assert check_document(edge.table(), "f") == edge


@pytest.mark.parametrize("day", ["2026-11-30", "2025-12-31", "2028-02-01", "2029-01-01"])
def test_a_day_that_is_in_no_edge_is_refused(day: str) -> None:
    """It is another year's."""
    with pytest.raises(BadInput) as refused:
        arrange_table({**YEAR, "days_off": [*DAYS_OFF, day]}, "f.json")
    assert refused.value.line("zh") == (
        f"f.json: days_off: '{day}' 不是 2027 年的日期，或者重复（写作 2026-10-01）"
    )


def test_every_wrong_date_of_a_list_is_named() -> None:
    """At once; those of the other list are told when these are right."""
    with pytest.raises(BadInput) as refused:
        arrange_table({**YEAR, "days_off": [*DAYS_OFF, "2027-1-1", "2027-01-01", 5]}, "f.json")
    assert refused.value.line("zh") == (
        "f.json: days_off: '2027-1-1'、'2027-01-01'、5 不是 2027 年的日期，"
        "或者重复（写作 2026-10-01）"
    )
    with pytest.raises(BadInput, match="makeup_workdays: 2027-03-01、2027-03-02 不是周末"):
        arrange_table({**YEAR, "makeup_workdays": [*WORKED, "2027-03-01", "2027-03-02"]}, "f.json")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"year": "2027"}, "f: year: 须是整数"),
        ({"year": True}, "f: year: 须是整数"),
        ({"days_off": ["2026-11-30"]}, "f: 2026-11-30 既不在 2027 年之前的十二月"),
        ({"days_off": ["2027-01-01"]}, "f: 2027-01-01 既不在 2027 年之前的十二月"),
        ({"issued": "soon"}, "f: issued: 'soon' 不是日期"),
    ],
)
def test_only_days_at_the_edge_of_a_year_need_no_date_of_issue(
    said: dict[str, object], says: str
) -> None:
    """Of a change in mid-year the day of its notice is known."""
    edge = {"kind": "change", "notice": "1号", "year": 2027, "days_off": ["2026-12-31"]}
    assert read_change(edge, "f").issued is None
    with pytest.raises(BadInput) as refused:
        read_change({**edge, **said}, "f")
    assert str(refused.value).startswith(says)
    with pytest.raises(BadInput, match="issued"):
        read_change({name: value for name, value in edge.items() if name != "year"}, "f")


def test_days_that_stand_already_are_no_document() -> None:
    """The shipped 2018 has its last three days from the notice of 2019, and keeps that notice."""
    [year, edge] = arrange_published(
        read_icalendar(calendar(*NOTICE_OF_2019), "f.ics"), ["1号"], "f.ics"
    )
    found = effect(CALENDAR, (), [year, edge])
    assert found.documents == (year,)
    assert found.standing == (date(2018, 12, 29), date(2018, 12, 30), date(2018, 12, 31))
    assert {day.year for day in found.days} == {2019}
    assert found.after.notices(date(2018, 12, 29)) == (
        "国办发明电〔2017〕12号",
        "国办发明电〔2018〕15号",
    )


def test_days_that_are_new_change_only_themselves() -> None:
    """Thursday 31 December 2026 off for Sunday 27: the rest of the official 2026 stays."""
    table = {
        **YEAR,
        "days_off": ["2026-12-31", *DAYS_OFF],
        "makeup_workdays": ["2026-12-27", *WORKED],
    }
    documents = arrange_table(table, "f.json")
    found = effect(CALENDAR, (), documents)
    assert found.documents == documents
    assert found.standing == ()
    assert [day for day in found.days if day.year == 2026] == [
        date(2026, 12, 27),
        date(2026, 12, 31),
    ]
    after = overlay_calendar(CALENDAR, documents, "")
    assert after.notices(date(2026, 12, 31)) == (NOTICE,)
    assert after.notices(date(2026, 10, 1)) == ("国办发明电〔2025〕7号",)
    assert not effect(CALENDAR, documents, documents).days
    assert effect(CALENDAR, documents, documents).is_in_force
