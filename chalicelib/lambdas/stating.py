"""State: tell the log which rules are in force, whenever they are others or a day begins.

A note says what was stated last. It is written first, then the texts, then what the note says is
told, and then noted as told: so whoever is killed anywhere, the next one tells the same. Of two at
once one finds the note taken, and leaves it to the other.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from chalicelib.audit.promise import STATED
from chalicelib.audit.statement import (
    RulesText,
    adoption_event,
    calendar_text,
    catalogue_text,
    counting_text,
    heartbeat_event,
    profile_rules_text,
)
from chalicelib.errors import Conflict
from chalicelib.instant import parse, text
from chalicelib.plumbing.services import Services
from chalicelib.policy.shipped import load_profile, profile_text

StatementNote = dict[str, Any]


def state(services: Services) -> StatementNote:
    """Say which rules are in force, if that is news today; give the note of what was said last.

    A minute without news costs one read of the note.
    """
    note = services.registry.get(*STATED)
    with suppress(Conflict):  # somebody else is at it
        note = _begun(services, note)
        note = _told(services, note)
    return note or {}


def beat(services: Services, note: StatementNote) -> None:
    """Tell the log that it is alive, once an hour; the *note* says in which it was told last.

    A crash before the note is written tells it again: the same event, which is there.
    """
    event = heartbeat_event(services.now(), services.profile().zone)
    if note and note.get("beat") != event["id"]:
        services.inbox.notify(event["subject"], event, services.now())
        with suppress(Conflict):
            services.registry.put(*STATED, {**note, "beat": event["id"]}, instead_of=note)


def _begun(services: Services, note: StatementNote | None) -> StatementNote:
    """The note of what is to be said: the one that stands, or a new one where that is old."""
    now = services.now()
    day = now.astimezone(services.profile().zone).date().isoformat()
    versions = [
        services.profiles_version(),
        services.calendars.version(),
        services.catalogues.current(),
    ]
    versions += [document.version for document in _counting(services)]
    if note is not None and (note["versions"], note["day"]) == (versions, day):
        return note
    begun = {
        "number": (note["number"] if note else 0) + 1,
        "versions": versions,
        "day": day,
        "at": text(now),
        "is_told": False,
        "beat": note["beat"] if note else "",
    }
    services.registry.put(*STATED, begun, new=note is None, instead_of=note)
    return begun


def _told(services: Services, note: StatementNote) -> StatementNote:
    """Tell what the *note* says. A crash between two writes leaves it untold, for the next."""
    if note["is_told"]:
        return note
    texts = list(_texts(services))
    for document in texts:
        services.objects.put_new(document.path, document.body)
    documents = [one.payload() for one in texts]
    said = {
        "documents": documents,
        "selection": services.settings.duban_profile,
        "region": services.settings.duban_region,
    }
    event = adoption_event(note["number"], said, parse(note["at"]), services.profile().zone)
    services.inbox.notify(event["subject"], event, services.now())
    done = {**note, "is_told": True, "documents": documents}
    services.registry.put(*STATED, done, instead_of=note)
    return done


def _texts(services: Services) -> Iterator[RulesText]:
    """What is in force at this moment, word for word."""
    for name in services.selection.names:
        yield profile_rules_text(name, load_profile(name).reference, profile_text(name))
    calendars, catalogues = services.calendars, services.catalogues
    yield calendar_text(calendars.base, calendars.documents(), calendars.version())
    if version := catalogues.current():
        yield catalogue_text(version, catalogues.entries(version))
    yield from _counting(services)


def _counting(services: Services) -> Iterator[RulesText]:
    """How a local stage was told to count days in some regions."""
    counted = services.table_clock.countings() if services.settings.is_local else {}
    if counted:
        yield counting_text(counted)
