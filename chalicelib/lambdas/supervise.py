"""Supervise: what the inbox holds becomes facts of its case, and what follows from them.

gather (what is on record, and what was told) → decide (pure) → apply (facts by conditional puts,
then the head). Every step can be repeated: a told fact is found by its event's key, a derived one
by its own, and a number that is taken means that somebody else was here, so all is read and
decided again.

A fact that is not in the log yet always has a pending inbox item as its cause: that mark is what
reconcile finds it by, should every stream record be lost.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.audit.leaf import make_leaf
from chalicelib.audit.redaction import digests, disclosures
from chalicelib.audit.tree import leaf_hash
from chalicelib.cards.decide import Decision, decide
from chalicelib.cards.heading import head_of
from chalicelib.cards.standing import standings
from chalicelib.cases.fact import Fact
from chalicelib.cases.record import Record, Standing
from chalicelib.cases.telling import adopted_terms
from chalicelib.errors import Conflict
from chalicelib.instant import parse
from chalicelib.intake.inbox_id import nudge_id
from chalicelib.lambdas.gather import Gathered, New, News, gather, terms_for
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.partial_batch import in_order
from chalicelib.plumbing.services import Services, services

_TRIES = 8


def run(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take a batch of the inbox stream, in order; see `in_order` for what fails how."""
    chosen = services()
    whole = chosen.settings.is_local
    return in_order(event, lambda record: _take(chosen, record), whole=whole)


def _take(chosen: Services, record: Mapping[str, Any]) -> None:
    image = record["dynamodb"].get("NewImage") or {}
    if "pending_shard" not in image:
        return  # settled or removed: nothing is waiting there
    swept_at = image.get("swept_at")
    news = News(
        case=image["case"]["S"],
        id=image["id"]["S"],
        swept_at=parse(swept_at["S"]) if swept_at else None,
    )
    supervise(chosen, news)


def supervise(chosen: Services, news: News) -> Decision:
    """Bring the case of *news* up to date. Raises Conflict after losing the race too many times."""
    for _ in range(_TRIES):
        try:
            return _attempt(chosen, news)
        except Conflict:
            continue  # another run wrote a fact first; its facts are the ones to decide on
    raise Conflict(f"{news.case} is written by others all the time")


def _attempt(chosen: Services, news: News) -> Decision:
    found = gather(chosen, news)
    decision = _decide(chosen, found.facts, found.now)
    if not found.facts:
        return decision  # a nudge for a case without facts: there is nothing to keep
    cause = _cause(chosen, news, found) if decision.append else news.id
    new = [*found.told, *(New(fact, cause) for fact in decision.append)]
    public_case = _append(chosen, news.case, found.records, new)
    facts = [*found.facts, *decision.append]
    chosen.cases.save(head_of(news.case, public_case, facts, decision, found.now))
    if news.is_nudge and not decision.append and not _led_to(news, found):
        chosen.inbox.settle(news.case, news.id)  # else seal does, when what it led to is sealed
    kinds = [one.fact.kind for one in new]
    telemetry.logger.info("supervised", public_case=public_case, n=len(facts), kinds=kinds)
    return decision


def _led_to(news: News, found: Gathered) -> bool:
    return any(record.cause == news.id for record in found.records)


def _cause(chosen: Services, news: News, found: Gathered) -> str:
    """Name a pending item as the cause of what follows: *news*; if that is settled, a new nudge.

    News that comes again long after it was settled may still find that time has passed. A crash
    after the write leaves a nudge, which brings the case up to date as any other does.
    """
    if news.id in found.pending:
        return news.id
    chosen.inbox.put_nudge(news.case, found.now, found.now)
    return nudge_id(found.now)


def _decide(chosen: Services, facts: Sequence[Fact], now: datetime) -> Decision:
    """Decide; where only the catalogue was missing and has come since, adopt its terms first."""
    regions = (fact.text("region") for fact in facts if fact.told)
    region = next(filter(None, regions), "")
    policy, calendar = chosen.policy(region), chosen.calendar(region)
    decision = decide(facts, policy, calendar, now)
    acceptance = decision.outlook.permit.acceptance
    if acceptance is None or not decision.held_for.startswith("catalogue:"):
        return decision
    terms = terms_for(chosen, acceptance.data)
    if terms is None:
        return decision
    adopted = adopted_terms(acceptance, terms, now).numbered(len(facts))
    again = decide([*facts, adopted], policy, calendar, now)
    return Decision((adopted, *again.append), again.wake_at, again.held_for, again.outlook)


def _append(chosen: Services, case: str, records: Sequence[Record], new: Sequence[New]) -> str:
    """Write *new* one by one, each around its leaf, chained to the one before it."""
    last = records[-1] if records else None
    public_case = last.public_case if last else chosen.vault.public_case(case)
    prev = leaf_hash(last.leaf.encode()) if last else None
    was = last.now if last else Standing()
    facts = [one.fact for one in new]
    for one, now in zip(new, standings([r.fact for r in records], facts), strict=True):
        hidden = digests(_kept(chosen, case, one), _random()) if one.fact.told else []
        leaf = make_leaf(public_case, one.fact, prev, hidden)
        chosen.facts.append(case, Record(public_case, one.fact, leaf, one.cause, was, now))
        if one.fact.kind == "card.issued":
            telemetry.count(telemetry.CARDS_ISSUED)
        prev, was = leaf_hash(leaf.encode()), now
    return public_case


def _kept(chosen: Services, case: str, new: New) -> dict[str, str]:
    """Keep what is private before the fact that commits to it; a crash between does no harm."""
    if not new.private:
        return {}
    return chosen.vault.keep(case, new.fact.key, disclosures(new.private, _random()))


def _random() -> Iterator[bytes]:
    while True:
        yield secrets.token_bytes(16)
