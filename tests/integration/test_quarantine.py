"""What nobody can read is quarantined after some tries, seen, and brought back after a release."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.intake.inbox_id import reported_id
from chalicelib.lambdas import publish
from chalicelib.lambdas.reconcile import STUCK, reconcile
from infra.operate import dead_letters
from infra.stack import cloud
from tests.support.command import duban
from tests.support.end_state import check
from tests.support.memory_stage import memory_world

__all__ = ["duban"]  # the fixture
START = "2026-11-02T09:00:00"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def county():
    """Give a county with one case, one of whose events cannot be read."""
    with memory_world(START) as made:
        made.accept(START)
        made.pump.drain()
        break_event(made, "bad")
        yield made


def break_event(county, name):
    """Report an event, and break what is stored of it; the rest of it is kept behind."""
    county.report("stage.entered", START, stage="review", id=name)
    items, key = county.cloud.items["test-Inbox"], ("hall:1", reported_id(name))
    items[key] = {**items[key], "event": {"S": "?" + items[key]["event"]["S"]}}


def mend(county):
    """Release a version that can read it: here, what is stored is as it was."""
    items, key = county.cloud.items["test-Inbox"], ("hall:1", reported_id("bad"))
    items[key] = {**items[key], "event": {"S": items[key]["event"]["S"].removeprefix("?")}}


def state(county):
    """Say what waits and what is quarantined, by the ids."""
    inbox = county.services.inbox
    waiting = [item.id for item in inbox.waiting("hall:1")]
    return waiting, [item_id for _, item_id in inbox.list_quarantined(10)]


def go_on(county):
    """Let the functions work for two minutes."""
    county.pump.drain()
    county.wall.forward(minutes=2)
    reconcile(county.services, STUCK)
    county.pump.drain()
    publish.run({})


def resend(county):
    """Do what `duban dead-letters resend` does to the inbox."""
    return dead_letters.heal(county.services, lambda: go_on(county), -1)


def test_an_unreadable_item_stops_only_itself(county):
    """Its case is supervised still, and so is whoever comes behind it in the stream."""
    county.report("case.extended", START, by={"amount": 5, "unit": "wd"})
    county.pump.drain()
    assert county.pump.failed == []
    assert county.facts()[-1].kind == "case.extended"
    assert state(county) == (["E#bad"], [])


def test_it_is_quarantined_after_some_tries(county):
    """At once it is tried, then after one minute, and after six."""
    for minutes, expected in ((0, (["E#bad"], [])), (2, (["E#bad"], [])), (6, ([], ["E#bad"]))):
        county.wall.forward(minutes=minutes)
        reconcile(county.services, STUCK)
        county.pump.drain()
        assert state(county) == expected
    assert county.services.inbox.oldest_pending() is None
    county.heal()
    assert state(county) == ([], ["E#bad"])


def test_many_of_a_case_are_quarantined_together(county):
    """They do not wait for each other."""
    for number in range(9):
        break_event(county, f"worse{number}")
    county.heal()
    waiting, quarantined = state(county)
    assert (waiting, len(quarantined)) == ([], 10)


def test_of_very_many_in_a_case_ten_go_at_a_time(county):
    """As the manual says: the first within seven minutes, and ten more in each six."""
    for number in range(24):
        break_event(county, f"worse{number}")
    county.pump.drain()
    gone = []
    for _ in range(20):
        county.wall.forward(minutes=1)
        reconcile(county.services, STUCK)
        county.pump.drain()
        gone.append(len(county.services.inbox.list_quarantined(30)))
    assert sorted(set(gone)) == [0, 10, 20, 25]
    assert [gone.index(count) + 1 for count in (10, 20, 25)] == [7, 13, 19]
    for name, told in (("", "每六分钟十项"), (".en", "ten in each six minutes")):
        assert told in (DOCS / f"operating{name}.md").read_text("utf-8")


@pytest.mark.parametrize("flavour", ["before", "after", "lost"])
def test_a_crash_as_it_is_quarantined_loses_nothing(county, flavour):
    """The write is one; the next look does it where it was not done."""
    for minutes in (2, 6):
        county.pump.drain()
        county.wall.forward(minutes=minutes)
        reconcile(county.services, STUCK)
    back = county.save()
    with county.faulty.failing(-1, flavour):
        county.pump.drain()
    place = county.faulty.calls.index("UpdateItem")
    assert state(county) == ([], ["E#bad"])
    back()
    with county.faulty.failing(place, flavour):
        county.pump.drain()
    assert county.faulty.failed == "UpdateItem"
    county.heal()
    assert state(county) == ([], ["E#bad"])


def test_a_release_that_can_read_it_brings_it_on(county):
    """As if it had come through at once."""
    county.heal()
    mend(county)
    county.heal()
    assert state(county) == ([], ["E#bad"])  # by itself it does not come back
    healing = resend(county)
    assert (healing.is_whole, healing.quarantined) == (True, ())
    assert [fact.kind for fact in county.facts()] == ["case.accepted", "stage.entered"]
    county.heal()
    check(county, county.told)


def test_one_that_still_cannot_be_read_is_quarantined_at_once(county):
    """It does not keep the rest of a resending from coming to its end."""
    county.heal()
    healing = resend(county)
    assert (healing.is_whole, healing.quarantined) == (True, (("hall:1", "E#bad"),))
    assert state(county) == ([], ["E#bad"])


def test_a_shredding_takes_it_along(county):
    """Whatever is in it may be personal, and nothing will ever come of it."""
    county.heal()
    key = ("hall:1", "E#bad")
    assert [item.id for item in county.services.inbox.quarantined_in("hall:1")] == ["E#bad"]
    county.services.inbox.forget("hall:1", [], county.wall.at + timedelta(seconds=1))
    assert state(county) == ([], [])
    assert county.cloud.items["test-Inbox"][key].keys() <= {
        *("case", "id", "kind", "received_at", "touched_at", "tries")
    }


NONE_LEFT = "没有死信，也没有隔离的报送"


def test_the_command_names_it_until_it_has_come_through(county, duban, monkeypatch):
    """Exit 1 while there is any; `resend` tries it once more."""
    monkeypatch.setattr(cloud, "of_stage", lambda _: None)
    monkeypatch.setattr(dead_letters, "queues", lambda *_: dead_letters.Queues(None, {}))
    monkeypatch.setattr(dead_letters, "run_reconcile", lambda *_: go_on(county))
    county.heal()
    assert duban("dead-letters", "list")[:2] == (
        1,
        "已隔离，读不懂: hall:1  E#bad",
    )
    code, out, _ = duban("dead-letters", "list", "--json")
    assert (code, json.loads(out)) == (1, [{"quarantined": {"case": "hall:1", "id": "E#bad"}}])
    code, out, named = duban("dead-letters", "resend", "--wait", 0)
    assert (code, named) == (1, "hall:1  E#bad")
    assert "仍读不懂，重新隔离 1 条" in out
    mend(county)
    code, out, _ = duban("dead-letters", "resend", "--wait", 0, "--json")
    assert (code, json.loads(out.splitlines()[-1])["quarantined"]) == (0, [])
    assert duban("dead-letters", "list") == (0, NONE_LEFT, "")
