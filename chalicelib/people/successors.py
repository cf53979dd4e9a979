"""Who keeps what was a department's (机构改革): its cases, cards, keys and counts.

Pure. Cases and keys name departments by names, and names change: a department is renamed, merged,
split, abolished, or an item of it is transferred. From that day on the unit that continues the
function has all of it; no clock restarts (DOMAIN ORG-03, ORG-04). What was issued keeps the name
it was addressed to. A name that the organisation does not know, or that two units bear, is its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from chalicelib.cached import cached_property
from chalicelib.people.region_tree import RegionTree
from chalicelib.people.units import Chains, Department, Succession, chains_of


class Addressed(Struct, frozen=True):
    """What a case or a card is about: a *department* by name, *region*, *item* and *stage*.

    *then* is the day on which the department was called so: the name may be another unit's later.
    None: it is the present one's.
    """

    department: str
    region: str = ""
    item: str = ""
    stage: str = ""
    then: date | None = None


class Successors(Struct, frozen=True, eq=False, dict=True):
    """The *departments* and their *successions*; *regions* tells which region lies in which."""

    departments: Mapping[str, Department]
    successions: tuple[Succession, ...]
    regions: RegionTree

    def keeper(self, about: Addressed, on: date) -> str:
        """Return the name that *on* a day the unit has that keeps what *about* is addressed to."""
        code = self.code_of(about.department, about.then or on, about.region)
        if code is None:
            return about.department
        return self.departments[self._continued(code, on, about.item)].name_on(on)

    def names_kept_by(self, name: str, on: date) -> tuple[str, ...]:
        """Return *name* first, then all names under which something of its may be on record.

        Of the units of some of them it keeps an item only: ask `keeper` about each case.
        """
        mine = frozenset(
            code for code, each in self.departments.items() if each.name_on(on) == name
        )
        if not mine:
            return (name,)
        led = self._chains.led_to(mine, on)
        led |= {code for code in self.departments if self._continued(code, on, "") in mine}
        spelt = (spelling for code in sorted(led) for spelling in self._spellings(code))
        return tuple(dict.fromkeys((name, *spelt)))

    def is_orphaned(self, about: Addressed, on: date) -> bool:
        """Return whether *about* is of a department that ended, and the unit above has it at most.

        Until the government names who continues it (ORG-03).
        """
        code = self.code_of(about.department, about.then or on, about.region)
        until = self.departments[self._chains.follow(code, on, about.item)].until if code else None
        return until is not None and until < on

    def counted_under(self, about: Addressed, on: date) -> str:
        """Return the name under which *on* a day the cases and cards of *about* are counted.

        That of the unit that continues it, as it was called on the first day of that; a unit that
        ended without a successor is counted by itself, and its parent takes no part of it.
        """
        code = self.code_of(about.department, about.then or on, about.region)
        step = self._chains.last_step(code, on, about.item) if code else None
        unit = self.departments.get(step.successor) if step else None
        return unit.name_on(step.at) if unit and step else about.department

    def names_counted_with(self, name: str, on: date) -> frozenset[str]:
        """Return *name*, and all names of which some cases may be `counted_under` it on a day."""
        mine = frozenset(code for code, each in self.departments.items() if each.is_called(name))
        led = self._chains.led_to(mine, on) - mine
        return frozenset({name, *(spelt for code in led for spelt in self._spellings(code))})

    def is_over(self, name: str, on: date, region: str = "") -> bool:
        """Return whether the department called *name* has ended by a day, and nobody continues it.

        Of several the one in *region*. One of that name that is still to come has not ended.
        """
        code = self.code_of(name, on, region)
        if code is None:
            return False
        until = self.departments[self._continued(code, on, "")].until
        return until is not None and until < on

    def code_of(self, name: str, on: date, region: str = "") -> str | None:
        """Return the code of the department that is called *name* on a day, or else was last.

        A code stands for itself. Of several the one in *region*. None: there is none, or several.
        """
        if name in self.departments:
            return name
        called = self._by_name.get(name, ())
        if region and len(called) > 1:
            near = [each for each in called if self.regions.covers(each.region, region, on)]
            called = near or [each for each in called if not each.region] or called
        ranked = [(_nearness(each, name, on), each) for each in called]
        best = max((rank for rank, _ in ranked), default=None)
        found = [each.code for rank, each in ranked if rank == best]
        return found[0] if len(found) == 1 else None

    def _continued(self, code: str, on: date, item: str) -> str:
        """Return the unit that continues *code*'s; the one above where nobody does (ORG-03)."""
        last, seen = self._chains.follow(code, on, item), set[str]()
        while last not in seen:
            seen.add(last)
            unit = self.departments[last]
            is_gone = unit.until is not None and unit.until < on
            if not is_gone or unit.parent not in self.departments:
                break
            last = self._chains.follow(unit.parent, on, item)
        return last

    def _spellings(self, code: str) -> Iterator[str]:
        yield from (each.name for each in self.departments[code].names)
        yield code

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Department]]:
        found: dict[str, list[Department]] = {}
        for department in self.departments.values():
            for name in dict.fromkeys(each.name for each in department.names):
                found.setdefault(name, []).append(department)
        return found

    @cached_property
    def _chains(self) -> Chains:
        return chains_of(self.successions)


def _nearness(department: Department, name: str, on: date) -> tuple[int, int]:
    """Rank whose *name* it is on a day: who bears it, who bore it last, who will bear it first."""
    if department.exists_on(on) and department.name_on(on) == name:
        return 2, 0
    since = [each.since or department.since for each in department.names if each.name == name]
    begun = [each.toordinal() if each else 0 for each in since if each is None or each <= on]
    if begun:
        return 1, max(begun)
    return 0, -min(each.toordinal() for each in since if each is not None)
