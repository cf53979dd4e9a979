"""Reads CloudEvents 1.0, strictly: bytes → normalised events, or a refusal that names the field.

Structured mode (one event) and batched mode (up to 100). The SDKs invent a missing id, accept
other versions and times without offset; any of these would break "the same event again is a
no-op", so nothing is ever filled in here. Only attributes that supervision uses are kept. Other
extension attributes are checked and dropped, so another tracing header makes no other event.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from chalicelib.errors import Rejected
from chalicelib.instant import NoInstant, text
from chalicelib.intake import json_text
from chalicelib.intake.event_types import SOURCE_TYPES, Reported
from chalicelib.intake.fields import normalise_instant
from chalicelib.intake.json_text import bad_field
from chalicelib.intake.payload import read_data

OURS = "duban"  # the source of our own events: no intake system may bear it
MAX_BATCH = 100
MAX_TEXT = 256
MAX_EXTENSION = 1024

_ATTRIBUTE = re.compile(r"[a-z0-9]{1,40}", re.ASCII)
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_JSON_TYPE = re.compile(
    r"[a-z]+/(?:[a-z0-9.+-]+\+)?json(?: *; *charset=\"?utf-8\"?)?", re.IGNORECASE | re.ASCII
)
_NOTIFICATION = re.compile(rf"{OURS}/(c_[a-z2-7]{{1,64}})\.(0|[1-9][0-9]{{0,8}})", re.ASCII)
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


def own_event(kind: str, subject: str, name: str, at: datetime, data: Mapping[str, Any]) -> Event:
    """Return our own event of *kind* about *subject* at an instant, under the id *name*."""
    return Event(id=name, source=OURS, subject=subject, type=kind, time=text(at), data=dict(data))


def source_of(key: str) -> tuple[str, int] | None:
    """Return the public case and the fact's number in the *key* of a notification; else None."""
    match = _NOTIFICATION.fullmatch(key)
    return (match[1], int(match[2])) if match else None


def read_event(body: bytes) -> Event:
    """Return the event of a structured request. Raises Rejected."""
    return normalise(json_text.read_json(body))


def read_batch(body: bytes) -> list[Event | tuple[str | None, Rejected]]:
    """Return the events of a batch; for a bad one its id, where readable, and the refusal."""
    values = json_text.read_json(body)
    if not isinstance(values, list):
        raise Rejected(
            400, zh="请求体不是一批事件（JSON 数组）。", en="the body is not a batch (a JSON array)"
        )
    if len(values) > MAX_BATCH:
        raise Rejected(
            422,
            zh=f"一批最多 {MAX_BATCH} 个事件，而不是 {len(values)} 个。",
            en=f"a batch holds at most {MAX_BATCH} events, not {len(values)}",
        )
    return [_attempt(value) for value in values]


def _attempt(value: Any) -> Event | tuple[str | None, Rejected]:
    try:
        return normalise(value)
    except Rejected as refusal:
        event_id = value.get("id") if isinstance(value, dict) else None
        if not isinstance(event_id, str) or len(event_id) > MAX_TEXT:
            return None, refusal
        return event_id if _PRINTABLE.fullmatch(event_id) else None, refusal


def normalise(value: Any) -> Event:
    """Return the event in the one form that is stored and compared. Raises Rejected."""
    if not isinstance(value, dict):
        raise Rejected(400, zh="一个事件是一个 JSON 对象。", en="an event is one JSON object")
    json_text.check_json(value)
    attributes = {name: field for name, field in value.items() if field is not None}  # null: unset
    if attributes.get("specversion") != "1.0":
        raise bad_field("specversion", '须为 "1.0"', 'must be "1.0"')
    if attributes.get("source") == OURS:
        zh = f"{OURS!r} 是本系统自己的名称，请另行登记"
        en = f"{OURS!r} is our own name; register under another"
        raise bad_field("source", zh, en)
    event = Event(
        id=_ascii(attributes, "id"),
        source=_ascii(attributes, "source"),
        subject=_ascii(attributes, "subject"),
        type=_type(attributes),
        time=_time(attributes, "time"),
        data=_data(attributes),
    )
    for name, field in attributes.items():
        if name not in _OWN:
            _check_extension(name, field)
    if "recordedtime" in attributes:
        event["recordedtime"] = _time(attributes, "recordedtime")
    if "sequence" in attributes:
        event["sequence"] = _ascii(attributes, "sequence")
    return event


def _ascii(attributes: Mapping[str, Any], name: str) -> str:
    text = attributes.get(name)
    if not isinstance(text, str) or not text:
        raise bad_field(name, "须填写文字", "a text is needed")
    if len(text) > MAX_TEXT:
        raise bad_field(name, f"超过 {MAX_TEXT} 个字符", f"longer than {MAX_TEXT} characters")
    if not _PRINTABLE.fullmatch(text) or text != text.strip():
        zh = "只能是可打印的 ASCII 字符，其余须作百分号编码"
        en = "only printable ASCII; percent-encode the rest"
        raise bad_field(name, zh, en)
    return text


def _type(attributes: Mapping[str, Any]) -> str:
    text = _ascii(attributes, "type")
    if text not in SOURCE_TYPES:
        zh = f"没有 {text!r} 这种事件；可用的是 {'、'.join(SOURCE_TYPES)}"
        en = f"{text!r} is not known; known are {', '.join(SOURCE_TYPES)}"
        raise bad_field("type", zh, en)
    return text


def _time(attributes: Mapping[str, Any], name: str) -> str:
    text = attributes.get(name)
    if not isinstance(text, str):
        raise bad_field(
            name, "须是带时区偏移的 RFC 3339 时刻", "an RFC 3339 time with its offset is needed"
        )
    try:
        return normalise_instant(text)
    except NoInstant as error:
        raise bad_field(name, error.zh, str(error)) from error


def _data(attributes: Mapping[str, Any]) -> dict[str, Any]:
    if "data_base64" in attributes:
        zh = "不接受二进制数据；请在 data 中报送 JSON"
        en = "binary data is not taken; send JSON in data"
        raise bad_field("data_base64", zh, en)
    media_type = attributes.get("datacontenttype", "application/json")
    if not isinstance(media_type, str) or not _JSON_TYPE.fullmatch(media_type):
        raise bad_field("datacontenttype", "只接受 JSON", "only JSON is taken")
    data = attributes.get("data", {})
    if not isinstance(data, dict):
        raise bad_field("data", "须是 JSON 对象", "a JSON object is needed")
    return read_data(Reported(attributes["type"]), data)


def _check_extension(name: str, value: Any) -> None:
    if not _ATTRIBUTE.fullmatch(name):
        raise bad_field(name[:50], "属性名只含 a-z 和 0-9", "an attribute's name is of a-z and 0-9")
    is_number = isinstance(value, int) and -(2**31) <= value < 2**31  # or a boolean
    is_text = isinstance(value, str) and len(value) <= MAX_EXTENSION and not _CONTROL.search(value)
    if not (is_number or is_text):
        zh = "属性是布尔值、32 位整数或单行文字"
        en = "an attribute is a boolean, a 32-bit number or a text of one line"
        raise bad_field(name, zh, en)
