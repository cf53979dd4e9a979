"""What is better (CLAIMS §4): whether one reading of a case betters a finding of another.

Pure. The whole is compared only where the main limits do not tell.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.findings.finding import ENDED_NEAR_LIMIT, Finding
from chalicelib.intake.event_types import CLOSING_TYPES, Derived, Reported
from chalicelib.permit.claims.reading import CaseReading, MainReading
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.rules.scope import handed_on_in
from chalicelib.permit.state import Permit

_GRAVITY = {"": 0, "warning": 1, "yellow": 2, "red": 3}


def betters(before: CaseReading, after: CaseReading, claims: Collection[int] = ()) -> bool:
    """Return whether a finding of *before* is missing, later, milder or another's in *after*.

    *claims* are the numbers of the claims that only *after* grants. Milder is a proposal than an
    automatic act, and a finding held for a calendar. Where only one of the readings can be judged,
    nobody can say that nothing is bettered. One act may be found instead of another, by the same
    rule and against the same department. An ending near a limit is not missing where the limit
    itself is found broken.
    """
    if before.limits.unknown != after.limits.unknown:
        return True
    found, others = (
        _by_subject(each.limits.findings, each.permit, claims) for each in (before, after)
    )
    missed = [key for key in found if not _covers(others.get(key, ()), found[key])]
    spare = [key for key in others if key not in found] if missed else []
    for key in missed:
        alike = [
            each for each in others if each[:3] == key[:3] and _covers(others[each], found[key])
        ]
        is_ending = all(finding.ground == ENDED_NEAR_LIMIT for finding in found[key])
        if is_ending and alike:
            continue
        instead = next((each for each in spare if each in alike), None)
        if instead is None:
            return True
        spare.remove(instead)
    return False


def betters_main(before: CaseReading, after: MainReading) -> bool:
    """Return whether *after* surely betters a finding about a main clock, whatever else it finds.

    Only what follows a case handed in again could be found instead.
    """
    limits = after.limits
    if limits is None or limits.unknown != before.limits.unknown or after.permit.refiled:
        return False
    wanted = _by_subject(_about_main_clocks(before), before.permit)
    there = _by_subject(limits.findings, after.permit)
    return not _covers_all(there, wanted)


def cuts_off(before: CaseReading, claim: Fact) -> bool:
    """Return whether *claim*, at its own time, surely ends the case before what *before* found.

    Until that end the main clocks run as before, and after it nothing is found. It is not sure if
    the end comes before the acceptance, if a correction may move it, or if what waits for a person
    may be covered by what the ending itself gives rise to.
    """
    permit, accepted, end = before.permit, before.permit.acceptance, claim.at
    if permit.refiled or Reported.CASE_CORRECTED in before.case.types:
        return False
    if claim.kind not in _ENDS or accepted is None or end < accepted.at:
        return False
    found = _about_main_clocks(before)
    earlier = [each for each in found if each.at < end]
    later = [each for each in found if each.at >= end and each.kind != Derived.CARD_PROPOSED]
    return not _covers_all(_by_subject(earlier, permit), _by_subject(later, permit))


def _about_main_clocks(reading: CaseReading) -> list[Finding]:
    return [each for each in reading.limits.findings if each.clock in MAIN and not each.about]


_ENDS = CLOSING_TYPES - {Reported.CASE_FORWARDED}  # of which kind a case is may be told otherwise
_Subject = tuple[str, str, str, str]  # rule, clock, department, what it is about


def _by_subject(
    findings: Iterable[Finding], permit: Permit, claims: Collection[int] = ()
) -> dict[_Subject, list[Finding]]:
    """Return *findings* by what makes them the same.

    Where all *claims* came before the acceptance, the department that the case was handed in to
    stands for the one that accepted it: no card against that one could be out by then.
    """
    subjects: dict[_Subject, list[Finding]] = {}
    owner, handed_on = permit.belongs_to["department"], handed_on_in(permit)
    is_one = handed_on is not None and all(n < handed_on.acceptance.n for n in claims)
    first = handed_on.application.text("department") if handed_on and is_one else ""
    for finding in findings:
        is_first = bool(first) and finding.department == first
        subject = _subject(finding._replace(department="") if is_first else finding, owner)
        subjects.setdefault(subject, []).append(finding)
    return subjects


def _subject(finding: Finding, owner: str) -> _Subject:
    """Return what makes two findings the same whenever they fall; *owner* has the case."""
    clock = "main" if finding.clock in MAIN else finding.clock
    return finding.rule, clock, finding.department or owner, finding.about


def _covers(others: Sequence[Finding], findings: Sequence[Finding]) -> bool:
    return all(any(_is_as_grave(other, finding) for other in others) for finding in findings)


def _covers_all(
    others: Mapping[_Subject, Sequence[Finding]], findings: Mapping[_Subject, Sequence[Finding]]
) -> bool:
    return all(_covers(others.get(subject, ()), findings[subject]) for subject in findings)


def _is_as_grave(other: Finding, finding: Finding) -> bool:
    return (
        other.at <= finding.at
        and _GRAVITY[other.level] >= _GRAVITY[finding.level]
        and (other.kind == finding.kind or other.kind != Derived.CARD_PROPOSED)
        and (finding.missing is not None or other.missing is None)
    )


def parting(one: CaseReading, other: CaseReading) -> list[tuple[datetime, Finding]]:
    """Return what one of the two readings alone finds, each from when on it is judged."""
    mine, others = (keyed(reading.limits.findings, reading) for reading in (one, other))
    alone = [(one, mine[key]) for key in mine if key not in others]
    alone += [(other, others[key]) for key in others if key not in mine]
    return [(reading.limits.judged_from(finding), finding) for reading, finding in alone]


def keyed(findings: Iterable[Finding], reading: CaseReading) -> dict[tuple[object, ...], Finding]:
    """Return *findings* by rule, clock, department, kind and instant: by what they find."""
    owner = reading.permit.belongs_to["department"]
    return {(*_subject(each, owner), each.kind, each.level, each.at): each for each in findings}
