"""The derivation in words: what is read out to an applicant, against the golden examples."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.calendar.change import Change
from chalicelib.calendar.overlay import overlay_calendar
from chalicelib.clock.counting import Counting
from chalicelib.clock.derivation import Derivation, Extended, Paused
from chalicelib.clock.paragraph import OpeningWords, paragraph
from chalicelib.clock.pause import Pause
from chalicelib.clock.steps import basis_of_clock
from chalicelib.clock.timeline import Extension, Interruptions, periods
from chalicelib.findings.clock import Clock, run_clock
from chalicelib.policy.limit import Limit
from tests.unit import oracle
from tests.unit.strategies import amounts, limit_of, pause_of, starts, stops
from tests.unit.told import CALENDAR, COUNTING, PROFILE, RULES, at, pause

CLOSE = (
    "，即当日办公时间结束之时（《中华人民共和国民法典》第二百零三条第二款；"
    "办公时间依据：建议默认值：地方未公布办公时间时使用）。"
)
PAUSE = "《中华人民共和国行政许可法》第四十五条：所需时间应当书面告知申请人"
EXTENSION = "《中华人民共和国行政许可法》第四十二条第一款：经本行政机关负责人批准，可以延长十日"


def derived(
    start: str | datetime,
    limit: str,
    *pauses: Pause,
    extensions: Sequence[tuple[str, str]] = (),
    counting: Counting = COUNTING,
) -> Derivation:
    """Derive a clock as it stands after all of it; procedures are called 检测, 听证."""
    begun = at(start) if isinstance(start, str) else start
    granted = [Extension(at(when), Limit.parse(by)) for when, by in extensions]
    *_, last = periods(begun, Limit.parse(limit), Interruptions(pauses, granted), counting)
    names = ("检测", "听证", "鉴定")
    return Derivation(
        begun,
        last,
        counting,
        basis_of_clock(PROFILE),
        tuple(Paused(pause, names[n % 3]) for n, pause in enumerate(pauses)),
        tuple(Extended(each.at, each.by, "经本机关负责人批准") for each in granted),
    )


def told(*arguments: str | Pause, **more: object) -> str:
    """Give the paragraph of that clock, without the sentence it opens with."""
    said = paragraph(derived(*arguments, **more), OpeningWords())  # type: ignore[arg-type]
    return said.partition("内办结。")[2]


def test_the_whole_of_an_extended_case() -> None:
    """DOMAIN §9 T-07, word for word as it is read out."""
    extended = derived("2026-04-01T09:00", "20wd", extensions=[("2026-04-28T15:00", "10wd")])
    assert paragraph(extended, OpeningWords()) == (
        "您的申请于2026年4月1日受理，应当在20个工作日内办结。"
        "受理当日不计入，自次日4月2日起计算（《中华人民共和国民法典》第二百零一条第一款）；"
        "期限按工作日计算，不含法定节假日（《中华人民共和国行政许可法》第八十二条）。"
        "其间，4月4日至6日清明节、5月1日至5日劳动节放假（国办发明电〔2025〕7号），不计入；"
        "其余周末9天为周休息日（《国务院关于职工工作时间的规定》第七条），不计入；"
        "5月9日为调休上班日（国办发明电〔2025〕7号），照常计入。"
        "20个工作日的期限于4月30日届满。"
        f"4月28日15:00经本机关负责人批准延长10个工作日（{EXTENSION}），自5月6日起接续计算，于5月18日届满。"
        f"因此，到期时间为2026年5月18日（星期一）17:30{CLOSE}"
    )


@pytest.mark.parametrize(
    ("given_pauses", "expected"),
    [
        (
            [pause("2026-04-08T10:00", "2026-04-15T10:00")],
            "因检测，自4月8日10:00至4月15日10:00暂停计时（*），4月9日至15日不计入，扣除5个工作日。",
        ),
        (
            [pause("2026-04-08T10:00", "2026-04-15T10:00", "3wd")],
            (
                "因检测，自4月8日10:00至4月13日10:00暂停计时，以批准的3个工作日为限，超出部分照常计时（*），"
                "4月9日至13日不计入，扣除3个工作日。"
            ),
        ),
        (
            [
                pause("2026-04-08T10:00", "2026-04-15T10:00"),
                pause("2026-04-10T10:00", "2026-04-20T10:00"),
            ],
            (
                "检测自4月8日10:00至4月15日10:00暂停计时；听证自4月10日10:00至4月20日10:00暂停计时；"
                "重叠的时间只扣除一次（*），4月9日至20日不计入，扣除8个工作日。"
            ),
        ),
        (
            [pause("2026-04-08T10:00", "2026-04-08T15:00")],
            "因检测，自4月8日10:00至15:00暂停计时（*），当日恢复，不影响按日计算的期限。",
        ),
        (
            [pause("2026-04-10T10:00", "2026-04-12T15:00")],
            "因检测，自4月10日10:00至4月12日15:00暂停计时（*），其间4月11日至12日没有工作日，不作扣除。",
        ),
        (
            [pause("2026-04-08T10:00")],
            (
                "因检测，自4月8日10:00起暂停计时，目前尚未恢复（*）。"
                "此前已计入4个工作日，尚余16个工作日，在恢复计时后继续计算，到期时间届时确定。"
            ),
        ),
        (
            [pause("2026-06-08T10:00")],
            "检测自6月8日10:00开始，已在期限届满之后，不影响到期时间。",
        ),
    ],
)
def test_pauses(given_pauses: list[Pause], expected: str) -> None:
    """Named, from when to when, under which law, and how much they took out."""
    assert expected.replace("*", PAUSE) in told("2026-04-01T09:00", "20wd", *given_pauses)


def test_an_extension_that_came_too_late() -> None:
    """It is told, and that it adds nothing."""
    said = told("2026-09-18T16:00", "5wd", extensions=[("2026-09-29T09:00", "3wd")])
    assert "9月29日09:00延长3个工作日的批准在期限届满之后，不产生延长的效力" in said
    assert "到期时间为2026年9月24日（星期四）17:30" in said


def test_an_extension_may_count_otherwise() -> None:
    """Then it says how."""
    said = told("2026-04-03", "1mo", extensions=[("2026-04-20", "5wd")])
    assert (
        "延长部分按工作日计算，不含法定节假日（《中华人民共和国行政许可法》第八十二条），自5月6日起接续计算"
        in said
    )
    said = told("2026-04-01T10:00", "1wd", extensions=[("2026-04-01T12:00", "24h")])
    assert "延长部分按小时连续计算，接续计算。" in said


def test_other_units_are_counted_by_their_own_law() -> None:
    """A month, and days that end on a rest day; hours run on, office hours do not."""
    month = told("2026-04-01", "1mo")
    assert "到期月的对应日为最后一日（《中华人民共和国民法典》第二百零二条）" in month
    assert (
        "届满日5月1日为放假日，顺延至其后第一个工作日5月6日（《中华人民共和国民法典》第二百零三条第一款）"
        in month
    )
    days = told("2026-04-01", "10d")
    assert "届满日4月11日为星期六，顺延至其后第一个工作日4月13日" in days
    hours = told("2026-04-03T18:00", "48h")
    assert "逐日计时：4月3日计6小时，4月4日计24小时，4月5日计18小时，累计48小时。" in hours
    office = told("2026-04-03T18:00", "8wh")
    assert (
        "4月4日至6日清明节放假（国办发明电〔2025〕7号），不计入；4月3日没有可计入的办公时间"
        in office
    )
    assert "逐日计时：4月7日计7小时，4月8日计1小时，累计8小时。" in office


def test_convention_h_tells_the_hours() -> None:
    """DOMAIN §9 T-15, with a pause in it: eight and a half hours of office time."""
    counting = COUNTING.in_convention("H")
    assert (
        "逐日计时：10月15日计5小时30分，10月16日至19日、10月22日至23日每日计7小时，"
        "10月24日计1小时30分，累计49小时。因此，到期时间为2018年10月24日（星期三）10:00。"
    ) in told("2018-10-15T10:00", "7wd", counting=counting)
    paused = pause("2018-10-16T10:00", "2018-10-17T11:30")
    assert "扣除办公时间8小时30分。" in told("2018-10-15T10:00", "7wd", paused, counting=counting)


def test_an_unpublished_year_is_said() -> None:
    """And on what the guess rests."""
    said = told("2026-12-21T09:00", "10wd")
    assert "2027年1月1日为固定节假日（《全国年节及纪念日放假办法》第二条），不计入" in said
    assert "2027年的放假安排尚未公布" in said
    assert "到期时间为暂定，待公布后重新计算。" in said


def test_changes_of_the_calendar_name_their_own_notice() -> None:
    """A festival made longer when it had begun; a region that closes, and works on a Saturday."""
    festival = told("2020-01-20T09:00", "10wd")
    assert "1月24日、1月27日至30日春节放假（国办发明电〔2019〕16号）" in festival
    assert "1月31日至2月2日放假（国办发明电〔2020〕1号），不计入" in festival
    closed = frozenset({date(2026, 4, 8), date(2026, 4, 9)})
    worked = frozenset({date(2026, 4, 11)})
    change = Change("州政发〔2026〕3号", "", date(2026, 4, 1), "433101", "", closed, worked)
    local = Counting(PROFILE, overlay_calendar(CALENDAR, [change], "433101"))
    said = told("2026-04-01T09:00", "10wd", counting=local)
    assert "4月8日至9日当地放假或停止办公（州政发〔2026〕3号），不计入" in said
    assert "4月11日为调休上班日（州政发〔2026〕3号），照常计入" in said


def test_the_end_inside_a_pause_moves_on() -> None:
    """To the first close of office after it."""
    said = told("2025-04-14", "1wd", pause("2025-04-15T10:00", "2025-04-17T18:00"))
    assert "届满之时正在暂停，顺延至恢复计时后办公时间首次结束之日，即4月18日" in said


def test_after_hours_may_be_the_next_working_day() -> None:
    """Where the profile says so; the day of acceptance is that one then."""
    counting = Counting(replace(PROFILE, after_hours="next_workday"), CALENDAR)
    said = told("2026-04-03T18:00", "5wd", counting=counting)
    assert said.startswith("因在办公时间以外，视为4月7日受理（《中华人民共和国民法典》")
    assert "受理当日不计入，自次日4月8日起计算" in said


def test_an_agreed_instant_is_not_derived() -> None:
    """It has no days and says why."""
    start = at("2026-04-01T09:00")
    clock = Clock("promise", start, None, due_at=at("2026-04-09T17:30"))
    agreed = Derivation(start, run_clock(clock, RULES).last, COUNTING, basis_of_clock(PROFILE))
    assert agreed.steps == ()
    assert "到期时间直接确定为2026年4月9日17:30，不作推算" in paragraph(agreed, OpeningWords())


@given(
    st.data(),
    starts(),
    amounts(("wd", "d", "mo", "h", "wh")),
    st.sampled_from([COUNTING, COUNTING.in_convention("H")]),
)
def test_it_names_the_due_day_and_every_notice(
    data: st.DataObject, start: datetime, limit: oracle.Amount, counting: Counting
) -> None:
    """Whatever happens on the way; each extension and pause too, and never a machine's word."""
    pauses = [pause_of(stop) for stop in data.draw(stops(start))]
    extension = data.draw(st.none() | st.tuples(st.integers(0, 40), st.sampled_from(["5wd", "9h"])))
    granted = []
    if extension is not None:
        granted = [Extension(start + timedelta(days=extension[0]), Limit.parse(extension[1]))]
    interruptions = Interruptions(pauses, granted)
    *_, last = periods(start, limit_of(limit), interruptions, counting)
    derivation = Derivation(
        start,
        last,
        counting,
        basis_of_clock(PROFILE),
        tuple(Paused(each) for each in pauses),
        tuple(Extended(each.at, each.by) for each in granted),
    )
    said = paragraph(derivation, OpeningWords())
    assert not re.search("[A-Za-z_]", said)
    if last.due is None:
        assert "到期时间届时确定" in said
    else:
        due = last.due.at.astimezone(oracle.CHINA)
        assert f"到期时间为{due.year}年{due.month}月{due.day}日" in said
    if limit[1] in ("wd", "wh"):
        off = [s for s in derivation.steps if s.why.startswith(("holiday", "make-up workday"))]
        for day in off:
            assert counting.calendar.notices(day.date)[0] in said
    counted = sum((step.used for step in derivation.steps if step.used), timedelta(0))
    if counted and counted % timedelta(hours=1) == timedelta(0):
        assert f"累计{counted // timedelta(hours=1)}小时" in said
    assert ("不产生延长的效力" in said) == bool(derivation.too_late() and last.due)
