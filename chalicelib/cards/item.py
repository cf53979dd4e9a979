"""The docket of an item (事项案卷): what follows from how the catalogue lists it.

An item breaks a rule for as long as it is listed so (`rules/listed_items.py`). What is found is
proposed to a person or issued, as the profile has it, and once; what a later catalogue mends, or
takes off the list, loses its ground, and a re-check says so. Told by us alone, an item's facts are
in the order in which they happened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.confirmation import confirmed
from chalicelib.cards.issuing import issued
from chalicelib.cards.recheck import rechecked
from chalicelib.cards.ruling import Ruling
from chalicelib.cards.versions import versions
from chalicelib.cases.fact import Fact
from chalicelib.intake.event_types import LISTING_TYPES, Reported
from chalicelib.policy.profile import Profile
from chalicelib.rules.finding import Finding
from chalicelib.rules.listed_items import evaluate_item


def decide(facts: Sequence[Fact], profile: Profile, calendar: Calendar, now: datetime) -> Ruling:
    """Judge an item by its *facts*, numbered from 0 without a gap, at *now*."""
    now = max([now, *(fact.recorded_at for fact in facts)])
    findings = evaluate_item(facts, profile)
    crossed = [finding for finding in findings if finding.at <= now]
    told = [fact for fact in facts if fact.told and fact.kind in LISTING_TYPES]
    belongs_to = told[-1].belongs_to if told else {}
    on_record = {fact.key for fact in facts if not fact.told}
    new = _new(facts, crossed, belongs_to, (profile, calendar), now)
    fresh = [fact for fact in new if fact.key not in on_record]
    return Ruling(
        append=tuple(fact.numbered(len(facts) + i) for i, fact in enumerate(fresh)),
        wake_at=next((one.at for one in findings[len(crossed) :]), None),
        state="listed" if told and told[-1].kind == Reported.ITEM_LISTED else "removed",
        belongs_to=belongs_to,
    )


def _new(
    facts: Sequence[Fact],
    crossed: Sequence[Finding],
    belongs_to: dict[str, str],
    under: tuple[Profile, Calendar],
    now: datetime,
) -> Iterator[Fact]:
    found = {finding.key for finding in crossed}

    def grounds(facts: Sequence[Fact]) -> set[str]:
        return {finding.key for finding in evaluate_item(facts, under[0]) if finding.at <= now}

    for fact in issued(crossed, belongs_to, facts, under, now):
        yield _by_new_rules(fact) if _is_by_new_rules(fact, facts) else fact
    yield from confirmed(facts, found, now)
    yield from rechecked(facts, found, grounds, versions(*under), now)


def _is_by_new_rules(fact: Fact, facts: Sequence[Fact]) -> bool:
    """Whether what seems to be noticed late had been judged in time, by another policy."""
    last = next((one for one in reversed(facts) if not one.told and "policy" in one.data), None)
    is_late = fact.data["noticed"] == "outage"
    return is_late and last is not None and last.text("policy") != fact.text("policy")


def _by_new_rules(fact: Fact) -> Fact:
    return replace(fact, data={**fact.data, "noticed": "revised"})
