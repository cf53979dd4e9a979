"""Opens a log in the format that its map names: XES, or rows of a CSV file or of a workbook.

The first bytes of a file say which of both it is. Of a workbook without a `sheet` in the map, every
visible sheet that has the columns is read.
"""

from collections.abc import Iterator
from typing import IO

from chalicelib.errors import BadInput, Bilingual
from infra.replay import old_workbook, workbook
from infra.replay.columns import plain
from infra.replay.csv_log import read_csv
from infra.replay.log_file import LogFile
from infra.replay.log_map import LogMap
from infra.replay.remarks import Remarks
from infra.replay.table_log import LogTable, NoHeader, TableReader
from infra.replay.wanted import RawCase, WantedKeys
from infra.replay.workbook import WorkbookSheet
from infra.replay.written_time import DateSystem
from infra.replay.xes import read_xes

Book = workbook.Workbook | old_workbook.OldWorkbook


def open_book(stream: IO[bytes], where: str) -> Book | None:
    """Open the workbook of Excel or WPS in *stream*; None: it is another file. Raises BadInput."""
    magic = stream.read(4)
    stream.seek(0)
    if magic == old_workbook.MAGIC:
        content = stream.read(old_workbook.MOST_BYTES + 1)
        return old_workbook.open_old_workbook(content, where)
    return workbook.open_workbook(stream, where) if magic == workbook.MAGIC else None


def open_cases(
    file: LogFile, log_map: LogMap, wanted: WantedKeys, remarks: Remarks
) -> tuple[Iterator[RawCase], DateSystem]:
    """Return the cases of *file*, and the system in which its day numbers count.

    This, and reading the cases, raises BadInput with the place.
    """
    if log_map.format == "xes":
        return read_xes(file.stream, wanted, str(file.path)), "1900"
    book = open_book(file.stream, str(file.path))
    has_events = log_map.activity is not None  # without it the rows are cases
    reader = TableReader(wanted, remarks, has_events)
    system: DateSystem = "1904" if log_map.date_system == 1904 else "1900"  # noqa: PLR2004 - a name
    if book is None:
        return reader.read(reader.open(read_csv(file, log_map, remarks))), system
    cases = _read_sheets(book, log_map, reader)
    return cases, system if log_map.date_system else book.date_system


def _read_sheets(book: Book, log_map: LogMap, reader: TableReader) -> Iterator[RawCase]:
    text, has_any = Bilingual("没有可读的工作表", "there is no sheet that can be read"), False
    refusal = BadInput(text, book.where)
    for sheet in _chosen(book, log_map, reader.remarks):
        table = LogTable(book.rows(sheet), f"{book.where}，{sheet.name}", sheet.name)
        try:
            opened = reader.open(table)
        except NoHeader as error:
            if log_map.sheets:
                raise
            refusal = error
            zh = f"跳过工作表“{sheet.name}”：{error.text.zh}"
            en = f"sheet {sheet.name!r} is skipped: {error.text.en}"
            reader.remarks.sentences.append(Bilingual(zh, en))
            continue
        has_any = True
        yield from reader.read(opened)
    if not has_any:
        raise refusal


def _chosen(book: Book, log_map: LogMap, remarks: Remarks) -> Iterator[WorkbookSheet]:
    """Yield the sheets that the map names, else those that are to be seen. Raises BadInput."""
    by_name = {plain(sheet.name): sheet for sheet in book.sheets}
    for name in log_map.sheets:
        if plain(name) not in by_name:
            known = "、".join(sheet.name for sheet in book.sheets)
            en = f"there is no sheet {name!r} (there are: {known})"
            raise BadInput(zh=f"没有工作表“{name}”（有：{known}）", en=en, where=book.where)
        yield by_name[plain(name)]
    for sheet in () if log_map.sheets else book.sheets:
        if sheet.is_hidden:
            zh = f"跳过隐藏的工作表“{sheet.name}”"
            en = f"sheet {sheet.name!r} is hidden, and skipped"
            remarks.sentences.append(Bilingual(zh, en))
        else:
            yield sheet
