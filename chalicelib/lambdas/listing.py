"""Listing: a catalogue is in force; notify the items that it changes, each once.

A note names the import in progress, since when it counts, and the profiles that its items were
evaluated by. It is written before the first item is notified. Each notified item has a note of its
last notification. So after a crash anywhere, the next run (an import again, or reconcile within a
minute) notifies the rest, as of the same instant. A second notification is the same event, and is
there already. An import waits until the one before it is done, so no version of an item is lost.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.cases.case_id import item_case
from chalicelib.errors import Conflict
from chalicelib.instant import parse, text
from chalicelib.item.catalogue_import import (
    CatalogueImport,
    EvaluatedItem,
    ImportSummary,
    LastListing,
    evaluate_items,
    summarize_import,
)
from chalicelib.item.state import listing_event
from chalicelib.plumbing.services import Services

if TYPE_CHECKING:  # the store is heavy; `current_services` imports it when it is needed
    from chalicelib.policy.store import InForce

NOTE = ("IN_FORCE", "ITEMS")
NOTIFIED = "ITEM_TOLD"


def is_notified(services: Services, note: Mapping[str, Any] | None, number: int) -> bool:
    """Return whether its *note* says that all items of import *number* are notified."""
    if note is None:
        return not number
    if note["number"] > number:
        return True  # this process remembers an older import
    is_done = note["is_done"] and note["policy"] == services.policies.version()
    return bool(is_done and note["number"] == number)


def notify_items(
    services: Services,
    budget: timedelta | None = None,
    report: Callable[[int], None] = lambda _: None,
) -> ImportSummary:
    """Notify the items that the catalogue in force changes, until *budget* is used up.

    *report* is called with the number of items evaluated so far. A crash between an event and its
    note repeats the notification: the same event, which is there.
    """
    ends = None if budget is None else time.monotonic() + budget.total_seconds()
    current, evaluated = services.catalogues.in_force(fresh=True), list[EvaluatedItem]()
    if not current.version:
        return summarize_import(evaluated)
    note = _begin(services, current)
    new = CatalogueImport(
        entries=services.catalogues.entries(current.version),
        before=services.catalogues.entries(current.before) if current.before else (),
        region=services.settings.duban_region,
        at=parse(note["since"]),
    )
    listings = {
        item: LastListing(stored["kind"], stored["said"], stored["at"])
        for item, stored in services.registry.documents(NOTIFIED)
    }
    for item in evaluate_items(new, listings, services.profile()):
        evaluated.append(item)
        report(len(evaluated))
        if item.notification is not None:
            _notify_item(services, item.item, item.notification, current)
            # Evaluation alone is cheap, so the next run gets further.
            if ends is not None and time.monotonic() > ends:
                return summarize_import(evaluated)
    done = {**note, "is_done": True, "policy": services.policies.version()}
    # Crash here: the next run evaluates all items again, and notifies none.
    with suppress(Conflict):  # a later import is in progress: its note stays
        services.registry.put(*NOTE, done, instead_of=note)
    return summarize_import(evaluated)


def _begin(services: Services, current: "InForce") -> dict[str, Any]:
    """Return the note of the import in force; the first run writes since when it counts."""
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
        return _begin(services, current)
    return begun


def _notify_item(
    services: Services, item: str, notification: LastListing, current: "InForce"
) -> None:
    catalogue, at = (current.version, current.number), parse(notification.at)
    event = listing_event(notification.kind, notification.data, catalogue, at)
    services.inbox.notify(item_case(item), event, services.now())
    services.registry.put(NOTIFIED, item, notification.document())
