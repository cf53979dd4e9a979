"""The entries of a log as it was read: on disk, in order.

They can be read again, in the order of the log or one by one: nothing holds all of them in memory.
The fact in a leaf is read in `cases.py`, where each leaf is parsed.
"""

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.intake.event_types import Derived, Reported
from infra.verify.case_index import CaseIndex
from infra.verify.entry import CheckedEntry, number, outline, own_name
from infra.verify.leaf_file import LeafFile
from infra.verify.recorded import NEVER, RecordedTimes

_RARE = tuple(
    kind.encode() for kind in (Derived.CASES_COUNTED, Reported.RULES_ADOPTED, Reported.KEYS_ADOPTED)
)
_SIGNED = b'"signed":"'


class Entries:
    """The leaves of a log from index *first* on; those before *since* are only checked.

    *times* says when each entry was recorded, *cases* which leaves are of which case; *own* has the
    names of our own cases by their public ones, *shapeless* the leaves that are of no case. Whether
    any entry *is_signed* with a key of its source is known, and where the rare kinds are that much
    hangs on.
    """

    def __init__(self, first: int, since: int) -> None:
        self.first = first
        self.since = since
        self.leaves = LeafFile(first)
        self.times = RecordedTimes(first)
        self.cases = CaseIndex()
        self.own: dict[str, str] = {}
        self.is_signed = False
        self._rare: dict[bytes, list[int]] = {kind: [] for kind in _RARE}
        self.shapeless: list[int] = []

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self.times)

    def add(self, leaf_hash: bytes, leaf: bytes) -> None:
        """Add the next leaf, whose form nobody has checked yet."""
        place = len(self.leaves)
        self.leaves.add(leaf_hash, leaf)
        seen = outline(leaf)
        if seen is None:
            self.times.at.append(NEVER)
            self.shapeless.append(self.first + place)
            return
        self.cases.add(seen.case, place)
        if self.first + place < self.since:
            self.times.at.append(NEVER)
            return
        self.times.add(seen.recorded, seen.kind)
        if seen.kind in self._rare:
            self._rare[seen.kind].append(self.first + place)
        self.is_signed = self.is_signed or _SIGNED in leaf
        if seen.own_at >= 0 and seen.case.isascii():
            self.own.setdefault(seen.case.decode("ascii"), own_name(leaf, seen.own_at))

    def add_missing(self, hashes: Iterable[bytes]) -> None:
        """Add the *hashes* of leaves that are not served."""
        for leaf_hash in hashes:
            self.leaves.add(leaf_hash, b"")
            self.times.at.append(NEVER)

    def finish(self) -> None:
        """End the reading; from now on entries can be read."""
        self.leaves.finish()
        self.cases.sort()

    def entry(self, index: int) -> CheckedEntry:
        """Return the entry with this *index*."""
        return self._entry(index, self.leaves.read(index).leaf)

    def indexes_in(self, case: str) -> list[int]:
        """Return the indexes of the leaves of the case with this public name, in order."""
        return [self.first + place for place in self.cases.places_of(case)]

    def indexes_of(self, kind: str) -> Sequence[int]:
        """Return where the leaves of one of the rare kinds are; their form may not be checked."""
        return self._rare[kind.encode()]

    def of_kind(self, kind: str) -> Iterator[CheckedEntry]:
        """Yield the entries of one of the rare kinds, in the order of the log."""
        yield from map(self.entry, self.indexes_of(kind))

    def __iter__(self) -> Iterator[CheckedEntry]:
        """Yield each entry in the order of the log."""
        leaves = enumerate(self.leaves, self.first)
        for (index, stored), at in zip(leaves, self.times.at, strict=True):
            if at != NEVER:
                yield self._entry(index, stored.leaf)

    def _entry(self, index: int, leaf: bytes) -> CheckedEntry:
        seen = outline(leaf)
        assert seen is not None  # noqa: S101 - its form was checked
        case, kind, recorded = (each.decode("ascii") for each in seen[:3])
        return CheckedEntry(index, case, number(leaf), kind, recorded, leaf)
