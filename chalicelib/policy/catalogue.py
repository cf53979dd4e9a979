"""Reads a catalogue of items (事项清单): a table → items, or all that is wrong with it at once.

One row for each item. Columns by name and in any order; the names may be ours or those of official
lists (`catalogue_columns.py`):

    item        事项编码   the item's code, once in the file
    name        事项名称   what it is called
    department  实施主体   who handles it; of several (A; B) the first, unless another is told
    kind        办件类型   immediate 即办件, promise 承诺件, forwarded 转报件 or joint 联办件
    promise     承诺时限   10wd or 10个工作日; may be empty
    statutory   法定时限   likewise; may be empty, but not both, unless the item is immediate
    basis       设定依据   the legal basis
    stages      办理环节   受理:1wd; 审查:8wd; 决定:1wd (a limit where there is one); may be empty

and where they are needed:

    procedures  特别程序   site_survey; technical_review: those that pause the item's clock
    deemed      超时默认依据  the basis on which silence past the promise is approval
    safety      涉及安全健康  yes 是: safety or health is at stake, so that silence never is

and the columns of its service guide (`guide.py`: materials, fees and others).

A catalogue is taken whole or not at all. Its version is the hash of its items, so the same items in
another order of lines are the same version.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, get_args

from msgspec import Struct

from chalicelib.errors import BadInput, refuse_all
from chalicelib.policy import guide
from chalicelib.policy.catalogue_columns import Cells, Row, read_table
from chalicelib.policy.guide import UNSAID, Guide
from chalicelib.policy.limit import Limit
from chalicelib.policy.limit_words import is_at_once
from chalicelib.schema import read_record

ItemKind = Literal["immediate", "promise", "forwarded", "joint"]
ITEM_KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
KIND_NAMES: dict[ItemKind, str] = {
    "immediate": "即办件",
    "promise": "承诺件",
    "forwarded": "转报件",
    "joint": "联办件",
}
COLUMNS = ("item", "name", "department", "kind", "promise", "statutory", "basis", "stages")
MAX_ENTRIES = 20_000
_BEYOND_TWO_BYTES = "\u0800"  # a letter of three bytes in UTF-8, which GBK rarely looks like

_KINDS: dict[str, ItemKind] = {
    **{kind: kind for kind in ITEM_KINDS},
    **{name: kind for kind, name in KIND_NAMES.items()},
    "即办": "immediate",
    "承诺": "promise",
    "承诺办件": "promise",
    "上报件": "forwarded",
    "并联件": "joint",
    "并联审批": "joint",
}
_BETWEEN = re.compile(r"[;；、]")  # two departments


class CatalogueStage(Struct, frozen=True):
    """A step inside the department, with its own limit where it has one."""

    name: str
    limit: Limit | None


class CatalogueItem(Struct, frozen=True):
    """One item: who handles it and how long that may take."""

    item: str
    name: str
    department: str
    kind: ItemKind
    promise: Limit | None
    statutory: Limit | None
    basis: str
    stages: tuple[CatalogueStage, ...]
    procedures: tuple[str, ...] = ()
    deemed: str = ""
    guide: Guide = UNSAID

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments that may handle it, the first of which does unless another says so."""
        names = (name.strip() for name in _BETWEEN.split(self.department))
        return tuple(filter(None, names))

    def document(self) -> dict[str, Any]:
        """Return the item as it is stored and hashed; rare fields only where set."""
        rare = {"procedures": list(self.procedures), "deemed": self.deemed}
        return {
            "item": self.item,
            "name": self.name,
            "department": self.department,
            "kind": self.kind,
            "promise": str(self.promise or ""),
            "statutory": str(self.statutory or ""),
            "basis": self.basis,
            "stages": [[stage.name, str(stage.limit or "")] for stage in self.stages],
            **{name: value for name, value in rare.items() if value},
            **self.guide.document(),
        }


def read_stored_item(document: dict[str, Any]) -> CatalogueItem:
    """Return the item that `CatalogueItem.document` wrote. Raises Defect."""
    limits = {name: document[name] or None for name in ("promise", "statutory")}
    stages = [{"name": name, "limit": limit or None} for name, limit in document["stages"]]
    return read_record(CatalogueItem, {**document, **limits, "stages": stages, "guide": document})


def catalogue_version(items: tuple[CatalogueItem, ...]) -> str:
    """Return the version of *items*, a hash of their content: their order does not matter."""
    return version_of_texts(map(item_text, sorted(items, key=lambda item: item.item)))


def item_text(item: CatalogueItem) -> str:
    """Return the text of *item* of which the version of its catalogue is made."""
    return json.dumps(item.document(), sort_keys=True, separators=(",", ":"))


def version_of_texts(texts: Iterable[str]) -> str:
    """Return a catalogue's version: the hash of its items' *texts*, in the order of their codes."""
    return hashlib.sha256(f"[{','.join(texts)}]".encode()).hexdigest()[:16]


def read_catalogue(content: bytes, file: str) -> tuple[CatalogueItem, ...]:
    """Return all items of a CSV catalogue; *file* is its name in errors. Raises BadInput."""
    return read_table_of_items(csv_rows(content, file), file).items


class CatalogueFile(NamedTuple):
    """The *items* of a file, and the names of its columns that say nothing to us."""

    items: tuple[CatalogueItem, ...]
    unused: tuple[str, ...]


