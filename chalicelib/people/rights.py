"""The rights: which role may do what, and how far (the table `rights.toml`, docs/rights.md).

Pure, but for reading the file that lies beside it, once. What is not in the table nobody may do.
Whether a right reaches a case or a card is asked of the department and the region on record, never
of what a form says.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct, convert

from chalicelib.errors import Rejected
from chalicelib.people.caller import ROLE_NAMES, ROLES, Caller, Role
from chalicelib.policy.region import covers

Act = Literal[
    "see_case", "see_card", "see_scores", "acknowledge", "respond", "appeal", "answer_transfer",
    "confirm", "send_back", "decide", "decide_claim", "enter_finding", "reassign", "see_lead",
    "see_private",
    "see_alerts", "draw_sample", "see_sample", "see_people", "set_clock",
]  # fmt: skip
_OF_ROW = ("not_own", "sign", "not_confirmer")
Scope = Literal["own", "region", "all"]


class Right(Struct, frozen=True):
    """How far a role may do an act; *limits* says what else it has to keep to."""

    scope: Scope
    limits: frozenset[str] = frozenset()


class ActRights(Struct, frozen=True):
    """An act's name in both languages, and the right of each role that has one.

    *is_not_own*: nobody does it to a department in which he holds a post. *may_sign*: a person may
    sign it with a passkey. *is_not_confirmer*: whoever confirmed the card does not do it.
    """

    zh: str
    en: str
    of_role: Mapping[Role, Right]
    is_not_own: bool = False
    may_sign: bool = False
    is_not_confirmer: bool = False


@cache
def table() -> Mapping[Act, ActRights]:
    """Return the rights by act, in the order of the table."""
    text = Path(__file__).with_name("rights.toml").read_text("utf-8")
    return {convert(act, Act): _read_row(row) for act, row in tomllib.loads(text).items()}


def _read_row(row: Mapping[str, object]) -> ActRights:
    name = row["name"]
    assert isinstance(name, dict)  # noqa: S101 - a test reads the whole table
    cells = {role: str(row[role]).split() for role in ROLES if role in row}
    rights = {
        role: Right(convert(scope, Scope), frozenset(limits))
        for role, (scope, *limits) in cells.items()
    }
    return ActRights(name["zh"], name["en"], rights, *map(bool, map(row.get, _OF_ROW)))


def roles_for(act: Act) -> tuple[Role, ...]:
    """Return the roles that may do *act* themselves, and not only draft it."""
    rights = table()[act].of_role.items()
    return tuple(role for role, right in rights if "draft" not in right.limits)


def must_have_role(caller: Caller, act: Act) -> Caller:
    """Return *caller*, whose role may do *act* somewhere. Raises Rejected (403)."""
    roles = roles_for(act)
    if caller.role not in roles:
        raise Rejected(
            403,
            zh=f"需要以下角色：{'、'.join(ROLE_NAMES[role] for role in roles)}。",
            en=f"this needs the role {' or '.join(roles)}",
        )
    return caller


def reaches(caller: Caller, act: Act, department: str, region: str) -> bool:
    """Return whether *caller* may do *act* about what is a *department*'s, in a *region*.

    Whether he holds a post there himself is asked by `must_not_be_own`.
    """
    right = table()[act].of_role.get(caller.role)
    if right is None or "draft" in right.limits:
        return False
    if right.scope == "own":
        return is_of_department(caller, department, region)
    return right.scope == "all" or _is_near(caller, region)


def only_drafts(caller: Caller, act: Act, department: str, region: str) -> bool:
    """Return whether *caller* prepares *act* for his *department*, and does not do it himself."""
    right = table()[act].of_role.get(caller.role)
    is_draft = right is not None and "draft" in right.limits
    return is_draft and is_of_department(caller, department, region)


def is_of_department(caller: Caller, department: str, region: str) -> bool:
    """Return whether it is the department of *caller*: two counties may have one of that name."""
    return caller.department == department and (_is_near(caller, region) or not region)


def _is_near(caller: Caller, region: str) -> bool:
    return not caller.regions or any(covers(code, region) for code in caller.regions)


def must_not_be_own(caller: Caller, act: Act, department: str) -> None:
    """Refuse (403) to supervise a department in which the caller holds a post (回避)."""
    if table()[act].is_not_own and department in caller.posted_in:
        raise Rejected(
            403,
            zh="您在该部门任职，应当回避，请由其他监察人员办理。",
            en="you hold a post in this department; another inspector has to do it",
        )


def must_be_another(caller: Caller, act: Act, confirmers: Collection[str]) -> None:
    """Refuse (403) whoever is among the *confirmers* of a card to decide about it too."""
    if table()[act].is_not_confirmer and not caller.names.isdisjoint(confirmers):
        raise Rejected(
            403,
            zh="此牌由您确认，申诉和撤销须由其他监察人员决定。",
            en="you confirmed this card; another inspector decides its appeal, and revokes it",
        )


def is_limited(caller: Caller, act: Act, limit: str) -> bool:
    """Return whether the right of the caller's role to *act* has this *limit*."""
    right = table()[act].of_role.get(caller.role)
    return right is not None and limit in right.limits


def caller_for(callers: Iterable[Caller], act: Act, department: str, region: str) -> Caller:
    """Return the first of a person's *callers* that may do *act* there. Raises Rejected (403).

    A right without limits goes before one that notes what another did.
    """
    rights = table()[act].of_role
    able = [caller for caller in callers if reaches(caller, act, department, region)]
    able.sort(key=lambda caller: len(rights[caller.role].limits))
    if not able:
        name = table()[act]
        raise Rejected(
            403,
            zh=f"您的岗位或者密钥不能在这里{name.zh}。",
            en=f"neither your posts nor your key let you {name.en} here",
        )
    must_not_be_own(able[0], act, department)
    return able[0]
