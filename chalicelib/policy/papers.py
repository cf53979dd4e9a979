"""Templates of documents (文书): what each is called, and what stands in it.

Section `[documents]` of a profile. A template belongs to one level of the ladder and is filled in
from what is on record of a card (`card/drafting.py`). A paragraph that names what is not on record
is left out; where that is the first one, there is no such document (DOMAIN §3.3).
"""

from collections.abc import Mapping
from string import Formatter
from typing import Literal, get_args

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.basis import Basis, read_basis
from chalicelib.policy.ladder import LEVELS, Level
from chalicelib.policy.reading import (
    Table,
    check_keys,
    read_choice,
    read_flag,
    read_section,
    read_string,
    read_words,
)

PaperName = Literal[
    "yellow_card",  # 黄牌通知书
    "reminder",  # 催办通知书
    "red_card",  # 红牌通知书
    "rectification_proposal",  # 整改建议书
    "supervision_notice",  # 监察通知书
    "supervision_proposal",  # 监察建议书
]
PAPERS: tuple[PaperName, ...] = get_args(PaperName)

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


class Template(Struct, frozen=True):
    """One document: at which *level* it is made, its title, number and paragraphs.

    *authority* signs it, where that is not the one of the instrument. *is_draft*: another authority
    decides whether it is sent, so it is marked as a draft (拟稿).
    """

    level: Level
    title: str
    number: str
    authority: str | None
    body: tuple[str, ...]
    is_draft: bool
    basis: Basis


class Papers(Struct, frozen=True):
    """All documents of a profile, by the name that their address has."""

    templates: Mapping[PaperName, Template]


def read_papers(table: Table, where: str) -> Papers:
    """Read `[documents]`. Raises BadInput."""
    documents, where = read_section(table, "documents", where), f"{where}: documents"
    check_keys(documents, PAPERS, where)
    return Papers(
        templates={
            name: _template(read_section(documents, name, where), f"{where}.{name}")
            for name in PAPERS
            if name in documents
        }
    )


def fields_of(text: str) -> set[str]:
    """Return the fields that *text* names. Raises ValueError where it is no template."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _template(table: Table, where: str) -> Template:
    check_keys(table, ("level", "title", "number", "authority", "body", "draft", "basis"), where)
    body = read_words(table, "body", where)
    if not body:
        raise BadInput(zh="body 至少要有一段", en="body needs a paragraph", where=where)
    template = Template(
        level=read_choice(table, "level", LEVELS[1:], where),
        title=read_string(table, "title", where),
        number=read_string(table, "number", where),
        authority=read_string(table, "authority", where) if "authority" in table else None,
        body=body,
        is_draft=read_flag(table, "draft", where, default=False),
        basis=read_basis(table, where),
    )
    for text in (template.number, *template.body):
        _check_template(text, FIELDS, where)
    _check_template(template.title, frozenset({"level"}), where)
    return template


def _check_template(text: str, fields: frozenset[str], where: str) -> None:
    try:
        unknown = sorted(fields_of(text) - fields)
        # Also what parses and cannot be filled in: a conversion, a format that is none.
        text.format_map(dict.fromkeys(fields, "")) if not unknown else None
    except (ValueError, LookupError, AttributeError) as error:
        raise BadInput(
            zh=f"不是可用的样式：{text!r}", en=f"not a template: {text!r}: {error}", where=where
        ) from error
    if unknown:
        raise BadInput(
            zh=f"样式里不能有 {unknown[0]!r}：{text!r}",
            en=f"a template may not name {unknown[0]!r} here: {text!r}",
            where=where,
        )
