"""Contested claims (待认定的迟报): late news that waits for an inspector, and the facts about it.

Pure. A claim is listed when its two readings part: a finding is judged in one of them, and not, or
not yet, in the other. It has a clock; past that it is overdue, and still stays out.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.cases.decision import NO_CLAIMS, Claims
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock.due import due_unpaused
from chalicelib.errors import Unknown
from chalicelib.instant import MILLISECOND, parse, text
from chalicelib.intake.event_types import Derived
from chalicelib.permit.claims.readings import by_claim
from chalicelib.permit.claims.weighing import Weighing
from chalicelib.permit.rules.time_limits import LAST_BUT_ONE

_MOST = 10  # findings that the fact of a contest names


def contests(
    case: CaseHistory,
    weighing: Weighing,
    belongs_to: Mapping[str, str],
    rules: Rules,
    now: datetime,
) -> Iterator[Fact]:
    """Yield the contest of each claim whose readings part by *now*, and those that are overdue."""
    listed = contests_on_record(case) if weighing.contested else {}
    for contested in weighing.contested:
        claim, contest = contested.fact, listed.get(contested.fact.n)
        data: dict[str, object] = {
            "claim": claim.n,
            "type": claim.kind,
            "noticed_at": text(now),
            **rules.versions,
            "rests_on": [claim.n],
            **belongs_to,
        }
        if contest is not None:
            data["due_at"] = due_at = contest.text("due_at")
            if text(now) > due_at:
                key, at = f"overdue/{claim.n}", parse(due_at)
                yield Fact(0, Derived.CLAIM_OVERDUE, key, at, now, told=False, data=data)
        elif parted := [finding for since, finding in contested.parting if since < now]:
            parted.sort(key=lambda each: (each.level == "warning", each.at, each.rule))
            data |= {"time": text(claim.at), "due_at": _decided_by(now, rules)}
            data["differs"] = [
                {"rule": each.rule, "level": each.level, "at": text(each.at)}
                for each in parted[:_MOST]
            ]
            key = f"contested/{claim.n}"
            yield Fact(0, Derived.CLAIM_CONTESTED, key, now, now, told=False, data=data)


def contests_on_record(case: CaseHistory) -> dict[int, Fact]:
    """Return the contest of each claim that is on record, by the claim's number."""
    return by_claim(case.of_type(Derived.CLAIM_CONTESTED))


def next_contest(case: CaseHistory, weighing: Weighing, now: datetime) -> datetime | None:
    """Return when two readings part next, or a contest's clock runs out; None: never."""
    if not weighing.contested:
        return None
    listed = contests_on_record(case)
    wakes = [
        judged_from
        for contested in weighing.contested
        if contested.fact.n not in listed
        for judged_from, _ in contested.parting
    ]
    overdue = by_claim(case.of_type(Derived.CLAIM_OVERDUE)).keys()
    waiting = {each.fact.n for each in weighing.contested} & listed.keys() - overdue
    ends = {listed[n].text("due_at") for n in waiting}  # most are the same
    wakes += [parse(end) for end in ends]
    coming = [wake + MILLISECOND for wake in wakes if now <= wake <= LAST_BUT_ONE]
    return min(coming, default=None)


def claims_of(case: CaseHistory, weighing: Weighing) -> Claims:
    """Return the contested claims of *case* that are listed and undecided."""
    if not weighing.contested:
        return NO_CLAIMS
    listed = contests_on_record(case)
    waiting = [listed[each.fact.n] for each in weighing.contested if each.fact.n in listed]
    since = min((contest.recorded_at for contest in waiting), default=None)
    differs = [contest.data.get("differs") for contest in waiting]
    rows = [row for each in differs if isinstance(each, list) for row in each]
    levels = {row.get("level") for row in rows if isinstance(row, Mapping)}
    return Claims(len(waiting), since, card=not levels.isdisjoint({"yellow", "red"}))


def _decided_by(now: datetime, rules: Rules) -> str:
    """Return by when an inspector is to decide a claim that is contested *now*."""
    try:
        return text(due_unpaused(now, rules.profile.claims.decide, rules.counting).at)
    except Unknown:
        return text(now)
