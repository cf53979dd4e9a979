"""Finds what contradicts itself in a map, or cannot mean anything: the key, and the reason."""

import codecs
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.errors import Bilingual

if TYPE_CHECKING:
    from infra.replay.log_map import LogMap

_DUE_OR_LIMIT = Bilingual("到期日和期限只能写一个", "a case has either a due or a limit")
_TWO_LIMITS = Bilingual(
    "办理期限要么写在映射里（limit），要么取自一列",
    "the limit is in the map (limit), or in a column; not both",
)
_NEEDS_LIMIT = Bilingual("写了期限才能暂停或延期", "only a limit can be paused or extended")
_CSV = Bilingual("只用于 csv", "belongs to csv")
_ONE = Bilingual("要写一个字符", "one character")
_WHEN = Bilingual("写了 activity 就要写：哪一列是时间", "activity needs it: which column says when")
_EVENT = Bilingual("取自事件的，要写 activity 和 time", "an event needs activity and time")

Contradiction = tuple[str, Bilingual]


def contradictions(log_map: "LogMap") -> Iterator[Contradiction]:
    """Yield the keys of *log_map* that cannot be meant, each with the reason."""
    case = log_map.case
    if log_map.timezone is not None and not _is_zone(log_map.timezone):
        yield "timezone", _unknown("时区", "time zone", log_map.timezone)
    limits = [key for key in ("limit", "limit_column") if getattr(case, key) is not None]
    if case.due is not None and limits:
        yield f"case.{limits[0]}", _DUE_OR_LIMIT
    if len(limits) > 1:
        yield "case.limit_column", _TWO_LIMITS
    changes = [key for key in ("pause", "extension") if getattr(log_map, key)]
    if not limits:
        yield from ((key, _NEEDS_LIMIT) for key in changes)
    if log_map.format == "xes":
        of_rows = ("delimiter", "encoding", "time_format", "date_system", "sheet")
        yield from ((key, _CSV) for key in of_rows if getattr(log_map, key) is not None)
        return
    yield from _of_rows(log_map)
    if log_map.activity is None:
        sources = {"accepted": case.accepted, "completed": case.completed, "due": case.due}
        keys = [f"case.{name}" for name, source in sources.items() if source and source.event]
        yield from ((key, _EVENT) for key in keys + changes)


def _of_rows(log_map: "LogMap") -> Iterator[Contradiction]:
    if log_map.delimiter is not None and len(log_map.delimiter) != 1:
        yield "delimiter", _ONE
    if log_map.encoding is not None and not _is_encoding(log_map.encoding):
        yield "encoding", _unknown("编码", "encoding", log_map.encoding)
    for written in log_map.time_formats:
        if not _is_time_format(written):
            text = Bilingual(f"不是时间格式：{written!r}", f"not a time format: {written!r}")
            yield "time_format", text
    if log_map.activity is not None and log_map.time is None:
        yield "time", _WHEN


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


def _unknown(zh: str, en: str, name: str) -> Bilingual:
    return Bilingual(f"没有这个{zh}：{name!r}", f"unknown {en} {name!r}")
