"""Append: write the new facts of a case, each around its leaf, behind what is on record.

What is private goes to the vault first; the leaf commits to it.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.cases.case_id import acts_in, kind_of
from chalicelib.cases.stored_fact import LampState, Record
from chalicelib.errors import Conflict
from chalicelib.intake.event_types import Derived
from chalicelib.lambdas.gather import GatheredCase, NewFact
from chalicelib.lambdas.shredding import shred
from chalicelib.log.leaf import LeafPosition, make_leaf
from chalicelib.log.receipts import EVENT
from chalicelib.log.tlog.tree import leaf_hash
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services
from chalicelib.vault.redaction import digests, disclosures

_COUNTED: Mapping[str, str] = {
    Derived.CARD_ISSUED: telemetry.CARDS_ISSUED,
    Derived.CLAIM_OVERDUE: telemetry.CLAIMS_OVERDUE,
}


def append(
    services: Services,
    case: str,
    gathered: GatheredCase,
    new: Sequence[tuple[NewFact, LampState]],
) -> str:
    """Write *new* one by one, each with its lamp, around its leaf, chained to the one before it.

    Raises Conflict behind a shredding: the rest needs the keys of another secret.
    """
    records = gathered.records
    last = records[-1] if records else None
    public_case = last.public_case if last else _public_name(services, case, gathered)
    prev = leaf_hash(last.leaf.encode()) if last else None
    was = last.now if last else LampState()
    written = list(records)
    for place, (new_fact, now) in enumerate(new, 1):
        hidden = (
            digests(_collect_hidden(services, case, new_fact, gathered), _random())
            if new_fact.fact.told
            else []
        )
        leaf = make_leaf(LeafPosition(case, public_case, prev), new_fact.fact, hidden)
        written.append(Record(public_case, new_fact.fact, leaf, new_fact.cause, was, now))
        services.facts.append(case, written[-1])
        if shred(services, case, written, new_fact.fact.n) is not None and place < len(new):
            raise Conflict("其余内容在另一密钥下报送", "the rest is told under another secret")
        if not new_fact.fact.told and (metric := _COUNTED.get(new_fact.fact.kind)):
            telemetry.count(metric)  # crash before this: the fact stands, and is not counted
        prev, was = leaf_hash(leaf.encode()), now
    return public_case


def _public_name(services: Services, case: str, gathered: GatheredCase) -> str:
    """Return the public name of a new case; it was read with the secret of the case."""
    return (gathered.secret or services.vault.secret(case)).public


def _collect_hidden(
    services: Services, case: str, new: NewFact, gathered: GatheredCase
) -> dict[str, str]:
    """Return what the leaf commits to: the private fields, and the text that the receipt promised.

    Only the receiver of the receipt keeps that text; the same event reported again brings it again.
    """
    promised = {EVENT: new.promised} if new.promised else {}
    return {**_keep_private(services, case, new, gathered), **promised}


def _keep_private(
    services: Services, case: str, new: NewFact, gathered: GatheredCase
) -> dict[str, str]:
    """Save the private fields before the fact that commits to them; a crash between is harmless.

    What people wrote about a permit has a place and a secret of its own. The secret may be read
    only now: a shredding in between takes the number of this fact, which is then told anew.
    """
    if not new.private or gathered.secret is None:
        return {}
    opened, secret = disclosures(new.private, _random()), gathered.secret
    if new.fact.origin and kind_of(case) == "permit":
        case = acts_in(case)
        secret = services.vault.secret(case)
    return services.vault.keep(case, new.fact.key, opened, secret)


def _random() -> Iterator[bytes]:
    while True:
        yield secrets.token_bytes(16)
