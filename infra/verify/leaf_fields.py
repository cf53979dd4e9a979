"""The fields of a leaf (AUDIT_LOG §4.1, I10): which there may be, and what each may hold.

None of them holds personal data: names, keys and roles are codes, and an event that an intake
system reported is known by a keyed hash.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.log.leaf import MAX_BYTES
from chalicelib.people.signable import ACTS_OF_TYPE
from chalicelib.vault.redaction import PUBLIC, ROLES

ALWAYS = frozenset({"v", "k", "case", "n", "prev", "at", "rec", "key", "data"})
NAMES = ALWAYS | {"told", "wrote", "seq", "src", "signed", "corrects", "own", "d"}
_OF_TOLD = frozenset({"wrote", "seq", "src", "signed", "corrects"})

KIND = r"[a-z]+(?:\.[a-z_]+)?"
CASE = r"c_[a-z2-7]{26}"
LINK = r"(?:[A-Za-z0-9+/]{43}=)?"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
SEQUENCE = r"[0-9]{10}"
SOURCE = r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}"
DIGEST = r"[A-Za-z0-9_-]{43}"
OWN = "duban:"
_TOLD_KEY = re.compile(r"e_[a-z2-7]{26}", re.ASCII)
OURS_KEY = "duban/"
_DIGESTS = 4
_DATE = len("2026-03-02")


class Malformed(ValueError):
    """A leaf is not as a leaf is written; *zh* and *en* say in what."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def check_leaf(payload: object, size: int) -> None:
    """Check the fields of a leaf of *size* bytes. Raises Malformed."""
    if not isinstance(payload, dict):
        raise Malformed("叶子不是对象", "a leaf is an object")
    names = payload.keys()
    if not ALWAYS <= names <= NAMES:
        _refuse(", ".join(sorted((ALWAYS - names) | (names - NAMES))))
    for name in names:
        if not _FITS[name](payload[name]):
            _refuse(name)
    _check_pairs(payload)
    if size > MAX_BYTES:
        raise Malformed("叶子过长", f"a leaf of more than {MAX_BYTES} bytes")
    if has_null(payload["data"]):
        raise Malformed("叶子含空值", "a leaf holds no null")
    if "told" in names and (stray := refused_field(payload["key"], payload["data"])):
        _refuse(stray)


def _check_pairs(payload: Mapping[str, Any]) -> None:
    """Check the fields that only some leaves may have. Raises Malformed."""
    if not _OF_TOLD.isdisjoint(payload) and "told" not in payload:
        _refuse("told")
    if "own" in payload and payload["n"]:
        _refuse("own")
    if "told" in payload and payload["key"].startswith(OURS_KEY) == ("src" in payload):
        _refuse("src")
    if "signed" in payload and "src" not in payload and not may_be_signed(payload["k"]):
        _refuse("signed")


def may_be_signed(kind: str) -> bool:
    """Return whether a fact of *kind* that no source reported may name a person's passkey."""
    return kind in ACTS_OF_TYPE


def refused_field(key: str, data: Mapping[str, Any]) -> str:
    """Return the name of a field that no reported event has so, "" if there is none.

    The key of a source's event is the hash of its id, and its roles are codes, never people.
    """
    if key.startswith(OURS_KEY):
        return ""
    if not _TOLD_KEY.fullmatch(key):
        return "key"
    if ROLES.isdisjoint(data):
        return ""
    named = (name for name in sorted(ROLES & data.keys()) if not _is_code(data[name]))
    return next(named, "")


def is_day(instant: str, days: dict[str, bool]) -> bool:
    """Return whether the day of an *instant* in the form of TIME exists; *days* is a cache."""
    day = instant[:_DATE]
    if day not in days:
        try:
            days[day] = bool(datetime.fromisoformat(day))
        except ValueError:
            days[day] = False
    return days[day]


def are_digests(value: list[Any]) -> bool:
    """Return whether digests are sorted and in fours: their number must reveal nothing."""
    return bool(value) and not len(value) % _DIGESTS and value == sorted(value)


def has_null(value: object) -> bool:
    """Return whether *value* holds a null anywhere."""
    if isinstance(value, dict):
        return any(map(has_null, value.values()))
    if isinstance(value, list):
        return any(map(has_null, value))
    return value is None


def _refuse(name: str) -> None:
    raise Malformed(f"字段不合白名单：{name}", f"not as the allow-list has it: {name}")


def _matches(pattern: str) -> Callable[[object], bool]:
    fits = re.compile(pattern, re.ASCII).fullmatch
    return lambda value: isinstance(value, str) and fits(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_time(value: object) -> bool:
    return _has_form(value) and is_day(str(value), {})


_is_code = _matches(r"[a-z][a-z0-9_]{0,63}")
_has_form = _matches(TIME)
_is_digest = _matches(DIGEST)

_FITS: Mapping[str, Callable[[Any], bool]] = {
    "v": lambda value: type(value) is int and value == 1,
    "k": _matches(KIND),
    "case": _matches(CASE),
    "n": lambda value: type(value) is int and value >= 0,
    "prev": _matches(LINK),
    "at": _is_time,
    "rec": _is_time,
    "key": _is_text,
    "data": lambda value: isinstance(value, dict) and value.keys() <= PUBLIC,
    "told": lambda value: value is True,
    "wrote": _is_time,
    "seq": _matches(SEQUENCE),
    "src": _matches(SOURCE),
    "signed": _is_digest,
    "corrects": _is_text,
    "own": lambda value: isinstance(value, str) and value.startswith(OWN),
    "d": lambda value: (
        isinstance(value, list) and all(map(_is_digest, value)) and are_digests(value)
    ),
}
