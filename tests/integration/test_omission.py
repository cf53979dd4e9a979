"""An event that was posted and never came into the log is proved by its receipt (I12)."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from chalicelib.instant import parse
from chalicelib.intake.event import normalise
from chalicelib.log.receipts import Receipts
from chalicelib.log.tlog.signer import SeedSigner
from infra.verify.run import VerifyingReader, verify_log
from infra.verify.trust import read_trust
from tests.stranger.leaves import read_leaf
from tests.stranger.notes import read_key
from tests.stranger.tlog_proof import is_honoured, read_receipt
from tests.support.attacks import attack
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import memory_world
from tests.support.posted import posted
from tests.support.published import ORIGIN, START, grow, publish, rows
from tests.support.shown_log import Shown
from tests.support.world import SHANGHAI

OFFICE = Receipts(ORIGIN, SeedSigner(bytes(32)))
EVENT = posted(
    "case.accepted",
    f"{START}{SHANGHAI}",
    {
        "item": "X",
        "department": "Housing",
        "region": "370102",
        "promise": {"amount": 5, "unit": "wd"},
    },
    subject="9",
)


@pytest.fixture
def county():
    """Give an empty county."""
    with memory_world(START) as made:
        yield made


def told(county, office=OFFICE):
    """Post the event, and give what its sender holds then."""
    event = normalise(EVENT)
    taken = county.services.inbox.put_event(event, county.services.now())
    return {"id": "e-1", **office.of_event(event, taken.salt, taken.received_at)}


def found(county, answer, folder):
    """What a stranger finds who holds *answer*."""
    file = folder / "answer.json"
    file.write_text(json.dumps(answer), encoding="utf-8")
    objects = county.cloud.bucket.objects
    vkeys = [raw.decode().rstrip("\n") for name, raw in objects.items() if name.startswith("vkeys")]
    trust = read_trust([*vkeys, OFFICE.vkey.text], (), None)
    now = datetime(2030, 1, 1, tzinfo=UTC)
    report = verify_log(Shown(objects), VerifyingReader(trust, now, receipts=(file,)))
    return [(issue.check, issue.index) for issue in report.findings]


def test_an_honest_log_honours_its_receipts(county, tmp_path):
    """Whatever came before and after it."""
    grow(county, 1)
    answer = told(county)
    county.pump.drain()
    county.wall.forward(minutes=11)
    grow(county, 2)
    publish(county)
    assert found(county, answer, tmp_path) == []


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("at", range(8))
def test_a_receipt_is_honoured_whatever_call_dies(county, flavour, at):
    """At the door, or while its fact is written; a stranger reads promise and leaf."""
    answer = {}
    with suppress(PynamoDBException, BotoCoreError), county.faulty.failing(at, flavour):
        answer = told(county)
        county.pump.drain()
    again = told(county)
    assert answer in ({}, again)
    county.pump.waiting["Inbox"].clear()
    county.wall.forward(minutes=6)
    county.tick()
    county.wall.forward(minutes=6)
    county.tick()
    receipt = read_receipt(again["receipt"].encode(), read_key(OFFICE.vkey.text))
    leaves = [read_leaf(row["leaf"].encode()) for row in rows(county)]
    assert is_honoured(receipt, leaves)
    assert [leaf.said["k"] for leaf in leaves].count("case.accepted") == 1


@attack("an event that was received and never recorded", "receipt")
def test_an_event_that_was_suppressed_is_proved(county, tmp_path):
    """Whoever can edit every table can take it out there, but not the receipt from its holder."""
    answer = told(county)
    inbox = county.cloud.items["test-Inbox"]
    for key in [key for key, item in inbox.items() if item["case"]["S"] == "hall:9"]:
        del inbox[key]
    county.streams.new("Inbox")  # nor does anybody see that it was there
    county.wall.forward(minutes=11)
    grow(county, 2)
    publish(county)
    assert found(county, answer, tmp_path) == [("I12", None)]


@attack("an event recorded later than promised", "receipt")
def test_an_event_that_was_held_back_is_proved(county, tmp_path):
    """It came in after something that was recorded when it should have been there already."""
    answer = told(county)
    held = county.streams.new("Inbox")
    county.wall.forward(minutes=11)
    grow(county, 2)
    assert parse(START + SHANGHAI) + timedelta(minutes=11) == county.wall.at
    assert held
    for case, item_id in county.services.inbox.pending_before(county.wall.at, 10):
        county.services.inbox.touch(case, item_id, county.wall.at, at_once=True)
    county.pump.drain()
    publish(county)
    checks = found(county, answer, tmp_path)
    assert [check for check, _ in checks if check == "I12"] == ["I12"]
    assert checks[0][1] is not None
