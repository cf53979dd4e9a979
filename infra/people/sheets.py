"""Finds the tables of an import in files: CSV, or the sheets of a workbook, known by their headers.

The header is the row that names most columns of one table; a title may stand above it. A column
that says nothing to us is left out and named. What is no table at all is refused at once.
"""

import io
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import get_args

from msgspec import Struct, convert

from chalicelib.errors import BadInput, Bilingual
from chalicelib.people.consistency import Table
from chalicelib.policy.catalogue import csv_rows
from infra.replay.columns import plain
from infra.replay.log_formats import open_book
from infra.terminal.files import read_input_file

TABLES = (*get_args(Table), "person")
MOST_MIB = 64
MOST_UNPACKED = 500 << 20  # bytes: 3 MB of a workbook may unpack to far more
MOST_ROWS = 100_000
_HEADER_WITHIN = 20  # rows
_ENOUGH = 2  # columns that make a row a header

Row = tuple[int, Sequence[str]]


class TableColumns(Struct, frozen=True):
    """A table's *name* for people, its *columns* by our names, and those that it *needs*."""

    name: dict[str, str]
    needed: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]

    def title(self, column: str) -> str:
        """Return the head of a *column* as it is shown."""
        return self.columns[column][0]


class FoundTable(Struct, frozen=True):
    """A *table* at a place: the *places* of its columns, its *rows*, titles that say nothing."""

    table: str
    where: str
    places: Mapping[str, int]
    rows: tuple[Row, ...]
    unused: tuple[str, ...]


@cache
def table_columns() -> Mapping[str, TableColumns]:
    """Return the tables there are."""
    return {name: convert(_document()[name], TableColumns) for name in TABLES}


@cache
def words(of: str) -> Mapping[str, str]:
    """Return the codes *of* a kind (`role`, `kind` …) by what a cell may say for each."""
    rows = _document()["words"][of]
    said = {plain(word): code for code, each in rows.items() for word in each}
    return {**said, **{code: code for code in rows}}


def word_for(of: str, code: str) -> str:
    """Return the first word for a *code*."""
    word: str = _document()["words"][of][code][0]
    return word


@cache
def _document() -> dict[str, dict[str, dict[str, list[str]]]]:
    return tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))


def find_tables(file: Path) -> tuple[list[FoundTable], list[str]]:
    """Return the tables of *file*, and the places of sheets that are none. Raises BadInput."""
    content, where = read_input_file(file, MOST_MIB), str(file)
    try:
        found = [(place, rows, _find_table(rows, place)) for place, rows in _sheets(content, where)]
    except (zipfile.BadZipFile, zlib.error) as error:
        zh, en = "工作簿已损坏", f"the workbook is damaged: {error}"
        raise BadInput(zh=zh, en=en, where=where) from error
    tables = [table for _, _, table in found if table is not None]
    if not tables:
        raise BadInput(_no_table(), where)
    return tables, [place for place, rows, table in found if rows and table is None]


def _sheets(content: bytes, where: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield each sheet of a workbook that can be seen, or the one table of a CSV file."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
                zh = f"工作簿展开后超过 {MOST_UNPACKED >> 20} MiB，没有打开"
                en = f"the workbook unpacks to more than {MOST_UNPACKED >> 20} MiB"
                raise BadInput(zh=zh, en=en, where=where)
    book = open_book(io.BytesIO(content), where)
    if book is None:
        yield where, _bounded(csv_rows(content, where), where)
        return
    for sheet in book.sheets:
        if not sheet.is_hidden:
            place = f"{where}，{sheet.name}"
            yield place, _bounded(book.rows(sheet), place)


def _bounded(rows: Iterator[Row], where: str) -> list[Row]:
    taken: list[Row] = []
    for row in rows:
        if len(taken) == MOST_ROWS:
            zh, en = f"超过 {MOST_ROWS} 行，请分成几个文件", f"more than {MOST_ROWS} rows: split it"
            raise BadInput(zh=zh, en=en, where=where)
        taken.append(row)
    return taken


def _find_table(rows: Sequence[Row], where: str) -> FoundTable | None:
    """Return the table whose header is in *rows*; None: there is none. Raises BadInput."""
    filled = [(n, row) for n, row in enumerate(rows) if any(map(str.strip, row[1]))]
    best: tuple[tuple[bool, int, int], str, int] | None = None
    for n, (_, cells) in filled[:_HEADER_WITHIN]:
        for table, columns in table_columns().items():
            known = _places(columns, cells)
            if len(known) < _ENOUGH:
                continue
            needed = [name for name in columns.needed if name in known]
            whole = len(needed) == len(columns.needed)
            rank = (whole, len(needed), len(known))
            if best is None or rank > best[0]:
                best = rank, table, n
    if best is None:
        return None
    (is_whole, *_), table, n = best
    line, cells = rows[n]
    columns = table_columns()[table]
    places = _places(columns, cells)
    if not is_whole or len(places) < len(_known(columns, cells)):
        raise BadInput(_bad_header(columns, cells, places), f"{where}:{line}")
    unused = tuple(
        cell.strip() for at, cell in enumerate(cells) if cell.strip() and at not in places.values()
    )
    below = [each for each in rows[n + 1 :] if any(map(str.strip, each[1]))]
    return FoundTable(table, where, places, tuple(below), unused)


def _known(columns: TableColumns, cells: Sequence[str]) -> list[str]:
    """Return our names of *cells*, in their order, twice where two say the same."""
    by_name = {plain(name): own for own, names in columns.columns.items() for name in names}
    return [by_name[each] for each in map(plain, cells) if each in by_name]


def _places(columns: TableColumns, cells: Sequence[str]) -> dict[str, int]:
    by_name = {plain(name): own for own, names in columns.columns.items() for name in names}
    named = {own: plain(own) for own in columns.columns}
    places: dict[str, int] = {}
    for at, cell in enumerate(cells):
        own = by_name.get(plain(cell)) or next(
            (o for o, n in named.items() if n == plain(cell)), ""
        )
        if own:
            places.setdefault(own, at)
    return places


def _bad_header(
    columns: TableColumns, cells: Sequence[str], places: Mapping[str, int]
) -> Bilingual:
    lacking = [columns.title(name) for name in columns.needed if name not in places]
    known = _known(columns, cells)
    twice = sorted({columns.title(name) for name in known if known.count(name) > 1})
    title = columns.name
    zh = f"{title['zh']}表的表头缺少列：{'、'.join(lacking)}"
    en = f"the header of {title['en']} lacks {', '.join(lacking)}"
    if not lacking:
        zh = f"{title['zh']}表的表头，这一列有两处：{'、'.join(twice)}"
        en = f"the header of {title['en']} has twice: {', '.join(twice)}"
    return Bilingual(zh, en)


def _no_table() -> Bilingual:
    tables = table_columns().values()
    zh = "；".join(f"{t.name['zh']}：{'、'.join(map(t.title, t.needed))}" for t in tables)
    en = "; ".join(f"{t.name['en']}: {', '.join(map(t.title, t.needed))}" for t in tables)
    return Bilingual(f"认不出是哪一张表，表头要有（{zh}）", f"no table with a known header ({en})")
