"""Invite a person to set a password: a one-time address, to be handed over in person."""

from chalicelib.errors import BadInput, Conflict
from chalicelib.people.login_store import LONGEST_NAME
from chalicelib.plumbing.services import Services


def proposed_name(services: Services, person: str) -> str:
    """Return what *person* is to sign in with: the 登录名 of the last import, else his id."""
    return str(services.vault.person(person).get("login") or person)


def invite(services: Services, person: str, name: str, site: str) -> str:
    """Return the address on *site* at which *person* may set a password once, within a day.

    *name* is what he signs in with. Raises BadInput: there is no such person, passwords are off, or
    another person has the name.
    """
    if services.people.get(person) is None:
        zh = "没有这个人；请先 duban people import"
        raise BadInput(zh=zh, en="there is no such person; duban people import", where=person)
    if not services.ways.current().has_local:
        zh, en = (
            "密码登录已关闭（duban signin set --local on）",
            "passwords are off: duban signin set",
        )
        raise BadInput(zh=zh, en=en)
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable() and name.strip() == name):
        zh, en = (
            f"登录名为 1 至 {LONGEST_NAME} 个字符",
            f"a name has 1 to {LONGEST_NAME} characters",
        )
        raise BadInput(zh=zh, en=en, where="--name")
    try:
        # Crash after it: an invitation that nobody was given; it is over after a day.
        code = services.logins.invite(person, name, services.wall())
    except Conflict as error:
        raise BadInput(error.text, where="--name") from error
    return f"{site}/signin/invitation?code={code}"
