"""The terms of a case that silence accepted, and that was accepted in words only later.

Pure. Its clocks run from the application, by the terms of that. What the later acceptance tells
can shorten them and never lengthen: what was found meanwhile stands. Limits are compared as the
instants at which they run out without pauses.
"""

from datetime import UTC, datetime

from msgspec.structs import replace

from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import within_reach
from chalicelib.clock.due import due
from chalicelib.permit.clocks.clock import read_explicit_due
from chalicelib.permit.state import Permit
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms, read_terms

_NEVER = datetime.max.replace(tzinfo=UTC)


def as_deemed(permit: Permit, start: datetime, rules: Rules) -> Permit:
    """Return *permit*, deemed to be accepted at *start*, by its shorter terms. Raises Unknown."""
    application = permit.openings[0] if permit.openings else None
    first = read_terms(application.data.get("terms")) if application else None
    if first is None or permit.terms is None or first == permit.terms:
        return permit
    return replace(permit, terms=_shorter(first, permit.terms, start, rules))


def _shorter(first: Terms, later: Terms, start: datetime, rules: Rules) -> Terms:
    """Return the terms *first*, with those limits of *later* that run out earlier."""
    terms = first
    if _ends(later.promise, later.due_at, start, rules) < _ends(
        first.promise, first.due_at, start, rules
    ):
        terms = replace(terms, promise=later.promise, due_at=later.due_at)
    if _ends(later.statutory, "", start, rules) < _ends(first.statutory, "", start, rules):
        terms = replace(terms, statutory=later.statutory)
    return terms


def _ends(limit: Limit | None, due_at: str, start: datetime, rules: Rules) -> datetime:
    if due_at:
        return read_explicit_due(due_at, rules.counting)
    ends = due(within_reach(start), (limit,), (), rules.counting) if limit else None
    return ends.at if ends else _NEVER
