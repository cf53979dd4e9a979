"""The profiles of a region in the order in which they came into force (规则沿革).

Pure. A case is judged by the profile that was in force when it was accepted, for as long as it
lives; what comes later binds it only where a rule says so (`running`). So a profile that changes
leaves open cases as they are (DOMAIN EFF-01, EFF-06).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.cached import cached_property
from chalicelib.instant import local_time
from chalicelib.policy.dated_profile import DatedProfile
from chalicelib.policy.instrument import Instrument
from chalicelib.policy.profile import Profile


class Adoption(NamedTuple):
    """A *profile* that is in force *since* an instant; None: from ever."""

    since: datetime | None
    profile: DatedProfile


class Stage(NamedTuple):
    """The *profile* that a case is judged by *since* an instant; None: from its beginning."""

    since: datetime | None
    profile: Profile


class Timeline(Struct, frozen=True, eq=False, dict=True):
    """The *adopted* profiles, the first from ever.

    *counting* changes how each counts; the *instrument* of a local stage replaces theirs.
    """

    adopted: tuple[Adoption, ...]
    counting: Mapping[str, str] = field(default_factory=dict)
    instrument: Instrument | None = None
    _made: dict[tuple[int, date, date], tuple[Stage, ...]] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """A text that tells the timeline from others."""
        return ",".join(f"{each.since or ''}={each.profile.version}" for each in self.adopted)

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """The versions of every profile that a case may be judged by."""
        return tuple(reference.partition("@")[2] for reference in self.references)

    @cached_property
    def references(self) -> frozenset[str]:
        """The names by which cards refer to those profiles."""
        suffix = self._counted(self.adopted[0].profile.first).version
        suffix = suffix.removeprefix(self.adopted[0].profile.version)
        return frozenset(
            f"{profile.id}@{version}{suffix}"
            for profile in self._with_later
            for version in profile.versions
        )

    @property
    def is_dated(self) -> bool:
        """Return whether cases of different days may be judged by different rules."""
        return len(self.adopted) > 1 or self.adopted[0].profile.is_dated

    @cached_property
    def only(self) -> Profile:
        """The profile of a timeline that has no dates."""
        return self._counted(self.adopted[0].profile.first)

    def at(self, instant: datetime) -> Profile:
        """Return the profile in force at *instant*: for a case that is accepted then."""
        return self.stages(instant, instant)[0].profile

    def stages(self, accepted: datetime, now: datetime) -> tuple[Stage, ...]:
        """Return what a case *accepted* at an instant is judged by at *now*, the first first."""
        place, profile = self._in_force(accepted)
        day, today = (_day(instant, profile) for instant in (accepted, now))
        if (place, day, today) not in self._made:
            zone = profile.first.zone
            self._made[place, day, today] = tuple(
                Stage(_midnight(since, zone), self._counted(each))
                for since, each in profile.stages(day, today)
            )
        return self._made[place, day, today]

    def next_stage(self, accepted: datetime, now: datetime) -> datetime | None:
        """Return when after *now* the next rule begins to bind the case, if one is known of."""
        _, profile = self._in_force(accepted)
        day = profile.next_stage(*(_day(instant, profile) for instant in (accepted, now)))
        return None if day is None else _midnight(day, profile.first.zone)

    def _in_force(self, instant: datetime) -> tuple[int, DatedProfile]:
        """Return the profile in force at *instant*, with what binds running cases since."""
        place = max(
            (n for n, each in enumerate(self.adopted) if each.since and each.since <= instant),
            default=0,
        )
        return place, self._with_later[place]

    @cached_property
    def _with_later(self) -> Sequence[DatedProfile]:
        with_later = []
        for place, (_, alone) in enumerate(self.adopted):
            profile = alone
            for later in self._begun(place + 1):
                since = _day(later.since, later.profile) if later.since else date.min
                profile = profile.beside(later.profile, since)
            with_later.append(profile)
        return with_later

    def _begun(self, place: int) -> Iterator[Adoption]:
        """Yield what was adopted from *place* on, but what another replaced before it began."""
        for n, each in enumerate(self.adopted[place:], place):
            after = (later.since for later in self.adopted[n + 1 :])
            if not any(each.since and since and since <= each.since for since in after):
                yield each

    def _counted(self, profile: Profile) -> Profile:
        return profile.with_instrument(self.instrument).counted_as(self.counting)

    def with_instrument(self, instrument: Instrument | None) -> "Timeline":
        """Return the timeline whose profiles have another *instrument*, if one is given."""
        return replace(self, instrument=instrument, _made={}) if instrument else self

    def counted_as(self, counting: Mapping[str, str]) -> "Timeline":
        """Return the timeline whose profiles count as *counting* says."""
        return replace(self, counting=counting, _made={}) if counting else self


def _day(instant: datetime, profile: DatedProfile) -> date:
    return local_time(instant, profile.first.zone).date()


def _midnight(day: date, zone: tzinfo) -> datetime | None:
    return None if day == date.min else datetime.combine(day, time(), zone).astimezone(UTC)
