"""What an import would change in the catalogue in force: items added, changed, and gone.

An item that goes is unknown to new cases; those that are open keep their limits. So it is said how
many there are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
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
        return {
            "added": list(self.added),
            "changed": list(self.changed),
            "going": [
                {
                    "item": item.item,
                    "name": item.name,
                    "department": item.department,
                    "open_cases": self.open_cases[item.item],
                }
                for item in self.removed
            ],
        }

    def lines(self) -> list[str]:
        """Return it as lines for people; none for a first catalogue, or one that is in force."""
        if self.is_first or not (self.added or self.changed or self.removed):
            return []
        added, changed, gone = len(self.added), len(self.changed), len(self.removed)
        en = f"against the catalogue in force: {added} new, {changed} changed, {gone} gone"
        first = say(f"与现行清单相比：新增 {added} 项，变更 {changed} 项，去掉 {gone} 项", en)
        lines = [self._gone(item) for item in self.removed[:_MOST_LISTED]]
        if gone > _MOST_LISTED:
            more = gone - _MOST_LISTED
            lines.append(say(f"去掉的另有 {more} 项", f"and {more} more are gone"))
        zh, en = "变更", "changed"
        listed = [*_named(say("新增", "new"), self.added), *_named(say(zh, en), self.changed)]
        return [first, *listed, *lines]

    def _gone(self, item: CatalogueItem) -> str:
        named, open_cases = f"{item.item} {item.name}", self.open_cases[item.item]
        zh = f"去掉 {named}（{item.department}）：在办 {open_cases} 件"
        return say(zh, f"gone: {named} ({item.department}): {open_cases} open cases")


def _named(what: str, codes: Sequence[str]) -> list[str]:
    """Return the items by their *codes* in a line, if there are any."""
    if not codes:
        return []
    more = ""
    if len(codes) > _MOST_LISTED:
        more = say(f" 等 {len(codes)} 项", f" and others, {len(codes)} in all")
    return [f"{what} {say('、', ', ').join(codes[:_MOST_LISTED])}{more}"]


def compare(services: "Services", entries: Sequence[CatalogueItem]) -> CatalogueChange:
    """Return what *entries* change in the catalogue in force."""
    before = {item.item: item for item in _in_force(services)}
    after = {item.item: item for item in entries}
    removed = tuple(item for code, item in sorted(before.items()) if code not in after)
    return CatalogueChange(
        is_first=not before,
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(
            sorted(code for code in after if before.get(code, after[code]) != after[code])
        ),
        removed=removed,
        open_cases=_open_cases(services, before.values(), removed),
    )


def _in_force(services: "Services") -> list[CatalogueItem]:
    version = services.catalogues.current(fresh=True)
    return list(services.catalogues.entries(version)) if version else []


def _open_cases(
    services: "Services", before: Iterable[CatalogueItem], removed: Sequence[CatalogueItem]
) -> "Counter[str]":
    """Count the open cases of the items *removed*, in all departments of the catalogue *before*.

    A case may be with another department than its item's: it was handed over. What was accepted
    before anything knew its names is kept under their tokens.
    """
    tokens = services.name_tokens
    codes, found = {item.item for item in removed}, Counter[str]()
    departments = {name for item in before for name in item.departments} if codes else set()
    for name in chain.from_iterable(map(tokens.spellings, sorted(departments))):
        for case in services.cases.of_department("permit", name):
            item = tokens.name_of(case.item)
            found[item] += item in codes
    return found
