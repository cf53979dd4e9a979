"""An import of a catalogue: what it would change in the one in force, and its rows in a workbook.

An item that goes is unknown to new cases; open cases keep their limits, and are counted here.
"""

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.catalogue_columns import NEEDED, Row, read_columns
from infra.replay.log_formats import Book, open_book
from infra.terminal.language import say

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong file
    from chalicelib.plumbing.services import Services

_MOST_LISTED = 100  # items of each kind; --json names all
_WITHIN = 20  # rows


class CatalogueChange(Struct, frozen=True):
    """Items *added*, *changed* and *removed*, open cases by code; *is_first*: none is in force."""

    is_first: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[CatalogueItem, ...]
    open_cases: "Counter[str]"

    def written(self) -> dict[str, object]:
        """Return it as a JSON object."""
        going = [
            {"item": item.item, "name": item.name, "department": item.department}
            | {"open_cases": self.open_cases[item.item]}
            for item in self.removed
        ]
        return {"added": self.added, "changed": self.changed, "going": going}

    def lines(self) -> Iterator[str]:
        """Yield it as lines for people; none for a first catalogue, or one that is in force."""
        if self.is_first or not (self.added or self.changed or self.removed):
            return
        added, changed, gone = len(self.added), len(self.changed), len(self.removed)
        en = f"against the catalogue in force: {added} new, {changed} changed, {gone} gone"
        yield say(f"与现行清单相比：新增 {added} 项，变更 {changed} 项，去掉 {gone} 项", en)
        yield from _named(say("新增", "new"), self.added)
        yield from _named(say("变更", "changed"), self.changed)
        yield from map(self._gone, self.removed[:_MOST_LISTED])
        if (more := gone - _MOST_LISTED) > 0:
            yield say(f"去掉的另有 {more} 项", f"and {more} more are gone")

    def _gone(self, item: CatalogueItem) -> str:
        named, open_cases = f"{item.item} {item.name}", self.open_cases[item.item]
        zh = f"去掉 {named}（{item.department}）：在办 {open_cases} 件"
        return say(zh, f"gone: {named} ({item.department}): {open_cases} open cases")


def _named(change: str, codes: Sequence[str]) -> Iterator[str]:
    """Yield a line with the items of a *change* by their *codes*, if there are any."""
    more, count = "", len(codes)
    if count > _MOST_LISTED:
        more = say(f" 等 {count} 项", f" and others, {count} in all")
    if codes:
        yield f"{change} {say('、', ', ').join(codes[:_MOST_LISTED])}{more}"


def compare(services: "Services", entries: Sequence[CatalogueItem]) -> CatalogueChange:
    """Return what *entries* change in the catalogue in force."""
    version = services.catalogues.current(fresh=True)
    before = {item.item: item for item in services.catalogues.entries(version)} if version else {}
    after = {item.item: item for item in entries}
    removed = tuple(item for code, item in sorted(before.items()) if code not in after)
    added = sorted(after.keys() - before.keys())
    changed = sorted(code for code, item in after.items() if before.get(code, item) != item)
    open_cases = _open_cases(services, before.values(), removed)
    return CatalogueChange(not before, tuple(added), tuple(changed), removed, open_cases)


def _open_cases(
    services: "Services", before: Iterable[CatalogueItem], removed: Sequence[CatalogueItem]
) -> "Counter[str]":
    """Count the open cases of the items *removed*, in all departments of the catalogue *before*.

    A case may be with another department than its item's: it was handed over. What was accepted
    before anything knew its names is kept under their tokens.
    """
    tokens = services.name_tokens
    codes, counts = {item.item for item in removed}, Counter[str]()
    departments = {name for item in before for name in item.departments} if codes else set()
    for name in chain.from_iterable(map(tokens.spellings, sorted(departments))):
        for case in services.cases.of_department("permit", name):
            item = tokens.name_of(case.item)
            counts[item] += item in codes
    return counts


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
