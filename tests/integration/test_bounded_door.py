"""`POST /v1/events` within the bounds of its source: what is refused, and that it is counted."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from chalice.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import app
from chalicelib.instant import text
from chalicelib.intake.bounds import REFUSALS
from chalicelib.intake.routes import receive_request
from chalicelib.lambdas.gather import InboxRecord, gather
from chalicelib.plumbing.doorkeeper import Refusals, RefusedCount, Throttle
from chalicelib.policy.sources import Registration, Registrations
from infra.operate.sources import new_secret
from tests.support.posted import posted
from tests.support.webhook import sign_webhook
from tests.unit.test_event import json_values

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
SECRET = new_secret()
DAY = "2026-11-21"  # on which the stage stands still, in the middle of the afternoon
OPENING = {"item": "X-01", "department": "住房局", "region": "370102"}
HALL = Registration(
    frozenset({"住房局"}),
    frozenset({"370102"}),
    history_from=datetime(2025, 1, 1, tzinfo=UTC),
)


def opened(at="2026-11-20T09:00:00+08:00", **changes):
    """Return an acceptance as it is posted."""
    data = {**OPENING, **changes.pop("data", {})}
    return posted("case.accepted", at, data, **changes)


@pytest.fixture
def door(served):
    """Give a stage at whose door the source `hall` is registered for one department."""
    served.sources.write({"hall": [SECRET]})
    served.registrations.change(lambda _: Registrations({"hall": HALL}))
    return served


@pytest.fixture
def post(door, wall):
    """Give a function that signs and posts one event, or a list of them."""
    client = Client(app)

    def send(content):
        raw = json.dumps(content).encode()
        kind = BATCH if isinstance(content, list) else ONE
        headers = sign_webhook(SECRET, "msg_1", wall.at, raw)
        return client.http.post("/v1/events", body=raw, headers={"Content-Type": kind, **headers})

    return send


def problem(answer):
    """Return status and field of a refusal."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json_body.get("field")


def stored():
    """Count what the inbox holds."""
    return boto3.client("dynamodb").scan(TableName="test-Inbox")["Count"]


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (opened("2199-12-30T09:00:00+08:00"), (422, "time")),
        (opened("2030-01-01T10:00:00+08:00"), (422, "time")),
        (opened("1970-01-02T09:00:00+08:00"), (422, "time")),
        (opened("2024-12-31T09:00:00+08:00"), (422, "time")),
        (opened(data={"due_at": "2199-12-31"}), (422, "data.due_at")),
        (opened(recordedtime="2060-01-01T09:00:00+08:00"), (422, "recordedtime")),
        (
            posted(
                "case.suspended",
                "2026-11-20T09:00:00+08:00",
                {"procedure": "hearing", "notified_at": "2060-01-01T09:00:00+08:00"},
            ),
            (422, "data.notified_at"),
        ),
        (
            opened(data={"promise": {"amount": 10_000, "unit": "mo"}}),
            (422, "data.promise.amount"),
        ),
        (opened(data={"department": "住房\u200b局"}), (422, "data.department")),
        (opened(data={"department": "\u202e局房住"}), (422, "data.department")),
        (opened(data={"department": "农业农村局"}), (403, "data.department")),
        (opened(data={"department": "card:住房局"}), (403, "data.department")),
        (opened(data={"region": "430100"}), (403, "data.region")),
    ],
)
def test_what_is_out_of_bounds_is_refused_and_not_recorded(post, content, refused):
    """With its field."""
    assert problem(post(content)) == refused
    assert stored() == 0


def test_one_bad_event_of_a_batch_is_refused_and_the_others_go_on(post):
    """Each with its own status and field, in order."""
    answer = post(
        [
            opened(id="e-1"),
            opened("2030-01-01T10:00:00+08:00", id="e-2"),
            opened(id="e-3", subject="3", data={"department": "农业农村局"}),
            opened(id="e-4", subject="4", data={"department": " 住房局 "}),
            opened(id="e-5", subject="5", data={"department": "住房\ufe00局"}),
            opened(id="e-1"),
        ]
    )
    assert answer.status_code == 202
    seen = [
        (each["id"], each["status"], each.get("problem", {}).get("status"))
        for each in answer.json_body["results"]
    ]
    assert seen == [
        ("e-1", "recorded", None),
        ("e-2", "refused", 422),
        ("e-3", "refused", 403),
        ("e-4", "recorded", None),
        ("e-5", "refused", 422),
        ("e-1", "duplicate", None),
    ]
    assert stored() == 2


def test_a_name_in_another_spelling_is_the_same_event(post):
    """It is a duplicate, and no other content under the same id."""
    assert post(opened()).json_body["status"] == "recorded"
    again = opened(data={"department": "\u3000住房局 "})
    assert post(again).json_body["status"] == "duplicate"


