"""Defective acts: a suspension that may not pause (V-13), an extension that should not be (V-12).

行政许可法 42: before the limit is over, by the head of the authority (of the government in a joint
case), and the applicant is notified. 行政许可法 45: the applicant is notified of its length in
writing. These findings wait for a person: the act may be sound and only its record incomplete.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.clock.timeline import ends_by, is_too_long
from chalicelib.findings.clock import ClockState
from chalicelib.findings.finding import Breach, Finding, breach_finding
from chalicelib.instant import parse
from chalicelib.intake.event_types import Reported
from chalicelib.permit.clocks.examination import Start
from chalicelib.permit.effects import ClockEffects
from chalicelib.permit.state import Permit
from chalicelib.policy.allowance import ExtensionRule
from chalicelib.policy.basis import Basis
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile


def check_defective_acts(
    effects: ClockEffects,
    start: Start | None,
    main: Sequence[ClockState],
    permit: Permit,
    profile: Profile,
) -> Iterator[Finding]:
    """Yield a finding for the gravest defect of each act, not before the *start* of the case."""
    if start is None:
        return
    known = start.since or start.at
    for rule, fact, ground, basis in _defects(effects, main, permit, profile):
        row = profile.conduct.get(rule)
        if row is not None:
            breach = Breach(ground, fact, label=fact.text("procedure"))
            finding = breach_finding(rule, row, breach, permit.region, basis)
            yield finding._replace(at=max(finding.at, known), missing=start.missing)


def _defects(
    effects: ClockEffects, main: Sequence[ClockState], permit: Permit, profile: Profile
) -> Iterator[tuple[str, Fact, str, Basis]]:
    """Yield each defect: the rule that an act breaks, the act, the ground, and the basis in law."""
    extended = effects.extended
    if extended is None and not effects.defects:
        return
    rule = profile.extension_of(permit.kind)
    gravest = ""
    if extended is not None and main:
        gravest = _late(extended, main[0])
        if not gravest and any(_is_too_long(extended, rule, state) for state in main):
            gravest = "too_long"
        if gravest:
            yield "V-12", extended, gravest, rule.basis
    for fact, ground in effects.defects:
        if fact.kind != Reported.CASE_EXTENDED:
            yield "V-13", fact, ground, profile.pause.basis
        elif fact is not extended or not gravest:
            yield "V-12", fact, ground, rule.basis


def _late(extension: Fact, promise: ClockState) -> str:
    """Return the ground if the limit had run out at approval or at notification (DOMAIN PAU-07)."""
    approved_in = (p for p in promise.periods if p.until is None or extension.at <= p.until)
    due = next(approved_in, promise.last).due  # the last, if it was approved after all
    if due is None:
        return ""
    if extension.at >= due.at:
        return "late"
    notified_at = extension.text("notified_at")
    return "notified_late" if notified_at and parse(notified_at) > due.at else ""


def _is_too_long(extension: Fact, rule: ExtensionRule, clock: ClockState) -> bool:
    """Return whether *clock* would run out later than by the law's longest (DOMAIN DFT-08)."""
    limit, by = clock.clock.limit, Limit.read_object(extension.data["by"])
    if limit is None or rule.most is None:
        return False
    at = max(extension.at, clock.clock.start)

    def ends(limits: tuple[Limit, ...]) -> datetime:
        spans = clock.clock.interruptions.spans_at(at, clock.counting)
        return ends_by(clock.clock.start, limits, spans, clock.counting)

    return is_too_long((limit,), by, rule.most, ends)
