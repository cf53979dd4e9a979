"""Conduct (办理行为): the rules beside the time limits, V-15 to V-34, as the profile has them.

Pure. Each rule is a small predicate that yields the breaches in a case. Here a breach becomes a
finding at the profile's level, which waits for a person unless the profile says otherwise (DESIGN
§5). An irregularity that a person reports (`irregularity.found`) is a finding of the rule it names;
one that an inspector enters here always waits for a person.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.cases.rules import Rules
from chalicelib.clock.due import due
from chalicelib.findings.breach import Breach
from chalicelib.findings.finding import Finding, finding_type
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.permit.clocks.clock import ClockState
from chalicelib.permit.rules import charges, due_process, materials_asked, refusals
from chalicelib.permit.rules.due_process import not_compressed
from chalicelib.permit.rules.predicate import Predicate
from chalicelib.permit.state import Permit
from chalicelib.policy.conduct import Conduct

PREDICATES: Mapping[str, Predicate] = {
    **materials_asked.PREDICATES,
    **refusals.PREDICATES,
    **charges.PREDICATES,
    **due_process.PREDICATES,
}
FOUND = "found"
UNEXPLAINED = "unexplained"


def check_conduct(permit: Permit, main: Sequence[ClockState], rules: Rules) -> Iterator[Finding]:
    """Yield a finding for each rule of conduct that *permit* breaks; none before it has an origin.

    *main* are its main clocks, unless it was approved by silence. Raises Unknown.
    """
    conduct = rules.profile.conduct if permit.origin else {}
    for rule, row in conduct.items():
        # A rule that is judged of the item alone is not judged of the case as well.
        predicate = PREDICATES.get(rule)
        if predicate and row.per_case is not False and predicate.needs(permit):
            for breach in predicate.breaches(permit, row):
                yield _finding(rule, row, breach, permit)
    for fact in permit.acts:
        if fact.kind == Reported.IRREGULARITY_FOUND and fact.text("rule") in conduct:
            rule = fact.text("rule")
            finding = _finding(rule, conduct[rule], Breach(FOUND, fact), permit)
            yield _proposed(finding) if finding.is_entered else finding
    if "V-22" in conduct and conduct["V-22"].per_case:
        for breach in not_compressed(permit, conduct["V-22"], rules.profile):
            yield _finding("V-22", conduct["V-22"], breach, permit)
    yield from _unexplained(permit, main, rules)


def _proposed(finding: Finding) -> Finding:
    """Return what an inspector entered as a proposal, whatever the profile issues by itself."""
    is_card = finding.kind == Derived.CARD_ISSUED
    return finding._replace(kind=Derived.CARD_PROPOSED) if is_card else finding


def _unexplained(permit: Permit, main: Sequence[ClockState], rules: Rules) -> Iterator[Finding]:
    """V-28: yield a finding if it is overdue without published reasons (优化营商环境条例 36)."""
    row = rules.profile.conduct.get("V-28")
    if row is None or row.explain_within is None:
        return
    over = [state for state in main if state.over_at is not None]
    first = min(over, key=lambda state: state.over_at or state.clock.start, default=None)
    if first is None or first.over_at is None or first.due is None:
        return
    ends = due(first.over_at, (row.explain_within,), (), rules.counting)
    if ends is None:
        return
    ends = ends.last_moment
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


def _finding(rule: str, row: Conduct, breach: Breach, permit: Permit) -> Finding:
    fact = breach.fact
    return Finding(
        rule=rule,
        level=row.level,
        at=fact.at,
        due_at=fact.at,
        ground=breach.ground,
        basis=row.basis,
        about=fact.key,
        label=breach.label,
        department=permit.ownership.since(fact.at),
        rests_on=tuple(sorted({fact.n, *(other.n for other in breach.also)})),
        kind=finding_type(row, row.basis, permit.region),
    )
