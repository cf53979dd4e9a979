"""The columns of a catalogue file, by our names and by those of official lists (政务服务事项清单).

Rows of cells → the rows by column, with their lines. A title may stand above the header. A column
of an official list that says nothing to us is left out and named; an unknown English name is a
mistake, for it is misspelt.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from chalicelib.errors import BadInput, Bilingual

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
