"""Reads an old Excel workbook (.xls, BIFF) or one of WPS (.et, the same format) as tables.

xlrd reads the bytes: pure Python, so a damaged file ends in an exception. Its numbers are doubles,
as the format has them: an id of more than fifteen digits was cut by Excel before it was saved.
"""

import io
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from chalicelib.errors import BadInput
from infra.replay.sheet_cells import Merges, date_of, number_of
from infra.replay.workbook import WorkbookSheet
from infra.replay.written_time import DateSystem

MAGIC = b"\xd0\xcf\x11\xe0"  # of an .xlsx with a password as well
MOST_BYTES = 256 << 20  # the format holds no more than 65,536 rows a sheet


class OldWorkbook(Struct, frozen=True):
    """An opened workbook; *where* names it in errors."""

    book: Any
    where: str

    @property
    def date_system(self) -> DateSystem:
        """How the workbook counts days: since 1900, or since 1904."""
        return "1904" if self.book.datemode else "1900"

    @property
    def sheets(self) -> tuple[WorkbookSheet, ...]:
        """The sheets with cells, in their order; charts are none."""
        return tuple(
            WorkbookSheet(sheet.name, sheet.name, sheet.visibility != 0)
            for sheet in self.book.sheets()
        )

    def rows(self, sheet: WorkbookSheet) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of *sheet*, each with its number."""
        table = self.book.sheet_by_name(sheet.name)
        merges = Merges()
        for first, beyond, left, right in table.merged_cells:
            merges.add((first + 1, left), (beyond, right - 1))
        for number in range(table.nrows):
            cells = [self._text(cell) for cell in table.row(number)]
            merges.fill(number + 1, cells)
            yield number + 1, cells

    def _text(self, cell: Any) -> str:
        """Return what *cell* says; empty where it says nothing, or an error."""
        match cell.ctype:
            case 1:
                return str(cell.value)
            case 2:
                return number_of(repr(cell.value))
            case 3:
                value = repr(cell.value)
                return date_of(value, self.date_system) or number_of(value)
            case 4:
                return "true" if cell.value else "false"
        return ""


def open_old_workbook(content: bytes, where: str) -> OldWorkbook:
    """Open the workbook that is *content*. Raises BadInput where it is none, or locked."""
    import xlrd

    if len(content) > MOST_BYTES:
        zh = f"旧版工作簿超过 {MOST_BYTES >> 20} MiB；请另存为 .xlsx 或 CSV"
        en = f"a workbook of the old kind, over {MOST_BYTES >> 20} MiB; save it as .xlsx or CSV"
        raise BadInput(zh=zh, en=en, where=where)
    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, logfile=io.StringIO()
        )
    except Exception as error:  # of a damaged file xlrd raises whatever it stumbles over
        raise BadInput(
            zh="读不出：是加了密码的工作簿，或已损坏的 .xls、.et 文件；请去掉密码，或另存为 .xlsx",
            en="cannot be read: a workbook with a password, or a damaged .xls or .et; "
            "take the password off, or save it as .xlsx",
            where=where,
        ) from error
    return OldWorkbook(book, where)
