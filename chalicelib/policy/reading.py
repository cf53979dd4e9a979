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

_DEPTH = 12  # a profile has five
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def must_be_flat(table: Table, where: str) -> None:
    """Refuse a *table* that is nested more deeply than any profile is. Raises BadInput."""
    values: list[object] = [table]
    for _ in range(_DEPTH):
        deeper = [value for value in values if isinstance(value, dict | list)]
        inner = [value.values() if isinstance(value, dict) else value for value in deeper]
        values = [part for parts in inner for part in parts]
    if values:
        raise BadInput(zh="嵌套太深", en="nested too deeply", where=where)


def check_keys(table: Table, keys: Collection[str], where: str) -> None:
    """Refuse a key of *table* that is not among *keys*. Raises BadInput."""
    for key in table:
        if key not in keys:
            raise BadInput(
                zh=f"没有“{key}”这个键：写错了，或者放错了地方",
                en=f"unknown key {key!r}",
                where=where,
            )


def read_section(table: Table, key: str, where: str) -> Table:
    """Return the table under *key*."""
    value = table.get(key)
    if not isinstance(value, dict):
        raise BadInput(zh=f"缺少 [{key}] 这一节", en=f"[{key}] is missing", where=where)
    return value


def read_rows(table: Table, key: str, where: str) -> Sequence[Table]:
    """Return the tables of the array *key*; none where it is absent."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise BadInput(
            zh=f"{key} 要写成 [[{key}]] 的各行", en=f"{key} must be tables, [[{key}]]", where=where
        )
    return value


def read_string(table: Table, key: str, where: str) -> str:
    """Return the text under *key*, which must not be empty."""
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise BadInput(zh=f"{key} 要写文字，不能空着", en=f"{key} must be text", where=where)
    return value


def read_choice(table: Table, key: str, words: Sequence[Word], where: str) -> Word:
    """Return the word under *key*, one of *words*."""
    value = table.get(key)
    for word in words:
        if value == word:
            return word
    raise BadInput(
        zh=f"{key} 只能是 {'、'.join(map(repr, words))}，不是 {value!r}",
        en=f"{key} must be {' or '.join(map(repr, words))}, not {value!r}",
        where=where,
    )


def read_words(table: Table, key: str, where: str) -> tuple[str, ...]:
    """Return the list of words under *key*, each once; empty where it is absent."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise BadInput(
            zh=f'{key} 要写成一列词，例如 ["a", "b"]',
            en=f"{key} must be a list of words",
            where=where,
        )
    if len(set(value)) < len(value):
        raise BadInput(zh=f"{key} 里有重复的词", en=f"{key} names something twice", where=where)
    return tuple(value)


def read_whole(table: Table, key: str, where: str) -> int:
    """Return the whole number under *key*, 0 or more."""
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadInput(
            zh=f"{key} 要写 0 以上的整数",
            en=f"{key} must be a whole number of 0 or more",
            where=where,
        )
    return value


def read_percent(table: Table, key: str, where: str) -> int:
    """Return the whole number under *key*, from 0 to 100."""
    value = read_whole(table, key, where)
    if value > 100:  # noqa: PLR2004
        raise BadInput(zh=f"{key} 不能超过 100", en=f"{key} must be at most 100", where=where)
    return value


def read_flag(table: Table, key: str, where: str, *, default: bool) -> bool:
    """Return whether *key* is true; *default* where it is absent."""
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise BadInput(
            zh=f"{key} 只能是 true 或 false", en=f"{key} must be true or false", where=where
        )
    return value


def read_limit(table: Table, key: str, where: str) -> Limit:
    """Return the limit under *key*, such as `20wd`."""
    value = table.get(key)
    try:
        return Limit.parse(value if isinstance(value, str) else repr(value))
    except ValueError as error:
        raise BadInput(
            zh=f"{key}：{value!r} 不是期限，请写成 10wd、10d、2mo",
            en=f"{key}: {error}",
            where=where,
        ) from error


def read_positive_limit(table: Table, key: str, where: str) -> Limit:
    """Return the limit under *key*, which must be longer than nothing."""
    limit = read_limit(table, key, where)
    if not limit.amount:
        raise BadInput(zh=f"{key} 不能是零", en=f"{key} must be longer than nothing", where=where)
    return limit


def check_rule_id(text: str, where: str) -> str:
    """Return *text* if it is a rule's id, such as `V-02`. Raises BadInput."""
    letters, dash, number = text.partition("-")
    if not (dash and letters.isascii() and letters.isupper() and number.isdigit()):
        raise BadInput(
            zh=f"规则号要写成 V-02 这样，不是 {text!r}",
            en=f"a rule is named like V-02, not {text!r}",
            where=where,
        )
    return text


def read_time_of_day(value: object, where: str) -> time:
    """Return the time of day that *value* writes, like `17:30`. Raises BadInput."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadInput(
            zh=f"不是时刻：{value!r}（写成 17:30）",
            en=f"not a time of day: {value!r} (write 17:30)",
            where=where,
        )
    return time(int(match.group(1)), int(match.group(2)))
