"""The timeline of a clock: its periods from change to change, each with its own due instant.

Settle first (DESIGN §4): a limit crossed before a pause or an extension took effect stays crossed.
So each period knows only the pauses and extensions that had happened when it began.

An extension (延期) is approved in one unit, and the law may have its longest in another. Amounts of
two units cannot be compared, instants can: an extension is too long if the clock would run out
later than by the longest one. Then it adds the longest (行政许可法 42; DOMAIN DFT-08).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from chalicelib.cached import cached_property
from chalicelib.clock.advance import add_office_time
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.due import Due, due
from chalicelib.clock.pause import Pause, span_of
from chalicelib.clock.span import Span, merge_spans, select_ended
from chalicelib.errors import Unknown
from chalicelib.instant import LATEST, MILLISECOND
from chalicelib.policy.limit import OFFICE, Limit

Limits = tuple[Limit, ...]
Ends = Callable[[Limits], datetime]
"""Return when limits run out, from one start and with one set of spans."""


class Extension(NamedTuple):
    """An extension *by* a limit, approved *at* an instant, of *most* at the most (None: any).

    Of those that have a *most* one counts: the one that makes the clock run out last.
    """

    at: datetime
    by: Limit
    most: Limit | None = None


class Lengthened(Struct, frozen=True):
    """The *limits* of a clock and their extensions; *by* is the bounded extension that counts.

    *is_fixed*: no pause changes them.
    """

    limits: Limits
    by: Extension | None = None
    is_fixed: bool = True


def ends_by(start: datetime, limits: Limits, spans: Sequence[Span], counting: Counting) -> datetime:
    """Return when *limits* run out from *start* on; LATEST where no calendar reaches so far."""
    try:
        end = due(start, limits, spans, counting)
    except Unknown:
        return LATEST
    return end.at if end else LATEST


def lengthen(limits: Limits, extensions: Sequence[Extension], ends: Ends) -> Lengthened:
    """Return *limits* with those of *extensions* that count.

    A bounded one that would make the clock run out earlier than without it does not count: an hour
    after a day that ends on a Sunday is over before the Monday that the day is moved to.
    """
    if len(extensions) == 1:  # the ordinary one needs no counting
        (only,) = extensions
        if only.by.unit == limits[-1].unit and not _is_to_compare(only.by, only.most):
            return Lengthened((*limits, only.by), None if only.most is None else only)
    limits = (*limits, *[extension.by for extension in extensions if extension.most is None])
    bounded = [(extension, extension.most) for extension in extensions if extension.most]
    if not bounded:
        return Lengthened(limits)
    best, last = Lengthened(limits, is_fixed=False), ends(limits)
    for extension, most in bounded:
        by = most if is_too_long(limits, extension.by, most, ends) else extension.by
        if (end := ends((*limits, by))) > last:
            best, last = Lengthened((*limits, by), extension, is_fixed=False), end
    return best


def _is_to_compare(by: Limit, most: Limit | None) -> bool:
    """Return whether only instants tell if *by* is longer than *most*."""
    return most is not None and (by.unit != most.unit or by.amount > most.amount)


def is_too_long(limits: Limits, by: Limit, most: Limit, ends: Ends) -> bool:
    """Return whether *limits* extended *by* a limit run out later than extended by *most*."""
    return _is_to_compare(by, most) and ends((*limits, by)) > ends((*limits, most))


class Interruptions(Struct, frozen=True, dict=True):
    """The interruptions of a clock: pauses, and extensions with the instant of each approval."""

    pauses: Sequence[Pause] = ()
    extensions: Sequence[Extension] = ()

    @cached_property
    def _spans(self) -> dict[tuple[int, str], tuple[Span, ...]]:
        return {}

    @cached_property
    def _single(self) -> dict[tuple[int, bool, str], Span]:
        return {}

    def between(self, start: datetime, stop: datetime | None) -> "Interruptions":
        """Return its pauses from *start* to *stop*, without the extensions."""
        begun = [pause for pause in self.pauses if stop is None or pause.start < stop]
        pauses = [pause for pause in begun if pause.end is None or pause.end > start]
        return Interruptions(pauses) if pauses else UNINTERRUPTED

    @cached_property
    def changes(self) -> list[datetime]:
        """The instants of all pauses and extensions, in order. Raises Unknown where years end."""
        instants = {pause.start for pause in self.pauses}
        instants |= {pause.end for pause in self.pauses if pause.end is not None}
        instants |= {extension.at for extension in self.extensions}
        return sorted(within_reach(instant) for instant in instants)

    def spans_at(self, now: datetime, counting: Counting) -> tuple[Span, ...]:
        """Return the spans of its pauses as known at *now*, cached for all clocks of a case."""
        if not self.pauses:
            return ()
        key = bisect_right(self.changes, now), counting.convention
        if key not in self._spans:
            begun = [(n, pause) for n, pause in enumerate(self.pauses) if pause.start <= now]
            self._spans[key] = merge_spans([self._span(n, p, now, counting) for n, p in begun])
        return self._spans[key]

    def _span(self, number: int, pause: Pause, now: datetime, counting: Counting) -> Span:
        """Return the span of *pause* as known at *now*: one not yet ended was open."""
        is_open = pause.end is None or pause.end > now
        key = number, is_open, counting.convention
        if key not in self._single:
            as_known = Pause(pause.start, None, pause.approved, pause.longest) if is_open else pause
            self._single[key] = span_of(as_known, counting)
        return self._single[key]


UNINTERRUPTED = Interruptions()


class Doubt(NamedTuple):
    """The *least* and the *most* that may interrupt a clock; they may differ *since* an instant."""

    least: Interruptions
    most: Interruptions
    since: datetime

    def between(self, start: datetime, stop: datetime | None) -> "Doubt":
        """Return the doubt about its pauses from *start* to *stop*, without the extensions."""
        return Doubt(self.least.between(start, stop), self.most.between(start, stop), self.since)


class Period(Struct, eq=False, dict=True):
    """The time from *since* to *until* (None: for good) in which a clock has these *limits*.

    The clock runs from *start*, or is due at an instant that is *fixed*. The due instant is
    computed on first use: most periods end long before anything is due.
    """

    since: datetime
    until: datetime | None
    start: datetime
    limits: tuple[Limit, ...]
    interruptions: Interruptions
    counting: Counting
    fixed: Due | None = None
    extended: Extension | None = None  # the bounded extension among its limits, if any

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The spans that are taken out, as known then."""
        return self.interruptions.spans_at(self.since, self.counting)

    @cached_property
    def due(self) -> Due | None:
        """The due instant as known then; None in a pause without end. Raises Unknown."""
        return self.fixed or due(self.start, self.limits, self.spans, self.counting)

    @property
    def is_settled(self) -> bool:
        """Return whether no pause is open: then a later change can only make it due later."""
        end = self.spans[-1].end if self.spans else self.since
        return end is not None and end <= self.since

    def reaches(self, instant: datetime) -> bool:
        """Return whether *instant* is within it; a change at that very instant comes first."""
        return self.until is None or instant < self.until


