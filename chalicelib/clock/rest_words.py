"""Which days were not worked, in words: holidays by their notices, weekends, make-up days."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from chalicelib.clock.derivation import Derivation
from chalicelib.clock.steps import CLOSED, Step

_SATURDAY = 5
_OFF = {"holiday": "放假", "local day off": "当地放假或停止办公"}


def rests(of: Derivation) -> Iterator[str]:
    """Holidays and weekends that did not count, and the weekend days that were worked instead."""
    parts: list[str] = []
    for kind, words in _OFF.items():
        off = [step for step in of.steps if not step.counts and _kind(step) == kind]
        parts += [
            f"{_named(of, days)}{words}（{notice}），不计入" for notice, days in _by_basis(of, off)
        ]
    weekends = [step for step in of.steps if _is_ordinary_weekend(step)]
    if weekends:
        other = "其余" if parts else ""
        parts.append(f"{other}周末{len(weekends)}天为周休息日（{of.grounds.weekend}），不计入")
    guessed = [step.date for step in of.steps if _is_guessed_holiday(step)]
    if guessed:
        parts.append(f"{of.say_days(guessed)}为固定节假日（{of.grounds.fixed_holidays}），不计入")
    for weekend, words in ((True, "调休上班日"), (False, "上班日")):
        made_up = [s for s in of.steps if _is_made_up(of, s) and _is_weekend(s) == weekend]
        parts += [
            f"{of.say_days(days)}为{words}（{notice}），照常计入"
            for notice, days in _by_basis(of, made_up)
        ]
    closed = [step.date for step in of.steps if step.why == CLOSED]
    if closed and of.by_instant:
        parts.append(f"{of.say_days(closed)}没有可计入的办公时间")
    if parts:
        yield f"其间，{'；'.join(parts)}。"


def _is_made_up(of: Derivation, step: Step) -> bool:
    """Worked because a notice says so, where that makes it count."""
    if not step.counts or of.last.limits[step.limit - 1].unit in ("d", "mo", "h"):
        return False
    calendar = of.counting.calendar
    return calendar.source_of(step.date) is not None and calendar.is_workday(step.date)


def _is_weekend(step: Step) -> bool:
    return step.date.weekday() >= _SATURDAY


def _kind(step: Step) -> str:
    return step.why.partition(" (")[0]


def _by_basis(of: Derivation, steps: list[Step]) -> Iterator[tuple[str, list[date]]]:
    """The days of *steps* under the notices that say so."""
    calendar = of.counting.calendar
    found: dict[str, list[date]] = {}
    for step in steps:
        found.setdefault("、".join(calendar.notices(step.date)), []).append(step.date)
    yield from found.items()


def _named(of: Derivation, days: list[date]) -> str:
    """`4月4日至6日清明节、5月1日至5日劳动节`, as far as the calendar has the names."""
    groups = groupby(days, key=of.counting.calendar.name_of)
    return "、".join(f"{of.say_days(list(each))}{name}" for name, each in groups)


def _is_ordinary_weekend(step: Step) -> bool:
    if step.counts or not _is_weekend(step):
        return False
    return _kind(step) in ("weekend", "provisional rest day")


def _is_guessed_holiday(step: Step) -> bool:
    is_guess = not step.counts and _kind(step) == "provisional rest day"
    return is_guess and not _is_weekend(step)
