"""Reads the cells of a table of people or units; collects what cannot be taken, all at once.

Each fault names file, row, column and value, and says what would do. The value of a personal column
is left out: a fault may be copied into a message.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from chalicelib.errors import Bilingual
from chalicelib.intake.name_text import NoText, clean_name
from infra.people.contact import read_mail, read_telephone
from infra.people.sheets import FoundTable, table_columns, word_for, words
from infra.replay.columns import plain
from infra.replay.written_time import read_written, tidy

PERSONAL = ("name", "mobile", "mail", "login", "subject", "robot")
MOST_VALUE = 60  # letters of a value that are shown
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_REGION = re.compile(r"\d{6}|\d{9}|\d{12}", re.ASCII)
_SEVERAL = re.compile(r"[;；、,，\n]")
_NEVER = frozenset({"", "-", "--", "—", "——", "/", "无", "长期", "至今", "永久"})
_FORMULA = ("=", "@")
_CONTACTS: Mapping[str, tuple[str, str]] = {
    "mobile": (
        "不是电话号码：手机写 11 位（可带 +86），座机带区号，如 0743-8223456；一格一个，没有就留空",
        "no telephone number: 11 figures, or a landline with its area code, as 0743-8223456; one",
    ),
    "mail": (
        "不是邮箱地址：应如 wang@example.gov.cn，一格一个，没有就留空",
        "no mail address: such as wang@example.gov.cn, one in a cell, or none",
    ),
}
_MOST_NAME = 200


class CellFault(Struct, frozen=True):
    """What is wrong with the *value* in a *row* and *column* of the table at *where*."""

    where: str
    row: int
    column: str
    value: str
    text: Bilingual


class Place(Struct, frozen=True):
    """A row of a table: what a fault that is found later points at."""

    table: FoundTable
    line: int
    cells: tuple[str, ...]

    def value(self, column: str) -> str:
        """Return the text in a *column* as it stands; empty where there is none."""
        at = self.table.places.get(column)
        return self.cells[at].strip() if at is not None and at < len(self.cells) else ""

    def fault(self, column: str, text: Bilingual) -> CellFault:
        """Return a fault of a *column*, or of the row where that is empty or ours alone."""
        columns = table_columns()[self.table.table]
        title = columns.title(column) if column in columns.columns else ""
        shown = "" if column in PERSONAL else self.value(column)[:MOST_VALUE]
        return CellFault(self.table.where, self.line, title, shown, text)


class RowCells:
    """The cells of one row; *faults* collects what cannot be taken."""

    def __init__(self, place: Place, faults: list[CellFault]) -> None:
        self.place = place
        self._faults = faults
        for column in table_columns()[place.table.table].columns:
            if place.value(column).startswith(_FORMULA):
                zh, en = (
                    "是公式，请改成文字或数值",
                    "a formula: write the text or the number itself",
                )
                self.refuse(column, zh, en)

    def refuse(self, column: str, zh: str, en: str) -> None:
        """Note that the cell in a *column* cannot be taken, and what would do."""
        self._faults.append(self.place.fault(column, Bilingual(zh, en)))

    def name(self, column: str, *, needed: bool = False) -> str:
        """Return a name in its one spelling; empty where there is none, or it cannot be taken."""
        text = self.place.value(column)
        if not text:
            if needed:
                self.refuse(column, "不能为空", "it must not be empty")
            return ""
        try:
            return clean_name(text, _MOST_NAME)
        except NoText as error:
            self.refuse(column, error.zh, str(error))
            return ""

    def code(self, column: str, *, needed: bool = False) -> str:
        """Return a code: ASCII letters and figures."""
        text = tidy(self.place.value(column))
        if not text and not needed:
            return ""
        if not _CODE.fullmatch(text):
            zh = "应为字母、数字和 . _ -，最多 64 个字符"
            self.refuse(column, zh, "letters, figures and . _ - are needed, 64 at most")
            return ""
        return text

    def region(self, column: str, *, needed: bool = False) -> str:
        """Return the code of a region (GB/T 2260, GB/T 10114): 6, 9 or 12 figures."""
        text = tidy(self.place.value(column))
        return text if not text and not needed else self._region(column, text)

    def regions(self, column: str) -> tuple[str, ...]:
        """Return the codes of regions between `;`, `、` or lines."""
        return tuple(filter(None, (self._region(column, tidy(c)) for c in self.several(column))))

    def day(self, column: str, *, needed: bool = False) -> date | None:
        """Return a day; None where there is none: 长期, 至今, —."""
        text = tidy(self.place.value(column))
        if text in _NEVER and not (needed and not text):
            if needed:
                self.refuse(column, "要写一天，如 2026-07-01", "a day is needed: 2026-07-01")
            return None
        try:
            return read_written(text).at.date()
        except (ValueError, ArithmeticError):
            zh = "应为一天，如 2026-07-01、2026/7/1、2026年7月1日"
            self.refuse(column, zh, "a day is needed, such as 2026-07-01 or 2026年7月1日")
            return None

    def word(self, column: str, of: str, *, needed: bool = False) -> str | None:
        """Return the code *of* a kind that the cell says; None where it says nothing."""
        text = self.place.value(column)
        if text in _NEVER and not needed:
            return None
        known = words(of)
        if plain(text) not in known:
            codes = dict.fromkeys(known.values())
            zh = f"只能是：{'、'.join(word_for(of, code) for code in codes)}"
            self.refuse(column, zh, f"must be one of {', '.join(codes)}")
            return None
        return known[plain(text)]

    def several(self, column: str) -> tuple[str, ...]:
        """Return the names between `;`, `、` or lines."""
        return tuple(dict.fromkeys(map(str.strip, filter(str.strip, self._pieces(column)))))

    def personal(self) -> dict[str, str]:
        """Return the personal data of the row, for the vault alone."""
        given: dict[str, str] = {}
        for column in PERSONAL:
            text = self.place.value(column)
            if not text or column not in self.place.table.places:
                continue
            if read := _contact(column, text):
                given[column] = read
            elif column in _CONTACTS:
                self.refuse(column, *_CONTACTS[column])
            elif name := self.name(column):
                given[column] = name
        return given

    def _region(self, column: str, code: str) -> str:
        if _REGION.fullmatch(code):
            return code
        zh = f"不是区划代码：“{code[:MOST_VALUE]}”；应为 6、9 或 12 位数字，如 433101、433101103"
        en = f"no code of a region: {code[:MOST_VALUE]!r}; 6, 9 or 12 figures, such as 433101"
        self.refuse(column, zh, en)
        return ""

    def _pieces(self, column: str) -> Sequence[str]:
        return _SEVERAL.split(self.place.value(column))


def _contact(column: str, text: str) -> str | None:
    """Return the number or address in its one spelling; None: it is none, or the column another."""
    if column == "mobile":
        return read_telephone(text)
    return read_mail(text) if column == "mail" else None


def places_of(table: FoundTable) -> list[Place]:
    """Return the rows of *table*."""
    return [Place(table, line, tuple(cells)) for line, cells in table.rows]


def fault_row(fault: CellFault) -> Mapping[str, object]:
    """Return a fault as a JSON object."""
    return {
        "file": fault.where,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "zh": fault.text.zh,
        "en": fault.text.en,
    }
