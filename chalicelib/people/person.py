"""A person (人员) with the posts that he holds (任职): who he may be at our doors on a day.

Pure, and without personal data: a person is `p_…` here, and the vault has the rest. The doors read
this small document at each request, so a post that ends gives no right from that day on.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Annotated

import rfc8785
from msgspec import Meta, Struct, to_builtins

from chalicelib.people.caller import Caller, Role

PersonId = Annotated[str, Meta(pattern=r"\Ap_[a-z2-7]{16}\Z")]


class Appointment(Struct, frozen=True, omit_defaults=True):
    """A post held by a person from the day *since* to the day *until*, both among them.

    *title* is the post's name on pages. *department* is its department; *regions* are those that it
    supervises, none being all. *items* are the items and *stages* the steps that it handles, none
    being all of its department. *deputy_for* is the person whom the holder stands in for (代理). A
    post without a *role* gives no right here, and its holder does not supervise its department.
    """

    post: str
    title: str
    role: Role | None
    since: date
    until: date | None = None
    department: str = ""
    regions: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    section: str = ""
    deputy_for: str = ""

    def is_held_on(self, day: date) -> bool:
        """Return whether the post is held on a local *day*."""
        return self.since <= day and (self.until is None or day <= self.until)


class Person(Struct, frozen=True, omit_defaults=True):
    """A person *id* with all posts that were, are or will be his."""

    id: PersonId
    appointments: tuple[Appointment, ...] = ()

    def held_on(self, day: date) -> Iterator[Appointment]:
        """Yield the posts that are held on a local *day*."""
        return (appointment for appointment in self.appointments if appointment.is_held_on(day))

    def posted_in(self, day: date) -> tuple[str, ...]:
        """Return the departments in which a post is held on a local *day*."""
        return tuple(sorted({each.department for each in self.held_on(day)} - {""}))

    def posted_at(self, day: date) -> tuple[tuple[str, str], ...]:
        """Return these departments, each with a region of the post; empty where it has none."""
        held = ((each.department, (*each.regions, "")[0]) for each in self.held_on(day))
        return tuple(sorted({each for each in held if each[0]}))

    def callers(self, day: date) -> tuple[Caller, ...]:
        """Return the callers that the person may be on a local *day*, one for each post."""
        own, at = self.posted_in(day), self.posted_at(day)
        return tuple(
            Caller(
                id=self.id,
                role=appointment.role,
                department=appointment.department or None,
                regions=appointment.regions,
                posted_in=own,
                posted_at=at,
                owner=appointment.title,
            )
            for appointment in self.held_on(day)
            if appointment.role
        )

    def version(self, day: date) -> str:
        """Return a digest of the posts held on a local *day*; a session ends when it changes."""
        held = [to_builtins(appointment) for appointment in self.held_on(day)]
        return hashlib.sha256(rfc8785.dumps(held)).hexdigest()[:16]
