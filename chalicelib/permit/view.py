"""A permit as those who supervise see it: as it is judged, and as its late news claims.

Pure: snapshots, records and rules in, plain dictionaries out.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import Record
from chalicelib.cases.view import show_case
from chalicelib.permit.claims.claim import CaseClaims, claims_in
from chalicelib.permit.claims.view import show_as_claimed, show_claims, write_claims
from chalicelib.permit.decide import Evaluation
from chalicelib.permit.explanation import explain


def show_permit(
    snapshot: CaseSnapshot, records: Sequence[Record], rules: Rules, now: datetime
) -> dict[str, Any]:
    """Return the case with its clocks, facts and late claims, under *rules* at *now*."""
    case, zone = CaseHistory(record.fact for record in records), rules.profile.zone
    claims = claims_in(case, rules, now)
    return {
        **show_case(snapshot, records, now, zone, claims.weighing.reported),
        **_claims(snapshot, claims, now, zone),
    }


def show_explanation(
    snapshot: CaseSnapshot, case: CaseHistory, evaluation: Evaluation, rules: Rules, now: datetime
) -> dict[str, Any]:
    """Return the clocks of the case day by day, and what is not judged or not decided yet."""
    zone, unjudged_at = rules.profile.zone, evaluation.limits.at(now).unjudged_at
    claims = claims_in(case, rules, now, evaluation.weighing)
    explained = explain(evaluation, evaluation.rules.profile, now)
    return {
        **explained,
        "explanation": explained["explanation"] + write_claims(claims, zone, now),
        "unjudged": unjudged_at is not None and unjudged_at < now,
        **_claims(snapshot, claims, now, zone),
    }


def _claims(
    snapshot: CaseSnapshot, claims: CaseClaims, now: datetime, zone: tzinfo
) -> dict[str, Any]:
    return {
        "claims": show_claims(claims.claims, snapshot.public_case, now, zone),
        "as_claimed": show_as_claimed(claims, now, zone),
    }
