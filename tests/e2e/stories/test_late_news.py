"""What is told late, twice or backwards: the facts decide, not the order in which they came."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.errors import Rejected
from chalicelib.instant import parse
from chalicelib.policy.sources import Outage
from tests.support.end_state import cards_in_force
from tests.support.inspector import contested, decide
from tests.support.memory_stage import MemoryWorld
from tests.support.story import story

START = "2026-11-02T09:00:00"
HEARING = {"procedure": "hearing", "approved": {"amount": 10, "unit": "wd"}}


def test_late_decision_takes_the_ground_away_once_it_is_accepted():
    """Decided in time, told a day late: the card stays where it is, then with a mark on it."""
    with story(START) as county:
        county.accept(START, promise="2wd")
        county.until("2026-11-05T08:00:00")
        assert county.snapshot().lamp == "yellow"
        county.report("case.decided", "2026-11-04T16:00:00", outcome="granted")
        county.until("2026-11-05T09:00:00")
        assert county.snapshot().lamp == "closed"
        assert contested(county) == ["case.decided"]
        assert all(card.stands for card in county.services.board.cards(9))
        decide(county, "1", "case.decided", "accept")
        assert county.cards()[-1] == ("yellow", "2026-11-04T09:30:00.000Z")
        assert county.facts()[-1].kind == "card.rechecked"
        assert county.facts()[-1].text("verdict") == "lost"
        assert county.snapshot().lamp == "closed"
        cards = [card for card in county.services.board.cards(9) if card.verdict]
        assert [(card.status, card.stands) for card in cards] == [("rechecked", False)]


def test_duplicate_webhook_changes_nothing():
    """The same event ten times is one fact; the same id with other content is refused."""
    with story(START) as county:
        answers = [
            county.report(
                "case.submitted", START, id="s1", item="X", department="D", region="370102"
            )
            for _ in range(3)
        ]
        assert answers == ["recorded", "duplicate", "duplicate"]
        county.pump.twice = True
        county.tick()
        assert [fact.kind for fact in county.facts()] == ["case.submitted"]
        assert county.services.board.all_tallies()[0].lamps["pending"] == 1
        with pytest.raises(Rejected) as caught:
            county.report(
                "case.submitted", START, id="s1", item="Y", department="D", region="370102"
            )
        assert caught.value.status == 409


def tell_forwards_and_backwards(county: MemoryWorld) -> None:
    """Tell of case 1, and in reverse of case 2: due on 5 November, or with all of it on the 10th.

    Of the three working days the pause takes out the 3rd and the 4th, and one is added.
    """
    events: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("case.accepted", "2026-11-02T09:00:00", {}),
        ("case.suspended", "2026-11-03T09:00:00", HEARING),
        ("case.resumed", "2026-11-05T09:00:00", {"procedure": "hearing"}),
        ("case.extended", "2026-11-06T09:00:00", {"by": {"amount": 1, "unit": "wd"}}),
    )
    for case, order in (("1", events), ("2", reversed(events))):
        for kind, at, data in order:
            if kind == "case.accepted":
                county.accept(at, case, promise="3wd", law="6wd")
            else:
                county.report(kind, at, case, **data)
            county.pump.drain()


def assert_twins(county: MemoryWorld, lamp: str, due_at: str) -> None:
    """Check that both cases stand alike, with this lamp and due then."""
    assert cards_in_force(county.facts("1")) == cards_in_force(county.facts("2"))
    snapshot, other = county.snapshot("1"), county.snapshot("2")
    assert (snapshot.lamp, snapshot.due_at, snapshot.wake_at) == (
        other.lamp,
        other.due_at,
        other.wake_at,
    )
    assert (snapshot.lamp, snapshot.due_at) == (lamp, parse(due_at))


def test_events_in_reverse_order_of_arrival():
    """What an outage held up is in time; told backwards, a case stands where its twin does."""
    with story("2026-11-06T12:00:00") as county:
        outage = Outage(parse("2026-11-02T08:00:00+08:00"), parse("2026-11-06T13:00:00+08:00"))
        county.services.registrations.change(lambda before: replace(before, outages=(outage,)))
        tell_forwards_and_backwards(county)
        county.until("2026-11-13T09:00:00")
        assert contested(county, "1") == contested(county, "2") == []
        assert_twins(county, "yellow", "2026-11-10T17:30:00+08:00")
        assert county.cards("2") == [
            ("warning", "2026-11-05T09:30:00.000Z"),  # until it was extended it was due on the 9th
            ("warning", "2026-11-06T09:30:00.000Z"),
            ("yellow", "2026-11-10T09:30:00.000Z"),
        ]


def test_late_events_in_reverse_order_of_arrival():
    """Without an outage all of it is late; what an inspector accepts, the two have alike."""
    with story("2026-11-06T12:00:00") as county:
        tell_forwards_and_backwards(county)
        county.until("2026-11-12T09:00:00")
        assert_twins(county, "red", "2026-11-05T17:30:00+08:00")
        for case in ("1", "2"):
            assert contested(county, case) == ["case.suspended"]
            decide(county, case, "case.suspended", "accept")
        assert_twins(county, "yellow", "2026-11-10T17:30:00+08:00")
