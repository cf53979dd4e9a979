"""Late news with both readings side by side: as it counts now, and as it would if it is accepted.

Pure. One reading has the news at the time of its receipt, the other at the time that it claims.
What differs is marked: when each clock runs out, which findings there are, which cards hang on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.cases.view import show_clocks
from chalicelib.clock.due import Due
from chalicelib.desk.inspector.work_view import ShownWith
from chalicelib.desk.naming import fact_beginning
from chalicelib.findings.finding import Finding
from chalicelib.permit.claims.claim import CaseClaims, LateClaim
from chalicelib.permit.claims.reading import CaseReading


def readings_of(claims: CaseClaims, claim: LateClaim) -> tuple[CaseReading, CaseReading | None]:
    """Return the reading without the *claim* and that with it; None: there is no other."""
    weighing = claims.weighing
    for contested in weighing.contested:
        if contested.fact.n == claim.fact.n:
            return contested.without, contested.granted
    return weighing.judged, None


def show_readings(
    claims: CaseClaims, claim: LateClaim, facts: Sequence[Mapping[str, Any]], shown: ShownWith
) -> dict[str, Any]:
    """Return the clocks and the findings of both readings, row by row; *facts* are the case's."""
    without, granted = readings_of(claims, claim)
    other = granted or without
    dues = without.limits.dues(shown.now), other.limits.dues(shown.now)
    return {
        "has_both": granted is not None,
        "clocks": list(_clocks(dues[0], dues[1], facts, shown)),
        "findings": list(_findings(_found(without), _found(other), shown)),
    }


def _found(reading: CaseReading) -> dict[str, Finding]:
    """Return the findings of a *reading* that have a level, by their keys."""
    return {finding.key: finding for finding in reading.limits.findings if finding.level}


def _clocks(
    without: Mapping[str, Due],
    granted: Mapping[str, Due],
    facts: Sequence[Mapping[str, Any]],
    shown: ShownWith,
) -> Iterator[dict[str, Any]]:
    """Yield each clock with its end in both readings."""
    rows = [
        {row["clock"] + (row["about"] or ""): row for row in show_clocks(dues, shown.zone)}
        for dues in (without, granted)
    ]
    for key in dict.fromkeys([*rows[0], *rows[1]]):
        before, after = rows[0].get(key), rows[1].get(key)
        either = before or after or {}
        ends = [row["due_at"] if row else None for row in (before, after)]
        yield {
            "clock": either["clock"],
            "begun_by": fact_beginning(either["about"], facts),
            "before": ends[0],
            "after": ends[1],
            "differs": ends[0] != ends[1],
        }


def _findings(
    without: Mapping[str, Finding], granted: Mapping[str, Finding], shown: ShownWith
) -> Iterator[dict[str, Any]]:
    """Yield each finding of either reading that has come by now, or comes; in order of time."""
    every = {**without, **granted}
    for key, finding in sorted(every.items(), key=lambda pair: (pair[1].at, pair[0])):
        yield {
            "rule": finding.rule,
            "rule_title": shown.rule_title(finding.rule),
            "ground": finding.ground,
            "level": finding.level,
            "at": shown.local(finding.at),
            "is_past": finding.at < shown.now,
            "before": key in without,
            "after": key in granted,
            "differs": (key in without) != (key in granted),
        }


def claim_row(claim: Mapping[str, Any], shown: ShownWith) -> dict[str, Any]:
    """Return a claim, as `permit/claims/view.py` shows it, with the time that is left."""
    due_at = claim["due_at"]
    left = shown.left_minutes(datetime.fromisoformat(due_at)) if due_at else None
    delay = datetime.fromisoformat(claim["received"]) - datetime.fromisoformat(claim["occurred"])
    return {**claim, "left_minutes": left, "late_days": delay.days}
