"""Supervise: turn the inbox items of a case into facts, and add the facts that follow from them.

gather (the facts on record, and the new reports) → decide (pure) → apply (facts by conditional
puts, then the snapshot). Every step can be repeated: a reported fact is found by its event's key, a
derived one by its own. A number that is taken means that another run wrote first: then all is read
and decided again.

If the rules differ from those the snapshot was judged by, the changes by that alone are recorded
first (`due.revised`), then the reported facts, then the facts that follow.

A fact that is not in the log yet always has a pending inbox item as its cause: reconcile finds it
by that mark if every stream record is lost.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from msgspec.structs import replace

from chalicelib.cases.decision import Decision, recorded_before
from chalicelib.cases.fact import Fact
from chalicelib.cases.from_event import adopted_terms
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import SENSELESS, Conflict
from chalicelib.findings.share import counted_facts
from chalicelib.intake.event_types import Reported
from chalicelib.intake.inbox_id import catalogue_in, is_nudge, nudge_id, rules_in
from chalicelib.lambdas.appending import add_words, append, shred
from chalicelib.lambdas.counting import count_cases
from chalicelib.lambdas.gather import GatheredCase, InboxRecord, NewFact, gather
from chalicelib.lambdas.item_terms import adopt_listed
from chalicelib.lambdas.refiled import link_to_ended, watch_ended
from chalicelib.lambdas.served import find_news, note_served
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.partial_batch import process_by_case
from chalicelib.plumbing.services import Services, current_services
from chalicelib.supervision.deciders import Decider, decider_of, snapshot_of
from chalicelib.supervision.notify import Notification, notifications

_TRIES = 8
_SECONDS = 15.0  # that a run goes on with one case that has very many reports
_PUT_OFF_FOR = timedelta(minutes=30)  # shorter than the period of its alarm


def run(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take a batch of the inbox stream, case by case; see `process_by_case` for what fails how."""
    services = current_services()
    return process_by_case(event, partial(_take, services), whole=services.settings.is_local)


def _take(services: Services, records: Sequence[Mapping[str, Any]]) -> None:
    """Take the *records* of one case at once: its latest sweep counts, and order is the inbox's.

    Raises what may be otherwise the next time: a lost race, or a storage that does not answer.
    """
    images = (record["dynamodb"].get("NewImage") or {} for record in records)
    try:
        if (news := find_news(services, images)) is not None:
            supervise(services, news)
    except Conflict:
        raise
    except SENSELESS:
        telemetry.logger.exception("not to be judged")  # its name may be that of a person
        telemetry.count(telemetry.CASES_UNHEALED)
        _put_off(services, records[0]["dynamodb"]["Keys"]["case"]["S"])


def _put_off(services: Services, case: str) -> None:
    """Leave *case*, whose facts make no sense to this version, out for a while.

    A try at once gains nothing: it would hold up its shard of the stream, and its wake would stay
    at the head of the sweep's queue. What is pending keeps its mark, and reconcile brings that on:
    so new facts and a mended release have their try.
    """
    snapshot, now = services.cases.get(case), services.now()
    if snapshot and snapshot.wake_at and snapshot.wake_at <= now:
        services.cases.put_off(snapshot, now + _PUT_OFF_FOR)


def supervise(services: Services, inbox_record: InboxRecord) -> Decision:
    """Bring the case of *inbox_record* up to date. Raises Conflict after losing too many races.

    Of very many reports a part is recorded at a time; they are judged with the last part. After
    some seconds the rest is left to a record of its own, since other cases wait as well.
    """
    lost, ends = 0, time.monotonic() + _SECONDS
    while lost < _TRIES:
        try:
            gathered = _gather(services, inbox_record)
            decision = _attempt(services, inbox_record, gathered)
        except Conflict:
            lost += 1  # another run wrote a fact first; decide again with its facts
            continue
        if not gathered.rest:
            return decision
        if time.monotonic() > ends:
            # A crash before this leaves the rest pending: reconcile brings it on.
            rest = inbox_record.case, gathered.rest
            services.inbox.touch(*rest, services.wall(), at_once=True)
            return decision
    zh = f"{inbox_record.case} 一直有人在写入，请稍后再试"
    raise Conflict(zh, f"{inbox_record.case} is written by others all the time")


