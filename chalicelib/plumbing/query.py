"""Reads the query of a request, strictly: what is not known or not allowed is 422 with its name.

The OpenAPI document describes the same bounds. A raw query is decoded by the gateway, so only
decoded texts arrive here. A path parameter is handed on as it was sent (chalice#511), and decoded
here and nowhere else: there is one reading of an id (ADR 0046).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import unquote

from chalicelib.errors import Rejected

MAX_NAME = 200  # as long as the name of a department or a region may be

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_MOST_DIGITS = 16
LONGEST_ID = 600  # of a case, percent-encoded as it is

Query = Mapping[str, str]


def check_names(query: Query, known: Collection[str]) -> None:
    """Refuse a parameter that is not *known*."""
    for name in query:
        if name not in known:
            raise Rejected(
                422,
                zh=f"没有此查询参数；可用的是 {'、'.join(sorted(known))}。",
                en=f"this parameter is not known; known are {', '.join(sorted(known))}",
                field=name[:100],
            )


def read_choice(query: Query, name: str, allowed: Sequence[str]) -> str | None:
    """Return the parameter *name*, one of *allowed*; None where it is absent or empty."""
    value = query.get(name) or None
    if value is not None and value not in allowed:
        raise Rejected(
            422,
            zh=f"{name} 只能是：{'、'.join(allowed)}。",
            en=f"{name} is one of {', '.join(allowed)}",
            field=name,
        )
    return value


def read_name(query: Query, name: str, most: int = MAX_NAME) -> str:
    """Return the parameter *name*, a text of one line; empty where it is absent."""
    value = query.get(name) or ""
    if len(value) > most or _CONTROL.search(value):
        raise Rejected(
            422,
            zh=f"{name} 是不超过 {most} 个字符的单行文字。",
            en=f"{name} is a text of one line, of at most {most} characters",
            field=name,
        )
    return value


def read_index(query: Query, name: str, *, zh: str, en: str) -> int | None:
    """Return the parameter *name*, 16 digits at most; None if absent. *zh*, *en*: what it is."""
    value = query.get(name)
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        raise Rejected(422, zh=zh, en=en, field=name)
    return int(value)


def decode_parameter(parameter: str) -> str:
    """Return the text of a path *parameter*; empty where no id of ours reads like that."""
    text = unquote(parameter[: 3 * LONGEST_ID + 1])
    return text if len(text) <= LONGEST_ID and _PRINTABLE.fullmatch(text) else ""
