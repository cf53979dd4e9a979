"""Enrolling passkeys: made by the person, believed when a second person signed for it (四眼).

    begin -> offer          the person makes a passkey; it waits
    to_vouch -> vouch       a second person signs for it; the log states it, then it is believed
    admit_first             the ceremony at deployment, while no key stands: nobody can sign for it
    revoke                  it is believed no longer, then the log states that

A key is vouched for by somebody of the same role, once a key of that role stands. The doors never
believe a key before the log has stated it.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from chalicelib.desk.passkeys.signing import can_have_passkeys
from chalicelib.desk.signed_in import SignedIn
from chalicelib.errors import Rejected
from chalicelib.instant import parse, text
from chalicelib.intake.event import Event
from chalicelib.people.act_signing import act_to_sign, must_be_believed, must_be_this_act
from chalicelib.people.assertion import NotSigned, RelyingParty
from chalicelib.people.caller import Caller
from chalicelib.people.kept_passkey import StoredPasskey, WaitingPasskey
from chalicelib.people.passkey import ENROL, Enrolment, read_enrolment, read_registration
from chalicelib.people.person_key import ALGORITHMS, base64url
from chalicelib.people.signed_act import SignedAct
from chalicelib.plumbing.services import Services
from chalicelib.statement.state import enrolment_event, key_revoked_event

_PREFIX = b"duban/passkey/v1\n"


def party_of(origin: str) -> RelyingParty:
    """Return for whom a passkey is that is made on a page of *origin*. Raises Rejected (422).

    The host is its site for ever. See `can_have_passkeys`.
    """
    parts = urlsplit(origin)
    if can_have_passkeys(parts.netloc):
        return RelyingParty(parts.hostname or "", (origin.lower(),))
    zh = "通行密钥须在本站自己的域名下登记；本机请用 http://localhost 打开。"
    en = "a passkey needs a host name of the site's own: on this machine, open http://localhost"
    raise Rejected(422, zh=zh, en=en)


def begin(services: Services, who: SignedIn, caller: Caller, origin: str) -> dict[str, Any]:
    """Return what `navigator.credentials.create` needs, binary parts in base64url."""
    party, mine = party_of(origin), services.passkeys.of(caller.id, caller.role)
    return {
        "challenge": base64url(_challenge(who)),
        "rp": {"id": party.id, "name": party.id},
        "user": {
            "id": base64url(f"{caller.id}/{caller.role}".encode()),
            "name": caller.id,
            "displayName": caller.owner or caller.id,
        },
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in ALGORITHMS],
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"},
        "attestation": "direct" if _devices(services, caller) else "none",
        "excludeCredentials": [
            {"type": "public-key", "id": passkey.credential_id}
            for passkey in mine
            if passkey.credential_id  # one that was restored from the log has none
        ],
    }


def offer(
    services: Services, who: SignedIn, caller: Caller, document: object, origin: str
) -> Enrolment:
    """Let a passkey that *caller* has just made wait for a second person. Raises Rejected."""
    party = party_of(origin)
    made = read_registration(document, _challenge(who), party)
    devices = _devices(services, caller)
    if devices and made.aaguid not in devices:
        raise NotSigned("device")
    enrolment = Enrolment(
        person=caller.id,
        role=caller.role,
        key=made.key.fingerprint,
        public=made.key.text,
        rp=party.id,
        origins=party.origins,
        aaguid=made.aaguid,
        attestation=made.attestation,
    )
    waiting = WaitingPasskey(
        credential_id=base64url(made.credential_id),
        enrolment=enrolment.data(),
        made_at=text(services.now()),
        registration={**made.registration},
    )
    services.passkeys.offer(waiting)
    return enrolment


def to_vouch(services: Services, second: Caller, key: str) -> dict[str, Any]:
    """Return what *second* has to sign for the passkey *key*. Raises Rejected."""
    enrolment = _waiting(services, key).statement
    _must_be_another(services, second, enrolment)
    return act_to_sign(services, second, _expected(enrolment))


def vouch(services: Services, second: Caller, signed: SignedAct) -> Enrolment:
    """Enrol the passkey that *second* signed for, and have the log state it. Raises Rejected."""
    waiting = _waiting(services, signed.act.key or "")
    enrolment = waiting.statement
    _must_be_another(services, second, enrolment)
    if (signed.act.by, signed.act.role) != (second.id, second.role):
        raise NotSigned("key")
    must_be_believed(services, signed)
    must_be_this_act(services, signed, _expected(enrolment), None, services.now())
    vouched = {"act": signed.act.canonical.decode(), **signed.assertion.document()}
    enrolment = replace(enrolment, by=second.id, by_key=signed.key, vouched=vouched)
    return _state(services, waiting, enrolment)


def admit_first(services: Services, key: str) -> Enrolment:
    """Enrol the waiting passkey *key* for which nobody can sign yet. Raises Rejected (409)."""
    if services.passkeys.standing():
        zh = "已有有效的通行密钥，须由另一人用通行密钥签名证明。"
        en = "a passkey stands already: a second person has to sign for this one"
        raise Rejected(409, zh=zh, en=en)
    waiting = _waiting(services, key)
    return _state(services, waiting, waiting.statement)


def revoke(services: Services, caller: Caller, person: str, key: str) -> None:
    """Believe the passkey *key* of *person* no longer, and have the log state that.

    One's own, or as an operator anybody's. Raises Rejected (403, 404). Crash after the first write:
    it is not believed and not stated as revoked; the same call states it.
    """
    if caller.id != person and caller.role != "operator":
        zh = "只能注销自己的通行密钥；他人的请由运维注销。"
        raise Rejected(403, zh=zh, en="only your own; an operator revokes those of others")
    if services.passkeys.named(person, key) is None:
        raise _no_such_key()
    services.passkeys.revoke(person, key)
    data = {"person": person, "key": key, "role": caller.role, "by": caller.id}
    now, zone = services.now(), services.profile().zone
    event = key_revoked_event(data, now, zone)
    services.inbox.notify(event["subject"], event, now)


def _state(services: Services, waiting: WaitingPasskey, enrolment: Enrolment) -> Enrolment:
    """Have the log state *enrolment*, and believe the key once it does.

    Crash after the first write: it is kept how the key was made, and it waits. After the second:
    it is kept what the log is to state, on which day. After the third: it is stated, and still
    waits. The same call, or that of another second person, goes on with the first statement.
    """
    registration, now = waiting.registration, services.now()
    services.passkeys.must_be_new(enrolment.person, enrolment.key, registration)
    services.passkeys.keep_registration(enrolment.key, registration)
    chosen = services.passkeys.choose(enrolment, text(now))
    enrolment = read_enrolment(chosen.to_state)
    _must_still_stand(services, enrolment)
    zone = services.profile().zone
    event: Event = enrolment_event(enrolment.data(), parse(chosen.to_state_at), zone)
    services.inbox.notify(event["subject"], event, now)
    passkey = StoredPasskey(
        credential_id=waiting.credential_id,
        enrolment=enrolment.data(),
        case=event["subject"],
        event=event["id"],
    )
    services.passkeys.add(enrolment.person, passkey)
    return enrolment


def _must_still_stand(services: Services, enrolment: Enrolment) -> None:
    """Refuse (409) an enrolment that was begun with a second person whose key has ended since."""
    standing = {each.key for each in services.passkeys.standing()}
    if enrolment.by_key is not None and enrolment.by_key not in standing:
        zh = "证明人的通行密钥已经注销，这把不能再登记，请另登记一把。"
        en = "the second person's passkey was revoked: make another one"
        raise Rejected(409, zh=zh, en=en)


def _devices(services: Services, caller: Caller) -> tuple[str, ...]:
    """Return the kinds of device (AAGUID) that the profile lists for the role; empty: all."""
    region = caller.regions[0] if caller.regions else ""
    return services.profile(region).devices.get(caller.role, ())


def _expected(enrolment: Enrolment) -> Mapping[str, Any]:
    about = {"key": enrolment.key, "person": enrolment.person}
    return {"act": ENROL, **about, "outcome": enrolment.role}


def _must_be_another(services: Services, second: Caller, enrolment: Enrolment) -> None:
    """Refuse (403) the person himself, by any id of his; another role once a key of one stands."""
    roles = {each.role for each in services.passkeys.standing() if each.person != enrolment.person}
    is_stranger = enrolment.role in roles and second.role != enrolment.role
    if enrolment.person in second.names or is_stranger:
        zh = "须由另一位同一角色的人员证明。"
        raise Rejected(403, zh=zh, en="another person of the same role has to sign for it")


def _waiting(services: Services, key: str) -> WaitingPasskey:
    for each in services.passkeys.waiting():
        if each.enrolment["key"] == key:
            return each
    raise _no_such_key()


def _no_such_key() -> Rejected:
    return Rejected(404, zh="没有这把通行密钥。", en="there is no such passkey")


def _challenge(who: SignedIn) -> bytes:
    """Return the challenge of a registration: that of the session in which it is made."""
    return hashlib.sha256(_PREFIX + who.form_token.encode()).digest()
