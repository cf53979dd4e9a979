"""JSON from strangers: bytes → values; what JSON libraries let through is refused with a reason.

Python's reader takes duplicate keys, NaN, any nesting and lone surrogates. Here such things are
marked while reading and refused by `check`, value by value: in a batch, one event's defect must
not block its neighbours. Only what cannot be read at all refuses the whole text.
"""

import json
from typing import Any

from chalicelib.errors import Rejected

MAX_DEPTH = 16
MAX_DIGITS = 15


class Doubled(dict[str, Any]):
    """An object in which the name *doubled* occurs twice."""

    doubled: str


class NotWhole:
    """A number that is not a whole one of ordinary size; *legal* tells whether JSON allows it."""

    def __init__(self, *, legal: bool) -> None:
        self.legal = legal


def read(body: bytes) -> Any:
    """Read *body* as JSON; 400 when it is none. Give what comes out to `check` before use."""
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=lambda _: NotWhole(legal=True),
            parse_int=_whole,
            parse_constant=lambda _: NotWhole(legal=False),
        )
    except UnicodeDecodeError as error:
        raise Rejected(400, "the body is not UTF-8") from error
    except RecursionError as error:
        raise Rejected(400, "the body is nested too deeply") from error
    except ValueError as error:
        raise Rejected(400, f"the body is not JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    seen: set[str] = set()
    marked = Doubled(plain)
    for name, _ in pairs:
        if name in seen:
            marked.doubled = name
        seen.add(name)
    return marked


def _whole(digits: str) -> int | NotWhole:
    return int(digits) if len(digits) <= MAX_DIGITS else NotWhole(legal=True)


def check(value: Any, path: str = "", depth: int = 0) -> None:
    """Refuse what `read` has marked, anywhere in *value*: 400, or 422 for a number out of place."""
    if depth > MAX_DEPTH:
        raise Rejected(400, "the event is nested too deeply", field=path or None)
    match value:
        case NotWhole(legal=True):
            raise Rejected(422, f"{path}: only whole numbers of ordinary size", field=path or None)
        case NotWhole():
            raise Rejected(400, f"{path}: NaN and Infinity are not JSON", field=path or None)
        case str():
            _check_text(value, path)
        case list():
            for place, element in enumerate(value):
                check(element, f"{path}.{place}", depth + 1)
        case dict():
            _check_object(value, path, depth)
        case _:
            pass


def _check_object(value: dict[str, Any], path: str, depth: int) -> None:
    for name in value:
        _check_text(name, path)
    if isinstance(value, Doubled):
        at = _under(path, value.doubled)
        raise Rejected(400, f"{at} occurs twice", field=at)
    for name, element in value.items():
        check(element, _under(path, name), depth + 1)


def _check_text(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Rejected(400, "half of a surrogate pair is not text", field=path or None) from error


def _under(path: str, name: str) -> str:
    return f"{path}.{name[:50]}" if path else name[:50]
