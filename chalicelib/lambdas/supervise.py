"""Supervise: what the inbox holds becomes facts of its case, and what follows from them.

gather (the case's facts) → decide (pure) → apply (facts by conditional puts, then the head). Every step
can be repeated: a told fact is found by its event's key, a derived one by its own, and a number that
is taken means that somebody else was here, so everything is read and decided again.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.audit.leaf import make_leaf
from chalicelib.audit.redaction import digests, disclosures, redact
from chalicelib.audit.tree import leaf_hash
from chalicelib.calendar.shipped import load_calendar
from chalicelib.cards.decide import Decision, decide
from chalicelib.cards.heading import head_of
from chalicelib.cards.standing import standings
from chalicelib.cases.fact import Fact
from chalicelib.cases.record import Record, Standing
from chalicelib.cases.telling import adopted_terms, told_fact, told_key
from chalicelib.errors import Conflict
from chalicelib.instant import parse
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.partial_batch import in_order
from chalicelib.plumbing.services import Services, services
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.terms import Terms, terms_of

_TRIES = 8


@dataclass(frozen=True, slots=True)
class News:
    """One inbox item: a told *event*, or a nudge that was *swept_at* an instant."""

    case: str
    id: str
    event: Mapping[str, Any] | None
    swept_at: datetime | None


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
    told = image.get("event")
    news = News(
        case=image["case"]["S"],
        id=image["id"]["S"],
        event=json.loads(told["S"]) if told else None,
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
    records = chosen.facts.of_case(news.case)
    facts = [record.fact for record in records]
    now = max(chosen.now(), news.swept_at) if news.swept_at else chosen.now()
    opened: dict[str, str] = {}
    told: list[Fact] = []
    if news.event is not None and told_key(news.event) not in {fact.key for fact in facts}:
        fact, private = _told(chosen, news.event, now)
        told = [fact.numbered(len(facts))]
        opened = _kept(chosen, news.case, fact.key, private)
    decision = _decide(chosen, [*facts, *told], now)
    new = [*told, *decision.append]
    if new:
        public_case = _append(chosen, news, records, new, opened)
    elif records:
        public_case = records[-1].public_case
    else:
        return decision  # a nudge for a case without facts: there is nothing to keep
    chosen.cases.save(head_of(news.case, public_case, [*facts, *new], decision, now))
    if not new and news.event is None:
        chosen.inbox.settle(news.case, news.id)  # an idle nudge; else seal does it
    return decision


def _told(
    chosen: Services, event: Mapping[str, Any], now: datetime
) -> tuple[Fact, Mapping[str, object]]:
    split = redact(event["data"])
    terms = _terms(chosen, event["data"]) if event["type"] == "case.accepted" else None
    return told_fact(event, split.open, now, terms), split.private


def _terms(chosen: Services, accepted: Mapping[str, object]) -> Terms | None:
    entry = chosen.catalogues.entry(str(accepted.get("item", "")))
    version = chosen.catalogues.current() if entry else ""
    return terms_of(accepted, entry.limits() if entry else None, version)


def _kept(chosen: Services, case: str, key: str, private: Mapping[str, object]) -> dict[str, str]:
    """Keep what is private before the fact that commits to it; a crash between them does no harm."""
    if not private:
        return {}
    return chosen.vault.keep(case, key, disclosures(private, _random()))


def _decide(chosen: Services, facts: Sequence[Fact], now: datetime) -> Decision:
    """Decide; where only the catalogue was missing and has come since, adopt its terms first."""
    policy = load_profile(chosen.settings.duban_profile)
    calendar = load_calendar(chosen.settings.duban_calendar)
    decision = decide(facts, policy, calendar, now)
    acceptance = decision.outlook.permit.acceptance
    if acceptance is None or not decision.held_for.startswith("catalogue:"):
        return decision
    terms = _terms(chosen, acceptance.data)
    if terms is None:
        return decision
    adopted = adopted_terms(acceptance, terms, now).numbered(len(facts))
    again = decide([*facts, adopted], policy, calendar, now)
    return Decision((adopted, *again.append), again.wake_at, again.held_for, again.outlook)


def _append(
    chosen: Services,
    news: News,
    records: Sequence[Record],
    new: Sequence[Fact],
    opened: Mapping[str, str],
) -> str:
    """Write *new* one by one, each around its leaf, chained to the one before it."""
    last = records[-1] if records else None
    public_case = last.public_case if last else chosen.vault.public_case(news.case)
    prev = leaf_hash(last.leaf.encode()) if last else None
    was = last.now if last else Standing()
    for fact, now in zip(new, standings([r.fact for r in records], new), strict=True):
        hidden = digests(opened, _random()) if fact.told else []
        leaf = make_leaf(public_case, fact, prev, hidden)
        record = Record(public_case, fact, leaf, news.id, was, now)
        chosen.facts.append(news.case, record)
        if fact.kind == "card.issued":
            telemetry.count(telemetry.CARDS_ISSUED)
        prev, was = leaf_hash(leaf.encode()), now
    kinds = [fact.kind for fact in new]
    telemetry.logger.info("supervised", public_case=public_case, first=new[0].n, kinds=kinds)
    return public_case


def _random() -> Iterator[bytes]:
    while True:
        yield secrets.token_bytes(16)
