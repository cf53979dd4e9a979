"""The columns and cells of a catalogue file, by our names and those of official lists (事项清单).

Rows of cells → the rows by column, with their lines. A title may stand above the header. A column
of an official list that says nothing to us is left out and named; an unknown English name is a
mistake, for it is misspelt. All that is wrong with the cells of a row is collected. Words are ours
(promise, 10wd, yes) or those of official lists (承诺件, 10个工作日, 是).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct, field

from chalicelib.errors import BadInput, Bilingual
from chalicelib.intake.name_text import NoText
from chalicelib.policy import guide
from chalicelib.policy.limit import Limit
from chalicelib.policy.limit_words import UNIT_NAMES, is_at_once, read_limit_words

T = TypeVar("T")

# Our name, then the names in Chinese; the first of them is the one that an export writes.
NAMES: Mapping[str, tuple[str, ...]] = {
    "item": ("事项编码", "实施编码", "事项编号", "事项代码", "业务办理项编码", "编码"),
    "name": ("事项名称", "业务办理项名称", "实施清单名称", "名称"),
    "department": ("实施主体", "实施机关", "实施部门", "行使主体", "部门", "办理部门", "所属部门"),
    "kind": ("办件类型", "办件类别"),
    "promise": ("承诺时限", "承诺办结时限", "承诺办理时限", "承诺期限"),
    "promise_unit": ("承诺时限单位", "承诺办结时限单位"),
    "statutory": ("法定时限", "法定办结时限", "法定办理时限", "法定期限"),
    "statutory_unit": ("法定时限单位", "法定办结时限单位"),
    "basis": ("设定依据", "实施依据", "法律依据", "法定依据", "依据"),
    "stages": ("办理环节", "审批环节", "环节", "办理流程"),
    "procedures": ("特别程序", "特殊环节"),
    "deemed": ("超时默认依据", "超时默认"),
    "safety": ("涉及安全健康", "涉及安全"),
    "materials": ("申请材料", "申请材料目录", "申请材料清单", "材料清单"),
    "shared": ("共享材料", "免提交材料"),
    "fees": ("收费", "收费标准", "收费项目"),
    "intermediaries": ("中介服务", "中介服务事项"),
    "hearing": ("是否听证", "需要听证"),
    "two_persons": ("实质核查", "双人核查"),
    "published": ("办事指南", "办事指南网址"),
    "cancelled": ("取消日期", "停止实施日期"),
}
NEEDED = ("item", "name", "department", "kind", "basis")
LIMITS = ("promise", "statutory")
_BY_NAME = {each: name for name, names in NAMES.items() for each in (name, *names)}
_HEADER_WITHIN = 20  # rows
MAX_TEXT = 200
_LONGER = dict.fromkeys(("basis", "stages", "deemed"), 2000) | dict.fromkeys(
    ("materials", "shared", "fees", "intermediaries"), guide.MAX_LIST
)
_SEVERAL = frozenset({"stages", "procedures", "materials", "shared", "fees", "intermediaries"})
_NO_LIMIT = frozenset({"无", "—", "——", "-", "--", "/"})  # under a limit
_LINES = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")

Row = tuple[int, Sequence[str]]
"""The cells of a row, with its line in the file."""


class Columns(Struct, frozen=True):
    """The place of each column, its title in the file, the unused titles, and what is *wrong*."""

    places: Mapping[str, int]
    titles: Mapping[str, str]
    unused: tuple[str, ...]
    wrong: tuple[Bilingual, ...]
    width: int

    def title(self, name: str) -> str:
        """Return what the file calls the column *name*."""
        return self.titles.get(name, NAMES[name][0])


def read_columns(cells: Sequence[str]) -> Columns:
    """Return what the header *cells* name, and what is *wrong* with it."""
    places: dict[str, int] = {}
    titles: dict[str, str] = {}
    unused: list[str] = []
    wrong: list[Bilingual] = []
    for place, cell in enumerate(cells):
        name = _BY_NAME.get(_plain(cell))
        if name in places:
            zh = f"“{cell}”与“{titles[name]}”是同一列"
            wrong.append(Bilingual(zh, f"{cell!r} and {titles[name]!r} are one column"))
        elif name is not None:
            places[name], titles[name] = place, cell
        elif cell.isascii() and cell:
            zh = f"没有“{cell}”这样的列（可用：{'、'.join(NAMES)}，或其中文名称）"
            en = f"there is no column {cell!r} (there are: {', '.join(NAMES)}, or in Chinese)"
            wrong.append(Bilingual(zh, en))
        elif cell:
            unused.append(cell)
    lacking = [f"{NAMES[name][0]}（{name}）" for name in NEEDED if name not in places]
    if not places.keys() & set(LIMITS):
        lacking.append("承诺时限（promise）或 法定时限（statutory）")
    if lacking:
        zh = f"首行缺少列：{'、'.join(lacking)}"
        wrong.insert(0, Bilingual(zh, f"the header lacks columns: {', '.join(lacking)}"))
    return Columns(places, titles, tuple(unused), tuple(wrong), len(cells))


def read_table(rows: Iterable[Row], file: str) -> Iterator[tuple[Columns, int, Sequence[str]]]:
    """Yield each row below the header with its line and the columns. Raises BadInput.

    The header is the first row that names two columns or more; above it stands a title.
    """
    columns: Columns | None = None
    first: tuple[int, Columns] | None = None
    for number, (line, given) in enumerate(rows):
        cells = [cell.strip() for cell in given]
        if not any(cells):
            continue
        if columns is not None:
            yield columns, line, cells
            continue
        found = read_columns(cells)
        first = first or (line, found)
        if len(found.places) > 1 or number >= _HEADER_WITHIN:
            if found.wrong:
                raise _refusal(found, f"{file}:{line}")
            columns = found
    if columns is None and first is not None:
        raise _refusal(first[1], f"{file}:{first[0]}")


def _plain(name: str) -> str:
    """Return *name* in half-width letters, without blanks and what stands in brackets behind it."""
    name = "".join(unicodedata.normalize("NFKC", name).split()).lower()
    return name.partition("(")[0] if name.endswith(")") else name


def _refusal(columns: Columns, where: str) -> BadInput:
    zh = "；".join(each.zh for each in columns.wrong)
    return BadInput(zh=zh, en="; ".join(each.en for each in columns.wrong), where=where)


class Cells(Struct):
    """The cells of a row under *columns*; *wrong* collects what cannot be taken."""

    columns: Columns
    cells: Sequence[str]
    where: str
    wrong: list[BadInput] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, zh: str, en: str) -> None:
        """Note that the cell under *name* cannot be taken, and why."""
        title = self.columns.title(name)
        self.wrong.append(BadInput(zh=f"“{title}”：{zh}", en=f"{title!r}: {en}", where=self.where))

    def text(self, name: str) -> str:
        """Return the text under *name*; empty where there is none, or where it cannot be taken."""
        if name not in self._texts:
            self._texts[name] = self._text(name)
        return self._texts[name]

    def _text(self, name: str) -> str:
        place = self.columns.places.get(name)
        text = "" if place is None else self.cells[place]
        if name in _SEVERAL:
            text = _LINES.sub(";", text)
        elif name == "basis":
            text = _LINES.sub(" ", text)
        if len(text) > _LONGER.get(name, MAX_TEXT):
            most = _LONGER.get(name, MAX_TEXT)
            self.refuse(name, f"超过 {most} 个字符", f"longer than {most} characters")
        elif any(ord(letter) < ord(" ") for letter in text):
            zh = "其中有换行或控制字符"
            self.refuse(name, zh, "a line break or a control character is in it")
        else:
            return text
        return ""

    def needed(self, name: str) -> str:
        """Return the text under *name*, which must not be empty."""
        place = self.columns.places[name]
        if not self.cells[place]:
            self.refuse(name, "不能为空", "it is empty")
        return self.text(name)

    def read(self, name: str, reader: Callable[[str], T]) -> T | None:
        """Return what *reader* makes of the text under *name*; None where there is none."""
        text = self.text(name)
        try:
            return reader(text) if text else None
        except NoText as error:
            self.refuse(name, error.zh, str(error))
            return None

    def limit(self, name: str, *, may_be_at_once: bool = False) -> Limit | None:
        """Return the limit under *name*, with the unit of its own column if there is one."""
        text = self.text(name)
        if not text or text in _NO_LIMIT or (may_be_at_once and is_at_once(text)):
            return None
        words = self.text(f"{name}_unit") or self.columns.title(name)  # 承诺时限（工作日）
        unit = next((unit for word, unit in UNIT_NAMES.items() if word in words), None)
        return self.read(name, lambda text: read_limit_words(text, unit))

    def stages(self) -> Iterator[tuple[str, Limit | None]]:
        """Yield the stages by name, each with its limit where it has one."""
        for part in guide.pieces(self.text("stages").replace("→", ";")):
            name, _, limit = (piece.strip() for piece in part.replace("：", ":").partition(":"))
            if not name:
                self.refuse("stages", f"{part!r} 没有环节名称", f"{part!r} names no stage")
                continue
            try:
                yield name, read_limit_words(limit) if limit else None
            except NoText as error:
                self.refuse("stages", error.zh, str(error))

    def procedures(self) -> Iterator[str]:
        """Yield the codes of the procedures that pause the item."""
        for code in guide.pieces(self.text("procedures")):
            if re.fullmatch(r"[a-z][a-z0-9_]{0,63}", code, re.ASCII) is None:
                zh = f"{code!r} 不是代码（如 site_survey）"
                self.refuse("procedures", zh, f"{code!r} is no code (such as site_survey)")
            else:
                yield code
