"""Issuing (发牌): a finding that is not on record becomes a fact with all that it rests on.

The fact has the rule and its legal basis, the versions of profile and calendar, and the numbers of
the facts that it rests on. Besides the legal instant it has when we noticed, and why then: a delay
of ours is never an officer's (DESIGN §4).

A proposal is issued when a person confirms it (确认; PIPL 24, DOMAIN §9b). The card keeps the
number, instant and ground of the proposal, which alone is re-checked. What rests on a model or on
our own default goes out as a suggestion (建议): with the reason that the person gives, and the
broken law, if any; without level, formal number and 依据 (DOMAIN, head; CLAIMS §8).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.cases.case_id import number_in
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.finding import WEIGHED, Finding
from chalicelib.findings.instrument import (
    broken_law,
    card_grounds,
    named_instrument,
    without_instrument,
)
from chalicelib.instant import text
from chalicelib.intake.event_types import (
    CLOSING_TYPES,
    FINDING_TYPES,
    MISSING_TYPES,
    Derived,
    Reported,
)
from chalicelib.policy.profile import Profile

# The cards that are not issued while a case is held.
CARDS = FINDING_TYPES - {Derived.WARNING_ISSUED, Derived.CARD_PROPOSED}

MOST = 60  # numbers of facts in `rests_on` of a fact
_OF_A_CARD = frozenset({"level", "basis"})  # what a suggestion has not
_ON_TIME = timedelta(minutes=10)  # noticed later than this, the delay is ours (DESIGN §4)


def issued(
    crossed: Sequence[Finding],
    belongs_to: Mapping[str, str],
    case: CaseHistory,
    rules: Rules,
    now: datetime,
) -> Iterator[Fact]:
    """Yield the warning, proposal or card of each of *crossed* that is not on record."""
    on_record = {fact.key for fact in case.cards.values()} if crossed else set()
    for finding in crossed:
        if not finding.is_held and finding.key not in on_record:
            yield _issue(finding, belongs_to, case, rules, now)


def _issue(
    finding: Finding, belongs_to: Mapping[str, str], case: CaseHistory, rules: Rules, now: datetime
) -> Fact:
    rests_on = sorted({*finding.rests_on, *case.corrections_bearing_on(finding.rests_on)})
    data = {
        **_particulars(finding),
        **_grounds(finding, belongs_to.get("region", ""), rules.profile, now),
        "rule": finding.rule,
        "ground": finding.ground,
        "due_at": text(finding.due_at),
        "noticed_at": text(now),
        "noticed": _noticed(finding, rests_on, case, now),
        **rules.versions,
        "rests_on": bounded(rests_on),
        **belongs_to,
        **({"department": finding.department} if finding.department else {}),
    }
    return Fact(0, finding.kind, finding.key, finding.at, now, told=False, data=data)


def _particulars(finding: Finding) -> dict[str, object]:
    """Return the data that not every finding has: silence has no level, the whole case no stage."""
    particulars: dict[str, object] = {
        "level": finding.level,
        "clock": finding.clock,
        "stage": finding.label,
        "provisional": finding.missing is not None,
        "missing": finding.missing and f"calendar:{finding.missing}",
        "in_doubt": finding.in_doubt,
    }
    return {name: value for name, value in particulars.items() if value}


def _grounds(finding: Finding, region: str, profile: Profile, now: datetime) -> dict[str, object]:
    """Return the grounds of *finding*; a proposal names its instrument when it is confirmed."""
    if finding.kind not in (Derived.CARD_ISSUED, Derived.CARD_PROPOSED):
        return broken_law(finding.basis, region)
    grounds = card_grounds(finding.basis, region, profile, now)
    if finding.ground in WEIGHED and "basis" in grounds:
        grounds = {"basis_kind": "proposed", "breaks": grounds["basis"]}
    return without_instrument(grounds) if finding.kind == Derived.CARD_PROPOSED else grounds


def _noticed(finding: Finding, rests_on: Sequence[int], case: CaseHistory, now: datetime) -> str:
    """Return why it was noticed when it was; a delay of ours is never an officer's.

    on_time; late_news: a fact that it *rests_on* came late; revised: new rules made it due in the
    past; held: a calendar was missing; outage. The source's delivery time is no delay.
    """
    facts = [case.facts[n] for n in rests_on]
    # A clock runs out with or without the news that the case is closed.
    reasons = [f for f in facts if f.told and not (finding.clock and f.kind in CLOSING_TYPES)]
    last_reported = max((fact.recorded_at for fact in reasons), default=now)
    if now - finding.at <= _ON_TIME:
        return "on_time"
    judged_from = finding.judged_from or finding.at
    if now - max(judged_from, last_reported) <= _ON_TIME < last_reported - finding.at:
        return "late_news"
    if now - judged_from <= _ON_TIME:
        return "on_time"
    is_closed = any(fact.kind in CLOSING_TYPES for fact in facts)
    recent = (r for r in case.of_type(Derived.DUE_REVISED) if now - r.recorded_at <= _ON_TIME)
    if any(_is_due_since(revision, finding, is_closed=is_closed) for revision in recent):
        return "revised"
    held_since = max((fact.n for fact in case.of_type(*MISSING_TYPES)), default=-1)
    last_card = max((fact.n for fact in case.of_type(*CARDS)), default=-1)
    return "held" if last_card < held_since else "outage"


def _is_due_since(revision: Fact, finding: Finding, *, is_closed: bool) -> bool:
    """Return whether *revision* made the clock due too late; of a closed case, any clock's."""
    is_why = is_closed or revision.text("due_at") == text(finding.due_at)
    return is_why and revision.recorded_at - finding.at > _ON_TIME


