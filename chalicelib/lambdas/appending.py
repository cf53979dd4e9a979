"""Append: write the new facts of a case, each around its leaf, behind what is on record.

What is private goes to the vault first; the leaf commits to it.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.cases.case_id import acts_in, is_ours
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
    services: Services, case: str, gathered: GatheredCase, new: Sequence[tuple[NewFact, LampState]]
) -> str:
    """Write *new* one by one, each with its lamp, around its leaf, chained to the one before it.

    Raises Conflict behind a shredding: the rest needs the keys of another secret.
    """
    records = gathered.records
    last = records[-1] if records else None
    if last:
        public_case = last.public_case
    else:  # a new case: it has the public name that its secret has
        public_case = (gathered.secret or services.vault.secret(case)).public
    prev = leaf_hash(last.leaf.encode()) if last else None
    was = last.now if last else LampState()
    written = list(records)
    for place, (new_fact, now) in enumerate(new, 1):
        hidden: list[str] = []
        if new_fact.fact.told:
            hidden = digests(_collect_hidden(services, case, new_fact, gathered), _random())
        leaf = make_leaf(LeafPosition(case, public_case, prev), new_fact.fact, hidden)
        written.append(Record(public_case, new_fact.fact, leaf, new_fact.cause, was, now))
        services.facts.append(case, written[-1])
        if shred(services, case, written, new_fact.fact.n) is not None and place < len(new):
            raise Conflict("其余内容在另一密钥下报送", "the rest is told under another secret")
        if not new_fact.fact.told and (metric := _COUNTED.get(new_fact.fact.kind)):
            telemetry.count(metric)  # crash before this: the fact stands, and is not counted
        prev, was = leaf_hash(leaf.encode()), now
    return public_case


def _collect_hidden(
    services: Services, case: str, new: NewFact, gathered: GatheredCase
) -> dict[str, str]:
    """Return the texts that the leaf commits to: private fields, and the one that the receipt has.

    The private fields are saved before the fact; a crash in between is harmless. The text of the
    receipt is kept by its receiver alone; the same event reported again brings it again. The texts
    that people wrote about a permit have a place and a secret of their own. It may be read only
    now: a shredding in between takes the number of this fact, which is then reported anew.
    """
    promised = {EVENT: new.promised} if new.promised else {}
    if not new.private or gathered.secret is None:
        return promised
    opened, secret = disclosures(new.private, _random()), gathered.secret
    if new.fact.origin and not is_ours(case):
        case = acts_in(case)
        secret = services.vault.secret(case)
    return {**services.vault.keep(case, new.fact.key, opened, secret), **promised}


def _random() -> Iterator[bytes]:
    while True:
        yield secrets.token_bytes(16)
