"""The tree of regions (区划): county, township, village, with codes that end (DOMAIN ORG-09).

Pure. A region that comes under another superior gets a new code, and the old one is never used
again. So what lies where, and sums, go by the tree of the day and its successors, never by the
digits of a code. Only for codes that the tree does not have the digits tell (`policy/region.py`).
"""

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from chalicelib.cached import cached_property
from chalicelib.people.units import Chains, Region, Succession, chains_of
from chalicelib.policy import region as by_digits


class RegionTree(Struct, frozen=True, eq=False, dict=True):
    """The *regions* by their codes, and the *successions* of codes that ended."""

    regions: Mapping[str, Region]
    successions: tuple[Succession, ...] = ()

    def is_known(self, code: str, on: date) -> bool:
        """Return whether *code* is in use on a day; one that is not is a sign, and no refusal."""
        return code in self.regions and self.regions[code].exists_on(on)

    def follow(self, code: str, on: date) -> str:
        """Return the code that *on* a day stands for what *code* was."""
        return self._chains.follow(code, on)

    def line(self, code: str, on: date) -> Iterator[str]:
        """Yield *code* as it is *on* a day, then the regions that it lies in, each once."""
        code, seen = self.follow(code, on), set[str]()
        while code and code not in seen:
            seen.add(code)
            yield code
            parent = self.regions[code].parent if code in self.regions else ""
            code = self.follow(parent, on) if parent else ""

    def covers(self, area: str, code: str, on: date) -> bool:
        """Return whether *code* is *area* or lies in it *on* a day, by the tree of that day."""
        if area == code:
            return True
        now = self.follow(area, on)
        if now in self.regions and self.follow(code, on) in self.regions:
            return now in self.line(code, on)
        return by_digits.covers(area, code)

    def sums(self, counts: Mapping[str, int], on: date) -> dict[str, int]:
        """Return the *counts* of each code added up for it and all that it lies in, *on* a day."""
        sums: dict[str, int] = {}
        for code, count in sorted(counts.items()):
            for each in self.line(code, on):
                sums[each] = sums.get(each, 0) + count
        return sums

    @cached_property
    def _chains(self) -> Chains:
        return chains_of(self.successions)


NO_REGIONS = RegionTree({})
