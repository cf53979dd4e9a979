"""From an accepted case to its cards, through every hop, with a clock that moves."""

from tests.support.memory_stage import memory_world
from tests.support.world import world


def test_overdue_case_gets_a_yellow_then_a_red_card():
    """Warned two working days before, yellow over the promise, red over the law's limit."""
    with world("2026-11-02T09:00:00") as county:  # on moto, the others in memory
        county.accept("2026-11-02T09:00:00", law="8wd")
        county.until("2026-11-06T12:00:00")
        assert county.cards() == [("warning", "2026-11-05T09:30:00.000Z")]
        assert county.snapshot().lamp == "green"
        county.until("2026-11-10T08:00:00")
        assert county.cards()[1:] == [("yellow", "2026-11-09T09:30:00.000Z")]
        assert county.snapshot().lamp == "yellow"
        county.until("2026-11-13T08:00:00")
        assert county.cards()[2:] == [("red", "2026-11-12T09:30:00.000Z")]
        assert [card.level for card in county.published()] == ["red", "yellow", "warning"]
        assert county.snapshot().wake_at is None


def test_case_in_time_gets_nothing():
    """Decided at the very instant it is due is in time."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", promise="1d")
        county.until("2026-11-03T17:30:00")
        county.report("case.decided", "2026-11-03T17:30:00", outcome="granted")
        county.report("document.delivered", "2026-11-03T17:30:00")
        county.report("result.published", "2026-11-03T17:30:00")
        county.until("2026-11-20T09:00:00")
        assert [level for level, _ in county.cards()] == ["warning"]
        assert county.snapshot().lamp == "closed"


def test_every_fact_is_sealed_once_and_in_order():
    """The log holds the facts of all cases, without a gap, each case's own in order."""
    with memory_world("2026-11-02T09:00:00") as county:
        for number in range(5):
            county.accept("2026-11-02T09:00:00", str(number), law="8wd")
        county.pump.twice = True
        county.until("2026-11-13T08:00:00")
        entries = list(county.services.log_reader.entries(0))
        assert [entry.index for entry in entries] == list(range(len(entries)))
        for case in {entry.case for entry in entries}:
            numbers = [entry.n for entry in entries if entry.case == case]
            assert numbers == list(range(len(county.services.facts.of_case(case)))), case
        for number in range(5):
            assert [e.n for e in entries if e.case == f"hall:{number}"] == [0, 1, 2, 3]
        assert county.services.inbox.oldest_pending() is None
        tally = county.services.board.all_tallies()[0]
        assert tally.lamps["red"] == 5
        issued = [entry for entry in entries if entry.kind == "card.issued" and entry.alert]
        assert (tally.cards["warning"], tally.cards["yellow"]) == (5, 5)
        assert tally.cards["red"] == 5
        assert all(entry.case.startswith("hall:") for entry in issued), "none for repetition"


def test_due_day_without_a_time_ends_with_office_hours():
    """A date is as good as an instant: late is after half past five."""
    with memory_world("2026-11-02T09:00:00") as county:
        given = {"item": "X-01", "department": "Housing", "region": "370102"}
        county.report("case.accepted", "2026-11-02T09:00:00", due_at="2026-11-04", **given)
        county.until("2026-11-05T09:00:00")
        assert county.cards()[-1] == ("yellow", "2026-11-04T09:30:00.000Z")
