"""What an event of a published calendar says of its days, by its own words and the marks beside."""

import pytest

from infra.calendar.content_lines import events
from infra.calendar.marks import name_holidays, read_sense
from tests.support.arranged_year import calendar, event


def sense(summary: str, *more: str) -> str:
    """What an event of this *summary* says."""
    [read] = events(calendar(event("20270131", summary, *more)), "f.ics")
    return read_sense(read)


@pytest.mark.parametrize(
    "summary",
    [
        "元旦(班)",
        "元旦（班）",
        "元旦［班］",
        "【班】国庆节",
        "[班]国庆节",
        "班 春节",
        "春节 班",
        "春节·班",
        "春节班",
        "春节 补班 第1天/共2天",
        "元旦调休上班",
        "上班(补春节假期)",
        "上班（补春节放假）",
        "国庆节假期上班",
        "调休工作日",
        "休息日上班",
        "Special Working Day",
        "Spring Festival(Workday)",
        "Work day",
    ],
)
def test_a_day_that_is_worked(summary: str) -> None:
    """班 by itself, 补班, 上班: whatever stands around it."""
    assert sense(summary) == "work"


@pytest.mark.parametrize(
    "summary",
    [
        "元旦(休)",
        "元旦（休）",
        "【休】元旦",
        "元旦 休",
        "休 元旦",
        "国庆节休",
        "元旦放假",
        "春节假期",
        "元旦 假期 第1天/共3天",
        "清明节补休",
        "清明节补假",
        "春节放假调休",
        "国庆节、中秋节（休）",
        "New Year's Day(Holiday)",
        "Labour Day holiday",
        "本地假期",
        "春节假期值班",
    ],
)
def test_a_day_off(summary: str) -> None:
    """休 by itself, 放假, 假期 and the like."""
    assert sense(summary) == "off"


@pytest.mark.parametrize("summary", ["春节调休", "调休", "春节假期调休", "调休 国庆节"])
def test_an_exchange_says_neither(summary: str) -> None:
    """调休 is written for the day off and for the day that is worked for it (F-40)."""
    assert sense(summary) == "swap"


@pytest.mark.parametrize(
    "summary",
    [
        "春节(补)",
        "国庆节补",
        "春节补周三",
        "补周三的班",
        "国庆节调班",
        "放假，不上班",
        "不上班",
        "非工作日",
        "取消补班",
        "上班（休）",
        "班/休",
        "Non-working day",
    ],
)
def test_half_a_mark_and_opposite_marks_are_not_understood(summary: str) -> None:
    """F-46: none of them may pass for a day off, nor for a working day."""
    assert sense(summary) == "unclear"


@pytest.mark.parametrize(
    "summary",
    [
        "元旦",
        "春节",
        "除夕",
        "植树节",
        "教师节",
        "三八妇女节",
        "国庆节、中秋节",
        "立春",
        "母亲节",
        "Mother’s Day",
        "春节 第1天/共7天",
        "中秋节 & 国庆节",
    ],
)
def test_the_name_of_a_festival_says_nothing(summary: str) -> None:
    """Most festivals are no holidays, and a holiday is marked as one (F-45)."""
    assert sense(summary) == "festival"


@pytest.mark.parametrize(
    "summary", ["周例会", "值班", "加班", "妇女节（不放假）", "", "北京国庆节游行"]
)
def test_other_words_say_nothing_either(summary: str) -> None:
    """A weekday with them stays a weekday; a weekend day is asked about."""
    assert sense(summary) == "unmarked"


@pytest.mark.parametrize(
    ("summary", "beside", "expected"),
    [
        ("春节", "CATEGORIES:HOLIDAY,WORKDAY", "work"),
        ("春节", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", "work"),
        ("x", "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY", "off"),
        ("春节调休", "DESCRIPTION:班", "work"),
        ("春节调休", "DESCRIPTION:休", "off"),
        ("春节调休", "CATEGORIES:调休,班", "work"),
        ("春节调休", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", "work"),
        ("春节（班）", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", "work"),
        ("春节（班）", "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY", "unclear"),
        ("春节（休）", "CATEGORIES:WORKDAY", "unclear"),
        ("春节(补)", "DESCRIPTION:班", "unclear"),
        # 调休 beside words that say no 班 and no 休 is still in doubt
        ("春节调休", "CATEGORIES:调休,Business Day", "swap"),
        ("春节补周三", "DESCRIPTION:调休上班", "unclear"),
        ("春节", "DESCRIPTION:二、春节：2月5日至12日放假调休，1月31日上班。", "festival"),
    ],
)
def test_marks_beside_the_summary(summary: str, beside: str, expected: str) -> None:
    """They say what the summary leaves open, and must not say the opposite."""
    assert sense(summary, beside) == expected


@pytest.mark.parametrize(
    ("summary", "names"),
    [
        ("元旦（休）", "元旦"),
        ("除夕（休）", "春节"),
        ("国庆节、中秋节（休）", "国庆节、中秋节"),
        ("中秋国庆", "中秋节、国庆节"),
        ("五一劳动节假期", "劳动节"),
        ("本地假期", ""),
    ],
)
def test_the_holidays_that_a_summary_names(summary: str, names: str) -> None:
    """In its order, each once."""
    assert name_holidays(summary) == names
