"""The derivation in words: a Chinese paragraph that can be read out to an applicant at a window.

Every number in it is counted from the steps; whatever did not count is in it, as part of a run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from chalicelib.clock import chinese
from chalicelib.clock.derivation import Derivation, Extended
from chalicelib.clock.pause_words import held_at_the_end, pauses
from chalicelib.clock.rest_words import rests
from chalicelib.clock.steps import ACCEPTED
from chalicelib.policy.limit import Limit, Unit


@dataclass(frozen=True, slots=True)
class Opening:
    """How the paragraph begins: a *sentence* with {start} and {limit}, and what happened then."""

    sentence: str = "您的申请于{start}受理，应当在{limit}内办结。"
    act: str = "受理"


def paragraph(of: Derivation, opening: Opening) -> str:
    """Tell how *of* came to its due instant, or why it has none yet."""
    return "".join(_sentences(of, opening))


def _sentences(of: Derivation, opening: Opening) -> Iterator[str]:
    if not of.last.limits:
        yield opening.sentence.format(start=_start(of), limit="")
        yield _agreed(of)
        return
    limit = chinese.limit(of.last.limits[0])
    yield opening.sentence.format(start=_start(of), limit=limit)
    yield _by_instant(of, opening.act) if of.by_instant else _by_days(of, opening.act)
    yield from rests(of)
    yield from pauses(of)
    if of.due is None:
        yield from _hours(of)
        yield _unfinished(of)
        return
    yield from (_ran_out(of, number) for number in range(1, len(of.last.limits) + 1))
    yield from _hours(of)
    yield from (_too_late(of, late) for late in of.too_late())
    yield from _moved(of)
    yield from _conclusion(of)


def _start(of: Derivation) -> str:
    if of.last.limits and of.by_instant:
        return chinese.moment(of.start, of.counting.zone)
    return chinese.day(of.counting.day_of(of.start))


def _agreed(of: Derivation) -> str:
    when = chinese.moment(of.stop, of.counting.zone)
    return f"到期时间直接确定为{when}，不作推算，暂停和延长均不改变。"


def _by_days(of: Derivation, act: str) -> str:
    """Day 0 and the first day, and which days a limit of this unit counts."""
    grounds = of.grounds
    zero = next(step for step in of.steps if step.why == ACCEPTED).date
    shifted = zero != of.counting.day_of(of.start)
    begins = f"因在办公时间以外，视为{of.say(zero)}{act}（{grounds.counting}）；" if shifted else ""
    how = _which_days(of, of.last.limits[0].unit)
    first = of.say(zero + timedelta(days=1))
    return f"{begins}{act}当日不计入，自次日{first}起计算（{grounds.first_day}）；期限{how}。"


def _which_days(of: Derivation, unit: Unit) -> str:
    """Which days count towards a limit in *unit*, and by which law."""
    grounds = of.grounds
    if unit in of.counting.by_instant:
        return "按小时连续计算" if unit == "h" else "按办公时间计算"
    return {
        "wd": f"按工作日计算，不含法定节假日（{grounds.workdays}）",
        "d": "按日计算，节假日和周末照常计入",
        "mo": f"按月计算，节假日和周末照常计入，到期月的对应日为最后一日（{grounds.months}）",
    }[unit]


def _by_instant(of: Derivation, act: str) -> str:
    limit, grounds = of.last.limits[0], of.grounds
    if limit.unit == "h":
        return f"期限自{act}时刻起连续计算（{grounds.hours}），夜间、周末和节假日照常计入。"
    outside = f"办公时间以外不计入（{grounds.office}）"
    if limit.unit == "wh":
        return f"期限自{act}时刻起按办公时间计算（{grounds.hours}），{outside}。"
    standard = chinese.length(of.counting.office.standard_day)
    whole = chinese.length(of.counting.hours_of(limit))
    how = f"按办公时间计算，每个工作日折合{standard}，共{whole}（{grounds.counting}）"
    return f"期限自{act}时刻起{how}，{outside}。"


def _ran_out(of: Derivation, number: int) -> str:
    """Where limit *number* was used up; from 2 on these are extensions, with their approval."""
    limit = of.last.limits[number - 1]
    days = [step.date for step in of.counted(number)]
    by_days = bool(days) and limit.unit not in of.counting.by_instant
    if number == 1:
        return f"{chinese.limit(limit)}的期限于{of.say(days[-1])}届满。" if by_days else ""
    extension = of.in_time()[number - 2]
    said = f"{of.say_moment(extension.at)}{extension.about or '经批准'}延长{chinese.limit(limit)}"
    said += f"（{of.grounds.extension}）"
    if limit.unit != of.last.limits[0].unit:
        said += f"，延长部分{_which_days(of, limit.unit)}"
    if by_days:
        return f"{said}，自{of.say(days[0])}起接续计算，于{of.say(days[-1])}届满。"
    return f"{said}，接续计算。"


def _hours(of: Derivation) -> Iterator[str]:
    """How much ran on which days: days in a row that used as much are told in one."""
    steps = [step for step in of.counted() if step.used]
    parts = []
    for used, days in groupby(steps, key=lambda step: step.used):
        listed = [step.date for step in days]
        each = "每日" if len(listed) > 1 else ""
        parts.append(f"{of.say_days(listed)}{each}计{chinese.length(used or timedelta(0))}")
    if parts:
        total = sum((step.used for step in steps if step.used), timedelta(0))
        yield f"逐日计时：{'，'.join(parts)}，累计{chinese.length(total)}。"


def _too_late(of: Derivation, late: Extended) -> str:
    return (
        f"{of.say_moment(late.at)}延长{chinese.limit(late.by)}的批准在期限届满之后，"
        f"不产生延长的效力（{of.grounds.extension}）。"
    )


def _moved(of: Derivation) -> Iterator[str]:
    """From a rest day to the next working day; out of a pause that held the end."""
    counted, rested = of.counted(), of.counting.day_of(of.ran_out)
    ends = counted[-1].date if counted else rested
    if rested > ends:
        yield (
            f"届满日{of.say(ends)}为{_rest(of, ends)}，"
            f"顺延至其后第一个工作日{of.say(rested)}（{of.grounds.rest_day}）。"
        )
    if of.due is not None and of.due.at != of.ran_out:
        yield held_at_the_end(of)


def _rest(of: Derivation, day: date) -> str:
    is_ordinary = of.counting.calendar.why(day) in ("weekend", "provisional rest day")
    return chinese.WEEKDAYS[day.weekday()] if is_ordinary else "放假日"


def _unfinished(of: Derivation) -> str:
    """What has been counted in a pause that has no end yet, and what is left."""
    units = {limit.unit for limit in of.last.limits}
    if of.by_instant or len(units) > 1 or "mo" in units:
        return "期限在恢复计时后继续计算，到期时间届时确定。"
    unit = of.last.limits[0].unit
    counted = len(of.counted())
    left = sum(limit.amount for limit in of.last.limits) - counted
    return (
        f"此前已计入{chinese.limit(Limit(counted, unit))}，尚余{chinese.limit(Limit(left, unit))}，"
        "在恢复计时后继续计算，到期时间届时确定。"
    )


def _conclusion(of: Derivation) -> Iterator[str]:
    due = of.due
    if due is None:
        return
    day = of.counting.day_of(due.at)
    clock = chinese.clock(due.at.astimezone(of.counting.zone))
    yield f"因此，到期时间为{chinese.day(day)}（{chinese.WEEKDAYS[day.weekday()]}）{clock}"
    yield _close(of, day)
    if due.missing is not None:
        yield (
            f"{due.missing}年的放假安排尚未公布，该年的日期按周末和固定节假日推算"
            f"（{of.grounds.fixed_holidays}），上述到期时间为暂定，待公布后重新计算。"
        )


def _close(of: Derivation, day: date) -> str:
    """Why at that time of the day."""
    by_instant = of.last.limits[-1].unit in of.counting.by_instant
    if by_instant or of.stop != of.counting.end_of(day):
        return "。"
    if of.counting.cutoff is not None:
        return f"，期限以该时刻为截止时间（{of.grounds.counting}）。"
    return f"，即当日办公时间结束之时（{of.grounds.close}；办公时间依据：{of.grounds.office}）。"
