"""Receipts for reported events and acts: signed promises that the log will show them in time.

When an event is received its case is not decided yet, so its leaf is not known. The receipt
therefore names the digest of a disclosure, `[salt, "event_sha256", hex]`, and the leaf of the fact
that the event becomes must carry that digest (`d`). So the promise is about the sender's exact
words, and the public log does not show them (AUDIT_LOG §3.3, ADR 0037).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785
from msgspec import Struct

from chalicelib.intake.taken import ReceivedEvent
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.log.tlog.note import Note, sign_note
from chalicelib.log.tlog.receipt import Receipt
from chalicelib.log.tlog.signer import Signer
from chalicelib.log.tlog.vkey import ED25519, Vkey
from chalicelib.vault.sd_jwt import disclosure

EVENT = "event_sha256"


def event_disclosure(event: Mapping[str, Any], salt: bytes) -> str:
    """Return the disclosure of the SHA-256 of *event*, as canonical JSON, as it was recorded."""
    return disclosure(salt, EVENT, event_sha256(event))


def event_sha256(event: Mapping[str, Any]) -> str:
    """Return the SHA-256 of *event*, as canonical JSON, as it was recorded."""
    return hashlib.sha256(rfc8785.dumps(dict(event))).hexdigest()


def receipt_name(origin: str) -> str:
    """Return the name of the key that signs the receipts of the log *origin*."""
    return f"{origin}/receipt"


class Receipts(Struct, frozen=True):
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
        """Return the receipt of *event*, and the disclosure that links the receipt to the event.

        The same event always gives the same receipt. Send it only once the event is stored: a
        crash before that must not leave a promise without a record.
        """
        text = event_disclosure(event, salt)
        digest = hashlib.sha256(text.encode("ascii")).digest()
        return {"receipt": self.of_leaf(digest, received_at), "disclosure": text}

    def of_act(self, act: ReceivedEvent) -> dict[str, object]:
        """Return the receipt of an *act*, its disclosure and its event; nothing without a salt.

        The person who acted keeps all three: the event has the words, and is not served elsewhere.
        """
        if act.salt is None:
            return {}
        return {**self.of_event(act.event, act.salt, act.received_at), "event": act.event}

    def of_leaf(self, leaf_hash: bytes, recorded_at: datetime) -> str:
        """Return the receipt of a hash: that of a leaf not published yet, or of a disclosure."""
        at = recorded_at.replace(microsecond=0)
        text = Receipt(self.vkey.name, leaf_hash, at, at + MERGE_DELAY).text
        return Note(text, (sign_note(text, self.vkey.name, self.signer),)).written.decode()
