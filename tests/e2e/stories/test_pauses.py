"""Time that does not count: special procedures (特别程序) stop the countdown, in order."""

from chalicelib.instant import text
from tests.support.story import story

# Monday 2026-11-02; five working days end on Monday 2026-11-09 at 17:30, warned on Thursday.
START = "2026-11-02T09:00:00"


def test_paused_case_does_not_age():
    """Two weeks of hearing take out ten working days: due on the 23rd instead of the 9th."""
    with story(START) as county:
        county.accept(START)
        month = {"amount": 20, "unit": "wd"}
        county.report("case.suspended", "2026-11-03T10:00:00", procedure="hearing", approved=month)
        county.until("2026-11-16T18:00:00")
        assert county.cards() == []
        assert county.snapshot().is_paused
        wake = county.snapshot().wake_at  # near the end of what was approved, on 12-01
        assert wake is not None
        assert text(wake) > "2026-11-28"
        county.report("case.resumed", "2026-11-17T10:00:00", procedure="hearing")
        county.until("2026-11-24T08:00:00")
        assert county.cards() == [
            ("warning", "2026-11-19T09:30:00.000Z"),
            ("yellow", "2026-11-23T09:30:00.000Z"),
        ]


def test_capped_pause_runs_out():
    """Approved for two working days, never resumed: the clock goes on by itself."""
    with story(START) as county:
        county.accept(START)
        two_days = {"amount": 2, "unit": "wd"}
        county.report(
            "case.suspended", "2026-11-03T10:00:00", procedure="testing", approved=two_days
        )
        county.until("2026-11-12T08:00:00")
        # The procedure has a clock of its own: near its end (V-06), and over it.
        assert county.cards() == [
            ("warning", "2026-11-05T03:57:00.000Z"),  # 49.95 of 55.5 hours
            ("warning", "2026-11-09T09:30:00.000Z"),
            ("yellow", "2026-11-11T09:30:00.000Z"),
        ]
        proposed = [fact for fact in county.facts() if fact.kind == "card.proposed"]
        assert [(fact.text("rule"), text(fact.at)) for fact in proposed] == [
            ("V-06", "2026-11-05T09:30:00.000Z")
        ]


def test_a_pause_after_the_breach_hides_nothing():
    """Suspended a second too late: the yellow card is there, as of when it fell due."""
    with story(START) as county:
        county.accept(START, promise="1wd")
        county.until("2026-11-03T17:00:00")
        county.report("case.suspended", "2026-11-03T17:30:01", procedure="hearing")
        county.until("2026-11-04T09:00:00")
        assert county.cards()[-1] == ("yellow", "2026-11-03T09:30:00.000Z")
        assert county.snapshot().lamp == "yellow"
