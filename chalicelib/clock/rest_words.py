"""Which days were not worked, in words: holidays by their notices, weekends, make-up days."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from chalicelib.clock.derivation import Derivation
from chalicelib.clock.steps import CLOSED, CountedDay

_SATURDAY = 5
_OFF = {"holiday": "放假", "local day off": "当地放假或停止办公"}


def rests(derivation: Derivation) -> Iterator[str]:
    """Holidays and weekends that did not count, and the weekend days that were worked instead."""
    parts: list[str] = []
    for kind, words in _OFF.items():
        off = [step for step in derivation.steps if not step.counts and _kind(step) == kind]
        parts += [
            f"{_named(derivation, days)}{words}（{notice}），不计入"
            for notice, days in _by_basis(derivation, off)
        ]
    weekends = [day for day in derivation.steps if _is_ordinary_weekend(day)]
    if weekends:
        other = "其余" if parts else ""
        parts.append(
            f"{other}周末{len(weekends)}天为周休息日（{derivation.grounds.weekend}），不计入"
        )
    guessed = [step.date for step in derivation.steps if _is_guessed_holiday(step)]
    if guessed:
        parts.append(
            f"{derivation.say_days(guessed)}为固定节假日（{derivation.grounds.fixed_holidays}），不计入"
        )
    for weekend, words in ((True, "调休上班日"), (False, "上班日")):
        made_up = [
            s for s in derivation.steps if _is_made_up(derivation, s) and _is_weekend(s) == weekend
        ]
        parts += [
            f"{derivation.say_days(days)}为{words}（{notice}），照常计入"
            for notice, days in _by_basis(derivation, made_up)
        ]
    closed = [step.date for step in derivation.steps if step.why == CLOSED]
    if closed and derivation.by_instant:
        parts.append(f"{derivation.say_days(closed)}没有可计入的办公时间")
    if parts:
        yield f"其间，{'；'.join(parts)}。"


def _is_made_up(derivation: Derivation, day: CountedDay) -> bool:
    """Worked because a notice says so, where that makes it count."""
    if not day.counts or derivation.last.limits[day.limit - 1].unit in ("d", "mo", "h"):
        return False
    calendar = derivation.counting.calendar
    return calendar.source_of(day.date) is not None and calendar.is_workday(day.date)


def _is_weekend(day: CountedDay) -> bool:
    return day.date.weekday() >= _SATURDAY


def _kind(day: CountedDay) -> str:
    return day.why.partition(" (")[0]


def _by_basis(derivation: Derivation, steps: list[CountedDay]) -> Iterator[tuple[str, list[date]]]:
    """The days of *steps* under the notices that say so."""
    calendar = derivation.counting.calendar
    found: dict[str, list[date]] = {}
    for day in steps:
        found.setdefault("、".join(calendar.notices(day.date)), []).append(day.date)
    yield from found.items()


def _named(derivation: Derivation, days: list[date]) -> str:
    """`4月4日至6日清明节、5月1日至5日劳动节`, as far as the calendar has the names."""
    groups = groupby(days, key=derivation.counting.calendar.name_of)
    return "、".join(f"{derivation.say_days(list(each))}{name}" for name, each in groups)


def _is_ordinary_weekend(day: CountedDay) -> bool:
    if day.counts or not _is_weekend(day):
        return False
    return _kind(day) in ("weekend", "provisional rest day")


def _is_guessed_holiday(day: CountedDay) -> bool:
    is_guess = not day.counts and _kind(day) == "provisional rest day"
    return is_guess and not _is_weekend(day)
