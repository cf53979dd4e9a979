"""An import of the catalogue held against the rules: which items are told of it, and why.

Told are the items that break a rule as they are listed now, those that were told before and are
listed otherwise, and those that are off the list: so that an item that comes back was known to be
gone. Of all others there is nothing to tell, and their cases are never opened.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.item import first_told, listing
from chalicelib.instant import parse, text
from chalicelib.intake.event_types import Reported
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.profile import Profile
from chalicelib.rules.listed_items import evaluate_item

ListingData = Mapping[str, object]
WHERE = ("item", "department", "region")


class LastListing(NamedTuple):
    """What an item was told last: of which *kind*, what was *said*, at which instant."""

    kind: str
    said: ListingData
    at: str

    def document(self) -> dict[str, object]:
        """Write it as it is noted."""
        return {"kind": self.kind, "said": dict(self.said), "at": self.at}


class EvaluatedItem(NamedTuple):
    """An *item*, the rules that it *breaks* as it is listed now, and what is to be told of it."""

    item: str
    breaks: tuple[str, ...]
    tell: LastListing | None


class CatalogueImport(NamedTuple):
    """The *entries* put in force in a *region* at an instant, and those *before* them."""

    entries: Iterable[CatalogueItem]
    before: Iterable[CatalogueItem]
    region: str
    at: datetime


def evaluate_items(
    imported: CatalogueImport, listings: Mapping[str, LastListing], profile: Profile
) -> Iterator[EvaluatedItem]:
    """Look at every item of an import and every item that is gone; *listings* are their last ones.

    What was told already when the same import is looked at again is not to be told again.
    """
    at, region = imported.at, imported.region
    left: dict[str, ListingData] = {}
    left.update((one.item, listing(one, region)) for one in imported.before)
    left.update(
        (item, one.said) for item, one in listings.items() if one.kind == Reported.ITEM_LISTED
    )
    for entry in imported.entries:
        left.pop(entry.item, None)
        said, last = listing(entry, region), listings.get(entry.item)
        breaks = _breaks(said, last, profile, at)
        is_new = bool(breaks) if last is None else not _is_told(said, last)
        yield EvaluatedItem(
            entry.item,
            breaks,
            LastListing(Reported.ITEM_LISTED, said, text(at)) if is_new else None,
        )
    for item, was in left.items():
        gone = LastListing(Reported.ITEM_REMOVED, {name: was[name] for name in WHERE}, text(at))
        if listings.get(item) != gone:
            yield EvaluatedItem(item, (), gone)


class ImportSummary(NamedTuple):
    """How many items were *looked_at*, how many told that they are *listed* so or *removed*.

    *broken* names the items that break each rule, the rules in their order.
    """

    looked_at: int
    listed: int
    removed: int
    broken: Mapping[str, list[str]]

    @property
    def told(self) -> int:
        """How many were told anything."""
        return self.listed + self.removed


def summary(looked: Sequence[EvaluatedItem]) -> ImportSummary:
    """Sum up what was *looked* at."""
    kinds, broken = Counter(one.tell.kind for one in looked if one.tell), dict[str, list[str]]()
    for item in looked:
        for rule in item.breaks:
            broken.setdefault(rule, []).append(item.item)
    return ImportSummary(
        len(looked),
        kinds[Reported.ITEM_LISTED],
        kinds[Reported.ITEM_REMOVED],
        dict(sorted(broken.items())),
    )


def _is_told(said: ListingData, last: LastListing) -> bool:
    return last.kind == Reported.ITEM_LISTED and last.said == said


def _breaks(
    said: ListingData, last: LastListing | None, profile: Profile, at: datetime
) -> tuple[str, ...]:
    """Return the rules that an item listed so breaks now or will, by its last listing alone."""
    listings: list[Fact] = []
    if last is not None and not _is_told(said, last):
        listings.append(first_told(last.kind, last.said, parse(last.at)))
    listings.append(first_told(Reported.ITEM_LISTED, said, at).numbered(len(listings)))
    return tuple(finding.rule for finding in evaluate_item(CaseHistory(listings), profile))
