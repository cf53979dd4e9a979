"""The entries of a log as it was read, on disk and in order; and which belong to which case.

They can be read again, in the order of the log or one by one: nothing holds all in memory. Only the
bytes of a leaf are kept, and parsed on each use. The fact in one is read in `cases.py`.

The outline of a leaf is found in its bytes without parsing. That is exact for every leaf that is
written as leaves are: the fields stand in one order, `data` before these, and a quote within a text
is escaped. So the last `,"k":"` begins the field. Of other bytes the outline may say anything; they
are refused when `cases.py` parses the leaf.
"""

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from chalicelib.intake.event_types import Derived, Reported
from chalicelib.people.signable import ACTS_OF_TYPE
from infra.verify.leaf_file import LeafFile
from infra.verify.recorded import NEVER, RecordedTimes

_LETTER = 2  # after `c_`
_NAME = len("c_") + 26
_CASE = b'","case":"'
_CASE_AT = len(b'{"at":"2026-03-02T01:00:00.000Z')
_NAME_AT = _CASE_AT + len(_CASE)
_NAME_END = _NAME_AT + _NAME
_KIND, _NUMBER, _OWN, _RECORDED = b',"k":"', b',"n":', b',"own":"', b',"rec":"'
_TIME = len("2026-03-02T01:00:00.000Z")
_RARE = (
    *(Derived.CASES_COUNTED, Reported.RULES_ADOPTED, Reported.KEYS_ADOPTED),
    Reported.SAMPLE_COMMITTED,
    *(Reported.PERSON_ENROLLED, Reported.PERSON_KEY_REVOKED),
    *ACTS_OF_TYPE,
)
_SIGNED = b'"signed":"'


class CaseIndex:
    """The cases of a log; each has a number, in the order of their first leaves.

    It takes some thirty bytes a leaf, and four once it is sorted: when the whole log was read, as a
    case may come again at any time. One first letter of the names is sorted after the other.
    """

    def __init__(self) -> None:
        self._new: dict[int, tuple[bytearray, array[int]]] = {}
        self._leaves = array("I")
        self._names = bytearray()
        self._starts = array("I", [0])
        self._in_order = array("I")

    def __len__(self) -> int:
        return len(self._in_order)

    def add(self, name: bytes, place: int) -> None:
        """Add the leaf at *place*, from the first that is read; all names have one length."""
        letter = name[_LETTER]
        if letter not in self._new:
            self._new[letter] = bytearray(), array("I")
        names, places = self._new[letter]
        names += name
        places.append(place)

    def sort(self) -> None:
        """Sort what was added; then cases can be read."""
        for letter in sorted(self._new):
            self._sort(*self._new.pop(letter))
        cases = range(len(self._starts) - 1)
        self._in_order.extend(sorted(cases, key=lambda case: self._leaves[self._starts[case]]))

    def _sort(self, names: bytearray, places: "array[int]") -> None:
        """Sort the leaves whose cases begin with one letter; those of a case stay in order."""
        cut = [bytes(names[at : at + _NAME]) for at in range(0, len(names), _NAME)]
        last = b""
        for number in sorted(range(len(cut)), key=cut.__getitem__):
            if cut[number] != last:
                last = cut[number]
                self._names += last
                self._starts.append(self._starts[-1])
            self._leaves.append(places[number])
            self._starts[-1] += 1

    def places(self, case: int) -> Sequence[int]:
        """Return the places of the leaves of *case*, in order."""
        at = self._in_order[case]
        return self._leaves[self._starts[at] : self._starts[at + 1]]

    def name(self, case: int) -> str:
        """Return the public name of *case*."""
        return self._name_at(self._in_order[case]).decode("ascii", "replace")

    def places_of(self, name: str) -> Sequence[int]:
        """Return the places of the leaves of the case with this *name*; none if it is not there."""
        wanted, cases = name.encode(), range(len(self._starts) - 1)
        at = bisect_left(cases, wanted, key=self._name_at)
        if at == len(cases) or self._name_at(at) != wanted:
            return array("I")
        return self._leaves[self._starts[at] : self._starts[at + 1]]

    def _name_at(self, sorted_at: int) -> bytes:
        return bytes(self._names[sorted_at * _NAME : (sorted_at + 1) * _NAME])


class CheckedEntry(Struct, frozen=True):
    """Leaf *index* of the log: fact *n* of the case with the public name *case*, of *kind*.

    Its form and its chain were checked. *recorded* is its `rec` as written, in UTC: the order of
    the texts is that of time.
    """

    index: int
    case: str
    n: int
    kind: str
    recorded: str
    leaf: bytes

    @property
    def payload(self) -> dict[str, Any]:
        """All fields of the leaf, by their names in it."""
        payload: dict[str, Any] = json.loads(self.leaf)
        return payload


class Outline(NamedTuple):
    """Fields of a leaf, as its bytes have them; its own name begins at *own_at*, -1 for none."""

    case: bytes
    kind: bytes
    recorded: bytes
    own_at: int


def outline(leaf: bytes) -> Outline | None:
    """Return the outline of *leaf*; None where it cannot be a leaf of any case."""
    kind = leaf.rfind(_KIND)
    recorded = leaf.find(_RECORDED, kind)
    if kind < _NAME_END or recorded < 0 or leaf[_CASE_AT:_NAME_AT] != _CASE:
        return None
    begin, at = kind + len(_KIND), recorded + len(_RECORDED)
    return Outline(
        leaf[_NAME_AT:_NAME_END],
        leaf[begin : leaf.find(b'"', begin)],
        leaf[at : at + _TIME],
        leaf.find(_OWN, begin, recorded),
    )


def own_name(leaf: bytes, own_at: int) -> str:
    """Return the own name in *leaf*; "" where it is no text."""
    start = own_at + len(_OWN) - 1
    try:
        name, _ = json.JSONDecoder().raw_decode(leaf.decode("utf-8"), len(leaf[:start].decode()))
    except ValueError:
        return ""
    return name if isinstance(name, str) else ""


def number(leaf: bytes) -> int:
    """Return the number of *leaf* in its case. Raises ValueError where it has none."""
    start = leaf.find(_NUMBER, leaf.rfind(_KIND)) + len(_NUMBER)
    return int(leaf[start : leaf.find(b",", start)])


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
        self._rare: dict[bytes, list[int]] = {kind.encode(): [] for kind in _RARE}
        self.shapeless: list[int] = []

    def __len__(self) -> int:
        return len(self.times)

    def add(self, leaf_hash: bytes, leaf: bytes) -> None:
        """Add the next leaf, whose form nobody has checked yet."""
        place = len(self.leaves)
        self.leaves.add(leaf_hash, leaf)
        seen, index = outline(leaf), self.first + place
        if seen is None:
            self.times.at.append(NEVER)
            self.shapeless.append(index)
            return
        self.cases.add(seen.case, place)
        if index < self.since:
            self.times.at.append(NEVER)
            return
        self.times.add(seen.recorded, seen.kind)
        if seen.kind in self._rare:
            self._rare[seen.kind].append(index)
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
        leaves = enumerate(self.leaves, self.first)
        for (index, stored), at in zip(leaves, self.times.at, strict=True):
            if at != NEVER:
                yield self._entry(index, stored.leaf)

    def _entry(self, index: int, leaf: bytes) -> CheckedEntry:
        seen = outline(leaf)
        assert seen is not None  # noqa: S101 - its form was checked
        case, kind, recorded = (each.decode("ascii") for each in seen[:3])
        return CheckedEntry(index, case, number(leaf), kind, recorded, leaf)
