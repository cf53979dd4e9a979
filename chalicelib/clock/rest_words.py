"""Rest days in words: holidays by their notices, weekends, make-up days."""

from collections.abc import ItemsView, Iterator
from datetime import date
from itertools import groupby

from chalicelib.clock.derivation import Derivation
from chalicelib.clock.steps import CLOSED, CountedDay

_SATURDAY = 5
_OFF = {"holiday": "放假", "local day off": "当地放假或停止办公"}


def rest_sentences(derivation: Derivation) -> Iterator[str]:
    """Yield the sentence on holidays, weekends and make-up days, if there are any."""
    parts: list[str] = []
    for kind, words in _OFF.items():
        off = [day for day in derivation.steps if not day.counts and _kind(day) == kind]
        parts += [
            f"{_with_holiday_names(derivation, days)}{words}（{notice}），不计入"
            for notice, days in _by_notice(derivation, off)
        ]
    basis = derivation.basis
    weekends = [day for day in derivation.steps if _is_ordinary_weekend(day)]
    if weekends:
        other = "其余" if parts else ""
        parts.append(f"{other}周末{len(weekends)}天为周休息日（{basis.weekend}），不计入")
    guessed = [day.date for day in derivation.steps if _is_guessed_holiday(day)]
    if guessed:
        days_off = derivation.write_days(guessed)
        parts.append(f"{days_off}为固定节假日（{basis.fixed_holidays}），不计入")
    made_up = [day for day in derivation.steps if _is_made_up(derivation, day)]
    for weekend, words in ((True, "调休上班日"), (False, "上班日")):
        working = [day for day in made_up if _is_weekend(day) == weekend]
        parts += [
            f"{derivation.write_days(days)}为{words}（{notice}），照常计入"
            for notice, days in _by_notice(derivation, working)
        ]
    closed = [day.date for day in derivation.steps if day.why == CLOSED]
    if closed and derivation.by_instant:
        parts.append(f"{derivation.write_days(closed)}没有可计入的办公时间")
    if parts:
        yield f"其间，{'；'.join(parts)}。"


def _is_made_up(derivation: Derivation, day: CountedDay) -> bool:
    """Return whether a notice makes *day* a working day, so that it counts."""
    if not day.counts or derivation.last.limits[day.limit - 1].unit in ("d", "mo", "h"):
        return False
    calendar = derivation.counting.calendar
    return calendar.source_of(day.date) is not None and calendar.is_workday(day.date)


def _is_weekend(day: CountedDay) -> bool:
    return day.date.weekday() >= _SATURDAY


def _kind(day: CountedDay) -> str:
    return day.why.partition(" (")[0]


def _by_notice(derivation: Derivation, days: list[CountedDay]) -> ItemsView[str, list[date]]:
    """Return the notices that *days* rest on, each with its dates."""
    by_notice: dict[str, list[date]] = {}
    for day in days:
        notices = derivation.counting.calendar.notices(day.date)
        by_notice.setdefault("、".join(notices), []).append(day.date)
    return by_notice.items()


def _with_holiday_names(derivation: Derivation, days: list[date]) -> str:
    """Return `4月4日至6日清明节、5月1日至5日劳动节`, as far as the calendar has the names."""
    groups = groupby(days, key=derivation.counting.calendar.holiday_name)
    return "、".join(f"{derivation.write_days(list(each))}{name}" for name, each in groups)


def _is_ordinary_weekend(day: CountedDay) -> bool:
    is_rest_day = _kind(day) in ("weekend", "provisional rest day")
    return is_rest_day and not day.counts and _is_weekend(day)


def _is_guessed_holiday(day: CountedDay) -> bool:
    is_guess = _kind(day) == "provisional rest day"
    return is_guess and not day.counts and not _is_weekend(day)
