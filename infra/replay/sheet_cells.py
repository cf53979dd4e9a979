"""The cells of a sheet of a workbook as text (ECMA-376 part 1, 18.3 and 18.8)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from msgspec import Struct

from infra.replay.written_time import DateSystem, read_serial

MOST_COLUMNS = 16_384
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})  # Excel's own
_NO_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|[_*].')  # what a format code shows as it stands
_DATE_CODE = re.compile(r"[yd]|h", re.IGNORECASE)


class _Merge(NamedTuple):
    last_row: int
    first: int
    last: int


class Merges:
    """The merged cells of a sheet, by the row in which each begins."""

    def __init__(self, elements: Iterable[Any] = ()) -> None:
        """Take the merges of *elements*, and let go of the rows between them."""
        self._by_row: defaultdict[int, list[_Merge]] = defaultdict(list)
        self._open: list[tuple[_Merge, str]] = []
        for element in elements:
            if element.tag.endswith("}mergeCell"):
                begin, _, end = element.get("ref", "").partition(":")
                self.add(_place(begin), _place(end or begin))
            _let_go(element)

    def add(self, first: tuple[int, int] | None, last: tuple[int, int] | None) -> None:
        """Add the merge of the cells from *first* to *last*, each by row (from 1) and column."""
        if first and last:
            self._by_row[first[0]].append(_Merge(last[0], first[1], last[1]))

    def fill(self, number: int, cells: list[str]) -> None:
        """Write into *cells*, the row of this *number*, what the cells merged into it say."""
        self._open = [each for each in self._open if each[0].last_row >= number]
        for merge in self._by_row.pop(number, ()):
            text = cells[merge.first] if merge.first < len(cells) else ""
            if text:
                self._open.append((merge, text))
        for merge, text in self._open:
            last = min(merge.last + 1, MOST_COLUMNS)
            cells.extend([""] * (last - len(cells)))
            cells[merge.first : last] = [text] * (last - merge.first)


class CellReader(Struct, frozen=True, dict=True):
    """Reads cells by the workbook's *strings*, the styles that are dates, and its date system."""

    strings: Sequence[str]
    date_styles: frozenset[int]
    system: DateSystem

    def text(self, cell: Any) -> str:
        """Return what *cell* says; empty where it says nothing."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return string_of(cell)
        value = next((child.text or "" for child in cell if _name(child) == "v"), "")
        if kind == "s":
            index = int(value) if value.isascii() and value.isdigit() else -1
            return self.strings[index] if 0 <= index < len(self.strings) else ""
        if kind == "b":
            return "true" if value == "1" else "false"
        if kind != "n":
            return _unescaped(value)
        style = cell.get("s", "0")
        is_date = style.isdigit() and int(style) in self.date_styles
        return (date_of(value, self.system) if is_date else None) or number_of(value)


def read_rows(
    rows: Iterable[Any], reader: CellReader, merges: Merges
) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of *rows* as text; a cell that is not there is empty."""
    number = 0
    for row in rows:
        stated = row.get("r", "")
        number = int(stated) if stated.isascii() and stated.isdigit() else number + 1
        cells: list[str] = []
        for cell in row:
            if _name(cell) != "c":
                continue
            place = _place(cell.get("r", ""))
            column = place[1] if place else len(cells)
            if len(cells) <= column < MOST_COLUMNS:
                cells.extend([""] * (column - len(cells)))
                cells.append(reader.text(cell))
        merges.fill(number, cells)
        _let_go(row)
        yield number, cells


def read_strings(elements: Iterable[Any]) -> list[str]:
    """Return the shared strings of a workbook, in their order."""
    strings: list[str] = []
    for element in elements:
        strings.append(string_of(element))
        _let_go(element)
    return strings


def string_of(element: Any) -> str:
    """Return the text of a string: of all its runs, without how it is pronounced."""
    texts = (child for child in element.iter() if _name(child) == "t")
    runs = (text.text or "" for text in texts if _name(text.getparent()) != "rPh")
    return _unescaped("".join(runs))


def date_styles(elements: Iterable[Any]) -> frozenset[int]:
    """Return which styles of cells are dates, from the formats and styles of the workbook."""
    formats, styles = set(_DATE_FORMATS), list[int]()
    for element in elements:
        if _name(element) == "numFmt":
            code = _NO_CODE.sub("", element.get("formatCode", ""))
            if _DATE_CODE.search(code) and element.get("numFmtId", "").isdigit():
                formats.add(int(element.get("numFmtId")))
            continue
        styles = [int(style.get("numFmtId", "0")) for style in element if _name(style) == "xf"]
    return frozenset(index for index, code in enumerate(styles) if code in formats)


def date_of(value: str, system: DateSystem) -> str | None:
    """Return the day or time that a day number is, None where it is none."""
    try:
        at, by_date = read_serial(value, system)
    except (ValueError, ArithmeticError):
        return None
    return at.date().isoformat() if by_date else at.isoformat()


def number_of(value: str) -> str:
    """Return *value* without an exponent, and without decimals that say nothing."""
    if "e" not in value.lower() and not value.endswith(".0"):
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return str(int(number)) if number == int(number) else format(number, "f")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _place(reference: str) -> tuple[int, int] | None:
    """Return row (from 1) and column (from 0) of a reference such as AB12."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _let_go(element: Any) -> None:
    """Free *element* and what stands before it, so that memory stays flat."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
