"""What an event of a published calendar says of its days: worked, off, or nothing.

No standard marks a weekend day that is worked (调休上班日). Calendars in use write 班, 补班 or 上班
in the SUMMARY, and 休, 放假 or 假期 for a day off. Some have CATEGORIES:WORKDAY, a DESCRIPTION that
is just 班 or 休, or Apple's X-APPLE-SPECIAL-DAY. 调休 is written for both, and so says neither. The
name of a festival says nothing: most festivals are no holidays.
"""

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any, Literal

from infra.calendar.content_lines import CalendarEvent

Sense = Literal["work", "off", "swap", "unclear", "festival", "unmarked"]
"""*swap*: 调休, and no word of which. *unclear*: marks that are not understood, or are opposite.
*festival*: the name of one and no mark. *unmarked*: other words."""

_SPECIAL: dict[str, Sense] = {"ALTERNATE-WORKDAY": "work", "WORK-HOLIDAY": "off"}
_ALONE: dict[str, Sense] = {"WORKDAY": "work", "班": "work", "休": "off"}

_HAN = "[\u4e00-\u9fff]"
_WORK = re.compile(rf"上班|补班|工作日|(?<!{_HAN})班(?!{_HAN})|\bwork(?:ing)?[ -]?days?\b")
_OFF = re.compile(rf"放假|休假|补休|补假|休息(?!日)|(?<!{_HAN})[休假](?!{_HAN})|\bdays? off\b")
_HOLIDAY = re.compile(r"假期|假日|\bholidays?\b")  # may also tell which holiday a day is worked for
_HALF = re.compile(r"补|调班")
_NOT_WORKED = re.compile(
    r"(?:不|非|无|未|勿|免|取消)[需须用必再]?(?:上班|补班|工作日|班)|non[ -]?work|not a? ?work"
)
_NOT_OFF = re.compile(
    r"(?:不|非|无|未|取消)[需须用必再]?(?:放假|休假|补休|补假|休息|休|假)|not a holiday"
)
_WHAT_FOR = re.compile(r"\(补[^()]+\)")  # 上班(补春节假期): the holiday that the day is worked for
_COUNT = re.compile(r"第?\d+天|共\d+天|\bday \d+(?: of \d+)?\b")
_WORD = re.compile(r"[^\W\d_]")
_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff]+")


def read_sense(event: CalendarEvent) -> Sense:
    """Return what *event* says: its own words first, then the marks beside them."""
    said = _read_summary(event.text("SUMMARY"))
    beside = _read_beside(event)
    if said == "unclear" or len(beside) > 1:
        return "unclear"
    for mark in beside:
        return "unclear" if {said, mark} == {"work", "off"} else mark
    return said


def _read_beside(event: CalendarEvent) -> set[Sense]:
    """Return what the event's properties besides its SUMMARY say."""
    tokens = event.text("CATEGORIES").upper().split(",")
    marks = [_ALONE.get(token.strip()) for token in (*tokens, event.text("DESCRIPTION"))]
    marks.append(_SPECIAL.get(event.text("X-APPLE-SPECIAL-DAY").strip().upper()))
    return {mark for mark in marks if mark}


def _read_summary(summary: str) -> Sense:
    text = _plain(summary)
    if _WORK.search(without := _WHAT_FOR.sub(" ", text)):
        text = without
    if _NOT_WORKED.search(text):
        return "unclear"
    denied = _NOT_OFF.search(text)
    text = _NOT_OFF.sub(" x ", text)
    works, rests = _WORK.search(text), _OFF.search(text)
    if works or rests:
        return "unclear" if (works and rests) or denied else "work" if works else "off"
    if "调休" in text:
        return "swap"
    if _HALF.search(text):
        return "unclear"
    if _HOLIDAY.search(text) and not denied:
        return "off"
    return "unmarked" if _WORD.search(text) or not summary.strip() else "festival"


def _plain(summary: str) -> str:
    """Return *summary* in plain letters, without the names of festivals and counts of days."""
    text = unicodedata.normalize("NFKC", summary).lower().replace("’", "'")
    text = _BLANK.sub(" ", text)
    text = _festivals().sub(" ", text)
    return _COUNT.sub(" ", re.sub(r"(?<=[第共\d])\s+(?=[\d天])", "", text))


def name_holidays(summary: str) -> str:
    """Return the fixed holidays that *summary* names, in its order: 国庆节、中秋节."""
    found: dict[str, int] = {}
    for name, words in load_table("festivals")["holidays"].items():
        places = [place for word in words if (place := summary.find(word)) >= 0]
        if places:
            found[name] = min(places)
    return "、".join(sorted(found, key=found.__getitem__))


@cache
def _festivals() -> re.Pattern[str]:
    table = load_table("festivals")
    lists = [*table["holidays"].values(), *table["others"].values()]
    names = sorted((name for names in lists for name in names), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


@cache
def load_table(name: str) -> dict[str, Any]:
    """Return the table *name* that lies in this folder."""
    text = resources.files("infra").joinpath("calendar", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
