"""Nudges and pending marks: what brings a case on when no stream record arrives."""

from datetime import timedelta

import boto3

from tests.integration.test_inbox import CASE, TOLD
from tests.support.stage import NOW

WAKE = NOW - timedelta(hours=1)


def items():
    """Give all inbox items."""
    return boto3.client("dynamodb").scan(TableName="test-Inbox")["Items"]


def test_a_nudge_is_rewritten_at_most_every_five_minutes(served):
    """While the same wake is due; the clock being set back counts as long ago."""
    put = served.inbox.put_nudge
    assert put(CASE, WAKE, NOW)
    assert not put(CASE, WAKE, NOW + timedelta(minutes=4, seconds=59))
    assert put(CASE, WAKE, NOW + timedelta(minutes=5))
    assert put(CASE, WAKE, NOW - timedelta(days=7))
    assert len(items()) == 1


def test_another_wake_is_another_nudge(served):
    """At once."""
    assert served.inbox.put_nudge(CASE, WAKE, NOW)
    assert served.inbox.put_nudge(CASE, WAKE + timedelta(minutes=1), NOW)


def test_what_is_received_is_pending_until_it_is_settled(served, wall):
    """Found by its age, oldest first, whatever the streams did."""
    served.inbox.put_event(TOLD, NOW)
    wall.forward(minutes=2)
    served.inbox.put_nudge(CASE, WAKE, NOW)
    nudge = f"W#{(WAKE).strftime('%Y-%m-%dT%H:%M:%S')}.000Z"
    assert served.inbox.oldest_pending() == NOW
    assert served.inbox.pending_before(NOW, 10) == []
    assert served.inbox.pending_before(NOW + timedelta(minutes=1), 10) == [(CASE, "E#e-1")]
    later = NOW + timedelta(hours=1)
    assert served.inbox.pending_before(later, 10) == [(CASE, "E#e-1"), (CASE, nudge)]
    assert len(served.inbox.pending_before(later, 1)) == 1
    for item_id in ("E#e-1", nudge):
        served.inbox.settle(CASE, item_id)
    assert served.inbox.oldest_pending() is None
    assert [item["id"]["S"] for item in items()] == ["E#e-1"]  # an event is kept, a nudge is not


def test_settling_what_is_not_there_makes_nothing(served):
    """No stub of an item comes of it."""
    served.inbox.settle(CASE, "E#never")
    served.inbox.settle(CASE, "W#never")
    assert items() == []


def test_only_what_is_pending_is_touched_and_not_too_often(served):
    """Once in five minutes, unless an operator asks."""
    touch = served.inbox.touch
    assert not touch(CASE, "E#e-1", NOW)
    served.inbox.put_event(TOLD, NOW)
    assert touch(CASE, "E#e-1", NOW)
    assert not touch(CASE, "E#e-1", NOW + timedelta(minutes=4))
    assert touch(CASE, "E#e-1", NOW + timedelta(minutes=4), at_once=True)
    assert touch(CASE, "E#e-1", NOW + timedelta(minutes=9))
    served.inbox.settle(CASE, "E#e-1")
    assert not touch(CASE, "E#e-1", NOW + timedelta(days=1), at_once=True)
    assert len(items()) == 1


def test_a_settled_event_is_still_known(served):
    """Idempotence outlives the pending mark."""
    served.inbox.put_event(TOLD, NOW)
    served.inbox.settle(CASE, "E#e-1")
    assert served.inbox.put_event(TOLD, NOW).outcome == "duplicate"
    assert served.inbox.oldest_pending() is None
