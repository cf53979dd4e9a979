"""The documents that rules rest on (依据): laws, local rules, models; and the texts that were read.

Pure data from `chalicelib/laws`: `documents.toml` says of what kind each document is, and a file of
its name has its articles, letter for letter. The kinds are those of DOMAIN (head): what may be done
on a document depends on its kind and its place.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.reading import Text
from chalicelib.policy.region import covers, is_area
from chalicelib.schema import Defect, read_record

Kind = Literal[
    "law",  # a statute or a document of the State Council: valid everywhere
    "local",  # a document of a named place: valid there, elsewhere a model
    "model",  # a standard that binds nobody, or the practice of another place
    "proposed",  # ours, without a source
]

# An article, its paragraph (款), its item (项): 42, 42.1, 32.1(4), 72(7).
_ARTICLE = re.compile(r"(\d+)(?:\.(\d+))?(?:\((\d+)\))?", re.ASCII)
_ITEM = r"[（(][一二三四五六七八九十]+[）)]"
_DIGITS = "零一二三四五六七八九"


class Document(Struct, frozen=True):
    """One document. *since* is from when it is in force, or when it was seen where nobody knows.

    *read*: its text, an excerpt, a system in use, or a report about it.
    """

    id: str
    title: str
    kind: Kind
    since: date
    read: str
    place: str = ""
    number: str = ""
    is_own: bool = False  # a county's, stated in its profile; its articles are not at hand

    def kind_in(self, region: str) -> Kind:
        """Return of what kind it is in *region*: a local document is a model elsewhere."""
        if self.kind == "local" and not (self.place and covers(self.place, region)):
            return "model"
        return self.kind

    def write(self, articles: tuple[str, ...]) -> str:
        """Write the document with its *articles* as papers cite it (CLAIMS §8)."""
        title = f"《{self.title}》" if self.read == "text" else self.title
        return title + "、".join(write_article(article) for article in articles)


class _OwnDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of `[[document]]`."""

    id: Text
    title: Text
    place: Text
    number: Text
    issuer: Text
    issued: date
    effective: date | None = None

    def __post_init__(self) -> None:
        """Refuse a name that is one already, and a place that is none. Raises Defect."""
        if self.id in load_documents() or "#" in self.id:
            zh = f"{self.id!r} 已经是另一份文件的名称"
            raise Defect(("id",), zh, f"{self.id!r} names another document already")
        if not is_area(self.place):
            zh = "要写行政区划代码，例如 410500"
            raise Defect(("place",), zh, "must be the code of a region, like 410500")


def read_own_documents(rows: object) -> Mapping[str, Document]:
    """Return the local documents that a profile brings along, by id. Raises Defect."""
    documents: dict[str, Document] = {}
    for number, row in enumerate(read_record(tuple[_OwnDocument, ...], rows)):
        if row.id in documents:
            zh, en = f"{row.id!r} 写了两次", f"{row.id!r} is there twice"
            raise Defect((number, "id"), zh, en)
        documents[row.id] = Document(
            id=row.id,
            title=row.title,
            kind="local",
            since=row.effective or row.issued,
            read="text",
            place=row.place,
            number=row.number,
            is_own=True,
        )
    return documents


def cite_own(value: Any, documents: Mapping[str, Document]) -> Any:
    """Return tables of a profile in which each basis that cites one of *documents* carries it."""
    if isinstance(value, list):
        return [cite_own(part, documents) for part in value]
    if not isinstance(value, Mapping):
        return value
    cited = value.get("local", value.get("see", ""))
    own = documents.get(cited.partition("#")[0]) if isinstance(cited, str) else None
    parts = {key: cite_own(part, documents) for key, part in value.items()}
    return {**parts, "document": own} if own else parts


@cache
def load_documents() -> Mapping[str, Document]:
    """Return the documents that come with the code, by id."""
    documents = {}
    for name, table in tomllib.loads(_file("documents").read_text("utf-8")).items():
        since = table.get("effective") or table["seen"]
        documents[name] = read_record(Document, {**table, "id": name, "since": since})
    return documents


def article_text(document: str, article: str) -> str:
    """Return the text of *article*, such as `42.1` or `72(7)`. Raises BadInput where it lacks.

    A citation without a paragraph means the whole article; an item is named without one where the
    article has a single paragraph, as the practice of drafting has it.
    """
    number, paragraph, item = article_parts(article)
    whole = _articles(document).get(str(number))
    if whole is None:
        zh, en = f"没有第 {number} 条的条文", f"there is no text of article {number}"
        raise BadInput(zh=zh, en=en, where=document)
    paragraphs = _paragraphs(whole)
    if item and not paragraph and len(paragraphs) > 1:
        zh = f"第 {number} 条有几款：请写 {number}.1({item})"
        en = f"article {number} has several paragraphs: write {number}.1({item})"
        raise BadInput(zh=zh, en=en, where=document)
    if not (paragraph or item):
        return "\n".join(line for lines in paragraphs for line in lines)
    if (paragraph or 1) > len(paragraphs):
        zh = f"第 {number} 条只有 {len(paragraphs)} 款"
        en = f"article {number} has {len(paragraphs)} paragraphs"
        raise BadInput(zh=zh, en=en, where=document)
    lines = paragraphs[(paragraph or 1) - 1]
    if item >= len(lines):
        zh = f"{article} 只有 {len(lines) - 1} 项"
        raise BadInput(zh=zh, en=f"article {article} has {len(lines) - 1} items", where=document)
    return lines[item] if item else "\n".join(lines)


@lru_cache
def _articles(document: str) -> Mapping[str, str]:
    """Return the articles of *document* by number; none where its text is not at hand."""
    file = _file(document)
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def _paragraphs(text: str) -> list[list[str]]:
    """Return the paragraphs of an article, each with its items after it."""
    paragraphs: list[list[str]] = []
    for line in text.strip().splitlines():
        if re.match(_ITEM, line) and paragraphs:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def write_article(article: str) -> str:
    """Write `32.1(4)` as 第三十二条第一款第四项. Raises BadInput where it is no article."""
    number, paragraph, item = article_parts(article)
    written = f"第{_number(number)}条"
    written += f"第{_number(paragraph)}款" if paragraph else ""
    return written + (f"第{_number(item)}项" if item else "")


@lru_cache
def article_parts(article: str) -> tuple[int, int, int]:
    """Return article, paragraph and item of `32.1(4)`; 0 where there is none. Raises BadInput."""
    match = _ARTICLE.fullmatch(article)
    if match is None:
        zh = f"不是条款：{article!r}（写成 42、42.1 或 32.1(4)）"
        raise BadInput(zh=zh, en=f"not an article: {article!r} (write 42, 42.1 or 32.1(4))")
    number, paragraph, item = (int(part or 0) for part in match.groups())
    return number, paragraph, item


def _number(number: int) -> str:
    """Write a number under 10,000 in Chinese: 二十, 一百零五."""
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if zero else "") + _DIGITS[digit] + name
        zero = not digit and bool(text)
    return text.removeprefix("一") if text.startswith("一十") else text


def _file(name: str) -> Path:
    return Path(__file__).parents[1].joinpath("laws", f"{name}.toml")
