"""The signs of what a source may not say by itself: it was set aside, or put right (CLAIMS §2, §3).

Pure. Each is noted once, for whoever reads the case. None is a measure of a department's data.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.cases.bounded import TOO_MANY_REPORTS
from chalicelib.cases.correction import TOO_MANY
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.breach import is_no
from chalicelib.permit.procedure import is_given
from chalicelib.permit.rules.data_quality import Sign
from chalicelib.permit.state import ACCEPTED_BEFORE, Permit, first_acceptance
from chalicelib.policy.allowance import Roles
from chalicelib.policy.terms import Terms, read_terms


def find_claim_signs(
    case: CaseHistory, permit: Permit, unweighed: Sequence[Fact], rules: Rules
) -> tuple[Sign, ...]:
    """Return the signs of *permit*; *unweighed* are the undecided claims beyond the most."""
    basis = rules.profile.data_quality.claims
    if not (basis and permit.origin):
        return ()
    rows = (*_of_misfits(case, permit, unweighed), *_of_data(case, permit, rules.profile.roles))
    return tuple(
        Sign(name, tuple(fact.n for fact in facts), max(fact.recorded_at for fact in facts), basis)
        for name, facts in rows
        if facts
    )


def _of_misfits(
    case: CaseHistory, permit: Permit, unweighed: Sequence[Fact]
) -> Iterator[tuple[str, Sequence[Fact]]]:
    again = [fact for fact, why in permit.set_aside if why == ACCEPTED_BEFORE]
    first, accepted = first_acceptance(case), permit.acceptance
    if first is not None and accepted is not None and first.n != accepted.n:
        again.append(accepted)  # the first was withdrawn
    yield "accepted_again", again
    yield "too_many_corrections", [fact for fact, why in permit.set_aside if why == TOO_MANY]
    yield "too_many_claims", unweighed
    yield "too_many_reports", [fact for fact, why in permit.set_aside if why == TOO_MANY_REPORTS]


def _of_data(
    case: CaseHistory, permit: Permit, roles: Roles
) -> Iterator[tuple[str, Sequence[Fact]]]:
    """Yield what was told otherwise than the catalogue, the profile or our clock has it."""
    opened = [fact for fact in (*permit.openings, permit.acceptance) if fact is not None]
    if "told_department" in permit.fields:
        yield "department_not_listed", _having(opened, "told_department")
    if "told_kind" in permit.fields:
        listed = [fact for fact in opened if is_no(fact, "listed") or _terms(fact).catalogue]
        yield "kind_not_listed", _having(listed, "told_kind")
    if permit.acceptance is not None and _is_longer(permit.acceptance):
        yield "limit_longer_than_published", [permit.acceptance]
    yield "clock_ahead", _having(case.told, "claimed")
    named = [fact for fact in case.told if "names" in fact.data or "given" in fact.data]
    yield "unknown_name", [fact for fact in named if is_given(fact, "names")]
    yield "unknown_role", [fact for fact in permit.extensions if _is_by_unknown(fact, roles)]


def _is_by_unknown(extension: Fact, roles: Roles) -> bool:
    """Return whether an approver was told, but by no role that is known; a name is none either."""
    is_told = is_given(extension, "approved_by")
    return is_told and not roles.is_known(extension.text("approved_by"))


def _having(facts: Sequence[Fact], name: str) -> list[Fact]:
    return [fact for fact in facts if name in fact.data]


def _is_longer(acceptance: Fact) -> bool:
    """Return whether *acceptance* told a limit longer than the published one."""
    stored = acceptance.data.get("terms")
    return isinstance(stored, Mapping) and bool(stored.get("longer"))


def _terms(fact: Fact) -> Terms:
    return read_terms(fact.data.get("terms")) or Terms()
