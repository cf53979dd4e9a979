"""The rows of a catalogue in an Excel workbook: those of its first sheet that names the columns."""

import io
import zipfile
import zlib

from chalicelib.errors import BadInput
from chalicelib.policy.catalogue_columns import NEEDED, Row, read_columns
from infra.replay.log_formats import Book, open_book

_WITHIN = 20  # rows


def sheet_rows(content: bytes, where: str) -> list[Row] | None:
    """Return the rows of a catalogue, all of one width; None: no workbook. Raises BadInput."""
    try:
        book = open_book(io.BytesIO(content), where)
        return None if book is None else _rows(book, where)
    except (zipfile.BadZipFile, zlib.error) as error:
        zh, en = "工作簿已损坏", f"the workbook is damaged: {error}"
        raise BadInput(zh=zh, en=en, where=where) from error


def _rows(book: Book, where: str) -> list[Row]:
    for sheet in book.sheets:
        rows = [] if sheet.is_hidden else list(book.rows(sheet))
        lines = ([cell.strip() for cell in cells] for _, cells in rows[:_WITHIN])
        if any(len(read_columns(line).places) > 1 for line in lines):
            width = max(len(cells) for _, cells in rows)
            return [(line, [*cells, *[""] * (width - len(cells))]) for line, cells in rows]
    zh = f"没有一张工作表有 {'、'.join(NEEDED)} 这些列（或其中文名称）"
    en = f"no sheet has the columns {', '.join(NEEDED)} (or their Chinese names)"
    raise BadInput(zh=zh, en=en, where=where)
