"""Reads the values of a TOML table, each of its type: a wrong one is BadInput with file and key.

A key that nothing reads is refused too: it is either misspelt or something we would silently lose.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import time
from typing import Any, TypeVar

from chalicelib.errors import BadInput
from chalicelib.policy.limit import Limit

Table = Mapping[str, Any]
Word = TypeVar("Word", bound=str)

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def known(table: Table, keys: Collection[str], where: str) -> None:
    """Refuse what is none of *keys*."""
    for key in table:
        if key not in keys:
            raise BadInput(f"unknown key {key!r}", where)


def section(table: Table, key: str, where: str) -> Table:
    """The table under *key*."""
    value = table.get(key)
    if not isinstance(value, dict):
        raise BadInput(f"[{key}] is missing", where)
    return value


def rows(table: Table, key: str, where: str) -> Sequence[Table]:
    """The tables of the array *key*; none where it is not there."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise BadInput(f"{key} must be tables, [[{key}]]", where)
    return value


def string(table: Table, key: str, where: str) -> str:
    """Text that is not empty."""
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise BadInput(f"{key} must be text", where)
    return value


def one_of(table: Table, key: str, words: Sequence[Word], where: str) -> Word:
    """One of a few *words*."""
    value = table.get(key)
    for word in words:
        if value == word:
            return word
    raise BadInput(f"{key} must be {' or '.join(map(repr, words))}, not {value!r}", where)


def words(table: Table, key: str, where: str) -> tuple[str, ...]:
    """A list of words, each once; empty where it is not there."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise BadInput(f"{key} must be a list of words", where)
    if len(set(value)) < len(value):
        raise BadInput(f"{key} names something twice", where)
    return tuple(value)


def whole(table: Table, key: str, where: str) -> int:
    """A whole number of 0 or more."""
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadInput(f"{key} must be a whole number of 0 or more", where)
    return value


def percent(table: Table, key: str, where: str) -> int:
    """A whole number from 0 to 100."""
    value = whole(table, key, where)
    if value > 100:  # noqa: PLR2004
        raise BadInput(f"{key} must be at most 100", where)
    return value


def yes_or_no(table: Table, key: str, where: str, *, default: bool) -> bool:
    """True or false; *default* where it is not there."""
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise BadInput(f"{key} must be true or false", where)
    return value


def limit(table: Table, key: str, where: str) -> Limit:
    """A limit such as `20wd`."""
    value = table.get(key)
    try:
        return Limit.parse(value if isinstance(value, str) else repr(value))
    except ValueError as error:
        raise BadInput(f"{key}: {error}", where) from error


def length(table: Table, key: str, where: str) -> Limit:
    """A limit longer than nothing."""
    found = limit(table, key, where)
    if not found.amount:
        raise BadInput(f"{key} must be longer than nothing", where)
    return found


def rule_id(text: str, where: str) -> str:
    """A rule's id, such as `V-02`."""
    letters, dash, number = text.partition("-")
    if not (dash and letters.isascii() and letters.isupper() and number.isdigit()):
        raise BadInput(f"a rule is named like V-02, not {text!r}", where)
    return text


def time_of_day(value: object, where: str) -> time:
    """A time like `17:30`."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadInput(f"not a time of day: {value!r} (write 17:30)", where)
    return time(int(match.group(1)), int(match.group(2)))
