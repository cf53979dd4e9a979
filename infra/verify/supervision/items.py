"""Items are notified of exactly what the published catalogues say of them.

Each notification is read again from the catalogue that it names. Every item was notified, or needed
no notification, by the end of the log, and by the end of each catalogue that was in force for
longer than a silence: a mended catalogue excuses nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from chalicelib.cached import cached_property
from chalicelib.cases.case_id import item_case
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.intake.event_types import LISTING_TYPES, Reported
from chalicelib.item.catalogue_import import BELONGS_TO
from chalicelib.item.rules import evaluate_item
from chalicelib.item.state import listing_data, listing_fact
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.policy.catalogue import CatalogueItem
from infra.verify.issue import Issue
from infra.verify.supervision.cases import CHECK, LoggedCase, drop_empty
from infra.verify.supervision.life import UNSEEN, SignsOfLife
from infra.verify.supervision.rules import Rulebook, Statement
from infra.verify.supervision.stated_items import unlike_items


class Items:
    """The notifications of every item in order, by the name of its case."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self.taken: dict[str, list[Fact]] = {}
        self._breaks: dict[tuple[int, str, str], bool] = {}

    def join(self, told: dict[str, list[Fact]]) -> None:
        """Add the notifications of other items."""
        self.taken |= told

    def take(self, case: LoggedCase) -> Iterator[Issue]:
        """Add the case of an item; check each notification against the catalogue of its time."""
        if case.kind != "item":
            return
        for fact in case.facts:
            if not fact.told or fact.kind not in LISTING_TYPES:
                continue
            version = fact.text("catalogue")
            around = self._book.around(fact.recorded_at, case.at[fact.n])
            named = (each for each in around if each.catalogue.version == version)
            if not any(self._is_published(fact, case, statement) for statement in named):
                en = "is not what the published catalogue says"
                yield case.issue_with(fact, "与已公布的事项清单不符", en)
            self.taken.setdefault(case.name, []).append(fact)

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
        if told := self.taken.get(case):
            yield {name: told[-1].data.get(name, "") for name in BELONGS_TO}
        for statement in self._book.statements:
            if statement.index <= until.index and item in statement.catalogue.items:
                yield listing_data(statement.catalogue.items[item], statement.region)

    @cached_property
    def _listed(self) -> Mapping[str, int]:
        """The index of the first statement that lists each item, by its code."""
        listed: dict[str, int] = {}
        before: Mapping[str, CatalogueItem] = {}
        for statement in self._book.statements:
            now = statement.catalogue.items
            for item in unlike_items(now, before):
                listed.setdefault(item, statement.index)
            before = now
        return listed

    def check_items(self, until: datetime, alive: SignsOfLife) -> Iterator[Issue]:
        """Yield an issue for each notification that is missing *until* now by all rules in force.

        Also for each that was missing, and long due, when another catalogue was stated.
        """
        stated = self._book.settled(until - MERGE_DELAY)
        owed = [set(self._owed(statement, until)) for statement in stated]
        missing = set.intersection(*owed) if owed else set[tuple[str, str]]()
        for item, kind in sorted(missing):
            is_excused = not alive.show(stated[0].since, until)
            yield _unreported(item, kind).outstanding(is_excused=is_excused)
        for before, after in pairwise(self._book.statements):
            if not alive.ran(before.since, after.since, UNSEEN):
                continue
            due = after.since - MERGE_DELAY  # what comes later may be of the catalogue after it
            for item, kind in sorted({*self._owed(before, due)} - missing):
                missing.add((item, kind))
                yield _unreported(item, kind)

    def _owed(self, now: Statement, by: datetime) -> Iterator[tuple[str, str]]:
        """Yield item and kind of each notification due under the statement *now*, missing *by*."""
        for listed in now.catalogue.items.values():
            if self._is_owed(listed, now, by):
                yield listed.item, Reported.ITEM_LISTED
        for item, index in self._listed.items() if now.catalogue.version else ():
            if index > now.index or item in now.catalogue.items:
                continue
            last = self._last(item, by)
            if last is None or last.kind != Reported.ITEM_REMOVED:
                yield item, Reported.ITEM_REMOVED

    def _last(self, item: str, by: datetime) -> Fact | None:
        """Return the last notification of an *item* that was recorded *by* an instant."""
        told = self.taken.get(item_case(item), ())
        return next((fact for fact in reversed(told) if fact.recorded_at <= by), None)

    def _is_owed(self, item: CatalogueItem, now: Statement, by: datetime) -> bool:
        """Return whether a listed *item* needs a notification under *now*, and had none *by*."""
        last = self._last(item.item, by)
        if last is None:
            return self._is_broken(item, now)
        payload = listing_data(item, now.region)
        last_payload = {name: value for name, value in last.data.items() if name != "catalogue"}
        return last.kind == Reported.ITEM_REMOVED or last_payload != drop_empty(payload)

    def _is_broken(self, item: CatalogueItem, now: Statement) -> bool:
        """Return whether an item breaks a rule as listed; worked out once for each profile."""
        profile = self._book.rules(now, "").profile
        key = id(item), now.region, profile.version
        if key not in self._breaks:
            payload = listing_data(item, now.region)
            first = listing_fact(Reported.ITEM_LISTED, payload, now.since)
            self._breaks[key] = bool(evaluate_item(CaseHistory([first]), profile))
        return self._breaks[key]


def _unreported(item: str, kind: str) -> Issue:
    zh = f"{item_case(item)}：事项清单要求告知 {kind}，而没有告知"
    en = f"{item_case(item)}: the catalogue wants {kind} told, and it was not"
    return Issue(None, CHECK, zh, en)
