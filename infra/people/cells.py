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
from infra.people.sheets import FoundTable, table_columns, word_for, words
from infra.replay.columns import plain
from infra.replay.written_time import read_written, tidy

PERSONAL = ("name", "mobile", "mail", "login", "subject", "robot")
MOST_VALUE = 60  # letters of a value that are shown
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_MOBILE = re.compile(r"\+?[0-9][0-9 -]{4,24}", re.ASCII)
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_SEVERAL = re.compile(r"[;；、,，\n]")
_NEVER = frozenset({"", "-", "--", "—", "——", "/", "无", "长期", "至今", "永久"})
_FORMULA = ("=", "@")
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

    def codes(self, column: str) -> tuple[str, ...]:
        """Return the codes between `;`, `、` or lines."""
        codes = self.several(column)
        if wrong := [code for code in codes if not _CODE.fullmatch(code)]:
            zh, en = f"不是编码：{wrong[0][:MOST_VALUE]}", f"no code: {wrong[0][:MOST_VALUE]}"
            self.refuse(column, zh, en)
        return codes

    def personal(self) -> dict[str, str]:
        """Return the personal data of the row, for the vault alone."""
        given: dict[str, str] = {}
        for column in PERSONAL:
            text = self.place.value(column)
            if not text or column not in self.place.table.places:
                continue
            if column == "mobile" and not _MOBILE.fullmatch(text := tidy(text)):
                self.refuse(column, "不是电话号码", "it is no telephone number")
            elif column == "mail" and not _MAIL.fullmatch(text):
                self.refuse(column, "不是邮箱地址", "it is no mail address")
            elif column not in ("mobile", "mail"):
                text = self.name(column)
            if text:
                given[column] = text
        return given

    def _pieces(self, column: str) -> Sequence[str]:
        return _SEVERAL.split(self.place.value(column))


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
