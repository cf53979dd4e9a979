"""Which leaves belong to which case: some thirty bytes a leaf, then four.

A case may come at any time again, so its leaves are known once the whole log was read. Then they
are sorted, one first letter of the names after the other.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence

_LETTER = 2  # after `c_`
_NAME = len("c_") + 26


class CaseIndex:
    """The cases of a log; each has a number, in the order of their first leaves."""

    def __init__(self) -> None:
        self._new: dict[int, tuple[bytearray, array[int]]] = {}
        self._leaves = array("I")
        self._names = bytearray()
        self._starts = array("I", [0])
        self._in_order = array("I")

    def __len__(self) -> int:
        """Return how many cases there are, once they are sorted."""
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
        self._in_order.extend(sorted(cases, key=self._first_leaf))

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

    def _first_leaf(self, sorted_at: int) -> int:
        return self._leaves[self._starts[sorted_at]]

    def places(self, case: int) -> Sequence[int]:
        """Return the places of the leaves of *case*, in order."""
        at = self._in_order[case]
        return self._leaves[self._starts[at] : self._starts[at + 1]]

    def name(self, case: int) -> str:
        """Return the public name of *case*."""
        at = self._in_order[case]
        return self._name_at(at).decode("ascii", "replace")

    def places_of(self, name: str) -> Sequence[int]:
        """Return the places of the leaves of the case with this *name*; none if it is not there."""
        wanted, cases = name.encode(), range(len(self._starts) - 1)
        at = bisect_left(cases, wanted, key=self._name_at)
        if at == len(cases) or self._name_at(at) != wanted:
            return array("I")
        return self._leaves[self._starts[at] : self._starts[at + 1]]

    def _name_at(self, sorted_at: int) -> bytes:
        return bytes(self._names[sorted_at * _NAME : (sorted_at + 1) * _NAME])