@pytest.mark.parametrize("minutes", [1, 60])
def test_an_event_from_a_clock_ahead_happened_when_it_was_received(door, wall, post, minutes):
    """The inbox has it as it was sent, so the same event again is a duplicate, also later."""
    received = wall.at
    claimed = received + timedelta(minutes=minutes)
    assert post(opened(text(claimed))).json_body["status"] == "recorded"
    wall.forward(hours=3)
    assert post(opened(text(claimed))).json_body["status"] == "duplicate"
    (new,) = gather(door, InboxRecord("hall:1", "E#e-1")).told
    assert (new.fact.at, new.fact.recorded_at) == (received, received)
    assert new.fact.data["claimed"] == text(claimed)


def test_a_source_without_a_registration_reports_nothing(door, post):
    """A signature alone does not say for whom it speaks."""
    door.registrations.change(lambda _: Registrations())
    assert problem(post(opened())) == (403, None)
    assert stored() == 0


def test_a_source_is_known_soon_after_it_was_registered(door, post):
    """Not only when what a process remembers has grown old."""
    door.registrations.change(lambda _: Registrations())
    assert problem(post(opened())) == (403, None)
    door.registry.put("SOURCES", "REGISTERED", Registrations({"hall": HALL}).document())
    door.registrations._read_at -= 5  # some seconds later
    assert post(opened()).json_body["status"] == "recorded"


def test_too_many_events_a_second_are_refused_for_now(door, post):
    """429, with when to come again; a batch counts as its events, and is refused whole."""
    door.doorkeeper.throttle = Throttle(100, lambda: 7)  # the second does not pass
    batch = [opened(id=f"e-{n}", subject=str(n)) for n in range(99)]
    assert post(batch).status_code == 202
    assert post(opened(id="e-100")).status_code == 202
    for content in (opened(id="e-101"), [opened(id="e-102")]):
        answer = post(content)
        assert problem(answer) == (429, None)
        assert int(answer.headers["Retry-After"]) >= 1
    assert stored() == 100


def test_every_refusal_is_counted_by_day_source_and_reason(door, post):
    """In the table that the public pages read; what is taken is not there."""
    door.doorkeeper.refusals = Refusals("test-Registry", iter(range(0, 10**12, 10**9)).__next__)
    post(opened())
    post(opened("2030-01-01T10:00:00+08:00", id="e-2"))
    post(opened(data={"department": "农业农村局"}, id="e-3"))
    post([opened(id="e-4", data={"colour": "red"}), {}, opened(id="e-5", source="clinic")])
    post(opened(data={"department": "农业农村局"}, id="e-6"))
    post(opened(data={"item": "X-02"}))
    assert sorted(door.doorkeeper.refusals.of_day(DAY)) == [
        RefusedCount("hall", "conflict", 1),
        RefusedCount("hall", "field", 2),
        RefusedCount("hall", "not_registered", 2),
        RefusedCount("hall", "time", 1),
        RefusedCount("hall", "wrong_source", 1),
    ]
    assert door.doorkeeper.refusals.of_day("2026-11-20") == []


def test_refusals_cost_at_most_a_write_a_second(served):
    """However many there are; those between two writes are not lost."""
    now = [0]
    refusals = Refusals("test-Registry", lambda: now[0])
    for _ in range(50):
        refusals.count("hall", "time", DAY)
        refusals.flush()
    assert refusals.of_day(DAY) == [RefusedCount("hall", "time", 1)]
    now[0] += 10**9
    refusals.flush()
    assert refusals.of_day(DAY) == [RefusedCount("hall", "time", 50)]


def test_counts_that_cannot_be_written_are_written_later(served):
    """Nobody at the door is told of our trouble."""
    now = [0]
    refusals, name = Refusals("test-Registry", lambda: now[0]), Refusals("no-such-table")._items
    table, refusals._items = refusals._items, name
    refusals.count("hall", "time", DAY)
    refusals.flush()
    refusals._items = table
    now[0] += 10**9
    refusals.flush()
    assert refusals.of_day(DAY) == [RefusedCount("hall", "time", 1)]


FIELDS = ["id", "subject", "type", "time", "recordedtime", "sequence", "data", "other"]
OF_DATA = [*OPENING, "promise", "due_at", "expires_at", "parts", "title", "applicant", "gaps"]
STRANGE = (
    json_values | st.text() | st.dates().map(str) | st.datetimes(timezones=st.just(UTC)).map(text)
)


@given(st.sampled_from(FIELDS), st.sampled_from(["", *OF_DATA]), STRANGE)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_sent_is_an_error_of_ours(door, wall, name, of_data, value):
    """Any JSON in any field is recorded or refused."""
    content = opened()
    if of_data:
        content["data"][of_data] = value
    else:
        content[name] = value
    raw = json.dumps([content]).encode()
    headers = sign_webhook(SECRET, "msg_1", wall.at, raw)
    door.doorkeeper.throttle = Throttle(10_000)
    answer = receive_request(door, {"content-type": BATCH, **headers}, raw)
    for result in json.loads(answer.body)["results"]:
        assert result["status"] in ("recorded", "duplicate", "refused")
        assert 400 <= result.get("problem", {}).get("status", 400) < 500


def test_the_reasons_are_few():
    """So that nobody outside can make a metric without end."""
    assert len(REFUSALS) < 10
