"""Draft the papers (文书) of a card: from its facts and the profile's templates, nothing else.

Pure. Names and titles are those that the card was issued with, the templates those of the profile
that each level was reached by: a paper stays what it was (ADR 0057). Each level that a card reached
has its papers, dated when the level was recorded. A card that climbed has the papers of both
levels, and neither changes because of the other. A paragraph that needs a fact which is not on
record is left out (`policy/papers.py`). DOMAIN §3.3 has the rest.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from chalicelib.card.state import CardState, fold_card
from chalicelib.card.words import words_of
from chalicelib.cases.case_id import is_ours
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock import chinese
from chalicelib.clock.due import due_unpaused
from chalicelib.errors import Unknown
from chalicelib.findings.instrument import is_formal
from chalicelib.findings.share import write_share
from chalicelib.instant import parse
from chalicelib.intake.event_types import Derived
from chalicelib.papers.paper import Paper
from chalicelib.policy.ladder import LEVELS, Addressee, Level
from chalicelib.policy.limit import Limit
from chalicelib.policy.papers import PaperName, Template, fields_of

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
# A warning to the reader at the head of the paper; a card that is in order has no mark.
MARKS: Mapping[str, str] = {"revoked": "已撤销", "lost": "依据丧失", "appealed": "申诉中"}
DRAFT = "拟稿"
UNANSWERED = "unanswered"  # the ground of a card that climbs because nobody answered


class Dossier(Struct, frozen=True):
    """The data that the papers of a card are drafted from.

    Its own *case*; by level, the year and the number that a register gave it; *rules_of* a fact are
    those that it was derived by.
    """

    case: CaseHistory
    numbers: Mapping[str, tuple[int, int, str]]
    rules_of: Callable[[Fact], Rules]


def papers(dossier: Dossier) -> dict[PaperName, Paper]:
    """Draft every paper of a card; return them by name."""
    state = fold_card(dossier.case)
    reached = _reached(dossier.case) if state.issued else {}
    drafted: dict[PaperName, Paper] = {}
    for level, fact in reached.items():
        rules = dossier.rules_of(fact)
        for name, template in rules.profile.papers.items():
            if template.level == level:
                paper = _Draft(dossier, state, template, reached, rules).paper()
                drafted |= {name: paper} if paper else {}
    return drafted


def _reached(case: CaseHistory) -> dict[Level, Fact]:
    """Return, by level, the fact by which the card first reached it, in the order of record.

    A level that was reached without an instrument has no paper (CLAIMS §8).
    """
    reached: dict[Level, Fact] = {}
    for fact in case.facts:
        level = next((name for name in LEVELS if name == fact.text("level")), None)
        if level and is_formal(fact) and fact.kind in (Derived.CARD_ISSUED, Derived.CASE_ESCALATED):
            reached.setdefault(level, fact)
    return reached


class _Draft(Struct, frozen=True):
    """A paper in the making: of *template*, about a card that *reached* these levels.

    *rules* are those by which it reached the level of the paper.
    """

    dossier: Dossier
    state: CardState
    template: Template
    reached: Mapping[Level, Fact]
    rules: Rules

    @property
    def fact(self) -> Fact:
        """The fact by which the card reached the level of this paper."""
        return self.reached[self.template.level]

    def paper(self) -> Paper | None:
        """Return the template filled in; None where its first paragraph is empty."""
        texts, level = self._field_texts(), self.template.level
        body = [_fill_in(paragraph, texts) for paragraph in self.template.body]
        if not body[0]:
            return None
        marks = (MARKS.get(self.state.state, ""), DRAFT if self.template.is_draft else "")
        profile = self.rules.profile
        recipients, instrument = profile.ladder.recipients(level), profile.instrument
        return Paper(
            title=_fill_in(self.template.title, texts),
            authority=self.template.authority or (instrument.authority if instrument else ""),
            number=_fill_in(self.template.number, texts),
            to=texts["department"],
            body=tuple(filter(None, body)),
            date=self.fact.recorded_at.astimezone(profile.zone).date(),
            copies=tuple(ADDRESSEES[role] for role in recipients),
            attached=ATTACHED,
            particulars=tuple((name, text) for name, text in self._particulars(texts) if text),
            mark="、".join(filter(None, marks)),
        )

    def _field_texts(self) -> dict[str, str]:
        """Return the text for each field of a template; empty where it is not on record."""
        profile, level = self.rules.profile, self.template.level
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
            "basis": self.fact.text("basis"),
            "instrument": self.fact.text("instrument"),
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

    def _particulars(self, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield the rows of the attachment (发牌信息, DOMAIN §3.3); some are empty."""
        item, fact = self._where("item"), self.fact
        item_name = words_of(fact).get("item", "")
        yield "牌号", self.state.card
        yield "牌种", texts["level"]
        yield "文号", texts["number"]
        yield "受牌单位", texts["department"]
        yield "行政区划", self._where("region")
        yield "事项", f"{item_name}（{item}）" if item_name and item else item
        yield "办件编号", self._subject()
        yield "环节", fact.text("stage")
        yield "监察规则", f"{texts['rule']} {texts['finding']}"
        yield "监察依据", fact.text("basis")
        yield "发牌依据", fact.text("instrument")
        yield "期限届满", texts["due"]
        yield "发生时间", texts["happened"]
        yield "发现时间", texts["found"]
        yield "答复期限", texts["deadline"]
        yield "申诉期限", texts["window_end"]
        yield "所据事实", "案卷{}第{}号".format(*self.state.card.rsplit(".", 1))
        yield "规则版本", fact.text("policy")
        yield "日历版本", fact.text("calendar")
        yield "现状", MARKS.get(self.state.state, "")

    def _matter(self) -> str:
        """Return the subject of the card in words that can begin a clause."""
        item, subject = self._where("item"), self._subject()
        item_name = f"“{words_of(self.fact).get('item', item)}”" if item else ""
        if subject:
            return f"你单位办理的{item_name}（办件编号：{subject}）"
        return f"你单位的事项{item_name}" if item_name else "你单位的办件"

    def _subject(self) -> str:
        """Return the case number; empty unless the issuer is a case of an intake system."""
        return "" if is_ours(self.state.issuer) else self.state.issuer.partition(":")[2]

    def _where(self, name: str) -> str:
        """Return the department, region or item of the fact itself, else of the card."""
        opening = self.state.opening
        return self.fact.text(name) or (opening.text(name) if opening else "")

    def _number(self, level: Level) -> str:
        given = self.dossier.numbers.get(level)
        return given[2] if given else ""

    def _before(self) -> str:
        """Return the levels of the card before it climbed, each with its number and finding."""
        before = [(level, fact) for level, fact in self.reached.items() if fact.n < self.fact.n]
        abouts = ((level, (self._number(level), self._finding(fact))) for level, fact in before)
        return "、".join(
            f"{LEVEL_NAMES[level]}（{'，'.join(filter(None, about))}）" for level, about in abouts
        )

    def _finding(self, fact: Fact) -> str:
        """Return the title of the rule of *fact*, and its ground (情形) if the rule has several."""
        words = words_of(fact)
        title = words.get("rule") or fact.text("rule")
        # A card climbs on one ground only, and the title of the rule names it.
        why = words.get("ground", "") if fact.kind == Derived.CARD_ISSUED else ""
        share = [write_share(*both)] if (both := _share(fact)) else []
        return "：".join([title, *([] if why in ("", title) else [why]), *share])

    def _moment(self, instant: datetime) -> str:
        return chinese.write_moment(instant, self.rules.profile.zone)

    def _end(self, limit: Limit | None) -> str:
        """Return, in Chinese, when *limit* runs out, counted from when the level was recorded."""
        if limit is None:
            return ""
        try:
            end = due_unpaused(self.fact.recorded_at, limit, self.rules.counting)
        except Unknown:  # no calendar reaches so far: the paper gives the length alone
            return ""
        return self._moment(end.at)


def _share(fact: Fact) -> tuple[int, int] | None:
    """Return the cards and the cases due that *fact* was counted by; None where it was not."""
    cards, cases = fact.data.get("cards"), fact.data.get("cases")
    return (cards, cases) if isinstance(cards, int) and isinstance(cases, int) else None


def _fill_in(text: str, texts: Mapping[str, str]) -> str:
    """Return *text* filled in; empty where one of its fields is not on record."""
    return text.format_map(texts) if all(texts[name] for name in fields_of(text)) else ""
