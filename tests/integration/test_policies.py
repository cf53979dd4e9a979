"""Every function has the rights that it needs, also in an accident, and no others.

A life with all its accidents is lived in memory, where each call is held against the policy of its
function and whoever is refused fails the test (`rights`). What was used is compared with what the
policies give: a right that nothing used is too much, or no test would notice if it were gone.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from random import Random
from unittest.mock import patch
from urllib.parse import unquote

import pytest

from chalicelib.calendar.change import read_change
from chalicelib.cases.case_id import card_case
from chalicelib.intake.shredding import shredding_event
from chalicelib.lambdas import discard, listing, publish, reconcile, sweep
from chalicelib.policy.catalogue import read_catalogue
from tests.support import rights, stream_pump
from tests.support.cold_start import cold
from tests.support.doors import ONE_DAY, PLACE, knock
from tests.support.end_state import check
from tests.support.inspected import key_on, page, settle
from tests.support.long_log import LongLog
from tests.support.memory_stage import memory_world
from tests.support.policy import Right, Statement, rights_of
from tests.support.rights import allowed
from tests.support.signing_in import Browser, appointment
from tests.support.stage import know_only_listed

FUNCTIONS = (
    *("api", "supervise", "seal", "project", "publish", "sign", "sweep", "reconcile"),
    *("discard", "open"),
)
CATALOGUE = (
    b"item,name,department,kind,promise,statutory,basis,stages\n"
    b"X-09,n,Water,promise,1wd,,l,a;b;c;d\n"
)

CLOSURE = read_change(
    {"notice": "1", "issued": "2026-11-02", "region": "3701", "days_off": ["2026-11-05"]}, "f"
)

ON_AWS = {  # nothing in memory asks for these: the services around a function do, and KMS
    *("logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"),
    *("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
    *("dynamodb:ListStreams", "secretsmanager:GetSecretValue", "kms:GetPublicKey", "kms:Sign"),
}

ELSEWHERE: Mapping[str, set[Right]] = {
    # The rules of a region that counts its cases: test_counted_shares lives by them.
    "supervise": {Right("dynamodb:Scan", "Cases")},
}
ONCE = {"notification": 0, "flavour": "after"}


def live(county):
    """Go through everything that a function may have to do."""
    county.accept("2026-11-02T09:00:00", "1", applicant={"name": "Wang"})
    places = {"item": "X-09", "department": "Water", "region": "370102"}
    county.report("case.accepted", "2026-11-02T09:00:00", "2", **places)
    county.pump.drain()
    county.services.inbox.put_nudge("hall:1", county.wall.at, county.wall.at)
    county.services.catalogues.write(read_catalogue(CATALOGUE, "items.csv"))
    county.services.calendars.write(CLOSURE)
    for days in (0, 5, 5):
        county.wall.forward(days=days)
        cold(county, reconcile.run)
        cold(county, sweep.run)
        county.pump.drain()
    county.report("case.decided", "2026-11-03T09:00:00", "1", outcome="granted")
    for lost in (("Inbox",), ("Facts", "Log"), ("Facts", "Log")):
        for table in stream_pump.READERS:
            county.pump.carry(table, 0 if table in lost else None)
        for table in lost:
            county.pump.waiting[table].clear()
        county.wall.forward(minutes=6)
        cold(county, reconcile.run)
    county.accept("2026-11-12T09:00:00", "3", promise="2wd")
    county.pump.drain()
    hand_in_again(county)
    county.wall.forward(days=5)
    for note in (listing.NOTE, (listing.NOTIFIED, "X-09")):  # killed when the item had been told
        county.services.registry.delete(*note)
    cold(county, reconcile.run)
    heal_what_seal_left(county)
    again = county.cloud.streams["test-Inbox"][-2]
    stream_pump.READERS["Inbox"]({"Records": [again]})


def heal_what_seal_left(county):
    """Nobody hears of the facts that a nudge led to, nor that a case counts no more."""
    county.accept("2026-11-17T09:00:00", "7", promise="1wd")
    county.report("case.accepted", "2026-11-02T09:00:00", "8", **PLACE, promise=ONE_DAY)
    county.pump.drain()
    county.wall.forward(days=1, hours=12)
    cold(county, sweep.run)
    county.report("case.withdrawn", "2026-11-12T09:00:00", "8")
    for _ in range(3):
        county.pump.carry("Inbox")
        for table in ("Facts", "Log"):
            county.pump.fetch(table)
            county.pump.waiting[table].clear()
    county.wall.forward(minutes=6)
    cold(county, reconcile.run)


def hand_in_again(county):
    """Withdraw a case that is over while another is open; hand it in again; shred the first."""
    county.accept("2026-11-12T09:00:00", "4", promise="2wd")
    county.report("case.accepted", "2026-11-02T09:00:00", "5", **PLACE, promise=ONE_DAY)
    county.pump.drain()
    county.report("case.withdrawn", "2026-11-12T09:00:00", "5")
    county.pump.drain()
    county.accept("2026-11-12T09:00:00", "6", promise="2wd")
    county.pump.drain()
    event = shredding_event("hall:5", 0, "《个人信息保护法》第四十七条", county.wall.at)
    county.services.inbox.put_own_event("hall:5", event["id"], event, county.wall.at)
    county.pump.drain()


def opened(county):
    """A field is opened for a reason on record, by the clock of a local stage."""
    county.accept("2026-11-02T09:00:00", "1", applicant={"name": "Wang"})
    county.pump.drain()
    clerk = Browser(county.services, "clerk", appointment("clerk", "Housing"))
    path = "/desk/fields/hall%3A1/0/applicant"
    answer = clerk.post(path, key=key_on(page(clerk.get(path))), reason="核对送达地址")
    settle(county)
    act = unquote(answer.headers["Location"].partition("act=")[2])
    assert "Wang" in page(clerk.post("/desk/opened/hall%3A1", act=act))


def told_of_a_stranger(county):
    """An item is told that nothing knows."""
    know_only_listed(county.services)
    county.accept("2026-11-02T09:00:00")
    county.pump.drain()


def flooded(county):
    """What waits in a case of many events is looked up by the index, twice, and once by healing."""
    county.pump.batch = 100
    county.cloud.leaves = Random(1)  # a batch is answered in part
    county.accept("2026-11-02T09:00:00", promise="30wd")
    for _ in range(2):
        for _ in range(60):
            county.report("stage.entered", "2026-11-02T09:00:00", stage="review")
        county.pump.carry("Inbox")
        county.pump.fetch("Facts")
        county.pump.waiting["Facts"].clear()
    county.wall.forward(minutes=2)
    reconcile.run({})


def overdue(county):
    """More is due than goes out one by one: in its minute, and after an outage."""
    for case in "123":
        county.accept("2026-11-02T09:00:00", case, promise="1wd")
    county.pump.drain()
    county.wall.at = county.snapshot("1").wake_at
    with patch.multiple("chalicelib.lambdas.backlog", FEW=1, _LEAST=1):
        for days in (0, 20):
            county.wall.forward(days=days)
            cold(county, sweep.run)
            county.pump.drain()


def discard_partials(county):
    """Publish partial tiles and then their full one, and let a day go by."""
    log = LongLog(county.cloud)
    for size in (100, 300):
        log.grow(size)
        cold(county, publish.run)
    for days in (0, 1):
        county.wall.forward(days=days)
        assert cold(county, discard.run)["discarded"] == 2 * days


@pytest.fixture(scope="module")
def used():
    """Give the rights that each function used."""
    rights.used.clear()
    with memory_world("2026-11-02T09:00:00") as county:
        readers = {
            table: partial(cold, county, work) for table, work in stream_pump.READERS.items()
        }
        with patch.dict(stream_pump.READERS, readers):
            live(county)
        assert not county.pump.failed
    for life in (
        knock,
        discard_partials,
        flooded,
        overdue,
        told_of_a_stranger,
        opened,
        partial(relay, **ONCE),
    ):
        with memory_world("2026-11-02T09:00:00") as county:
            life(county)
    return {name: set(mine) for name, mine in rights.used.items()}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_the_rights_that_it_uses_and_no_others(used, function):
    """One that lacks would be refused in production, and only there; one too many is a danger."""
    unused = {right for right in rights_of(function) - used[function] if right.action not in ON_AWS}
    assert unused == ELSEWHERE.get(function, set())


def relay(county, notification, flavour):
    """Let a card be issued, and a put of what it tells other cases fail."""
    county.accept("2026-11-02T09:00:00", promise="1wd")
    county.pump.drain()
    county.wall.forward(days=2)
    sweep.sweep(county.services, county.services.now())
    restore = county.save()
    begun = len(county.cloud.calls)
    county.pump.carry("Inbox")
    calls = county.cloud.calls[begun:]
    puts = [at for at, call in enumerate(calls) if call == ("PutItem", "test-Inbox")]
    restore()
    with county.faulty.failing(puts[notification], flavour):
        county.pump.carry("Inbox")
    assert county.faulty.failed == "PutItem"
    assert county.pump.failed == []
    county.pump.drain()


@pytest.mark.parametrize(
    ("notification", "flavour"),
    [(0, "lost"), (0, "after"), (1, "before"), (1, "lost"), (1, "after")],
    ids=str,
)
def test_a_relay_that_fails_is_told_once(notification, flavour):
    """The put comes again and fails on what is there: supervise reads that back and compares."""
    with memory_world("2026-11-02T09:00:00") as county:
        relay(county, notification, flavour)
        check(county, county.told)
        (card,) = [fact for fact in county.facts() if fact.kind == "card.issued"]
        own = county.services.facts.of_case(card_case(f"{county.snapshot().public_case}.{card.n}"))
        assert [record.fact.kind for record in own if record.fact.told] == ["card.issued"]


@pytest.mark.parametrize(
    ("life", "gone"),
    [
        (partial(relay, **ONCE), Right("dynamodb:GetItem", "Inbox")),
        (knock, Right("dynamodb:PutItem", "Registry", "FEED")),
    ],
    ids=["a read in a relay", "one value"],
)
def test_a_right_that_lacks_is_noticed_whatever_comes_after(life, gone):
    """A retry, or what heals, may hide it; one value of a condition is enough."""
    whole = Statement.grants

    def live_without_it():
        with memory_world("2026-11-02T09:00:00") as county, suppress(Exception):
            life(county)

    with (
        patch.object(Statement, "grants", lambda *asked: whole(*asked) - {gone}),
        pytest.raises(AssertionError, match=f"may not {gone.action} on {gone.where}"),
    ):
        live_without_it()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_policy_lets_anybody_change_a_fact(function):
    """Facts are appended, by supervise alone."""
    rights = {action for action, place in allowed(function) if place == "Facts"}
    assert not rights & {"UpdateItem", "DeleteItem", "BatchWriteItem", "*"}
    assert ("PutItem" in rights) is (function == "supervise")
