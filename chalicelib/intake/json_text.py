"""JSON from strangers: bytes → values; defects that JSON libraries let through are refused.

Python's reader takes duplicate keys, NaN, any nesting and lone surrogates. Here they are marked
while reading and refused by `check_json`, value by value: in a batch, one event's defect must not
block its neighbours. Only a text that cannot be read at all is refused as a whole.
"""

import json
import re
from collections import Counter
from typing import Any

from chalicelib.errors import Rejected

MAX_DEPTH = 16
MAX_DIGITS = 15

# U+FDD0 to U+FDEF, and the last two of each of the 17 planes (Unicode, section 23.7).
_LAST_OF_PLANES = "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
_NONCHARACTER = re.compile(f"[\ufdd0-\ufdef{_LAST_OF_PLANES}]")

JsonObject = dict[str, Any]
"""An object of JSON: read, or ready to be written."""


def bad_field(field: str | None, zh: str, en: str, status: int = 422) -> Rejected:
    """Return the refusal of what *field* has; None: it has no name. Both texts name it."""
    name = field or ""
    return Rejected(status, zh=f"{name}：{zh}。", en=f"{name}: {en}", field=field)


class Doubled(dict[str, Any]):
    """An object in which the name *doubled* occurs twice."""

    doubled: str


class NotWhole:
    """A number that is not a whole one of ordinary size; *legal*: whether JSON allows it."""

    def __init__(self, *, legal: bool) -> None:
        self.legal = legal


def read_json(body: bytes) -> Any:
    """Return the value of the JSON *body*; 400 when it is none. Call `check_json` before use."""
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=lambda _: NotWhole(legal=True),
            parse_int=lambda n: int(n) if len(n) <= MAX_DIGITS else NotWhole(legal=True),
            parse_constant=lambda _: NotWhole(legal=False),
        )
    except UnicodeDecodeError as error:
        raise Rejected(400, zh="请求体不是 UTF-8。", en="the body is not UTF-8") from error
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        raise Rejected(
            400,
            zh=f"请求体不是 JSON：第 {line} 行第 {column} 列无法读取。",
            en=f"the body is not JSON: it cannot be read at line {line}, column {column}",
        ) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    marked, counts = Doubled(plain), Counter(name for name, _ in pairs)
    marked.doubled = next(name for name, _ in reversed(pairs) if counts[name] > 1)
    return marked


def check_json(value: Any, path: str = "", depth: int = 0) -> None:
    """Refuse the defects that `read_json` marked in *value*: 400, or 422 for a number.

    A noncharacter in a name or a text is 422 too (CloudEvents 1.0, Type System: String).
    """
    if depth > MAX_DEPTH:
        raise _too_deep(path)
    match value:
        case NotWhole(legal=True):
            raise bad_field(
                path or None, "只接受一般大小的整数", "only whole numbers of ordinary size"
            )
        case NotWhole():
            text = "NaN 和 Infinity 不是 JSON", "NaN and Infinity are not JSON"
            raise bad_field(path or None, *text, status=400)
        case str():
            _check_text(value, path)
        case list():
            for index, element in enumerate(value):
                check_json(element, f"{path}.{index}", depth + 1)
        case dict():
            _check_object(value, path, depth)


def _check_object(value: dict[str, Any], path: str, depth: int) -> None:
    for name in value:
        _check_text(name, path)
    if isinstance(value, Doubled):
        at = _join_path(path, value.doubled)
        raise Rejected(400, zh=f"{at} 出现两次。", en=f"{at} occurs twice", field=at)
    for name, element in value.items():
        check_json(element, _join_path(path, name), depth + 1)


def _check_text(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        reason = "半个代理对不是文字", "half of a surrogate pair is not text"
        raise bad_field(path or None, *reason, status=400) from error
    if _NONCHARACTER.search(text):
        zh = "含有 Unicode 非字符，CloudEvents 不允许"
        en = "it has a Unicode noncharacter, which CloudEvents forbids"
        raise bad_field(path or None, zh, en)


def _too_deep(path: str = "") -> Rejected:
    return Rejected(
        400, zh="嵌套层数过多。", en="the body is nested too deeply", field=path or None
    )


def _join_path(path: str, name: str) -> str:
    return f"{path}.{name[:50]}" if path else name[:50]
