"""What in a map contradicts itself or cannot mean anything: the key, and why."""

import codecs
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from infra.replay.log_map import LogMap

Contradiction = tuple[str, str]


def contradictions(log_map: "LogMap") -> list[Contradiction]:
    """Return the keys of *log_map* that cannot be meant, each with the reason."""
    case, found = log_map.case, list[Contradiction]()
    if log_map.timezone is not None and not _is_zone(log_map.timezone):
        found.append(("timezone", f"unknown time zone {log_map.timezone!r}"))
    limits = [key for key in ("limit", "limit_column") if getattr(case, key) is not None]
    if case.due is not None and limits:
        found.append((f"case.{limits[0]}", "a case has either a due or a limit"))
    if len(limits) > 1:
        found.append(("case.limit_column", "办理期限要么写在映射里（limit），要么取自一列"))
    if not limits:
        found += [
            (key, "only a limit can be paused or extended")
            for key in ("pause", "extension")
            if getattr(log_map, key)
        ]
    return found + (_xes_only(log_map) if log_map.format == "xes" else _csv_only(log_map))


def _xes_only(log_map: "LogMap") -> list[Contradiction]:
    return [
        (key, "belongs to csv")
        for key in ("delimiter", "encoding", "time_format", "date_system", "sheet")
        if getattr(log_map, key) is not None
    ]


def _csv_only(log_map: "LogMap") -> list[Contradiction]:
    found = list[Contradiction]()
    if log_map.delimiter is not None and len(log_map.delimiter) != 1:
        found.append(("delimiter", "one character"))
    if log_map.encoding is not None and not _is_encoding(log_map.encoding):
        found.append(("encoding", f"unknown encoding {log_map.encoding!r}"))
    found += [
        ("time_format", f"not a time format: {written!r}")
        for written in log_map.time_formats
        if not _is_time_format(written)
    ]
    if log_map.activity is not None and log_map.time is None:
        found.append(("time", "activity needs it: which column says when"))
    if log_map.activity is None:
        found += [(key, "an event needs activity and time") for key in _event_keys(log_map)]
    return found


def _event_keys(log_map: "LogMap") -> list[str]:
    case = log_map.case
    sources = {"accepted": case.accepted, "completed": case.completed, "due": case.due}
    keys = [f"case.{name}" for name, source in sources.items() if source and source.event]
    return keys + [key for key in ("pause", "extension") if getattr(log_map, key)]


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # noqa: SLF001 - rot13 and hex are no encodings
    except LookupError:
        return False


def _is_time_format(text: str) -> bool:
    some_day = datetime(2012, 3, 4, 5, 6, 7)  # noqa: DTZ001 - only its written form matters
    try:
        datetime.strptime(some_day.strftime(text), text)  # noqa: DTZ007
    except ValueError:
        return False
    return "%" in text
