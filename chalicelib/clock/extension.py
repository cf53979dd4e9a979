"""Extensions (延期) of a clock: how much each adds, and at the most how much.

An extension is approved in one unit, and the law may have its longest in another. Amounts of two
units cannot be compared, instants can: an extension is too long if the clock would run out later
than by the longest one. Then it adds the longest (行政许可法 42; DOMAIN DFT-08).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due
from chalicelib.clock.span import Span
from chalicelib.errors import Unknown
from chalicelib.instant import LATEST
from chalicelib.policy.limit import Limit

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


class Lengthened(NamedTuple):
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
