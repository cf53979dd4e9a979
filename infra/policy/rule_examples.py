"""The examples in the files of the rules: what happened, and what the rule finds in it.

A lawyer adds one by copying another, so what is wrong is said in Chinese. `tests/rules` plays all
of them, `docs/rules.md` has them as sentences. Times are wall time in the zone of the profile.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar, get_args

from msgspec import Struct

from chalicelib.errors import BadInput, Bilingual
from chalicelib.findings.rule_file import LEVELS, rule_text
from chalicelib.policy.shipped import DEFAULT, list_profiles

ExampleCase = Literal["permit", "item", "card", "department"]
CASES: tuple[ExampleCase, ...] = get_args(ExampleCase)

_KEYS = ("name", "case", "profile", "adds", "item", "events", "judged_at", "findings")
_NEEDED = ("name", "events", "judged_at", "findings")
_Value = TypeVar("_Value")
_KINDS: Mapping[type, Bilingual] = {
    str: Bilingual("文字，写在引号里", "a text in quotes"),
    list: Bilingual("方括号里的若干行", "rows in square brackets"),
    dict: Bilingual("花括号里的若干项", "entries in braces"),
    datetime: Bilingual("时间，如 2026-04-13T10:00:00", "a time, such as 2026-04-13T10:00:00"),
}


class Found(Struct, frozen=True, order=True):
    """What a rule finds: the *ground* (情形), the legal instant *at*, and the *level*, if any.

    Silence that approves or accepts (视为) has no level, nor has a sign of V-27.
    """

    at: datetime
    ground: str
    level: str = ""


class Example(Struct, frozen=True):
    """The *events* of a *case*, and what *rule* finds in it by *judged_at*.

    *profile* is the name of a shipped one; *adds* is what a place adds to it. *item* has the
    columns of the catalogue's row for the item; None: there is no catalogue.
    """

    rule: str
    name: str
    case: ExampleCase
    profile: str
    adds: str
    item: Mapping[str, str] | None
    events: Sequence[Mapping[str, Any]]
    judged_at: datetime
    findings: Sequence[Found]

    def __str__(self) -> str:
        """Return where it stands, as a failure names it."""
        return f"{self.rule}.toml，示例“{self.name}”"


def load_examples(rule: str) -> tuple[Example, ...]:
    """Return the examples in the file of *rule*. Raises BadInput."""
    return read_examples(rule, rule_text(rule))


def read_examples(rule: str, text: str) -> tuple[Example, ...]:
    """Read the examples of *rule* from the *text* of its file. Raises BadInput."""
    try:
        rows = tomllib.loads(text).get("example", [])
    except tomllib.TOMLDecodeError as error:
        zh, en = "不是 TOML，少了或者多了符号", f"not TOML: {error}"
        raise BadInput(zh=zh, en=en, where=f"{rule}.toml") from error
    return tuple(_read_example(rule, row, n) for n, row in enumerate(rows, 1))


def _read_example(rule: str, row: Mapping[str, Any], n: int) -> Example:
    where = f"{rule}.toml，第{n}个示例“{row.get('name', '')}”"
    for key in _NEEDED:
        if key not in row:
            zh = f"缺少 {key}；没有发现的，写 findings = []"
            en = f"{key} is missing; where nothing is found write findings = []"
            raise BadInput(zh=zh, en=en, where=where)
    _check_keys(row, _KEYS, where)
    case, profile = row.get("case", CASES[0]), row.get("profile", DEFAULT)
    _check_word("case", case, CASES, where)
    _check_word("profile", profile, list_profiles(), where)
    events = _read(row, "events", list, where)
    for event in events:
        _read(event, "at", datetime, where)
        _read(event, "type", str, where)
    return Example(
        rule=rule,
        name=_read(row, "name", str, where),
        case=case,
        profile=profile,
        adds=_read(row, "adds", str, where) if "adds" in row else "",
        item=_read(row, "item", dict, where) if "item" in row else None,
        events=events,
        judged_at=_read(row, "judged_at", datetime, where),
        findings=[_read_found(each, where) for each in _read(row, "findings", list, where)],
    )


def _read_found(row: Mapping[str, Any], where: str) -> Found:
    _check_keys(row, ("ground", "level", "at"), where)
    level = row.get("level", "")
    _check_word("level", level, ("", *LEVELS), where)
    return Found(_read(row, "at", datetime, where), _read(row, "ground", str, where), level)


def _read(row: Mapping[str, Any], key: str, kind: type[_Value], where: str) -> _Value:
    value = row.get(key)
    if not isinstance(value, kind) or getattr(value, "tzinfo", None) is not None:
        zh, en = _KINDS[kind]
        zh, en = f"{key} 应当是{zh}，而不是 {value!r}", f"{key} is {en}, not {value!r}"
        raise BadInput(zh=zh, en=en, where=where)
    return value


def _check_keys(row: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    unknown = [key for key in row if key not in keys]
    if unknown:
        zh = f"没有 {unknown[0]} 这一项，只有 {'、'.join(keys)}"
        en = f"there is no {unknown[0]} here, only {', '.join(keys)}"
        raise BadInput(zh=zh, en=en, where=where)


def _check_word(key: str, word: object, words: Sequence[str], where: str) -> None:
    if word not in words:
        zh = f"{key} 只能是 {'、'.join(filter(None, words))}，不能是 {word!r}"
        en = f"{key} is one of {', '.join(filter(None, words))}, not {word!r}"
        raise BadInput(zh=zh, en=en, where=where)
