"""Conduct (办理行为): the rules beside the time limits, V-15 to V-34, as the profile has them.

Pure. The predicate of a rule yields the breaches in a case. A breach becomes a finding at the
profile's level, which waits for a person unless the profile says otherwise (DESIGN §5). An
irregularity that a person reports (`irregularity.found`) is a finding of the rule it names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple

from chalicelib.cases.rules import Rules
from chalicelib.clock.due import due_unpaused
from chalicelib.findings.clock import ClockState
from chalicelib.findings.finding import Breach, Finding, breach_finding, finding_type
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.permit.rules import predicates
from chalicelib.permit.state import Permit
from chalicelib.policy.conduct import Conduct

FOUND = "found"
UNEXPLAINED = "unexplained"


class Predicate(NamedTuple):
    """The *breaches* of a rule in a permit; they are sought only where it has what it *needs*."""

    needs: Callable[[Permit], object]
    breaches: Callable[[Permit, Conduct], Iterable[Breach]]


def _has_field(*names: str) -> Callable[[Permit], object]:
    """Return whether any fact that opened, supplemented, accepted or closed a case has a field."""
    return lambda permit: not permit.fields.isdisjoint(names)


PREDICATES: Mapping[str, Predicate] = {
    "V-16": Predicate(attrgetter("closing"), predicates.without_reasons),
    "V-17": Predicate(attrgetter("supplements"), predicates.told_again),
    "V-18": Predicate(_has_field("unlisted", "catch_all"), predicates.not_in_the_guide),
    "V-19": Predicate(_has_field("listed"), predicates.not_listed),
    "V-21": Predicate(attrgetter("stays"), predicates.too_many_stages),
    "V-23": Predicate(attrgetter("acts"), predicates.unlawful_charge),
    "V-24": Predicate(attrgetter("acts"), predicates.designated),
    "V-25": Predicate(_has_field("shared"), predicates.shared_anyway),
    "V-26": Predicate(_has_field("channel"), predicates.off_the_platform),
    "V-28": Predicate(attrgetter("acceptance"), predicates.longer_than_published),
    "V-29": Predicate(attrgetter("closing"), predicates.wrongly_decided),
    "V-30": Predicate(attrgetter("acts"), predicates.too_few_officers),
    "V-34": Predicate(_has_field("voucher", "notice", "opinion"), predicates.incomplete_file),
}


def check_conduct(permit: Permit, main: Sequence[ClockState], rules: Rules) -> Iterator[Finding]:
    """Yield a finding for each breach in *permit*; *main* are its main clocks. Raises Unknown."""
    conduct = rules.profile.conduct if permit.origin else {}
    for rule, predicate in PREDICATES.items():
        row = conduct.get(rule)
        # A rule that is judged of the item alone is not judged of the case as well.
        if row is not None and row.per_case is not False and predicate.needs(permit):
            for breach in predicate.breaches(permit, row):
                yield _finding(rule, row, breach, permit)
    for fact in permit.acts:
        if fact.kind == Reported.IRREGULARITY_FOUND and fact.text("rule") in conduct:
            rule = fact.text("rule")
            finding = _finding(rule, conduct[rule], Breach(FOUND, fact), permit)
            if finding.is_entered and finding.kind == Derived.CARD_ISSUED:
                finding = finding._replace(kind=Derived.CARD_PROPOSED)
            yield finding
    if "V-22" in conduct and conduct["V-22"].per_case:
        for breach in predicates.not_compressed(permit, conduct["V-22"], rules.profile):
            yield _finding("V-22", conduct["V-22"], breach, permit)
    yield from _unexplained(permit, main, rules)


def _finding(rule: str, row: Conduct, breach: Breach, permit: Permit) -> Finding:
    """Return the finding of *breach* against the department that had the case then."""
    finding = breach_finding(rule, row, breach, permit.region)
    department = permit.ownership.since(breach.fact.at)
    return finding._replace(department=department) if department else finding


def _unexplained(permit: Permit, main: Sequence[ClockState], rules: Rules) -> Iterator[Finding]:
    """V-28: yield a finding if it is overdue without published reasons (优化营商环境条例 36)."""
    row = rules.profile.conduct.get("V-28")
    if row is None or row.explain_within is None:
        return
    over = [(state.over_at, state) for state in main if state.over_at is not None]
    if not over:
        return
    over_at, first = min(over, key=itemgetter(0))
    assert first.due is not None  # noqa: S101 - it is over
    ends = due_unpaused(over_at, row.explain_within, rules.counting).last_moment
    if any(fact.kind == Reported.DELAY_EXPLAINED and fact.at <= ends.at for fact in permit.acts):
        return
    yield Finding(
        rule="V-28",
        level=row.level,
        at=max(ends.at, first.clock.since or ends.at),
        due_at=ends.at,
        ground=UNEXPLAINED,
        missing=first.clock.missing or first.due.missing or ends.missing,
        basis=row.basis,
        rests_on=first.clock.rests_on,
        kind=finding_type(row, row.basis, permit.region),
    )
