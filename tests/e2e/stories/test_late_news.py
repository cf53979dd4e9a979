"""What is told late, twice or backwards: the facts decide, not the order in which they came."""

from typing import Any

import pytest

from chalicelib.errors import Rejected
from tests.support.end_state import cards_in_force
from tests.support.story import story

START = "2026-11-02T09:00:00"


def test_late_decision_takes_the_ground_away_and_the_card_is_rechecked():
    """Decided in time, told a day late: the card stays where it is, with a mark on it."""
    with story(START) as county:
        county.accept(START, promise="2wd")
        county.until("2026-11-05T08:00:00")
        assert county.snapshot().lamp == "yellow"
        county.report("case.decided", "2026-11-04T16:00:00", outcome="granted")
        county.until("2026-11-05T09:00:00")
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


def test_events_in_reverse_order_of_arrival():
    """Told backwards, a case stands where its twin does that was told forwards."""
    events: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("case.accepted", "2026-11-02T09:00:00", {}),
        ("case.suspended", "2026-11-03T09:00:00", {"procedure": "hearing"}),
        ("case.resumed", "2026-11-05T09:00:00", {"procedure": "hearing"}),
        ("case.extended", "2026-11-06T09:00:00", {"by": {"amount": 1, "unit": "wd"}}),
    )
    with story("2026-11-06T12:00:00") as county:
        for case, order in (("1", events), ("2", reversed(events))):
            for kind, at, data in order:
                if kind == "case.accepted":
                    county.accept(at, case, promise="3wd")
                else:
                    county.report(kind, at, case, **data)
                county.pump.drain()
        county.until("2026-11-13T09:00:00")
        assert cards_in_force(county.facts("1")) == cards_in_force(county.facts("2"))
        snapshot, other = county.snapshot("1"), county.snapshot("2")
        assert (snapshot.lamp, snapshot.due_at, snapshot.wake_at) == (
            other.lamp,
            other.due_at,
            other.wake_at,
        )
        assert snapshot.lamp == "yellow"
