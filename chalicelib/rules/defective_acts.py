"""Defective acts: a suspension that does not pause (V-13), an extension that should not be (V-12).

行政许可法 42: before the limit is over, by the head of the authority (of the government in a joint
case), and the applicant is notified. 行政许可法 45: the applicant is notified of its length in
writing. These findings wait for a person: the act may be sound and only its record incomplete.
"""

from collections.abc import Iterator, Sequence

from chalicelib.cases.clocks import ClockState
from chalicelib.cases.fact import Fact
from chalicelib.cases.handling import ClockEffects
from chalicelib.cases.permit import Permit
from chalicelib.instant import parse
from chalicelib.intake.event_types import Reported
from chalicelib.policy.conduct import Conduct
from chalicelib.policy.profile import Profile
from chalicelib.rules.finding import Finding, finding_type


def check_defective_acts(
    effects: ClockEffects, main: Sequence[ClockState], permit: Permit, profile: Profile
) -> Iterator[Finding]:
    """Yield a finding for each defective act in the *effects* of *permit*: its gravest defect."""
    for rule, fact, ground, basis in _defects(effects, main, permit, profile):
        if rule in profile.conduct:
            yield _finding(rule, profile.conduct[rule], fact, ground, basis)


def _defects(
    effects: ClockEffects, main: Sequence[ClockState], permit: Permit, profile: Profile
) -> Iterator[tuple[str, Fact, str, str]]:
    """Yield each defect: the rule that an act breaks, the act, the ground, and the basis in law."""
    extended = effects.extended
    if extended is None and not effects.defects:
        return
    extension = profile.extension_of(permit.terms.kind if permit.terms else "").basis
    late = _late(extended, main[0]) if extended is not None and main else ""
    if extended is not None and late:
        yield "V-12", extended, late, extension
    for fact, ground in effects.defects:
        if fact.kind != Reported.CASE_EXTENDED:
            yield "V-13", fact, ground, profile.pause.basis
        elif fact is not extended or not late:
            yield "V-12", fact, ground, extension


def _late(extension: Fact, promise: ClockState) -> str:
    """Return the ground if the limit had run out at approval or at notification (DOMAIN PAU-07)."""
    before = (s for s in promise.periods if s.until is None or extension.at <= s.until)
    due = next(before, promise.last).due
    if due is None:
        return ""
    if extension.at >= due.at:
        return "late"
    notified_at = extension.text("notified_at")
    return "notified_late" if notified_at and parse(notified_at) > due.at else ""


def _finding(rule: str, row: Conduct, fact: Fact, ground: str, basis: str) -> Finding:
    return Finding(
        rule=rule,
        level=row.level,
        at=fact.at,
        due_at=fact.at,
        ground=ground,
        basis=basis,
        about=fact.key,
        label=fact.text("procedure"),
        rests_on=(fact.n,),
        kind=finding_type(row),
    )
