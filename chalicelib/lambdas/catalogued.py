"""Catalogued: the terms and details that the catalogue (事项清单) adds to an event, once for all.

The catalogue's limits become the terms of the case. An event that opens a case says if its item is
not, or no longer, on the list (清单之外). The materials that a notice requests are compared with
the service guide. The event gets the numbers of those that were not to be requested (V-18, V-19,
V-25); their names stay private.

There are no such details without a catalogue, if the guide is silent, or if the item is reported
only later. After a crash before the event is a fact, it is read again, by the catalogue of then.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.instant import parse
from chalicelib.intake.event_types import OPENING_TYPES, Reported
from chalicelib.plumbing.services import Services
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.materials import count_materials
from chalicelib.policy.terms import Terms, terms_of

# Before the acceptance too: silence may make one, and then goes by the item as it was.
WITH_TERMS = OPENING_TYPES | {Reported.CASE_ACCEPTED}
_MATERIAL_FIELDS = {Reported.CASE_ACCEPTED: "gaps", Reported.CASE_SUPPLEMENT_NOTIFIED: "materials"}


class ItemTerms(NamedTuple):
    """The *terms* of an event, if it has any, and the *details* to be added to its open data."""

    terms: Terms | None
    details: Mapping[str, object]


def read_item_terms(
    services: Services, event: Mapping[str, Any], facts: Sequence[Fact]
) -> ItemTerms:
    """Return what the catalogue adds to *event*; *facts* are those of its case so far."""
    kind, data = event["type"], event["data"]
    materials = data.get(_MATERIAL_FIELDS.get(kind, ""), ())
    if kind not in WITH_TERMS:
        entry = _entry_of(services, facts) if materials else None
        return ItemTerms(None, _material_counts(materials, entry))
    entry, version = services.catalogues.look_up(str(data.get("item", "")))
    terms = terms_of(data, entry, version if entry else "")
    details = {"listed": False} if version and not _is_listed(services, entry, event) else {}
    return ItemTerms(terms, {**details, **_material_counts(materials, entry)})


def terms_for(services: Services, acceptance: Mapping[str, object]) -> Terms | None:
    """Return the limits of an acceptance, its own or the catalogue's; None if there are none."""
    entry, version = services.catalogues.look_up(str(acceptance.get("item", "")))
    return terms_of(acceptance, entry, version if entry else "")


def _is_listed(services: Services, entry: CatalogueItem | None, event: Mapping[str, Any]) -> bool:
    """Return whether the item is on the list on the day of *event*, and not cancelled."""
    if entry is None or entry.guide.cancelled is None:
        return entry is not None
    zone = services.profile(str(event["data"].get("region", ""))).zone
    return parse(event["time"]).astimezone(zone).date().isoformat() < entry.guide.cancelled


def _entry_of(services: Services, facts: Sequence[Fact]) -> CatalogueItem | None:
    """Return the entry that a case was accepted under, else the one in force; None if unknown."""
    items = (fact.text("item") for fact in reversed(facts))
    item = next(filter(None, items), "")
    terms = (fact.data.get("terms") for fact in reversed(facts))
    last_terms = next((each for each in terms if isinstance(each, Mapping)), {})
    return services.catalogues.entry(item, str(last_terms.get("catalogue", "")))


def _material_counts(materials: Sequence[str], entry: CatalogueItem | None) -> dict[str, int]:
    return count_materials(materials, entry.guide if entry else None) if materials else {}
