"""So many events of one source a second, and no more."""

import pytest

from chalicelib.errors import Rejected
from chalicelib.plumbing.doorkeeper import Throttle

SECOND = 10**9


class Clock:
    """A monotonic clock that only a test moves."""

    def __init__(self) -> None:
        self.at = 5 * SECOND

    def __call__(self) -> int:
        """Tell the time in nanoseconds."""
        return self.at


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


def is_taken(throttle: Throttle, events: int, source: str = "hall") -> bool:
    """Return whether so many events are let in."""
    try:
        throttle.take(source, events)
    except Rejected as refusal:
        return refusal.status != 429
    return True


def test_a_second_is_worth_its_rate(clock: Clock) -> None:
    """All at once, and then as many as time has passed for."""
    throttle = Throttle(10, clock)
    assert is_taken(throttle, 10)
    assert not is_taken(throttle, 1)
    clock.at += SECOND // 10 - 1
    assert not is_taken(throttle, 1)
    clock.at += 1
    assert is_taken(throttle, 1)
    assert not is_taken(throttle, 1)


def test_what_is_not_used_is_not_saved_up(clock: Clock) -> None:
    """An hour of silence is worth no more than a second."""
    throttle = Throttle(10, clock)
    clock.at += 3600 * SECOND
    assert not is_taken(throttle, 11)
    assert is_taken(throttle, 10)


def test_what_is_refused_uses_nothing_up(clock: Clock) -> None:
    """A batch that is too large leaves room for a smaller one."""
    throttle = Throttle(10, clock)
    assert not is_taken(throttle, 11)
    assert is_taken(throttle, 10)


def test_one_source_takes_nothing_from_another(clock: Clock) -> None:
    """Each has a bucket of its own."""
    throttle = Throttle(10, clock)
    assert is_taken(throttle, 10)
    assert is_taken(throttle, 10, "clinic")
