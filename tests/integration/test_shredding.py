"""A case is shredded: what was told about people is gone, wherever a crash or another run fell."""

import json
from contextlib import suppress
from functools import partial
from itertools import product

import pytest
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import BadInput
from chalicelib.intake.shredding import shredding_event
from chalicelib.lambdas.gather import InboxRecord
from chalicelib.lambdas.reconcile import STUCK, reconcile
from chalicelib.lambdas.supervise import supervise
from infra.recovery.restoring import restore
from tests.support.claimed import claimed_world, hall
from tests.support.end_state import check
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import memory_world
from tests.support.published import publish
from tests.support.replayed import found
from tests.support.traces import openings, traces
from tests.support.trials import dice, times

BASIS = "《个人信息保护法》第四十七条第一款第三项"
CASE = "hall:1"
PRIVATE = ("王小明", "13800138000", "店面", "Wang", "听证通知")
APPLICANT = {"name": "王小明", "contact": "13800138000"}
READS = {"GetItem", "Query"}


def told(county):
    """Let a case be told of with much that is private, and time pass till it is late."""
    county.accept("2026-11-02T09:00:00", applicant=APPLICANT, title="店面", id="e1")
    county.report("case.suspended", "2026-11-02T10:00:00", procedure="hearing", basis="听证通知")
    county.report("case.resumed", "2026-11-03T10:00:00", procedure="hearing")
    county.until("2026-11-12T09:00:00", minutes=2880)


def shred(county, number=0):
    """Ask for it, as the command does."""
    event = shredding_event(CASE, number, BASIS, county.services.now())
    return county.services.inbox.put_own_event(CASE, event["id"], event, county.services.now())


def minute(county):
    """Do what follows; what fails in reconcile waits for the next minute."""
    county.pump.drain()
    with suppress(PynamoDBException):
        county.wall.at += STUCK
        reconcile(county.services, STUCK)
    county.pump.drain()


@pytest.fixture
def late():
    """A county with a late case about which much is known."""
    with memory_world("2026-11-02T09:00:00") as made:
        told(made)
        yield made


def test_nothing_that_is_stored_says_or_opens_anything_any_more(late):
    """The leaf says on which ground; facts, card and name are what they were."""
    before, name = late.facts(), late.snapshot().public_case
    assert openings(late.cloud, CASE)
    assert traces(late.cloud, PRIVATE) == {}, "sealed: only the vault has it, enciphered"
    shred(late)
    minute(late)
    facts = late.facts()
    assert [fact for fact in facts if fact.kind != "case.shredded"] == before
    (said,) = [
        record for record in late.services.facts.of_case(CASE) if record.fact.n == len(before)
    ]
    assert json.loads(said.leaf)["data"] == {"basis": BASIS}
    assert late.snapshot().public_case == name
    assert openings(late.cloud, CASE) == []
    assert late.services.vault.private_fields(CASE) == {}
    check(late, late.told)


def test_no_digest_of_a_whole_event_is_left(late):
    """It has no salt: whoever guesses the event would see that it is right."""

    def said():
        stubs = late.cloud.items["test-Inbox"].items()
        known = {"case", "id", "kind", "received_at"}
        return {name: {*item} - known for (case, name), item in stubs if case == CASE}

    assert "digest" in said()["E#e1"]
    shred(late)
    minute(late)
    assert {name for name, more in said().items() if more} == {"A#shredded/0"}


def test_what_was_pending_is_forgotten_too():
    """Told, on record, and not sealed yet: the event is still in the inbox then."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", applicant=APPLICANT, id="e1")
        shred(county)
        assert traces(county.cloud, PRIVATE)
        supervise(county.services, InboxRecord(CASE, "E#e1"))
        assert traces(county.cloud, PRIVATE) == {}
        assert [item.id for item in county.services.inbox.waiting(CASE)] == ["E#e1", "A#shredded/0"]
        minute(county)
        assert county.services.inbox.oldest_pending() is None


def test_what_came_before_is_still_known_and_what_comes_after_is_kept(late):
    """The same event is no second one; a correction finds what it is about; news is kept anew."""
    shred(late)
    minute(late)
    n = len(late.facts())
    late.services.vault.secret(CASE)
    late.accept("2026-11-02T09:00:00", applicant=APPLICANT, title="店面", id="e1")
    minute(late)
    assert len(late.facts()) == n
    late.report(
        "case.corrected", "2026-11-12T09:30:00", event="e1", time="2026-11-02T08:30:00+08:00"
    )
    late.report("case.decided", "2026-11-12T09:40:00", outcome="granted", reason="店面")
    minute(late)
    kinds = [fact.kind for fact in late.facts()[n:]]
    assert {"case.corrected", "case.decided"} <= {*kinds}
    assert "event.set_aside" not in kinds
    assert sorted(late.services.vault.private_fields(CASE).values(), key=str) == [
        {"event": "e1"},
        {"reason": "店面"},
    ]
    check(late, late.told)
    shred(late, 1)
    minute(late)
    assert openings(late.cloud, CASE) == []


def test_a_shredding_survives_every_crash():
    """At each write of the minute in which it is done, in every way in which one can fail."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", applicant=APPLICANT, id="e1")
        minute(county)
        shred(county)
        restore = county.save()
        with county.faulty.failing(-1, "before"):
            minute(county)
        kinds = [fact.kind for fact in county.facts()]
        writes = [at for at, one in enumerate(county.faulty.calls) if one not in READS]
        for at, flavour in product(writes, FLAVOURS):
            restore()
            county.pump.retries = 3 if at % 2 else 0
            with county.faulty.failing(at, flavour):
                minute(county)
            assert county.faulty.failed
            county.pump.retries = 3
            county.pump.failed.clear()
            county.heal()
            assert openings(county.cloud, CASE) == [], (at, flavour)
            assert [fact.kind for fact in county.facts()] == kinds
            assert county.services.inbox.oldest_pending() is None


