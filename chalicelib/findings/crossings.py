"""Crossings (越限): where a clock crosses the thresholds that the profile has for it.

Pure geometry of one clock, whatever it is about, if nothing further happens to its case.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter

from chalicelib.clock.counting import Counting
from chalicelib.clock.due import Due, due, due_unpaused
from chalicelib.clock.timeline import Period, percent_point
from chalicelib.findings.clock import ClockState
from chalicelib.findings.finding import Finding, finding_type, first_of_each
from chalicelib.policy.limit import Limit, limit_of
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import Threshold


def crossings(
    state: ClockState, profile: Profile, region: str, *, warnings: bool = True
) -> Sequence[Finding]:
    """Return the crossings of *state* before its stop: one for each rule, level and due instant.

    Of several rows of one rule and level the first that is met counts. A clock draws near once for
    each due instant; it is over once, in the end. In *region*, what rests on another region's
    document waits for a person. Without *warnings* only the rows of cards are looked at.
    """
    rows: Sequence[Threshold] = profile.thresholds.get(state.clock.name, ())
    if state.is_prompt:
        rows = [row for row in rows if row.over is None]  # stopped at once, it is over no limit
    if not warnings:
        rows = [row for row in rows if row.level != "warning"]
    if not rows:
        return ()
    met = (
        each
        for row in rows
        for each in (_find_near if row.is_near else _find_over)(state, row, region)
    )
    first = _first_of_each(state, met)
    yellows = [each for each in first if each.level == "yellow"]
    if not yellows:
        return first
    yellow = min(yellows, key=attrgetter("at"))
    unfinished = (each for row in rows for each in _find_unfinished(state, yellow, row, region))
    return _first_of_each(state, (*first, *unfinished))


def _first_of_each(state: ClockState, findings: Iterable[Finding]) -> list[Finding]:
    """Return the first of each rule, level and due instant, before the stop and no history."""
    stop, live_from = state.clock.stop, state.live_from
    made = [
        each
        for each in findings
        if (stop is None or each.at < stop) and (live_from is None or each.at >= live_from)
    ]
    if len(made) < 2:  # noqa: PLR2004 - nothing to compare
        return made
    return [*first_of_each(made, attrgetter("rule", "level", "due_at")).values()]


def _finding(
    state: ClockState,
    threshold: Threshold,
    region: str,
    points: tuple[datetime, datetime],
    of: tuple[str, int | None],
) -> Finding:
    """Return the finding by *threshold*: at and due at *points*, *of* a ground and missing year."""
    clock, (at, due_at), (ground, missing) = state.clock, points, of
    return Finding(
        rule=threshold.rule,
        level=threshold.level,
        at=at if clock.since is None else max(at, clock.since),
        due_at=due_at,
        ground=ground,
        missing=missing if missing is not None else clock.missing,
        basis=threshold.basis,
        clock=clock.name,
        about=clock.about,
        label=clock.label,
        department=clock.department,
        rests_on=clock.rests_on,
        kind=finding_type(threshold, threshold.basis, region),
    )


def _find_near(state: ClockState, threshold: Threshold, region: str) -> Iterator[Finding]:
    """Yield one finding for each due instant whose warning margin (预警期) the clock enters.

    The margin begins when *left* remains or *percent* is used, whichever comes first. A period that
    ends before that is skipped without counting its days: a case may have a thousand pauses. Raises
    Unknown.
    """
    clock, warned = state.clock, set[datetime]()
    limits, earliest = None, clock.start  # no margin begins before *earliest*
    for period in state.periods:
        end = clock.stop if period.until is None else period.until
        if end is not None and limits is not period.limits:  # the first, or an extension was added
            limits = period.limits
            least = state.counting.least(_far(limits, threshold.left, threshold.percent))
            earliest = max(earliest, clock.start + least)
        if end is not None and end <= earliest:
            continue
        due_now = period.due
        if due_now is None or due_now.at in warned:
            continue
        margin = _near_at(state, period, due_now, threshold)
        if margin is None:
            continue
        if period.is_settled:  # later changes can only move the margin to a later instant
            earliest = margin
        at = _once_it_runs(max(margin, period.since), period)
        if period.reaches(at) and at <= due_now.at:
            warned.add(due_now.at)
            of = "near", due_now.missing
            yield _finding(state, threshold, region, (at, due_now.at), of)


@lru_cache(maxsize=1000)
def _far(limits: tuple[Limit, ...], left: Limit | None, percent: int | None) -> Sequence[Limit]:
    """Return a part of *limits* that is used up before *left* remains and *percent* is used."""
    limits = limits if left is None else _less(limits, left.amount)
    part = 100 if percent is None else percent
    return [limit_of(limit.amount * part // 100, limit.unit) for limit in limits]


def _near_at(state: ClockState, period: Period, ends: Due, threshold: Threshold) -> datetime | None:
    """Return the first point of *threshold*; None if it has none for limits in their unit."""
    start, counting = state.clock.start, state.counting
    points: list[datetime] = []
    if threshold.percent is not None:
        points.append(percent_point(start, period, threshold.percent, counting) or ends.at)
    left, limits = threshold.left, period.limits
    if left is not None and limits and all(limit.unit == left.unit for limit in limits):
        shorter = _less(limits, left.amount)
        by = counting.on_the_day()  # a limit ends on a working day; what is left of it need not
        early = (
            due(start, shorter, period.spans, by) if shorter else _at_once(start, limits, left, by)
        )
        points.append(early.last_moment.at if early else ends.at)
    return min(*points, ends.at) if points else None


def _once_it_runs(instant: datetime, period: Period) -> datetime:
    """Return *instant*, or the end of a pause in which it lies: in a pause nothing draws near."""
    held = (span.end for span in period.spans if span.end is not None and span.holds(instant))
    return next(held, instant)


def _at_once(start: datetime, limits: Sequence[Limit], left: Limit, counting: Counting) -> Due:
    """Return when *left* remains of limits no longer than it: at the start, in H once it runs."""
    if counting.convention == "H" and sum(limit.amount for limit in limits) == left.amount:
        return Due(counting.last_moment(start))
    return Due(start)


@lru_cache(maxsize=1000)
def _less(limits: tuple[Limit, ...], amount: int) -> tuple[Limit, ...]:
    """Return *limits* shortened by *amount*; none if they are not longer than that."""
    if not limits:
        return ()
    *rest, last = limits
    if last.amount > amount:
        return *rest, limit_of(last.amount - amount, last.unit)
    return _less(tuple(rest), amount - last.amount)


def _find_over(state: ClockState, threshold: Threshold, region: str) -> Iterator[Finding]:
    """Yield the finding that the limit is exceeded by *over*, at the last instant before that."""
    period, by = state.last, threshold.over
    ends = period.due
    if ends is None or by is None:
        return
    further: Due | None = ends
    if by.amount and period.limits:
        further = due(state.clock.start, (*period.limits, by), period.spans, state.counting)
    elif by.amount:  # after an explicit due instant
        further = due_unpaused(ends.at, by, state.counting)
    if further is not None:
        over = further.last_moment
        of = state.clock.name, ends.missing or over.missing
        yield _finding(state, threshold, region, (over.at, ends.at), of)


def _find_unfinished(
    state: ClockState, yellow: Finding, threshold: Threshold, region: str
) -> Iterator[Finding]:
    """Yield the finding if the case is still open so long after *yellow* fell due (V-04)."""
    if threshold.after_yellow is None:
        return
    over = due_unpaused(yellow.at, threshold.after_yellow, state.counting).last_moment
    of = "unfinished", over.missing or yellow.missing
    yield _finding(state, threshold, region, (over.at, yellow.due_at), of)
