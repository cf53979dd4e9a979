"""Extensions (延期) of a clock: how much each adds, and at the most how much.

An extension is approved in one unit, and the law may have its longest in another. Amounts of two
units cannot be compared, instants can: an extension is too long if the clock would run out later
than by the longest one. Then it adds the longest (行政许可法 42; DOMAIN DFT-08).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due
from chalicelib.clock.span import Span
from chalicelib.errors import Unknown
from chalicelib.policy.limit import Limit

Limits = tuple[Limit, ...]
Ends = Callable[[Limits], datetime]
"""Return when limits run out, from one start and with one set of spans."""

_NEVER = datetime.max.replace(tzinfo=UTC)


class Extension(NamedTuple):
    """An extension *by* a limit, approved *at* an instant, of *most* at the most (None: any).

    Of those that have a *most* one counts: the one that makes the clock run out last.
    """

    at: datetime
    by: Limit
    most: Limit | None = None


class Lengthened(NamedTuple):
    """The *limits* of a clock with what extends them; *by* is the bounded extension that counts."""

    limits: Limits
    by: Extension | None = None


def ends_by(start: datetime, spans: Sequence[Span], counting: Counting) -> Ends:
    """Return how to find out when limits run out from *start* on; beyond all years: never."""

    def ends(limits: Limits) -> datetime:
        try:
            found = due(start, limits, spans, counting)
        except Unknown:
            return _NEVER
        return found.at if found else _NEVER

    return ends


def lengthen(limits: Limits, extensions: Sequence[Extension], ends: Ends) -> Lengthened:
    """Return *limits* with those of *extensions* that count.

    A bounded one that would make the clock run out earlier than without it does not count: an hour
    after a day that ends on a Sunday is over before the Monday that the day is moved to.
    """
    limits = (*limits, *[each.by for each in extensions if each.most is None])
    best = Lengthened(limits)
    for each in extensions:
        if each.most is None:
            continue
        longer = (*limits, each.most if is_too_long(limits, each.by, each.most, ends) else each.by)
        is_alike = best.by is None and longer[-1].unit == limits[-1].unit
        if is_alike or ends(longer) > ends(best.limits):
            best = Lengthened(longer, each)
    return best


def is_too_long(limits: Limits, by: Limit, most: Limit, ends: Ends) -> bool:
    """Return whether *limits* extended *by* a limit run out later than extended by *most*."""
    if by.unit == most.unit and by.amount <= most.amount:
        return False  # the same unit: nothing needs counting
    return ends((*limits, by)) > ends((*limits, most))
