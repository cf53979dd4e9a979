"""The cells of one row of a catalogue file as values; all that is wrong with them is collected.

Words are ours (promise, 10wd, yes) or those of official lists (承诺件, 10个工作日, 是). Under a
limit, a dash or 无 is no limit.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct, field

from chalicelib.errors import BadInput
from chalicelib.intake.name_text import NoText
from chalicelib.policy import guide
from chalicelib.policy.catalogue_columns import Columns
from chalicelib.policy.limit import Limit
from chalicelib.policy.limit_words import UNIT_NAMES, is_at_once, read_limit_words

T = TypeVar("T")

MAX_TEXT = 200
_LONGER = dict.fromkeys(("basis", "stages", "deemed"), 2000) | dict.fromkeys(
    ("materials", "shared", "fees", "intermediaries"), guide.MAX_LIST
)
_SEVERAL = frozenset({"stages", "procedures", "materials", "shared", "fees", "intermediaries"})
_NO_LIMIT = frozenset({"无", "—", "——", "-", "--", "/"})
_LINES = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")


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
