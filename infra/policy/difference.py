"""The differences between two profiles, entry by entry."""

from datetime import date
from typing import Any

from msgspec import Struct

from chalicelib.errors import Bilingual
from chalicelib.policy.basis import NO_BASIS
from chalicelib.policy.dated_profile import DatedProfile
from chalicelib.policy.profile import Profile
from infra.policy.entries import ProfileEntry, entries

_ABSENT = ProfileEntry("", "", NO_BASIS)


class EntryChange(Struct, frozen=True):
    """An entry that is *old* in the one and *new* in the other; empty where it is not there."""

    entry: str
    old: str
    new: str
    basis: str = ""  # of the new value
    zh: tuple[str, str] = ("", "")  # both, where they have words

    @property
    def text(self) -> Bilingual:
        """The change in a line."""
        zh_old, zh_new = self.zh
        zh = f"{self.entry}: {zh_old or self.old or '–'} → {zh_new or self.new or '–'}"
        return Bilingual(zh, f"{self.entry}: {self.old or '–'} → {self.new or '–'}")

    def written(self) -> dict[str, str | None]:
        """Return the change as a JSON object; null where the entry is not there."""
        change = {"entry": self.entry, "old": self.old or None, "new": self.new or None}
        return change | ({"basis": self.basis} if self.basis else {})


class ProfileDifference(Struct, frozen=True):
    """The values (*changes*) and the bases (*basis*) in which two profiles differ."""

    old: Profile
    new: Profile
    changes: tuple[EntryChange, ...]
    basis: tuple[EntryChange, ...]

    @property
    def is_none(self) -> bool:
        """Return whether both have the same values and bases."""
        return not (self.changes or self.basis)

    def written(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return {
            "old": {"id": self.old.id, "version": self.old.version},
            "new": {"id": self.new.id, "version": self.new.version},
            "equal": self.is_none,
            "changes": [change.written() for change in self.changes],
            "basis": [change.written() for change in self.basis],
        }


def compare_profiles(old: Profile, new: Profile) -> ProfileDifference:
    """Compare *old* with *new*; a basis counts as changed only where both have the entry."""
    before, after = entries(old), entries(new)
    keys = [*before, *(key for key in after if key not in before)]
    changed = (
        EntryChange(key, old.value, new.value, str(new.basis), (old.zh, new.zh))
        for key in keys
        for old, new in [(before.get(key, _ABSENT), after.get(key, _ABSENT))]
    )
    rebased = (
        EntryChange(key, str(entry.basis), str(after[key].basis))
        for key, entry in before.items()
        if key in after
    )
    return ProfileDifference(
        old,
        new,
        tuple(change for change in changed if change.old != change.new),
        tuple(change for change in rebased if change.old != change.new),
    )


class DatedDifference(Struct, frozen=True):
    """In what two profiles differ for the cases accepted *since* a day, and *until* the next one.

    None: from ever, and for ever. *is_running*: the day is one on which rules of the new profile
    begin to bind cases that are open then.
    """

    since: date | None
    until: date | None
    difference: ProfileDifference
    is_running: bool = False

    @property
    def cases(self) -> Bilingual:
        """For whom it is."""
        if self.is_running:
            zh = f"{self.since} 起已受理、未办结的办件"
            return Bilingual(zh, f"open cases, from {self.since} on")
        if self.since is None and self.until is None:
            return Bilingual("所有办件", "all cases")
        if self.since is None:
            return Bilingual(f"{self.until} 以前受理的办件", f"cases accepted before {self.until}")
        return Bilingual(f"{self.since} 起受理的办件", f"cases accepted from {self.since} on")

    def written(self) -> dict[str, Any]:
        """Return the period as a JSON object."""
        return {
            "accepted_from": None if self.since is None else str(self.since),
            "applies_to": "running" if self.is_running else "accepted_from",
            **self.difference.written(),
        }


def compare_by_days(old: DatedProfile, new: DatedProfile) -> tuple[DatedDifference, ...]:
    """Compare *old* with *new* for the cases of every day on which something else holds."""
    days = [date.min, *sorted({*old.changes[0], *new.changes[0]})]
    periods = [
        DatedDifference(
            None if day == date.min else day, until, compare_profiles(old.of(day), new.of(day))
        )
        for day, until in zip(days, [*days[1:], None], strict=True)
    ]
    running = [
        DatedDifference(
            day, None, compare_profiles(new.of(date.min), new.of(date.min, day)), is_running=True
        )
        for day in new.changes[1]
    ]
    return (*periods, *running)
