"""The decider of an item (事项案卷): what follows from how the catalogue lists it.

An item breaks a rule for as long as it is listed so (`item/rules.py`). A finding is proposed or
issued once. Where a later catalogue mends or removes the item, a re-check records that the card
lost its ground. We alone report the facts of an item, so they are in order of time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.finding import Finding
from chalicelib.findings.issuing import confirmed, issued
from chalicelib.findings.recheck import Grounds, rechecked
from chalicelib.intake.event_types import LISTING_TYPES, Reported
from chalicelib.item.rules import evaluate_item


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:
    """Return what follows in the *case* of an item by *now*."""
    now = max(now, case.latest)
    findings = evaluate_item(case, rules_of_item(case, rules).profile)
    crossed = [finding for finding in findings if finding.at <= now]
    listings = [fact for fact in case.of_type(*LISTING_TYPES) if fact.told]
    last = listings[-1] if listings else None
    belongs_to = last.belongs_to if last else {}
    return Decision(
        append=case.numbered(_new_facts(case, crossed, belongs_to, rules, now)),
        wake_at=next((finding.at for finding in findings[len(crossed) :]), None),
        lamp="listed" if last and last.kind == Reported.ITEM_LISTED else "removed",
        belongs_to=belongs_to,
    )


def rules_of_item(case: CaseHistory, rules: Rules) -> Rules:
    """Return those of *rules* that were in force when the item was last listed."""
    listed = [fact.at for fact in case.of_type(*LISTING_TYPES) if fact.told]
    return rules.at(listed[-1]) if listed else rules


def _new_facts(
    case: CaseHistory,
    crossed: Sequence[Finding],
    belongs_to: dict[str, str],
    in_force: Rules,
    now: datetime,
) -> Iterator[Fact]:
    rules = rules_of_item(case, in_force)
    finding_keys = {finding.key for finding in crossed}

    def list_finding_keys(before: CaseHistory) -> set[str]:
        profile = rules_of_item(before, in_force).profile
        return {finding.key for finding in evaluate_item(before, profile) if finding.at <= now}

    for fact in issued(crossed, belongs_to, case, rules, now):
        is_revised = _is_by_new_rules(fact, case)
        yield replace(fact, data={**fact.data, "noticed": "revised"}) if is_revised else fact
    yield from confirmed(case, finding_keys, rules.profile, now)
    yield from rechecked(case, Grounds(finding_keys), list_finding_keys, rules, now)


def _is_by_new_rules(fact: Fact, case: CaseHistory) -> bool:
    """Return whether *fact* is late because the profile changed, as the old one was kept to."""
    judged = (other for other in reversed(case.facts) if not other.told and "policy" in other.data)
    last = next(judged, None)
    is_late = fact.data["noticed"] == "outage"
    return is_late and last is not None and last.text("policy") != fact.text("policy")
