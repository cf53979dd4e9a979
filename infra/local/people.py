"""The people of a local stage: made up, one or two for each role, each with a password.

They are entered when the stage is new. Whoever tries Duban signs in as one of them; real people are
entered by the operator, and these are not on a stage on AWS.
"""

import secrets
from base64 import b32encode
from datetime import date

from msgspec import Struct

from chalicelib.people.caller import Role
from chalicelib.people.person import Appointment, Person
from chalicelib.plumbing.services import Services

SINCE = date(2020, 1, 1)
BUSY = "农业农村局"  # the department that has most cards in the made-up week
_PASSWORD_BYTES = 12


class MadeUpPerson(Struct, frozen=True):
    """Somebody who signs in as *login*: a post by its Chinese *title*, in a *role*."""

    login: str
    title: str
    role: Role
    place: int | None = None
    """Of which of the departments; None: of none."""


MADE_UP = (
    MadeUpPerson("clerk", "窗口经办（示例）", "clerk", 0),
    MadeUpPerson("head", "部门负责人（示例）", "department", 0),
    MadeUpPerson("clerk2", "另一部门窗口经办（示例）", "clerk", 1),
    MadeUpPerson("head2", "另一部门负责人（示例）", "department", 1),
    MadeUpPerson("inspector1", "监察一科（示例）", "inspector"),
    MadeUpPerson("inspector2", "监察二科（示例）", "inspector"),
    MadeUpPerson("supervisor", "督查室（示例）", "supervisor"),
    MadeUpPerson("auditor", "审计（示例）", "auditor"),
    MadeUpPerson("operator", "运维（示例）", "operator"),
)


def enter_made_up(services: Services, departments: tuple[str, str]) -> dict[str, str]:
    """Enter the made-up people, some in each of two *departments*; return passwords by login.

    Crash between the writes: the stage was never ready, and begins anew.
    """
    people = {each.login: Person(_new_id(), (_post(each, departments),)) for each in MADE_UP}
    services.people.put_all(people.values())
    passwords = {login: secrets.token_urlsafe(_PASSWORD_BYTES) for login in people}
    now = services.wall()
    for login, person in people.items():
        invitation = services.logins.invite(person.id, login, now)
        services.logins.accept(invitation, passwords[login], now)
    return passwords


def _post(each: MadeUpPerson, departments: tuple[str, str]) -> Appointment:
    own = "" if each.place is None else departments[each.place]
    return Appointment(f"made-up-{each.login}", each.title, each.role, SINCE, None, own)


def _new_id() -> str:
    return f"p_{b32encode(secrets.token_bytes(10)).decode().lower()}"
