"""Redaction: what of a fact may stand in the public log, and how the rest is committed to.

Personal and free-text fields never enter a leaf: only a salted digest does, in the disclosure form of
SD-JWT (AUDIT_LOG §4.2), among decoys, so that not even the number of fields shows. Deleting the
disclosures makes the digests unopenable for good.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PUBLIC = frozenset(
    ["item", "department", "region", "kind", "promise", "statutory", "due_at", "terms", "stage", "limit", "procedure", "approved", "notified_at", "by", "approved_by", "outcome", "card", "level", "rule", "ground", "basis", "noticed_at", "noticed", "policy", "calendar", "rests_on", "card_key", "verdict", "cause", "missing", "event", "type", "reason", "given", "catalogue"]
)
TOLD = frozenset(
    ["item", "department", "region", "kind", "promise", "statutory", "due_at", "stage", "limit", "procedure", "approved", "notified_at", "by", "approved_by", "outcome", "card"]
)
_DIGESTS = 4  # digests and decoys in the leaf of a told fact, or the next multiple of it


@dataclass(frozen=True, slots=True)
class Redacted:
    """A told event's data, split: *open* for the fact, *private* for the vault."""

    open: Mapping[str, object]
    private: Mapping[str, object]


def redact(told: Mapping[str, object]) -> Redacted:
    """Split an event's data by the allow-list; `given` keeps which private fields were filled in."""
    shown = {name: value for name, value in told.items() if name in TOLD}
    private = {name: value for name, value in told.items() if name not in TOLD and value}
    return Redacted({**shown, "given": sorted(private)} if private else shown, private)


def disclosures(private: Mapping[str, object], salts: Iterator[bytes]) -> dict[str, str]:
    """One SD-JWT disclosure for each private field: base64url of `[salt, name, value]`."""
    return {
        name: _base64(json.dumps([_base64(next(salts)), name, value], ensure_ascii=False).encode())
        for name, value in sorted(private.items())
    }


def digests(opened: Mapping[str, str], decoys: Iterator[bytes]) -> list[str]:
    """The sorted digests of *opened* disclosures, filled up with *decoys* that nothing opens."""
    real = [_base64(hashlib.sha256(text.encode("ascii")).digest()) for text in opened.values()]
    wanted = -(-max(len(real), 1) // _DIGESTS) * _DIGESTS
    fake = [_base64(hashlib.sha256(next(decoys)).digest()) for _ in range(wanted - len(real))]
    return sorted(real + fake)


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
