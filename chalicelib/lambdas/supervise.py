"""Supervise: what the inbox holds becomes facts of its case, and what follows from them.

gather (what is on record, and what was told) → decide (pure) → apply (facts by conditional puts,
then the head). Every step can be repeated: a told fact is found by its event's key, a derived one
by its own, and a number that is taken means that somebody else was here, so all is read and
decided again.

Where the rules are not those under which the head judged its facts, what that alone moves is said
first (`due.revised`), then what was told, then what follows.

A fact that is not in the log yet always has a pending inbox item as its cause: that mark is what
reconcile finds it by, should every stream record be lost.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any

from chalicelib.audit.leaf import Place, make_leaf
from chalicelib.audit.receipts import EVENT
from chalicelib.audit.redaction import digests, disclosures
from chalicelib.audit.tlog.tree import leaf_hash
from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.decide import Decision
from chalicelib.cards.docket import Docket, Follows, docket_of
from chalicelib.cards.relay import Relayed, relayed
from chalicelib.cards.revision import rules_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.record import Record, Standing
from chalicelib.cases.telling import adopted_terms
from chalicelib.errors import Conflict
from chalicelib.instant import parse
from chalicelib.intake.inbox_id import nudge_id, rules_in
from chalicelib.lambdas.catalogued import terms_for
from chalicelib.lambdas.gather import Gathered, New, News, gather
from chalicelib.lambdas.shredding import shred
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.partial_batch import in_order
from chalicelib.plumbing.services import Services, services
from chalicelib.policy.profile import Profile

_TRIES = 8

Rules = tuple[Profile, Calendar]


def run(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take a batch of the inbox stream, in order; see `in_order` for what fails how."""
    chosen = services()
    whole = chosen.settings.is_local
    return in_order(event, lambda record: _take(chosen, record), whole=whole)


def _take(chosen: Services, record: Mapping[str, Any]) -> None:
    image = record["dynamodb"].get("NewImage") or {}
    if "pending_shard" not in image:
        return  # settled or removed: nothing is waiting there
    # A revision may come from an operator's machine, by whose clock no case must be judged.
    swept_at = image.get("swept_at") if "wake_at" in image else None
    news = News(
        case=image["case"]["S"],
        id=image["id"]["S"],
        swept_at=parse(swept_at["S"]) if swept_at else None,
    )
    supervise(chosen, news)


def supervise(chosen: Services, news: News) -> Follows:
    """Bring the case of *news* up to date. Raises Conflict after losing the race too many times."""
    for _ in range(_TRIES):
        try:
            return _attempt(chosen, news)
        except Conflict:
            continue  # another run wrote a fact first; its facts are the ones to decide on
    raise Conflict(f"{news.case} is written by others all the time")


def _attempt(chosen: Services, news: News) -> Follows:
    docket, found = docket_of(news.case), _gathered(chosen, news)
    rules = cache(partial(_rules, chosen, found))
    moved = _moved(docket, found, rules)
    known = [*found.on_record, *moved]
    told = found.told_from(len(known))
    known += [new.fact for new in told]
    policy, calendar = rules(docket.region(known))
    decision = _decide(chosen, docket, known, (policy, calendar), found.now)
    if not known:
        return decision  # a nudge for a case without facts: there is nothing to keep
    follows = bool(moved or decision.append)
    cause = _cause(chosen, news, found) if follows else news.id
    new = [New(fact, cause) for fact in moved] + told
    new += [New(fact, cause) for fact in decision.append]
    public_case = _append(chosen, docket, news.case, found, new)
    facts = [*known, *decision.append]
    _relay(chosen, _told_others(news.case, public_case, facts, found, policy), found.now)
    head = docket.head(news.case, public_case, facts, decision, found.now)
    chosen.cases.save(replace(head, rules=rules_of(policy, calendar)))
    if news.is_nudge and not follows and not _led_to(news, found):
        chosen.inbox.settle(news.case, news.id)  # else seal does, when what it led to is sealed
    kinds = [one.fact.kind for one in new]
    telemetry.logger.info("supervised", public_case=public_case, n=len(facts), kinds=kinds)
    return decision


def _gathered(chosen: Services, news: News) -> Gathered:
    """Gather; and again after a shredding that no head counts: the secret is another then."""
    found = gather(chosen, news)
    since = found.head.n if found.head else 0
    while (n := shred(chosen, news.case, found.records, since)) is not None:
        since, found = n + 1, gather(chosen, news)
    return found


