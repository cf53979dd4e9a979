"""Scope (范围): which findings of a case are made, and against whom.

Pure. Nothing is found in a case before it says where it belongs. What came before its acceptance is
found against whom it was handed in to, whoever accepts it later. What was crossed before the stage
was in use (*live-from*) is history and makes no card (CLAIMS §2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import Permit
from chalicelib.cases.rules import Rules
from chalicelib.cases.settlement import settlement_of
from chalicelib.clock.delivery import in_time_until
from chalicelib.errors import Unknown
from chalicelib.policy.sources import Registration
from chalicelib.rules.finding import Finding
from chalicelib.rules.main_limits import MAIN
from chalicelib.rules.time_limits import CheckedLimits


def within_scope(
    limits: CheckedLimits, permit: Permit, case: CaseHistory, rules: Rules
) -> CheckedLimits:
    """Return *limits* with those findings that are made in *case*, each against whom, in order.

    *permit* is what the case folds into.
    """
    findings: Sequence[Finding] = limits.findings if permit.origin else ()
    if findings and _is_handed_on(permit):
        findings = [*_against_the_first(limits, permit, case, rules)]
    if rules.sources.live_from is not None:
        live_from = rules.sources.live_from  # a deemed act is no card
        findings = [each for each in findings if each.at >= live_from or not each.level]
    return limits if findings is limits.findings else replace(limits, findings=tuple(findings))


def _is_handed_on(permit: Permit) -> bool:
    """Return whether another department accepted the case than it was handed in to."""
    acceptance = permit.acceptance
    if acceptance is None or not permit.openings:
        return False
    department = acceptance.text("department")
    is_reassigned = permit.ownership.owner != department
    return not is_reassigned and permit.openings[0].text("department") not in ("", department)


def _against_the_first(
    limits: CheckedLimits, permit: Permit, case: CaseHistory, rules: Rules
) -> Iterator[Finding]:
    """Yield the findings; what was found before the acceptance came names whom it was handed in to.

    The main clocks are those of the department that accepted the case: of the first one, where
    silence had accepted it (视为受理) before an acceptance came, and the application was in time.
    """
    application, acceptance = permit.openings[0], permit.acceptance
    source, department = rules.sources.of(application.source), application.text("department")
    settlement = settlement_of(application, source, rules.counting)
    before = acceptance.recorded_at if acceptance else datetime.max.replace(tzinfo=UTC)
    since = limits.start.since if limits.start else None
    is_deemed = since is not None and settlement.judged_from(since) < before
    is_deemed = is_deemed and _is_in_time(application, source, rules)
    for finding in limits.findings:
        if finding.clock in MAIN:
            is_earlier = is_deemed
        else:
            known_at = [case.facts[n].recorded_at for n in finding.rests_on if n != _n(acceptance)]
            is_earlier = max([settlement.judged_from(finding.at), *known_at]) < before
        is_theirs = is_earlier and not finding.department
        yield finding._replace(department=department) if is_theirs else finding


def _is_in_time(application: Fact, source: Registration, rules: Rules) -> bool:
    try:
        return application.recorded_at <= in_time_until(application.at, source, rules.counting)
    except Unknown:
        return False


def _n(fact: Fact | None) -> int | None:
    return fact.n if fact else None
