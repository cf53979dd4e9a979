"""Delivery (报送): until when news is in time, and when no more news can be (CLAIMS §4).

Pure. News is received in time if it comes within its source's delivery time after it occurred. What
occurred in a recorded outage of the source has its delivery time from the end of that.
"""

from datetime import UTC, datetime, timedelta

from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due
from chalicelib.policy.limit import Limit
from chalicelib.policy.sources import Registration

_LAST = datetime.max.replace(tzinfo=UTC)


def in_time_until(occurred: datetime, source: Registration, counting: Counting) -> datetime:
    """Return the last instant at which news of what *occurred* is received in time.

    Raises Unknown: a working day is counted, and the year has no calendar.
    """
    since = reportable_from(occurred, source)
    seconds = source.delivery_at(occurred).seconds
    if seconds is not None:
        return since + min(timedelta(seconds=seconds), _LAST - since)
    ends = due(since, (Limit(1, "wd"),), (), counting.in_convention("L"))
    assert ends is not None  # noqa: S101 - without pauses there is an end
    return ends.at


def reportable_from(occurred: datetime, source: Registration) -> datetime:
    """Return the first instant at which what *occurred* could be reported: the end of an outage."""
    since = occurred
    for outage in source.outages:
        if outage.since <= since < outage.until:
            since = outage.until
    return since


def settled_at(instant: datetime, source: Registration, counting: Counting) -> datetime:
    """Return the instant after which nothing that occurred up to *instant* can still be in time.

    That is later than the delivery time of *instant* itself where a longer one ended, or an outage
    lies, shortly before it. Raises Unknown as `in_time_until`.
    """
    before = [each.since for each in source.deliveries[1:] if each.since <= instant]
    before += [each.since for each in source.outages if each.since <= instant]
    ends = in_time_until(instant, source, counting)
    for change in before:
        moment = timedelta(milliseconds=1)
        ends = max(
            ends,
            in_time_until(change - moment, source, counting),
            in_time_until(change, source, counting),
        )
    return ends