def bounded(numbers: Iterable[int]) -> list[int]:
    """Return all, or the first and last MOST / 2: a leaf has 4096 bytes (AUDIT_LOG §4.1)."""
    ordered = sorted(numbers)
    half = MOST // 2
    return ordered if len(ordered) <= MOST else [*ordered[:half], *ordered[-half:]]


def confirmed(
    case: CaseHistory, finding_keys: Collection[str], profile: Profile, now: datetime
) -> Iterator[Fact]:
    """Issue the proposals of *case* that are confirmed, once their key is in *finding_keys*."""
    first: dict[int | None, Fact] = {}
    for confirmation in case.of_type(Reported.CARD_CONFIRMED):
        first.setdefault(number_in(confirmation.data.get("card")), confirmation)
    for n, confirmation in first.items():
        proposal = case.cards.get(n)
        if proposal is None or proposal.kind != Derived.CARD_PROPOSED or proposal.told:
            continue
        if proposal.key in finding_keys:
            yield _issue_confirmed(proposal, confirmation, profile, now)


def is_confirmed(card: Fact) -> bool:
    """Return whether *card* was issued because a person confirmed it."""
    return card.kind == Derived.CARD_ISSUED and "card" in card.data


def _issue_confirmed(proposal: Fact, confirmation: Fact, profile: Profile, now: datetime) -> Fact:
    """Return the card, which names its instrument now, or the suggestion without one."""
    rests_on = proposal.data.get("rests_on")
    numbers = rests_on if isinstance(rests_on, list) else []
    if "basis_kind" in proposal.data:
        kind = Derived.SUGGESTION_ISSUED
        data = {name: proposal.data[name] for name in proposal.data if name not in _OF_A_CARD}
    else:
        kind = Derived.CARD_ISSUED
        data = {**proposal.data, **named_instrument(profile, now)}
    data |= {
        "card": proposal.n,
        "noticed_at": text(now),
        "rests_on": [*numbers, proposal.n, confirmation.n],
    }
    return Fact(0, kind, f"confirmed/{proposal.key}", proposal.at, now, told=False, data=data)
