"""A profile with its dates (生效日期): one text, and what it says for a case of any day.

Pure. Whoever judges a case asks for the day on which that was accepted, and gets a plain profile.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from chalicelib.cached import cached_property
from chalicelib.policy.effective import changes, in_force, with_running
from chalicelib.policy.profile import Profile, parse_profile, read_tables, version_of
from chalicelib.policy.reading import Table, refused


class DatedProfile(Struct, frozen=True, eq=False, dict=True):
    """A profile in tables, some with dates. *version* is the hash of its text."""

    table: Table
    version: str
    where: str

    @cached_property
    def _made(self) -> dict[tuple[date, date], Profile]:
        return {}

    @property
    def id(self) -> str:
        """The name of the profile; it has no date."""
        return self.first.id

    @property
    def reference(self) -> str:
        """The name by which the log states the whole text."""
        return f"{self.id}@{self.version}"

    @cached_property
    def first(self) -> Profile:
        """The profile before any of its dates."""
        return self.of(date.min)

    @cached_property
    def changes(self) -> tuple[tuple[date, ...], tuple[date, ...]]:
        """The local days from which its rows hold, and those from which some bind open cases."""
        with refused(self.where):
            return changes(self.table)

    @property
    def is_dated(self) -> bool:
        """Return whether it says one thing on one day, and another on another."""
        return bool(self.changes[0])

    def of(self, accepted: date, today: date = date.min) -> Profile:
        """Return the profile for a case *accepted* on a day, as judged *today*. Raises BadInput."""
        days, running = self.changes
        since, until = _last(days, accepted), max(_last(days, accepted), _last(running, today))
        if (since, until) not in self._made:
            self._made[since, until] = self._read(since, until)
        return self._made[since, until]

    def named(self, reference: str) -> Profile:
        """Return the profile of the days that *reference* names; the first where it names none."""
        every = (self.of(*days) for days in self._pairs)
        return next((each for each in every if each.reference == reference), self.first)

    def _read(self, since: date, until: date) -> Profile:
        dated = _written(since, until)
        where = f"{self.where}（{dated[1:]} 起）" if dated else self.where
        with refused(where):
            table = in_force(self.table, since, until)
        return read_tables(table, self.version + dated, where)

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of all its profiles."""
        return tuple(dict.fromkeys(self.version + _written(*days) for days in self._pairs))

    @property
    def _pairs(self) -> list[tuple[date, date]]:
        """The days of each of its profiles: since when accepted, and until when running."""
        days, running = ((date.min, *days) for days in self.changes)
        return [(since, max(since, until)) for since in days for until in running]

    def by_day(self) -> Iterator[tuple[date, Profile]]:
        """Yield what it says from each of its days on; last what binds open cases. Raises BadInput.

        An open case is one that was accepted before all of its days.
        """
        days, running = self.changes
        for day in (date.min, *days):
            yield day, self.of(day)
        for day in running:
            yield day, self.of(date.min, day)

    def stages(self, accepted: date, today: date) -> Iterator[tuple[date, Profile]]:
        """Yield what a case *accepted* on a day is judged by, and since when, up to *today*."""
        yield date.min, self.of(accepted)
        for day in self.changes[1]:
            if accepted < day <= today:
                yield day, self.of(accepted, day)

    def next_stage(self, accepted: date, today: date) -> date | None:
        """Return the next day after *today* on which a rule begins to bind a running case."""
        return next((day for day in self.changes[1] if day > max(accepted, today)), None)

    def beside(self, later: "DatedProfile", since: date) -> "DatedProfile":
        """Return this profile, and beside its rows those by which *later* binds running cases.

        *later* is in force from the local day *since* on. Without such rows this one is returned.
        """
        if not later.changes[1]:
            return self
        version = f"{self.version}+{later.version.removeprefix('sha256:')[:12]}"
        return DatedProfile(with_running(self.table, later.table, since), version, self.where)


def read_dated_profile(text: str, where: str) -> DatedProfile:
    """Read the profile in TOML *text*, of every day; *where* names the file. Raises BadInput."""
    profile = DatedProfile(parse_profile(text, where), version_of(text), where)
    for _ in profile.by_day():
        pass  # each is read, so that a mistake of any day is told now
    return profile


def _last(days: tuple[date, ...], day: date) -> date:
    """Return the last of *days* up to *day*; the first day there is where none is."""
    place = bisect_right(days, day)
    return days[place - 1] if place else date.min


def _written(since: date, until: date) -> str:
    """Write from which days the rows of a version hold: `/2027-01-01+2027-07-01`."""
    dated = f"/{since}" if since != date.min else ""
    return f"{dated}+{until}" if until != since else dated
