"""Changes over the years: for everybody or for a region, and the notice that each day rests on."""

from collections.abc import Mapping
from datetime import date

import pytest

from chalicelib.calendar.change import Change, read_change
from chalicelib.calendar.documents import Document, check_document, name_document, read_document
from chalicelib.calendar.overlay import is_in_force, overlay_calendar, select_documents
from chalicelib.calendar.workdays import Calendar, known_through, missing_years
from chalicelib.calendar.year import CalendarYear, read_year
from chalicelib.clock.counting import Counting
from chalicelib.errors import BadInput
from tests.unit.told import CALENDAR, PROFILE

# Typhoon: three days off in Xiangxi (4331), of which the Saturday would be off anyway.
TYPHOON = {
    "kind": "change",
    "notice": "湘西政办发电〔2026〕3号",
    "title": "关于防御台风停止办公的通知",
    "issued": "2026-08-19",
    "region": "4331",
    "days_off": ["2026-08-20", "2026-08-21", "2026-08-22"],
}
YEAR = {
    "year": 2027,
    "status": "official",
    "notices": ["国办发明电〔2026〕1号"],
    "days_off": ["2027-01-01"],
    "makeup_workdays": ["2027-01-03"],
}


def change(**said: object) -> Change:
    """Read a change like the typhoon, but for what is *said*."""
    return read_change({**TYPHOON, **said}, "change.json")


def year(**said: object) -> CalendarYear:
    """Read a year like 2027, but for what is *said*."""
    return read_year({**YEAR, **said}, "2027.json")


def test_a_closure_holds_in_its_region_only() -> None:
    """20 and 21 August 2026 are a Thursday and a Friday."""
    here, there = (
        overlay_calendar(CALENDAR, [change()], region) for region in ("433101", "430102")
    )
    assert here.add_workdays(date(2026, 8, 19), 1) == date(2026, 8, 24)
    assert there.add_workdays(date(2026, 8, 19), 1) == date(2026, 8, 20)
    assert there is CALENDAR
    assert here.version != CALENDAR.version


@pytest.mark.parametrize(
    ("covers", "region", "expected"),
    [
        ("", "anything", True),
        ("4331", "433101", True),
        ("4331", "4331", True),
        ("4331", "433100", True),
        ("433100", "433127", True),
        ("430000", "433101", True),
        ("43", "430000", True),
        ("433101", "433101004", True),
        ("4331", "43", False),
        ("4331", "430000", False),
        ("4331", "430102", False),
        ("433101", "433100", False),
        ("433101", "", False),
        ("NL", "NL", True),
        ("NL", "NL-1", False),
        ("43", "43x", False),
    ],
)
def test_a_region_covers_what_lies_within(covers: str, region: str, *, expected: bool) -> None:
    """Division codes nest by their digits; other names do not."""
    told = {key: value for key, value in TYPHOON.items() if key != "region"}
    table = {**told, "region": covers} if covers else told
    assert read_change(table, "f").covers(region) is expected


def test_each_day_names_the_notice_that_makes_it_so() -> None:
    """What a change says nothing about rests on the year's notice, or on none."""
    here = overlay_calendar(CALENDAR, [change()], "433101")
    assert here.why(date(2026, 8, 20)) == "local day off"
    assert here.notices(date(2026, 8, 20)) == ("湘西政办发电〔2026〕3号",)
    assert here.source_of(date(2026, 8, 20)) == change()
    assert here.source_of(date(2026, 8, 19)) is None
    assert here.notices(date(2026, 8, 19)) == ("国办发明电〔2025〕7号",)
    assert here.source_of(date(2026, 10, 1)) == CALENDAR.years[2026]
    assert here.why(date(2026, 10, 1)) == "holiday"


def test_the_extended_spring_festival_names_its_own_notice() -> None:
    """国办发明电〔2020〕1号, while the days before rest on the year's."""
    assert CALENDAR.notices(date(2020, 1, 31)) == ("国办发明电〔2020〕1号",)
    assert CALENDAR.why(date(2020, 1, 31)) == "holiday"
    assert CALENDAR.notices(date(2020, 2, 1)) == ("国办发明电〔2020〕1号",)
    assert CALENDAR.notices(date(2020, 1, 30)) == ("国办发明电〔2019〕16号",)
    assert CALENDAR.why(date(2020, 2, 3)) == "workday"


def test_a_weekday_that_is_worked_after_all_names_the_change() -> None:
    """1 October 2026 is a Thursday, 3 October a Saturday: one is ordinary again, one made up."""
    back = change(days_off=[], workdays=["2026-10-01", "2026-10-03"])
    here = overlay_calendar(CALENDAR, [back], "4331")
    assert here.why(date(2026, 10, 1)) == "workday"
    assert here.why(date(2026, 10, 3)) == "make-up workday"
    assert here.source_of(date(2026, 10, 1)) == back
    assert here.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 8)


