"""Canaries: a text planted wherever a person may be named, and every form in which it could leak.

Which fields are open is listed here a second time, by hand: a field that is new in the code is in
neither list, and a test says so.
"""

import hashlib
import json
from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

SOURCE = "permits"
PLACE = {"item": "X-01", "department": "Housing", "region": "370102"}
DAYS = {"amount": 5, "unit": "wd"}

# What may be read by everybody: codes, amounts and instants; and the names of offices.
OPEN = frozenset({
    "item", "department", "region", "kind", "promise", "due_at", "statutory", "gap_limit", "parts",
    "expires_at", "voucher", "channel", "notice", "stage", "limit", "officers", "procedure",
    "approved", "notified_at", "by", "outcome", "remedies", "opinion", "time", "withdrawn",
    "amount", "standard", "chosen_by", "listed", "rule",
})  # fmt: skip
PRIVATE = frozenset({
    "title", "applicant", "gaps", "materials", "post", "basis", "approver", "approved_by", "reason",
    "decided_by", "to", "event", "document", "found_by", "text",
})  # fmt: skip

# kind: when on the day, and what it says in the open; the rest of its fields are planted.
STORY: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("case.submitted", "08:00", PLACE),
    ("case.received", "08:01", PLACE),
    ("case.supplement_notified", "08:02", {"notice": True}),
    ("case.supplement_submitted", "08:03", {}),
    ("case.accepted", "09:00", {**PLACE, "promise": DAYS, "channel": "window"}),
    ("stage.entered", "09:01", {"stage": "review"}),
    ("case.suspended", "09:02", {"procedure": "hearing", "approved": DAYS}),
    ("case.resumed", "09:03", {"procedure": "hearing"}),
    ("stage.left", "09:04", {"stage": "review", "officers": 1}),
    ("case.extended", "09:05", {"by": DAYS, "notified_at": "2026-11-02T09:05:00+08:00"}),
    ("fee.charged", "09:06", {"amount": 100}),
    ("intermediary.engaged", "09:07", {"chosen_by": "department"}),
    ("irregularity.found", "09:08", {"rule": "V-17"}),
    ("delay.explained", "09:09", {}),
    ("document.delivered", "09:10", {}),
    ("result.published", "09:11", {}),
    ("case.corrected", "09:12", {"withdrawn": True}),
    ("case.decided", "09:13", {"outcome": "granted"}),
    ("case.withdrawn", "09:14", {}),
    ("case.cancelled", "09:15", {}),
    ("case.returned", "09:16", {"remedies": True}),
    ("case.forwarded", "09:17", {}),
    ("case.transferred", "09:17", {"department": "Transport"}),
    ("acceptance.withdrawn", "09:18", {}),
)


class Planting:
    """Makes canaries, each another, and knows all that it made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def chinese(self, what: str) -> str:
        """Make a text in Chinese."""
        return self._made(f"金丝雀{len(self.made)}号{what}")

    def ascii(self, what: str) -> str:
        """Make a text where only ASCII is taken."""
        return self._made(f"Jin-Si-Que-{len(self.made)}-{what}")

    def _made(self, text: str) -> str:
        self.made.append(text)
        return text

    def fields(self, names: Collection[str]) -> dict[str, Any]:
        """Plant one in each private field of *names*."""
        return {name: self._field(name) for name in sorted(names)}

    def _field(self, name: str) -> Any:
        if name == "applicant":
            return {part: self.chinese(part) for part in ("kind", "name", "contact")}
        if name in ("materials", "gaps"):
            return [self.chinese(name), self.chinese(name)]
        return self.ascii(name) if name == "event" else self.chinese(name)


@cache
def forms(text: str) -> tuple[bytes, ...]:
    """Every form in which *text* could be told, its digests without a salt among them."""
    return tuple(_forms(text))


def _forms(text: str) -> Iterator[bytes]:
    raw = text.encode()
    yield raw
    yield json.dumps(text)[1:-1].encode()
    yield quote(text, safe="").encode()
    yield from (b64encode(raw).rstrip(b"="), urlsafe_b64encode(raw).rstrip(b"="))
    for said in (raw, f"{SOURCE}/{text}".encode(), f"{SOURCE}:{text}".encode()):
        digest = hashlib.sha256(said).digest()
        yield digest
        yield digest.hex().encode()
        yield digest.hex()[:16].encode()
        yield b64encode(digest).rstrip(b"=")
        yield urlsafe_b64encode(digest).rstrip(b"=")
        yield b32encode(digest)[:20]
        yield b32encode(digest).lower()[:20]
