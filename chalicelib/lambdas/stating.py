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
    Text,
    adopted,
    calendar_text,
    catalogue_text,
    counting_text,
    heartbeat,
    policy_text,
)
from chalicelib.errors import Conflict
from chalicelib.instant import parse, text
from chalicelib.plumbing.services import Services
from chalicelib.policy.shipped import load_profile, profile_text

Note = dict[str, Any]


def state(chosen: Services) -> Note:
    """Say which rules are in force, if that is news today; give the note of what was said last.

    A minute without news costs one read of the note.
    """
    note = chosen.registry.get(*STATED)
    with suppress(Conflict):  # somebody else is at it
        note = _begun(chosen, note)
        note = _told(chosen, note)
    return note or {}


def beat(chosen: Services, note: Note) -> None:
    """Tell the log that it is alive, once an hour; the *note* says in which it was told last.

    A crash before the note is written tells it again: the same event, which is there.
    """
    event = heartbeat(chosen.now(), chosen.policy().zone)
    if note and note.get("beat") != event["id"]:
        chosen.inbox.relay(event["subject"], event, chosen.now())
        with suppress(Conflict):
            chosen.registry.put(*STATED, {**note, "beat": event["id"]}, instead_of=note)


def _begun(chosen: Services, note: Note | None) -> Note:
    """The note of what is to be said: the one that stands, or a new one where that is old."""
    now = chosen.now()
    day = now.astimezone(chosen.policy().zone).date().isoformat()
    versions = [chosen.policy_version(), chosen.calendars.version(), chosen.catalogues.current()]
    versions += [one.version for one in _counting(chosen)]
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
    chosen.registry.put(*STATED, begun, new=note is None, instead_of=note)
    return begun


def _told(chosen: Services, note: Note) -> Note:
    """Tell what the *note* says. A crash between two writes leaves it untold, for the next."""
    if note["is_told"]:
        return note
    texts = list(_texts(chosen))
    for one in texts:
        chosen.objects.put_new(one.path, one.body)
    documents = [one.said() for one in texts]
    said = {
        "documents": documents,
        "selection": chosen.settings.duban_profile,
        "region": chosen.settings.duban_region,
    }
    event = adopted(note["number"], said, parse(note["at"]), chosen.policy().zone)
    chosen.inbox.relay(event["subject"], event, chosen.now())
    done = {**note, "is_told": True, "documents": documents}
    chosen.registry.put(*STATED, done, instead_of=note)
    return done


def _texts(chosen: Services) -> Iterator[Text]:
    """What is in force at this moment, word for word."""
    for name in chosen.profiles.names:
        yield policy_text(name, load_profile(name).reference, profile_text(name))
    calendars, catalogues = chosen.calendars, chosen.catalogues
    yield calendar_text(calendars.base, calendars.documents(), calendars.version())
    if version := catalogues.current():
        yield catalogue_text(version, catalogues.entries(version))
    yield from _counting(chosen)


def _counting(chosen: Services) -> Iterator[Text]:
    """How a local stage was told to count days in some regions."""
    counted = chosen.table_clock.countings() if chosen.settings.is_local else {}
    if counted:
        yield counting_text(counted)
