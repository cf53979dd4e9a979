"""The part of CBOR (RFC 8949) that authenticators write: whole numbers, texts, bytes, lists, maps.

Pure, and strict as CTAP 2 is: definite lengths in their shortest form, no floats, no tags, no name
twice. Whatever else comes is refused, as anybody may send it.
"""

from typing import Any

from chalicelib.errors import Corrupt

MOST_BYTES = 16 * 1024
_MOST_DEPTH = 4  # CTAP 2: nested so deep at the most
_MOST_ITEMS = 64
_SHORT, _LONGEST = 24, 27  # additional information: the value itself below; 1, 2, 4, 8 bytes
_NUMBERS, _TEXT, _LIST, _MAP, _OTHER = (0, 1), 3, 4, 5, 7  # major types
_STRINGS = (2, _TEXT)
_SIMPLE = {20: False, 21: True, 22: None}


def read_cbor(raw: bytes) -> Any:
    """Return the one value that *raw* is. Raises Corrupt."""
    value, end = read_first(raw)
    if end != len(raw):
        raise _broken()
    return value


def read_first(raw: bytes, at: int = 0) -> tuple[Any, int]:
    """Return the value that begins *at*, and where it ends. Raises Corrupt."""
    if len(raw) > MOST_BYTES:
        raise _broken()
    return _read(raw, at, _MOST_DEPTH)


def _read(raw: bytes, at: int, depth: int) -> tuple[Any, int]:
    major, value, at = _read_head(raw, at)
    if major in _NUMBERS:
        return (-1 - value if major else value), at
    if major in _STRINGS:
        if at + value > len(raw):
            raise _broken()
        body = raw[at : at + value]
        try:
            return (body.decode("utf-8") if major == _TEXT else body), at + value
        except UnicodeDecodeError as error:
            raise _broken() from error
    if major == _OTHER and value in _SIMPLE:
        return _SIMPLE[value], at
    if major not in (_LIST, _MAP) or value > _MOST_ITEMS or not depth:
        raise _broken()
    read = _read_list if major == _LIST else _read_map
    return read(raw, at, value, depth)


def _read_head(raw: bytes, at: int) -> tuple[int, int, int]:
    """Return the major type, the value of the head, and where the head ends. Raises Corrupt."""
    if at >= len(raw):
        raise _broken()
    major, short = raw[at] >> 5, raw[at] & 31
    if short < _SHORT:
        return major, short, at + 1
    if short > _LONGEST or major == _OTHER:
        raise _broken()
    size = 1 << (short - _SHORT)
    body = raw[at + 1 : at + 1 + size]
    value = int.from_bytes(body, "big")
    if len(body) < size or value < (_SHORT if size == 1 else 1 << (size * 4)):
        raise _broken()  # it ends too early, or could be shorter
    return major, value, at + 1 + size


def _read_list(raw: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:
    values = []
    for _ in range(count):
        value, at = _read(raw, at, depth - 1)
        values.append(value)
    return values, at


def _read_map(raw: bytes, at: int, count: int, depth: int) -> tuple[dict[Any, Any], int]:
    values: dict[Any, Any] = {}
    for _ in range(count):
        name, at = _read(raw, at, depth - 1)
        if not isinstance(name, (int, str)) or isinstance(name, bool) or name in values:
            raise _broken()
        values[name], at = _read(raw, at, depth - 1)
    return values, at


def _broken() -> Corrupt:
    return Corrupt("不是通行密钥的登记数据（CBOR）", "it is no registration of a passkey (CBOR)")
