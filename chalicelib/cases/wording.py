"""What was told of a procedure, an extension or an ending, in the words of a Chinese letter.

Only what facts say in the open is said; of a name that is kept apart, only that it is on record.
"""

from collections.abc import Mapping
from datetime import tzinfo

from chalicelib.cases.fact import Fact
from chalicelib.cases.procedure import Procedure, given
from chalicelib.clock import chinese
from chalicelib.clock.derivation import Extended, Paused
from chalicelib.instant import parse
from chalicelib.intake.event_types import Reported
from chalicelib.policy.limit import Limit

# 行政许可法 45, and the two that 安阳市 art. 37 adds; what has no name here is told as what it is.
PROCEDURES = {
    "hearing": "听证",
    "tender": "招标",
    "bidding": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
    "site_survey": "现场勘验",
    "technical_review": "技术审查",
}
SPECIAL = "特别程序"

APPROVERS = {
    "head": "经负责人批准",
    "head_of_authority": "经本行政机关负责人批准",
    "head_of_government": "经本级人民政府负责人批准",
    "head_of_department": "经部门负责人批准",
    "section_head": "经科室负责人批准",
    "window_head": "经窗口负责人批准",
    "reviewer": "经审核人批准",
    "handler": "经承办人批准",
}

ENDINGS: Mapping[str, str] = {
    Reported.CASE_SUPPLEMENT_NOTIFIED: "告知补正",
    Reported.CASE_SUPPLEMENT_SUBMITTED: "补齐材料",
    Reported.CASE_ACCEPTED: "受理",
    Reported.CASE_DECIDED: "作出决定",
    Reported.CASE_FORWARDED: "上报",
    Reported.CASE_WITHDRAWN: "由申请人撤回",
    Reported.CASE_CANCELLED: "作废",
    Reported.CASE_RETURNED: "退件",
    Reported.ACCEPTANCE_WITHDRAWN: "撤销受理",
    Reported.DOCUMENT_DELIVERED: "送达",
    Reported.RESULT_PUBLISHED: "公示",
}

DEFECTS = {
    "not_a_ground": "该程序本身不是依法可以扣除时间的事由",
    "no_notified_at": "没有书面告知申请人的记录",
    "no_basis": "没有写明依据",
    "no_approver": "没有批准人的记录",
    "no_approved": "没有写明批准的时限",
    "too_long": "超过依法可以延长的期限",
    "wrong_level": "批准人的级别不够",
}


def procedure_name(code: str) -> str:
    """`检测` for `testing`."""
    return PROCEDURES.get(code, SPECIAL)


def paused(procedure: Procedure, zone: tzinfo) -> Paused:
    """The pause that *procedure* makes, its approved length and when the applicant was told."""
    about = [f"批准时限{chinese.write_limit(procedure.approved)}"] if procedure.approved else []
    about += ["依据已记录在案"] if given(procedure.told, "basis") else []
    about += ["批准人已记录在案"] if given(procedure.told, "approver") else []
    about += [_notified(procedure.told, zone)] if given(procedure.told, "notified_at") else []
    return Paused(procedure.pause, procedure_name(procedure.name), "，".join(about))


def extended(told: Fact) -> Extended:
    """The extension that was *told*, and who approved it, where that is open."""
    by = Limit.read(told.data["by"])
    return Extended(told.at, by, APPROVERS.get(told.text("approved_by"), "经批准"))


def defect(told: Fact, lacks: str, zone: tzinfo, basis: str) -> str:
    """Why a procedure does not pause, or an extension does not extend."""
    when = chinese.write_moment(told.at, zone)
    reason = DEFECTS.get(lacks, "不符合规定")
    if told.kind == Reported.CASE_EXTENDED:
        by = chinese.write_limit(Limit.read(told.data["by"]))
        counts = "，计入期限，但告知有欠缺" if lacks == "no_notified_at" else "没有计入期限"
        return f"{when}延长{by}{counts}：{reason}（{basis}）。"
    name = procedure_name(told.text("procedure"))
    return f"{when}开始的{name}没有扣除时间：{reason}（{basis}）。"


def _notified(told: Fact, zone: tzinfo) -> str:
    at = parse(told.text("notified_at"), zone)
    return f"已于{chinese.write_moment(at, zone)}书面告知申请人"
