"""Passkeys are made again from the log: whose they are, their public keys, and which were revoked.

The log has no ids of credentials, so a key that comes back has none. Its browser is then asked for
any passkey of this site that it can find itself (`passkey.js`); what is signed is checked by the
public key as ever. Without this, nobody would be said to have a key, and the first one could be
admitted anew though the log says that others stand.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.cases.case_id import log_case
from chalicelib.cases.fact import Fact
from chalicelib.cases.stored_fact import read_fact
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import Reported
from chalicelib.people.kept_passkey import StoredPasskey
from chalicelib.plumbing.services import Services
from infra.recovery.public import leaves

_KINDS = (Reported.PERSON_ENROLLED, Reported.PERSON_KEY_REVOKED)
_STATES = [f'"k":"{kind}"'.encode() for kind in _KINDS]


def restore_passkeys(services: Services, size: int, *, writes: bool) -> int:
    """Return how many passkeys of a log of *size* entries the table lacks; store them if *writes*.

    Crash in between: some are stored; the next restore stores the others.
    """
    missing = set[tuple[str, str]]()
    for fact in _stated(services, size):
        data: Mapping[str, Any] = fact.data
        person, key = str(data["person"]), str(data["key"])
        if fact.kind == Reported.PERSON_ENROLLED:
            if services.passkeys.named(person, key) is None:
                missing.add((person, key))
                if writes:
                    services.passkeys.add(person, _stored(services, fact))
        elif writes and (person, key) in missing:
            services.passkeys.revoke(person, key)
    return len(missing)


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
