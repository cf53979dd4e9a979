"""When the log shows that the service ran: whoever held something back then is found."""

from datetime import UTC, datetime, timedelta

import pytest

from infra.verify.recorded import ms_of
from infra.verify.supervision.life import UNSEEN, CatchingUp, SignsOfLife

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


def caught_up(*steps: tuple[float, float], silence: float = 900, ran: int = 13) -> SignsOfLife:
    """A log that was silent from noon on, and then had these late steps.

    Each was recorded so many minutes after the silence, and is of an instant so many after noon.
    """
    minutes = (0, *(silence + 60 * hour for hour in range(ran)))
    made = alive(*minutes, *(silence + recorded for recorded, _ in steps))
    (back,) = made.returns
    late = [(ms_of(at(silence + recorded)), ms_of(at(instant))) for recorded, instant in steps]
    made.know_turns({0: CatchingUp(back, late)})
    return made


SLOW = tuple((20.0 * number, 100.0 + number) for number in range(20))  # for six hours and more


@pytest.mark.parametrize(
    ("steps", "silence", "due", "by", "is_found"),
    [
        (SLOW, 900, 109, 180, False),  # it had its turn when it was recorded
        ((), 900, 109, 180, True),
        (SLOW, 900, 103, 145, False),  # passed over for an hour and some minutes
        (SLOW, 900, 103, 150, True),
        (SLOW, 900, 300, 359, False),  # the last of all
        (SLOW, 900, 300, 360 + 69, False),  # the catching up ended with the sixth hour
        (SLOW, 900, 300, 360 + 70, True),
        (SLOW, 120, 119, 189, False),  # no longer than the silence was
        (SLOW, 120, 119, 190, True),
        ((SLOW[0], *SLOW[8:]), 900, 120, 71, True),  # no step for hours: it was not at work
        ((SLOW[0], *SLOW[8:]), 900, 120, 69, False),
        (((0, 500), *SLOW[1:]), 900, 501, 71, True),  # steps that were passed over prove nothing
    ],
)
def test_what_has_its_turn_to_come_is_not_held_back(
    steps: tuple[tuple[float, float], ...], silence: float, due: float, by: float, *, is_found: bool
) -> None:
    """Due so many minutes after noon, recorded so many after the end of the silence."""
    alive = caught_up(*steps, silence=silence)
    assert alive.ran(at(due), at(silence + by), UNSEEN) == is_found


def test_what_is_missing_while_it_catches_up_may_yet_come() -> None:
    """As long as steps go on, and for the merge delay after them."""
    alive = caught_up(*SLOW[:6])
    assert not alive.show(at(300), at(900 + 109))
    assert alive.show(at(300), at(900 + 130))
    assert alive.show(at(102), at(900 + 90))  # passed over
