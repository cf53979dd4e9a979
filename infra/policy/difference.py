"""The differences between two profiles, entry by entry."""

from dataclasses import dataclass
from typing import Any

from chalicelib.policy.profile import Profile
from infra.policy.entries import ProfileEntry, entries


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry that is *old* in the one and *new* in the other; empty where it is not there."""

    entry: str
    old: str
    new: str

    def written(self) -> dict[str, str | None]:
        """Return the change as a JSON object; null where the entry is not there."""
        return {"entry": self.entry, "old": self.old or None, "new": self.new or None}


@dataclass(frozen=True, slots=True)
class ProfileDifference:
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
    changed = (EntryChange(key, _value(before, key), _value(after, key)) for key in keys)
    rebased = (
        EntryChange(key, str(before[key].basis), str(after[key].basis))
        for key in keys
        if key in before.keys() & after
    )
    return ProfileDifference(
        old,
        new,
        tuple(change for change in changed if change.old != change.new),
        tuple(change for change in rebased if change.old != change.new),
    )


def _value(entries: dict[str, ProfileEntry], key: str) -> str:
    return entries[key].value if key in entries else ""