def read_table_of_items(rows: Iterable[Row], file: str) -> CatalogueFile:
    """Return the items of a table. Raises BadInput, with all that is wrong."""
    items: list[CatalogueItem] = []
    unused: tuple[str, ...] = ()
    lines: dict[str, int] = {}
    wrong: list[BadInput] = []
    for columns, line, cells in read_table(rows, file):
        where, unused = f"{file}:{line}", columns.unused
        if len(cells) != columns.width:
            zh = f"{len(cells)} 个单元格，而表头只有 {columns.width} 列"
            en = f"{len(cells)} cells, and the header has {columns.width} columns"
            wrong.append(BadInput(zh=zh, en=en, where=where))
            continue
        row = Cells(columns, cells, where)
        item = _read_item(row)
        if item.item and item.item in lines:
            before = lines[item.item]
            zh, en = f"{item.item} 在第 {before} 行已有", f"{item.item} is in line {before} too"
            row.refuse("item", zh, en)
        lines.setdefault(item.item, line)
        items.append(item)
        wrong += row.wrong
        if len(items) > MAX_ENTRIES:
            zh, en = f"超过 {MAX_ENTRIES} 个事项", f"more than {MAX_ENTRIES} items"
            raise BadInput(zh=zh, en=en, where=where)
    refuse_all(wrong)
    if not items:
        raise BadInput(zh="其中没有事项", en="there is no item in it", where=file)
    return CatalogueFile(tuple(items), unused)


def csv_rows(content: bytes, file: str) -> Iterator[Row]:
    """Yield the rows of a CSV file, in UTF-8 or else in GB18030 (GBK). Raises BadInput."""
    reader = csv.reader(io.StringIO(_decoded(content, file), newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        zh, en = "不是 CSV", f"not CSV: {error}"
        raise BadInput(zh=zh, en=en, where=f"{file}:{reader.line_num}") from error


def _decoded(content: bytes, file: str) -> str:
    """Return the text of *content*; one that was UTF-8 before it broke is not taken for GB18030."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
    where = f"{file}:{before.count(chr(10)) + 1}"
    if any(letter >= _BEYOND_TWO_BYTES for letter in before):
        zh, en = "不是 UTF-8；请另存为“CSV UTF-8”", "not UTF-8; save it as CSV UTF-8"
        raise BadInput(zh=zh, en=en, where=where)
    try:
        return content.decode("gb18030").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        zh = "不是 UTF-8，也不是 GB18030；请另存为“CSV UTF-8”"
        en = "neither UTF-8 nor GB18030; save it as CSV UTF-8"
        raise BadInput(zh=zh, en=en, where=where) from error


def _read_item(row: Cells) -> CatalogueItem:
    """Return the item of *row*, whose mistakes are noted there."""
    kind = _read_kind(row)
    item = CatalogueItem(
        item=row.needed("item"),
        name=row.needed("name"),
        department=row.needed("department"),
        kind=kind,
        promise=row.limit("promise", may_be_at_once=kind == "immediate"),
        statutory=row.limit("statutory"),
        basis=row.needed("basis"),
        stages=tuple(CatalogueStage(name, limit) for name, limit in row.stages()),
        procedures=tuple(row.procedures()),
        deemed=_read_deemed(row),
        guide=guide.read_guide(row),
    )
    if item.department and not item.departments:
        row.refuse("department", "没有写明部门", "no department is named")
    _check_limits(item, row)
    return item


def _read_kind(row: Cells) -> ItemKind:
    text = row.needed("kind")
    if text and text not in _KINDS:
        names = "、".join(f"{name}（{kind}）" for kind, name in KIND_NAMES.items())
        zh = f"“{text[:20]}”不是办件类型；应为 {names}"
        row.refuse("kind", zh, f"{text[:20]!r} is no kind of item; write {names}")
    return _KINDS.get(text, "promise")


def _check_limits(item: CatalogueItem, row: Cells) -> None:
    promise, statutory = item.promise, item.statutory
    given = [row.text(name) for name in ("promise", "statutory")]
    is_at_once_only = item.kind == "immediate" and is_at_once(given[0])
    if not any(given):
        zh = "承诺时限和法定时限不能都为空"
        row.refuse("promise", zh, "promise and statutory are both empty")
    elif promise is None and statutory is None and not row.wrong and not is_at_once_only:
        zh = "承诺时限和法定时限至少要有一项"
        row.refuse("promise", zh, "one of promise and statutory is needed")
    is_same_unit = promise and statutory and promise.unit == statutory.unit  # else days decide
    if promise and statutory and is_same_unit and promise.amount > statutory.amount:
        zh = f"承诺时限 {promise} 长于法定时限 {statutory}"
        en = f"the promise {promise} is longer than the statutory limit {statutory}"
        row.refuse("promise", zh, en)


def _read_deemed(row: Cells) -> str:
    """Return the basis for a deemed approval; empty where safety is at stake (DOMAIN DEF-07)."""
    deemed, safety = row.text("deemed"), row.read("safety", guide.read_yes)
    if deemed and safety:
        zh = "涉及安全、健康的事项不能超时默认"
        row.refuse("deemed", zh, "an item of safety or health is never deemed approved")
    return deemed
