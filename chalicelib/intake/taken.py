"""The outcome of a reported event: recorded once, and recognised again by its content.

Two events are the same if their canonical texts are. Of our own events only the type and the data
count: a repeated request has another time.
"""

import hashlib
import json
from datetime import datetime
from typing import Literal, NamedTuple

from chalicelib.errors import Rejected
from chalicelib.intake.event import Event

Outcome = Literal["recorded", "duplicate"]


class ReceivedEvent(NamedTuple):
    """The *outcome* of an *event*, with the *salt* and the time of its first arrival.

    There is no salt, and so no receipt, where its case was shredded, or another event counts.
    """

    outcome: Outcome
    event: Event
    received_at: datetime
    salt: bytes | None = None


def canonical_json(payload: object) -> str:
    """Return *payload* as canonical JSON, for storing and comparing."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(payload: object) -> str:
    """Return the digest by which the same *payload* is recognised again."""
    return hashlib.sha256(canonical_json(payload).encode()).hexdigest()


def content_differs() -> Rejected:
    """Return the refusal of an event that is not the one recorded under its id."""
    return Rejected(
        409,
        zh="此来源已用这个 id 报送过不同内容。",
        en="this source has sent this id before, with other content",
        field="id",
    )


def digest_of_own(event: Event) -> str:
    """Return the digest of an event of our own: of its type and data."""
    return digest_of([event["type"], event["data"]])


def must_have_content(stored: str | None, event: Event) -> None:
    """Refuse (409) an *event* that has not the *stored* digest, unless that was shredded."""
    if stored not in (digest_of_own(event), None):
        raise content_differs()
