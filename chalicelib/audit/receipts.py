"""What whoever tells us something gets in return: a promise that can be held against us.

When an event is received its case has not looked at it yet, so nobody knows its leaf. The receipt
therefore names the digest of a disclosure, `[salt, "event_sha256", hex]`, and the leaf of the fact
that the event becomes must carry that digest (`d`): the promise is about these very words of the
sender, and the public log shows nobody what they were (AUDIT_LOG §3.3, ADR 0037).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.audit.sd_jwt import disclosure
from chalicelib.audit.tlog.note import Note, sign_note
from chalicelib.audit.tlog.receipt import Receipt
from chalicelib.audit.tlog.signer import Signer
from chalicelib.audit.tlog.vkey import ED25519, Vkey

EVENT = "event_sha256"


def event_disclosure(event: Mapping[str, Any], salt: bytes) -> str:
    """The disclosure that commits to *event* as it was recorded: its canonical JSON, by SHA-256."""
    return disclosure(salt, EVENT, hashlib.sha256(rfc8785.dumps(dict(event))).hexdigest())


def receipt_name(origin: str) -> str:
    """The name of the key that signs the receipts of the log *origin*."""
    return f"{origin}/receipt"


@dataclass(frozen=True, slots=True)
class Receipts:
    """Gives receipts for the log *origin*, signed by a key that signs nothing else."""

    origin: str
    signer: Signer

    @property
    def vkey(self) -> Vkey:
        """The key that receipts are checked by."""
        return Vkey(receipt_name(self.origin), ED25519, self.signer.public)

    def of_event(
        self, event: Mapping[str, Any], salt: bytes, received_at: datetime
    ) -> dict[str, str]:
        """The receipt of an event, and the disclosure by which its receiver can show what it is of.

        The same for the same event, however often it is sent. Give it away only when the event is
        stored: a crash before that must not leave a promise that nobody remembers.
        """
        text = event_disclosure(event, salt)
        hashed = hashlib.sha256(text.encode("ascii")).digest()
        return {"receipt": self._promise(hashed, received_at), "disclosure": text}

    def of_leaf(self, leaf_hash: bytes, recorded_at: datetime) -> str:
        """The receipt of a fact that is on record and not in the published log yet."""
        return self._promise(leaf_hash, recorded_at)

    def _promise(self, hashed: bytes, since: datetime) -> str:
        at = since.replace(microsecond=0)
        text = Receipt(self.vkey.name, hashed, at, at + MERGE_DELAY).text
        return Note(text, (sign_note(text, self.vkey.name, self.signer),)).written.decode()
