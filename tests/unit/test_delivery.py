"""Until when news is in time, and when no more can be: delivery times, their changes, outages."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.clock.delivery import in_time_until, settled_at
from chalicelib.errors import BadInput
from chalicelib.policy.sources import (
    Delivery,
    DeliveryTime,
    Outage,
    Registration,
    Registrations,
    read_registrations,
)
from tests.unit.told import COUNTING, MS, at, clock


def source(*deliveries: tuple[str, str], **more: Any) -> Registration:
    """Return a source with these delivery times, each from an instant on ("": always)."""
    times = (
        Delivery(DeliveryTime.parse(time), at(since))
        if since
        else Delivery(DeliveryTime.parse(time))
        for time, since in deliveries
    )
    return replace(Registration(), deliveries=tuple(times), **more)


@pytest.mark.parametrize(
    ("delivery", "occurred", "until"),
    [
        ("0s", "2026-03-02T10:00", "2026-03-02T10:00"),
        ("5s", "2026-03-02T10:00", "2026-03-02T10:00:05"),
        ("10m", "2026-03-02T23:55", "2026-03-03T00:05"),
        ("24h", "2026-03-06T10:00", "2026-03-07T10:00"),
        ("1wd", "2026-03-06T23:00", "2026-03-09T17:30"),  # a Friday night: Monday's close
    ],
)
def test_news_is_in_time_for_the_delivery_time_after_it_occurred(
    delivery: str, occurred: str, until: str
) -> None:
    """A working day ends at the close of the next one, for systems that send every night."""
    assert clock(in_time_until(at(occurred), source((delivery, "")), COUNTING)) == clock(at(until))


def test_a_changed_delivery_time_holds_for_what_occurs_later() -> None:
    """What occurred before the change keeps the longer time."""
    changed = source(("24h", ""), ("10m", "2026-03-02T12:00"))
    before, after = at("2026-03-02T12:00") - MS, at("2026-03-02T12:00")
    assert in_time_until(before, changed, COUNTING) == before + timedelta(hours=24)
    assert in_time_until(after, changed, COUNTING) == after + timedelta(minutes=10)


def test_nothing_is_settled_while_older_news_can_still_be_in_time() -> None:
    """A finding waits for what occurred before it under the longer time."""
    changed = source(("24h", ""), ("10m", "2026-03-02T12:00"))
    longer = at("2026-03-02T12:00") - MS + timedelta(hours=24)
    assert settled_at(at("2026-03-02T13:00"), changed, COUNTING) == longer
    assert settled_at(at("2026-03-03T13:00"), changed, COUNTING) == at("2026-03-03T13:10")


def test_what_occurred_in_an_outage_is_in_time_from_its_end() -> None:
    """The last instant of an outage is no part of it."""
    outage = Outage(at("2026-03-02T10:00"), at("2026-03-02T16:00"), "maintenance")
    interrupted = source(("10m", ""), outages=(outage,))
    for occurred in ("2026-03-02T10:00", "2026-03-02T15:59:59"):
        assert in_time_until(at(occurred), interrupted, COUNTING) == at("2026-03-02T16:10")
    assert in_time_until(at("2026-03-02T16:00"), interrupted, COUNTING) == at("2026-03-02T16:10")
    assert in_time_until(at("2026-03-02T09:59"), interrupted, COUNTING) == at("2026-03-02T10:09")
    # What fell due before the outage can be told of then only by what occurred before it.
    assert settled_at(at("2026-03-02T09:59"), interrupted, COUNTING) == at("2026-03-02T10:09")
    assert settled_at(at("2026-03-02T10:30"), interrupted, COUNTING) == at("2026-03-02T16:10")


@pytest.mark.parametrize(
    "wrong", ["", "10", "m", "25h", "2wd", "1441m", "86401s", "-1m", "1d", "٣m"]
)
def test_a_delivery_time_that_is_none_or_over_a_day_is_refused(wrong: str) -> None:
    """Nobody may have more than a day."""
    with pytest.raises(BadInput):
        DeliveryTime.parse(wrong)


def test_registrations_are_read_as_they_were_written() -> None:
    """The log states them; whoever judges again reads the same."""
    full = Registration(
        departments=frozenset({"B", "A"}),
        regions=frozenset({"370102"}),
        deliveries=(
            Delivery(DeliveryTime.parse("10m")),
            Delivery(DeliveryTime.parse("1wd"), at("2026-03-02T12:00"), "nightly"),
        ),
        history_from=at("2025-01-01"),
        outages=(Outage(at("2026-03-02T10:00"), at("2026-03-02T16:00"), "maintenance"),),
    )
    registered = Registrations({"hall": full, "other": Registration()}, at("2026-01-01"))
    assert read_registrations(registered.document()) == registered
    assert registered.version != Registrations({"hall": full}, at("2026-01-01")).version


def test_a_source_without_a_name_reports_at_once_and_an_unknown_one_in_ten_minutes() -> None:
    """A replayed log has no source; a removed source keeps the usual time."""
    nobody = Registrations()
    assert str(nobody.of("").delivery_at(at("2026-03-02"))) == "0s"
    assert str(nobody.of("gone").delivery_at(at("2026-03-02"))) == "10m"
