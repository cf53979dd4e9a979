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
from chalicelib.intake.name_text import NoText

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
        raise BadInput(zh="不是 UTF-8 编码", en="not UTF-8", where=f"{where}:{line}") from error
    except json.JSONDecodeError as error:
        zh, en = "不是 JSON", f"not JSON: {error.msg}"
        raise BadInput(zh=zh, en=en, where=f"{where}:{error.lineno}") from error
    except NoText as error:
        raise BadInput(zh=f"不是 JSON：{error.zh}", en=f"not JSON: {error}", where=where) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(zh="不是 JSON", en=f"not JSON: {error}", where=where) from error


def check_document(table: object, where: str) -> Document:
    """Return the document in *table*, as it was parsed or stored. Raises BadInput."""
    if not isinstance(table, Mapping):
        zh, en = "应是一个对象：一年，或者一次调整", "it is one object: a year, or a change"
        raise BadInput(zh=zh, en=en, where=where)
    kind = table.get("kind", "year")
    if kind == "change":
        return read_change(table, where)
    if kind != "year":
        zh, en = 'kind 只能是 "year" 或 "change"', 'kind is "year" or "change"'
        raise BadInput(zh=zh, en=en, where=f"{where}: kind")
    return read_year(table, where)


def name_document(document: Document) -> str:
    """Return the name of *document*, a hash of its content."""
    text = json.dumps(document.table(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise NoText(zh=f"键 {key!r} 写了两次", en=f"the key {key!r} is there twice")
        table[key] = value
    return table
