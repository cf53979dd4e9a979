"""Old Excel workbooks (.xls), written by an outside library."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import xlwt

Cell = str | float | bool | date
_FORMATS: dict[type, str] = {datetime: "yyyy/m/d h:mm", date: 'yyyy"年"m"月"d"日"'}


def old_workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    merged: tuple[int, int, int, int] | None = None,
    since_1904: bool = False,
    hidden: Sequence[str] = (),
) -> bytes:
    """Return a workbook of *sheets*, their rows by name.

    *merged* are first and last row, first and last column of cells, in the first sheet, that say
    what the first of them says.
    """
    book, stream = xlwt.Workbook(), io.BytesIO()
    book.dates_1904 = since_1904
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name in hidden)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if merged and name == next(iter(sheets)) and (number, column) == merged[::2]:
                    sheet.write_merge(*merged, cell)
                elif cell != "":
                    sheet.write(number, column, cell, _style(cell))
    book.save(stream)
    return stream.getvalue()


def _style(cell: Cell) -> xlwt.XFStyle:
    style = xlwt.XFStyle()
    style.num_format_str = _FORMATS.get(type(cell), "General")
    return style
