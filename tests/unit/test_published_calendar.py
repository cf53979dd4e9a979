"""Years in iCalendar as they are published, and their days in every form."""

from datetime import date, timedelta

import pytest

from chalicelib.calendar.documents import Document
from chalicelib.calendar.year import CalendarYear
from infra.calendar.arrangement import arrange_published
from infra.calendar.published import PublishedDays, read_icalendar
from tests.support.arranged_year import (
    DAYS_OFF,
    NOTICE,
    WORKED,
    calendar,
    event,
    span,
    whole_year,
)
from tests.unit.told import CALENDAR

NEW_YEAR = span("20270101", "20270104", "元旦（休）")
Days = tuple[list[str], list[str]]


def read(*events: str, year: int | None = None) -> PublishedDays:
    """Read a file of *events*."""
    return read_icalendar(calendar(*events), "f.ics", year)


def arranged(*events: str, year: int | None = None) -> tuple[Document, ...]:
    """The documents of a file of *events*."""
    return arrange_published(read(*events, year=year), [NOTICE], "f.ics")


def days(*events: str, year: int | None = None) -> Days:
    """The days off and the days worked of a file of *events*."""
    found = read(*events, year=year)
    return [str(day) for day in sorted(found.off)], [str(day) for day in sorted(found.worked)]


