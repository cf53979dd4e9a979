"""What the log says of itself: which rules are in force, word for word, and that it is alive.

Pure. Every judgement names the policy and the calendar that it was made under. Here they are told
to the log by hash, and their texts lie beside it under that hash (`rules/<sha256>`): so anyone can
judge again, and whoever changes a table has either said so in the log or is found out.

    policy/<id>   the profile, as it is written (TOML); its version is the hash of it
    calendar      the years and changes that came with the code, and what was imported since
    catalogue     every entry of the catalogue in force (事项清单), where there is one
    counting      of a local stage: how it counts days in regions whose logs it is fed, if it is any
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import rfc8785

from chalicelib.audit.objects import rules_path
from chalicelib.calendar.documents import Document
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.kind import log_case
from chalicelib.instant import text
from chalicelib.intake.event import OURS, Event
from chalicelib.intake.event_types import Reported
from chalicelib.policy.catalogue import CatalogueItem


@dataclass(frozen=True, slots=True)
class RulesText:
    """A document of the rules: its *name*, the *version* that judgements know it by, its bytes."""

    name: str
    version: str
    body: bytes

    @property
    def path(self) -> str:
        """Where it lies beside the log."""
        return rules_path(self.digest)

    @property
    def digest(self) -> str:
        """SHA-256 of it, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    def said(self) -> dict[str, str]:
        """What the log says of it."""
        return {"name": self.name, "version": self.version, "sha256": self.digest}


def policy_text(profile: str, reference: str, written: str) -> RulesText:
    """The *profile* of this id, which judgements name by its *reference*."""
    return RulesText(f"policy/{profile}", reference, written.encode())


def calendar_text(base: Calendar, imported: Sequence[Document], version: str) -> RulesText:
    """The calendar: what came with the code, and in its order what was imported over it."""
    shipped: list[Document] = [*base.years.values(), *base.changes]
    table: dict[str, Any] = {
        "id": base.id,
        "base": [document.table() for document in shipped],
        "imported": [one.table() for one in imported],
    }
    return RulesText("calendar", version, rfc8785.dumps(table))


def catalogue_text(version: str, entries: Iterable[CatalogueItem]) -> RulesText:
    """The catalogue of this *version*."""
    listed = sorted((item.document() for item in entries), key=lambda entry: str(entry["item"]))
    return RulesText("catalogue", version, rfc8785.dumps({"version": version, "entries": listed}))


def counting_text(by_region: Mapping[str, Mapping[str, str]]) -> RulesText:
    """How days are counted in some regions in place of the profile's way."""
    body = rfc8785.dumps({region: {**said} for region, said in by_region.items()})
    return RulesText("counting", hashlib.sha256(body).hexdigest()[:16], body)


def adopted(number: int, said: Mapping[str, object], at: datetime, zone: tzinfo) -> Event:
    """The event that states, for the *number*-th time, which rules are in force from *at* on."""
    return _of_log(f"rules/{number}", Reported.RULES_ADOPTED, said, at, zone)


def heartbeat(at: datetime, zone: tzinfo) -> Event:
    """The event that says that the log is alive in the hour of *at*; one for each hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return _of_log(f"{Reported.HEARTBEAT}/{text(hour)}", Reported.HEARTBEAT, {}, at, zone)


def _of_log(name: str, kind: str, said: Mapping[str, object], at: datetime, zone: tzinfo) -> Event:
    day = at.astimezone(zone).date()
    return Event(
        id=name, source=OURS, subject=log_case(day), type=kind, time=text(at), data=dict(said)
    )
