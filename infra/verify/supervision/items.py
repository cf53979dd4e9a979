"""Items are notified of exactly what the published catalogues say of them.

An import notifies an item whose entry breaks a rule. It also notifies an item that was notified
before and has another entry now, or none (`rules/catalogue_import.py`). So each notification is
read again from the catalogue that it names. At the end every item of the catalogue in force was
notified, or needed no notification.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.item import listing_data, listing_fact
from chalicelib.cases.kind import item_case
from chalicelib.intake.event_types import Reported
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.rules.catalogue_import import BELONGS_TO
from chalicelib.rules.listed_items import evaluate_item
from infra.verify.finding import Issue
from infra.verify.supervision.cases import CHECK, LoggedCase, drop_empty
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.rules import Rulebook
from infra.verify.supervision.stated import Statement


class Items:
    """The last notification of every item, by the name of its case."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._last: dict[str, Fact] = {}

    def hand_over(self) -> dict[str, Fact]:
        """Return the last notification of each item that was taken since the last time."""
        last, self._last = self._last, {}
        return last

    def join(self, last: dict[str, Fact]) -> None:
        """Add what another process took."""
        self._last |= last

    def take(self, case: LoggedCase) -> Iterator[Issue]:
        """Add the case of an item; check each notification against the catalogue of its time."""
        if case.kind != "item":
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
            if not any(self._is_published(fact, case, statement) for statement in named):
                yield case.issue(
                    fact.n,
                    f"{fact.kind} 与已公布的事项清单不符",
                    f"{fact.kind} is not what the published catalogue says",
                )
            self._last[case.name] = fact

    def _is_published(self, fact: Fact, case: LoggedCase, statement: Statement) -> bool:
        item = statement.catalogue.items.get(fact.text("item"))
        version = {"catalogue": statement.catalogue.version}
        if item_case(fact.text("item")) != case.name:
            return False
        if fact.kind == Reported.ITEM_LISTED:
            payload = listing_data(item, statement.region) if item else {}
            return dict(fact.data) == drop_empty({**payload, **version})
        before = self._listings_before(fact.text("item"), case.name, statement)
        removals = [
            drop_empty({name: listed[name] for name in BELONGS_TO} | version) for listed in before
        ]
        return item is None and dict(fact.data) in removals

    def _listings_before(
        self, item: str, case: str, until: Statement
    ) -> Iterator[Mapping[str, object]]:
        """Yield how the item was listed before: as it was notified, or as a catalogue had it."""
        if last := self._last.get(case):
            yield {name: last.data.get(name, "") for name in BELONGS_TO}
        for statement in self._book.statements:
            if statement.index <= until.index and item in statement.catalogue.items:
                yield listing_data(statement.catalogue.items[item], statement.region)

    def check_items(self, until: datetime, alive: SignsOfLife) -> Iterator[Issue]:
        """Yield an issue for each missing notification by *until*, under any catalogue in force."""
        stated = self._book.settled(until - MERGE_DELAY)
        owed = [set(self._owed(statement)) for statement in stated]
        for item, kind in sorted(set.intersection(*owed)) if owed else ():
            is_excused = not alive.show(stated[0].since, until)
            yield _unreported(item, kind).outstanding(is_excused=is_excused)

    def _owed(self, now: Statement) -> Iterator[tuple[str, str]]:
        """Yield item and kind of each notification that is due under the statement *now*."""
        for listed in now.catalogue.items.values():
            if self._is_owed(listed, now):
                yield listed.item, Reported.ITEM_LISTED
        statements = [
            statement for statement in self._book.statements if statement.index <= now.index
        ]
        gone = {item for statement in statements for item in statement.catalogue.items} - {
            *now.catalogue.items
        }
        for item in gone if now.catalogue.version else ():
            last = self._last.get(item_case(item))
            if last is None or last.kind != Reported.ITEM_REMOVED:
                yield item, Reported.ITEM_REMOVED

    def _is_owed(self, item: CatalogueItem, now: Statement) -> bool:
        """Return whether a listed *item* needs a notification under the statement *now*."""
        payload, last = listing_data(item, now.region), self._last.get(item_case(item.item))
        if last is None:
            profile = self._book.rules(now, "").profile
            first = listing_fact(Reported.ITEM_LISTED, payload, now.since)
            return bool(evaluate_item(CaseHistory([first]), profile))
        last_payload = {name: value for name, value in last.data.items() if name != "catalogue"}
        return last.kind == Reported.ITEM_REMOVED or last_payload != drop_empty(payload)


def _unreported(item: str, kind: str) -> Issue:
    return Issue(
        None,
        CHECK,
        f"{item_case(item)}：事项清单要求告知 {kind}，而没有告知",
        f"{item_case(item)}: the catalogue wants {kind} told, and it was not",
    )