def until(first: str, last: str) -> list[str]:
    """All days from *first* to *last*."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [str(begin + timedelta(days=n)) for n in range((end - begin).days + 1)]


def test_the_year_2026_as_it_is_published() -> None:
    """Spans with an exclusive end, made-up days marked in the summary: the shipped year comes out.

    国办发明电〔2025〕7号, transcribed here once more.
    """
    off = {
        "元旦": ("20260101", "20260104"),
        "春节": ("20260215", "20260224"),
        "清明节": ("20260404", "20260407"),
        "劳动节": ("20260501", "20260506"),
        "端午节": ("20260619", "20260622"),
        "中秋节": ("20260925", "20260928"),
        "国庆节": ("20261001", "20261008"),
    }
    worked = {
        "20260104": "元旦",
        "20260214": "春节",
        "20260228": "春节",
        "20260509": "劳动节",
        "20260920": "国庆节",
        "20261010": "国庆节",
    }
    rests = [span(*dates, f"{name}（休）") for name, dates in off.items()]
    works = [event(day, f"{name}（班）") for day, name in worked.items()]
    [year] = arrange_published(read(*rests, *works), ["国办发明电〔2025〕7号"], "f.ics")
    shipped = CALENDAR.years[2026]
    assert year == CalendarYear(
        2026, ("国办发明电〔2025〕7号",), "iCalendar", shipped.days_off, shipped.makeup_workdays
    )
    assert isinstance(year, CalendarYear)
    assert year.names == shipped.names


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        ("{}（休）", "{}（班）"),
        ("{} 休", "班 {}"),
        ("{}放假", "{}补班"),
        ("{}假期", "上班(补{}假期)"),
        ("{} 假期 第1天/共3天", "{} 补班 第1天/共2天"),
        ("【休】{}", "【班】{}"),
    ],
)
def test_the_made_up_year_in_each_form(off: str, worked: str) -> None:
    """Those that calendars in use have."""
    assert days(*whole_year(off, worked)) == (DAYS_OFF, WORKED)


def test_a_holiday_is_named_by_its_first_day() -> None:
    """Day by day, two together, in other words, or not at all."""
    [year] = arranged(
        event("20270101", "元旦 假期 第1天/共2天"),
        event("20270102", "元旦 假期 第2天/共2天"),
        event("20270206", "除夕（休）"),
        event("20270207", "春节（休）"),
        event("20271001", "国庆节、中秋节（休）"),
        event("20271002", "国庆节（休）"),
        event("20271101", "本地假期"),
    )
    assert year.table()["names"] == {
        "2027-01-01": "元旦",
        "2027-02-06": "春节",
        "2027-10-01": "国庆节、中秋节",
        "2027-10-02": "国庆节",
    }


@pytest.mark.parametrize(
    "worked",
    [
        event("20270109", "元旦补班"),
        event("20270109", "补班", "DTEND;VALUE=DATE:20270110", "STATUS:TENTATIVE"),
        event("20270109", "补班", "DTEND;VALUE=DATE:20270109"),  # F-48a: as it begins
        event("20270109", "补班", "DURATION:P1D"),
        event("20270109", "补班", "DURATION:PT24H"),
        event("20270109T000000", "补班", "DTEND:20270110T000000"),
        event("20270109T090000", "补班", "DTEND:20270109T180000"),
        event("20270109T090000", "补班"),
        event("20270108T170000Z", "补班", "DURATION:PT8H"),  # 01:00 of the 9th in China
        event("20270108T160000Z", "补班", "DTEND:20270109T160000Z"),  # midnights in China
        event("20270109", "元旦 补\r\n 班"),
    ],
)
def test_a_weekend_day_that_is_worked(worked: str) -> None:
    """In every form of one day, office hours too; 9 January 2027 is a Saturday."""
    assert days(NEW_YEAR, worked) == (["2027-01-01", "2027-01-02", "2027-01-03"], ["2027-01-09"])


@pytest.mark.parametrize(
    ("event_off", "last"),
    [
        (event("20270205", "春节（休）"), "2027-02-05"),
        (event("20270205", "春节（休）", "DTEND;VALUE=DATE:20270205"), "2027-02-05"),
        (event("20270205", "春节（休）", "DTEND;VALUE=DATE:20270212"), "2027-02-11"),
        (event("20270205", "春节（休）", "DURATION:P1W"), "2027-02-11"),
        (event("20270205", "春节（休）", "DURATION:P2DT0H0M0S"), "2027-02-06"),
        (event("20270205", "春节（休）", "DTEND:20270207T000000"), "2027-02-06"),
        (event("20270205T000000", "春节（休）"), "2027-02-05"),
        (event("20270205T000000", "春节（休）", "DTEND:20270205T000000"), "2027-02-05"),
        (event("20270205T000000", "春节（休）", "DTEND:20270212T000000"), "2027-02-11"),
        (event("20270205T000000", "春节（休）", "DTEND:20270211T235959"), "2027-02-11"),
        (event("20270204T160000Z", "春节（休）", "DTEND:20270211T160000Z"), "2027-02-11"),
    ],
)
def test_whole_days_in_every_form(event_off: str, last: str) -> None:
    """As dates, or from midnight to midnight in China (F-48; RFC 5545 §3.6.1)."""
    assert days(event_off) == (until("2027-02-05", last), [])


@pytest.mark.parametrize(
    "zone", ['"China Standard Time"', "Asia/Shanghai", "Asia/Hong_Kong", "+08:00 Beijing"]
)
def test_midnights_of_a_zone_that_the_file_names(zone: str) -> None:
    """F-48c: Outlook has names of its own, and describes them in the file."""
    zone = zone if zone.startswith('"') or ":" not in zone else f'"{zone}"'
    described = f"BEGIN:VTIMEZONE\r\nTZID:{zone}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000"
    described += "\r\nTZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    outlook = "\r\n".join(
        [
            "BEGIN:VEVENT",
            "SUMMARY;LANGUAGE=zh-cn:春节（休）",
            f"DTSTART;TZID={zone}:20270205T000000",
            f"DTEND;TZID={zone}:20270212T000000",
            "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            "END:VEVENT",
        ]
    )
    assert days(described, outlook) == (until("2027-02-05", "2027-02-11"), [])


def test_times_zones_and_alarms_are_no_events() -> None:
    """They may have beginnings of their own; lines may end with a line feed alone."""
    zone = "BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD\nEND:VTIMEZONE"
    alarm = "BEGIN:VALARM\nTRIGGER:-PT60M\nDTSTART:x\nEND:VALARM"
    content = calendar(zone, event("20270101", "元旦（休）", alarm)).replace(b"\r\n", b"\n")
    assert set(read_icalendar(b"\xef\xbb\xbf" + content, "f").off) == {date(2027, 1, 1)}


def test_a_fold_may_go_through_a_character() -> None:
    """Lines are folded by octets (RFC 5545 §3.1)."""
    content = calendar(NEW_YEAR, event("20270109", "元旦补班"))
    middle = content.index("班".encode()) + 1
    folded = content[:middle] + b"\r\n " + content[middle:]
    assert read_icalendar(folded, "f").worked == {date(2027, 1, 9)}


def test_festivals_without_a_mark_are_left_out_and_named() -> None:
    """F-45: neither those that are no holidays, nor those that are; recurring ones too."""
    found = read(
        NEW_YEAR,
        event("20270312", "植树节"),
        event("20270308", "妇女节", "RRULE:FREQ=YEARLY"),
        event("20270509", "母亲节"),  # a Sunday
        event("20270609", "端午节"),
        event("20270510", "城市日"),  # a Monday
        event("20270109", "补班", "STATUS:CANCELLED"),
    )
    assert [str(day) for day in sorted(found.off)] == ["2027-01-01", "2027-01-02", "2027-01-03"]
    assert found.worked == frozenset()
    assert tuple(text.zh for text in found.left_out) == (
        "第 8 行“植树节”（2027-03-12 周五）：没有写明放假或上班，不算放假",
        "第 12 行“妇女节”：没有写明放假或上班，不算放假",
        "第 17 行“母亲节”（2027-05-09 周日）：没有写明放假或上班，不算放假",
        "第 21 行“端午节”（2027-06-09 周三）：没有写明放假或上班，不算放假",
        "第 25 行“城市日”（2027-05-10 周一）：没有写明放假或上班，不算放假",
    )


def test_a_weekday_that_is_said_to_be_worked_is_remarked_on() -> None:
    """F-47: it happens where a festival that was lengthened ends."""
    found = read(span("20270205", "20270212", "春节假期"), event("20270212", "上班(补春节假期)"))
    assert (max(found.off), found.worked) == (date(2027, 2, 11), frozenset())
    assert tuple(text.zh for text in found.remarks) == (
        "第 8 行“上班(补春节假期)”（2027-02-12 周五）：本来就是工作日，没有影响",
    )


def test_an_exchange_on_weekdays_is_a_day_off() -> None:
    """No weekday is worked instead of another day."""
    assert days(event("20270211", "春节调休")) == (["2027-02-11"], [])


def test_an_exchange_is_clear_where_another_event_says_it() -> None:
    """Of the same day 班 or 休, before or after it."""
    worked, off = event("20270131", "上班"), span("20270206", "20270208", "休")
    swap = span("20270205", "20270209", "春节调休")
    assert days(event("20270131", "春节调休"), worked, off, swap) == (
        ["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08"],
        ["2027-01-31"],
    )
