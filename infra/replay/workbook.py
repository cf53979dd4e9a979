"""Reads an Excel workbook (.xlsx, ECMA-376) as tables: the rows of its sheets, as text.

A cell is text as it stands, a number as written, or, where its format is one of dates, a day or a
time in ISO 8601. A merged cell says the same in all its parts. Formulas give their last result.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import IO, Any, NamedTuple

from msgspec import Struct

from chalicelib.errors import BadInput, Bilingual
from infra.replay.bounded_xml import ElementParser
from infra.replay.sheet_cells import CellReader, Merges, date_styles, read_rows, read_strings
from infra.replay.written_time import DateSystem

MAGIC = b"PK\x03\x04"
MOST_OF_A_PART = 1 << 30  # bytes, unpacked
_RELATED = re.compile(r"/(officeDocument|sharedStrings|styles|worksheet)$")


class WorkbookSheet(NamedTuple):
    """A sheet by its *name*; *part* is where the workbook keeps it."""

    name: str
    part: str
    is_hidden: bool


class Workbook(Struct, frozen=True, dict=True):
    """An open workbook; *where* names it in errors."""

    archive: zipfile.ZipFile
    where: str
    main: str

    @cached_property
    def _related(self) -> Mapping[str, tuple[str, str]]:
        folder, _, name = self.main.rpartition("/")
        return _relations(self, f"{folder}/_rels/{name}.rels", folder)

    @cached_property
    def _head(self) -> tuple[DateSystem, tuple[WorkbookSheet, ...]]:
        system: DateSystem = "1900"
        sheets: list[WorkbookSheet] = []
        with self.open(self.main) as stream:
            for element in ElementParser(stream, ("{*}workbookPr", "{*}sheet"), self.where):
                if element.tag.endswith("}workbookPr"):
                    system = "1904" if element.get("date1904") in ("1", "true") else "1900"
                    continue
                ids = (value for name, value in element.attrib.items() if name.endswith("}id"))
                kind, part = self._related.get(next(ids, ""), ("", ""))
                if kind == "worksheet":
                    is_hidden = element.get("state", "visible") != "visible"
                    sheets.append(WorkbookSheet(element.get("name", ""), part, is_hidden))
        return system, tuple(sheets)

    @property
    def date_system(self) -> DateSystem:
        """How the workbook counts days: since 1900, or since 1904."""
        return self._head[0]

    @property
    def sheets(self) -> tuple[WorkbookSheet, ...]:
        """The sheets with cells, in their order; charts are none."""
        return self._head[1]

    def rows(self, sheet: WorkbookSheet) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of *sheet*, each with its number. Raises BadInput."""
        where = f"{self.where}，{sheet.name}"
        with self.open(sheet.part) as stream:
            merges = Merges(ElementParser(stream, ("{*}mergeCell", "{*}row"), where))
        with self.open(sheet.part) as stream:
            parser = ElementParser(stream, "{*}row", where)
            yield from read_rows(parser, self._cells, merges)

    @cached_property
    def _cells(self) -> CellReader:
        strings = read_strings(self._elements("sharedStrings", "{*}si"))
        dates = date_styles(self._elements("styles", ("{*}numFmt", "{*}cellXfs")))
        return CellReader(strings, dates, self.date_system)

    def _elements(self, kind: str, tags: str | tuple[str, ...]) -> Iterator[Any]:
        """Yield the elements of the part of that *kind*; none where the workbook has no such."""
        part = _part_of(kind, self._related)
        if part is not None:
            with self.open(part) as stream:
                yield from ElementParser(stream, tags, self.where)

    def open(self, part: str) -> IO[bytes]:
        """Open a *part* of the archive. Raises BadInput where it lacks or is too large."""
        try:
            if self.archive.getinfo(part).file_size > MOST_OF_A_PART:
                zh = f"{part} 展开后超过 {MOST_OF_A_PART >> 30} GiB"
                en = f"{part} unpacks to more than {MOST_OF_A_PART >> 30} GiB"
                raise BadInput(zh=zh, en=en, where=self.where)
            return self.archive.open(part)
        except KeyError as error:
            zh = f"不是完整的 Excel 工作簿：缺少 {part}"
            en = f"not a whole Excel workbook: {part} is missing"
            raise BadInput(zh=zh, en=en, where=self.where) from error
        except RuntimeError as error:  # what zipfile raises for a password or an unknown packing
            raise BadInput(
                zh="工作簿无法打开", en=f"the workbook cannot be opened: {error}", where=self.where
            ) from error


def open_workbook(stream: IO[bytes], where: str) -> Workbook:
    """Open the workbook in *stream*. Raises BadInput where it is none."""
    try:
        archive = zipfile.ZipFile(stream)
    except zipfile.BadZipFile as error:
        text = Bilingual("不是 Excel 工作簿（.xlsx）", f"not an Excel workbook (.xlsx): {error}")
        raise BadInput(text, where) from error
    opened = Workbook(archive, where, "")
    main = _part_of("officeDocument", _relations(opened, "_rels/.rels", ""))
    if main is None:
        zh = "不是 Excel 工作簿（.xlsx）：压缩包里没有工作簿"
        en = "not an Excel workbook (.xlsx): the archive has no workbook in it"
        raise BadInput(zh=zh, en=en, where=where)
    return Workbook(archive, where, main)


def _relations(book: Workbook, part: str, folder: str) -> dict[str, tuple[str, str]]:
    with book.open(part) as stream:
        relations = {}
        for each in ElementParser(stream, "{*}Relationship", book.where):
            kind = _RELATED.search(each.get("Type", ""))
            target = each.get("Target", "")
            if kind is not None and each.get("TargetMode") != "External":
                inside = posixpath.normpath(posixpath.join("/", folder, target))
                relations[each.get("Id", "")] = (kind[1], inside.lstrip("/"))
        return relations


def _part_of(kind: str, related: Mapping[str, tuple[str, str]]) -> str | None:
    return next((part for of_kind, part in related.values() if of_kind == kind), None)
