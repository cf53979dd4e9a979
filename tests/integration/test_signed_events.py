"""An event that its source signed with its own key: from the door to leaf and vault, and gone."""

import base64
import json
from typing import Any

import pytest
from chalice.test import Client

from app import app
from chalicelib.lambdas.gather import InboxRecord
from chalicelib.lambdas.supervise import supervise
from chalicelib.vault.sd_jwt import digest
from tests.support.posted import posted
from tests.support.source_pair import SourcePair
from tests.support.webhook import sign_webhook

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()
MINE, OTHER = SourcePair("mine"), SourcePair("other")
CASE = "permits:370102-1"


def told(**changes):
    """Give a good event with *changes*."""
    said = {"source": "permits", "subject": "370102-1", **changes}
    data = {"outcome": "granted", "reason": "材料齐全"}
    return posted("case.decided", "2026-11-20T16:00:00+08:00", data, **said)


@pytest.fixture
def door(served):
    """Register a source with a secret and a key, and one with a key alone; give a client."""
    served.sources.write({"permits": [SECRET, MINE.public], "hotline": [OTHER.public]})
    return Client(app)


@pytest.fixture
def post(door, wall):
    """Give a function that signs and posts: by key, by secret, or by both."""

    def send(content: Any, *, pair: SourcePair | None = MINE, secret: str = "", kind: str = ONE):
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        signed = [sign_webhook(secret, "msg_1", wall.at, raw)] if secret else []
        signed += [pair.headers(raw, wall.at)] if pair else []
        headers = {
            **signed[0],
            "webhook-signature": " ".join(each["webhook-signature"] for each in signed),
            "Content-Type": kind,
        }
        return door.http.post("/v1/events", body=raw, headers=headers)

    return send


def kept_of(served, n=0):
    """The leaf of a fact, and what the vault keeps of it by name."""
    record = served.facts.of_case(CASE)[n]
    return json.loads(record.leaf), served.vault.disclosures(CASE)[record.fact.key]


def test_the_signature_is_committed_to_and_the_key_is_named(post, served, wall):
    """In the leaf: the key and digests. In the vault: the very bytes. In the inbox: until then."""
    raw = json.dumps(told(), ensure_ascii=False, indent=2).encode()
    answer = post(raw).json_body
    assert (answer["status"], answer["signed"]) == ("recorded", MINE.fingerprint)
    supervise(served, InboxRecord(CASE, "E#e-1"))
    leaf, kept = kept_of(served)
    assert (leaf["src"], leaf["signed"]) == ("permits", MINE.fingerprint)
    assert leaf["data"]["given"] == ["reason"], "the signature is no field of the event"
    assert sorted(kept) == ["reason", "signature.body", "signature.v1a"]
    assert {digest(text) for text in (*kept.values(), answer["disclosure"])} == {*leaf["d"]}
    signed = served.vault.private_fields(CASE)[served.facts.of_case(CASE)[0].fact.key]["signature"]
    assert signed["body"] == raw.decode()
    stamp = str(int(wall.at.timestamp()))
    assert signed["v1a"]["signature"] == MINE.signature(f"msg_1.{stamp}.".encode() + raw)
    assert (signed["v1a"]["id"], signed["v1a"]["timestamp"]) == ("msg_1", stamp)
    assert "材料齐全" in (served.inbox.get(CASE, "E#e-1").signed or "")
    served.inbox.settle(CASE, "E#e-1")
    assert served.inbox.get(CASE, "E#e-1").signed is None


def test_an_ordinary_event_has_none_of_it(post, served):
    """Neither in its item, nor in its leaf, nor in the vault."""
    assert "signed" not in post(told(), pair=None, secret=SECRET).json_body
    supervise(served, InboxRecord(CASE, "E#e-1"))
    leaf, kept = kept_of(served)
    assert served.inbox.get(CASE, "E#e-1").signed is None
    assert ("signed" in leaf, sorted(kept)) == (False, ["reason"])


def test_by_secret_and_key_at_once(post, served):
    """Whoever signs in both ways changes from one to the other without a gap."""
    assert post(told(), secret=SECRET).json_body["signed"] == MINE.fingerprint
    supervise(served, InboxRecord(CASE, "E#e-1"))
    assert kept_of(served)[0]["signed"] == MINE.fingerprint


