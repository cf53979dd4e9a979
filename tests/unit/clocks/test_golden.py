"""The worked examples of DOMAIN §9 as cases: accepted, and decided on the last day or after it."""

import pytest

from chalicelib.cases.fact import Fact
from tests.unit.clocks.living import dues, findings_of, kinds, live
from tests.unit.told import MS, accepted, at, decided


@pytest.mark.parametrize(
    ("start", "promise", "due"),
    [
        ("2025-03-17", "20wd", "2025-04-15"),  # T-01, over Qingming
        ("2024-01-29", "20wd", "2024-02-29"),  # T-02, over the Spring Festival
        ("2026-04-01", "20wd", "2026-04-30"),  # T-07, before the extension
        ("2026-09-18", "10wd", "2026-10-09"),  # T-10, over the National Day
        ("2025-08-25", "45wd", "2025-10-31"),  # T-11
        ("2024-09-13", "3wd", "2024-09-19"),  # T-14, over the Mid-Autumn Festival
        ("2025-12-30", "3wd", "2026-01-05"),  # T-18, over the end of the year
        ("2024-02-08", "3wd", "2024-02-19"),  # T-19, New Year's Eve was worked
    ],
)
def test_a_case_is_due_that_day(start: str, promise: str, due: str) -> None:
    """When the office closes; a millisecond later it is overdue."""
    case, ends = accepted(f"{start}T10:00", promise), f"{due}T17:30"
    assert dues(live(case, until=f"{start}T10:00")) == {"promise": ends}
    assert findings_of(live(case, decided(ends), until=f"{due}T23:00"), "V-02") == []
    late: Fact = decided(at(ends) + MS)
    assert findings_of(live(case, late, until=f"{due}T23:00"), "V-02") == [f"V-02 yellow {ends}"]


def test_beyond_the_published_years_no_card_is_issued() -> None:
    """T-22: accepted 2026-12-21 for ten working days."""
    facts = live(accepted("2026-12-21T10:00", "10wd"), until="2027-03-01")
    assert "calendar.missing" in kinds(facts)
    assert findings_of(facts, "V-02", "V-03") == []
