"""Calendars as they were found misread, each with its own values (faults F-40 to F-48).

Only what is wrong in a file is named: the rest of the made-up year is whole.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.calendar.year import CalendarYear
from chalicelib.errors import BadInput
from infra.calendar.reading import ImportFile, read_import
from tests.support.arranged_year import (
    DAYS_OFF,
    NOTICE,
    WORKED,
    calendar,
    event,
    span,
    whole_year,
    without,
)


def read(tmp_path: Path, content: bytes | dict[str, Any], force: str | None = None) -> ImportFile:
    """Read a file as the command does."""
    is_table = isinstance(content, dict)
    file = tmp_path / ("f.json" if is_table else "f.ics")
    file.write_bytes(json.dumps(content).encode() if isinstance(content, dict) else content)
    return read_import(file, [] if is_table else [NOTICE], None, force)


def refused(tmp_path: Path, content: bytes | dict[str, Any]) -> str:
    """The refusal of a file, all lines of it."""
    with pytest.raises(BadInput) as error:
        read(tmp_path, content)
    return "\n".join(each.line("zh") for each in (error.value, *error.value.others))


def days(file: ImportFile) -> tuple[list[str], list[str]]:
    """The days off and worked of its year."""
    year = file.documents[0]
    assert isinstance(year, CalendarYear)
    table = year.table()
    return table["days_off"], table["makeup_workdays"]


def swapped(day: str) -> str:
    """A weekend day that is worked, as one calendar writes it (F-40)."""
    return event(day, "春节调休", "CATEGORIES:调休,Business Day")


def test_f40_worked_weekends_written_as_exchanges(tmp_path: Path) -> None:
    """They were read as days off, and the year had no weekend that is worked."""
    worked = ("20270131", "20270220", "20270508", "20270926", "20271009")
    events = [one for one in whole_year("{}放假") if "（班）" not in one]
    said = refused(tmp_path, calendar(*events, *map(swapped, worked)))
    assert "有 5 处读不懂，没有导入" in said
    for day in WORKED:
        assert f"“春节调休”（{day} 周" in said


def test_f41_one_marked_day_does_not_vouch_for_the_others(tmp_path: Path) -> None:
    """With one 补班 in the file there was no warning at all."""
    events = whole_year(
        "{}放假",
        "{}补班",
        d20270131=span("20270131", "20270201", "春节调休"),
        d20270220=span("20270220", "20270221", "春节调休"),
    )
    said = refused(tmp_path, calendar(*events))
    assert "有 2 处读不懂" in said
    assert "（2027-01-31 周日）" in said
    assert "（2027-02-20 周六）" in said
    assert "读懂的上班周末日：2027-05-08 周六、2027-09-26 周日、2027-10-09 周六" in said


def test_f42_make_up_days_alone(tmp_path: Path) -> None:
    """1 January and 1 October became working days."""
    alone = [event("20270131", "春节 补班 第1天/共2天"), event("20270213", "春节 补班 第2天/共2天")]
    said = refused(tmp_path, calendar(*alone))
    for lack in (
        "缺元旦（2027-01-01 还是上班）",
        "缺春节（2027-02-05、2027-02-08 还是上班）",
        "缺国庆节（2027-10-01 还是上班）",
        "缺放假的日子（只有上班的周末，缺另一半）",
    ):
        assert lack in said


def test_f43_a_year_that_ends_with_the_spring_festival(tmp_path: Path) -> None:
    """1 October became a working day; now it takes a reason, and the reason is in the year."""
    table = without(*(day for day in DAYS_OFF if day > "2027-02-12"))
    said = refused(tmp_path, {**table, "makeup_workdays": ["2027-01-31", "2027-02-13"]})
    assert "上班的周末日 2 天（2027-01-31 周日、2027-02-13 周六）" in said
    for lack in (
        "缺清明节（2027-04-05 还是上班）",
        "缺劳动节（2027-05-01、2027-05-02 是周末，没有写明放假，也没有工作日补假）",
        "缺端午节（2027-06-09 还是上班）",
        "缺中秋节（2027-09-15 还是上班）",
        "缺国庆节（2027-10-01 还是上班）",
    ):
        assert lack in said
    [year] = read(tmp_path, table, "其余各节另行通知").documents
    assert isinstance(year, CalendarYear)
    assert year.forced == "其余各节另行通知"


def test_f44_a_file_that_begins_in_december(tmp_path: Path) -> None:
    """The official 2018 was replaced by three days, or these were left out without a word."""
    events = whole_year(元旦=span("20261230", "20270104", "元旦（休）"))
    file = read(tmp_path, calendar(*events, event("20261227", "元旦（班）")))
    assert days(file) == (DAYS_OFF, WORKED)
    [_, edge] = file.documents
    assert edge.table() == {
        "kind": "change",
        "notice": NOTICE,
        "title": "2027年放假安排中2026年的日子",
        "year": 2027,
        "source": "iCalendar",
        "days_off": ["2026-12-30", "2026-12-31"],
        "workdays": ["2026-12-27"],
    }


def test_f45_festivals_that_are_no_holidays(tmp_path: Path) -> None:
    """They became days off where only the make-up days are marked."""
    festivals = [event("20270312", "植树节"), event("20270910", "教师节")]
    file = read(tmp_path, calendar(*whole_year(), *festivals))
    assert days(file) == (DAYS_OFF, WORKED)
    assert [text.zh.partition("（")[0] for text in file.left_out] == [
        "第 58 行“植树节”",
        "第 62 行“教师节”",
    ]
    unmarked = calendar(*whole_year("{}", "{}补班"), *festivals)
    assert "缺放假的日子" in refused(tmp_path, unmarked)


@pytest.mark.parametrize("mark", ["春节(补)", "春节补", "春节补周三", "春节调班", "补2月9日"])
def test_f46_half_a_mark(tmp_path: Path, mark: str) -> None:
    """It was taken for a day off, or left out."""
    said = refused(tmp_path, calendar(*whole_year(d20270131=event("20270131", mark))))
    assert f"“{mark}”（2027-01-31 周日）读不懂是上班还是放假：请写明 班 或 休" in said


@pytest.mark.parametrize("mark", ["班 春节", "[班]春节", "春节班"])
def test_f46_a_whole_mark_in_another_place(tmp_path: Path, mark: str) -> None:
    """It was taken for a day off."""
    file = read(tmp_path, calendar(*whole_year(d20270131=event("20270131", mark))))
    assert days(file) == (DAYS_OFF, WORKED)


def test_f47_a_weekday_that_is_worked(tmp_path: Path) -> None:
    """It refused the whole file."""
    festival = span("20270205", "20270213", "春节假期")
    events = whole_year("{}假期", "上班(补{}假期)", 春节=festival)
    file = read(tmp_path, calendar(*events, event("20270215", "上班(补春节假期)")))
    assert days(file) == (DAYS_OFF, WORKED)
    assert tuple(text.zh for text in file.remarks) == (
        "第 58 行“上班(补春节假期)”（2027-02-15 周一）：本来就是工作日，没有影响",
    )


@pytest.mark.parametrize(
    "day_off",
    [
        event("20270609", "端午节假期", "DTEND;VALUE=DATE:20270609"),
        event("20270609T000000", "端午节假期", "DTEND;VALUE=DATE-TIME:20270610T000000"),
        event("20270609", "端午节（休）").replace(
            ";VALUE=DATE:20270609",
            ';TZID="China Standard Time":20270609T000000\r\n'
            'DTEND;TZID="China Standard Time":20270610T000000',
        ),
    ],
)
def test_f48_one_day_in_three_forms(tmp_path: Path, day_off: str) -> None:
    """They were refused: an end as the begin, midnights, midnights of a zone of Outlook's."""
    file = read(tmp_path, calendar(*whole_year(端午节=day_off)))
    assert days(file) == (DAYS_OFF, WORKED)
    assert date(2027, 6, 9) in file.documents[0].days_off
