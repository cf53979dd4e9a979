"""Years in iCalendar as they are published, and what of it is refused with which line."""

from datetime import date

import pytest

from chalicelib.calendar.year import CalendarYear
from chalicelib.errors import BadInput
from infra.calendar.published import PublishedYear, read_icalendar
from tests.unit.told import CALENDAR

NOTICE = ["国办发明电〔2025〕7号"]


def event(start: str, summary: str, *more: str) -> str:
    """One event; a *start* of eight digits is a whole day."""
    kind = ";VALUE=DATE" if len(start) == 8 else ""
    lines = [f"DTSTART{kind}:{start}", f"SUMMARY:{summary}", *more]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def file(*events: str) -> bytes:
    """Give a whole calendar of *events*, which begin on its third line."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


def days(*events: str, year: int | None = None) -> tuple[list[str], list[str]]:
    """The days off and the days worked of what *events* say."""
    found = read_icalendar(file(*events), "f.ics", ["1号"], year).year
    return [str(d) for d in sorted(found.days_off)], [str(d) for d in sorted(found.makeup_workdays)]


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
    rests = [event(a, f"{name}（休）", f"DTEND;VALUE=DATE:{b}") for name, (a, b) in off.items()]
    works = [event(day, f"{name}（班）") for day, name in worked.items()]
    year = read_icalendar(file(*rests, *works), "f.ics", NOTICE).year
    shipped = CALENDAR.years[2026]
    assert year == CalendarYear(
        2026, ("国办发明电〔2025〕7号",), "iCalendar", shipped.days_off, shipped.makeup_workdays
    )
    assert year.names == shipped.names


def test_a_holiday_is_named_by_its_first_day() -> None:
    """Day by day, two together, in other words, or not at all."""
    year = read_icalendar(
        file(
            event("20270101", "元旦 假期 第1天/共2天"),
            event("20270102", "元旦 假期 第2天/共2天"),
            event("20270206", "除夕（休）"),
            event("20270207", "春节（休）"),
            event("20271001", "国庆节、中秋节（休）"),
            event("20271002", "国庆节（休）"),
            event("20271101", "本地假期"),
        ),
        "f.ics",
        ["1号"],
    ).year
    assert year.table()["names"] == {
        "2027-01-01": "元旦",
        "2027-02-06": "春节",
        "2027-10-01": "国庆节、中秋节",
        "2027-10-02": "国庆节",
    }


@pytest.mark.parametrize(
    "worked",
    [
        event("20270109", "元旦(班)"),
        event("20270109", "元旦（班）"),
        event("20270109", "元旦 补班 第1天/共1天"),
        event("20270109", "元旦调休上班"),
        event("20270109", "Special Working Day"),
        event("20270109", "元旦", "CATEGORIES:HOLIDAY,WORKDAY"),
        event("20270109", "元旦", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY"),
        event("20270109", "补班", "DTEND;VALUE=DATE:20270110", "STATUS:TENTATIVE"),
        event("20270109", "补班", "DURATION:P1D"),
        event("20270109T090000", "补班", "DTEND:20270109T180000"),
        event("20270108T170000Z", "补班", "DURATION:PT8H"),  # 01:00 of the 9th in China
        event("20270109", "元旦 补\r\n 班"),
    ],
)
def test_the_marks_of_a_day_that_is_worked(worked: str) -> None:
    """Those that calendars in use write; 9 January 2027 is a Saturday."""
    new_year = event("20270101", "元旦", "DTEND;VALUE=DATE:20270104")
    rest = ["2027-01-01", "2027-01-02", "2027-01-03"]
    assert days(new_year, worked) == (rest, ["2027-01-09"])


@pytest.mark.parametrize(
    ("event_off", "expected"),
    [
        (event("20270101", "元旦 假期 第1天/共1天"), ["2027-01-01"]),
        (event("20270101", "x", "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY"), ["2027-01-01"]),
        (event("20270101", "放假", "DURATION:P2D"), ["2027-01-01", "2027-01-02"]),
        (event("20270211", "春节(休)", "DURATION:P1W"), [f"2027-02-{d}" for d in range(11, 18)]),
    ],
)
def test_the_marks_of_a_day_off(event_off: str, expected: list[str]) -> None:
    """Where days off are marked, a festival that is not marked is no day off: 8 March."""
    assert days(event_off, event("20270308", "妇女节", "RRULE:FREQ=YEARLY")) == (expected, [])


def test_what_says_nothing_about_the_year_is_told() -> None:
    """A festival without a mark, and the days of other years."""
    published = read_icalendar(
        file(
            event("20270101", "元旦（休）", "DTEND;VALUE=DATE:20270103"),
            event("20270312", "植树节"),
            event("20261231", "元旦（休）"),
            event("20270109", "补班", "STATUS:CANCELLED"),
        ),
        "f.ics",
        ["1号"],
        2027,
    )
    assert published == PublishedYear(
        CalendarYear(
            2027,
            ("1号",),
            "iCalendar",
            frozenset({date(2027, 1, 1), date(2027, 1, 2)}),
            frozenset(),
        ),
        ("植树节 (line 8): not marked", "2026-12-31 (line 12): not in 2027"),
    )


def test_times_zones_and_alarms_are_no_events() -> None:
    """They may have beginnings of their own; lines may end with a line feed alone."""
    zone = "BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD\nEND:VTIMEZONE"
    alarm = "BEGIN:VALARM\nTRIGGER:-PT60M\nDTSTART:x\nEND:VALARM"
    content = file(zone, event("20270101", "元旦", alarm)).replace(b"\r\n", b"\n")
    assert read_icalendar(b"\xef\xbb\xbf" + content, "f", ["1号"]).year.days_off == {
        date(2027, 1, 1)
    }


def test_a_fold_may_go_through_a_character() -> None:
    """Lines are folded by octets (RFC 5545 §3.1)."""
    content = file(event("20270101", "元旦"), event("20270109", "元旦补班"))
    middle = content.index("班".encode()) + 1
    folded = content[:middle] + b"\r\n " + content[middle:]
    assert read_icalendar(folded, "f", ["1号"]).year.makeup_workdays == {date(2027, 1, 9)}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "f.ics: empty"),
        (b"hello\r\n", "f.ics:1: not a line of iCalendar"),
        (b"VERSION:2.0\r\n", "f.ics:1: not iCalendar: BEGIN:VCALENDAR must come first"),
        (b"BEGIN:VEVENT\r\n", "f.ics:1: VEVENT cannot begin here"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", "f.ics:2: VEVENT cannot end here"),
        (b"BEGIN:VCALENDAR\r\n", "f.ics: not whole: END:VCALENDAR is missing"),
        (b"BEGIN:VCALENDAR\r\nX:\xff\r\n", "f.ics:2: not UTF-8"),
        (file("nonsense"), "f.ics:3: not a line of iCalendar"),
        (file(), "f.ics: no day off and no working day"),
        (file("BEGIN:VEVENT", "SUMMARY:x", "END:VEVENT"), "f.ics:3: an event without DTSTART"),
        (file(event("20270229", "x")), "f.ics:4: '20270229' is not a date"),
        (file(event("2027-01-01", "x")), "f.ics:4: '2027-01-01' is not a date"),
        (file(event("20270101T090000", "元旦")), "f.ics:4: not a whole day"),
        (file(event("20270109T220000", "补班", "DTEND:20270110T060000")), "f.ics:4: not a whole"),
        (file(event("20270101", "x", "DTEND;VALUE=DATE:20270101")), "f.ics:6: DTEND must be"),
        (file(event("20270101", "x", "DTEND;VALUE=DATE:20270301")), "f.ics:6: DTEND must be"),
        (file(event("20270101", "x", "DTEND:20270102T000000")), "f.ics:6: DTEND must be"),
        (file(event("20270101", "x", "DURATION:PT8H")), "f.ics:6: DURATION must be"),
        (file(event("20270101", "x", "RRULE:FREQ=DAILY;COUNT=3")), "f.ics:6: RRULE is not known"),
        (file(event("20270104", "补班")), "f.ics:3: 2027-01-04 is no weekend day"),
        (
            file(event("20270103", "元旦"), event("20270103", "补班")),
            "f.ics:7: 2027-01-03 is the opposite of what line 3 says",
        ),
        (
            file(event("20261231", "元旦"), event("20270101", "元旦")),
            "f.ics: has days of 2026 to 2027; say which with --year",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(content: bytes, says: str) -> None:
    """Whole or not at all."""
    with pytest.raises(BadInput) as refused:
        read_icalendar(content, "f.ics", ["1号"])
    assert str(refused.value).startswith(says)


def test_a_year_that_is_not_in_the_file_is_refused() -> None:
    """Rather than published empty."""
    with pytest.raises(BadInput, match=r"f\.ics: no day of 2028 in it"):
        days(event("20270101", "元旦"), year=2028)
