"""Reads a document into a record whose types say what is allowed, and names what does not fit.

msgspec reads: nothing is converted, and nothing unknown is let in. It tells a defect in English, in
a few fixed forms. Here each form has a Chinese and an English sentence, and the place in parts.
"""

import re
from typing import Any, TypeVar

from msgspec import ValidationError, convert

T = TypeVar("T")

# Fields are ours, so a path has no odd characters; what is behind another one is part of a name.
_AT = re.compile(r" - at (`key` in )?`\$((?:\.\w+|\[(?:\d+|\.{3})\])*)`$", re.ASCII)
_PART = re.compile(r"\.(\w+)|\[(\d+|\.{3})\]", re.ASCII)
_KEY = "key"  # the last part, where a key and not its value is wrong
_NAMED = re.compile(r"Object (missing required|contains unknown) field `(.*)`", re.DOTALL)
# A form is compiled only where something is wrong.
_FORMS = (
    (r"Expected `str` of length >= (\d+)", "至少 {0} 个字符", "{0} characters at least"),
    (r"Expected `str` of length <= (\d+)", "最多 {0} 个字符", "{0} characters at most"),
    (r"Expected `array` of length >= (\d+)", "至少 {0} 项", "{0} entries at least"),
    (r"Expected `array` of length <= (\d+)", "最多 {0} 项", "{0} entries at most"),
    (r"Expected `int` >= (-?\d+)", "不得小于 {0}", "must not be less than {0}"),
    (r"Expected `int` <= (-?\d+)", "不得大于 {0}", "must not be more than {0}"),
    (
        r"(?s)Expected `str` matching regex .*",
        "含有此处不允许的字符，或写法不对",
        "it has characters that are not allowed here, or is not written as it must be",
    ),
    (
        r"Expected `bool \| int \| float \| str`, got .*",
        "须是文字、数字、true 或 false",
        "must be a text, a number, true or false",
    ),
    (r"Expected `str \| array\b.*, got .*", "须是文字或者数组", "must be a text or an array"),
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

    A type of its own that has `parse` reads a text with it (`Limit`).
    """
    try:
        return convert(document, kind, dec_hook=_parse)
    except ValidationError as error:
        raise _defect(kind, str(error), error.__cause__) from error
    except UnicodeEncodeError as error:
        text = "半个代理对不是文字", "half of a surrogate pair is not text"
        raise Defect((), *text) from error


def _parse(kind: Any, value: object) -> object:
    if not isinstance(value, str):
        raise Unfit("须是文字", "must be a text")
    return kind.parse(value)


def _defect(kind: Any, message: str, cause: BaseException | None) -> Defect:
    at = _AT.search(message)
    what = message[: at.start()] if at else message
    found = _PART.findall(at[2]) if at else []
    parts = tuple(int(number) if number.isdigit() else name or number for name, number in found)
    if at and at[1]:
        parts = (*parts, _KEY)
    if isinstance(cause, Defect):
        return Defect((*parts, *cause.parts), cause.zh, cause.en)
    if cause is not None:
        return Defect(parts, getattr(cause, "zh", "写法不对"), str(cause))
    if named := _NAMED.fullmatch(what):
        text = "此处没有这个字段", "this field is not known here"
        if named[1] == "missing required":
            text = "缺少这个字段", "this field is needed"
        return Defect((*parts, named[2]), *text)
    for form, zh, en in _FORMS:
        if match := re.fullmatch(form, what):
            return Defect(parts, zh.format(*match.groups()), en.format(*match.groups()))
    if what.startswith("Invalid enum value") and (words := _allowed(kind, parts)):
        return Defect(parts, f"只能是：{'、'.join(words)}", f"must be one of {', '.join(words)}")
    return Defect(parts, "不符合要求", what)


def _allowed(kind: Any, parts: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the words that a record of *kind* takes at *parts*; none where it takes any."""
    from msgspec import inspect  # lazily: only what is wrong needs it

    node: Any = inspect.type_info(kind)
    for part in parts:
        node = _within(node, part)
    literals = [each for each in getattr(node, "types", (node,)) if hasattr(each, "values")]
    return tuple(str(value) for each in literals for value in each.values)


def _within(node: Any, part: str | int) -> Any:
    """Return the type of *part* of a value of the type *node*."""
    for each in getattr(node, "types", (node,)):
        if hasattr(each, "fields"):
            return next(field.type for field in each.fields if field.encode_name == part)
        if part == _KEY and hasattr(each, "key_type"):
            return each.key_type
        for name in ("item_type", "value_type"):
            if hasattr(each, name):
                return getattr(each, name)
    return None
