"""An item of the catalogue (事项) as a case of its own: what an import reports to it.

The event has only the fields that rules read, all in the open: a catalogue holds nothing personal.
One import and one item always give the same event, so the item is notified once.
"""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.cases.case_id import item_case
from chalicelib.cases.fact import Fact
from chalicelib.intake.event import Event, own_event
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.materials import is_catch_all


def listing_data(item: CatalogueItem, region: str) -> dict[str, object]:
    """Return the fields of *item* that rules read; a field that it lacks is not there."""
    guide, materials = item.guide, item.guide.materials
    fields: dict[str, object] = {
        "item": item.item,
        "department": item.departments[0],
        "region": region,
        "kind": item.kind,
        "promise": item.promise and item.promise.written(),
        "statutory": item.statutory and item.statutory.written(),
        "stages": len(item.stages) or None,
        "catch_all": None if materials is None else sum(map(is_catch_all, materials)),
        "published": None if guide.published is None else bool(guide.published),
        "cancelled": guide.cancelled,
    }
    return {name: value for name, value in fields.items() if value is not None}


def listing_event(
    kind: str, data: Mapping[str, object], catalogue: tuple[str, int], at: datetime
) -> Event:
    """Return the event that an import *at* an instant sends; *catalogue*: version, number."""
    version, number = catalogue
    data = {**data, "catalogue": version}
    return own_event(kind, item_case(str(data["item"])), f"catalogue.{number}", at, data)


def listing_fact(kind: str, data: Mapping[str, object], at: datetime) -> Fact:
    """Return the fact that a listing event becomes in a case without facts."""
    return Fact(0, kind, "", at, at, told=True, data=data)
