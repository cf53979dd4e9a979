"""An import of the catalogue checked against the rules: which items are notified of it, and why.

Notified are items that break a rule as they are listed now, that were notified before and whose
listing has changed, or that are off the list. The case of no other item is opened.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import parse, text
from chalicelib.intake.event_types import Reported
from chalicelib.item.rules import evaluate_item
from chalicelib.item.state import listing_data, listing_fact
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.profile import Profile

ListingData = Mapping[str, object]
BELONGS_TO = ("item", "department", "region")


class LastListing(NamedTuple):
    """The last notification of an item: its *kind*, its *data*, and the instant of the import."""

    kind: str
    data: ListingData
    at: str

    def document(self) -> dict[str, object]:
        """Return the note of it, as stored."""
        return {"kind": self.kind, "said": dict(self.data), "at": self.at}


class EvaluatedItem(NamedTuple):
    """An *item*, the rules that it *breaks* as listed now, and its *notification*, if any."""

    item: str
    breaks: tuple[str, ...]
    notification: LastListing | None


class CatalogueImport(NamedTuple):
    """The *entries* put in force in a *region* at an instant, and those *before* them."""

    entries: Iterable[CatalogueItem]
    before: Iterable[CatalogueItem]
    region: str
    at: datetime


def evaluate_items(
    imported: CatalogueImport, listings: Mapping[str, LastListing], profile: Profile
) -> Iterator[EvaluatedItem]:
    """Yield every item of an import and every item that is gone; *listings* are the last ones."""
    at, region = imported.at, imported.region
    before = {entry.item: listing_data(entry, region) for entry in imported.before}
    listed = {
        item: last.data for item, last in listings.items() if last.kind == Reported.ITEM_LISTED
    }
    unlisted: dict[str, ListingData] = {**before, **listed}
    for entry in imported.entries:
        unlisted.pop(entry.item, None)
        data, last = listing_data(entry, region), listings.get(entry.item)
        breaks = _find_broken_rules(data, last, profile, at)
        is_new = bool(breaks) if last is None else not _is_told(data, last)
        listing = LastListing(Reported.ITEM_LISTED, data, text(at)) if is_new else None
        yield EvaluatedItem(entry.item, breaks, listing)
    for item, fields in unlisted.items():
        data = {name: fields[name] for name in BELONGS_TO}
        removal = LastListing(Reported.ITEM_REMOVED, data, text(at))
        if listings.get(item) != removal:
            yield EvaluatedItem(item, (), removal)


class ImportSummary(NamedTuple):
    """How many items there were, how many were notified, and which items break each rule."""

    looked_at: int
    listed: int
    removed: int
    broken: Mapping[str, list[str]]

    @property
    def notified(self) -> int:
        """The number of items that were notified."""
        return self.listed + self.removed


def summarize_import(items: Sequence[EvaluatedItem]) -> ImportSummary:
    """Return how many of *items* were notified, and those that break each rule."""
    kinds = Counter(item.notification.kind for item in items if item.notification)
    listed, removed = kinds[Reported.ITEM_LISTED], kinds[Reported.ITEM_REMOVED]
    rules = sorted({rule for item in items for rule in item.breaks})
    broken = {rule: [item.item for item in items if rule in item.breaks] for rule in rules}
    return ImportSummary(len(items), listed, removed, broken)


def _is_told(data: ListingData, last: LastListing) -> bool:
    return last.kind == Reported.ITEM_LISTED and last.data == data


def _find_broken_rules(
    data: ListingData, last: LastListing | None, profile: Profile, at: datetime
) -> tuple[str, ...]:
    """Return the rules that an item with *data* breaks now or later, by its last listing alone."""
    listings: list[Fact] = []
    if last is not None and not _is_told(data, last):
        listings.append(listing_fact(last.kind, last.data, parse(last.at)))
    listings.append(listing_fact(Reported.ITEM_LISTED, data, at).numbered(len(listings)))
    return tuple(finding.rule for finding in evaluate_item(CaseHistory(listings), profile))
