"""The line on which a key of a profile stands, for complaints about it.

Pure: the text of the profile in, a line number out. An entry is named as in `infra/policy/entries`:
a table by its header, a row of `[[threshold]]` by clock, rule and level, one of `[[repeated]]` by
its rule. Of the rows of one name it is the one in force on a day. What is not written has the line
of its table, or the first line.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from chalicelib.policy.effective import ROWS

_HEADER = re.compile(r"\s*\[\[?\s*([\w.\"' -]+?)\s*\]\]?\s*(?:#.*)?")


def line_of(text: str, entry: str, key: str, day: date = date.min) -> int:
    """Return the line of *key* in *entry* of the profile *text* as in force on *day*, from 1 on."""
    named = [table for table in _tables(text) if table.name == entry]
    if not named:
        return 1
    in_force = [table for table in named if table.since <= day] or named[:1]
    table = max(in_force, key=lambda each: each.since)
    is_key = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    keyed = (n for n, line in enumerate(table.lines, table.first) if is_key.match(line))
    return next(keyed, table.first)


class _Table(NamedTuple):
    """A table as it is written: its entry, from which day it holds, its first line, its lines."""

    name: str
    since: date
    first: int
    lines: list[str]


def _tables(text: str) -> Iterator[_Table]:
    lines, document = text.split("\n"), tomllib.loads(text)
    headers = [(n, m[1]) for n, line in enumerate(lines) if (m := _HEADER.fullmatch(line))]
    ends = [n for n, _ in headers] + [len(lines)]
    met: dict[str, int] = {}
    for (start, header), end in zip(headers, ends[1:], strict=True):
        place = met[header] = met.get(header, -1) + 1
        row = _row(document, header, place)
        name = row_name(header, row) if (header,) in ROWS else header
        yield _Table(name, _since(row), start + 1, lines[start:end])


def _since(row: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(str(row.get("effective", "")))
    except ValueError:
        return date.min


def _row(document: object, header: str, place: int) -> Mapping[str, Any]:
    """Return the row at a *place* under *header*; an empty one where a text only looks like it."""
    for key in header.split("."):
        document = document.get(key) if isinstance(document, Mapping) else None
    row = document[place] if isinstance(document, list) and place < len(document) else None
    return row if isinstance(row, Mapping) else {}


def row_name(section: str, row: Mapping[str, Any]) -> str:
    """Return the entry that a *row* of the array *section* is, by the keys that make it the one."""
    return " ".join((section, *(str(row.get(key, "")) for key in ROWS.get((section,), ()))))
