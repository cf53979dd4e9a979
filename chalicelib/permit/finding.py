"""A finding (人工发现) that an inspector enters in his own name about the case of an intake system.

Pure. It is our own event of the case, `irregularity.found`, with the role in the open; words and
key stay in the vault. It is a proposal: a person confirms it first. CLAIMS, DESIGN §8.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from chalicelib.errors import Rejected
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Reported
from chalicelib.intake.payload import read_data
from chalicelib.intake.prose import must_have_words, read_object, read_text
from chalicelib.people.signed_act import SignedAct, split_signature

ROLE: Literal["inspector"] = "inspector"


class EnteredFinding(Struct, frozen=True):
    """What *actor*, a person or the key of a program, found: `rule`, `text`, perhaps `found_by`.

    *signed* is what the person signed of it with a passkey, None where nothing.
    """

    payload: Mapping[str, str]
    actor: str
    signed: SignedAct | None = None

    @property
    def stored_signature(self) -> str:
        """What was signed, as the inbox stores it; empty where nothing was."""
        return self.signed.stored() if self.signed else ""

    def to_sign(self, public_case: str) -> dict[str, Any]:
        """Return the fields that a signature of it has, and its `words`."""
        rule, words = self.payload["rule"], self.payload["text"]
        return {"act": "find", "case": public_case, "outcome": rule, "words": words}

    @property
    def name(self) -> str:
        """A name made of the content: the same finding by the same key is entered once.

        The key is part of it and known to nobody else, so the name does not confirm a guessed text.
        """
        parts = [self.actor, *(f"{name}={text}" for name, text in sorted(self.payload.items()))]
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return f"finding/{digest[:32]}"

    def event(self, case: str, name: str, now: datetime) -> Event:
        """Return the event that reports the finding about *case* at *now*, under the id *name*."""
        data = {"role": ROLE, "actor": self.actor, **self.payload}
        return own_event(Reported.IRREGULARITY_FOUND, case, name, now, data)


def read_finding(body: bytes, rules: Collection[str]) -> dict[str, str]:
    """Read a finding of one of *rules*, those that the profile judges. Raises Rejected."""
    document, _ = split_signature(read_object(body))
    read_text(document)
    try:
        finding = read_data(Reported.IRREGULARITY_FOUND, document)
    except Rejected as refusal:
        texts = (refusal.zh, refusal.en, refusal.field or "")
        zh, en, field = (text.removeprefix("data.") for text in texts)
        raise Rejected(refusal.status, zh=zh, en=en, field=field) from refusal
    must_have_words(finding.get("text"))
    if finding["rule"] not in rules:
        en = "rule: the profile in force here does not judge it"
        raise Rejected(422, zh="rule：现行监察规则不裁断这条规则。", en=en, field="rule")
    return {name: str(value) for name, value in finding.items()}
