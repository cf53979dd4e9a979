"""What an import would change in the catalogue in force: items added, changed, and gone.

An item that goes is unknown to new cases; open cases keep their limits, and are counted here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from chalicelib.policy.catalogue import CatalogueItem
from infra.terminal.language import say

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong file
    from chalicelib.plumbing.services import Services

_MOST_LISTED = 100  # items of each kind; --json names all


class CatalogueChange(Struct, frozen=True):
    """The items *added* and *changed*, and those that go, with their open cases by code.

    *is_first*: there is no catalogue in force yet.
    """

    is_first: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[CatalogueItem, ...]
    open_cases: "Counter[str]"

    def written(self) -> dict[str, object]:
        """Return it as a JSON object."""
        going = [
            {"item": item.item, "name": item.name, "department": item.department}
            | {"open_cases": self.open_cases[item.item]}
            for item in self.removed
        ]
        return {"added": self.added, "changed": self.changed, "going": going}

    def lines(self) -> Iterator[str]:
        """Yield it as lines for people; none for a first catalogue, or one that is in force."""
        if self.is_first or not (self.added or self.changed or self.removed):
            return
        added, changed, gone = len(self.added), len(self.changed), len(self.removed)
        en = f"against the catalogue in force: {added} new, {changed} changed, {gone} gone"
        yield say(f"与现行清单相比：新增 {added} 项，变更 {changed} 项，去掉 {gone} 项", en)
        yield from _named(say("新增", "new"), self.added)
        yield from _named(say("变更", "changed"), self.changed)
        yield from map(self._gone, self.removed[:_MOST_LISTED])
        if (more := gone - _MOST_LISTED) > 0:
            yield say(f"去掉的另有 {more} 项", f"and {more} more are gone")

    def _gone(self, item: CatalogueItem) -> str:
        named, open_cases = f"{item.item} {item.name}", self.open_cases[item.item]
        zh = f"去掉 {named}（{item.department}）：在办 {open_cases} 件"
        return say(zh, f"gone: {named} ({item.department}): {open_cases} open cases")


def _named(change: str, codes: Sequence[str]) -> Iterator[str]:
    """Yield a line with the items of a *change* by their *codes*, if there are any."""
    more, count = "", len(codes)
    if count > _MOST_LISTED:
        more = say(f" 等 {count} 项", f" and others, {count} in all")
    if codes:
        yield f"{change} {say('、', ', ').join(codes[:_MOST_LISTED])}{more}"


def compare(services: "Services", entries: Sequence[CatalogueItem]) -> CatalogueChange:
    """Return what *entries* change in the catalogue in force."""
    version = services.catalogues.current(fresh=True)
    before = {item.item: item for item in services.catalogues.entries(version)} if version else {}
    after = {item.item: item for item in entries}
    removed = tuple(item for code, item in sorted(before.items()) if code not in after)
    added = sorted(after.keys() - before.keys())
    changed = sorted(code for code, item in after.items() if before.get(code, item) != item)
    open_cases = _open_cases(services, before.values(), removed)
    return CatalogueChange(not before, tuple(added), tuple(changed), removed, open_cases)


def _open_cases(
    services: "Services", before: Iterable[CatalogueItem], removed: Sequence[CatalogueItem]
) -> "Counter[str]":
    """Count the open cases of the items *removed*, in all departments of the catalogue *before*.

    A case may be with another department than its item's: it was handed over. What was accepted
    before anything knew its names is kept under their tokens.
    """
    tokens = services.name_tokens
    codes, counts = {item.item for item in removed}, Counter[str]()
    departments = {name for item in before for name in item.departments} if codes else set()
    for name in chain.from_iterable(map(tokens.spellings, sorted(departments))):
        for case in services.cases.of_department("permit", name):
            item = tokens.name_of(case.item)
            counts[item] += item in codes
    return counts
