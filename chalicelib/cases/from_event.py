"""From a normalised event to the fact of its case.

A fact's key is public, and an event's id may hold anything, a name too. So the key of an event from
an intake system is a keyed hash of its id. The same event has the same key; without the case's
secret the key says nothing. Our own events keep their ids, which hold nothing private.

An event has happened when it is received, and so has a notice in it. If its time is later than its
receipt, the receipt counts, and the time that it claimed is kept (`claimed`), to be flagged
(CLAIMS §2). When it was written down (`recordedtime`) proves nothing, and is bounded unflagged.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.cases.fact import Fact, terms_key
from chalicelib.instant import parse, text
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.policy.terms import Terms


def told_fact(
    event: Mapping[str, Any],
    data: Mapping[str, object],
    recorded_at: datetime,
    terms: Terms | None = None,
    *,
    secret: bytes,
) -> Fact:
    """Return the reported fact of *event* with its open *data*; *secret* is that of its case."""
    at, source, kind = parse(event["time"]), event["source"], event["type"]
    if source != OURS:
        data, at = _in_the_past(kind, data, at, recorded_at)
    written, written_at = terms.written() if terms else {}, event.get("recordedtime")
    corrects = ""
    if kind == Reported.CASE_CORRECTED:  # an event of the same source
        corrects = told_key({"source": source, "id": event["data"]["event"]}, secret)
    return Fact(
        n=0,
        kind=kind,
        key=told_key(event, secret),
        at=at,
        recorded_at=recorded_at,
        told=True,
        data={**data, "terms": written} if written else data,
        written_at=min(parse(written_at), recorded_at) if written_at else None,
        sequence=sequence_of(event),
        corrects=corrects,
        origin=event["subject"] if source == OURS else "",
        source="" if source == OURS else source,
    )


def _in_the_past(
    kind: str, data: Mapping[str, object], at: datetime, received_at: datetime
) -> tuple[Mapping[str, object], datetime]:
    """Return the *data* and the time *at* of an event, no past time later than its receipt.

    A correction also gives the time of the event that it corrects, and an act that of its notice.
    """
    name = "time" if kind == Reported.CASE_CORRECTED else "notified_at"
    claimed, given = at, data.get(name)
    if isinstance(given, str):
        claimed = max(at, parse(given))
        data = data if parse(given) <= received_at else {**data, name: text(received_at)}
    if claimed <= received_at:
        return data, at
    return {**data, "claimed": text(claimed)}, min(at, received_at)


def told_key(event: Mapping[str, Any], secret: bytes) -> str:
    """Return the key of a reported fact, made of its source and the id unique within the source."""
    source, name = event["source"], event["id"]
    if source == OURS:
        return f"{OURS}/{name}"
    digest = hmac.digest(secret, f"{source}/{name}".encode(), hashlib.sha256)
    return "e_" + b32encode(digest[:16]).decode("ascii").rstrip("=").lower()


_WHOLE = re.compile(r"0*([0-9]{1,10})", re.ASCII)


def sequence_of(event: Mapping[str, Any]) -> str:
    """Return the order that a source gives to its events, if it is a number; else empty.

    It is public, as judging needs it: ten digits at most, too few for an identity number.
    """
    match = _WHOLE.fullmatch(event.get("sequence", ""))
    return match[1].zfill(10) if match else ""


def adopted_terms(acceptance: Fact, terms: Terms, now: datetime, item: str = "") -> Fact:
    """Return the derived fact that gives an acceptance *terms*: a catalogue has its item *now*.

    *item* is needed where the acceptance has a token for it: the catalogue made it public.
    """
    data = {"terms": terms.written(), "item": item or acceptance.text("item")}
    key, at = terms_key(acceptance), acceptance.at
    return Fact(0, Derived.TERMS_ADOPTED, key, at, now, told=False, data=data)
