"""An item of the catalogue (事项) as a case of its own: what it is told at an import.

Of the entry only what a rule looks at, in the open: there is nothing personal in a catalogue. The
event of one import and one item is always the same, so that it is told once, however often an
import is begun.
"""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.kind import item_case
from chalicelib.instant import text
from chalicelib.intake.event import OURS, Event
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.materials import is_catch_all


def listing(item: CatalogueItem, region: str) -> dict[str, object]:
    """What the *item* says that rules look at; what it does not say is not there."""
    guide = item.guide
    said: dict[str, object] = {
        "promise": item.promise and item.promise.written(),
        "statutory": item.statutory and item.statutory.written(),
        "stages": len(item.stages) or None,
        "catch_all": None
        if guide.materials is None
        else sum(1 for name in guide.materials if is_catch_all(name)),
        "published": None if guide.published is None else bool(guide.published),
        "cancelled": guide.cancelled,
    }
    belongs_to = {"item": item.item, "department": item.department, "region": region}
    return {
        **belongs_to,
        "kind": item.kind,
        **{name: value for name, value in said.items() if value is not None},
    }


def told(kind: str, data: Mapping[str, object], catalogue: tuple[str, int], at: datetime) -> Event:
    """The event that tells an item of the import that put a *catalogue* in force: version, number.

    *at* is when that was.
    """
    version, number = catalogue
    return Event(
        id=f"catalogue.{number}",
        source=OURS,
        subject=item_case(str(data["item"])),
        type=kind,
        time=text(at),
        data={**data, "catalogue": version},
    )


def first_told(kind: str, data: Mapping[str, object], at: datetime) -> Fact:
    """The fact that such an event would become in a case that has none yet."""
    return Fact(0, kind, "", at, at, told=True, data=data)
