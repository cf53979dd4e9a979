"""The terms and details that the catalogue (事项清单) adds to an event, once for all.

An event that opens a case gets the limits that bind it, the department and kind of its item, and
whether the item is not, or no longer, on the list (清单之外). The materials that a notice requests
are compared with the service guide. The event gets the numbers of those that were not to be
requested (V-18, V-19, V-25); their names stay private.

There are no such details without a catalogue, if the guide is silent, or if the item is reported
only later. After a crash before the event is a fact, it is read again, by the catalogue of then.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.instant import parse
from chalicelib.intake.event_types import STARTING_TYPES, Reported
from chalicelib.permit.claims.reading import rules_when_opened
from chalicelib.permit.clocks.binding import Listed, adopt_terms, bind
from chalicelib.plumbing.services import Services
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.materials import count_materials
from chalicelib.policy.terms import Terms, read_terms

_MATERIAL_FIELDS = {Reported.CASE_ACCEPTED: "gaps", Reported.CASE_SUPPLEMENT_NOTIFIED: "materials"}


class ItemTerms(NamedTuple):
    """The *terms* of an event, if it has any, and the *details* to be put over its open data."""

    terms: Terms | None
    details: Mapping[str, object]


def read_item_terms(
    services: Services, event: Mapping[str, Any], facts: Sequence[Fact], received_at: datetime
) -> ItemTerms:
    """Return what the catalogue adds to *event*; *facts* are those of its case so far."""
    kind, data = event["type"], event["data"]
    materials = data.get(_MATERIAL_FIELDS.get(kind, ""), ())
    # Before the acceptance too: silence may make one, and then goes by the item as it was.
    if kind not in STARTING_TYPES:
        entry = _entry_of(services, facts) if materials else None
        return ItemTerms(None, _material_counts(materials, entry))
    listed = _look_up(services, str(data.get("item", "")))
    rules = services.rules(str(data.get("region", "")))
    opened_at = parse(event["time"])
    rules = rules_when_opened(opened_at, received_at, event["source"], rules)
    terms, details = bind(data, opened_at, listed, rules)
    return ItemTerms(terms, {**details, **_material_counts(materials, listed.entry)})


def adopt_listed(services: Services, fact: Fact, rules: Rules, now: datetime) -> Terms | None:
    """Return the terms of an opening *fact* by the catalogue in force; None: no such item."""
    listed = _look_up(services, services.name_tokens.name_of(fact.text("item")))
    if listed.entry is None:
        return None
    terms = read_terms(fact.data.get("terms")) or Terms()
    return adopt_terms(terms, fact.at, listed, rules, now)


def _look_up(services: Services, item: str) -> Listed:
    return Listed(*services.catalogues.look_up(item))


def _entry_of(services: Services, facts: Sequence[Fact]) -> CatalogueItem | None:
    """Return the entry that a case was accepted under, else the one in force; None if unknown."""
    items = (fact.text("item") for fact in reversed(facts))
    item = services.name_tokens.name_of(next(filter(None, items), ""))
    terms = (fact.data.get("terms") for fact in reversed(facts))
    last_terms = next((stored for stored in terms if isinstance(stored, Mapping)), {})
    return services.catalogues.entry(item, str(last_terms.get("catalogue", "")))


def _material_counts(materials: Sequence[str], entry: CatalogueItem | None) -> dict[str, int]:
    return count_materials(materials, entry.guide if entry else None) if materials else {}
