"""The time: the wall clock, or in the local stage a clock that can be set and sped up.

The setting of the table clock is in the registry (CLOCK/CLOCK). Signatures are never judged by it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct, convert

from chalicelib import instant

if TYPE_CHECKING:  # PynamoDB is slow to import, and not every function uses it
    from chalicelib.plumbing.registry import Registry

Now = Callable[[], datetime]

_KEY = ("CLOCK", "CLOCK")
_COUNTING = "COUNTING"


def wall() -> datetime:
    """Return the time of the wall clock, in UTC and whole milliseconds."""
    return instant.whole(datetime.now(UTC))


class ClockSetting(Struct, frozen=True):
    """At wall time *set_at* the clock showed *now*; it runs *speed* times as fast as the wall."""

    set_at: datetime
    now: datetime
    speed: int

    def at(self, wall_now: datetime) -> datetime:
        """Return what the clock shows when the wall clock shows *wall_now*."""
        return self.now + self.speed * (wall_now - self.set_at)


class TableClock:
    """The local stage's clock. Never cached: every process must see it move at once."""

    def __init__(self, registry: "Registry", wall_clock: Now = wall) -> None:
        self._registry = registry
        self._wall = wall_clock

    def __call__(self) -> datetime:
        """Return the time."""
        setting = self.setting()
        try:
            return instant.whole(setting.at(self._wall()))
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC, microsecond=999_000)

    def setting(self) -> ClockSetting:
        """Return the clock's setting; unset it is the wall clock."""
        stored = self._registry.get(*_KEY)
        if stored is None:
            return ClockSetting(self._wall(), self._wall(), 1)
        return convert(stored, ClockSetting)

    def set(self, now: datetime | None = None, speed: int | None = None) -> None:
        """Set the clock to *now* (it may go back) or its *speed* or both; the other is kept."""
        old, set_at = self.setting(), self._wall()
        new_now = instant.text(old.at(set_at) if now is None else now)
        new_speed = old.speed if speed is None else speed
        body = {"set_at": instant.text(set_at), "now": new_now, "speed": new_speed}
        self._registry.put(*_KEY, body)

    def counting(self, region: str) -> dict[str, str]:
        """Return the counting of *region* that replaces the profile's; empty: none does."""
        return self._registry.get(_COUNTING, region) or {}

    def countings(self) -> dict[str, dict[str, str]]:
        """Return the counting of each region that does not count by its profile."""
        return dict(self._registry.documents(_COUNTING))

    def count_as(self, region: str, counting: dict[str, str]) -> None:
        """Save that *region* counts days by *counting* from now on, as a log that is fed needs it.

        Crash after it: the stage counts so already; the repeated request saves the same.
        """
        self._registry.put(_COUNTING, region, counting)
