"""The log's statements about itself: the rules in force, the keys of sources, and its heartbeat.

Pure. Every decision names the profile and the calendar that it was made under. A statement gives
their hashes to the log, and their texts lie beside it under that hash (`rules/<sha256>`). So anyone
can decide again, and nobody can change a table without an entry in the log.

    policy/<id>   the profile, as it is written (TOML); its version is the hash of it
    adoptions     which profile holds where since when, where there was more than one
    calendar      the years and changes that came with the code, and the documents imported since
    catalogue     every item of the catalogue in force (事项清单), where there is one
    organisation  departments, posts, who (`p_…`) holds which, regions, where there are any
    sources       the registered sources, and from when on the stage is in use
    witnesses     the keys of the witnesses, and how many of them must cosign, where there are any
    titles        the names of rules and grounds on cards (`card/words.py`)
    instrument    of a local stage: the made-up one that its cards go out by
    counting      of a local stage: how it counts days in the regions whose logs are replayed there
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import rfc8785
from msgspec import Struct

from chalicelib.calendar.documents import Document
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.case_id import log_case
from chalicelib.instant import text
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Reported
from chalicelib.log.objects import rules_path
from chalicelib.log.quorum import Quorum
from chalicelib.people.organisation import Organisation
from chalicelib.policy.adoptions import StageAdoption
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.sources import Registrations


class RulesText(Struct, frozen=True):
    """A document of the rules: its *name*, the *version* that decisions name, its bytes."""

    name: str
    version: str
    body: bytes

    @property
    def path(self) -> str:
        """The path of the public object that holds it."""
        return rules_path(self.digest)

    @property
    def digest(self) -> str:
        """SHA-256 of it, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    def payload(self) -> dict[str, str]:
        """Return its name, version and digest, as the log states them."""
        return {"name": self.name, "version": self.version, "sha256": self.digest}


def profile_rules_text(profile_id: str, reference: str, toml: str) -> RulesText:
    """Return the text of the profile *profile_id*, which decisions name by its *reference*."""
    return RulesText(f"policy/{profile_id}", reference, toml.encode())


def adoptions_text(made: Sequence[StageAdoption]) -> RulesText:
    """Return the text of all adoptions of profiles, the first first."""
    return hashed_text("adoptions", [adoption.document() for adoption in made])


def calendar_text(base: Calendar, imported: Sequence[Document], version: str) -> RulesText:
    """Return the text of the calendar: the shipped documents, then the imported ones in order."""
    shipped: list[Document] = [*base.years.values(), *base.changes]
    table: dict[str, Any] = {
        "id": base.id,
        "base": [document.table() for document in shipped],
        "imported": [document.table() for document in imported],
    }
    return RulesText("calendar", version, rfc8785.dumps(table))


def catalogue_text(version: str, entries: Iterable[CatalogueItem]) -> RulesText:
    """Return the text of the catalogue of this *version*."""
    listed = sorted((item.document() for item in entries), key=lambda entry: str(entry["item"]))
    return RulesText("catalogue", version, rfc8785.dumps({"version": version, "entries": listed}))


def sources_text(registrations: Registrations) -> RulesText:
    """Return the text of the sources: the reports that each may make, and how soon it must."""
    return RulesText("sources", registrations.version, rfc8785.dumps(registrations.document()))


def organisation_text(organisation: Organisation) -> RulesText:
    """Return the text of the organisation: units, posts and who holds them, without leave."""
    body = rfc8785.dumps(organisation.public_document())
    return RulesText("organisation", organisation.version, body)


def witnesses_text(quorum: Quorum) -> RulesText:
    """Return the text of the witnesses that the log relies on; *quorum* of them must cosign."""
    keys = [witness.vkey.text for witness in quorum.witnesses]
    return hashed_text("witnesses", {"quorum": quorum.needed, "witnesses": keys})


def hashed_text(name: str, document: Any) -> RulesText:
    """Return the text *name* of a *document* whose version is the begin of its hash."""
    body = rfc8785.dumps(document)
    return RulesText(name, hashlib.sha256(body).hexdigest()[:16], body)


def adoption_event(number: int, data: Mapping[str, object], at: datetime, zone: tzinfo) -> Event:
    """Return the event that states, for the *number*-th time, the rules in force from *at* on."""
    return _log_event(f"rules/{number}", Reported.RULES_ADOPTED, data, at, zone)


def keys_event(number: int, data: Mapping[str, Any], at: datetime, zone: tzinfo) -> Event:
    """Return the event that states, for the *number*-th time, the keys of the source in *data*."""
    return _log_event(f"keys/{data['source']}/{number}", Reported.KEYS_ADOPTED, data, at, zone)


def enrolment_event(data: Mapping[str, Any], at: datetime, zone: tzinfo) -> Event:
    """Return the event that states the passkey of a person in *data* (`Enrolment.data`)."""
    return _log_event(f"passkey/{data['key']}", Reported.PERSON_ENROLLED, data, at, zone)


def key_revoked_event(data: Mapping[str, Any], at: datetime, zone: tzinfo) -> Event:
    """Return the event that states that the `key` in *data* counts no more from *at* on."""
    return _log_event(f"passkey/{data['key']}/revoked", Reported.PERSON_KEY_REVOKED, data, at, zone)


def heartbeat_event(at: datetime, zone: tzinfo) -> Event:
    """Return the event that shows that the log is alive in the hour of *at*; one for each hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return _log_event(f"{Reported.HEARTBEAT}/{text(hour)}", Reported.HEARTBEAT, {}, at, zone)


def _log_event(
    name: str, kind: str, data: Mapping[str, object], at: datetime, zone: tzinfo
) -> Event:
    return own_event(kind, log_case(at.astimezone(zone).date()), name, at, data)
