"""No mark is settled before every fact that its item led to is in the log.

A fact without a mark is found by nobody: if its stream record is lost, or seal dies before its
commit, it stays out of the log for good. So each write that takes a mark away is looked at as it
happens, whoever makes it and whatever becomes of the log afterwards.
"""

from collections import Counter

import pytest
from msgspec import Struct, field

from chalicelib.lambdas.sweep import sweep
from tests.support.end_state import check
from tests.support.memory_cloud import MemoryCloud
from tests.support.memory_stage import memory_world

START = "2026-11-02T09:00:00"


class Seen(Struct, dict=True):
    """Which marks were settled, by the first letter of their items, and which facts were left."""

    settled: Counter[str] = field(default_factory=Counter)
    too_early: list[tuple[object, ...]] = field(default_factory=list)


@pytest.fixture
def seen():
    """Give what will have been seen."""
    return Seen()


@pytest.fixture
def county(monkeypatch, seen):
    """Give a county in which no write may leave a fact that is neither sealed nor marked."""
    write = MemoryCloud._replace

    def watched(cloud, name, key, item):
        before = cloud.items[name].get(key)
        write(cloud, name, key, item)
        is_mark = name == "test-Inbox" and "pending_shard" in (before or {})
        if is_mark and "pending_shard" not in (item or {}):
            seen.settled[key[1][0]] += 1
            seen.too_early += [(*key, n) for n in unmarked(cloud, *key)]

    monkeypatch.setattr(MemoryCloud, "_replace", watched)
    with memory_world(START) as made:
        yield made
        assert seen.too_early == [], "settled before it is sealed"


def unmarked(cloud, case, item_id):
    """List the facts of *case* that *item_id* led to and that are not in the log."""
    cursor = cloud.items["test-Log"].get((f"CUR#{case}", "CUR"), {"next": {"N": "0"}})
    return [
        int(n)
        for (of_case, n), fact in cloud.items["test-Facts"].items()
        if (of_case, fact["cause"]["S"]) == (case, item_id) and n >= int(cursor["next"]["N"])
    ]


def live(county, lost):
    """Let cases be accepted, warned, late, suspended, decided; *lost* streams carry nothing."""
    county.pump.lose = lambda table, _: table in lost
    for case in ("1", "2"):
        county.accept(START, case, promise="2wd")
    county.report("stage.entered", START, stage="review")
    county.report("case.suspended", START, "2", procedure="hearing")
    county.tick()
    county.heal()
    county.until("2026-11-05T09:00:00", minutes=12 * 60)
    for case in ("1", "2"):
        county.report("case.decided", "2026-11-05T09:00:00", case, outcome="granted")
    county.tick()
    county.heal()
    county.pump.lose = lambda *_: False
    county.heal()


@pytest.mark.parametrize("lost", [(), ("Facts",), ("Inbox",)])
def test_a_mark_outlives_the_sealing(county, seen, lost):
    """Seal settles, or reconcile does; events, nudges and our own notices are among the marks."""
    live(county, lost)
    check(county, county.told)
    assert {*seen.settled} == {*"EAW"}


def test_an_event_and_a_nudge_in_one_batch_are_settled_each_in_its_time(county):
    """What follows has the event for its cause; the nudges beside it go at once."""
    county.accept(START, promise="2wd")
    county.pump.drain()
    county.wall.forward(minutes=10)
    sweep(county.services, county.wall.at)
    county.services.inbox.put_nudge("hall:1", county.wall.at, county.wall.at)
    county.report("stage.entered", START, stage="review")
    county.pump.carry("Inbox")
    assert {fact.kind for fact in county.facts()} >= {"stage.entered", "warning.issued"}
    assert [item.id for item in county.services.inbox.waiting("hall:1")] == ["E#e2"]
    county.pump.drain()
    assert county.services.inbox.oldest_pending() is None
    check(county, county.told)
