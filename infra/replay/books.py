"""A workbook, whichever Excel or WPS wrote it: `.xlsx`, `.xls` or `.et`."""

from collections.abc import Iterator, Sequence
from typing import IO, Protocol

from infra.replay import old_workbook, workbook
from infra.replay.workbook import WorkbookSheet
from infra.replay.written_time import DateSystem


class Book(Protocol):
    """An open workbook; *where* names it in errors."""

    @property
    def where(self) -> str:
        """Its name in errors."""

    @property
    def date_system(self) -> DateSystem:
        """How it counts days: since 1900, or since 1904."""

    @property
    def sheets(self) -> Sequence[WorkbookSheet]:
        """The sheets with cells, in their order; charts are none."""

    def rows(self, sheet: WorkbookSheet) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of *sheet*, each with its number. Raises BadInput."""


def open_book(stream: IO[bytes], where: str) -> Book | None:
    """Open the workbook in *stream*, told by its first bytes; None where it is another file.

    Raises BadInput where it is locked or damaged.
    """
    magic = stream.read(4)
    stream.seek(0)
    if magic == old_workbook.MAGIC:
        content = stream.read(old_workbook.MOST_BYTES + 1)
        return old_workbook.open_old_workbook(content, where)
    if magic != workbook.MAGIC:
        return None
    return workbook.open_workbook(stream, where)
