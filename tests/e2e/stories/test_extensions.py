"""More time (延期): only what was approved before the time ran out counts (行政许可法 42)."""

from tests.support.story import story

START = "2026-11-02T09:00:00"
FIVE_DAYS = {"amount": 5, "unit": "wd"}


def test_extension_in_time_moves_the_due_date():
    """Approved on the last day: due a week later, and warned again for the new date."""
    with story(START) as county:
        county.accept(START)
        county.until("2026-11-09T15:00:00")
        county.report("case.extended", "2026-11-09T16:00:00", by=FIVE_DAYS, approved_by="director")
        county.until("2026-11-13T09:00:00")
        assert county.cards() == [
            ("warning", "2026-11-05T09:30:00.000Z"),
            ("warning", "2026-11-12T09:30:00.000Z"),
        ]
        county.until("2026-11-17T08:00:00")
        assert county.cards()[2:] == [("yellow", "2026-11-16T09:30:00.000Z")]


def test_late_extension_does_not():
    """Approved on the morning after: it is on record, and the yellow card stays."""
    with story(START) as county:
        county.accept(START)
        county.until("2026-11-10T08:00:00")
        county.report("case.extended", "2026-11-10T09:00:00", by=FIVE_DAYS, approved_by="director")
        county.until("2026-11-11T09:00:00")
        assert county.cards()[1:] == [("yellow", "2026-11-09T09:30:00.000Z")]
        assert county.snapshot().lamp == "yellow"
        kinds = [fact.kind for fact in county.facts()]
        assert "case.extended" in kinds
        assert "card.rechecked" not in kinds
