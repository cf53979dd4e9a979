"""What the door lets in can be judged: the longest limits, in each unit."""

import pytest

from chalicelib.intake.fields import TEN_YEARS
from tests.support.memory_stage import memory_world

START = "2026-11-02T09:00:00"


@pytest.mark.parametrize("unit", TEN_YEARS)
def test_a_case_with_the_longest_limits_is_judged(unit):
    """Its promise, an extension and a pause; then it is decided, and all is in the log."""
    longest = {"amount": TEN_YEARS[unit], "unit": unit}
    with memory_world(START) as county:
        county.accept(START, promise=f"{TEN_YEARS[unit]}{unit}")
        county.report("case.extended", START, by=longest)
        county.report("case.suspended", START, procedure="hearing", approved=longest)
        county.pump.drain()
        county.wall.forward(minutes=1)
        county.report("case.decided", "2026-11-02T09:01:00", outcome="granted")
        county.pump.drain()
        assert county.snapshot().lamp == "closed"
        assert county.services.inbox.oldest_pending() is None
        assert county.services.inbox.list_quarantined(1) == []
