"""A card with everything on it, and its paper."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from chalicelib.card.drafting import Dossier, papers
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.papers.paper import Paper
from chalicelib.policy.instrument import MADE_UP
from chalicelib.policy.papers import PaperName
from chalicelib.policy.profile import Profile
from tests.unit.told import CALENDAR, PROFILE, at, numbered, reported

PAPER = Paper(
    title="黄牌通知书",
    authority="×××政务服务管理机构",
    number="×政监黄〔2026〕12号",
    to="住房和城乡建设局",
    body=("经电子监察，你单位办理的“施工许可”存在“超过承诺时限”的情形。", "请予答复。"),
    date=date(2026, 4, 22),
    copies=("承办人", "审核人"),
    attached="发牌信息",
    particulars=(("牌号", "c_abc.7"), ("受牌单位", "住房和城乡建设局")),
)
WITH_INSTRUMENT = PROFILE.with_instrument(MADE_UP)
CARD: dict[str, Any] = {
    "card": "c_abc.7",
    "level": "yellow",
    "rule": "V-02",
    "ground": "promise",
    "basis": "《行政许可法》第四十二条",
    "instrument": str(MADE_UP),
    "clock": "promise",
    "due_at": "2025-04-21T09:30:00.000Z",
    "department": "住房和城乡建设局",
    "region": "370102",
    "item": "X-01",
    "policy": "statutory@sha256:00",
    "calendar": "CN@sha256:11",
}
RULES = {
    "V-02": "超过承诺时限",
    "V-16": "不说明理由、不告知救济途径",
    "V-23": "擅自收费",
    "V-51": "逾期未答复监察文书",
    "L-03": "一季度内再次红牌",
}


def worded(more: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    """The data of a card with its words: the title of its rule, and *words*."""
    data = {**CARD, **more}
    title = {"rule": RULES[data["rule"]]} if data["rule"] in RULES else {}
    return {**data, "words": {**title, **words}}


def issued(when: str = "2025-04-21T17:31", *, words: Any = None, **more: Any) -> Fact:
    """The card, as its own case was told of it: found in the case hall:2025-001."""
    told = reported("card.issued", when, **worded(more, words or {}))
    return replace(told, origin="hall:2025-001")


def escalated(when: str, level: str, *, words: Any = None, **more: Any) -> Fact:
    """The card climbs: a fact of its own case."""
    data = {"level": level, "rule": "V-51", "ground": "unanswered", **more}
    return replace(reported("case.escalated", when, **worded(data, words or {})), told=False)


def drafted(
    *facts: Fact,
    numbers: dict[str, tuple[int, int, str]] | None = None,
    profile: Profile = WITH_INSTRUMENT,
) -> dict[PaperName, Paper]:
    """The papers of a card with these *facts*, each by the rules of *profile*."""
    case, rules = CaseHistory(numbered(facts)), Rules(profile, CALENDAR)
    return papers(Dossier(case, numbers or {}, lambda _: rules))


__all__ = ["CARD", "PAPER", "at", "drafted", "escalated", "issued", "reported"]
