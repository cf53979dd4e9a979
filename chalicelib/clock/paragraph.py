"""The derivation in words: a Chinese paragraph that can be read out to an applicant at a window.

Every number in it is counted from the days. Those that did not count are in it as runs.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from chalicelib.clock import chinese
from chalicelib.clock.days_off_words import end_held_sentence, pause_sentences, rest_sentences
from chalicelib.clock.derivation import Derivation, Extended
from chalicelib.clock.steps import ACCEPTED
from chalicelib.policy.limit import Limit, Unit


class OpeningWords(Struct, frozen=True):
    """The paragraph's first *sentence*, with {start} and {limit}, and the *act* of the start."""

    sentence: str = "您的申请于{start}受理，应当在{limit}内办结。"
    act: str = "受理"


def paragraph(derivation: Derivation, opening: OpeningWords) -> str:
    """Return in words how *derivation* came to its due instant, or why it has none yet."""
    return "".join(_sentences(derivation, opening))


def _sentences(derivation: Derivation, opening: OpeningWords) -> Iterator[str]:
    limits = derivation.last.limits
    if not limits:
        yield opening.sentence.format(start=_start(derivation), limit="")
        when = chinese.write_moment(derivation.stop, derivation.counting.zone)
        yield f"到期时间直接确定为{when}，不作推算，暂停和延长均不改变。"
        return
    yield opening.sentence.format(start=_start(derivation), limit=chinese.write_limit(limits[0]))
    how = _by_instant if derivation.by_instant else _by_days
    yield how(derivation, opening.act)
    yield from rest_sentences(derivation)
    yield from pause_sentences(derivation)
    if derivation.due is None:
        yield from _hours(derivation)
        yield _unfinished(derivation)
        return
    yield from (_ran_out(derivation, number) for number in range(1, len(limits) + 1))
    yield from _hours(derivation)
    yield from (_too_late(derivation, late) for late in derivation.too_late())
    yield from _moved(derivation)
    yield from _conclusion(derivation)


def _start(derivation: Derivation) -> str:
    if derivation.last.limits and derivation.by_instant:
        return chinese.write_moment(derivation.start, derivation.counting.zone)
    return chinese.write_day(derivation.counting.day_of(derivation.start))


def _by_days(derivation: Derivation, act: str) -> str:
    """Return the sentence on day 0, the first day, and the days that the limit's unit counts."""
    basis, begins = derivation.basis, ""
    zero = next(day for day in derivation.steps if day.why == ACCEPTED).date
    if zero != derivation.counting.day_of(derivation.start):
        day_zero = derivation.write_day(zero)
        begins = f"因在办公时间以外，视为{day_zero}{act}（{basis.counting}）；"
    how = _which_days(derivation, derivation.last.limits[0].unit)
    first = derivation.write_day(zero + timedelta(days=1))
    return f"{begins}{act}当日不计入，自次日{first}起计算（{basis.first_day}）；期限{how}。"


def _which_days(derivation: Derivation, unit: Unit) -> str:
    """Return in words which days count towards a limit in *unit*, and by which law."""
    basis = derivation.basis
    if unit in derivation.counting.by_instant:
        return "按小时连续计算" if unit == "h" else "按办公时间计算"
    return {
        "wd": f"按工作日计算，不含法定节假日（{basis.workdays}）",
        "d": "按日计算，节假日和周末照常计入",
        "mo": f"按月计算，节假日和周末照常计入，到期月的对应日为最后一日（{basis.months}）",
    }[unit]


def _by_instant(derivation: Derivation, act: str) -> str:
    limit, basis = derivation.last.limits[0], derivation.basis
    if limit.unit == "h":
        return f"期限自{act}时刻起连续计算（{basis.hours}），夜间、周末和节假日照常计入。"
    outside = f"办公时间以外不计入（{basis.office}）"
    if limit.unit == "wh":
        return f"期限自{act}时刻起按办公时间计算（{basis.hours}），{outside}。"
    standard = chinese.write_length(derivation.counting.office.standard_day)
    total = chinese.write_length(derivation.counting.hours_of(limit))
    how = f"按办公时间计算，每个工作日折合{standard}，共{total}（{basis.counting}）"
    return f"期限自{act}时刻起{how}，{outside}。"


