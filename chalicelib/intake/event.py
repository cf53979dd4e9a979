"""Reads CloudEvents 1.0, strictly: bytes → normalised events, or a refusal that names the field.

Structured mode (one event) and batched mode (up to 100). The SDKs invent a missing id, accept
other versions and times without offset; any of these would break "the same event again is a
no-op", so nothing is ever filled in here. What is kept is what supervision uses; other extension
attributes are checked and dropped, so a tracing header that differs does not make another event.
"""

import re
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from chalicelib.errors import Rejected
from chalicelib.intake import json_text, moment
from chalicelib.intake.event_types import SOURCE_TYPES, Reported

OURS = "duban"  # the source of what we tell ourselves: no intake system may bear it
MAX_BATCH = 100
MAX_TEXT = 256
MAX_EXTENSION = 1024

_ATTRIBUTE = re.compile(r"[a-z0-9]{1,40}", re.ASCII)
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_JSON_TYPE = re.compile(
    r"[a-z]+/(?:[a-z0-9.+-]+\+)?json(?: *; *charset=\"?utf-8\"?)?",
    re.IGNORECASE | re.ASCII,
)
_OWN = {"specversion", "id", "source", "subject", "type", "time", "data", "data_base64"}


class Event(TypedDict):
    """A normalised event: times in UTC, data as its type's model has it."""

    id: str
    source: str
    subject: str
    type: str
    time: str
    recordedtime: NotRequired[str]
    sequence: NotRequired[str]
    data: dict[str, Any]


def read_one(body: bytes) -> Event:
    """Read a structured event."""
    return normalise(json_text.read(body))


def read_batch(body: bytes) -> list[Event | tuple[str | None, Rejected]]:
    """Read a batch; a bad event is given in its place, with its id if it can be told, and why."""
    values = json_text.read(body)
    if not isinstance(values, list):
        raise Rejected(400, "the body is not a batch (a JSON array)")
    if len(values) > MAX_BATCH:
        raise Rejected(422, f"a batch holds at most {MAX_BATCH} events, not {len(values)}")
    return [_attempt(value) for value in values]


def _attempt(value: Any) -> Event | tuple[str | None, Rejected]:
    try:
        return normalise(value)
    except Rejected as refusal:
        return _id_if_readable(value), refusal


def _id_if_readable(value: Any) -> str | None:
    found = value.get("id") if isinstance(value, dict) else None
    is_fine = isinstance(found, str) and len(found) <= MAX_TEXT and _PRINTABLE.fullmatch(found)
    return found if is_fine else None


def normalise(value: Any) -> Event:
    """Check one event and bring it into the one form that is stored and compared."""
    if not isinstance(value, dict):
        raise Rejected(400, "an event is one JSON object")
    json_text.check(value)
    attributes = {name: given for name, given in value.items() if given is not None}  # null: unset
    if attributes.get("specversion") != "1.0":
        raise _wrong("specversion", 'must be "1.0"')
    if attributes.get("source") == OURS:
        raise _wrong("source", f"{OURS!r} is our own name; register under another")
    event = Event(
        id=_ascii(attributes, "id"),
        source=_ascii(attributes, "source"),
        subject=_ascii(attributes, "subject"),
        type=_kind(attributes),
        time=_time(attributes, "time"),
        data=_data(attributes),
    )
    for name, given in attributes.items():
        if name not in _OWN:
            _check_extension(name, given)
    if "recordedtime" in attributes:
        event["recordedtime"] = _time(attributes, "recordedtime")
    if "sequence" in attributes:
        event["sequence"] = _ascii(attributes, "sequence")
    return event


def _wrong(field: str, why: str) -> Rejected:
    return Rejected(422, f"{field}: {why}", field=field)


def _ascii(attributes: Mapping[str, Any], name: str) -> str:
    given = attributes.get(name)
    if not isinstance(given, str) or not given:
        raise _wrong(name, "a text is needed")
    if len(given) > MAX_TEXT:
        raise _wrong(name, f"longer than {MAX_TEXT} characters")
    if not _PRINTABLE.fullmatch(given) or given != given.strip():
        raise _wrong(name, "only printable ASCII; percent-encode the rest")
    return given


def _kind(attributes: Mapping[str, Any]) -> str:
    given = _ascii(attributes, "type")
    if given not in SOURCE_TYPES:
        raise _wrong("type", f"{given!r} is not known; known are {', '.join(SOURCE_TYPES)}")
    return given


def _time(attributes: Mapping[str, Any], name: str) -> str:
    given = attributes.get(name)
    if not isinstance(given, str):
        raise _wrong(name, "an RFC 3339 time with its offset is needed")
    try:
        return moment.normal(given)
    except ValueError as error:
        raise _wrong(name, str(error)) from error


def _data(attributes: Mapping[str, Any]) -> dict[str, Any]:
    from chalicelib.intake import payload  # lazily: pydantic is only for those who receive

    if "data_base64" in attributes:
        raise _wrong("data_base64", "binary data is not taken; send JSON in data")
    media_type = attributes.get("datacontenttype", "application/json")
    if not isinstance(media_type, str) or not _JSON_TYPE.fullmatch(media_type):
        raise _wrong("datacontenttype", "only JSON is taken")
    data = attributes.get("data", {})
    if not isinstance(data, dict):
        raise _wrong("data", "a JSON object is needed")
    return payload.read_data(Reported(attributes["type"]), data)


def _check_extension(name: str, given: Any) -> None:
    if not _ATTRIBUTE.fullmatch(name):
        raise _wrong(name[:50], "an attribute's name is of a-z and 0-9")
    match given:
        case bool():
            return
        case int() if -(2**31) <= given < 2**31:
            return
        case str() if len(given) <= MAX_EXTENSION and not _CONTROL.search(given):
            return
        case _:
            raise _wrong(name, "an attribute is a boolean, a 32-bit number or a text of one line")
