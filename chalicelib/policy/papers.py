"""Templates of documents (文书) and of their numbers (文号): what stands in each.

Section `[documents]` of a profile: a template belongs to one level of the ladder and is filled in
from what is on record of a card (`card/drafting.py`). A paragraph that names what is not on record
is left out; where that is the first one, there is no such document (DOMAIN §3.3).

Section `[numbering]`, after the practice of GB/T 9704: the authority's code (机关代字, of its
instrument), the full year in 〔〕, a serial number without padding. There is a series for each
authority, level and year. A warning is no document, and has no number.
"""

from collections.abc import Mapping
from string import Formatter
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, field

from chalicelib.policy.basis import Basis
from chalicelib.policy.ladder import LEVELS, CardLevel, Level
from chalicelib.policy.reading import Text, read_each
from chalicelib.schema import Defect, Unfit

PaperName = Literal[
    "yellow_card",  # 黄牌通知书
    "reminder",  # 催办通知书
    "red_card",  # 红牌通知书
    "rectification_proposal",  # 整改建议书
    "supervision_notice",  # 监察通知书
    "supervision_proposal",  # 监察建议书
]
PAPERS: tuple[PaperName, ...] = get_args(PaperName)
NUMBERED: tuple[Level, ...] = LEVELS[1:]

# What a template may name.
FIELDS = frozenset(
    {
        "department",  # 受牌单位
        "matter",  # 事由：事项和办件编号
        "level",  # 黄牌、红牌、督办、移送
        "number",  # 文号
        "rule",  # 规则编号
        "finding",  # 规则名称，以及具体情形
        "basis",  # 依据：违反了什么
        "instrument",  # 发牌依据：按照哪一个文件发出
        "due",  # 有关期限届满的时间；没有期限的规则没有
        "happened",  # 没有期限的规则：情形发生的时间
        "found",  # 发现的时间
        "before",  # 此前发出的：前一级的牌、文号和规则名称
        "respond",  # 答复期限的长度
        "deadline",  # 答复期限届满的时间
        "next",  # 逾期未答复升级为
        "window",  # 申诉期的长度
        "window_end",  # 申诉期届满的时间
    }
)


class Template(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One document: at which *level* it is made, its title, number and paragraphs.

    *authority* signs it, where that is not the one of the instrument. *is_draft*: another authority
    decides whether it is sent, so it is marked as a draft (拟稿).
    """

    level: CardLevel
    title: Text
    number: Text
    authority: Text | None = None
    body: Annotated[tuple[Text, ...], Meta(min_length=1)]
    is_draft: bool = field(name="draft", default=False)
    basis: Basis

    def __post_init__(self) -> None:
        """Refuse what cannot be filled in. Raises Defect."""
        _check_template(self.title, frozenset({"level"}), "title")
        _check_template(self.number, FIELDS, "number")
        for number, paragraph in enumerate(self.body):
            _check_template(paragraph, FIELDS, "body", number)


def read_papers(table: object) -> Mapping[PaperName, Template]:
    """Read `[documents]`, by the name that the address of each has. Raises Defect."""
    templates = read_each(Template, table, PAPERS)
    return {name: templates[name] for name in PAPERS if name in templates}


def fields_of(text: str) -> set[str]:
    """Return the fields that *text* names. Raises ValueError where it is no template."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _check_template(text: str, fields: frozenset[str], *place: str | int) -> None:
    try:
        unknown = sorted(fields_of(text) - fields)
        # Also what parses and cannot be filled in: a conversion, a format that is none.
        text.format_map(dict.fromkeys(fields, "")) if not unknown else None
    except (ValueError, LookupError, AttributeError) as error:
        zh, en = f"不是可用的样式：{text!r}", f"not a template: {text!r}: {error}"
        raise Defect(place, zh, en) from error
    if unknown:
        zh = f"样式里不能有 {unknown[0]!r}：{text!r}"
        raise Defect(place, zh, f"a template may not name {unknown[0]!r} here: {text!r}")


class Numbering(Struct, frozen=True, forbid_unknown_fields=True):
    """How the number of each level is written."""

    yellow: Text
    red: Text
    supervision: Text
    referral: Text
    basis: Basis

    def __post_init__(self) -> None:
        """Refuse templates by which two documents could share a number. Raises Defect."""
        for level, template in self.templates.items():
            _check_number(level, template)
        if len(set(self.templates.values())) < len(self.templates):
            raise Unfit("有两级的文号会一样", "two levels would have the same numbers")

    @property
    def templates(self) -> Mapping[Level, str]:
        """The template of each level."""
        texts = (self.yellow, self.red, self.supervision, self.referral)
        return dict(zip(NUMBERED, texts, strict=True))

    def text(self, level: Level, code: str, year: int, number: int) -> str:
        """Write the number, which begins with the authority's *code*: `×政监黄〔2026〕12号`."""
        filled = {"authority": code, "year": year, "number": number}
        return self.templates[level].format_map(filled)


def _check_number(level: Level, template: str) -> None:
    try:
        is_one = {"year", "number"} <= fields_of(template) <= {"authority", "year", "number"}
        _ = template.format(authority="", year=2026, number=1) if is_one else ""
    except ValueError as error:
        raise Defect((level,), "不是文号的样式", f"not a template: {error}") from error
    if not is_one:
        zh = "要有 {year} 和 {number}，可以有 {authority}"
        raise Defect((level,), zh, "needs {year} and {number}, and may have {authority}")
