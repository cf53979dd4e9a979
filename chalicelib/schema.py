"""Reads a document into a record whose types say what is allowed, and names what does not fit.

msgspec reads: nothing is converted, and nothing unknown is let in. It tells a defect in English, in
a few fixed forms. Here each form has a Chinese and an English sentence, and the place in parts.
"""

import re
from datetime import date, datetime
from typing import Any, TypeVar

from msgspec import ValidationError, convert

T = TypeVar("T")

# Fields are ours, so a path has no odd characters; what is behind another one is part of a name.
# Patterns are compiled only where something is wrong.
_AT = r"(?a) - at (`key` in )?`\$((?:\.\w+|\[(?:\d+|\.{3})\])*)`$"
_PART = r"(?a)\.(\w+)|\[(\d+|\.{3})\]"
_KEY = "key"  # the last part, where a key and not its value is wrong
_NAMED = r"(?s)Object (missing required|contains unknown) field `(.*)`"
_FORMS = (
    (r"Expected `str` of length >= (\d+)", "至少 {0} 个字符", "{0} characters at least"),
    (r"Expected `str` of length <= (\d+)", "最多 {0} 个字符", "{0} characters at most"),
    (r"Expected `array` of length >= (\d+)", "至少 {0} 项", "{0} entries at least"),
    (r"Expected `array` of length <= (\d+)", "最多 {0} 项", "{0} entries at most"),
    (r"Expected `array` of length (\d+), got .*", "须是 {0} 项", "there must be {0} entries"),
    (r"Expected `int` >= (-?\d+)", "不得小于 {0}", "must not be less than {0}"),
    (r"Expected `int` <= (-?\d+)", "不得大于 {0}", "must not be more than {0}"),
    (
        r"(?s)Expected `str` matching regex .*",
        "含有此处不允许的字符，或写法不对",
        "it has characters that are not allowed here, or is not written as it must be",
    ),
    (
        r"Expected `date[`| ].*, got .*",
        "须是日期，不加引号，例如 2026-03-01",
        "must be a date without quotes, like 2026-03-01",
    ),
    (
        r"Expected `datetime`.*",
        "须是时间，不加引号，不写时区，例如 2026-03-01T09:00:00",
        "must be a time without quotes and zone, like 2026-03-01T09:00:00",
    ),
    (r"Expected `str[`| ].*, got .*", "须是文字", "must be a text"),
    (r"Expected `int[`| ].*, got .*", "须是整数", "must be a whole number"),
    (r"Expected `bool[`| ].*, got .*", "须是 true 或 false", "must be true or false"),
    (r"Expected `array[`| ].*, got .*", "须是数组", "must be an array"),
    (r"Expected `object[`| ].*, got .*", "须是对象（键与值）", "must be an object"),
)


class Unfit(ValueError):
    """A value is not what it must be: *zh* and *en* say why, in both languages.

    `__post_init__` of a record raises it, and `parse` of a type of its own.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Defect(Unfit):
    """What of a document does not fit, and where: keys, and numbers of entries, from outside in."""

    def __init__(self, parts: tuple[str | int, ...], zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.parts = parts

    @property
    def path(self) -> str:
        """The place with dots: `parts.0.limit`; empty for the whole document."""
        return ".".join(map(str, self.parts))


def read_record(kind: type[T], document: object) -> T:
    """Return *document* as a record of *kind*. Raises Defect, of the first thing that is wrong.

    A type of its own that has `parse` reads a text with it (`Limit`); one that has `read_value`
    reads any value (`Basis`). Dates are those of TOML: no text is a date.
    """
    try:
        return convert(document, kind, builtin_types=(date, datetime), dec_hook=_parse)
    except ValidationError as error:
        raise _defect(kind, str(error), error.__cause__) from error


def _parse(kind: Any, value: object) -> object:
    if hasattr(kind, "read_value"):
        return kind.read_value(value)
    if not isinstance(value, str):
        raise Unfit("须是文字", "must be a text")
    return kind.parse(value)


def _defect(kind: Any, message: str, cause: BaseException | None) -> Defect:
    at = re.search(_AT, message)
    what = message[: at.start()] if at else message
    found = re.findall(_PART, at[2]) if at else []
    parts = tuple(int(number) if number.isdigit() else name or number for name, number in found)
    if at and at[1]:
        parts = (*parts, _KEY)
    if isinstance(cause, Defect):
        return Defect((*parts, *cause.parts), cause.zh, cause.en)
    if cause is not None:
        return Defect(parts, getattr(cause, "zh", "写法不对"), str(cause))
    if named := re.fullmatch(_NAMED, what):
        if named[1] == "missing required":
            return Defect((*parts, named[2]), "缺少这个字段", "this field is needed")
        text = "此处没有这个字段", "this field is not known here"
        return Defect((*parts, named[2]), *text)
    return Defect(parts, *_explain(what, _types_at(kind, parts)))


def _explain(what: str, types: tuple[Any, ...]) -> tuple[str, str]:
    """Return what is wrong in Chinese and in English; *types* are those that a value may have."""
    if what.startswith("Expected `str` matching regex"):
        for extra in filter(None, (getattr(each, "extra", None) for each in types)):
            return extra["zh"], extra["en"]
    for form, zh, en in _FORMS:
        if match := re.fullmatch(form, what):
            return zh.format(*match.groups()), en.format(*match.groups())
    words = [str(value) for each in types for value in getattr(each, "values", ())]
    if what.startswith("Invalid enum value") and words:
        return f"只能是：{'、'.join(words)}", f"must be one of {', '.join(words)}"
    return "不符合要求", what


def _types_at(kind: Any, parts: tuple[str | int, ...]) -> tuple[Any, ...]:
    """Return the types that a value at *parts* of a record of *kind* may have."""
    from msgspec import inspect  # lazily: only what is wrong needs it

    types: tuple[Any, ...] = (inspect.type_info(kind),)
    for part in parts:
        types = tuple(filter(None, (_within(getattr(each, "type", each), part) for each in types)))
        types = tuple(each for one in types for each in getattr(one, "types", (one,)))
    return types


def _within(node: Any, part: str | int) -> Any:
    """Return the type of *part* of a value of the type *node*; None where it has none."""
    if hasattr(node, "fields"):
        return next(field.type for field in node.fields if field.encode_name == part)
    if part == _KEY and hasattr(node, "key_type"):
        return node.key_type
    return getattr(node, "item_type", None) or getattr(node, "value_type", None)
