"""A person's passkeys as his settings show them, and the steps that the page's forms take.

To make one and to sign for another's needs the script; to revoke one does not.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.desk.answering import Desk
from chalicelib.desk.passkeys.signing import can_have_passkeys, signed_in_form
from chalicelib.errors import Rejected
from chalicelib.instant import local, parse

SIGNING_ROLES = ("inspector", "department")  # their acts may be signed
CODE = 8  # characters of a key's fingerprint, which two people compare


def passkey_values(desk: Desk) -> dict[str, Any]:
    """Return what the settings show of passkeys; this reads two items, or three.

    The first key of a role may be vouched for in another role: none of its own stands yet.
    """
    roles = [role for role in SIGNING_ROLES if role in desk.who.roles]
    has_passkeys = can_have_passkeys(desk.request.headers.get("host", ""))
    if not roles or not has_passkeys:
        return {"signing_roles": roles, "has_passkeys": has_passkeys}
    passkeys, me = desk.services.passkeys, desk.who.person.id
    waiting = [(each.statement, each.made_at) for each in passkeys.waiting()]
    zone = desk.services.profile().zone
    rows = [
        {
            "key": about.key,
            "code": about.key[:CODE],
            "role": about.role,
            "at": local(parse(made_at), zone),
            "is_mine": about.person == me,
        }
        for about, made_at in waiting
    ]
    mine = [each.statement for each in passkeys.of(me)]
    able = [each.role for each in mine]
    to_vouch = [row for row in rows if able and not row["is_mine"]]
    if any(row["role"] not in able for row in to_vouch):
        taken = {each.role for each in passkeys.standing()}
        to_vouch = [row for row in to_vouch if row["role"] in able or row["role"] not in taken]
    return {
        "is_scripted": True,
        "has_passkeys": True,
        "signing_roles": roles,
        "passkeys": [{"key": one.key, "code": one.key[:CODE], "role": one.role} for one in mine],
        "waiting": [row for row in rows if row["is_mine"]],
        "to_vouch": [
            {**row, "as_role": row["role"] if row["role"] in able else able[0]} for row in to_vouch
        ],
    }


def take_step(desk: Desk, form: Mapping[str, str]) -> None:
    """Vouch for another's passkey, or revoke one of the person's own. Raises Rejected."""
    from chalicelib.desk.passkeys import enrolling

    services, who = desk.services, desk.who
    if not who.callers:
        zh, en = "您没有岗位，不能办理。", "you hold no post"
        raise Rejected(403, zh=zh, en=en)
    if form.get("step") == "revoke":
        enrolling.revoke(services, who.callers[0], who.person.id, form.get("key", ""))
        return
    signed = signed_in_form(form)
    if signed is None:
        zh = "须启用脚本，并用您自己的通行密钥签名。"
        en = "this needs scripts, and the signature of your own passkey"
        raise Rejected(422, zh=zh, en=en, field="signature")
    caller = next((each for each in who.callers if each.role == signed.act.role), who.callers[0])
    enrolling.vouch(services, caller, signed)
