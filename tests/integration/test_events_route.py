"""`POST /v1/events` over Chalice's own gateway: what comes in, and every way to be refused."""

import json
import secrets
from base64 import b64encode
from datetime import timedelta

import boto3
import pytest
from chalice.test import Client
from cloudevents.core.bindings.http import to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from app import app
from chalicelib import instant
from tests.support.posted import posted
from tests.support.stage import SECRET
from tests.support.webhook import sign_webhook

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


def new_secret():
    """Make a secret as the operator's command does."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


PERMITS, HOTLINE = new_secret(), new_secret()


def told(**changes):
    """Give a good event with *changes*; `...` leaves an attribute out."""
    said = {"source": "permits", "subject": "370102-1", **changes}
    return posted("case.decided", "2026-11-20T16:00:00+08:00", {"outcome": "granted"}, **said)


@pytest.fixture
def client(served):
    """Give a client of the app, two sources being registered."""
    served.sources.write({"permits": [PERMITS], "hotline": [HOTLINE]})
    return Client(app)


@pytest.fixture
def post(client, wall):
    """Give a function that signs and posts."""

    def send(content, kind=ONE, secret=PERMITS, headers=None):
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        signed = sign_webhook(secret, "msg_1", wall.at, raw)
        return client.http.post(
            "/v1/events", body=raw, headers={"Content-Type": kind, **signed, **(headers or {})}
        )

    return send


def assert_problem(answer, status, field=None):
    """Every refusal is a problem document that tells its status and, if any, the field."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json_body["status"] == status
    assert answer.json_body["title"]
    assert answer.json_body["detail"]
    assert answer.json_body.get("field") == field
    assert b"Traceback" not in answer.body
    assert "Code" not in answer.json_body


def test_an_event_is_recorded_once(post, served):
    """202 both times; the body tells whether it was new."""
    first, again = post(told()), post(told())
    assert (first.status_code, again.status_code) == (202, 202)
    assert (first.json_body["id"], first.json_body["status"]) == ("e-1", "recorded")
    assert (again.json_body["id"], again.json_body["status"]) == ("e-1", "duplicate")
    assert served.inbox.get("permits:370102-1", "E#e-1") is not None


def test_an_event_of_the_published_sdk_is_taken(post):
    """An outside CloudEvents client speaks the same."""
    attributes = {name: told()[name] for name in ("id", "source", "subject", "type")}
    made = CloudEvent(
        {**attributes, "specversion": "1.0", "time": instant.parse(told()["time"])},
        {"outcome": "granted"},
    )
    message = to_structured_event(made, JSONFormat())
    assert post(message.body, kind=message.headers["content-type"]).status_code == 202
    assert post(told()).json_body["status"] == "duplicate"


def test_a_batch_is_answered_in_order_and_in_part(post):
    """Recorded, duplicate and refused side by side; a bad one never blocks its neighbours."""
    post(told())
    answer = post(
        [
            told(id="e-2"),
            told(),
            told(data={"outcome": "refused"}),
            told(id=...),
            told(id="e-3", source="hotline"),
            7,
            told(id="e-4", type="case.eaten"),
            told(id="e-2"),
            told(id="e-5"),
        ],
        kind=f"{BATCH}; charset=UTF-8",
    )
    assert answer.status_code == 202
    results = answer.json_body["results"]
    seen = [(r["id"], r["status"], r.get("problem", {}).get("status")) for r in results]
    assert seen == [
        ("e-2", "recorded", None),
        ("e-1", "duplicate", None),
        ("e-1", "refused", 409),
        (None, "refused", 422),
        ("e-3", "refused", 401),
        (None, "refused", 400),
        ("e-4", "refused", 422),
        ("e-2", "duplicate", None),
        ("e-5", "recorded", None),
    ]
    assert results[3]["problem"]["field"] == "id"


def test_the_same_id_with_other_content_is_a_conflict(post):
    """409."""
    post(told())
    assert_problem(post(told(data={"outcome": "refused"})), 409, "id")


@pytest.mark.parametrize(
    ("content", "status", "field"),
    [
        (b"{", 400, None),
        (b"[]", 400, None),
        (b"\xff", 400, None),
        (b'{"id": 1, "id": 2}', 400, "id"),
        (told(id=...), 422, "id"),
        (told(time="2026-11-20T16:00:00"), 422, "time"),
        (told(data={"outcome": "granted", "colour": "red"}), 422, "data.colour"),
        (told(source="unheard-of"), 401, None),
        (told(source="hotline"), 401, None),
        (b"x" * (1024 * 1024 + 1), 413, None),
    ],
)
def test_what_is_wrong_is_refused(post, content, status, field):
    """Each with its own status; the field where there is one."""
    assert_problem(post(content), status, field)


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "text/plain",
        "*/*",
        f"text/plain; {ONE}",
        f"{ONE}; charset=gbk",
        "",
        "application/octet-stream",
    ],
)
def test_other_media_types_are_refused(post, kind):
    """415, binary mode too."""
    assert_problem(post(told(), kind=kind, headers={"ce-id": "e-1"}), 415)


def test_a_missing_media_type_is_refused(client):
    """Chalice would take it for JSON."""
    assert_problem(client.http.post("/v1/events", body=b"{}"), 415)


def test_nothing_is_believed_without_a_signature(client, wall):
    """401, the same words whatever was wrong, and nothing recorded."""
    raw = json.dumps(told()).encode()
    good = sign_webhook(PERMITS, "msg_1", wall.at, raw)
    answers = [
        client.http.post("/v1/events", body=raw, headers={"Content-Type": ONE, **headers})
        for headers in (
            {},
            {**good, "webhook-signature": "v1,????"},
            {**good, "webhook-timestamp": "soon"},
            sign_webhook(PERMITS, "msg_1", wall.at - timedelta(minutes=6), raw),
            sign_webhook(new_secret(), "msg_1", wall.at, raw),
            {"Authorization": "Bearer dk_0_0"},
        )
    ]
    for answer in answers:
        assert_problem(answer, 401)
    assert len({answer.body for answer in answers}) == 1
    assert boto3.client("dynamodb").scan(TableName="test-Inbox")["Count"] == 0


def test_a_rotated_secret_works_at_once(post, served):
    """A signature that nobody explains reads the secrets again."""
    assert post(told()).status_code == 202
    fresh = new_secret()
    boto3.client("secretsmanager").put_secret_value(
        SecretId=SECRET, SecretString=json.dumps({"permits": [fresh, PERMITS]})
    )
    served.sources._read_at -= 5  # some seconds later
    assert post(told(), secret=fresh).json_body["status"] == "duplicate"
    assert post(told()).json_body["status"] == "duplicate"


def test_strangers_cannot_make_us_read_the_secrets_each_time(post, served):
    """Within seconds of the last reading, an unknown signature reads nothing."""
    post(told())
    read_at = served.sources._read_at
    assert_problem(post(told(), secret=new_secret()), 401)
    assert served.sources._read_at == read_at


def test_other_methods_are_refused_as_problems(client):
    """405 is Chalice's own answer, in our form."""
    answer = client.http.get("/v1/events")
    assert_problem(answer, 405)
    assert answer.headers["Allow"] == "POST"
