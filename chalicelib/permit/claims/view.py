"""Late claims as those who supervise see them: in their case, in the list, in an explanation.

Pure: claims and snapshots in, plain dictionaries or sentences out. Only what may stand in the
public log is shown; the words of a decision stand beside its fact (`permit/routes.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote

from chalicelib import instant
from chalicelib.cases.case_id import card_id
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import number_of
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.view import show_clocks, show_line
from chalicelib.clock import chinese
from chalicelib.intake.event_types import RECHECK_TYPES, Reported
from chalicelib.permit.claims.claim import (
    UNDECIDED,
    CaseClaims,
    ClaimDifference,
    ConcernedCard,
    LateClaim,
)
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.wording import ENDINGS

PLACE = "[01]#[0-9TZ:.-]{1,40}#[A-Za-z0-9_-]{1,100}"
"""Where a page of the list ends (regular expression)."""

Names = Mapping[str, str]
_NAMES: Mapping[str, str] = {
    **ENDINGS,
    Reported.CASE_SUBMITTED: "申报",
    Reported.CASE_RECEIVED: "收件",
    Reported.CASE_WITHDRAWN: "撤回",
    Reported.CASE_SUSPENDED: "特别程序开始",
    Reported.CASE_RESUMED: "特别程序结束",
    Reported.CASE_EXTENDED: "延期",
    Reported.CASE_CORRECTED: "更正",
    Reported.STAGE_ENTERED: "进入环节",
    Reported.STAGE_LEFT: "离开环节",
}
_OTHER = "其他事件"


def show_claims(
    claims: Sequence[LateClaim], public_case: str, now: datetime, zone: tzinfo
) -> list[dict[str, Any]]:
    """Return *claims* as their case shows them *now*."""
    return [_show_claim(claim, public_case, now, zone) for claim in claims]


def show_as_claimed(claims: CaseClaims, now: datetime, zone: tzinfo) -> dict[str, Any] | None:
    """Return when the clocks run out if every undecided claim is accepted; None: none waits."""
    if claims.as_claimed is None:
        return None
    return {"clocks": show_clocks(claims.as_claimed.limits.dues(now), zone)}


def show_contested(
    snapshot: CaseSnapshot, claims: CaseClaims, names: Names, now: datetime, zone: tzinfo
) -> dict[str, Any]:
    """Return a case of the list with its contested claims, and where to look and decide."""
    contested, link = claims.contested, f"cases/{quote(snapshot.case, safe='')}"
    # Where no contest is on record yet, the claims are listed from now on.
    since = min((claim.contest.recorded_at for claim in contested if claim.contest), default=now)
    lost = [each.card for claim in contested for each in claim.cards if each.is_lost]
    shown = []
    for claim in contested:
        links = {act: f"{link}/claims/{claim.fact.n}/{act}" for act in claim.possible}
        shown.append({**_show_claim(claim, snapshot.public_case, now, zone), "links": links})
    return {
        **show_line(snapshot, now, zone),
        "item_name": names.get(snapshot.item) or None,
        "since": instant.local(since, zone),
        "lost_cards": any(card.text("level") != "warning" for card in lost),
        "claims": shown,
        "links": {"case": link, "explanation": f"{link}/explain"},
    }


def show_decision(case: str, public_case: str, decision: Decision, zone: tzinfo) -> dict[str, Any]:
    """Return how the *case* will stand by *decision*, once what was recorded is judged."""
    cards = [
        {
            "id": card_id(public_case, number_of(fact)),
            **{name: fact.text(name) for name in ("level", "verdict")},
        }
        for fact in decision.append
        if fact.kind in RECHECK_TYPES
    ]
    return {
        "lamp": decision.lamp,
        "clocks": show_clocks(decision.dues, zone),
        "cards": cards,
        "links": {"case": f"../../../{quote(case, safe='')}"},
    }


def _show_claim(claim: LateClaim, public_case: str, now: datetime, zone: tzinfo) -> dict[str, Any]:
    fact, due_at = claim.fact, claim.due_at
    return {
        "n": fact.n,
        "type": fact.kind,
        "source": fact.source,
        "occurred": instant.local(fact.at, zone),
        "written_at": instant.local(fact.written_at, zone) if fact.written_at else None,
        "received": instant.local(fact.recorded_at, zone),
        "state": claim.state,
        "possible": list(claim.possible),
        "due_at": instant.local(due_at, zone) if due_at else None,
        "overdue": due_at is not None and due_at < now,
        "differences": [_show_difference(each, zone) for each in claim.differences],
        "cards": [_show_card(each, public_case) for each in claim.cards],
        "decision": _show_decided(claim.decision, zone) if claim.decision else None,
    }


def _show_difference(difference: ClaimDifference, zone: tzinfo) -> dict[str, Any]:
    finding = difference.finding
    return {
        "rule": finding.rule,
        "ground": finding.ground,
        "level": finding.level or None,
        "kind": finding.kind,
        "at": instant.local(finding.at, zone),
        "due_at": instant.local(finding.due_at, zone),
        "if_accepted": "lost" if difference.is_lost else "found",
        "judged": difference.is_judged,
    }


def _show_card(concerned: ConcernedCard, public_case: str) -> dict[str, Any]:
    return {
        "id": card_id(public_case, number_of(concerned.card)),
        "level": concerned.card.text("level"),
        "if_accepted": "lost" if concerned.is_lost else "stands",
    }


def _show_decided(decision: Fact, zone: tzinfo) -> dict[str, Any]:
    return {
        "by": decision.n,
        "role": decision.text("role"),
        "at": instant.local(decision.at, zone),
        "seen": decision.data.get("seen"),
    }


def write_claims(claims: CaseClaims, zone: tzinfo, now: datetime) -> str:
    """Return the sentences about what is not judged yet and what is not decided; may be empty."""
    unjudged, unjudged_at = "", claims.weighing.judged.limits.at(now).unjudged_at
    if unjudged_at is not None and unjudged_at < now:
        when = chinese.write_moment(unjudged_at, zone)
        unjudged = f"{when}已过一项时限，报送时限届满之前不作判定（待核）。"
    return unjudged + _write_undecided(claims, zone, now)


def _write_undecided(claims: CaseClaims, zone: tzinfo, now: datetime) -> str:
    waiting = [claim for claim in claims.claims if claim.state in UNDECIDED]
    if not waiting:
        return ""
    told = "、".join(_write_claim(claim, zone) for claim in waiting[:3])
    if len(waiting) > 3:  # noqa: PLR2004 - more would be no sentence
        told += f"等{len(waiting)}项"
    contested = "，待认定" if claims.contested else ""
    difference = _write_difference(claims, zone, now)
    return f"迟报的{told}{contested}，认定之前按收到的时间计算{difference}。"


def _write_claim(claim: LateClaim, zone: tzinfo) -> str:
    fact = claim.fact
    occurred = chinese.write_moment(fact.at, zone)
    received = chinese.write_moment(fact.recorded_at, zone)
    return f"{_NAMES.get(fact.kind, _OTHER)}（据报发生于{occurred}，{received}收到）"


def _write_difference(claims: CaseClaims, zone: tzinfo, now: datetime) -> str:
    """Return when the first main clock runs out if all is accepted, where that is another time."""
    if claims.as_claimed is None:
        return ""
    judged, claimed = claims.weighing.judged.limits.dues(now), claims.as_claimed.limits.dues(now)
    for clock in MAIN:
        before, after = judged.get(clock), claimed.get(clock)
        if after is not None and (before is None or before.at != after.at):
            return f"；如全部采信，到期时间为{chinese.write_moment(after.at, zone)}"
    return ""
