"""Pauses in words: by which procedure, from when to when, and how much they took out."""

from collections.abc import Iterator
from datetime import timedelta

from chalicelib.clock import chinese
from chalicelib.clock.derivation import Derivation, Paused
from chalicelib.clock.pause import Pause, spans_of
from chalicelib.clock.span import Span
from chalicelib.policy.limit import Limit


def pauses(of: Derivation) -> Iterator[str]:
    """Each span that the clock left out; then what began too late to matter."""
    for span in of.last.spans:
        if span.end is None or span.end > of.start:
            yield f"{_cause(of, span)}{_effect(of, span)}。"
    if of.due is not None:
        for late in of.pauses:
            if late.pause.start >= of.due.last_moment.at:
                begun = of.say_moment(late.pause.start)
                yield f"{late.name}自{begun}开始，已在期限届满之后，不影响到期时间。"


def held_at_the_end(of: Derivation) -> str:
    """The limit ran out while the clock stood still."""
    day, basis = of.say(of.counting.day_of(of.stop)), of.grounds.pause
    if of.counting.convention == "H" and of.last.limits[-1].unit in of.counting.by_instant:
        return f"届满之时正在暂停，顺延至{day}恢复计时之时（{basis}）。"
    return f"届满之时正在暂停，顺延至恢复计时后办公时间首次结束之日，即{day}（{basis}）。"


def _cause(of: Derivation, span: Span) -> str:
    made_of = of.within(span) or (Paused(Pause(span.start, span.end)),)
    about = "；".join(dict.fromkeys(one.about for one in made_of if one.about))
    basis = f"（{of.grounds.pause}{'；' if about else ''}{about}）"
    if len(made_of) == 1:
        one = made_of[0]
        return f"因{one.name}，{_from_to(of, one)}{basis}"
    each = "；".join(f"{one.name}{_from_to(of, one)}" for one in made_of)
    return f"{each}；重叠的时间只扣除一次{basis}"


def _from_to(of: Derivation, one: Paused) -> str:
    (own,) = spans_of((one.pause,), of.counting)
    if own.end is None:
        return f"自{of.say_moment(own.start)}起暂停计时，目前尚未恢复"
    lasted = chinese.period(own.start, own.end, of.counting.zone, of.year)
    approved = one.pause.approved
    if approved is not None and own.end != one.pause.end:
        return f"自{lasted}暂停计时，以批准的{chinese.limit(approved)}为限，超出部分照常计时"
    return f"自{lasted}暂停计时"


def _effect(of: Derivation, span: Span) -> str:
    if span.end is None:
        return ""
    return _time_taken(of, span) if of.by_instant else _days_taken(of, span)


def _days_taken(of: Derivation, span: Span) -> str:
    """The days between the two, that of the beginning not counted: they alone are taken out."""
    counted = of.counted()
    until = counted[-1].date if counted else of.counting.day_of(of.start)
    taken = [step.date for step in of.taken(span) if step.date <= until]
    unit = of.last.limits[0].unit
    if not taken:
        same_day = of.counting.day_of(span.start) == of.counting.day_of(span.end or span.start)
        return "，当日恢复，不影响按日计算的期限" if same_day else ""
    if unit == "wd":
        taken_out = [day for day in taken if of.counting.calendar.is_workday(day)]
        if not taken_out:
            return f"，其间{of.say_days(taken)}没有工作日，不作扣除"
        return f"，{of.say_days(taken)}不计入，扣除{chinese.limit(Limit(len(taken_out), 'wd'))}"
    return f"，{of.say_days(taken)}不计入，扣除{len(taken)}日"


def _time_taken(of: Derivation, span: Span) -> str:
    if span.end is None:
        return ""
    begin, end = max(span.start, of.start), min(span.end, of.stop)
    if of.last.limits[0].unit == "h":
        return f"，扣除{chinese.length(max(end - begin, timedelta(0)))}"
    return f"，扣除办公时间{chinese.length(of.counting.office_time.between(begin, end))}"