def _moved(docket: Docket, found: Gathered, rules: Callable[[str], Rules]) -> list[Fact]:
    """Say what the rules in force alone make of what the head has judged."""
    if found.head is None:
        return []
    return docket.revised(found.head, found.on_record, *rules(found.head.region), found.now)


def _rules(chosen: Services, found: Gathered, region: str) -> Rules:
    """The rules in force in *region*; read anew where others are known of than we remember.

    The case may have been judged by a function that knows better, or be asked for under new rules
    by a nudge: then what this process remembers for some seconds must not be what counts.
    """
    rules = chosen.policy(region), chosen.calendar(region)
    known = {found.head.rules if found.head else "", *map(rules_in, found.pending)}
    if known - {"", rules_of(*rules)}:
        chosen.calendars.current(fresh=True)
        rules = chosen.policy(region), chosen.calendar(region)
    return rules


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


def _decide(
    chosen: Services, docket: Docket, facts: Sequence[Fact], under: Rules, now: datetime
) -> Follows:
    """Decide; where only the catalogue was missing and has come since, adopt its terms first."""
    decision: Follows = docket.decide(facts, *under, now)
    ground = decision.outlook.permit.ground if isinstance(decision, Decision) else None
    if ground is None or not decision.held_for.startswith("catalogue:"):
        return decision
    terms = terms_for(chosen, ground.data)
    if terms is None:
        return decision
    adopted = adopted_terms(ground, terms, now).numbered(len(facts))
    again: Decision = docket.decide([*facts, adopted], *under, now)
    return replace(again, append=(adopted, *again.append))


def _told_others(
    case: str, public_case: str, facts: Sequence[Fact], found: Gathered, policy: Profile
) -> Iterator[Relayed]:
    """What other cases must know of that no head has counted yet."""
    return relayed(case, public_case, facts, found.head.n if found.head else 0, policy)


def _relay(chosen: Services, told: Iterable[Relayed], now: datetime) -> None:
    """Tell other cases, each once, before the head that counts these facts is saved.

    A crash anywhere here leaves facts that no head counts, and a pending mark: reconcile brings
    supervise back, which tells the same again, and what was told is there already.
    """
    for other, event in told:
        chosen.inbox.relay(other, event, now)


def _append(
    chosen: Services, docket: Docket, case: str, found: Gathered, new: Sequence[New]
) -> str:
    """Write *new* one by one, each around its leaf, chained to the one before it.

    Raises Conflict behind a shredding: the rest is told under another secret.
    """
    records = found.records
    last = records[-1] if records else None
    public_case = last.public_case if last else _name(chosen, case, found)
    prev = leaf_hash(last.leaf.encode()) if last else None
    was = last.now if last else Standing()
    written, facts = list(records), [one.fact for one in new]
    standings = docket.standings([record.fact for record in records], facts)
    for one, now in zip(new, standings, strict=True):
        hidden = digests(_hidden(chosen, case, one, found), _random()) if one.fact.told else []
        leaf = make_leaf(Place(case, public_case, prev), one.fact, hidden)
        written.append(Record(public_case, one.fact, leaf, one.cause, was, now))
        chosen.facts.append(case, written[-1])
        if shred(chosen, case, written, one.fact.n) is not None and one is not new[-1]:
            raise Conflict("the rest is told under another secret")
        if one.fact.kind == "card.issued" and not one.fact.told:
            telemetry.count(telemetry.CARDS_ISSUED)
        prev, was = leaf_hash(leaf.encode()), now
    return public_case


def _name(chosen: Services, case: str, found: Gathered) -> str:
    """The public name of a new case; it was read with the secret by which its events are told."""
    return (found.secret or chosen.vault.secret(case)).public


def _hidden(chosen: Services, case: str, new: New, found: Gathered) -> dict[str, str]:
    """What the leaf commits to: what is private, and what the receipt of the event has promised.

    The latter is kept nowhere but with its receiver: the same event told again brings it again.
    """
    promised = {EVENT: new.promised} if new.promised else {}
    return {**_kept(chosen, case, new, found), **promised}


def _kept(chosen: Services, case: str, new: New, found: Gathered) -> dict[str, str]:
    """Keep what is private before the fact that commits to it; a crash between does no harm."""
    if not new.private or found.secret is None:
        return {}
    told = disclosures(new.private, _random())
    return chosen.vault.keep(case, new.fact.key, told, found.secret)


def _random() -> Iterator[bytes]:
    while True:
        yield secrets.token_bytes(16)
