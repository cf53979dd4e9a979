"""Every function does only what its policy in infra/iam allows: no emulator would tell us.

A life with all its accidents is lived in memory, and what each function asked of which table is
held against its policy.
"""

from collections import defaultdict
from unittest.mock import patch

import pytest

from chalicelib.calendar.change import read_change
from chalicelib.cases.kind import card_case
from chalicelib.intake.shredding import shredding_event
from chalicelib.lambdas import checkpoint, listing, reconcile, sign, sweep
from chalicelib.policy.catalogue import read_catalogue
from tests.support import stream_pump
from tests.support.asker import Asker, data
from tests.support.end_state import check
from tests.support.late_pause import HEARING
from tests.support.memory_stage import memory_world
from tests.support.rights import allowed

FUNCTIONS = ["supervise", "seal", "publish", "checkpoint", "sign", "sweep", "reconcile"]
NAMES = {"Inbox": "supervise", "Facts": "seal", "Log": "publish"}
CATALOGUE = (
    b"item,name,department,kind,promise,statutory,basis,stages\n"
    b"X-09,n,Water,promise,1wd,,l,a;b;c;d\n"
)

PLACE = {"item": "X-01", "department": "Housing", "region": "370102"}
ONE_DAY = {"amount": 1, "unit": "wd"}
CLOSURE = read_change(
    {"notice": "1", "issued": "2026-11-02", "region": "3701", "days_off": ["2026-11-05"]}, "f"
)


def live(county, run):
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
        run("reconcile", reconcile.run)
        run("checkpoint", checkpoint.run)
        run("sweep", sweep.run)
        county.pump.drain()
    county.report("case.decided", "2026-11-03T09:00:00", "1", outcome="granted")
    for lost in (("Inbox",), ("Facts", "Log"), ("Facts", "Log")):
        for table in stream_pump.READERS:
            county.pump.carry(table, 0 if table in lost else None)
        for table in lost:
            county.pump.waiting[table].clear()
        county.wall.forward(minutes=6)
        run("reconcile", reconcile.run)
    county.accept("2026-11-12T09:00:00", "3", promise="2wd")
    county.pump.drain()
    hand_in_again(county)
    county.wall.forward(days=5)
    for note in (listing.NOTE, (listing.NOTIFIED, "X-09")):  # killed when the item had been told
        county.services.registry.delete(*note)
    run("reconcile", reconcile.run)
    again = county.cloud.streams["test-Inbox"][-2]
    run("supervise", stream_pump.READERS["Inbox"], {"Records": [again]})


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


@pytest.fixture(scope="module")
def calls_made():
    """Give what each function asked for."""
    made: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    with memory_world("2026-11-02T09:00:00") as county:
        running = ["the test"]  # the innermost function last

        def attribute():
            calls = county.cloud.calls
            made[running[-1]] |= {(action, where.removeprefix("test-")) for action, where in calls}
            calls.clear()

        def run(name, work, event=None):
            attribute()
            running.append(name)
            answer = work(event or {})
            attribute()
            running.pop()
            return answer

        vars(county.services)["signatory"] = lambda said: run("sign", sign.run, said)

        readers = {
            table: lambda event, table=table, work=work: run(NAMES[table], work, event)
            for table, work in stream_pump.READERS.items()
        }
        with patch.dict(stream_pump.READERS, readers):
            live(county, run)
        assert not county.pump.failed
    return made


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_does_only_what_its_policy_allows(calls_made, function):
    """Else it would fail in production, and only there."""
    assert calls_made[function] - allowed(function) == set()


def decide_claims(ask):
    """Accept and refuse the late news that is contested, with a key and without, and in bulk."""
    (listed,) = data(ask("GET", "/v1/claims?state=contested"))["cases"]
    (claim,) = listed["claims"]
    for key in ("", "k"):
        for act in ("accept", "refuse"):
            address = f"/v1/{claim['links']['accept']}".replace("accept", act)
            data(ask("POST", address, body={"reason": "x"}, key=key and f"{key}{act}"), 202)
    refusals = {"claims": [{"case": "hall:1", "n": claim["n"]}], "reason": "x"}
    data(ask("POST", "/v1/claims/refuse", body=refusals), 202)


