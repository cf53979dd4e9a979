"""Passkeys are made again from the log: whose they are, their public keys, and which were revoked.

The log has no ids of credentials, so a key that comes back has none. Its browser is then asked for
any passkey of this site that it can find itself (`passkey.js`); what is signed is checked by the
public key as ever. Without this, nobody would be said to have a key, and the first one could be
admitted anew though the log says that others stand.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from chalicelib.cases.case_id import log_case
from chalicelib.cases.fact import Fact
from chalicelib.cases.stored_fact import read_fact
from chalicelib.errors import DomainError
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import Reported
from chalicelib.people.kept_passkey import StoredPasskey
from chalicelib.people.passkey import read_enrolment
from chalicelib.plumbing.services import Services
from infra.recovery.public import leaves

_KINDS = (Reported.PERSON_ENROLLED, Reported.PERSON_KEY_REVOKED)
_SKEW = timedelta(minutes=1)  # between the clocks of two doors
_STATES = [f'"k":"{kind}"'.encode() for kind in _KINDS]


def restore_passkeys(services: Services, size: int, *, writes: bool) -> int:
    """Return how many passkeys of a log of *size* entries are not kept as it states them.

    Where it *writes* they are. Crash in between: some are; the next restore goes on.
    """
    stated = _stated_passkeys(services, size).values()
    return sum(services.passkeys.restate(each, writes=writes) for each in stated)


def _stated_passkeys(services: Services, size: int) -> Mapping[str, StoredPasskey]:
    """Return by fingerprint the passkeys that the log states, revoked ones too.

    Left out is what no door states and `duban verify` reports: a key without the second person whom
    it needs, or one that is another's already.
    """
    stated: dict[str, StoredPasskey] = {}
    ended: dict[str, datetime] = {}
    for fact in _stated(services, size):
        key, known = str(fact.data.get("key")), stated.get(str(fact.data.get("key")))
        if fact.kind == Reported.PERSON_ENROLLED:
            since = fact.recorded_at - _SKEW
            standing = {k: each for k, each in stated.items() if ended.get(k, since) >= since}
            if known is None and _is_vouched(fact, standing):
                stated[key] = _stored(services, fact)
        elif known and known.enrolment["person"] == fact.data.get("person"):
            stated[key] = replace(known, is_revoked=True)
            ended.setdefault(key, fact.recorded_at)
    return stated


def _is_vouched(fact: Fact, standing: Mapping[str, StoredPasskey]) -> bool:
    """Return whether who has to vouch for a key did: one of those *standing*, if there are any."""
    try:
        enrolment = read_enrolment(fact.data)
        if not enrolment.is_vouched:
            return not standing
        second = standing[enrolment.by_key or ""].statement
        enrolment.check_vouched(second)
    except (DomainError, KeyError):
        return False
    others = (each.statement for each in standing.values())
    roles = {each.role for each in others if each.person != enrolment.person}
    return enrolment.role not in roles or second.role == enrolment.role


def _stored(services: Services, fact: Fact) -> StoredPasskey:
    day = fact.at.astimezone(services.profile().zone).date()
    event = fact.key.removeprefix(f"{OURS}/")
    return StoredPasskey(
        credential_id="", enrolment=dict(fact.data), case=log_case(day), event=event
    )


def _stated(services: Services, size: int) -> Iterator[Fact]:
    for leaf in leaves(services.objects, size):
        if any(mark in leaf for mark in _STATES):
            yield read_fact(leaf.decode())
