"""Drafts the papers (文书) of a card: from its facts and the profile's templates, nothing else.

Pure. Each level that a card reached has its papers, dated when that was recorded: a card that
climbed has those of both, and neither changes because of the other. What is said is what is on
record; a paragraph about what is not is left out (`policy/papers.py`). DOMAIN §3.3 has the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.cards.life import CardState, fold_card
from chalicelib.cards.paper import Paper
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import kind_of
from chalicelib.cases.rules import Rules
from chalicelib.clock import chinese
from chalicelib.clock.due import due
from chalicelib.errors import Unknown
from chalicelib.instant import parse
from chalicelib.intake.event_types import Derived
from chalicelib.policy.ladder import LEVELS, Addressee, Level
from chalicelib.policy.limit import Limit
from chalicelib.policy.papers import TAKEN_OVER, PaperName, Template, fields_of
from chalicelib.rules.table import rules

ATTACHED = "发牌信息"
LEVEL_NAMES: Mapping[Level, str] = {
    "warning": "预警",
    "yellow": "黄牌",
    "red": "红牌",
    "supervision": "督办",
    "referral": "移送",
}
ADDRESSEES: Mapping[Addressee, str] = {
    "handler": "承办人",
    "reviewer": "审核人",
    "window_head": "窗口负责人",
    "unit_head": "分管领导",
    "centre": "政务服务中心",
    "government_office": "政府办公室",
    "supervision_office": "政府督查室",
    "discipline_inspection": "纪委监委",
}
# What a reader must know before reading on; a card that is in order has no mark.
MARKS: Mapping[str, str] = {"revoked": "已撤销", "lost": "依据丧失", "appealed": "申诉中"}
DRAFT = "拟稿"
UNANSWERED = "unanswered"  # the ground of what climbs because nobody answered


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the papers of a card are drafted from.

    Its own *case*; by level, the year and number that a register gave it; what items are called;
    the *rules* of its region; what the grounds of findings are called.
    """

    case: CaseHistory
    numbers: Mapping[str, tuple[int, int]]
    items: Mapping[str, str]
    rules: Rules
    grounds: Mapping[str, str] = field(default_factory=dict)


def papers(dossier: Dossier) -> dict[PaperName, Paper]:
    """Draft every paper that there is of a card, by name."""
    state = fold_card(dossier.case)
    reached = _reached(dossier.case) if state.issued else {}
    drafted = {}
    for name, template in dossier.rules.profile.papers.templates.items():
        if template.level in reached:
            paper = _Draft(dossier, state, template, reached).paper()
            if paper is not None:
                drafted[name] = paper
    return drafted


def _reached(case: CaseHistory) -> dict[Level, Fact]:
    """By level, the fact that first made the card one of it, in the order of record."""
    reached: dict[Level, Fact] = {}
    for fact in case.facts:
        level = next((one for one in LEVELS if one == fact.text("level")), None)
        if level and fact.kind in (Derived.CARD_ISSUED, Derived.CASE_ESCALATED):
            reached.setdefault(level, fact)
    return reached


