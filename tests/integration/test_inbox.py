"""The inbox on moto: once each, whatever is repeated, lost or raced."""

import json

import boto3
import pytest

from chalicelib.errors import Rejected
from chalicelib.intake.event import Event
from tests.support.stage import NOW

TOLD = Event(
    id="e-1",
    source="permits",
    subject="370102-1",
    type="case.decided",
    time="2026-11-20T08:00:00.000Z",
    data={"outcome": "granted"},
)
CASE = "permits:370102-1"
ACT: Event = {
    **TOLD,
    "id": "key/1",
    "source": "duban",
    "subject": CASE,
    "time": "2026-11-21T08:30:00.000Z",
}
OTHER: Event = {**TOLD, "data": {"outcome": "refused"}}


def test_the_same_event_again_is_a_no_op(served):
    """The first is recorded, the second changes nothing."""
    assert served.inbox.put_event(TOLD, NOW).outcome == "recorded"
    before = boto3.client("dynamodb").scan(TableName="test-Inbox")["Items"]
    assert served.inbox.put_event(dict(reversed(TOLD.items())), NOW).outcome == "duplicate"
    assert boto3.client("dynamodb").scan(TableName="test-Inbox")["Items"] == before


def test_the_same_id_with_other_content_is_refused(served):
    """409, and what was first stays."""
    served.inbox.put_event(TOLD, NOW)
    with pytest.raises(Rejected) as caught:
        served.inbox.put_event(OTHER, NOW)
    assert (caught.value.status, caught.value.field) == (409, "id")
    assert json.loads(served.inbox.get(CASE, "E#e-1").event) == TOLD


def test_ids_are_unique_within_a_case_only(served):
    """Another case has its own."""
    assert served.inbox.put_event(TOLD, NOW).outcome == "recorded"
    assert served.inbox.put_event({**OTHER, "subject": "370102-2"}, NOW).outcome == "recorded"


def _lose_the_answer_of(client):
    """Let the server do what the next PutItem asks, but let the client see it repeated.

    That is what the SDK's retry after a lost answer looks like from above.
    """
    original, left = client._make_api_call, [1]

    def call(operation, kwargs):
        if operation == "PutItem" and left:
            left.pop()
            original(operation, kwargs)
        return original(operation, kwargs)

    client._make_api_call = call


def test_a_lost_answer_is_not_taken_for_a_duplicate(served):
    """The condition fails on our own write; we recognise it and say that it was recorded."""
    served.inbox.get(CASE, "E#e-1")
    _lose_the_answer_of(served.inbox._items._get_connection().connection.client)
    assert served.inbox.put_event(TOLD, NOW).outcome == "recorded"
    assert served.inbox.put_event(TOLD, NOW).outcome == "duplicate"


def test_what_is_told_by_us_has_a_name_of_its_own(served):
    """An answer to a card can never meet an event's id."""
    put = served.inbox.put_own_event
    assert put(CASE, "respond#c1", TOLD, NOW) == "recorded"
    assert put(CASE, "respond#c1", TOLD, NOW) == "duplicate"
    with pytest.raises(Rejected):
        put(CASE, "respond#c1", OTHER, NOW)
    assert served.inbox.get(CASE, "A#respond#c1").kind == "event"


def test_an_act_may_be_told_again_at_another_time(served):
    """The time is when we were asked: it stays that of the first, and is not compared."""
    again: Event = {**ACT, "time": "2026-11-21T08:35:00.000Z"}
    first, second = served.inbox.put_act(ACT), served.inbox.put_act(again)
    assert (first.outcome, second.outcome) == ("recorded", "duplicate")
    assert second[1:] == first[1:] == (ACT, NOW, first.salt)
    stored = served.inbox.get(CASE, "A#key/1")
    assert json.loads(stored.event) == ACT
    assert stored.received_at == "2026-11-21T08:30:00.000Z"


@pytest.mark.parametrize("other", [{"type": "case.returned"}, {"data": {"outcome": "refused"}}])
def test_what_is_told_by_us_is_told_by_its_type_and_data(served, other):
    """Either alone makes it something else, while it waits and after it is settled."""
    served.inbox.put_own_event(CASE, "key/1", TOLD, NOW)
    for _ in range(2):
        with pytest.raises(Rejected) as refused:
            served.inbox.put_own_event(CASE, "key/1", {**TOLD, **other}, NOW)
        assert refused.value.status == 409
        served.inbox.settle(CASE, "A#key/1")


def test_whether_an_act_is_on_record_is_asked_without_telling(served):
    """Not yet; then yes, as it came; and 409 where the key has been used for something else."""
    ask = served.inbox.find_act
    assert ask(ACT) is None
    assert served.inbox.get(CASE, "A#key/1") is None
    first = served.inbox.put_act(ACT)
    found = ask({**ACT, "time": "2026-11-20T08:05:00.000Z"})
    assert found == first
    assert ask({**ACT, "id": "key/2"}) is None
    assert ask({**ACT, "subject": "permits:370102-2"}) is None
    with pytest.raises(Rejected) as refused:
        ask({**ACT, "data": {"outcome": "refused"}})
    assert refused.value.status == 409


def test_a_lost_answer_of_our_own_telling_is_recognised(served):
    """As with an event."""
    served.inbox.get(CASE, "A#key/1")
    _lose_the_answer_of(served.inbox._items._get_connection().connection.client)
    assert served.inbox.put_own_event(CASE, "key/1", TOLD, NOW) == "recorded"
    assert served.inbox.put_own_event(CASE, "key/1", TOLD, NOW) == "duplicate"


def test_what_was_told_at_one_instant_keeps_the_order_of_its_numbers(served, wall):
    """The notification of fact 9 comes before that of fact 10, which a text would have first."""
    case = "duban:card/c_a.7"
    for n in (11, 9, 10):
        event = Event(
            id=f"c_a.{n}", source="duban", subject="hall:1", type="card.rechecked",
            time="2026-11-02T09:00:00+08:00", data={"card": "c_a.7"},
        )  # fmt: skip
        served.inbox.notify(case, event, wall.at)
    assert [item.id for item in served.inbox.waiting(case)] == ["A#c_a.9", "A#c_a.10", "A#c_a.11"]
