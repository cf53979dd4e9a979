"""The form of a leaf (AUDIT_LOG §4.1, I10): canonical JSON of allow-listed fields, no more.

What is public for ever must hold no more than the encoder lets through, whoever wrote it. Leaves
are read by the bundle: what is written again from what was read must be the very same bytes, which
is what canonical (RFC 8785) means, and rules out doubled names, spaces and other spellings.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import rfc8785

from chalicelib.audit.leaf import MAX_BYTES
from chalicelib.audit.redaction import PUBLIC, ROLES

_MOST = 1 << 53
_NULL = re.compile(r"[:\[,]null")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")  # names with these sort otherwise in RFC 8785

_ALWAYS = frozenset({"v", "k", "case", "n", "prev", "at", "rec", "key", "data"})
_NAMES = _ALWAYS | {"told", "wrote", "seq", "corrects", "own", "d"}
_OF_TOLD = frozenset({"wrote", "seq", "corrects"})

_KIND = re.compile(r"[a-z]+(\.[a-z_]+)?", re.ASCII)
_CASE = re.compile(r"c_[a-z2-7]{26}", re.ASCII)
_LINK = re.compile(r"[A-Za-z0-9+/]{43}=|", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_TOLD_KEY = re.compile(r"e_[a-z2-7]{26}", re.ASCII)
_SEQUENCE = re.compile(r"[0-9]{10}", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_OURS = "duban/"
_OWN = "duban:"

Said = dict[str, Any]


class Malformed(ValueError):
    """A leaf is not as a leaf is written; *zh* and *en* say in what."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def _whole(text: str) -> int:
    if abs(number := int(text)) >= _MOST:
        raise ValueError("a number of more than 53 bits")
    return number


def _refuse(text: str) -> Any:
    raise ValueError(f"not a whole number: {text[:20]}")


_READER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, parse_int=_whole)
_WRITE = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def read_leaves(leaves: Sequence[bytes]) -> list[Said | Malformed]:
    """Read a run of *leaves*; of each what it says, or what is wrong with it.

    Read as one list, as most are right: a name that all have is then made once.
    """
    try:
        texts = [leaf.decode("utf-8") for leaf in leaves]
        together = _READER.decode(f"[{','.join(texts)}]")
    except (ValueError, RecursionError):
        together = []
    if len(together) != len(leaves):
        return [_alone(leaf) for leaf in leaves]
    # That they could be read as a list says nothing yet: each must be what it was written from.
    return [
        said if _is_written(said, text) and _is_right(said, text) else _alone(leaf)
        for said, text, leaf in zip(together, texts, leaves, strict=True)
    ]


def _is_written(said: object, text: str) -> bool:
    try:
        return _WRITE(said) == text and not _BEYOND.search(text)
    except (ValueError, RecursionError):
        return False


def _is_right(said: object, text: str) -> bool:
    try:
        check(said, text)
    except Malformed:
        return False
    return True


def _alone(leaf: bytes) -> Said | Malformed:
    """Read one leaf and say exactly what is wrong."""
    try:
        text = leaf.decode("utf-8")
        said = _READER.decode(text)
        is_canonical = rfc8785.dumps(said) == leaf
        check(said, text)
    except Malformed as wrong:
        return wrong
    except (ValueError, RecursionError) as error:
        return _not_canonical(str(error))
    return dict(said) if is_canonical else _not_canonical("it is written in another way")


def _not_canonical(why: str) -> Malformed:
    return Malformed("不是规范的 JSON（RFC 8785）", f"not canonical JSON (RFC 8785): {why}")


def check(said: object, text: str) -> None:
    """Check the fields of a leaf that was read from *text*. Raises Malformed."""
    if not isinstance(said, dict):
        raise Malformed("叶子不是对象", "a leaf is an object")
    names = said.keys()
    if not _ALWAYS <= names <= _NAMES:
        _wrong(", ".join(sorted((_ALWAYS - names) | (names - _NAMES))))
    for name, fits in _FIELDS.items():
        if not fits(said[name]):
            _wrong(name)
    for name in names - _ALWAYS:
        if not _MORE[name](said[name]):
            _wrong(name)
    _check_told(said)
    if "own" in said and said["n"]:
        _wrong("own")
    if len(text) * 4 > MAX_BYTES and len(text.encode()) > MAX_BYTES:
        raise Malformed("叶子过长", f"a leaf of more than {MAX_BYTES} bytes")
    if _NULL.search(text) and _has_null(said):
        raise Malformed("叶子含空值", "a leaf holds no null")


def _check_told(said: Mapping[str, Any]) -> None:
    """What a source told goes by the hash of its id, and names roles by codes, never people."""
    key, data = said["key"], said["data"]
    if "told" not in said:
        if not _OF_TOLD.isdisjoint(said):
            _wrong("told")
    elif not key.startswith(_OURS):
        if not _TOLD_KEY.fullmatch(key):
            _wrong("key")
        for name in ROLES & data.keys():
            if not isinstance(data[name], str) or not _CODE.fullmatch(data[name]):
                _wrong(name)


def _wrong(name: str) -> None:
    raise Malformed(f"字段不合白名单：{name}", f"not as the allow-list has it: {name}")


def _has_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    if isinstance(value, list):
        return any(map(_has_null, value))
    return value is None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_time(value: object) -> bool:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _like(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _are_digests(value: object) -> bool:
    """Sorted, in fours: not even their number says anything."""
    if not isinstance(value, list) or not value or len(value) % 4:
        return False
    return all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in value) and (
        value == sorted(value)
    )


_FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "v": lambda value: type(value) is int and value == 1,
    "k": _like(_KIND),
    "case": _like(_CASE),
    "n": lambda value: type(value) is int and value >= 0,
    "prev": _like(_LINK),
    "at": _is_time,
    "rec": _is_time,
    "key": _is_text,
    "data": lambda value: isinstance(value, dict) and value.keys() <= PUBLIC,
}
_MORE: Mapping[str, Callable[[Any], bool]] = {
    "told": lambda value: value is True,
    "wrote": _is_time,
    "seq": _like(_SEQUENCE),
    "corrects": _is_text,
    "own": lambda value: isinstance(value, str) and value.startswith(_OWN),
    "d": _are_digests,
}
