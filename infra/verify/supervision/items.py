"""What items are told is what the published catalogues say of them, and nothing is kept from them.

An import tells the items that break a rule as they are listed, and those that were told before and
are listed otherwise or no more (`rules/catalogue_import.py`). So each telling is read again from
the catalogue that it names; and at the end every item of the catalogue in force was told, or had
nothing to be told.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.item import first_told, listing
from chalicelib.cases.kind import item_case, kind_of
from chalicelib.intake.event_types import Reported
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.rules.catalogue_import import WHERE
from chalicelib.rules.listed_items import evaluate_item as broken
from infra.verify.finding import Issue
from infra.verify.supervision.cases import CHECK, LoggedCase, shown
from infra.verify.supervision.rules import Rulebook, Statement


class Items:
    """What every item was told last, by the name of its case."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._last: dict[str, Fact] = {}

    def take(self, case: LoggedCase) -> Iterator[Issue]:
        """Take the case of an item: each telling is read again from the catalogue of its time."""
        if kind_of(case.name) != "item":
            return
        for fact in case.facts:
            if not fact.told or fact.kind not in (
                Reported.ITEM_LISTED,
                Reported.ITEM_REMOVED,
            ):
                continue
            around = self._book.around(fact.recorded_at, case.at[fact.n])
            named = [
                statement
                for statement in around
                if statement.catalogue.version == fact.text("catalogue")
            ]
            if not any(self._is_so(fact, case, one) for one in named):
                yield case.issue(
                    fact.n,
                    f"{fact.kind} 与已公布的事项清单不符",
                    f"{fact.kind} is not what the published catalogue says",
                )
            self._last[case.name] = fact

    def _is_so(self, fact: Fact, case: LoggedCase, stated: Statement) -> bool:
        entry = stated.catalogue.items.get(fact.text("item"))
        version = {"catalogue": stated.catalogue.version}
        if item_case(fact.text("item")) != case.name:
            return False
        if fact.kind == Reported.ITEM_LISTED:
            said = listing(entry, stated.region) if entry else {}
            return dict(fact.data) == shown({**said, **version})
        before = self._before(fact.text("item"), case.name, stated)
        where = [shown({name: one[name] for name in WHERE} | version) for one in before]
        return entry is None and dict(fact.data) in where

    def _before(self, item: str, case: str, until: Statement) -> Iterator[Mapping[str, object]]:
        """How the item was listed before: as it was told, or as a catalogue had it."""
        if last := self._last.get(case):
            yield {name: last.data.get(name, "") for name in WHERE}
        for statement in self._book.statements:
            if statement.index <= until.index and item in statement.catalogue.items:
                yield listing(statement.catalogue.items[item], statement.region)

    def check(self, until: datetime) -> Iterator[Issue]:
        """What items should have been told by *until*, by whatever catalogue may have counted."""
        stated = self._book.settled(until - MERGE_DELAY)
        owed = [set(self._owed(statement)) for statement in stated]
        for item, kind in sorted(set.intersection(*owed)) if owed else ():
            yield _untold(item, kind)

    def _owed(self, now: Statement) -> Iterator[tuple[str, str]]:
        """What is to be told while a catalogue is in force *now*: of an item, which kind."""
        for entry in now.catalogue.items.values():
            if self._is_owed(entry, now):
                yield entry.item, Reported.ITEM_LISTED
        statements = [
            statement for statement in self._book.statements if statement.index <= now.index
        ]
        gone = {item for one in statements for item in one.catalogue.items} - {*now.catalogue.items}
        for item in gone if now.catalogue.version else ():
            last = self._last.get(item_case(item))
            if last is None or last.kind != Reported.ITEM_REMOVED:
                yield item, Reported.ITEM_REMOVED

    def _is_owed(self, item: CatalogueItem, now: Statement) -> bool:
        """Whether an item of the catalogue that is in force *now* was told too little."""
        said, last = listing(item, now.region), self._last.get(item_case(item.item))
        if last is None:
            profile = self._book.rules(now, "").profile
            return bool(
                broken(CaseHistory([first_told(Reported.ITEM_LISTED, said, now.since)]), profile)
            )
        told = {name: value for name, value in last.data.items() if name != "catalogue"}
        return last.kind == Reported.ITEM_REMOVED or told != shown(said)


def _untold(item: str, kind: str) -> Issue:
    return Issue(
        None,
        CHECK,
        f"{item_case(item)}：事项清单要求告知 {kind}，而没有告知",
        f"{item_case(item)}: the catalogue wants {kind} told, and it was not",
    )
