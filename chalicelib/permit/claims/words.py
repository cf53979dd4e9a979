"""Late claims in the words of an explanation: what waits to be judged, and what is contested.

Pure. One sentence each, behind the paragraph about the clocks of a case. The words hold only the
open fields of facts.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from chalicelib.clock import chinese
from chalicelib.intake.event_types import Reported
from chalicelib.permit.claims.claim import UNDECIDED, CaseClaims, LateClaim
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.wording import ENDINGS

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
