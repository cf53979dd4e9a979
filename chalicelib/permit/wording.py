"""What was reported, and how each clock begins, in the words of a Chinese letter.

The words hold only the open fields of facts; of a private field, only that it is on record. They
are read out to the applicant: each opening says who must do what, and which law sets the limit.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from chalicelib.cases.fact import Fact
from chalicelib.clock import chinese
from chalicelib.clock.derivation import Extended, Paused
from chalicelib.clock.paragraph import OpeningWords
from chalicelib.clock.pause import Pause
from chalicelib.findings.clock import Clock
from chalicelib.instant import parse
from chalicelib.intake.event_types import Reported
from chalicelib.permit.procedure import Procedure, is_given
from chalicelib.permit.state import Permit
from chalicelib.policy.allowance import UNBOUND
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile

# 行政许可法 45, and the two that 安阳市 art. 37 adds; any other is called SPECIAL.
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
    "wrong_level": "批准人不是有权批准的人",
    "unknown_procedure": "该程序不是已知的特别程序",
    "again": "同一程序已经进行过一次",
}


def procedure_name(code: str) -> str:
    """Return the name of a procedure in Chinese: `检测` for `testing`."""
    return PROCEDURES.get(code, SPECIAL)


def describe_pause(procedure: Procedure, pause: Pause, zone: tzinfo) -> Paused:
    """Return *pause*, which *procedure* makes, with its approved length and its notice."""
    told, approved, notified = procedure.told, procedure.approved, ""
    if is_given(told, "notified_at"):
        notified = chinese.write_moment(parse(told.text("notified_at"), zone), zone)
    details = [
        f"批准时限{chinese.write_limit(approved)}" if approved else "",
        "依据已记录在案" if is_given(told, "basis") else "",
        "批准人已记录在案" if is_given(told, "approver") else "",
        f"已于{notified}书面告知申请人" if notified else "",
    ]
    return Paused(pause, procedure_name(procedure.name), "，".join(filter(None, details)))


def describe_extension(extension: Fact) -> Extended:
    """Return *extension* as reported, and who approved it, if that is in the open."""
    by = Limit.read_object(extension.data["by"])
    return Extended(extension.at, by, APPROVERS.get(extension.text("approved_by"), "经批准"))


def explain_defect(fact: Fact, lacks: str, zone: tzinfo, basis: str, *, may_count: bool) -> str:
    """Return why a procedure does not pause, or an extension does not extend; or *may_count*."""
    when = chinese.write_moment(fact.at, zone)
    reason = DEFECTS.get(lacks, "不符合规定")
    if fact.kind == Reported.CASE_EXTENDED:
        by = chinese.write_limit(Limit.read_object(fact.data["by"]))
        counts = "是否计入期限存疑" if may_count else "没有计入期限"
        counts = "计入期限，但告知有欠缺" if lacks == "no_notified_at" else counts
        return f"{when}延长{by}，{counts}：{reason}（{basis}）。"
    name = procedure_name(fact.text("procedure"))
    if lacks == "too_long":
        return f"{when}开始的{name}批准的时限超过最长时间，超出部分没有扣除（{basis}）。"
    counts = "是否扣除时间存疑" if may_count else "没有扣除时间"
    return f"{when}开始的{name}{counts}：{reason}（{basis}）。"


def explain_doubt(least: datetime | None, most: datetime | None, zone: tzinfo) -> str:
    """Return when a clock runs out at the earliest, and when every reading has it run out."""
    early = chinese.write_moment(least, zone) if least else "暂停结束以后"
    late = chinese.write_moment(most, zone) if most else "暂停结束以后"
    return (
        f"期限存疑：有疑问的时间都不计入的，到期时间为{early}；都计入的，到期时间为{late}。"
        f"其间是否超期由人工判断，都已超过的才自动发牌。"
    )


# The sentence, and what happened on the day that does not count.
_OPENINGS = {
    "promise": ("您的申请于{start}受理，承诺在{limit}内办结", "受理"),
    "statutory": ("您的申请于{start}受理，法定办理期限为{limit}", "受理"),
    "first_review": ("您的申请于{start}受理，应当在{limit}内完成初审并上报", "受理"),
    "acceptance": (
        "您的申请材料于{start}收到，应当在{limit}内决定是否受理或者一次性告知补正，逾期不告知的视为受理",
        "收到",
    ),
    "supplement": (
        "需要补正的材料于{start}告知，应当在{limit}内补齐，逾期未补齐的应当作出处理",
        "告知",
    ),
    "online": ("您的网上申请于{start}提交，应当在{limit}内完成预审", "提交"),
    "stage": ("本件于{start}进入“{label}”环节，应当在{limit}内完成", "进入"),
    "procedure": ("{label}于{start}开始，批准的时限为{limit}", "开始"),
    "gap": ("您的申请于{start}容缺受理，欠缺的材料应当在{limit}内补齐", "受理"),
    "delivery": ("准予许可的决定于{start}作出，证件应当在{limit}内颁发、送达", "决定"),
    "publication": ("决定于{start}作出，应当在{limit}内公示", "决定"),
    "renewal": (
        "您的延续申请于{start}受理，应当在许可有效期届满前作出决定，逾期未作决定的视为准予延续",
        "受理",
    ),
}
_OTHER = ("本项计时自{start}开始，时限为{limit}", "开始")
_EXPLICIT = ("您的申请于{start}受理，办结时间在受理时确定", "受理")
_IMMEDIATE = ("您的申请于{start}受理，属于即办件，应当当场或者当日办结", "受理")
_DEEMED = ("您的申请材料于{start}收到，因未在期限内告知补正，依法自该日起视为受理，", "收到")
_SILENT = ("本件于{start}依法视为同意，审批文件应当在{limit}内出具、送达", "视为同意")


def opening_of(clock: Clock, permit: Permit, profile: Profile, *, silent: bool) -> OpeningWords:
    """Return the opening of *clock*; *silent* if the approval to be delivered is a deemed one."""
    sentence, act = _OPENINGS.get(clock.name, _OTHER)
    if clock.name == "promise" and clock.due_at is not None:
        sentence, act = _EXPLICIT if permit.terms and permit.terms.due_at else _IMMEDIATE
    elif clock.name == "delivery" and silent:
        sentence, act = _SILENT
    if clock.is_deemed:
        sentence, act = _DEEMED[0] + sentence.partition("，")[2], _DEEMED[1]
    label = procedure_name(clock.label) if clock.name == "procedure" else clock.label
    basis = basis_of(clock, permit, profile, silent=silent)
    filled = sentence.replace("{label}", _literal(label))
    return OpeningWords(f"{filled}（{_literal(basis)}）。" if basis else f"{filled}。", act)


def basis_of(clock: Clock, permit: Permit, profile: Profile, *, silent: bool) -> str:
    """Return the law or document that sets the limit of *clock*, as the profile cites it."""
    own = {
        ("statutory", "joint"): "joint",
        ("statutory", "forwarded"): "first_review",
        ("promise", "immediate"): "immediate" if clock.due_at is not None else "promise",
    }
    name = "deemed_document" if silent and clock.name == "delivery" else clock.name
    return str(profile.clocks.get(own.get((name, permit.kind), name), UNBOUND).basis)


def _literal(text: str) -> str:
    """Return *text* with its braces escaped: those that others wrote are not to be filled in."""
    return text.replace("{", "{{").replace("}", "}}")
