"""A department's response (答复) to its card: what is asked of the body, and the event it becomes.

Pure. The event is told by us about the case that the card is on, and goes the way of all that is
told: inbox, fact, log. What it does to the card is decided there (a yellow that is answered in time
does not turn red). The text may hold anything: it is kept apart, never published.
"""

import json
from datetime import datetime
from typing import Any

from chalicelib import instant
from chalicelib.errors import Rejected
from chalicelib.intake.event import Event

SOURCE = "duban"
KIND = "card.responded"
MAX_TEXT = 2000


def read_text(body: bytes) -> str:
    """Read the body `{"text": …}`; no body and no text are fine."""
    if not body.strip():
        return ""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Rejected(400, "the body is not JSON") from error
    if not isinstance(given, dict):
        raise Rejected(400, "the body is one JSON object")
    unknown = sorted(given.keys() - {"text"})
    if unknown:
        raise Rejected(422, "this field is not known here", field=str(unknown[0])[:100])
    text = given.get("text") or ""
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise Rejected(422, f"a text of at most {MAX_TEXT} characters", field="text")
    return text


def responded(case: str, card_id: str, n: int, text: str, now: datetime) -> Event:
    """Make the told event: the card that fact *n* of *case* issued was answered *now*."""
    data: dict[str, Any] = {"card": n}
    if text:
        data["text"] = text
    return Event(
        id=f"respond/{card_id}",
        source=SOURCE,
        subject=case,
        type=KIND,
        time=instant.text(now),
        data=data,
    )
