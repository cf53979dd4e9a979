"""Signatures that are opened: the source signed, with its own key, what the leaf tells of it.

The log commits to the signature and to the body. The signature is one of the body under a key of
the source, and its event is what the leaf tells. Only the holder of the private key can make that.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.errors import Corrupt, Rejected, in_chinese
from chalicelib.intake import json_text
from chalicelib.intake.event import Event, normalise
from chalicelib.intake.event_types import Reported
from chalicelib.intake.signed_body import FIELD, SignedBody, read_disclosed
from chalicelib.intake.source_key import SourceKey
from chalicelib.log.disclosure import ProvedEntry
from chalicelib.policy.source_keys import read_adopted
from chalicelib.vault.redaction import redact
from infra.verify.told import Corrections, differences

_OURS = frozenset({FIELD, "names"})  # not told: the signature itself, and names behind tokens

Leaf = Mapping[str, Any]


class Opened:
    """The opened signatures: a case has one subject, and an event is told once."""

    def __init__(self) -> None:
        self._cases: dict[str, str] = {}
        self._told: dict[tuple[str, str], object] = {}
        self._corrections = Corrections()

    def open(
        self, leaf: Leaf, values: Mapping[str, object], keys: Iterable[SourceKey]
    ) -> Event | None:
        """Return the event that the source of *leaf* signed with one of *keys*, by its *values*.

        None where the signature, or the body under it, is not disclosed. Raises Corrupt where the
        values do not prove it.
        """
        if not any(name.partition(".")[0] == FIELD for name in values):
            return None
        fingerprint = leaf.get("signed")
        if not isinstance(fingerprint, str):
            raise Corrupt("日志没有写明此事实的公钥", "the log names no key for this fact")
        signed = read_disclosed(values, fingerprint)
        if signed is None:
            return None
        key = next((key for key in keys if key.fingerprint == fingerprint), None)
        if key is None:
            zh = f"公钥 {fingerprint} 不是已知的 {leaf.get('src')} 的公钥"
            raise Corrupt(zh, f"the key {fingerprint} is not known to be one of {leaf.get('src')}")
        if not _is_signed(signed, key):
            zh = f"{leaf.get('src')} 没有签过这一件"
            raise Corrupt(zh, f"{leaf.get('src')} did not sign this")
        event = _event_in(signed)
        for field, signed_value, logged in differences(event, leaf):
            zh = f"{field} 签的是 {signed_value}，日志写的是 {logged}"
            raise Corrupt(zh, f"{field} was signed as {signed_value}, and the log tells {logged}")
        _check_private(event, values)
        self._take(leaf, event)
        return event

    def _take(self, leaf: Leaf, event: Event) -> None:
        """Check *event* against those that were opened before. Raises Corrupt."""
        case, subject = str(leaf["case"]), f"{event['source']}:{event['subject']}"
        for one, other in ((case, subject), (subject, case)):
            if (known := self._cases.setdefault(one, other)) != other:
                zh = f"{one} 先前是 {known}，此处是 {other}"
                raise Corrupt(zh, f"{one} is {known}, and here it is {other}")
        fact = (case, leaf["n"])
        if self._told.setdefault((event["source"], event["id"]), fact) != fact:
            zh = f"同一签名事件报了两次：{event['id']}"
            raise Corrupt(zh, f"one signed event is told twice: {event['id']}")
        for wrong in self._corrections.take(event["source"], event["id"], leaf, event):
            raise Corrupt(
                f"{wrong['case']}.{wrong['n']} 签的是对另一事件的更正",
                f"{wrong['case']}.{wrong['n']} was signed as the correction of another event",
            )


def open_file(entries: Sequence[ProvedEntry], known: Sequence[SourceKey] = ()) -> dict[int, Event]:
    """Return the signed events of one disclosure file, by the index of their entry.

    The keys are those that the reader has *known*; without any, those that the file proves to have
    been stated before. Raises Corrupt.
    """
    opened, events = Opened(), dict[int, Event]()
    stated = [each for each in entries if each.leaf.get("k") == Reported.KEYS_ADOPTED]
    for entry in entries:
        keys = list(known)
        for before in stated if not known else ():
            source, adopted = read_adopted(before.leaf.get("data", {}))
            if source == entry.leaf.get("src") and before.index < entry.index:
                keys += adopted.keys
        if event := opened.open(entry.leaf, entry.values, keys):
            events[entry.index] = event
    return events


def _is_signed(signed: SignedBody, key: SourceKey) -> bool:
    try:
        return signed.is_signed_by(key)
    except ValueError:
        return False


def _event_in(signed: SignedBody) -> Event:
    """Return the event in the body that was signed. Raises Corrupt."""
    try:
        value = json_text.read_json(signed.body)
        if signed.position is not None:
            value = value[signed.position]
        return normalise(value)
    except (Rejected, LookupError, TypeError) as error:
        zh = f"所签的内容中没有此事件：{in_chinese(error)}"
        raise Corrupt(zh, f"no such event is in the body that was signed: {error}") from error


def _check_private(event: Event, values: Mapping[str, object]) -> None:
    """Check the other private fields that are disclosed against the event. Raises Corrupt."""
    private: Mapping[str, Any] = redact(event["data"]).private
    for name, value in values.items():
        field, dot, part = name.partition(".")
        if field in _OURS:
            continue
        signed_value = private.get(field)
        if dot:
            signed_value = signed_value.get(part) if isinstance(signed_value, Mapping) else None
        if signed_value != value:
            shown = json.dumps(signed_value, ensure_ascii=False)
            zh = f"{name} 签的是 {shown}，日志记的是另一个的摘要"
            raise Corrupt(zh, f"{name} was signed as {shown}, and the log commits to another")
