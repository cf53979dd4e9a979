"""The rules that a case is judged by (裁断依据): profile, calendar, and who reports how soon."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from chalicelib.calendar.workdays import Calendar
from chalicelib.clock.counting import Counting, counting_of
from chalicelib.policy.profile import Profile
from chalicelib.policy.sources import NO_SOURCES, Registrations

_LETTERS = 12  # of a hash: enough to tell the versions of one office apart


@dataclass(frozen=True, eq=False)
class Rules:
    """The *profile* of limits and levels, and the *calendar* of the days that count.

    *sources* are the registered sources, with their delivery times.
    """

    profile: Profile
    calendar: Calendar
    sources: Registrations = NO_SOURCES

    @cached_property
    def counting(self) -> Counting:
        """How days and office hours are counted under both."""
        return counting_of(self.profile, self.calendar)

    @property
    def versions(self) -> dict[str, str]:
        """The profile and the calendar by their hashes, as every derived fact names them."""
        return {"policy": self.profile.reference, "calendar": self.calendar.version}

    @property
    def name(self) -> str:
        """The rules in a few letters: the profile's before the stroke, the calendar's after it."""
        return f"{_short(self.profile.version)}/{_short(self.calendar.version)}"


def _short(version: str) -> str:
    return hashlib.sha256(version.encode()).hexdigest()[:_LETTERS]
