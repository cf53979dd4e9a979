"""The line on which a key of a profile stands, for complaints about it.

Pure: the text of the profile in, a line number out. An entry is named as in `infra/policy/entries`:
a table by its header, a row of `[[threshold]]` by clock, rule and level, one of `[[repeated]]` by
its rule. What is not written has the line of its table, or the first line.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

_HEADER = re.compile(r"\s*\[\[?\s*([\w.\"' -]+?)\s*\]\]?\s*(?:#.*)?")
_ROWS = {"threshold": ("clock", "rule", "level"), "repeated": ("rule",)}


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
    ends = [*(n for n, _ in headers), len(lines)][1:]
    met: dict[str, int] = {}
    for (start, header), end in zip(headers, ends, strict=True):
        name = header
        if header in _ROWS:
            row = document[header][met.get(header, 0)]
            met[header] = met.get(header, 0) + 1
            name = _row_name(header, row)
        yield name, start + 1, lines[start:end]


def _row_name(header: str, row: Mapping[str, Any]) -> str:
    return " ".join((header, *(str(row.get(key, "")) for key in _ROWS[header])))
