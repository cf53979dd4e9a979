"""A lost head is silent: nothing is pending or due. The scrub finds it, a page at a time."""

from collections import Counter

import pytest

from chalicelib.lambdas import reconcile
from tests.support.end_state import check
from tests.support.memory_stage import memory_world
from tests.support.rights import acting

START = "2026-11-02T09:00:00"
RUN = acting("reconcile", reconcile.run)


@pytest.fixture(scope="module")
def lived():
    """Give a county with a few cases: open, paused, closed."""
    with memory_world(START) as made:
        for case in ("1", "2", "3"):
            made.accept(START, case, promise="5wd")
        made.report("case.suspended", START, "2", procedure="hearing")
        made.report("case.decided", START, "3", outcome="granted")
        made.tick()
        made.heal()
        yield made


@pytest.fixture
def county(lived):
    """Give it, and take back afterwards what was done to it."""
    back = lived.save()
    yield lived
    back()


def calls(county, work):
    """Count by operation and table what *work* asks for."""
    begun = len(county.cloud.calls)
    work()
    return Counter(county.cloud.calls[begun:])


def heads(county):
    """Give the heads as stored, without when they were judged."""
    items = county.cloud.items["test-Cases"]
    return {key: {**head, "judged_at": None} for key, head in items.items()}


def forget(county):
    """Lose a head."""
    del county.cloud.items["test-Cases"]["hall:1",]


def forget_wake(county):
    """Lose the wake of a head."""
    items = county.cloud.items["test-Cases"]
    head = items["hall:1",]
    items["hall:1",] = {name: head[name] for name in head if name not in ("wake_at", "wake_shard")}


def forget_fact(county):
    """Let a head count a fact less than there is."""
    items = county.cloud.items["test-Cases"]
    head = items["hall:1",]
    items["hall:1",] = {**head, "n": {"N": str(int(head["n"]["N"]) - 1)}}


@pytest.mark.parametrize("lose", [forget, forget_wake, forget_fact])
def test_what_is_lost_of_a_head_is_found_and_made_again(county, lose):
    """In the end all is as it was, and the case has its cards."""
    before = heads(county)
    lose(county)
    assert heads(county) != before
    county.wall.at = county.wall.at.replace(minute=9)
    for _ in range(2):
        county.wall.forward(minutes=1)
        RUN({})
        county.pump.drain()
    assert heads(county)["hall:1",] == before["hall:1",]
    county.until("2026-11-10T09:00:00", minutes=24 * 60)
    assert ("yellow", "2026-11-09T09:30:00.000Z") in county.cards()
    county.heal()
    check(county, county.told)


def test_what_is_right_is_left_alone(county):
    """No case is nudged, whatever it waits for."""
    assert reconcile.scrub(county.services) == 0


def test_only_every_tenth_minute_has_a_page(county):
    """Nine others cost what they did."""
    county.wall.at = county.wall.at.replace(minute=0)
    pages = []
    for _ in range(20):
        asked = calls(county, lambda: RUN({}))
        pages.append(asked["Scan", "test-Facts"])
        county.wall.forward(minutes=1)
    assert pages == [1, *[0] * 9] * 2


def test_a_page_costs_the_same_whatever_is_open(county, monkeypatch):
    """The round goes on where it was, and finds what is lost at its end as well."""
    facts = county.cloud.items["test-Facts"]
    monkeypatch.setattr(reconcile, "_PAGE", 3)
    small = calls(county, lambda: reconcile.scrub(county.services))
    count = len(facts)
    item = facts["hall:1", 0]
    for number in range(300):
        facts[f"hall:x{number}", 0] = {**item, "case": {"S": f"hall:x{number}"}}
    head = county.cloud.items["test-Cases"]["hall:1",]
    for number in range(299):
        name = {"S": f"hall:x{number}"}
        county.cloud.items["test-Cases"][name["S"],] = {**head, "case": name, "n": {"N": "1"}}
    rounds = [
        calls(county, lambda: reconcile.scrub(county.services)) for _ in range(count // 3 + 101)
    ]
    nudged = [asked["PutItem", "test-Inbox"] for asked in rounds]
    assert sum(nudged) == 1
    assert {sum(asked.values()) - asked["PutItem", "test-Inbox"] for asked in rounds} == {
        sum(small.values())
    }
    assert small == {
        ("GetItem", "test-Registry"): 1,
        ("Scan", "test-Facts"): 1,
        ("BatchGetItem", "test-Cases"): 1,
        ("PutItem", "test-Registry"): 1,
    }
