"""A flood of events in one case: what it costs, and how long anybody else waits for it.

All is counted in calls and items, not in time.
"""

from collections import Counter

import pytest

from chalicelib.lambdas import reconcile, supervise
from tests.support.end_state import check
from tests.support.memory_cloud import MemoryCloud
from tests.support.memory_stage import memory_world
from tests.support.rights import acting

START = "2026-11-02T09:00:00"


@pytest.fixture
def county():
    """Give a county with two cases, one of which will be flooded."""
    with memory_world(START) as made:
        for case in ("1", "2"):
            made.accept(START, case)
        made.pump.drain()
        yield made


def flood(county, events):
    """Report many events of the first case: stages entered and left."""
    for number in range(events):
        kind = ("stage.entered", "stage.left")[number % 2]
        county.report(kind, START, stage=f"s{number // 2}")


def calls(county, work):
    """Count by operation and table what *work* asks for."""
    begun = len(county.cloud.calls)
    work()
    return Counter(county.cloud.calls[begun:])


def runs(asked):
    """Count how often facts were read: once in each run."""
    return asked["Query", "test-Facts"]


def kinds(county, case):
    """Name the reported facts of a case."""
    return Counter(fact.kind for fact in county.facts(case) if fact.told)


def test_the_records_of_a_case_are_one_run(county):
    """Fifty of one case and one of another, in a batch: each case is gathered once."""
    flood(county, 50)
    county.report("stage.entered", START, "2", stage="review")
    county.pump.batch = 51
    asked = calls(county, lambda: county.pump.carry("Inbox"))
    assert runs(asked) == 2
    assert asked["PutItem", "test-Cases"] == 2
    assert kinds(county, "1") == {"case.accepted": 1, "stage.entered": 25, "stage.left": 25}
    county.pump.drain()
    assert county.services.inbox.oldest_pending() is None


def test_a_flood_delays_nobody_else_for_long(county, monkeypatch):
    """Forty batches of one case come before another one's event: they cost a read each."""
    flood(county, 400)
    county.report("stage.entered", START, "2", stage="review")
    monkeypatch.setattr(supervise, "_SECONDS", 1e9)  # however slow this machine is
    asked = calls(county, lambda: county.pump.carry("Inbox", 400))
    assert runs(asked) == 8  # of fifty each
    written = asked["PutItem", "test-Facts"]
    assert written == 400 + 201  # half of them are set aside, and the case is flagged
    assert asked["GetItem", "test-Cases"] == 8 + 39
    assert sum(asked.values()) - written < 110
    county.pump.drain()
    assert kinds(county, "2") == {"case.accepted": 1, "stage.entered": 1}
    assert county.services.inbox.oldest_pending() is None


def test_what_is_settled_is_skipped_by_one_read_in_any_process(county):
    """The records come again when another process has the stream, and all is sealed."""
    flood(county, 20)
    county.pump.drain()
    county.wall.forward(minutes=1)
    vars(county.services).pop("served_items")
    records = [r for r in county.cloud.streams["test-Inbox"] if "NewImage" in r["dynamodb"]]
    of_flood = [r for r in records if r["dynamodb"]["Keys"]["case"]["S"] == "hall:1"]
    marked = [r for r in of_flood if "pending_shard" in r["dynamodb"]["NewImage"]]
    assert len(marked) == 21
    asked = calls(county, lambda: supervise.run({"Records": marked}))
    assert asked == {("GetItem", "test-Inbox"): 21}


def test_what_a_lost_head_has_not_judged_is_not_skipped(county):
    """The memory of a process alone is no reason: the head must say so."""
    flood(county, 10)
    records = list(county.cloud.streams["test-Inbox"])[-10:]
    county.pump.carry("Inbox")
    was = county.cloud.items["test-Cases"].pop(("hall:1",))
    supervise.run({"Records": records})
    assert county.cloud.items["test-Cases"]["hall:1",]["n"] == was["n"]


def test_what_was_rewritten_is_looked_at_again(county):
    """Whoever touches an item has a reason."""
    flood(county, 2)
    county.pump.carry("Inbox")
    item_id = county.services.inbox.waiting("hall:1")[0].id
    county.services.inbox.touch("hall:1", item_id, county.wall.at)
    assert runs(calls(county, lambda: county.pump.carry("Inbox"))) == 1