def _attempt(services: Services, inbox_record: InboxRecord, gathered: GatheredCase) -> Decision:
    """Decide on the *gathered* case and apply the decision. Raises Conflict: a race is lost."""
    case_id = inbox_record.case
    decider, rules_in = decider_of(case_id), cache(partial(_read_rules, services, gathered))
    revisions = _revise(decider, gathered, rules_in)
    case = gathered.on_record.followed_by(revisions)
    reported = gathered.told_from(len(case))
    case = case.followed_by(new.fact for new in reported)
    rules = rules_in(decider.region(case))

    decision = _decide(services, decider, case, rules, gathered)
    decision = recorded_before(decision, gathered.until, gathered.now)
    decision = replace(decision, append=add_words(services, decision.append))
    if not case:
        return decision  # a nudge for a case without facts: there is nothing to save

    follows = bool(revisions or decision.append)
    cause = _cause(services, inbox_record, gathered) if follows else inbox_record.id
    new = [NewFact(fact, cause) for fact in revisions] + reported
    new += [NewFact(fact, cause) for fact in decision.append]
    lamps = decider.lamp_states(gathered.on_record, [new_fact.fact for new_fact in new], rules)
    public_case = append(services, case_id, gathered, [*zip(new, lamps, strict=True)])
    case = case.followed_by(decision.append)
    since = gathered.snapshot.n if gathered.snapshot else 0
    _notify(services, notifications(case_id, public_case, case, since, rules), gathered.now)
    snapshot = snapshot_of(case_id, public_case, case, decision, gathered.now)
    if decision.ended is not None:
        watch_ended(services, snapshot, case, rules)
    if any(fact.kind == Reported.CASE_ACCEPTED for fact in case.facts[since:]):
        link_to_ended(services, case_id, case, rules)
    services.cases.save(replace(snapshot, rules=decision.judged_by or rules.name))
    if not gathered.rest:
        _settle_nudges(services, inbox_record, gathered, cause if follows else "")
    note_served(services, case_id, gathered, [told.cause for told in reported], len(case))
    kinds = [new_fact.fact.kind for new_fact in new]
    telemetry.logger.info("supervised", public_case=public_case, n=len(case), kinds=kinds)
    return decision


def _gather(services: Services, inbox_record: InboxRecord) -> GatheredCase:
    """Return the gathered case; gather again after a shredding, which changes the secret."""
    gathered = gather(services, inbox_record)
    for item_id in gathered.hopeless:
        services.inbox.quarantine(inbox_record.case, item_id)
    since = gathered.snapshot.n if gathered.snapshot else 0
    while (n := shred(services, inbox_record.case, gathered.records, since)) is not None:
        since, gathered = n + 1, gather(services, inbox_record)
    return gathered


def _revise(
    decider: Decider, gathered: GatheredCase, rules_in: Callable[[str], Rules]
) -> Sequence[Fact]:
    """Return the facts that the rules in force alone add to those that the snapshot has judged."""
    snapshot = gathered.snapshot
    if snapshot is None:
        return ()
    rules = rules_in(snapshot.region)
    return decider.revisions(snapshot, gathered.on_record, rules, gathered.now)


def _read_rules(services: Services, gathered: GatheredCase, region: str) -> Rules:
    """Return the rules in force in *region*; read them past the cache if the case names others.

    Another function may have judged the case by newer rules, or a nudge may name them: then the
    rules that this process caches for some seconds must not count.
    """
    rules = services.rules(region)
    names = {gathered.snapshot.rules if gathered.snapshot else "", *map(rules_in, gathered.pending)}
    if names - {""} - rules.names:
        return services.fresh_rules(region)
    return rules


def _settle_nudges(
    services: Services, inbox_record: InboxRecord, gathered: GatheredCase, cause: str
) -> None:
    """Settle the nudges that led to nothing; seal settles the *cause* of a fact, once it is sealed.

    A crash before this leaves them; reconcile finds them served.
    """
    causes = {record.cause for record in gathered.records} | {cause}
    for item_id in inbox_record.ids:
        if is_nudge(item_id) and item_id not in causes:
            services.inbox.settle(inbox_record.case, item_id)


def _cause(services: Services, inbox_record: InboxRecord, gathered: GatheredCase) -> str:
    """Return the pending item that causes the facts: *inbox_record*'s; if all are settled, a nudge.

    An item that comes again long after it was settled may still find that time has passed. A crash
    after the write leaves a nudge, which brings the case up to date as any other does.
    """
    for item_id in reversed(inbox_record.ids):
        if item_id in gathered.pending - gathered.unreadable:
            return item_id
    services.inbox.put_nudge(inbox_record.case, gathered.now, gathered.now)
    return nudge_id(gathered.now)


def _decide(
    services: Services, decider: Decider, case: CaseHistory, rules: Rules, gathered: GatheredCase
) -> Decision:
    """Return the decision; if a catalogue is new and has the item at last, adopt its terms first.

    Only a nudge for a new catalogue is worth looking the item up. Where the period of a group is
    over, the cases that fell due in it are counted first, in their snapshots. The number becomes a
    fact before anything is decided by it; after a crash before that, it is counted again.
    """
    now = gathered.now
    decision = decider.decide(case, rules, now)
    if decision.uncounted:
        number_of = partial(count_cases, services, now)
        counted = case.numbered(counted_facts(decision, rules, now, number_of))
        again = decider.decide(case.followed_by(counted), rules, now)
        return replace(again, append=(*counted, *again.append))
    if decision.unlisted is None or not any(map(catalogue_in, gathered.pending)):
        return decision
    fact = case.facts[decision.unlisted]
    terms = adopt_listed(services, fact, rules, now)
    if terms is None:
        return decision
    item = services.name_tokens.name_of(fact.text("item"))
    adopted = adopted_terms(fact, terms, now, item).numbered(len(case))
    again = decider.decide(case.followed_by([adopted]), rules, now)
    return replace(again, append=(adopted, *again.append))


def _notify(services: Services, others: Iterable[Notification], now: datetime) -> None:
    """Notify other cases, each once, before the snapshot that counts these facts is saved.

    A crash anywhere here leaves facts that no snapshot counts, and a pending mark: reconcile brings
    supervise back, which sends the same again; what was sent before is there already.
    """
    for other, event in others:
        services.inbox.notify(other, event, now)