@dataclass(frozen=True, slots=True)
class _Draft:
    """A paper in the making: of *template*, about a card that *reached* these levels."""

    dossier: Dossier
    found: CardState
    template: Template
    reached: Mapping[Level, Fact]

    @property
    def fact(self) -> Fact:
        """What made the card one of this level."""
        return self.reached[self.template.level]

    def paper(self) -> Paper | None:
        """Fill the template in; None where what it is about is not on record."""
        said, level = self._said(), self.template.level
        body = [_filled(paragraph, said) for paragraph in self.template.body]
        if not body[0]:
            return None
        marks = (MARKS.get(self.found.state, ""), DRAFT if self.template.is_draft else "")
        told = self.dossier.rules.profile.ladder.recipients(level)
        return Paper(
            title=_filled(self.template.title, said),
            authority=self.template.authority or self.dossier.rules.profile.papers.authority,
            number=_filled(self.template.number, said),
            to=said["department"],
            body=tuple(filter(None, body)),
            date=self.fact.recorded_at.astimezone(self.dossier.rules.profile.zone).date(),
            copies=tuple(ADDRESSEES[role] for role in told),
            attached=ATTACHED,
            particulars=tuple((name, text) for name, text in self._particulars(said) if text),
            mark="、".join(filter(None, marks)),
        )

    def _said(self) -> dict[str, str]:
        """What each field of a template stands for; empty where it is not on record."""
        profile, level = self.dossier.rules.profile, self.template.level
        rung = profile.ladder.rungs.get(level)
        respond = rung.respond if rung else None
        is_limit = bool(self.fact.text("clock")) or self.fact.text("ground") == UNANSWERED
        due_at = self.fact.text("due_at")
        return {
            "department": self._where("department"),
            "matter": self._matter(),
            "level": LEVEL_NAMES[level],
            "number": self._number(level),
            "rule": self.fact.text("rule"),
            "finding": self._finding(self.fact),
            "basis": self.fact.text("basis").removesuffix(TAKEN_OVER),
            "due": self._moment(parse(due_at)) if is_limit and due_at else "",
            "happened": "" if is_limit else self._moment(self.fact.at),
            "found": self._moment(self.fact.recorded_at.replace(second=0, microsecond=0)),
            "before": self._before(),
            "respond": chinese.write_limit(respond) if respond else "",
            "deadline": self._end(respond),
            "next": LEVEL_NAMES[rung.then] if rung and rung.then else "",
            "window": chinese.write_limit(profile.appeal.window),
            "window_end": self._end(profile.appeal.window),
        }

    def _particulars(self, said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """The rows of the attachment (发牌信息, as DOMAIN §3.3 lists them); some are empty."""
        item, fact = self._where("item"), self.fact
        called = self.dossier.items.get(item, "")
        yield "牌号", self.found.card
        yield "牌种", said["level"]
        yield "文号", said["number"]
        yield "受牌单位", said["department"]
        yield "行政区划", self._where("region")
        yield "事项", f"{called}（{item}）" if called and item else item
        yield "办件编号", self._subject()
        yield "环节", fact.text("stage")
        yield "监察规则", f"{said['rule']} {said['finding']}"
        yield "监察依据", fact.text("basis")
        yield "期限届满", said["due"]
        yield "发生时间", said["happened"]
        yield "发现时间", said["found"]
        yield "答复期限", said["deadline"]
        yield "申诉期限", said["window_end"]
        yield "所据事实", "案卷{}第{}号".format(*self.found.card.rsplit(".", 1))
        yield "规则版本", fact.text("policy")
        yield "日历版本", fact.text("calendar")
        yield "现状", MARKS.get(self.found.state, "")

    def _matter(self) -> str:
        """What the card is about, as a clause can begin with it."""
        item, subject = self._where("item"), self._subject()
        called = f"“{self.dossier.items.get(item, item)}”" if item else ""
        if subject:
            return f"你单位办理的{called}（办件编号：{subject}）"
        return f"你单位的事项{called}" if called else "你单位的办件"

    def _subject(self) -> str:
        """The case number, of a card that was found in a case of an intake system."""
        return self.found.issuer.partition(":")[2] if kind_of(self.found.issuer) == "permit" else ""

    def _where(self, name: str) -> str:
        """The department, region or item: what the fact itself says, else the card."""
        opening = self.found.opening
        return self.fact.text(name) or (opening.text(name) if opening else "")

    def _number(self, level: Level) -> str:
        given = self.dossier.numbers.get(level)
        return self.dossier.rules.profile.numbering.text(level, *given) if given else ""

    def _before(self) -> str:
        """What the card was before it climbed, each level with its number and finding."""
        said = []
        for level, fact in self.reached.items():
            about = filter(None, (self._number(level), self._finding(fact)))
            said += [f"{LEVEL_NAMES[level]}（{'，'.join(about)}）"] if fact.n < self.fact.n else []
        return "、".join(said)

    def _finding(self, fact: Fact) -> str:
        """What the rule is called, and on which of its grounds it was met, if it has several."""
        rule, ground = rules().get(fact.text("rule")), fact.text("ground")
        title = rule.title.zh if rule else fact.text("rule")
        # What climbed did so on one ground, and its rule says which.
        why = self.dossier.grounds.get(ground, "") if fact.kind == Derived.CARD_ISSUED else ""
        return title if why in ("", title) else f"{title}：{why}"

    def _moment(self, instant: datetime) -> str:
        return chinese.write_moment(instant, self.dossier.rules.profile.zone)

    def _end(self, limit: Limit | None) -> str:
        """When *limit* is over, counted from when the level was recorded, in Chinese."""
        if limit is None:
            return ""
        try:
            end = due(self.fact.recorded_at, (limit,), (), self.dossier.rules.counting)
        except Unknown:  # no calendar reaches so far: the length alone is told
            return ""
        return self._moment(end.at) if end else ""


def _filled(text: str, said: Mapping[str, str]) -> str:
    """Fill *text* in; empty where it names what is not on record."""
    return text.format_map(said) if all(said[name] for name in fields_of(text)) else ""
