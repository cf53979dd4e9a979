"""The acts of people in the made-up week: on cards, a card's whole life, and on late news.

Pure. Departments acknowledge, answer and appeal; inspectors confirm what was proposed, decide and
revoke. Of a card that nobody answered an inspector confirms that it climbs. Of the late news that
is contested inspectors accept one, refuse one, and have one left.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from chalicelib.clock.counting import Counting
from chalicelib.intake.event_types import Derived, Reported
from infra.demo.cases import moment, table_rows, week_subject

# Number of the case in the week, rule and level of its card, then day, hour and what is done:
# "k" acknowledged, "a" answered, "A" appealed, "U" upheld, "R" appeal granted and card revoked,
# "C" a proposed card confirmed, or the step up of one.
_ACTS = """
17 V-02 yellow k3.9,a3.10 | 18 V-02 yellow A3.9,R4.10 | 46 V-02 yellow A3.11
61 V-02 yellow A3.9,U3.16 | 69 V-02 yellow C3.14 | 59 V-03 red k4.9 | 33 V-05 yellow C4.8,k4.9
51 V-05 yellow C4.9,a4.10 | 66 V-17 yellow C3.9,k3.15 | 67 V-23 red C3.10
13 V-05 yellow C4.10,a4.11
"""
_ACT_OF_CODE: dict[str, tuple[str, str, dict[str, str]]] = {
    "k": ("acknowledge", "department", {}),
    "a": ("respond", "department", {"text": "现场核查人员不足，已增派人员，三日内办结。"}),
    "A": ("appeal", "department", {"text": "申请人当日书面请求暂缓，有回执，不应计为超时。"}),
    "U": ("decide", "inspector", {"outcome": "upheld", "text": "没有中止计时的决定，维持。"}),
    "R": ("decide", "inspector", {"outcome": "revoked", "text": "回执属实，撤销。"}),
    "C": ("confirm", "inspector", {"text": "经核实情况属实，请说明原因并改进。"}),
}
# Number of the case, the late news that is contested in it, then day, hour and the decision.
_DECISIONS = """
71 CASE_DECIDED 4.10 accept 当日已将决定书送达申请人，有回证，系统故障晚报。
64 CASE_DECIDED 4.11 refuse 受理与办结同一时刻，事后补录，没有当日的记录。
"""


class MadeUpAct(Struct, frozen=True):
    """An act, *at* an instant, on the card of *rule* and *level* of case *subject*."""

    at: datetime
    subject: str
    rule: str
    level: str
    name: str
    role: str
    body: Mapping[str, str]


class MadeUpDecision(Struct, frozen=True):
    """A decision of an inspector, *at* an instant, on late news of *kind* in case *subject*."""

    at: datetime
    subject: str
    kind: str
    name: str
    body: Mapping[str, str]


def decisions(
    days: Mapping[int, date], present: datetime, counting: Counting
) -> list[MadeUpDecision]:
    """Return all decisions of the week up to *present*, in order of time."""
    made = []
    for number, kind, when, name, reason in table_rows(_DECISIONS):
        at = moment(when, int(number) % 30, days, counting)
        subject = week_subject(int(number), days)
        made.append(MadeUpDecision(at, subject, Reported[kind], name, {"reason": reason}))
    return sorted((act for act in made if act.at <= present), key=lambda act: act.at)


def claim_of(decision: MadeUpDecision, alerts: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    """Return the case and the number of the late news of *decision*, by the *alerts*."""
    for alert in alerts:
        data, is_claim = alert["data"], alert["type"] == Derived.CLAIM_CONTESTED
        if is_claim and (_subject(data), data["type"]) == (decision.subject, decision.kind):
            return str(data["case"]), int(data["claim"])
    return "", 0


def _subject(data: Mapping[str, Any]) -> str:
    """Return the number that the case of an alert's *data* has in its intake system."""
    return str(data["case"]).rpartition(":")[2]


def acts(days: Mapping[int, date], present: datetime, counting: Counting) -> list[MadeUpAct]:
    """Return all acts of the week up to *present*, in order of time."""
    made = []
    for number, rule, level, codes in table_rows(_ACTS):
        for code in codes.split(","):
            at = moment(code[1:], int(number) % 30, days, counting)
            subject, act = week_subject(int(number), days), _ACT_OF_CODE[code[0]]
            made.append(MadeUpAct(at, subject, rule, level, *act))
    return sorted((act for act in made if act.at <= present), key=lambda act: act.at)


def card_of(act: MadeUpAct, alerts: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the id and the department of the card of *act*, by the *alerts*; "" if none."""
    for alert in alerts:
        data, is_card = alert["data"], alert["type"] in (Derived.CARD_ISSUED, Derived.CARD_PROPOSED)
        wanted = act.subject, act.rule, act.level
        if is_card and (_subject(data), data["rule"], data["level"]) == wanted:
            return str(data["card"]), str(data["department"])
    return "", ""
