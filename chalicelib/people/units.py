"""Departments and regions as an organisation has them: names with dates, spans, successions.

Pure records, without personal data. Days are local; of a span both its days are in it. A code never
names another unit later. A name may: it is looked up on a day (DOMAIN ORG-01, ORG-02, ORG-09).
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

MOST_NAMES = 50
MOST_SECTIONS = 200

Code = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
"""A code (统一社会信用代码 or an own one): ASCII, so that it can stand in an address."""
UnitName = Annotated[str, Meta(min_length=1, max_length=200)]
ItemCode = Annotated[str, Meta(max_length=200)]

SuccessionKind = Literal[
    "rename",  # 更名
    "merge",  # 合并
    "split",  # 分设
    "abolish",  # 撤销
    "transfer_item",  # 划转事项
]
RegionLevel = Literal[
    "province",  # 省
    "city",  # 市
    "county",  # 县
    "township",  # 乡镇
    "village",  # 村
]


class DatedName(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A *name* that a unit has *since* a day; None: from its beginning."""

    name: UnitName
    since: date | None = None


class Department(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A department (部门) by its *code*; its *names* in order of time, of which the last holds.

    It is there from *since* to *until*; None: from ever, for ever. *sections* are its 科室.
    """

    code: Code
    names: Annotated[tuple[DatedName, ...], Meta(min_length=1, max_length=MOST_NAMES)]
    region: str = ""
    since: date | None = None
    until: date | None = None
    parent: str = ""
    sections: Annotated[tuple[UnitName, ...], Meta(max_length=MOST_SECTIONS)] = ()

    def name_on(self, day: date) -> str:
        """Return its name on a *day*; before its first, that."""
        begun = [each.name for each in self.names if each.since is None or each.since <= day]
        return begun[-1] if begun else self.names[0].name

    def is_called(self, name: str) -> bool:
        """Return whether it bears or bore the *name*."""
        return any(each.name == name for each in self.names)

    def exists_on(self, day: date) -> bool:
        """Return whether it is there on a *day*."""
        return is_within(day, self.since, self.until)


class Succession(
    Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={"source": "from", "successor": "to"},
):
    """From the day *at* on, the unit *successor* continues what was the *source*'s (机构改革).

    Of a `transfer_item` only the *item*; without a *successor* nobody does. *document* is the
    instrument that says so.
    """

    source: Code
    kind: SuccessionKind
    at: date
    successor: str = ""
    item: ItemCode = ""
    document: Annotated[str, Meta(max_length=500)] = ""


class Region(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A region (区划) by its *code*, at a *level* below its *parent*, from *since* to *until*."""

    code: Code
    name: UnitName
    level: RegionLevel
    parent: str = ""
    since: date | None = None
    until: date | None = None

    def exists_on(self, day: date) -> bool:
        """Return whether its code is in use on a *day*."""
        return is_within(day, self.since, self.until)


class Chains(Struct, frozen=True, eq=False):
    """The *steps* from each unit to those that continue it, in order of time."""

    steps: dict[str, tuple[Succession, ...]] = field(default_factory=dict)

    def follow(self, code: str, on: date, item: str = "") -> str:
        """Return the unit that *on* a day continues what was *code*'s; about an *item*, that one.

        Steps are taken in the order of their days, so a change that was taken back later ends where
        it began. What is split (分设) stays, save the items that are transferred. Of two steps of
        one day back to where they came from the second is not taken.
        """
        step = self.last_step(code, on, item)
        return step.successor if step else code

    def last_step(self, code: str, on: date, item: str = "") -> Succession | None:
        """Return the step by which that unit continues it; None: *code* does itself."""
        since, seen, last = date.min, {code}, None
        while step := self._next(code, since, on, item):
            if step.at > since:
                seen = {code}
            if step.successor in seen:
                break
            code, since, last = step.successor, step.at, step
            seen.add(code)
        return last

    def _next(self, code: str, since: date, on: date, item: str) -> Succession | None:
        """Return the first step of *code* between two days that concerns the *item*."""
        for step in self.steps.get(code, ()):
            is_meant = step.item == item and bool(item) if step.item else step.kind != "split"
            if step.successor and is_meant and since <= step.at <= on:
                return step
        return None

    def led_to(self, codes: frozenset[str], on: date) -> frozenset[str]:
        """Return the units from which a step by a day leads to one of *codes*, and these."""
        found, last = codes, frozenset[str]()
        while found != last:
            last = found
            found |= {
                step.source
                for steps in self.steps.values()
                for step in steps
                if step.successor in last and step.at <= on
            }
        return found


def chains_of(successions: tuple[Succession, ...]) -> Chains:
    """Return the *successions* by the unit that each begins at."""
    steps: dict[str, tuple[Succession, ...]] = {}
    for each in sorted(successions, key=_in_order):
        steps[each.source] = (*steps.get(each.source, ()), each)
    return Chains(steps)


def _in_order(step: Succession) -> tuple[object, ...]:
    """Of one day the transfer of an item comes before what concerns all of a unit."""
    return step.at, not step.item, step.kind, step.successor


def is_within(day: date, since: date | None, until: date | None) -> bool:
    """Return whether *day* lies between two days, both of them in it; None: no bound."""
    return (since is None or since <= day) and (until is None or day <= until)
