"""Documents of the calendar: a year, or a change of some days; read from JSON, named by content.

A document never changes: its name is the hash of its content. An error names the file, and the
line or the key.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from chalicelib.calendar.change import Change, read_change
from chalicelib.calendar.year import CalendarYear, read_year
from chalicelib.errors import BadInput

Document = CalendarYear | Change


def read_document(content: bytes, where: str) -> Document:
    """Return the document in JSON *content*; *where* is its file's name in errors."""
    return check_document(parse_document(content, where), where)


def parse_document(content: bytes, where: str) -> object:
    """Return what JSON *content* says, not checked yet. Raises BadInput with *where*."""
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_read_object)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadInput("不是 UTF-8 编码", f"{where}:{line}") from error
    except json.JSONDecodeError as error:
        raise BadInput(f"不是 JSON：{error.msg}", f"{where}:{error.lineno}") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"不是 JSON：{error}", where) from error


def check_document(table: object, where: str) -> Document:
    """Return the document in *table*, as it was parsed or stored. Raises BadInput."""
    if not isinstance(table, Mapping):
        raise BadInput("应是一个对象：一年，或者一次调整", where)
    kind = table.get("kind", "year")
    if kind == "change":
        return read_change(table, where)
    if kind != "year":
        raise BadInput('kind 只能是 "year" 或 "change"', f"{where}: kind")
    return read_year(table, where)


def name_document(document: Document) -> str:
    """Return the name of *document*, a hash of its content."""
    text = json.dumps(document.table(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise ValueError(f"键 {key!r} 写了两次")
        table[key] = value
    return table
