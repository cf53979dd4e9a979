"""What a source gets for its event, and what of it is found in the log."""

import hashlib
import json
from base64 import b64encode, urlsafe_b64decode
from datetime import timedelta

import pytest
from chalice.test import Client
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import app
from chalicelib.lambdas.gather import InboxRecord
from chalicelib.lambdas.supervise import supervise
from tests.support.posted import posted
from tests.support.stage import RECEIPT_KEY
from tests.support.webhook import sign_webhook

ONE = "application/cloudevents+json"
SECRET = "whsec_" + b64encode(bytes(32)).decode()
TOLD = posted(
    "case.decided",
    "2026-11-20T16:00:00+08:00",
    {"outcome": "granted", "reason": "in order"},
    source="permits",
    subject="370102-1",
)
ACCEPTED = {
    "item": "X",
    "department": "Housing",
    "region": "370102",
    "promise": {"amount": 5, "unit": "wd"},
}
# What is recorded of it, by hand: UTC in milliseconds, the names in order (RFC 8785).
RECORDED = (
    '{"data":{"outcome":"granted","reason":"in order"},"id":"e-1","source":"permits",'
    '"subject":"370102-1","time":"2026-11-20T08:00:00.000Z","type":"case.decided"}'
)


@pytest.fixture
def post(served, wall):
    """Give a function that signs and posts as the source does."""
    served.sources.write({"permits": [SECRET]})
    client = Client(app)

    def send(event):
        raw = json.dumps(event).encode()
        headers = {"Content-Type": ONE, **sign_webhook(SECRET, "m", wall.at, raw)}
        return client.http.post("/v1/events", body=raw, headers=headers).json_body

    return send


def leaf_of(served, case="permits:370102-1"):
    """The leaf of the case's first fact, once it is on record."""
    supervise(served, InboxRecord(case, "E#e-1"))
    return json.loads(served.facts.of_case(case)[0].leaf)


def test_a_receipt_promises_what_the_leaf_keeps(post, served):
    """The note by hand: name, digest, when, by when, signed by the receipt key and nobody else."""
    said = post(TOLD)
    text, line = said["receipt"].split("\n\n")
    name, digest, at, by = text.split("\n")
    assert name == "log.test/log/receipt"
    assert (at, by) == ("at 2026-11-21T08:30:00Z", "by 2026-11-21T08:40:00Z")
    hashed = hashlib.sha256(said["disclosure"].encode()).digest()
    assert b64encode(hashed).decode() == digest
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"receipts").digest())
    public = key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    blob = b64encode(key_id + key.sign(f"{text}\n".encode())).decode()
    assert line == f"— {name} {blob}\n"
    padded = said["disclosure"] + "=" * (-len(said["disclosure"]) % 4)
    salt, what, value = json.loads(urlsafe_b64decode(padded))
    assert len(urlsafe_b64decode(salt + "==")) == 16
    assert (what, value) == ("event_sha256", hashlib.sha256(RECORDED.encode()).hexdigest())
    in_leaf = [urlsafe_b64decode(one + "=") for one in leaf_of(served)["d"]]
    assert hashed in in_leaf


def test_the_same_event_again_brings_the_same_receipt(post, wall):
    """Hours later, and in other words for the same: the promise was made once."""
    first = post(TOLD)
    wall.forward(hours=3)
    again = post({**TOLD, "time": "2026-11-20T08:00:00Z", "traceparent": "00-1"})
    assert again["status"] == "duplicate"
    assert (again["receipt"], again["disclosure"]) == (first["receipt"], first["disclosure"])


def test_the_same_event_again_when_it_is_in_the_log(post, served):
    """Its words are gone from the inbox; the salt and the instant are not."""
    first = post(TOLD)
    leaf = leaf_of(served)
    served.inbox.settle("permits:370102-1", "E#e-1")
    assert served.inbox.get("permits:370102-1", "E#e-1").event is None
    again = post(TOLD)
    assert (again["receipt"], again["disclosure"]) == (first["receipt"], first["disclosure"])
    assert leaf == leaf_of(served)


def test_two_alike_have_receipts_that_nobody_can_guess(post):
    """The digest hides the event: the same words under another id or salt have another."""
    one, two = post(TOLD), post({**TOLD, "subject": "370102-2"})
    assert one["receipt"].split("\n")[1] != two["receipt"].split("\n")[1]


def test_an_event_of_before_there_were_receipts_gets_none(post, served, monkeypatch):
    """No salt was kept for it, so nothing in its leaf could honour one."""
    post(TOLD)
    item = served.inbox.get("permits:370102-1", "E#e-1")
    item.update([type(item).salt.remove()])
    assert post(TOLD) == {"id": "e-1", "status": "duplicate"}
    assert len(leaf_of(served)["d"]) == 4


def test_without_its_key_nothing_is_taken(post, served, monkeypatch):
    """Better the source sends again than an event without its promise."""
    secrets = served.sources._client
    secrets.delete_secret(SecretId=RECEIPT_KEY, ForceDeleteWithoutRecovery=True)
    assert post(TOLD)["status"] == 500
    assert served.inbox.get("permits:370102-1", "E#e-1") is None


def test_a_receipt_of_a_leaf(served, wall):
    """Of what is on record and not published yet."""
    note = served.receipts.of_leaf(bytes(32), wall.at + timedelta(milliseconds=999))
    assert note.startswith(f"log.test/log/receipt\n{'A' * 43}=\nat 2026-11-21T08:30:00Z\nby ")


def test_an_accepted_case_is_named_to_its_source_at_once(post, served):
    """The name is that of all its leaves, whatever came first; it is told again and again."""
    event = posted("case.accepted", "2026-11-20T16:00:00+08:00", ACCEPTED, source="permits")
    first = post(event)
    leaf = leaf_of(served, "permits:1")
    assert first["public_id"] == leaf["case"]
    assert post(event)["public_id"] == leaf["case"]
    assert "public_id" not in post(TOLD)


def test_a_case_that_was_judged_before_keeps_its_name(post, served):
    """Its acceptance comes second, and is answered with the name that it has."""
    post({**TOLD, "subject": "1"})
    leaf = leaf_of(served, "permits:1")
    event = posted("case.accepted", "2026-11-20T16:00:00+08:00", ACCEPTED, source="permits", id="2")
    assert post(event)["public_id"] == leaf["case"]
