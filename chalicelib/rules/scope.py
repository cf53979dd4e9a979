"""Scope (范围): which findings of a case are made, and against whom.

Pure. Nothing is found in a case before it says where it belongs. What came before its acceptance is
found against whom it was handed in to, whoever accepts it later. What was crossed before the stage
was in use (*live-from*) is history and makes no card (CLAIMS §2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import Permit
from chalicelib.cases.rules import Rules
from chalicelib.cases.settlement import settlement_of
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
    if findings and (handed_on := handed_on_in(permit)):
        findings = [*_against_the_first(limits, case, rules, *handed_on)]
    if rules.sources.live_from is not None:
        live_from = rules.sources.live_from  # a deemed act is no card
        findings = [each for each in findings if each.at >= live_from or not each.level]
    return limits if findings is limits.findings else replace(limits, findings=tuple(findings))


def handed_on_in(permit: Permit) -> tuple[Fact, Fact] | None:
    """Return the application and the acceptance, if they name different departments."""
    acceptance = permit.acceptance
    if acceptance is None or not permit.openings:
        return None
    first, department = permit.openings[0].text("department"), acceptance.text("department")
    is_reassigned = permit.ownership.owner != department
    is_handed_on = not is_reassigned and first not in ("", department)
    return (permit.openings[0], acceptance) if is_handed_on else None


def _against_the_first(
    limits: CheckedLimits, case: CaseHistory, rules: Rules, application: Fact, acceptance: Fact
) -> Iterator[Finding]:
    """Yield the findings; what was found before the acceptance came names whom it was handed in to.

    The main clocks are those of the department that accepted the case: of the first one, where
    silence had accepted it (视为受理) before an acceptance came.
    """
    settlement = settlement_of(application, rules.sources.of(application.source), rules.counting)
    since = limits.start.since if limits.start else None
    is_deemed = since is not None and settlement.judged_from(since) < acceptance.recorded_at
    for finding in limits.findings:
        if finding.clock in MAIN:
            is_earlier = is_deemed
        else:
            known_at = [case.facts[n].recorded_at for n in finding.rests_on if n != acceptance.n]
            judged_at = max([settlement.judged_from(finding.at), *known_at])
            is_earlier = judged_at < acceptance.recorded_at
        is_theirs = is_earlier and not finding.department
        first = application.text("department")
        yield finding._replace(department=first) if is_theirs else finding
