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
        listed = [fact for fact in opened if is_no(fact, "listed") or _terms(fact).get("catalogue")]
        yield "kind_not_listed", _having(listed, "told_kind")
    longer = [fact for fact in opened if fact is permit.acceptance and _terms(fact).get("longer")]
    yield "limit_longer_than_published", longer
    yield "clock_ahead", _having(case.told, "claimed")
    named = [fact for fact in case.told if "names" in fact.data or "given" in fact.data]
    yield "unknown_name", [fact for fact in named if is_given(fact, "names")]
    approved = (fact for fact in permit.extensions if is_given(fact, "approved_by"))
    # A name is no role that is known either.
    yield "unknown_role", [f for f in approved if not roles.is_known(f.text("approved_by"))]


def _having(facts: Sequence[Fact], name: str) -> list[Fact]:
    return [fact for fact in facts if name in fact.data]


def _terms(fact: Fact) -> Mapping[str, object]:
    """Return the terms of *fact* as they are stored; empty if it has none."""
    terms = fact.data.get("terms")
    return terms if isinstance(terms, Mapping) else {}
