"""The rules that a case is judged by (裁断依据): profile, calendar, and who reports how soon."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cached import cached_property
from chalicelib.calendar.workdays import Calendar
from chalicelib.clock.counting import Counting, counting_of
from chalicelib.policy.profile import Profile
from chalicelib.policy.sources import NO_SOURCES, Registrations
from chalicelib.policy.timeline import Stage, Timeline

T = TypeVar("T")

_LETTERS = 12  # of a hash: enough to tell the versions of one office apart
_FOR_RECEIPT = ("acceptance", "supplement", "online")  # clocks that run before the acceptance


class Rules(Struct, frozen=True, eq=False, dict=True):
    """The *profile* of limits and levels, and the *calendar* of the days that count.

    *sources* are the registered sources, with their delivery times. Where the profile changes with
    the days, *timeline* has all of it and *profile* is the one in force now; `binding` and `at`
    choose. A rule that begins to bind running cases after *until* is not applied yet.
    """

    profile: Profile
    calendar: Calendar
    sources: Registrations = NO_SOURCES
    timeline: Timeline | None = None
    until: datetime | None = None

    @cached_property
    def counting(self) -> Counting:
        """The counting of days and office hours under both."""
        return counting_of(self.profile, self.calendar)

    @property
    def versions(self) -> dict[str, str]:
        """The profile and the calendar by their hashes, as every derived fact names them."""
        return {"policy": self.profile.reference, "calendar": self.calendar.version}

    @property
    def name(self) -> str:
        """The rules in a few letters: the profile's before the stroke, the calendar's after it."""
        return self._name(self.policy)

    @cached_property
    def references(self) -> frozenset[str]:
        """The names by which cards refer to the profile, or to those of all days."""
        if self.timeline is None:
            return frozenset([self.profile.reference])
        return self.timeline.references

    @property
    def policy(self) -> str:
        """A text that identifies the profile, or the profiles of all days."""
        return self.timeline.version if self.timeline else self.profile.version

    @cached_property
    def names(self) -> frozenset[str]:
        """The name, and those of the rules of all days: a case may be judged by any of them."""
        days = self.timeline.versions if self.timeline else ()
        return frozenset([self.name, *map(self._name, days)])

    def _name(self, version: str) -> str:
        return f"{_short(version)}/{_short(self.calendar.version)}"

    @property
    def is_dated(self) -> bool:
        """Return whether cases of different days may be judged by different profiles."""
        return self.timeline is not None

    def as_of(self, now: datetime) -> "Rules":
        """Return the rules as they are known and applied at *now*."""
        return self if self.timeline is None else replace(self, until=now)

    def at(self, instant: datetime) -> "Rules":
        """Return the rules by which a case is judged that is accepted at *instant*."""
        return self if self.timeline is None else self._of(self.timeline.at(instant))

    def binding(self, received: datetime, accepted: datetime) -> "tuple[Binding, ...]":
        """Return the rules that bind a case *received* and *accepted* then, the first stage first.

        Clocks before the acceptance go by the rules of the day of receipt, all else by those of
        the day of acceptance (DOMAIN EFF-04). Later stages are of rules that bind running cases.
        """
        if self.timeline is None:
            return self.whole
        until = self.until or accepted
        stages = self.timeline.stages(accepted, until)
        first = self.timeline.stages(received, until)
        since = {stage.since for stage in (*stages, *first)}
        return tuple(
            Binding(begin, self._of(_for_receipt(_stage(stages, begin), _stage(first, begin))))
            for begin in sorted(since, key=lambda begin: (begin is not None, begin))
        )

    @cached_property
    def whole(self) -> "tuple[Binding, ...]":
        """These rules, binding a case from its beginning."""
        return (Binding(None, self),)

    def next_stage(self, accepted: datetime) -> datetime | None:
        """Return when the next rule begins to bind a case *accepted* at an instant."""
        if self.timeline is None or self.until is None:
            return None
        return self.timeline.next_stage(accepted, self.until)

    def _of(self, profile: Profile) -> "Rules":
        return Rules(profile, self.calendar, self.sources)


class Binding(Struct, frozen=True):
    """The *rules* that bind a case *since* an instant; None: from its beginning."""

    since: datetime | None
    rules: Rules


def _stage(stages: Sequence[Stage], since: datetime | None) -> Profile:
    """Return the profile of the last of *stages* that has begun by *since*."""
    begun = (s for s in stages if s.since is None or (since is not None and s.since <= since))
    return [*begun][-1].profile


def _for_receipt(profile: Profile, received: Profile) -> Profile:
    """Return *profile* with the clocks that go by the day of receipt from *received*."""
    if received is profile:
        return profile
    return replace(
        profile,
        clocks=_mixed(profile.clocks, received.clocks),
        thresholds=_mixed(profile.thresholds, received.thresholds),
    )


def _mixed(by_clock: Mapping[str, T], of_receipt: Mapping[str, T]) -> Mapping[str, T]:
    rest = {name: row for name, row in by_clock.items() if name not in _FOR_RECEIPT}
    return rest | {name: row for name, row in of_receipt.items() if name in _FOR_RECEIPT}


def _short(version: str) -> str:
    return hashlib.sha256(version.encode()).hexdigest()[:_LETTERS]
