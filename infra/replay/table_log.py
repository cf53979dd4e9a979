"""Reads the rows of a table: each an event, or without `activity` in the map, a case.

Pure. A table has rows of cells, from a CSV file or a sheet of a workbook. Rows before the header,
empty rows, headers that come again and totals (合计) are no cases; they are counted and skipped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from chalicelib.errors import BadInput, Bilingual
from infra.replay.columns import Header, joined, plain, read_header, unit_of_column
from infra.replay.remarks import Remarks
from infra.replay.wanted import RawCase, WantedKeys, present_value

Row = tuple[int, list[str]]
"""A row by its number in the file, from 1 on."""

_HEADER_WITHIN = 20  # rows: a title, a date, a note, and two header lines
_TOTAL = re.compile(r"(?:本[页月季年]|全年|累计)?(?:合计|总计|小计|共计|累计)(?:[:\d].*)?")


class LogTable(Struct, frozen=True):
    """The *rows* of a file, or of one of its sheets; *where* names it in errors."""

    rows: Iterable[Row]
    where: str
    sheet: str = ""


class OpenTable(Struct, frozen=True):
    """A table whose *header* is found: the *rows* behind it, and how many *titles* are above."""

    table: LogTable
    header: Header
    rows: Iterator[Row]
    titles: int
    empty: int


class NoHeader(BadInput):
    """A table has no row that names all columns that are wanted."""


class TableReader(Struct, frozen=True):
    """Reads tables by the *wanted* columns; with *has_events*, each row is an event."""

    wanted: WantedKeys
    remarks: Remarks
    has_events: bool

    @property
    def _event_keys(self) -> frozenset[str]:
        return self.wanted.event_keys if self.has_events else frozenset()

    def open(self, table: LogTable) -> OpenTable:
        """Find the header of *table*. Raises NoHeader that names what the likeliest row lacks."""
        keys = self.wanted.case_keys | self._event_keys
        rows, empty, best = iter(table.rows), 0, None
        above: list[Sequence[str]] = []
        for number, cells in rows:
            if _is_empty(cells):
                empty += bool(cells)
                continue
            lines = [cells, joined(above[-1], cells)] if above else [cells]
            for header in [read_header(line, keys) for line in lines]:
                if header.is_whole:
                    return OpenTable(table, header, rows, len(above), empty)
                if best is None or header.matches > best[0].matches:
                    best = header, number
            above.append(cells)
            if len(above) == _HEADER_WITHIN:
                break
        if best is None:
            raise NoHeader(zh="没有表头行", en="no header line", where=at_line(table.where, 1))
        raise _complaint(*best, table.where)

    def read(self, opened: OpenTable) -> Iterator[RawCase]:
        """Yield one RawCase for each row that is a case or an event. Raises BadInput."""
        table, header = opened.table, opened.header
        self._say(opened)
        case_columns = _columns(header, self.wanted.case_keys)
        event_columns = _columns(header, self._event_keys)
        width = len(header.names)
        limit = self.wanted.limit
        unit = unit_of_column(header.names[header.index[limit]]) if limit else None
        for number, cells in opened.rows:
            if not cells:
                continue
            attributes = _values(cells, case_columns)
            event = _values(cells, event_columns)
            kind = _no_case(cells, header, self.wanted.id, is_blank=not (attributes or event))
            if kind:
                self.remarks.skipped[kind] += 1
                continue
            if len(cells) > width and any(cells[width:]):
                zh = f"值比列多：{len(cells)} 个值，{width} 列"
                en = f"{len(cells)} values under {width} columns"
                raise BadInput(zh=zh, en=en, where=at_line(table.where, number))
            events = [event] if self.has_events else []
            case = attributes.get(self.wanted.id, "")
            yield RawCase(case, attributes, events, row=number, sheet=table.sheet, limit_unit=unit)

    def _say(self, opened: OpenTable) -> None:
        self.remarks.skipped["title_rows"] += opened.titles
        self.remarks.skipped["empty_rows"] += opened.empty
        place = f"{opened.table.sheet}：" if opened.table.sheet else ""
        for key, name in opened.header.read_as.items():
            text = Bilingual(
                f"{place}没有“{key}”一列，按“{name}”读",
                f"{place}there is no column {key!r}; {name!r} is read for it",
            )
            self.remarks.sentences.append(text)


def _complaint(header: Header, number: int, where: str) -> NoHeader:
    if header.twice:
        key, names = next(iter(header.twice.items()))
        text = Bilingual(
            f"“{key}”这一列有两处：{'、'.join(names)}",
            f"column {key!r} is there twice: {', '.join(names)}",
        )
    else:
        lacking = ", ".join(map(repr, header.missing))
        text = Bilingual(f"缺少列：{lacking}", f"no column {lacking}")
    return NoHeader(text, at_line(where, number))


def at_line(where: str, number: int) -> Bilingual:
    """Return the place of line *number* in the file *where*."""
    return Bilingual(f"{where}，第 {number} 行", f"{where}, line {number}")


def _no_case(cells: Sequence[str], header: Header, key: str, *, is_blank: bool) -> str:
    """Return what kind of row *cells* are that is no case; empty where they are one."""
    if is_blank and _is_empty(cells):
        return "empty_rows"
    first = next((cell for cell in cells if cell and not cell.isspace()), "")
    if "计" in first and _TOTAL.fullmatch(plain(first)):
        return "total_rows"
    places = (header.index[key], *header.index.values())  # mostly the first of them differs
    is_header = all(
        place < len(cells) and cells[place].strip() == header.names[place] for place in places
    )
    return "header_rows" if is_header else ""


def _is_empty(cells: Sequence[str]) -> bool:
    return not any(cell and not cell.isspace() and plain(cell) for cell in cells)


def _columns(header: Header, keys: frozenset[str]) -> tuple[tuple[str, int], ...]:
    return tuple((key, header.index[key]) for key in sorted(keys))


def _values(row: Sequence[str], columns: Iterable[tuple[str, int]]) -> dict[str, str]:
    values = ((key, present_value(row[index])) for key, index in columns if index < len(row))
    return {key: value for key, value in values if value is not None}
