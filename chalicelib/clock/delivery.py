"""Delivery (报送): until when a report is in time, and when no more reports can be (CLAIMS §4).

Pure. A report is in time if it comes within its source's delivery time after the event. For an
event in a recorded outage of the source, that time runs from the end of the outage.
"""

from datetime import datetime, timedelta

from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due_unpaused
from chalicelib.instant import LATEST, MILLISECOND
from chalicelib.policy.limit import Limit
from chalicelib.policy.sources import Registration


def in_time_until(occurred: datetime, source: Registration, counting: Counting) -> datetime:
    """Return the last instant at which a report of an event that *occurred* then is in time.

    Raises Unknown: a working day is counted, and the year has no calendar.
    """
    since = reportable_from(occurred, source)
    seconds = source.delivery_at(occurred).seconds
    if seconds is not None:
        return since + min(timedelta(seconds=seconds), LATEST - since)
    return due_unpaused(since, Limit(1, "wd"), counting.in_convention("L")).at


def reportable_from(occurred: datetime, source: Registration) -> datetime:
    """Return when an event that *occurred* then could first be reported: after any outage."""
    since = occurred
    for outage in source.outages:
        if outage.since <= since < outage.until:
            since = outage.until
    return since


def settled_at(instant: datetime, source: Registration, counting: Counting) -> datetime:
    """Return the instant after which no report of an event up to *instant* can still be in time.

    That is later than the delivery time of *instant* itself where a longer one ended, or an outage
    lies, shortly before it. Raises Unknown as `in_time_until`.
    """
    changes = [delivery.since for delivery in source.deliveries[1:]]
    changes += [outage.since for outage in source.outages]
    if not changes:
        return in_time_until(instant, source, counting)
    before = [change for change in changes if change <= instant]
    instants = [instant, *before, *(change - MILLISECOND for change in before)]
    return max(in_time_until(occurred, source, counting) for occurred in instants)
