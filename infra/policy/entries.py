"""A profile entry by entry: what each says, in words, and what it rests on.

Made from the profile itself and not from a list of keys, so that whatever a profile comes to say
is reviewed and compared too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import time, timedelta
from typing import Any

from chalicelib.policy.allowance import Allowance
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import Threshold

_UNNAMED = (
    "rungs",
    "templates",
    "deductions",
)  # what these hold stands in their section by its own name
_NAMES = ("id", "title", "version", "basis", "thresholds")  # no entries, or told otherwise


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """One thing that a profile says: `clocks.delivery.limit` is `10wd`, by *basis*."""

    key: str
    value: str
    basis: str


def entries(profile: Profile) -> dict[str, ProfileEntry]:
    """Give all entries of *profile*, by key, in its order."""
    found = [*_thresholds(profile)]
    for name in (field.name for field in fields(profile) if field.name not in _NAMES):
        value, basis = getattr(profile, name), profile.basis.get(name, "")
        if is_dataclass(value) or isinstance(value, Mapping):
            found += _walk(value, name, basis)
        else:
            shown = "office" if name == "cutoff" and value is None else _shown(value)
            found.append(ProfileEntry(f"counting.{name}", shown, profile.basis["counting"]))
    return {entry.key: entry for entry in found}


def said(threshold: Threshold) -> str:
    """Say in words when *threshold* is met."""
    near = [f"{threshold.left} left"] if threshold.left else []
    near += [] if threshold.percent is None else [f"{threshold.percent} % used"]
    if threshold.over is not None:
        words = f"over by {threshold.over}" if threshold.over.amount else "over"
    elif threshold.after_yellow is not None:
        silent = "unanswered" if threshold.unless_answered else "still open"
        words = f"{silent} {threshold.after_yellow} after its yellow"
    else:
        words = " or ".join(near)
    return words if threshold.automatic else f"{words}, once a person confirms"


def name_of(threshold: Threshold) -> str:
    """Name the row as a supervisor would: clock, rule and level."""
    return f"{threshold.clock} {threshold.rule} {threshold.level}"


def _thresholds(profile: Profile) -> Iterator[ProfileEntry]:
    for rows in profile.thresholds.values():
        met: dict[str, int] = {}
        for row in rows:
            name = name_of(row)
            met[name] = met.get(name, 0) + 1
            again = f" ({met[name]})" if met[name] > 1 else ""
            yield ProfileEntry(f"threshold {name}{again}", said(row), row.basis)


def _walk(value: Any, key: str, basis: str) -> Iterator[ProfileEntry]:
    if isinstance(value, Mapping):
        for name, held in value.items():
            yield from _walk(held, f"{key}.{name}", basis)
    elif isinstance(value, tuple) and value and all(map(is_dataclass, value)):
        for number, held in enumerate(value, 1):
            yield from _walk(held, f"{key} {_name(held, number)}", basis)
    elif is_dataclass(value) and not isinstance(value, (Limit, type)):
        basis = getattr(value, "basis", basis)
        for field in fields(value):
            held = _held(value, field.name, key)
            if field.name != "basis" and not _is_in(key, held):
                below = key if field.name in _UNNAMED else f"{key}.{field.name}"
                yield from _walk(held, below, basis)
    elif value not in (None, "", (), frozenset()):
        yield ProfileEntry(key, _shown(value), basis)


def _held(value: Any, name: str, key: str) -> Any:
    held = getattr(value, name)
    if held is None and name == "limit" and isinstance(value, Allowance):
        return "same day" if key.endswith(".immediate") else "its own"
    return held


def _name(held: Any, number: int) -> str:
    """What tells a row from its neighbours: its rule or its id, else its place."""
    return str(getattr(held, "rule", None) or getattr(held, "id", number))


def _is_in(key: str, held: Any) -> bool:
    """Whether *key* says it already: the level of `ladder.yellow`, the rule of `repeated L-02`."""
    return isinstance(held, str) and bool(held) and key.endswith((f".{held}", f" {held}"))


def _shown(value: Any) -> str:
    shown = str(value)
    if isinstance(value, time):
        shown = value.isoformat("milliseconds" if value.microsecond else "minutes")
    elif isinstance(value, timedelta):
        shown = f"{value // timedelta(seconds=1)} s"
    elif isinstance(value, (tuple, frozenset)):
        parts = [_shown(one) for one in value]
        if isinstance(value, frozenset):
            parts.sort()
        is_session = isinstance(value, tuple) and isinstance(value[0], time)
        shown = ("-" if is_session else ", ").join(parts)
    return shown
