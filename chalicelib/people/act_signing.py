"""The doors' half of signed acts: what a page gives to sign, and whether a signature is believed.

A signature is believed under a key that the log has stated, of the person who acts, and that stands
now. Whoever signs acts in his own name: where a program hands the act in, the person's own posts
must give the right to it. The rest is checked by pure code (`signed_act.py`).
"""

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.errors import Rejected
from chalicelib.instant import text as instant_text
from chalicelib.intake.inbox_id import own_id
from chalicelib.people.assertion import NotSigned
from chalicelib.people.person_key import base64url
from chalicelib.people.rights import Act as RightAct
from chalicelib.people.signed_act import (
    SALT,
    Act,
    SeenLog,
    SignedAct,
    digest_of_text,
    must_be,
    must_be_fresh,
)
from chalicelib.plumbing.services import Services

if TYPE_CHECKING:
    from chalicelib.people.caller import Caller
    from chalicelib.people.keepers import Kept
    from chalicelib.people.passkey import Enrolment

_NOTHING = SeenLog(0, b64encode(hashlib.sha256().digest()).decode("ascii"))  # RFC 6962: no entry
_NONCE = 16  # bytes


def act_to_sign(
    services: Services, caller: "Caller", fields: Mapping[str, Any], text: str = ""
) -> dict[str, Any]:
    """Return what a page needs to have *caller* sign an act with these *fields* and this *text*.

    `act` and `salt` are handed in again as they are; `challenge` goes to the passkey, one of
    `allow`. Raises Rejected (409) where the caller has no passkey.
    """
    passkeys = services.passkeys.of(caller.id, caller.role) if caller.is_person else []
    if not passkeys:
        zh = "您还没有通行密钥；请先在“我的设置”登记。"
        raise Rejected(409, zh=zh, en="you have no passkey yet: enrol one in your settings first")
    salt = secrets.token_bytes(SALT) if text else b""
    given = {name: value for name, value in fields.items() if value is not None}
    act = Act(
        v=1,
        by=caller.id,
        role=caller.role,
        at=instant_text(services.now()),
        nonce=base64url(secrets.token_bytes(_NONCE)),
        seen=_shown_log(services),
        text=digest_of_text(salt, text) if text else None,
        **given,
    )
    return {
        "act": act.canonical.decode(),
        "challenge": base64url(act.challenge),
        "rpId": passkeys[0].enrolment["rp"],
        "allow": [{"id": each.credential_id, "key": each.enrolment["key"]} for each in passkeys],
        **({"salt": base64url(salt)} if salt else {}),
    }


def caller_who_signed(
    services: Services,
    caller: "Caller",
    signed: SignedAct | None,
    right: RightAct,
    kept: "Kept",
) -> "Caller":
    """Return who acts: *caller*, or whoever *signed* what a program hands in. Raises Rejected.

    *kept* says whose it is that the act is about: the *right* must reach it. Where claims of the
    identity provider give roles, only a person's own session knows what he may do today (ADR 0085).
    """
    if signed is None:
        return caller
    must_be_believed(services, signed)
    if caller.is_person:
        if signed.act.by != caller.id:
            raise NotSigned("key")
        signer = caller
    else:
        if services.ways.recent().roles:
            zh = "角色由统一身份认证给出，程序不能代交已签名的操作，请本人登录办理。"
            en = "the identity provider gives roles here: sign in and act yourself"
            raise Rejected(403, zh=zh, en=en, field="signature")
        person = services.people.get(signed.act.by)
        day = services.wall().astimezone(services.profile().zone).date()
        callers = services.keepers.callers(person.callers(day)) if person else ()
        signer = kept.caller_for([each for each in callers if each.role == caller.role], right)
    if signed.act.role != signer.role:
        raise NotSigned("act")
    return signer


def must_be_believed(services: Services, signed: SignedAct) -> "Enrolment":
    """Check the signature under the key that stands; return its statement. Raises Rejected."""
    passkey = services.passkeys.find(signed.act.by, signed.key)
    if passkey is None or passkey.statement.role != signed.act.role:
        raise NotSigned("key")
    stated = services.inbox.get(passkey.case, own_id(passkey.event))
    if stated is None or stated.pending_since:
        zh = "此通行密钥的登记还没有进入公开日志，请过一分钟再试。"
        en = "the enrolment of this passkey is not in the public log yet: try in a minute"
        raise Rejected(409, zh=zh, en=en, field="signature")
    statement = passkey.statement
    signed.check(statement.public_key, statement.party)
    return statement


def must_be_this_act(
    services: Services,
    signed: SignedAct,
    expected: Mapping[str, Any],
    last: str | None,
    now: datetime,
) -> None:
    """Check that *signed* is what is asked for, made now, in this state. Raises Rejected.

    *expected* has the fields of the act, and `words` for its text; *last* is the key of the last
    fact that is on record or waits.
    """
    fields = {name: value for name, value in expected.items() if name != "words"}
    must_be_fresh(signed.act, now)
    must_be(signed.act, fields, last)
    if not signed.has_text(str(expected.get("words") or "")):
        zh = "signature.act.text：签名时的文字与所提交的不同，请刷新页面后重新签名。"
        en = "signature.act.text: other words were signed: load the page again and sign anew"
        raise Rejected(422, zh=zh, en=en, field="signature.act.text")
    if not _was_shown(services, signed.act.seen):
        zh = "signature.act.seen：本日志没有过这样的状态，请刷新页面后重新签名。"
        en = "signature.act.seen: the log never was in this state: load the page again and sign"
        raise Rejected(422, zh=zh, en=en, field="signature.act.seen")


def request_key(signed: SignedAct | None, key: str) -> str:
    """Return under which key a request is done once: a signed act, by what was signed."""
    return f"signed-{base64url(signed.act.challenge)}" if signed else key


def _was_shown(services: Services, seen: SeenLog) -> bool:
    """Return whether the public log is now, or ever was, as it was *seen*."""
    if seen.size == 0:
        return seen == _NOTHING
    return seen in (_shown_log(services), _shown_log(services, f"checkpoints/{seen.size}"))


def _shown_log(services: Services, name: str = "checkpoint") -> SeenLog:
    """Return the public log by the checkpoint of this *name*; empty where there is none."""
    body = services.objects.get(name)
    if body is None:
        return _NOTHING
    _, entries, root, *_ = body.decode("utf-8").split("\n", 3)
    return SeenLog(int(entries), root)
