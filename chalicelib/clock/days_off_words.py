"""The days that do not count, in words: pauses, holidays, weekends; and make-up days."""

from collections.abc import ItemsView, Iterator
from datetime import date, timedelta
from itertools import groupby

from chalicelib.clock import chinese
from chalicelib.clock.derivation import Derivation, Paused
from chalicelib.clock.pause import Pause, spans_of
from chalicelib.clock.span import Span
from chalicelib.clock.steps import CLOSED, CountedDay
from chalicelib.policy.limit import Limit

_SATURDAY = 5
_OFF = {"holiday": "放假", "local day off": "当地放假或停止办公"}


def pause_sentences(derivation: Derivation) -> Iterator[str]:
    """Yield a sentence for each span left out, then for each pause that began too late."""
    for span in derivation.last.spans:
        if span.end is None or span.end > derivation.start:
            yield f"{_cause(derivation, span)}{_effect(derivation, span)}。"
    if derivation.due is not None:
        for late in derivation.pauses:
            if late.pause.start >= derivation.due.last_moment.at:
                begun = derivation.write_moment(late.pause.start)
                yield f"{late.name}自{begun}开始，已在期限届满之后，不影响到期时间。"


def end_held_sentence(derivation: Derivation) -> str:
    """Return the sentence for a limit that ran out in a pause."""
    counting, basis = derivation.counting, derivation.basis.pause
    day = derivation.write_day(counting.day_of(derivation.stop))
    by_instant = derivation.last.limits[-1].unit in counting.by_instant
    if counting.convention == "H" and by_instant:
        return f"届满之时正在暂停，顺延至{day}恢复计时之时（{basis}）。"
    return f"届满之时正在暂停，顺延至恢复计时后办公时间首次结束之日，即{day}（{basis}）。"


def _cause(derivation: Derivation, span: Span) -> str:
    parts = derivation.within(span) or (Paused(Pause(span.start, span.end)),)
    about = "；".join(dict.fromkeys(part.about for part in parts if part.about))
    basis = f"（{derivation.basis.pause}{'；' if about else ''}{about}）"
    if len(parts) == 1:
        return f"因{parts[0].name}，{_from_to(derivation, parts[0])}{basis}"
    each = "；".join(f"{part.name}{_from_to(derivation, part)}" for part in parts)
    return f"{each}；重叠的时间只扣除一次{basis}"


def _from_to(derivation: Derivation, paused: Paused) -> str:
    (span,) = spans_of((paused.pause,), derivation.counting)
    if span.end is None:
        return f"自{derivation.write_moment(span.start)}起暂停计时，目前尚未恢复"
    period = chinese.write_period(span.start, span.end, derivation.counting.zone, derivation.year)
    pause = paused.pause
    if span.end == pause.end:
        return f"自{period}暂停计时"
    most = f"批准的{chinese.write_limit(pause.approved)}" if pause.approved else ""
    if pause.longest is not None:  # set only where it may have cut the pause
        most = f"最长的{chinese.write_limit(pause.longest)}"
    return f"自{period}暂停计时，以{most}为限，超出部分照常计时"


def _effect(derivation: Derivation, span: Span) -> str:
    """Return in words the days or the time that *span* took out; empty while it is open."""
    if span.end is None:
        return ""
    if not derivation.by_instant:
        return _days_taken(derivation, span)
    begin, end = max(span.start, derivation.start), min(span.end, derivation.stop)
    if derivation.last.limits[0].unit == "h":
        return f"，扣除{chinese.write_length(max(end - begin, timedelta(0)))}"
    office_time = derivation.counting.office_time.between(begin, end)
    return f"，扣除办公时间{chinese.write_length(office_time)}"


def _days_taken(derivation: Derivation, span: Span) -> str:
    """Return in words the days that *span* took out: those after its first, up to its last."""
    counting, counted = derivation.counting, derivation.counted_days()
    until = counted[-1].date if counted else counting.day_of(derivation.start)
    taken = [day.date for day in derivation.days_taken(span) if day.date <= until]
    if not taken:
        same_day = counting.day_of(span.start) == counting.day_of(span.end or span.start)
        return "，当日恢复，不影响按日计算的期限" if same_day else ""
    days = derivation.write_days(taken)
    if derivation.last.limits[0].unit != "wd":
        return f"，{days}不计入，扣除{len(taken)}日"
    workdays = sum(counting.calendar.is_workday(day) for day in taken)
    if not workdays:
        return f"，其间{days}没有工作日，不作扣除"
    return f"，{days}不计入，扣除{chinese.write_limit(Limit(workdays, 'wd'))}"


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