def test_a_source_without_a_secret_is_believed_by_its_key_alone(post):
    """What anybody signs with a secret, or with another key, is the same 401."""
    event = told(source="hotline")
    refused = [
        post(event, pair=None, secret=SECRET),
        post(event, pair=MINE),
        post(event, pair=SourcePair("stranger")),
    ]
    assert [answer.status_code for answer in refused] == [401, 401, 401]
    assert len({answer.body for answer in refused}) == 1
    assert post(event, pair=OTHER).json_body["signed"] == OTHER.fingerprint


def test_the_same_event_signed_anew_keeps_the_first_signature(post, served, wall):
    """Hours later, in another request; or with a key where it was first sent without."""
    first = post(told()).json_body
    stored = served.inbox.get(CASE, "E#e-1").signed
    wall.forward(hours=3)
    again = post(told()).json_body
    assert again == {
        **{name: first[name] for name in first if name != "signed"},
        "status": "duplicate",
    }
    assert served.inbox.get(CASE, "E#e-1").signed == stored
    post(told(id="e-2"), pair=None, secret=SECRET)
    assert post(told(id="e-2")).json_body["status"] == "duplicate"
    assert served.inbox.get(CASE, "E#e-2").signed is None
    assert post(told(data={"outcome": "refused"})).status_code == 409


def test_a_batch_of_one_case_has_one_signature(post, served):
    """Each event knows its place in the body, a refused one among them too."""
    answer = post([told(id=...), told(), told(id="e-2", type="x"), told(id="e-3")], kind=BATCH)
    results = answer.json_body["results"]
    assert [each["status"] for each in results] == ["refused", "recorded", "refused", "recorded"]
    mine = MINE.fingerprint
    assert [each.get("signed") for each in results] == [None, mine, None, mine]
    supervise(served, InboxRecord(CASE, "E#e-1"))
    fields = served.vault.private_fields(CASE).values()
    assert {each["signature"]["v1a"].get("position") for each in fields} == {1, 3}
    assert len({each["signature"]["v1a"]["signature"] for each in fields}) == 1


def test_a_batch_of_two_cases_is_refused_whole(post, served):
    """It would be shown with one case what is another's; with a secret it is taken."""
    events = [told(), told(id="e-2", subject="370102-2")]
    for others in ([events[1]], [told(id="e-2", source="hotline")], [7]):
        answer = post([told(), *others], kind=BATCH)
        assert (answer.status_code, answer.json_body["field"]) == (422, "subject")
    assert served.inbox.get(CASE, "E#e-1") is None
    answer = post(events, kind=BATCH, pair=None, secret=SECRET)
    assert [each["status"] for each in answer.json_body["results"]] == ["recorded", "recorded"]


def test_what_is_too_large_to_be_kept_is_refused(post):
    """64 KiB, with blanks and all."""
    raw = json.dumps(told()).encode()
    assert post(raw + b" " * (64 * 1024 - len(raw))).status_code == 202
    assert post(raw + b" " * (64 * 1024 - len(raw) + 1)).status_code == 413
    assert post(raw + b" " * 64 * 1024, secret=SECRET).status_code == 413
    assert post(raw + b" " * 64 * 1024, pair=None, secret=SECRET).status_code == 202


def test_shredding_destroys_the_signature_with_the_body(post, served, wall):
    """Nothing here can be opened any more; the leaf says for ever that it was signed."""
    post(told())
    supervise(served, InboxRecord(CASE, "E#e-1"))
    served.vault.shred(CASE, 1)
    served.inbox.forget(CASE, {"E#e-1"}, wall.at)
    assert served.vault.disclosures(CASE) == {}
    assert served.inbox.get(CASE, "E#e-1").signed is None
    assert json.loads(served.facts.of_case(CASE)[0].leaf)["signed"] == MINE.fingerprint


def test_the_case_shows_which_facts_are_signed(post, door, served):
    """To those who supervise."""
    post(told())
    post(told(id="e-2"), pair=None, secret=SECRET)
    supervise(served, InboxRecord(CASE, "E#e-1"))
    key = served.keys.issue("inspector", None)
    answer = door.http.get(
        "/v1/cases/permits%3A370102-1", headers={"Authorization": f"Bearer {key}"}
    )
    facts = [fact for fact in answer.json_body["facts"] if fact["told"]]
    assert [fact.get("signed") for fact in facts] == [MINE.fingerprint, None]