def test_of_two_changes_the_later_wins_day_by_day() -> None:
    """The typhoon turned away: Friday is worked after all, and Thursday is not."""
    turned = change(days_off=[], workdays=["2026-08-21"], notice="湘西政办发电〔2026〕4号")
    here = overlay_calendar(CALENDAR, [change(), turned], "4331")
    assert not here.is_workday(date(2026, 8, 20))
    assert here.is_workday(date(2026, 8, 21))
    assert here.notices(date(2026, 8, 21)) == ("湘西政办发电〔2026〕4号",)
    assert not overlay_calendar(CALENDAR, [turned, change()], "4331").is_workday(date(2026, 8, 21))


def test_a_year_is_replaced_beneath_the_changes() -> None:
    """Whichever came first: a change goes on holding when its year is imported anew."""
    local = change(days_off=["2027-01-04"], workdays=["2027-01-01"])
    later = year(days_off=["2027-01-01", "2027-01-02"], makeup_workdays=[])
    orders: list[list[Document]] = [
        [year(), local, later],
        [year(), later, local],
        [local, year(), later],
    ]
    for documents in orders:
        here = overlay_calendar(CALENDAR, documents, "4331")
        assert here.is_workday(date(2027, 1, 1))
        assert not here.is_workday(date(2027, 1, 4))
        assert not here.is_workday(date(2027, 1, 3))
        assert here.years[2027] == later


def test_a_closure_in_an_unpublished_year_does_not_publish_it() -> None:
    """The region is off that day, and the year is missing as before."""
    local = change(days_off=["2027-08-19"])
    here = overlay_calendar(CALENDAR, [local], "433101")
    assert here.why(date(2027, 8, 19)) == "local day off"
    assert here.why(date(2027, 8, 20)) == "provisional workday"
    counting = Counting(PROFILE, here)
    assert counting.missing(date(2026, 12, 1), date(2027, 8, 20)) == 2027
    assert here.version != CALENDAR.version
    assert known_through(here, date(2026, 12, 1)) == date(2026, 12, 31)
    assert missing_years(here, date(2026, 12, 1)) == [2027]


def test_the_version_is_what_counts_in_that_region() -> None:
    """Not how it came about: neither other regions' overlays nor days that were off anyway."""
    assert overlay_calendar(CALENDAR, [change()], "11").version == CALENDAR.version
    weekend = change(days_off=["2026-08-22"])
    assert overlay_calendar(CALENDAR, [weekend], "4331").version == CALENDAR.version
    again = change(days_off=[], workdays=["2026-08-20", "2026-08-21"])
    assert overlay_calendar(CALENDAR, [change(), again], "4331").version == CALENDAR.version
    split = overlay_calendar(CALENDAR, [year(), change()], "4331").version
    assert split == overlay_calendar(CALENDAR, [change(), year()], "4331").version


def test_a_year_that_is_published_as_it_was_guessed_is_another_version() -> None:
    """Its days do not change, but what rests on them is no longer provisional."""
    fixed = ["2027-01-01", "2027-05-01", "2027-05-02", "2027-10-01", "2027-10-02", "2027-10-03"]
    published = overlay_calendar(CALENDAR, [year(days_off=fixed, makeup_workdays=[])], "")
    assert published.days_unlike(CALENDAR) == []
    assert published.version != CALENDAR.version


def test_a_year_before_the_index_changes_nothing_in_it() -> None:
    """It is a published year all the same."""
    early = {**YEAR, "year": 1989, "days_off": ["1989-05-01"], "makeup_workdays": []}
    with_it = Calendar("CN", [*CALENDAR.years.values(), read_year(early, "f")])
    assert with_it.days_unlike(Calendar("CN", CALENDAR.years.values())) == []
    assert not with_it.is_workday(date(1989, 5, 1))
    assert with_it.is_workday(date(1989, 5, 2))


def test_the_days_that_differ_are_told() -> None:
    """In order, whichever way they differ."""
    here = overlay_calendar(CALENDAR, [change(workdays=["2026-08-23"])], "4331")
    assert here.days_unlike(CALENDAR) == [
        date(2026, 8, 20),
        date(2026, 8, 21),
        date(2026, 8, 23),
    ]
    assert CALENDAR.days_unlike(here) == here.days_unlike(CALENDAR)