@pytest.mark.parametrize("settled", [4, 500])
def test_the_next_event_does_not_read_what_is_settled(county, settled, monkeypatch):
    """Of the inbox: the item itself, and what else waits."""
    flood(county, settled)
    county.pump.batch = 100
    county.pump.drain()
    read: Counter[str] = Counter()
    query = MemoryCloud.query

    def counted(cloud, request):
        answer = query(cloud, request)
        read[request["TableName"]] += answer["ScannedCount"]
        return answer

    monkeypatch.setattr(MemoryCloud, "query", counted)
    county.report("stage.entered", START, stage="last")
    asked = calls(county, lambda: county.pump.carry("Inbox"))
    assert read["test-Inbox"] <= 6
    assert asked["GetItem", "test-Inbox"] == 0
    assert asked["BatchGetItem", "test-Inbox"] == (settled > 50)
    assert kinds(county, "1")["stage.entered"] == settled // 2 + 1


def test_an_index_that_lags_behind_loses_nothing(county):
    """The record's own item is at hand; what the index does not show yet has a record to come."""
    flood(county, 60)
    county.pump.batch = 100
    county.pump.drain()
    county.cloud.lagging = {name: dict(held) for name, held in county.cloud.items.items()}
    county.report("stage.entered", START, stage="last")
    county.report("stage.left", START, stage="last")
    county.pump.batch = 1
    county.pump.carry("Inbox", 1)
    assert len(county.facts("1")) == 62
    county.pump.carry("Inbox")
    assert len(county.facts("1")) == 63


def test_reconcile_brings_on_what_waits_in_a_large_case(county):
    """By the index as well, with its own rights; here it settles what nothing else does."""
    flood(county, 60)
    county.pump.batch = 100
    county.pump.carry("Inbox")
    county.pump.fetch("Facts")
    county.pump.waiting["Facts"].clear()
    county.wall.forward(minutes=2)
    acting("reconcile", reconcile.run)({})
    assert county.services.inbox.waiting("hall:1") == []
    assert county.services.log.cursor("hall:1") == 61


def test_of_very_much_news_a_part_is_taken_at_a_time(county, monkeypatch):
    """Nothing is judged before the last of it, and a run that has no time left leaves the rest."""
    monkeypatch.setattr(supervise, "_SECONDS", -1.0)
    flood(county, 118)
    county.report("case.suspended", START, procedure="hearing", basis=None)  # a proposal
    county.wall.forward(minutes=1)
    county.pump.fetch("Inbox")
    county.pump.batch = 200
    for told in (51, 101):
        county.pump.carry("Inbox")
        facts = county.facts()
        assert len(facts) == told
        assert all(fact.told for fact in facts)
        assert len(county.services.inbox.waiting("hall:1")) > 119 - told
    county.pump.drain()
    county.heal()
    assert sum(kinds(county, "1").values()) == 120
    assert next(fact.n for fact in county.facts() if not fact.told) >= 120
    assert county.services.inbox.oldest_pending() is None
    check(county, county.told)


def test_the_more_is_on_record_the_less_is_taken_at_a_time(county, monkeypatch):
    """Each event is judged with all before it: what one part takes must not grow with the case.

    Of 2,000 late events fifty took longer than a run may: it wrote nothing, and came again.
    """
    flood(county, 500)
    county.pump.batch = 100
    county.pump.drain()
    monkeypatch.setattr(supervise, "_SECONDS", -1.0)
    for number in range(60):
        kind = ("case.suspended", "case.resumed")[number % 2]
        county.report(kind, f"2026-10-{1 + number % 28:02}T09:00:00", procedure="hearing")
    assert len(county.facts()) == 501 + 300 + 1  # what is set aside, and a flag
    for told in (501 + 24, 501 + 48, 501 + 60):  # 20,000 / 802, 20,000 / 826
        county.pump.carry("Inbox")
        assert sum(kinds(county, "1").values()) == told
    county.pump.drain()
    county.heal()
    assert county.services.inbox.oldest_pending() is None
