"""The passkeys of people as an operator sees them: who waits, who stands, where the log says so."""

from hashlib import sha256
from typing import Any

from chalicelib.cases.stored_fact import Record
from chalicelib.desk.passkeys import enrolling
from chalicelib.errors import BadInput, Bilingual, Rejected
from chalicelib.intake.event import OURS
from chalicelib.intake.inbox_id import own_id
from chalicelib.people.caller import Caller
from chalicelib.people.cbor import read_cbor
from chalicelib.people.kept_passkey import StoredPasskey
from chalicelib.people.person_key import base64url, unbase64url
from chalicelib.plumbing.services import Services
from infra.operate.announcing import wait_for_log

_OPERATOR = "operator"


def listed(services: Services) -> dict[str, Any]:
    """Return the passkeys that stand, and those that wait for a second person."""
    standing = [
        {"key": each.key, "person": each.person, "role": each.role}
        for each in services.passkeys.standing()
    ]
    waiting = [
        {
            "key": each.statement.key,
            "person": each.statement.person,
            "role": each.statement.role,
            "made_at": each.made_at,
        }
        for each in services.passkeys.waiting()
    ]
    return {"standing": standing, "waiting": waiting}


def admit_first(services: Services, named: str) -> dict[str, Any]:
    """Enrol the waiting passkey *named* by the begin of its fingerprint, while none stands.

    Return it as listed, once the log has it. Raises BadInput.
    """
    keys = [each.statement.key for each in services.passkeys.waiting()]
    key = _one_of(keys, named)
    try:
        enrolment = enrolling.admit_first(services, key)
    except Rejected as refusal:
        raise BadInput(refusal.text) from refusal
    stored = services.passkeys.named(enrolment.person, key)
    _wait(services, stored)
    return {"key": key, "person": enrolment.person, "role": enrolment.role}


def revoke(services: Services, named: str) -> dict[str, Any]:
    """Revoke the standing passkey *named* by the begin of its fingerprint; return it as listed.

    Raises BadInput.
    """
    standing = {each.key: each for each in services.passkeys.standing()}
    key = _one_of([*standing], named)
    person, role = standing[key].person, standing[key].role
    enrolling.revoke(services, Caller(_OPERATOR, "operator"), person, key)
    return {"key": key, "person": person, "role": role}


def made(services: Services, named: str) -> dict[str, Any]:
    """Return what was given when the passkey *named* was made. Raises BadInput.

    `attestation` is the digest that the log states of `attestationObject`.
    """
    kept = services.passkeys.registration(named)
    if not kept:
        named = _one_of([each.key for each in services.passkeys.standing()], named)
        kept = services.passkeys.registration(named)
    if not kept:
        zh, en = "登记时没有留存（早于留存的登记）", "nothing is kept: it was enrolled before that"
        raise BadInput(zh=zh, en=en)
    raw = unbase64url(kept["attestationObject"], len(kept["attestationObject"]))
    form = read_cbor(raw)["fmt"]
    return {"key": named, "form": form, "attestation": base64url(sha256(raw).digest()), **kept}


def enrolment_of(services: Services, person: str, key: str) -> Record | None:
    """Return the log's statement of the passkey *key* of *person*; None where it is lost."""
    stored = services.passkeys.named(person, key)
    if stored is None:
        return None
    wanted = f"{OURS}/{stored.event}"
    records = services.facts.of_case(stored.case)
    return next((record for record in records if record.fact.key == wanted), None)


def _one_of(keys: list[str], named: str) -> str:
    found = [key for key in keys if named and key.startswith(named)]
    if len(found) != 1:
        written, listing = repr(named[:80]), "duban passkey list"
        zh = f"没有（或不止一把）这样的通行密钥：{written}；{listing} 列出指纹"
        en = f"no such passkey, or more than one: {written}; {listing} shows fingerprints"
        raise BadInput(zh=zh, en=en)
    return found[0]


def _wait(services: Services, stored: StoredPasskey | None) -> None:
    if stored is None:
        return

    def is_sealed() -> bool:
        item = services.inbox.get(stored.case, own_id(stored.event))
        return item is not None and item.pending_shard is None

    wait_for_log(services, is_sealed, Bilingual("通行密钥", "passkeys"))
