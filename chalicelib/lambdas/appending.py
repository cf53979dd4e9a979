"""Append: write the new facts of a case, each around its leaf, behind what is on record.

What is private goes to the vault first; the leaf commits to it. A card gets the words of this
moment (`card/words.py`).

A case is shredded (粉碎, AUDIT_LOG §4.3) by a reported fact of our own, so that the log has the
reason. Nothing in the log changes: the salts that would open its digests are gone. Data reported
afterwards is kept under a new key and stays. Shredding comes before a snapshot counts the fact that
requests it, and before any private data behind that fact is kept. A crash anywhere leaves a fact
that no snapshot counts, and a pending mark: supervise is brought back and does the same again.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.card.words import WORDED, choose_words, shipped_titles, with_words
from chalicelib.cases.case_id import acts_in, is_ours
from chalicelib.cases.fact import Fact
from chalicelib.cases.stored_fact import LampState, Record
from chalicelib.errors import Conflict
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.lambdas.gather import GatheredCase, NewFact
from chalicelib.log.leaf import LeafPosition, make_leaf
from chalicelib.log.receipts import EVENT
from chalicelib.log.tlog.tree import leaf_hash
from chalicelib.pages.words import ground_names
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


def shred(services: Services, case: str, records: Sequence[Record], since: int) -> int | None:
    """Destroy the private data up to the last shredding in *records*, if from number *since* on.

    Return its number, None if there is none. After a shredding the case has another secret.
    """
    shredded = Reported.CASE_SHREDDED
    told = [record.fact for record in records[since:] if record.fact.told]
    requests = [fact.n for fact in told if fact.kind == shredded]
    if not requests:
        return None
    n = requests[-1]
    causes = {record.cause for record in records[:n] if record.fact.told}
    services.vault.shred(case, n)
    for item in {record.fact.text("item") for record in records} - {""}:
        services.ended_cases.forget(services.name_tokens.name_of(item), case)
    services.vault.shred(acts_in(case), n)
    if is_ours(case):
        services.vault.shred_drafts(case)
    services.inbox.forget(case, causes, records[n].fact.recorded_at)
    return n


def add_words(services: Services, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return *facts*, each card among them with its words."""
    return tuple(_worded(services, fact) if fact.kind in WORDED else fact for fact in facts)


def _worded(services: Services, fact: Fact) -> Fact:
    tokens, titles = services.name_tokens, shipped_titles(ground_names())
    entry = services.catalogues.entry(tokens.name_of(fact.text("item")))
    token = fact.text("department")
    name = tokens.name_of(token)
    is_known = name != token and services.known_names.knows("department", name)
    words = choose_words(fact, entry.name if entry else "", titles, name if is_known else "")
    return with_words(fact, words)
