"""Catalogued: what the catalogue (事项清单) says of an event as it is read, once and for ever.

Its limits become the terms of the case. That an item is not on the list (清单之外), or not any
more, is said of the event that opens a case of it; what a notice asks for is held against the
service guide, and how many materials were not to be asked stands beside it (V-18, V-19, V-25): the
names stay private, the numbers do not.

What cannot be compared is not said: there is no catalogue, the guide is silent, or whose item it is
comes only later. Who reads an event again after a crash, before it is a fact, reads it by the
catalogue of then.
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
_ASKED = {Reported.CASE_ACCEPTED: "gaps", Reported.CASE_SUPPLEMENT_NOTIFIED: "materials"}


class ItemTerms(NamedTuple):
    """The *terms* of an event that has any, and what stands *beside* it in the open."""

    terms: Terms | None
    beside: Mapping[str, object]


def catalogued(services: Services, event: Mapping[str, Any], facts: Sequence[Fact]) -> ItemTerms:
    """Look an *event* up, of a case of which the facts *facts* are on record or being read."""
    kind, data = event["type"], event["data"]
    asked = data.get(_ASKED.get(kind, ""), ())
    if kind not in WITH_TERMS:
        entry = _entry_of(services, facts) if asked else None
        return ItemTerms(None, _counted(asked, entry))
    entry, version = services.catalogues.look_up(str(data.get("item", "")))
    terms = terms_of(data, entry, version if entry else "")
    beside = {"listed": False} if version and not _is_run(services, entry, event) else {}
    return ItemTerms(terms, {**beside, **_counted(asked, entry)})


def terms_for(services: Services, accepted: Mapping[str, object]) -> Terms | None:
    """The limits that an acceptance has by itself or by the catalogue; None where it has none."""
    entry, version = services.catalogues.look_up(str(accepted.get("item", "")))
    return terms_of(accepted, entry, version if entry else "")


def _is_run(services: Services, entry: CatalogueItem | None, event: Mapping[str, Any]) -> bool:
    """Whether the item is on the list on the day of *event*: it is there, and not cancelled."""
    if entry is None or entry.guide.cancelled is None:
        return entry is not None
    zone = services.profile(str(event["data"].get("region", ""))).zone
    return parse(event["time"]).astimezone(zone).date().isoformat() < entry.guide.cancelled


def _entry_of(services: Services, facts: Sequence[Fact]) -> CatalogueItem | None:
    """The entry that a case was accepted under, else the one in force; None of an unknown item."""
    items = (fact.text("item") for fact in reversed(facts))
    item = next(filter(None, items), "")
    terms = (fact.data.get("terms") for fact in reversed(facts))
    kept = next((one for one in terms if isinstance(one, Mapping)), {})
    return services.catalogues.entry(item, str(kept.get("catalogue", "")))


def _counted(asked: Sequence[str], entry: CatalogueItem | None) -> dict[str, int]:
    return count_materials(asked, entry.guide if entry else None) if asked else {}
