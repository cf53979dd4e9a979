"""Reads an XES log (IEEE 1849-2023) as a stream, one trace at a time.

With or without the namespace. `<global>` defaults are never data; an attribute nested in another is
ignored: only the direct children of a trace or an event are read. Memory follows the largest trace.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from chalicelib.errors import BadInput
from infra.replay.raw_case import RawCase
from infra.replay.wanted import WantedKeys, present_value


def read_xes(stream: BinaryIO, wanted: WantedKeys, where: str) -> Iterator[RawCase]:
    """Yield the traces of *stream*; *where* names the log in errors. Raises BadInput."""
    # No entities, no network, no huge nodes: a log is data from outside.
    parser = etree.iterparse(
        stream,
        tag="{*}trace",
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        checked = False
        for _, trace in parser:
            if not checked:
                _check_root(trace.getroottree(), where)
                checked = True
            yield _read_trace(trace, wanted)
            yield from _read_strays(trace, wanted)
            trace.clear()
        if parser.root is not None:
            _check_root(parser.root.getroottree(), where)
            yield from _strays(parser.root, wanted)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise BadInput(f"broken XML: {error.msg}", f"{where}, line {line}") from error


def _check_root(tree: Any, where: str) -> None:
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        raise BadInput("a document type (DTD) is not accepted in a log", where)
    name = etree.QName(tree.getroot()).localname
    if name != "log":
        raise BadInput(f"not an XES log: it begins with <{name}>", where)


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
            if value and value != "UNKNOWN" and not value.isspace():  # `known`, without the call
                values[key] = value
                missing -= 1
                if not missing:  # the first of a key counts, so nothing after this matters
                    break
    return values


def _read_strays(trace: Any, wanted: WantedKeys) -> Iterator[RawCase]:
    """Let go of what stands before *trace* and keep memory flat; events there have no case."""
    log = trace.getparent()
    while log[0] is not trace:
        if log[0].tag.endswith("event"):
            yield RawCase("", {}, [_read_event(log[0], wanted.event_keys)], stray=True)
        del log[0]


def _strays(log: Any, wanted: WantedKeys) -> Iterator[RawCase]:
    for child in log:
        if child.tag.endswith("event"):
            yield RawCase("", {}, [_read_event(child, wanted.event_keys)], stray=True)
