"""An example of a rule in a sentence, in Chinese: what happened, and what was found."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.clock.chinese import write_limit
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.pages.words import page_words
from chalicelib.permit.wording import PROCEDURES
from chalicelib.policy.catalogue_columns import NAMES
from chalicelib.policy.limit import Limit
from chalicelib.policy.shipped import DEFAULT
from infra.policy.rule_examples import Example, Found

_ZH = page_words("zh")
_LIMITS = ("promise", "statutory", "limit", "by", "approved", "gap_limit")
EVENT_WORDS: Mapping[str, str] = {
    Reported.CASE_SUBMITTED: "网上申请",
    Reported.CASE_RECEIVED: "收件",
    Reported.CASE_SUPPLEMENT_NOTIFIED: "告知补正",
    Reported.CASE_SUPPLEMENT_SUBMITTED: "补正材料",
    Reported.CASE_ACCEPTED: "受理",
    Reported.STAGE_ENTERED: "进入环节",
    Reported.STAGE_LEFT: "离开环节",
    Reported.CASE_SUSPENDED: "特别程序开始",
    Reported.CASE_RESUMED: "特别程序结束",
    Reported.CASE_EXTENDED: "延期",
    Reported.CASE_DECIDED: "决定",
    Reported.CASE_WITHDRAWN: "撤回",
    Reported.CASE_CANCELLED: "作废",
    Reported.CASE_RETURNED: "退件、不予受理",
    Reported.CASE_CORRECTED: "更正报送",
    Reported.CASE_FORWARDED: "上报初审意见",
    Reported.CASE_TRANSFERRED: "移送",
    Reported.ACCEPTANCE_WITHDRAWN: "撤销受理",
    Reported.DOCUMENT_DELIVERED: "送达",
    Reported.RESULT_PUBLISHED: "公示",
    Reported.FEE_CHARGED: "收费",
    Reported.INTERMEDIARY_ENGAGED: "中介服务",
    Reported.DELAY_EXPLAINED: "公开说明理由",
    Reported.IRREGULARITY_FOUND: "检查发现",
    Reported.CARD_RESPONDED: "答复",
    Reported.CARD_APPEALED: "申诉",
    Reported.ITEM_LISTED: "列入清单",
    Reported.ITEM_REMOVED: "移出清单",
    Derived.CARD_ISSUED: "发牌",
}
_FIELDS: Mapping[str, str] = {
    **{name: titles[0] for name, titles in NAMES.items()},
    "amount": "金额（分）",
    "approved": "批准的时间",
    "approved_by": "批准人",
    "basis": "依据",
    "by": "延长",
    "card": "牌",
    "channel": "办理途径",
    "chosen_by": "机构由谁选择",
    "decided_by": "决定人",
    "event": "第几个事件",
    "expires_at": "许可有效期至",
    "found_by": "发现人",
    "gaps": "容缺材料",
    "level": "牌级",
    "limit": "时限",
    "listed": "在清单以内",
    "notified_at": "告知申请人",
    "officers": "人数",
    "outcome": "结果",
    "procedure": "程序",
    "reason": "理由",
    "received": "报送",
    "remedies": "告知救济途径",
    "rule": "规则",
    "stage": "环节",
    "standard": "标准（分）",
    "text": "情况",
    "voucher": "受理凭证",
    "withdrawn": "撤回报送",
}
_VALUES: Mapping[str, str] = {
    **PROCEDURES,
    "granted": "准予许可",
    "refused": "不予许可",
    "head_of_authority": "本行政机关负责人",
    "section_chief": "科长",
    "handler": "经办人",
    "inspector": "监察人员",
    "window": "窗口",
    "outside": "大厅和平台以外",
    "department": "部门",
    "applicant": "申请人",
    "yellow": _ZH["level_yellow"],
    "red": _ZH["level_red"],
}

_GROUNDS: Mapping[str, str] = {
    "deemed_accepted": "视为受理",
    "deemed_approved": "视为同意",
    "repeated": "再次发牌",
}
"""Grounds that no page names: there the rule's title says it."""


def describe_example(example: Example) -> str:
    """Return *example* in a sentence; what has no Chinese name stands there as it is written."""
    rules = "" if example.profile == DEFAULT else f"按 `{example.profile}`。"
    rules += "另有当地的规定（见规则文件）。" if example.adds else ""
    item = f"事项清单：{_fields(example.item)}。" if example.item else ""
    events = "；".join(map(_describe_event, example.events))
    found = "；".join(map(describe_found, example.findings))
    result = f"发现{found}" if found else "没有发现"
    return f"{rules}{item}{events}。到{_moment(example.judged_at)}，{result}。"


def describe_found(found: Found) -> str:
    """Return *found* in words: the level, the ground, the legal instant."""
    level = f"{_ZH.get(f'level_{found.level}', found.level)}：" if found.level else ""
    words = _ZH.get(f"ground_{found.ground}") or _ZH.get(f"sign_{found.ground}")
    ground = words or _GROUNDS.get(found.ground, "没有这种情形")
    return f"{level}{ground}（`{found.ground}`，{_moment(found.at)}）"


def _describe_event(event: Mapping[str, Any]) -> str:
    fields = {name: value for name, value in event.items() if name not in ("at", "type")}
    details = f"（{_fields(fields)}）" if fields else ""
    return f"{_moment(event['at'])}{EVENT_WORDS.get(event['type'], event['type'])}{details}"


def _fields(fields: Mapping[str, Any]) -> str:
    return "，".join(
        f"{_FIELDS.get(name, name)}{_value(name, value)}" for name, value in fields.items()
    )


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "：是" if value else "：否"
    if isinstance(value, datetime):
        return f"于{_moment(value)}"
    if isinstance(value, list):
        return f"：{'、'.join(value)}"
    if name in _LIMITS and isinstance(value, str):
        return write_limit(Limit.parse(value))
    return f"：{_VALUES.get(str(value), str(value))}"


def _moment(at: datetime) -> str:
    clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    return f"{at.year}年{at.month}月{at.day}日{clock}"