def periods(
    start: datetime, limit: Limit, interruptions: Interruptions, counting: Counting
) -> Iterator[Period]:
    """Yield the periods of a clock from change to change; it runs out in the last, if ever.

    An extension approved when the clock had run out already changes nothing (行政许可法 42,
    DOMAIN PAU-07). Raises Unknown where there is no calendar to count by, nor a guess.
    """
    since, limits = within_reach(start), (limit,)
    if interruptions is UNINTERRUPTED:  # as most are, and then there is one period
        ends = due(start, limits, (), counting)
        yield Period(since, None, start, limits, interruptions, counting, ends)
        return
    now, in_force, extensions = Lengthened(limits), list[Extension](), interruptions.extensions
    approved = {extension.at for extension in extensions}
    if extensions:  # one approved by the acceptance, or at its very instant, is in force at once
        in_force = [extension for extension in extensions if extension.at <= start]
        now = _lengthened(limits, in_force, (start, start), interruptions, counting)
    soonest = start + counting.least(now.limits)
    for until in [*[change for change in interruptions.changes if change > start], None]:
        period = Period(since, until, start, now.limits, interruptions, counting, None, now.by)
        yield period
        # A change before the limits can have run out needs no counting.
        ends = None if until is not None and until < soonest else period.due
        if until is None or (ends is not None and ends.last_moment.at < until):
            return
        if ends is not None and period.is_settled:
            soonest = ends.at
        if until in approved or not now.is_fixed:
            if ends is None or until < ends.at:
                in_force += [extension for extension in extensions if extension.at == until]
            if in_force:
                now = _lengthened(limits, in_force, (start, until), interruptions, counting)
                soonest = max(soonest, start + counting.least(now.limits))
        since = until


def _lengthened(
    limits: tuple[Limit, ...],
    in_force: Sequence[Extension],
    from_to: tuple[datetime, datetime],
    interruptions: Interruptions,
    counting: Counting,
) -> Lengthened:
    """Return *limits* with the extensions *in_force*, by the pauses that are known then."""
    start, now = from_to

    def ends(longer: tuple[Limit, ...]) -> datetime:
        return ends_by(start, longer, interruptions.spans_at(now, counting), counting)

    return lengthen(limits, in_force, ends)


def percent_point(
    start: datetime, period: Period, percent: int, counting: Counting
) -> datetime | None:
    """Return the last instant at which at most *percent* of the clock is used; None: never.

    Convention L takes a part of the time from start to due instant, H of the office time allowed.
    """
    if period.due is None:
        return None
    limits = period.limits
    by_office = bool(limits) and all(limit.unit in OFFICE for limit in limits)
    if counting.convention == "L" or not by_office:
        return warning_point(start, period.due.at, percent)
    allowed = sum(counting.hours_of(limit) // MILLISECOND for limit in limits)
    part = allowed * percent // 100 * MILLISECOND
    return add_office_time(start, part, select_ended(period.spans), counting)


def warning_point(start: datetime, due_at: datetime, percent: int) -> datetime:
    """Return the last instant at which at most *percent* from *start* to *due_at* is used."""
    return start + (due_at - start) // MILLISECOND * percent // 100 * MILLISECOND
