"""Whether what is shown says the same as what is derived from the leaves.

Two things may differ by right. An instant may be written with any offset. A name that nothing knew
when it was told has a token in the leaf; pages and feed show the name itself where they may. So a
token fits any name, but always the same one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib.errors import in_chinese
from chalicelib.instant import NoInstant, parse, text
from infra.verify.issue import Issue

_MOST = 4  # fields that a finding names
_TOKEN = re.compile(r"~[a-z2-7]{12}", re.ASCII)


class Differing(NamedTuple):
    """A *field* that is *shown* otherwise than it is *derived*; None: it is not there."""

    field: str
    shown: Any
    derived: Any


class TokenNames:
    """The names that are shown in place of tokens: each token for one name, and each name once."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._tokens: dict[str, str] = {}

    def shown_as(self, told: str) -> str:
        """Return the name that was shown for *told* so far; else *told*."""
        return self._names.get(told, told)

    def fit(self, derived: str, shown: str) -> bool:
        """Return whether *shown* is *derived* with a name in the place of each token."""
        parts = _TOKEN.split(derived)
        if len(parts) == 1:
            return derived == shown
        match = re.fullmatch("(.+?)".join(map(re.escape, parts)), shown, re.DOTALL)
        if match is None:
            return False
        pairs = list(zip(_TOKEN.findall(derived), match.groups(), strict=True))
        return all(self._is_one(token, name) for token, name in pairs)

    def _is_one(self, token: str, name: str) -> bool:
        if token == name:
            return True  # not known yet: it stands for itself
        is_known = self._names.setdefault(token, name) == name
        return is_known and self._tokens.setdefault(name, token) == token


def differing(
    derived: Any, shown: Any, names: TokenNames, field: str = "", *, is_whole: bool = False
) -> Iterator[Differing]:
    """Yield where *shown* differs from *derived*; by a field too many also, where it *is_whole*."""
    if isinstance(derived, Mapping) and isinstance(shown, Mapping):
        extra = [name for name in shown if is_whole and name not in derived]
        for name in (*derived, *extra):
            inner = f"{field}.{name}" if field else str(name)
            was, now = derived.get(name), shown.get(name)
            yield from differing(was, now, names, inner, is_whole=is_whole)
    elif isinstance(derived, list) and isinstance(shown, list) and len(derived) == len(shown):
        for at, (was, now) in enumerate(zip(derived, shown, strict=True)):
            yield from differing(was, now, names, f"{field}[{at}]", is_whole=is_whole)
    elif not _is_same(derived, shown, names):
        yield Differing(field, shown, derived)


def _is_same(derived: Any, shown: Any, names: TokenNames) -> bool:
    if isinstance(derived, str) and isinstance(shown, str):
        return derived == shown or _in_utc(derived) == _in_utc(shown) or names.fit(derived, shown)
    return type(derived) is type(shown) and bool(derived == shown)


def _in_utc(written: str) -> str:
    """Return an instant in UTC; any other text as it is."""
    try:
        return text(parse(written))
    except NoInstant:
        return written


def in_words(wrong: Iterable[Differing]) -> tuple[str, str]:
    """Return what is *wrong* in Chinese and in English: the first few fields, with both values."""
    first = [*wrong][:_MOST]
    zh = "；".join(
        f"{each.field}：{_short(each.shown)}，应为 {_short(each.derived)}" for each in first
    )
    en = "; ".join(
        f"{each.field}: {_short(each.shown)}, not {_short(each.derived)}" for each in first
    )
    return zh, en


def unreadable(check: str, index: int, error: Exception) -> Issue:
    """Return the finding that the leaf at *index* makes no sense."""
    zh, en = f"无法读取：{in_chinese(error)}", f"cannot be read: {error!r}"
    return Issue(index, check, zh[:300], en[:300])


def _short(value: Any) -> str:
    return repr(value)[:80]
