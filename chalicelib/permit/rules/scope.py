"""Scope (范围): which findings of a case are made, and against whom.

Pure. Nothing is found in a case before it says where it belongs. What came before its acceptance is
found against whom it was handed in to, whoever accepts it later. What was crossed before the stage
was in use (*live-from*) is history and makes no card (CLAIMS §2).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.finding import Finding
from chalicelib.findings.settlement import settlement_of
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.rules.time_limits import CheckedLimits
from chalicelib.permit.state import Permit


class HandedOn(NamedTuple):
    """The first *application* on record, and the *acceptance* by another department."""

    application: Fact
    acceptance: Fact


def within_scope(
    limits: CheckedLimits, permit: Permit, case: CaseHistory, rules: Rules
) -> CheckedLimits:
    """Return *limits* with those findings that are made in *case*, each against whom."""
    findings: Sequence[Finding] = limits.findings if permit.origin else ()
    handed_on, live_from = handed_on_in(permit) if findings else None, rules.sources.live_from
    if handed_on is not None:
        findings = [*_against_the_first(limits, permit, handed_on, case, rules)]
    if live_from is not None:  # a deemed act is no card
        findings = [each for each in findings if each.at >= live_from or not each.level]
    return limits if findings is limits.findings else replace(limits, findings=tuple(findings))


def handed_on_in(permit: Permit) -> HandedOn | None:
    """Return the first application on record and the acceptance, if they name two departments.

    An application told later, or after the acceptance, changes nothing.
    """
    acceptance = permit.acceptance
    if acceptance is None or not permit.openings:
        return None
    first = min(permit.openings, key=lambda fact: fact.n)
    department = acceptance.text("department")
    is_reassigned = permit.ownership.owner != department
    is_another = first.n < acceptance.n and first.text("department") not in ("", department)
    return HandedOn(first, acceptance) if is_another and not is_reassigned else None


def _against_the_first(
    limits: CheckedLimits, permit: Permit, handed_on: HandedOn, case: CaseHistory, rules: Rules
) -> Iterator[Finding]:
    """Yield the findings; those found before the acceptance came name the first department.

    The main clocks are the accepting department's, unless silence had accepted the case before.
    """
    application, acceptance = handed_on
    began = permit.openings[0]  # silence counts from the earliest, since that was known
    settlement = settlement_of(began, rules.sources.of(began.source), rules.counting)
    since = limits.start.since if limits.start else None
    is_deemed = since is not None and (
        max(settlement.judged_from(since), _known_at(began, case)) < acceptance.recorded_at
    )
    first = application.text("department")
    # Of what was received in one millisecond the numbers tell what came first.
    accepted = acceptance.recorded_at, acceptance.n
    for finding in limits.findings:
        if finding.clock in MAIN:
            is_earlier = is_deemed
        else:
            rests_on = (case.facts[n] for n in finding.rests_on if n != acceptance.n)
            is_judged = settlement.judged_from(finding.at) < acceptance.recorded_at
            is_earlier = is_judged and all((_known_at(f, case), f.n) < accepted for f in rests_on)
        is_theirs = is_earlier and not finding.department
        yield finding._replace(department=first) if is_theirs else finding


def _known_at(fact: Fact, case: CaseHistory) -> datetime:
    """Return since when *fact* is on record as it acts in *case*: corrected, if it is."""
    correction = case.as_corrected.counts.get(fact.key)
    return max(fact.recorded_at, correction.recorded_at) if correction else fact.recorded_at
