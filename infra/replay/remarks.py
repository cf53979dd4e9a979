"""Remarks on the reading of a log: rows that were skipped, values that could not be read.

Nothing leaves silently (DOMAIN LED-04). Rows that are no cases are counted by kind; a value that
cannot be read is listed with its place and the reason, and makes the command's exit code 1.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct, field

from chalicelib.errors import Bilingual
from infra.replay.wanted import RawCase
from infra.terminal.language import say

MOST_LISTED = 1000
_MOST_SHOWN = 40  # letters of a value
_SKIPPED = {
    "empty_rows": Bilingual("{} 个空行", "{} empty rows"),
    "title_rows": Bilingual("表头之前的 {} 行标题", "{} rows of a title above the header"),
    "header_rows": Bilingual("{} 个重复的表头行", "{} rows that are the header again"),
    "total_rows": Bilingual("{} 个合计行", "{} rows of totals"),
}


class Unread(NamedTuple):
    """A *value* under *column* that cannot be read, the place where it stands, and the *reason*."""

    column: str
    value: str
    reason: Bilingual
    case: str = ""
    row: int = 0
    sheet: str = ""

    def written(self) -> dict[str, object]:
        """Return what is known of it as a JSON object."""
        fields = {name: getattr(self, name) for name in ("sheet", "row", "case")}
        known = {name: value for name, value in fields.items() if value}
        return {**known, "column": self.column, "value": self.value, "reason": self.reason.zh}

    def line(self) -> str:
        """Return it as one line for people."""
        sheet = f"{self.sheet} " if self.sheet else ""
        zh = f"第 {self.row} 行" if self.row else f"办件 {self.case or '（无编号）'}"
        en = f"row {self.row}" if self.row else f"case {self.case or '(no number)'}"
        return say(
            f"未读：{sheet}{zh}“{self.column}”：{self.reason.zh}：{self.value!r}",
            f"not read: {sheet}{en}, {self.column!r}: {self.reason.en}: {self.value!r}",
        )


class Remarks(Struct):
    """The remarks on one log: *sentences*, and *skipped* rows that are no cases, by kind."""

    sentences: list[Bilingual] = field(default_factory=list)
    skipped: "Counter[str]" = field(default_factory=Counter)
    unread: list[Unread] = field(default_factory=list)
    times_unread: int = 0

    def cannot_read(self, raw: RawCase, column: str, value: str, reason: Bilingual) -> None:
        """List a *value* of *raw* that cannot be read; beyond MOST_LISTED it is counted only."""
        self.times_unread += 1
        if len(self.unread) < MOST_LISTED:
            shown = value[:_MOST_SHOWN]
            self.unread.append(Unread(column, shown, reason, raw.id, raw.row, raw.sheet))

    def lines(self, most: int) -> Iterator[str]:
        """Yield all remarks for people; of the unread values *most* at the most."""
        yield from (say(*text) for text in self.sentences)
        for kind, text in _SKIPPED.items():
            if count := self.skipped[kind]:
                yield say(f"跳过：{text.zh.format(count)}", f"skipped: {text.en.format(count)}")
        yield from (each.line() for each in self.unread[:most])
        if self.times_unread > most:
            more = self.times_unread - most
            yield say(f"未读：另有 {more} 处", f"not read: {more} more")

    def written(self) -> dict[str, object]:
        """Return what was skipped and not read as part of a report; what is nothing is absent."""
        parts: dict[str, object] = {
            "skipped": {kind: count for kind, count in self.skipped.items() if count},
            "unread": [each.written() for each in self.unread],
        }
        return {name: part for name, part in parts.items() if part}