@pytest.mark.parametrize("seed", range(times(12)))
def test_what_is_told_at_the_same_time_is_shredded_or_kept_readably(seed):
    """Three runs call by call: by its number the news comes before the shredding, or after it."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", applicant=APPLICANT, id="e1")
        minute(county)

        def comes(work):
            def told():
                work()
                supervise(county.services, InboxRecord(CASE, "E#e1"))

            return told

        report = partial(county.report, "case.decided", "2026-11-02T10:00:00", outcome="granted")
        works = [
            comes(partial(shred, county)),
            comes(partial(report, id="e2" if seed % 2 else "e2-of-a-longer-name", reason="店面")),
            comes(lambda: None),
        ]
        random = dice(seed)
        runners = county.turns.run(works, [random.randrange(3) for _ in range(200)])
        assert [runner.error for runner in runners] == [None, None, None]
        county.heal()
        numbers = {fact.kind: fact.n for fact in county.facts()}
        is_after = numbers["case.decided"] > numbers["case.shredded"]
        kept = [{"reason": "店面"}] if is_after else []
        assert [*county.services.vault.private_fields(CASE).values()] == kept
        assert len(openings(county.cloud, CASE)) == len(kept)
        check(county, county.told)


def test_what_comes_after_a_shredding_that_died_is_kept_readably():
    """Its fact is on record and nothing was destroyed yet: whoever comes next does that first."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", applicant=APPLICANT, id="e1")
        minute(county)
        shred(county)
        inbox_record = InboxRecord(CASE, "A#shredded/0")
        again = county.save()
        with county.faulty.failing(-1, "before"):
            supervise(county.services, inbox_record)
        written = county.faulty.calls.index("PutItem")  # its fact is the first that is written
        again()
        with county.faulty.failing(written, "after"), pytest.raises(PynamoDBException):
            supervise(county.services, inbox_record)
        assert [fact.kind for fact in county.facts()] == ["case.accepted", "case.shredded"]
        assert openings(county.cloud, CASE), "it died before anything was destroyed"
        county.report("case.decided", "2026-11-02T10:00:00", outcome="granted", reason="店面")
        minute(county)
        assert [*county.services.vault.private_fields(CASE).values()] == [{"reason": "店面"}]
        assert len(openings(county.cloud, CASE)) == 1


@pytest.mark.parametrize("is_fact_lost", [False, True])
def test_a_backup_brings_nothing_back(late, is_fact_lost):
    """Restoring the log shreds again what a restored table tells of a shredded case."""
    inbox, facts = late.cloud.items["test-Inbox"], late.cloud.items["test-Facts"]
    backup, fewer = dict(inbox), dict(facts)
    shred(late)
    minute(late)
    publish(late)
    clean = dict(inbox)
    inbox.update(backup)
    if is_fact_lost:
        late.cloud.items["test-Facts"] = fewer
    assert inbox != clean
    restore(late.services, writes=True)
    assert {name: set(item) for name, item in inbox.items()} == {
        name: set(item) for name, item in clean.items()
    }
    assert openings(late.cloud, CASE) == []


@pytest.mark.parametrize(
    "basis",
    [
        "",
        "王小明要求删除",
        "《个人信息保护法》",
        f"{BASIS} 王小明",
        "《王小明》第一条 电话",
        "PIPL 47",
    ],
)
def test_the_ground_is_a_place_in_a_law_and_nothing_else(late, basis):
    """It is published for ever."""
    with pytest.raises(BadInput):
        shredding_event(CASE, 0, basis, late.services.now())


@pytest.mark.parametrize(
    "basis",
    [BASIS, "《中华人民共和国档案法（修订）》第27条", "《网络数据安全管理条例》第二十四条之一"],
)
def test_such_grounds_are_taken(late, basis):
    """Whichever law it is."""
    assert shredding_event(CASE, 0, basis, late.services.now())["data"] == {"basis": basis}


def test_a_stranger_finds_nothing_wrong_with_a_shredded_case():
    """Judged again from the leaves alone; a correction from after it finds its event there too.

    It comes late, and acts when an inspector has accepted it.
    """
    with claimed_world("2026-11-02T09:00:00", hall("10m")) as county:
        county.accept("2026-11-02T09:00:00", applicant=APPLICANT, id="e1", promise="1wd")
        county.until("2026-11-04T09:00:00", minutes=1440)
        shred(county)
        county.tick()
        county.report("case.corrected", "2026-11-04T09:10:00", event="e1", withdrawn=True)
        county.tick()
        (contested,) = [fact for fact in county.facts() if fact.kind == "claim.contested"]
        assert "card.rechecked" not in [fact.kind for fact in county.facts()]
        claim = contested.data["claim"]
        assert isinstance(claim, int)
        county.decide_claim("accepted", claim)
        county.close()
        kinds = [fact.kind for fact in county.facts()]
        assert {"card.issued", "case.shredded", "card.rechecked"} <= {*kinds}
        assert found(county) == []
