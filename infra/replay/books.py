"""A workbook, whichever Excel or WPS wrote it: `.xlsx`, `.xls` or `.et`."""

from typing import IO

from infra.replay import old_workbook, workbook

Book = workbook.Workbook | old_workbook.OldWorkbook


def open_book(stream: IO[bytes], where: str) -> Book | None:
    """Open the workbook in *stream*, told by its first bytes; None where it is another file.

    Raises BadInput where it is locked or damaged.
    """
    magic = stream.read(4)
    stream.seek(0)
    if magic == old_workbook.MAGIC:
        content = stream.read(old_workbook.MOST_BYTES + 1)
        return old_workbook.open_old_workbook(content, where)
    return workbook.open_workbook(stream, where) if magic == workbook.MAGIC else None