def decide_whose_it_is(county, ask):
    """Answer a transfer with a key and again without one, read it as others, mend the case."""
    county.report("case.transferred", "2026-11-10T09:00:00", "1", department="Water")
    begun = len(county.cloud.calls)
    county.pump.drain()
    del county.cloud.calls[begun:]  # what supervise and the others did
    n = next(fact.n for fact in county.facts() if fact.kind == "case.transferred")
    for key, status in (("a", 202), ("a", 202), ("", 409)):
        data(ask("POST", f"/v1/cases/hall%3A1/transfers/{n}/agree", "Water", None, key), status)
    for who, status in (("Water", 200), ("Roads", 404)):
        data(ask("GET", "/v1/cases/hall%3A1", who), status)
    for key in ("", "m"):
        body = {"department": f"Parks{key}", "reason": "x"}
        data(ask("POST", "/v1/cases/hall%3A1/reassign", "inspector", body, key), 202)


def test_the_doors_do_only_what_their_policy_allows():
    """Whatever people read and do about a card, late news, and whose a case is."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", "1")
        county.until("2026-11-10T08:00:00")
        county.report("case.suspended", "2026-11-03T09:00:00", "1", **HEARING)
        county.until("2026-11-10T09:00:00")
        ask = Asker(county.services)
        begun = len(county.cloud.calls)
        decide_claims(ask)
        data(ask("GET", "/v1/cases/hall%3A1"))
        data(ask("GET", "/v1/cases/hall%3A1/explain"))
        data(ask("GET", "/departments.json"))
        (card,) = data(ask("GET", "/v1/cards"))["cards"]
        path = f"/v1/cards/{card['id']}"
        words = {"text": "已加派人手"}
        for key, status in (("", 202), ("", 409), ("k", 409), ("k", 409)):
            data(ask("POST", f"{path}/respond", "Housing", words, key), status)
        for status in (202, 409):
            data(ask("POST", f"{path}/send_back", "inspector", words), status)
        for _ in range(2):
            data(ask("POST", f"{path}/respond", "Housing", words, "k"), 202)
        data(ask("POST", f"{path}/acknowledge", "Housing", {}, "k"), 409)
        data(ask("GET", path))
        found = {"rule": "V-15", "text": "不予受理没有书面凭证"}
        for key, status in (("", 202), ("", 202), ("f", 202), ("f", 202)):
            data(ask("POST", "/v1/cases/hall%3A1/findings", "inspector", found, key), status)
        data(
            ask("POST", "/v1/cases/hall%3A1/findings", "inspector", {**found, "text": "x"}, "f"),
            409,
        )
        decide_whose_it_is(county, ask)
        calls = county.cloud.calls[begun:]
    done = {(action, where.removeprefix("test-")) for action, where in calls}
    done -= {("PutItem", "Registry")}  # the test's own: it gives itself a key
    assert done - allowed("api") == set()
    assert {("PutItem", "Inbox"), ("Query", "Inbox"), ("Query", "Facts")} <= done


def test_the_life_has_all_accidents(calls_made):
    """What is done but rarely was done here."""
    assert {("PutItem", "Signed"), ("ListObjectsV2", "PublicLog")} <= calls_made["sign"]
    assert {("PutObject", "PublicLog"), ("Query", "Log")} <= calls_made["checkpoint"]
    assert {("PutItem", "Inbox"), ("DeleteItem", "Inbox")} <= calls_made["supervise"]
    assert {
        *(("Query", "Board"), ("Query", "Cases/index/department")),
        *(("Query", "Vault"), ("PutItem", "Vault"), ("DeleteItem", "Vault")),
    } <= calls_made["supervise"]
    assert {("UpdateItem", "Inbox"), ("PutItem", "Log"), ("UpdateItem", "Board")} <= calls_made[
        "reconcile"
    ]
    assert {("PutItem", "Inbox"), ("GetItem", "Inbox"), ("PutItem", "Registry")} <= calls_made[
        "reconcile"
    ]


@pytest.mark.parametrize(
    ("notification", "flavour"),
    [(0, "lost"), (0, "after"), (1, "before"), (1, "lost"), (1, "after")],
    ids=str,
)
def test_a_relay_that_fails_is_told_once(notification, flavour):
    """The put comes again and fails on what is there: supervise reads that back and compares."""
    with memory_world("2026-11-02T09:00:00") as county:
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
        check(county, county.told)
        (card,) = [fact for fact in county.facts() if fact.kind == "card.issued"]
        own = county.services.facts.of_case(card_case(f"{county.snapshot().public_case}.{card.n}"))
        assert [record.fact.kind for record in own if record.fact.told] == ["card.issued"]


@pytest.mark.parametrize("function", [*FUNCTIONS, "discard"])
def test_no_policy_lets_anybody_change_a_fact(function):
    """Facts are appended, by supervise alone."""
    rights = {action for action, place in allowed(function) if place == "Facts"}
    assert not rights & {"UpdateItem", "DeleteItem", "BatchWriteItem", "*"}
    assert ("PutItem" in rights) is (function == "supervise")
