"""Listing: a catalogue is in force; tell the items that it concerns, each once.

A note says which import is being told, since when it counts, and under which policy its items were
looked at; it is written before the first item is told. Of every item that was told another note
says what. So whoever is killed anywhere, the next (an import again, or reconcile within a minute)
tells the rest, as of the same instant: what is told twice is the same event, and is there already.
An import waits until the one before it is told: what came and went between two is not lost.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.cases.item import told
from chalicelib.cases.kind import item_case
from chalicelib.errors import Conflict
from chalicelib.instant import parse, text
from chalicelib.plumbing.services import Services
from chalicelib.rules.catalogue_import import (
    CatalogueImport,
    EvaluatedItem,
    ImportSummary,
    LastListing,
    evaluate_items,
    summary,
)

if TYPE_CHECKING:  # the store is heavy; `services()` imports it when it is needed
    from chalicelib.policy.store import InForce

NOTE = ("IN_FORCE", "ITEMS")
KNOWN = "ITEM_TOLD"


def is_told(services: Services, note: Mapping[str, Any] | None, number: int) -> bool:
    """Whether by its *note* there is nothing to tell of import *number*, in force as we know it."""
    if note is None:
        return not number
    if note["number"] > number:
        return True  # we remember an older one
    is_done = note["is_done"] and note["policy"] == services.profiles_version()
    return bool(is_done and note["number"] == number)


def tell_items(
    services: Services,
    budget: timedelta | None = None,
    shown: Callable[[int], None] = lambda _: None,
) -> ImportSummary:
    """Tell the items that the catalogue in force concerns, until *budget* is used up.

    *shown* hears how many have been looked at. A crash between telling an item and noting it tells
    it again: the same event, which is there.
    """
    ends = None if budget is None else time.monotonic() + budget.total_seconds()
    current, looked = services.catalogues.in_force(fresh=True), list[EvaluatedItem]()
    if not current.version:
        return summary(looked)
    note = _begun(services, current)
    listings = {item: LastListing(**said) for item, said in services.registry.documents(KNOWN)}
    for one in evaluate_items(_import(services, current, note), listings, services.profile()):
        looked.append(one)
        shown(len(looked))
        if one.tell is not None:
            _tell(services, one.item, one.tell, current)
            if ends is not None and time.monotonic() > ends:
                return summary(looked)  # looking alone is cheap, so whoever goes on gets further
    done = {**note, "is_done": True, "policy": services.profiles_version()}
    # A crash before this has all of them looked at again, and none told.
    with suppress(Conflict):  # a later import is being told: that one's note stands
        services.registry.put(*NOTE, done, instead_of=note)
    return summary(looked)


def _begun(services: Services, current: "InForce") -> dict[str, Any]:
    """The note of the import in force; whoever comes first says since when it counts."""
    note = services.registry.get(*NOTE)
    if note is not None and note["number"] >= current.number:
        return note
    begun = {
        "number": current.number,
        "since": text(services.now()),
        "policy": "",
        "is_done": False,
    }
    try:
        services.registry.put(*NOTE, begun, new=note is None, instead_of=note)
    except Conflict:
        return _begun(services, current)
    return begun


def _import(services: Services, current: "InForce", note: Mapping[str, Any]) -> CatalogueImport:
    return CatalogueImport(
        entries=services.catalogues.entries(current.version),
        before=services.catalogues.entries(current.before) if current.before else (),
        region=services.settings.duban_region,
        at=parse(note["since"]),
    )


def _tell(services: Services, item: str, tell: LastListing, current: "InForce") -> None:
    event = told(tell.kind, tell.said, (current.version, current.number), parse(tell.at))
    services.inbox.notify(item_case(item), event, services.now())
    services.registry.put(KNOWN, item, tell.document())
