"""The line on which a key of a profile stands, for complaints about it.

Pure: the text of the profile in, a line number out. An entry is named as in `infra/policy/entries`:
a table by its header, a row of `[[threshold]]` by clock, rule and level, one of `[[repeated]]` by
its rule. What is not written has the line of its table, or the first line.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.policy.effective import ROWS

_HEADER = re.compile(r"\s*\[\[?\s*([\w.\"' -]+?)\s*\]\]?\s*(?:#.*)?")


def line_of(text: str, entry: str, key: str) -> int:
    """Return the line of *key* in *entry* of the profile *text*, from 1 on."""
    for name, first, lines in _tables(text):
        if name == entry:
            is_key = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
            keyed = (number for number, line in enumerate(lines, first) if is_key.match(line))
            return next(keyed, first)
    return 1


def _tables(text: str) -> Iterator[tuple[str, int, list[str]]]:
    """Yield each table: its entry, the line of its header, its lines."""
    lines, document = text.split("\n"), tomllib.loads(text)
    headers = [(n, m[1]) for n, line in enumerate(lines) if (m := _HEADER.fullmatch(line))]
    ends = [n for n, _ in headers] + [len(lines)]
    met: dict[str, int] = {}
    for (start, header), end in zip(headers, ends[1:], strict=True):
        name = header
        if (header,) in ROWS:
            place = met[header] = met.get(header, -1) + 1
            name = row_name(header, _row(document.get(header), place))
        yield name, start + 1, lines[start:end]


def _row(rows: object, place: int) -> Mapping[str, Any]:
    """Return the row at a *place*; an empty one where a text only looks like the header of one."""
    found = rows[place] if isinstance(rows, list) and place < len(rows) else None
    return found if isinstance(found, Mapping) else {}


def row_name(section: str, row: Mapping[str, Any]) -> str:
    """Return the entry that a *row* of the array *section* is, by the keys that make it the one."""
    return " ".join((section, *(str(row.get(key, "")) for key in ROWS.get((section,), ()))))
