"""Whom the identity provider means: by a link, by an import, or by claims that give rights.

What the operator linked by hand (`duban signin link`) goes before what an import says, and that
before a person who was made when he came first. So an id that was made stays, until somebody says
whose it is; then both ids are known to be one person.
"""

from datetime import date
from typing import TYPE_CHECKING

from chalicelib.desk.sign_in.provider import Proven
from chalicelib.people.session import Provided
from chalicelib.people.ways import Ways

if TYPE_CHECKING:
    from chalicelib.people.person import Appointment
    from chalicelib.plumbing.services import Services


def recognise(
    services: "Services", ways: Ways, proven: Proven, day: date
) -> tuple[str, Provided] | None:
    """Return who came on a local *day*, and what the provider says of him; None: nobody knows him.

    Where claims give rights, somebody unknown whom they give any becomes a person.
    """
    granted = _granted(services, ways, proven, day)
    known = _known(services, ways.issuer, proven.subject)
    if known is None and granted:
        # Crash after it: he is found when he comes again.
        known = services.logins.make_person(ways.issuer, proven.subject).person, ()
    if known is None:
        return None
    person, also = known
    marks = marks_of(services, ways.issuer, proven.session, str(proven.claims.get("sub", "")))
    return person, Provided(granted, also, marks)


def marks_of(services: "Services", issuer: str, session: str, subject: str) -> tuple[str, ...]:
    """Return the digests by which a *session* of the provider, or its *subject*, is found again."""
    return tuple(
        services.logins.digest(f"issuer/{name}", f"{issuer}\n{text}")
        for name, text in (("sid", session), ("sub", subject))
        if text
    )


def _granted(
    services: "Services", ways: Ways, proven: Proven, day: date
) -> "tuple[Appointment, ...]":
    if ways.roles is None:
        return ()
    units, stage_region = services.organisation.units(), services.settings.duban_region
    return ways.roles.appointments(proven.claims, units, stage_region, day)


def _known(services: "Services", issuer: str, subject: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the person, and other ids of his; None: nobody said who he is, and he is not made."""
    linked = services.logins.subject(issuer, subject)
    if linked and not linked.is_made:
        return linked.person, linked.also
    key = services.vault.known_people_key()
    imported = services.person_codes.find("subject", subject, key) if key else ""
    if imported:
        return imported, (linked.person,) if linked else ()
    return (linked.person, ()) if linked else None