def _ran_out(derivation: Derivation, number: int) -> str:
    """Return the sentence on where limit *number* ran out; from 2 on these are extensions."""
    limit = derivation.last.limits[number - 1]
    days = [day.date for day in derivation.counted_days(number)]
    by_days = bool(days) and limit.unit not in derivation.counting.by_instant
    length = chinese.write_limit(limit)
    if number == 1:
        return f"{length}的期限于{derivation.write_day(days[-1])}届满。" if by_days else ""
    extension, basis = derivation.in_time()[number - 2], derivation.basis.extension
    approved = f"{derivation.write_moment(extension.at)}{extension.about or '经批准'}"
    sentence = f"{approved}延长{length}（{basis}）"
    if limit.unit != derivation.last.limits[0].unit:
        sentence += f"，延长部分{_which_days(derivation, limit.unit)}"
    if by_days:
        first, last = derivation.write_day(days[0]), derivation.write_day(days[-1])
        return f"{sentence}，自{first}起接续计算，于{last}届满。"
    return f"{sentence}，接续计算。"


def _hours(derivation: Derivation) -> Iterator[str]:
    """Yield the time of each day; days in a row with the same time share one part."""
    counted_days = [(day.date, day.used) for day in derivation.counted_days() if day.used]
    parts = []
    for used, days in groupby(counted_days, key=itemgetter(1)):
        dates = [day for day, _ in days]
        each = "每日" if len(dates) > 1 else ""
        parts.append(f"{derivation.write_days(dates)}{each}计{chinese.write_length(used)}")
    if parts:
        total = chinese.write_length(sum((used for _, used in counted_days), timedelta(0)))
        yield f"逐日计时：{'，'.join(parts)}，累计{total}。"


def _too_late(derivation: Derivation, late: Extended) -> str:
    approval = f"{derivation.write_moment(late.at)}延长{chinese.write_limit(late.by)}的批准"
    return f"{approval}在期限届满之后，不产生延长的效力（{derivation.basis.extension}）。"


def _moved(derivation: Derivation) -> Iterator[str]:
    """Yield why the end moved: from a rest day to the next working day, or out of a pause."""
    counted, rested = derivation.counted_days(), derivation.counting.day_of(derivation.ran_out)
    ends = counted[-1].date if counted else rested
    if rested > ends:
        is_ordinary = derivation.counting.calendar.why(ends) in ("weekend", "provisional rest day")
        name = chinese.WEEKDAYS[ends.weekday()] if is_ordinary else "放假日"
        next_day, basis = derivation.write_day(rested), derivation.basis.rest_day
        yield f"届满日{derivation.write_day(ends)}为{name}，"
        yield f"顺延至其后第一个工作日{next_day}（{basis}）。"
    if derivation.due is not None and derivation.due.at != derivation.ran_out:
        yield end_held_sentence(derivation)


def _unfinished(derivation: Derivation) -> str:
    """Return the sentence on the days counted and left, in a pause that has no end yet."""
    limits = derivation.last.limits
    units = {limit.unit for limit in limits}
    if derivation.by_instant or len(units) > 1 or "mo" in units:
        return "期限在恢复计时后继续计算，到期时间届时确定。"
    unit, used = limits[0].unit, len(derivation.counted_days())
    allowed = sum(limit.amount for limit in limits)
    counted, left = (chinese.write_limit(Limit(days, unit)) for days in (used, allowed - used))
    return f"此前已计入{counted}，尚余{left}，在恢复计时后继续计算，到期时间届时确定。"


def _conclusion(derivation: Derivation) -> Iterator[str]:
    due = derivation.due
    if due is None:
        return
    day = derivation.counting.day_of(due.at)
    clock = chinese.write_clock(due.at.astimezone(derivation.counting.zone))
    yield f"因此，到期时间为{chinese.write_day(day)}（{chinese.WEEKDAYS[day.weekday()]}）{clock}"
    yield _close(derivation, day)
    if due.missing is not None:
        yield (
            f"{due.missing}年的放假安排尚未公布，该年的日期按周末和固定节假日推算"
            f"（{derivation.basis.fixed_holidays}），上述到期时间为暂定，待公布后重新计算。"
        )


def _close(derivation: Derivation, day: date) -> str:
    """Return in words why the clock ends at that time of the day."""
    by_instant = derivation.last.limits[-1].unit in derivation.counting.by_instant
    if by_instant or derivation.stop != derivation.counting.end_of(day):
        return "。"
    if derivation.counting.cutoff is not None:
        return f"，期限以该时刻为截止时间（{derivation.basis.counting}）。"
    basis = derivation.basis
    return f"，即当日办公时间结束之时（{basis.close}；办公时间依据：{basis.office}）。"