def test_how_far_the_calendar_is_known() -> None:
    """To the first gap, as seen from today; from December on the next year is missed."""
    assert known_through(CALENDAR, date(2020, 5, 1)) == date(2026, 12, 31)
    assert known_through(CALENDAR, date(2027, 1, 1)) == date(2026, 12, 31)
    assert known_through(CALENDAR, date(2003, 1, 1)) is None
    assert missing_years(CALENDAR, date(2026, 11, 30)) == []
    assert missing_years(CALENDAR, date(2026, 12, 1)) == [2027]
    assert missing_years(CALENDAR, date(2027, 1, 1)) == [2027]
    later = read_year({**YEAR, "year": 2028, "days_off": [], "makeup_workdays": []}, "f")
    gap = Calendar("CN", [*CALENDAR.years.values(), later])
    assert known_through(gap, date(2026, 1, 1)) == date(2026, 12, 31)
    assert missing_years(gap, date(2027, 12, 1)) == [2027]


def test_importing_what_is_in_force_changes_nothing() -> None:
    """A year that is shipped, a change that nothing later touches; but not one that was undone."""
    assert is_in_force(CALENDAR, [], CALENDAR.years[2026])
    assert is_in_force(CALENDAR, [], CALENDAR.changes[0])
    assert not is_in_force(CALENDAR, [], year())
    later = year(makeup_workdays=[])
    assert is_in_force(CALENDAR, [year(), later], later)
    assert not is_in_force(CALENDAR, [year(), later], year())
    turned = change(days_off=[], workdays=["2026-08-21"])
    elsewhere = change(days_off=["2026-08-25"])
    assert is_in_force(CALENDAR, [change(), elsewhere], change())
    assert not is_in_force(CALENDAR, [change(), turned], change())
    assert is_in_force(CALENDAR, [change(), turned, change()], change())
    assert not is_in_force(CALENDAR, [change()], change(region="4302"))


def test_what_concerns_a_region() -> None:
    """Years, and the changes that cover it, in their order."""
    documents: list[Document] = [change(), year(), change(region="11")]
    assert select_documents(documents, "433101") == (change(), year())


@pytest.mark.parametrize(
    ("wrong", "says", "where"),
    [
        ({"extra": 1}, "此处没有这个字段", "f: extra"),
        ({"notice": ""}, "至少 1 个字符", "f: notice"),
        ({"notice": 3}, "须是文字", "f: notice"),
        ({"notice": " 1号"}, "前后不能有空白", "f: notice"),
        ({"title": "x" * 201}, "最多 200 个字符", "f: title"),
        ({"region": ""}, "至少 1 个字符", "f: region"),
        ({"region": 4331}, "须是文字", "f: region"),
        ({"issued": "2026-02-30"}, "不是日期", "f: issued"),
        ({"issued": None}, "不是日期", "f: issued"),
        ({"year": None}, "须是整数", "f: year"),
        ({"days_off": []}, "没有改变任何一天", "f"),
        ({"days_off": "2026-08-20"}, "须是数组", "f: days_off"),
        ({"days_off": ["2026-8-20"]}, "'2026-8-20' 不是日期，或者重复", "f: days_off"),
        ({"days_off": ["2026-08-20"] * 2}, "'2026-08-20' 不是日期，或者重复", "f: days_off"),
        (
            {"days_off": ["2026-08-20"], "workdays": ["2026-08-20"]},
            "不能既放假又上班",
            "f: workdays",
        ),
        ({"kind": "closure"}, "kind 只能是", "f: kind"),
    ],
)
def test_a_broken_change_is_refused_with_its_place(
    wrong: Mapping[str, object], says: str, where: str
) -> None:
    """Whole or not at all."""
    with pytest.raises(BadInput, match=says) as refused:
        check_document({**TYPHOON, **wrong}, "f")
    assert refused.value.where == where


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"kind": "change",\n "kind": "year"}', "f: 不是 JSON：键 'kind' 写了两次"),
        (b'{\n "year": 2027,\n "month"}', "f:3: 不是 JSON"),
        (b"\n\xff", "f:2: 不是 UTF-8"),
        (b"[]", "f: 应是一个对象"),
        (b'{"year": NaN}', "f: year: 须是整数"),
        (b"[" * 100_000, "f: 不是 JSON"),
    ],
)
def test_a_file_that_is_no_document_is_refused_with_its_line(content: bytes, says: str) -> None:
    """Its name, and the line where there is one."""
    with pytest.raises(BadInput) as refused:
        read_document(content, "f")
    assert str(refused.value).startswith(says)


def test_a_document_is_known_by_what_it_says() -> None:
    """Written and read again it is the same; in another order of days too; another day is not."""
    edge = change(issued="2026-08-19", year=2027, days_off=["2026-12-31"])
    forced = year(forced="the notice says no more")
    for document in (change(), change(region="43", source="s"), edge, year(), forced):
        assert check_document(document.table(), "again") == document
    assert name_document(change()) == name_document(change(days_off=TYPHOON["days_off"][::-1]))
    assert name_document(change()) != name_document(change(region="4302"))
    assert name_document(year()) != name_document(year(makeup_workdays=[]))
    assert name_document(year()) != name_document(forced)
    assert year() != forced
