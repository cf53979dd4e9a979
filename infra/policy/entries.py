"""A profile entry by entry: the value of each, in words, and its basis.

Made from the profile itself and not from a list of keys, so that a new field of a profile is
reviewed and compared too.
"""

from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from typing import Any

from msgspec import Struct

from chalicelib.errors import Bilingual
from chalicelib.policy.allowance import Allowance
from chalicelib.policy.basis import NO_BASIS, Basis
from chalicelib.policy.profile import Profile
from chalicelib.policy.signing import OFFERED, SignatureRules
from chalicelib.policy.threshold import Threshold

_SAME_DAY, _ITS_OWN = Bilingual("当日", "same day"), Bilingual("事项自己的", "its own")
_OFFICE = Bilingual("办公时间结束时", "office")
_UNNAMED = ("rungs", "templates", "deductions", "named", "meant")  # the key leaves these names out
_NAMES = ("id", "title", "version", "basis", "thresholds")  # no entries, or written elsewhere


class ProfileEntry(Struct, frozen=True):
    """One entry of a profile: `clocks.delivery.limit` is `10wd`, by *basis*."""

    key: str
    value: str
    basis: Basis
    zh: str = ""  # where the value has words

    @property
    def text(self) -> Bilingual:
        """The value in both languages."""
        return Bilingual(self.zh or self.value, self.value)


def entries(profile: Profile) -> dict[str, ProfileEntry]:
    """Return all entries of *profile*, by key, in its order."""
    listed = [*_thresholds(profile)]
    for name in (each for each in profile.__struct_fields__ if each not in _NAMES):
        value, basis = getattr(profile, name), profile.basis.get(name, NO_BASIS)
        if isinstance(value, SignatureRules):  # what every profile offers is no entry of it
            walked = _walk(value, name, basis)
            listed += (entry for entry in walked if entry.value != OFFERED)
        elif isinstance(value, Struct | Mapping):
            listed += _walk(value, name, basis)
        elif name != "instrument":  # one that is not there has no entries
            is_office = name == "cutoff" and value is None
            text = _OFFICE if is_office else Bilingual("", _text(value))
            listed.append(_entry(f"counting.{name}", text, profile.basis["counting"]))
    return {entry.key: entry for entry in listed}


def describe_threshold(threshold: Threshold) -> Bilingual:
    """Return in words when *threshold* is met."""
    left, percent, over = threshold.left, threshold.percent, threshold.over
    near = [Bilingual(f"剩 {left}", f"{left} left")] if left else []
    near += [] if percent is None else [Bilingual(f"用去 {percent}%", f"{percent} % used")]
    if over is not None:
        zh, en = ("超过 {0}", "over by {0}") if over.amount else ("超期", "over")
        words = Bilingual(zh.format(over), en.format(over))
    elif threshold.after_yellow is not None:
        after = threshold.after_yellow
        words = Bilingual(f"发黄牌后 {after} 仍未办结", f"still open {after} after its yellow")
    else:
        zh, en = "或".join(each.zh for each in near), " or ".join(each.en for each in near)
        words = Bilingual(zh, en)
    if threshold.automatic:
        return words
    return Bilingual(f"{words.zh}，经人确认", f"{words.en}, once a person confirms")


def threshold_name(threshold: Threshold) -> str:
    """Return the name of a threshold: clock, rule and level."""
    return f"{threshold.clock} {threshold.rule} {threshold.level}"


def _thresholds(profile: Profile) -> Iterator[ProfileEntry]:
    for rows in profile.thresholds.values():
        met: dict[str, int] = {}
        for row in rows:
            name = threshold_name(row)
            met[name] = met.get(name, 0) + 1
            again = f" ({met[name]})" if met[name] > 1 else ""
            yield _entry(f"threshold {name}{again}", describe_threshold(row), row.basis)


def _walk(value: Any, key: str, basis: Basis) -> Iterator[ProfileEntry]:
    if isinstance(value, Basis):
        yield ProfileEntry(key, str(value), value)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _walk(part, f"{key}.{name}", basis)
    elif isinstance(value, tuple) and value and isinstance(value[0], Struct):
        for number, part in enumerate(value, 1):
            name = getattr(part, "rule", None) or getattr(part, "id", number)
            yield from _walk(part, f"{key} {name}", basis)
    elif isinstance(value, Struct):
        basis = getattr(value, "basis", basis)
        for field in value.__struct_fields__:
            part = _field_value(value, field, key)
            if field != "basis" and not _is_in(key, part):
                below = key if field in _UNNAMED else f"{key}.{field}"
                yield from _walk(part, below, basis)
    elif value not in (None, "", (), frozenset()):
        yield _entry(
            key, value if isinstance(value, Bilingual) else Bilingual("", _text(value)), basis
        )


def _field_value(value: Any, name: str, key: str) -> Any:
    part = getattr(value, name)
    if part is None and name == "limit" and isinstance(value, Allowance):
        return _SAME_DAY if key.endswith(".immediate") else _ITS_OWN
    return part


def _is_in(key: str, part: Any) -> bool:
    """Return whether *key* names *part*: the level of `ladder.yellow`, the rule of `… L-02`."""
    return isinstance(part, str) and bool(part) and key.endswith((f".{part}", f" {part}"))


def _entry(key: str, text: Bilingual, basis: Basis) -> ProfileEntry:
    return ProfileEntry(key, text.en, basis, text.zh)


def _text(value: Any) -> str:
    text = str(value)
    if isinstance(value, time):
        text = value.isoformat("milliseconds" if value.microsecond else "minutes")
    elif isinstance(value, timedelta):
        days, rest = divmod(value, timedelta(days=1))
        text = f"{value // timedelta(seconds=1)} s" if rest else f"{days}d"
    elif isinstance(value, (tuple, frozenset)):
        parts = [_text(item) for item in value]
        if isinstance(value, frozenset):
            parts.sort()
        is_session = isinstance(value, tuple) and isinstance(value[0], time)
        text = ("-" if is_session else ", ").join(parts)
    return text
