"""What becomes of an event that is told: recorded once, and known again by what it says.

Two events are the same if their canonical texts are. Of what we tell ourselves only the type and
the data count: who asks again asks at another time.
"""

import hashlib
import json
from datetime import datetime
from typing import Literal, NamedTuple

from chalicelib.intake.event import Event

Outcome = Literal["recorded", "duplicate"]


class ReceivedEvent(NamedTuple):
    """What became of an event: its *salt*, and when it was *received_at*, are those of the first.

    There is no salt where the event came before there were receipts, or its case was shredded.
    """

    outcome: Outcome
    salt: bytes | None
    received_at: datetime


def text_of(said: object) -> str:
    """Write JSON in one way, for storing and comparing."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(said: object) -> str:
    """The digest that what is told again is known by."""
    return hashlib.sha256(text_of(said).encode()).hexdigest()


def content_of(event: Event) -> str:
    """The digest of what we told ourselves."""
    return digest_of([event["type"], event["data"]])
