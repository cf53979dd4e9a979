"""When the log shows that the service ran: whoever held something back then is found."""

from datetime import UTC, datetime, timedelta

import pytest

from infra.verify.recorded import ms_of
from infra.verify.supervision.life import SignsOfLife

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def alive(*minutes: float) -> SignsOfLife:
    """A log with entries so many minutes after noon."""
    return SignsOfLife(ms_of(at(minute)) for minute in minutes)


@pytest.mark.parametrize(
    ("entries", "since", "by", "is_shown"),
    [
        ((0, 60, 120), 30, 40, True),  # an hour between heartbeats is no silence
        ((0, 60, 120), 30, 39.99, False),
        ((0, 70, 140), 30, 40, True),
        ((0, 71, 142), 30, 40, False),  # a silence: nobody knows when it ran
        ((0, 900), 30, 900, False),  # back from an outage: it has the merge delay
        ((0, 900, 905), 30, 905, False),
        ((0, 900, 910), 30, 910, True),
        ((0, 900, 905, 909), 30, 909.99, False),
        ((0, 360, 720), 30, 720, True),  # a sign of life six hours later
        ((0, 360, 720), 355, 720, False),  # it may have died at once
        ((0, 360, 720), 350, 720, True),
        ((), 30, 900, False),
        ((0,), 30, 900, False),
        ((900,), 30, 60, False),
    ],
)
def test_only_a_silent_log_excuses(
    entries: tuple[float, ...], since: float, by: float, *, is_shown: bool
) -> None:
    """Due since then, and not on record by then."""
    assert alive(*entries).show(at(since), at(by)) == is_shown
