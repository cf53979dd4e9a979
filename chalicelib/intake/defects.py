"""Says in Chinese and in English what is wrong with a field that the models of `payload` refuse.

Pure. The model's library knows English alone. A defect that only we know brings its Chinese text
with it, as `zh` in its context.
"""

import re
from collections.abc import Mapping
from typing import Any

# By the library's name for the defect. {…} is filled in from its context.
_TEXTS: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少这个字段", "this field is needed"),
    "extra_forbidden": ("此处没有这个字段", "this field is not known here"),
    "model_type": ("须是 JSON 对象", "must be an object"),
    "string_type": ("须是文字", "must be a text"),
    "string_too_short": ("至少 {min_length} 个字符", "at least {min_length} characters are needed"),
    "string_too_long": ("最多 {max_length} 个字符", "at most {max_length} characters are taken"),
    "string_pattern_mismatch": (
        "含有此处不允许的字符，或写法不对",
        "it has characters that are not allowed here, or is not written as it must be",
    ),
    "int_type": ("须是整数", "must be a whole number"),
    "bool_type": ("须是 true 或 false", "must be true or false"),
    "list_type": ("须是数组", "must be an array"),
    "greater_than_equal": ("不得小于 {ge}", "must not be less than {ge}"),
    "less_than_equal": ("不得大于 {le}", "must not be more than {le}"),
    "literal_error": ("只能是：{listed}", "must be one of {expected}"),
    "too_long": ("最多 {max_length} 项", "at most {max_length} entries are taken"),
    "too_short": ("至少 {min_length} 项", "at least {min_length} entries are needed"),
}
_QUOTED = re.compile(r"'([^']*)'")  # the library lists what is expected in English


def explain_defect(kind: str, message: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Return the Chinese and the English text of a defect; *message* is the library's own."""
    if kind in _TEXTS:
        zh, en = _TEXTS[kind]
        listed = "、".join(_QUOTED.findall(str(context.get("expected", ""))))
        return zh.format(**context, listed=listed), en.format(**context)
    return str(context.get("zh", "不符合要求")), message
