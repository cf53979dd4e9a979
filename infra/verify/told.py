"""A receipt with the event that it was given for: the leaf tells that event, and nothing else.

The receipt's disclosure holds the SHA-256 of the event, and the leaf commits to the disclosure. So
each public field of the leaf can be compared with the event. A name that nothing knew may stand as
its token (`hidden_names.py`); an instant that was ahead of its receipt stands as the receipt.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.cases.from_event import sequence_of
from chalicelib.errors import BadInput, Corrupt, Rejected
from chalicelib.instant import NoInstant, is_date, parse, text
from chalicelib.intake.event import OURS, Event, normalise
from chalicelib.intake.event_types import STARTING_TYPES
from chalicelib.log.receipts import EVENT, event_sha256
from chalicelib.plumbing.name_tokens import is_token
from chalicelib.policy.names import NAMED
from chalicelib.vault.redaction import COMPARED, REPORTED, redact
from chalicelib.vault.sd_jwt import read_disclosure
from infra.verify.entry import CheckedEntry
from infra.verify.hidden_names import HiddenNames
from infra.verify.issue import Issue

_CHECK = "I12"
_BY_LIST = ("department", "kind")  # the catalogue's counts; what was told stands beside it
Told = Mapping[str, Event]


class ToldEvents(NamedTuple):
    """The *events* that a reader has, by their SHA-256, and their *names* that a log may hide."""

    events: Told
    names: HiddenNames


def read_told(files: Sequence[Path]) -> dict[str, Event]:
    """Return the events in *files*, one or a list in each, by their SHA-256. Raises BadInput."""
    events: dict[str, Event] = {}
    for file in files:
        try:
            document = json.loads(file.read_text("utf-8"))
            for value in document if isinstance(document, list) else [document]:
                event = read_act(value) or normalise(value)
                events[event_sha256(event)] = event
        except (OSError, ValueError) as error:
            zh, en = "读不出，请核对文件", f"cannot be read: {error}"
            raise BadInput(zh=zh, en=en, where=str(file)) from error
        except Rejected as refusal:
            zh = f"不是可以报送的事件，请原样给出：{refusal.line('zh')}"
            en = f"not an event, give it as it was: {refusal}"
            raise BadInput(zh=zh, en=en, where=str(file)) from refusal
    return events


def read_act(value: object) -> Event | None:
    """Return the event of an act, as its answer has it; None where *value* is no event of ours."""
    if not isinstance(value, dict) or value.get("source") != OURS:
        return None
    match value:
        case {"id": str(name), "subject": str(subject), "type": str(kind), "time": str(at)}:
            data = value.get("data")
            if isinstance(data, dict) and set(value) == Event.__required_keys__:
                return Event(id=name, source=OURS, subject=subject, type=kind, time=at, data=data)
    return None


def check_told(disclosure: str, told: ToldEvents, entry: CheckedEntry, of: str) -> Iterator[Issue]:
    """Check that *entry* tells the event in *disclosure*, of receipt *of*, if it is *told*."""
    event = told.events.get(digest_in(disclosure))
    if event is None:
        return
    for field, sent, logged in differences(event, entry.payload):
        zh = f"回执 {of} 的事件与日志不同：{field} 报送的是 {sent}，日志是 {logged}；"
        en = (
            f"the event of receipt {of} is not what the log tells: {field} was {sent}, is {logged};"
        )
        zh = f"{zh}请保留回执和事件，向监察机关反映"
        en = f"{en} keep receipt and event, and show them "
        yield Issue(entry.index, _CHECK, zh, f"{en}to the inspectors")
    yield from told.names.check(event, entry)


def digest_in(disclosure: str) -> str:
    """Return the SHA-256 of the event that *disclosure* holds; "" where it holds none."""
    try:
        name, value = read_disclosure(disclosure)
    except Corrupt:
        return ""
    return value if name == EVENT and isinstance(value, str) else ""


def differences(event: Event, leaf: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each field of *leaf* that does not say what *event* says."""
    received = parse(leaf["rec"])
    is_ours, written = event["source"] == OURS, event.get("recordedtime")
    wanted = {
        "k": event["type"],
        "src": None if is_ours else event["source"],
        "told": True,
        "at": _by(event["time"], received),
        "wrote": _by(written, received) if written else None,
        "seq": sequence_of(event) or None,
    }
    for name, value in wanted.items():
        if leaf.get(name) != value:
            yield name, str(value), str(leaf.get(name))
    data, split = leaf.get("data", {}), redact(event["data"], by_us=is_ours)
    ours = {"given", *(COMPARED if event["type"] in STARTING_TYPES else ())}
    for name in sorted((split.open.keys() | (data.keys() & REPORTED)) - ours):
        reported, logged = split.open.get(name), data.get(name)
        if name in _BY_LIST and data.get(f"told_{name}") is not None:
            logged = data[f"told_{name}"]
        if not _agrees(name, reported, logged, received):
            yield f"data.{name}", _shown(reported), _shown(logged)


def _by(instant: str, received: datetime) -> str:
    return text(min(parse(instant), received))


def _agrees(field: str, reported: object, logged: object, received: datetime) -> bool:
    """Return whether *logged* is what was *reported* in a *field*; empty is as good as left out."""
    if reported in ("", None, [], {}) and logged is None:
        return True
    if isinstance(reported, str) and isinstance(logged, str):
        is_hidden = field in NAMED and is_token(logged)
        return reported == logged or is_hidden or _is_cut(reported, logged, received)
    if isinstance(reported, Mapping) and isinstance(logged, Mapping):
        return all(
            _agrees(name, reported.get(name), logged.get(name), received)
            for name in reported.keys() | logged.keys()
        )
    if isinstance(reported, list) and isinstance(logged, list) and len(reported) == len(logged):
        return all(_agrees(field, *pair, received) for pair in zip(reported, logged, strict=True))
    return reported == logged


def _is_cut(reported: str, logged: str, received: datetime) -> bool:
    """Return whether *reported* is an instant ahead of its receipt, which is *logged* instead."""
    try:
        return not is_date(reported) and parse(reported) > received and logged == text(received)
    except NoInstant:
        return False


def _shown(value: object) -> str:
    return "（无）" if value is None else json.dumps(value, ensure_ascii=False)
