"""Reads an XES log (IEEE 1849-2023) as a stream, one trace at a time.

With or without the namespace. `<global>` defaults are never data; an attribute nested in another is
ignored: only the direct children of a trace or an event are read. Memory follows the largest trace,
which is bounded, as each value is.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from chalicelib.errors import BadInput
from infra.replay.bounded_xml import ElementParser
from infra.replay.wanted import RawCase, WantedKeys, present_value, trimmed


def read_xes(stream: BinaryIO, wanted: WantedKeys, where: str) -> Iterator[RawCase]:
    """Yield the traces of *stream*; *where* names the log in errors. Raises BadInput."""
    parser, is_log = ElementParser(stream, "{*}trace", where), False
    for trace in parser:
        if not is_log:
            _check_root(parser.root, where)
            is_log = True
        yield _read_trace(trace, wanted)
        yield from _strays(trace.getparent(), trace, wanted)
        trace.clear()
    _check_root(parser.root, where)
    yield from _strays(parser.root, None, wanted)


def _check_root(root: Any, where: str) -> None:
    name = etree.QName(root).localname
    if name != "log":
        zh, en = f"不是 XES 日志：开头是 <{name}>", f"not an XES log: it begins with <{name}>"
        raise BadInput(zh=zh, en=en, where=where)


def _read_trace(trace: Any, wanted: WantedKeys) -> RawCase:
    case_keys, event_keys = wanted.case_keys, wanted.event_keys
    attributes: dict[str, str] = {}
    events: list[dict[str, str]] = []
    for child in trace:
        key = child.get("key")
        if key is None:
            if child.tag.endswith("event"):
                events.append(_read_event(child, event_keys))
        elif key in case_keys and key not in attributes:
            value = present_value(child.get("value"))
            if value is not None:
                attributes[key] = value
    return RawCase(attributes.get(wanted.id, ""), attributes, events)


def _read_event(event: Any, keys: frozenset[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    missing = len(keys)
    for child in event:
        key = child.get("key")
        if key in keys and key not in values:
            value = child.get("value")
            if value and not value.isascii():
                value = trimmed(value)
            # As `present_value`, without the call.
            if value and (value := value.strip()) and value != "UNKNOWN":
                values[key] = value
                missing -= 1
                if not missing:  # the first of a key counts, so nothing after this matters
                    break
    return values


def _strays(log: Any, until: Any, wanted: WantedKeys) -> Iterator[RawCase]:
    """Let go of what stands before *until*, and keep memory flat; events there have no case."""
    while len(log) and log[0] is not until:
        if log[0].tag.endswith("event"):
            yield RawCase("", {}, [_read_event(log[0], wanted.event_keys)], stray=True)
        del log[0]
