"""What of a published calendar is refused: every event that is not understood, with its line."""

import pytest

from chalicelib.errors import BadInput
from infra.calendar.published import read_icalendar
from tests.support.arranged_year import calendar, event, span

NEW_YEAR = span("20270101", "20270104", "元旦（休）")
SWAP = "“调休”可以是上班，也可以是放假：请写明 班 或 休"
OTHER = "读不懂是上班还是放假：请写明 班 或 休；与上班无关的，从文件中删去"


def refused(*events: str, year: int | None = None) -> list[str]:
    """The lines of the refusal of a file of *events*."""
    with pytest.raises(BadInput) as error:
        read_icalendar(calendar(*events), "f.ics", year)
    return [each.line("zh") for each in (error.value, *error.value.others)]


def test_midnights_of_another_zone_are_no_whole_days() -> None:
    """Midnight in London is eight o'clock in China."""
    london = event("20270101", "元旦（休）").replace(
        ";VALUE=DATE:20270101", ";TZID=Europe/London:20270101T000000"
    )
    assert refused(london) == ["f.ics:3: “元旦（休）”：不是整天：请写日期，或者从零点到零点"]


def test_every_event_that_is_not_understood_is_named_at_once() -> None:
    """F-40, F-46: half a mark, 调休 and other words on a weekend stop the import."""
    assert refused(
        NEW_YEAR,
        event("20270131", "春节调休"),
        event("20270213", "春节(补)"),
        event("20270926", "国庆节补周三"),
        event("20271010", "国庆值守"),
        event("20270220", "春节（班）"),
        event("20270229", "春节（休）"),
    ) == [
        "f.ics: 有 5 处读不懂，没有导入；改好以后再导入一次",
        f"f.ics:8: “春节调休”（2027-01-31 周日）在周末，{SWAP}",
        "f.ics:12: “春节(补)”（2027-02-13 周六）读不懂是上班还是放假：请写明 班 或 休",
        "f.ics:16: “国庆节补周三”（2027-09-26 周日）读不懂是上班还是放假：请写明 班 或 休",
        f"f.ics:20: “国庆值守”（2027-10-10 周日）在周末，{OTHER}",
        "f.ics:28: “春节（休）”：'20270229' 不是日期",
        "f.ics: 读懂的上班周末日：2027-02-20 周六",
    ]


def test_an_exchange_that_covers_a_weekend_is_asked_about() -> None:
    """Also where it begins on a weekday: only what is written counts."""
    [line] = refused(span("20270205", "20270212", "春节调休"))
    assert line.startswith("f.ics:3: “春节调休”（2027-02-06 周六、2027-02-07 周日）在周末")


def test_of_opposite_marks_both_are_named() -> None:
    """Whichever comes first, on weekends and weekdays."""
    assert refused(
        NEW_YEAR,
        event("20270103", "元旦补班"),
        span("20270205", "20270213", "春节（休）"),
        event("20270212", "上班"),
    ) == [
        "f.ics: 有 2 处读不懂，没有导入；改好以后再导入一次",
        "f.ics:8: “元旦补班”（2027-01-03 周日）与第 3 行“元旦（休）”相反",
        "f.ics:17: “上班”（2027-02-12 周五）与第 12 行“春节（休）”相反",
        "f.ics: 读懂的上班周末日：2027-01-03 周日",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "f.ics: 是空文件"),
        (b"hello\r\n", "f.ics:1: 不是 iCalendar 的一行"),
        (b"VERSION:2.0\r\n", "f.ics:1: 不是 iCalendar：应以 BEGIN:VCALENDAR 开头"),
        (b"BEGIN:VEVENT\r\n", "f.ics:1: VEVENT 不能在这里开始"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", "f.ics:2: VEVENT 不能在这里结束"),
        (b"BEGIN:VCALENDAR\r\n", "f.ics: 不完整：没有 END:VCALENDAR"),
        (b"BEGIN:VCALENDAR\r\nX:\xff\r\n", "f.ics:2: 不是 UTF-8 编码"),
        (calendar("nonsense"), "f.ics:3: 不是 iCalendar 的一行"),
        (calendar(), "f.ics: 没有一天写明放假"),
        (calendar(event("20270101", "元旦")), "f.ics: 没有一天写明放假"),
        (calendar(event("20270103", "值班")), "f.ics:3: “值班”（2027-01-03 周日）在周末"),
        (calendar("BEGIN:VEVENT", "SUMMARY:休", "END:VEVENT"), "f.ics:3: “休”：事件没有 DTSTART"),
        (calendar(event("20270229", "休")), "f.ics:3: “休”：'20270229' 不是日期"),
        (calendar(event("2027-01-01", "休")), "f.ics:3: “休”：'2027-01-01' 不是日期"),
        (calendar(event("20270101T090000", "休")), "f.ics:3: “休”：不是整天"),
        (
            calendar(event("20270109T220000", "补班", "DTEND:20270110T060000")),
            "f.ics:3: “补班”：不是整天",
        ),
        (calendar(span("20270101", "20270301", "休")), "f.ics:3: “休”：DTEND 应在 DTSTART 之后"),
        (calendar(span("20270105", "20270101", "休")), "f.ics:3: “休”：DTEND 应在 DTSTART 之后"),
        (calendar(event("20270101", "休", "DURATION:PT8H")), "f.ics:3: “休”：不是整天"),
        (calendar(event("20270101", "休", "DURATION:1D")), "f.ics:3: “休”：'1D' 不是时长"),
        (
            calendar(event("20270101", "休", "RRULE:FREQ=DAILY;COUNT=3")),
            "f.ics:3: “休”：RRULE：不读重复规则，请逐日列出",
        ),
        (
            calendar(NEW_YEAR, event("20280501", "休")),
            "f.ics: 有 2027 年到 2028 年的日子：请用 --year 写明是哪一年",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(content: bytes, says: str) -> None:
    """Whole or not at all."""
    with pytest.raises(BadInput) as error:
        read_icalendar(content, "f.ics")
    assert str(error.value).startswith(says)


def test_a_year_that_is_not_in_the_file_is_refused() -> None:
    """Rather than published empty."""
    assert refused(NEW_YEAR, year=2028) == ["f.ics: 没有 2028 年的日子"]
