"""State: write to the log which rules are in force, whenever they change or a day begins.

A note holds the last statement. It is written first, then the texts, then the statement goes to the
log's case, and then the note says so. So after a crash anywhere the next run writes the same. Of
two runs at once one finds the note taken, and leaves the statement to the other.
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
    sources_text,
)
from chalicelib.errors import Conflict
from chalicelib.instant import parse, text
from chalicelib.plumbing.services import Services
from chalicelib.policy.shipped import load_profile, profile_text

StatementNote = dict[str, Any]


def state(services: Services) -> StatementNote:
    """State which rules are in force, if they changed or the day is new. Return the last note.

    A minute without a change costs one read of the note.
    """
    note = services.registry.get(*STATED)
    with suppress(Conflict):  # another run does it
        note = _begin(services, note)
        note = _notify_log(services, note)
    return note or {}


def beat(services: Services, note: StatementNote) -> None:
    """Send the log a heartbeat once an hour; the *note* has the last one.

    A crash before the note is written sends it again: the same event, which is there.
    """
    event = heartbeat_event(services.now(), services.profile().zone)
    if note and note.get("beat") != event["id"]:
        services.inbox.notify(event["subject"], event, services.now())
        with suppress(Conflict):
            services.registry.put(*STATED, {**note, "beat": event["id"]}, instead_of=note)


def _begin(services: Services, note: StatementNote | None) -> StatementNote:
    """Return the note of the statement in force; a new note if the rules or the day changed."""
    now = services.now()
    day = now.astimezone(services.profile().zone).date().isoformat()
    versions = [
        services.profiles_version(),
        services.calendars.version(),
        services.catalogues.current(),
        services.registrations.read().version,  # one that is old must not be stated again
    ]
    versions += [document.version for document in _counting_texts(services)]
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


def _notify_log(services: Services, note: StatementNote) -> StatementNote:
    """Send the statement of *note* to the log's case. Return the note that says so.

    A crash between two writes leaves the note without that; the next run sends it again.
    """
    if note["is_told"]:
        return note
    texts = list(_texts(services))
    for document in texts:
        services.objects.put_new(document.path, document.body)
    documents = [document.payload() for document in texts]
    payload = {
        "documents": documents,
        "selection": services.settings.duban_profile,
        "region": services.settings.duban_region,
    }
    event = adoption_event(note["number"], payload, parse(note["at"]), services.profile().zone)
    services.inbox.notify(event["subject"], event, services.now())
    notified = {**note, "is_told": True, "documents": documents}
    services.registry.put(*STATED, notified, instead_of=note)
    return notified


def _texts(services: Services) -> Iterator[RulesText]:
    """Yield the full texts of the rules in force at this moment."""
    for name in services.selection.names:
        yield profile_rules_text(name, load_profile(name).reference, profile_text(name))
    calendars, catalogues = services.calendars, services.catalogues
    yield calendar_text(calendars.base, calendars.documents(), calendars.version())
    if version := catalogues.current():
        yield catalogue_text(version, catalogues.entries(version))
    yield sources_text(services.registrations.current())
    yield from _counting_texts(services)


def _counting_texts(services: Services) -> Iterator[RulesText]:
    """Yield how a local stage is set to count days in some regions."""
    counted = services.table_clock.countings() if services.settings.is_local else {}
    if counted:
        yield counting_text(counted)
