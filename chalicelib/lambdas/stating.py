"""State: write to the log which rules are in force, whenever they change or a day begins.

An import states the rules that it is about to put in force, and waits until the log has them: so no
case is judged by rules that the log does not know. If it breaks off before they are in force, the
next minute states those that are.

A note holds the last statement. It is written first, then the texts, then the statement goes to the
log's case, and then the note says so. So after a crash anywhere the next run writes the same. Of
two runs at once one finds the note taken, and leaves the statement to the other.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from msgspec import Struct

from chalicelib.calendar.documents import Document
from chalicelib.card.words import shipped_titles
from chalicelib.errors import Conflict
from chalicelib.instant import parse, text
from chalicelib.intake.inbox_id import own_id
from chalicelib.log.merge_delay import STATED
from chalicelib.pages.words import ground_names
from chalicelib.people.organisation import Organisation
from chalicelib.plumbing.services import Services
from chalicelib.policy.adoptions import Adoptions, digest_of
from chalicelib.policy.catalogue import CatalogueItem, catalogue_version
from chalicelib.policy.profile import version_of
from chalicelib.statement import state as statement

StatementNote = dict[str, Any]

_TRIES = 8


class Coming(Struct, frozen=True):
    """Rules that are about to be in force: all imported documents of the *calendar*, a *catalogue*.

    Or all adoptions, and the *profile* that is new by its text; or an *organisation*. None stands
    for what is in force.
    """

    calendar: Sequence[Document] | None = None
    catalogue: tuple[CatalogueItem, ...] | None = None
    adoptions: Adoptions | None = None
    profile: str = ""
    organisation: Organisation | None = None


_NOTHING = Coming()
# How long rules that were announced may take to come into force. The minute waits so long for them.
_ANNOUNCED = timedelta(minutes=5)


def state(services: Services) -> StatementNote:
    """State which rules are in force, if they changed or the day is new. Return the last note.

    A minute without a change costs one read of the note, and one of the witnesses.
    """
    note = services.registry.get(*STATED)
    with suppress(Conflict):  # another run does it
        services.policies.adopt_shipped(services.now())
    with suppress(Conflict):  # another run does it
        note = _begin(services, note)
        note = _notify_log(services, note)
    return note or {}


def state_coming(services: Services, coming: Coming) -> StatementNote:
    """State the rules as they are once what is *coming* is in force. Return the note.

    Raises Conflict after losing too many races. A crash leaves a statement of rules that are not in
    force; within minutes the ones that are in force are stated again.
    """
    for _ in range(_TRIES):
        with suppress(Conflict):  # the minute's run states what is in force; ours comes after it
            note = _begin(services, services.registry.get(*STATED), coming)
            return _notify_log(services, note, coming)
    raise Conflict(
        "规则一直有人在声明，请稍后再试", "the rules are being stated by others all the time"
    )


def is_stated(services: Services, note: StatementNote) -> bool:
    """Return whether the statement of *note* is in the log."""
    event = statement.adoption_event(note["number"], {}, parse(note["at"]), services.profile().zone)
    item = services.inbox.get(event["subject"], own_id(event["id"]))
    return item is not None and item.pending_shard is None


def beat(services: Services, note: StatementNote) -> None:
    """Send the log a heartbeat once an hour; the *note* has the last one.

    A crash before the note is written sends it again: the same event, which is there.
    """
    event = statement.heartbeat_event(services.now(), services.profile().zone)
    if note and note.get("beat") != event["id"]:
        services.inbox.notify(event["subject"], event, services.now())
        with suppress(Conflict):
            services.registry.put(*STATED, {**note, "beat": event["id"]}, instead_of=note)


def _begin(
    services: Services, note: StatementNote | None, coming: Coming = _NOTHING
) -> StatementNote:
    """Return the note of the statement in force; a new note if the rules or the day changed.

    What this process remembers may be older than *note*, and rules that are gone must not be stated
    again: so before a new note they are read anew.
    """
    now = services.now()
    day = now.astimezone(services.profile().zone).date().isoformat()
    if note is not None and (note["versions"], note["day"]) == (_versions(services, coming), day):
        return note
    services.policies.current(fresh=True)
    services.calendars.current(fresh=True)
    services.catalogues.current(fresh=True)
    services.organisation.version(fresh=True)
    versions = _versions(services, coming)
    if note is not None and (note["versions"], note["day"]) == (versions, day):
        return note
    is_coming = note is not None and coming is not _NOTHING
    is_waiting = note is not None and not is_coming and versions == note.get("before")
    if note is not None and is_waiting and now - parse(note["at"]) < _ANNOUNCED:
        return note  # the rules that it announced are still to come, and nothing else has changed
    begun = {
        "number": (note["number"] if note else 0) + 1,
        "versions": versions,
        "day": day,
        "at": text(now),
        "is_told": False,
        "before": note["versions"] if note and is_coming else [],
        "beat": note["beat"] if note else "",
    }
    services.registry.put(*STATED, begun, new=note is None, instead_of=note)
    return begun


def _versions(services: Services, coming: Coming) -> list[str]:
    return [
        _adoptions(services, coming).version,
        _calendar_version(services, coming),
        _catalogue_version(services, coming),
        services.registrations.read().version,
        *filter(None, [_organisation_version(services, coming)]),
        *(document.version for document in _other_texts(services)),
    ]


def _notify_log(
    services: Services, note: StatementNote, coming: Coming = _NOTHING
) -> StatementNote:
    """Send the statement of *note* to the log's case. Return the note that says so.

    A crash between two writes leaves the note without that; the next run sends it again.
    """
    if note["is_told"]:
        return note
    texts = list(_texts(services, coming))
    for document in texts:
        services.objects.put_new(document.path, document.body)
    documents = [document.payload() for document in texts]
    payload = {
        "documents": documents,
        "selection": _adoptions(services, coming).last.selection.text,
        "region": services.settings.duban_region,
    }
    event = statement.adoption_event(
        note["number"], payload, parse(note["at"]), services.profile().zone
    )
    services.inbox.notify(event["subject"], event, services.now())
    notified = {**note, "is_told": True, "documents": documents}
    services.registry.put(*STATED, notified, instead_of=note)
    return notified


def _texts(services: Services, coming: Coming) -> Iterator[statement.RulesText]:
    """Yield the full texts of the rules in force at this moment, or with what is *coming*."""
    yield from _profile_texts(services, coming)
    calendars, catalogues = services.calendars, services.catalogues
    imported = calendars.documents() if coming.calendar is None else coming.calendar
    yield statement.calendar_text(calendars.base, imported, _calendar_version(services, coming))
    if version := _catalogue_version(services, coming):
        listed = catalogues.entries(version) if coming.catalogue is None else coming.catalogue
        yield statement.catalogue_text(version, listed)
    yield statement.sources_text(services.registrations.current())
    if _organisation_version(services, coming):
        stated = coming.organisation or services.organisation.whole()
        yield statement.organisation_text(stated)
    yield from _other_texts(services)


def _other_texts(services: Services) -> Iterator[statement.RulesText]:
    """Yield the texts that nobody announces: they are as the code or the operator has them.

    The titles; of a local stage its made-up instrument, and how it counts days in some regions; the
    witnesses, if the log relies on any.
    """
    yield statement.hashed_text("titles", shipped_titles(ground_names()).document())
    if instrument := services.made_up_instrument:
        yield statement.hashed_text("instrument", instrument.table())
    if services.settings.is_local and (counted := services.table_clock.countings()):
        yield statement.hashed_text("counting", counted)
    quorum = services.witnesses.quorum()
    if quorum.witnesses:
        yield statement.witnesses_text(quorum)


def _adoptions(services: Services, coming: Coming) -> Adoptions:
    return coming.adoptions or services.policies.current()


def _profile_texts(services: Services, coming: Coming) -> Iterator[statement.RulesText]:
    """Yield the profiles that came last, and if others hold for earlier cases, since when."""
    adoptions = _adoptions(services, coming)
    for name, digest in adoptions.last.digests.items():
        is_new = bool(coming.profile) and digest == digest_of(coming.profile)
        text = coming.profile if is_new else services.policies.text(name, digest)
        yield statement.profile_rules_text(name, f"{name}@{version_of(text)}", text)
    if len(adoptions.made) > 1:
        yield statement.adoptions_text(adoptions.made)


def _calendar_version(services: Services, coming: Coming) -> str:
    calendars, imported = services.calendars, coming.calendar
    return calendars.version() if imported is None else calendars.version_with(imported)


def _organisation_version(services: Services, coming: Coming) -> str:
    organisation = coming.organisation
    return services.organisation.version() if organisation is None else organisation.version


def _catalogue_version(services: Services, coming: Coming) -> str:
    coming_items = coming.catalogue
    return (
        services.catalogues.current() if coming_items is None else catalogue_version(coming_items)
    )
