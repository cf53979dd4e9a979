"""From what was told to a fact: the case's own reading of a normalised event.

A fact's key is public, and an event's id may hold anything, a name too. So what an intake system
tells is known by a keyed hash of its id: the same event has the same key, and who does not have the
case's secret can tell nothing from it. What we tell ourselves keeps its id, which says nothing.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.cases.fact import Fact, terms_key
from chalicelib.instant import parse
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
    """Make the told fact of *event* with its open *data*; an acceptance carries its *terms*.

    *secret* is that of its case; what we tell ourselves needs none.
    """
    written = event.get("recordedtime")
    return Fact(
        n=0,
        kind=event["type"],
        key=told_key(event, secret),
        at=parse(event["time"]),
        recorded_at=recorded_at,
        told=True,
        data={**data, "terms": terms.written()} if terms else data,
        written_at=parse(written) if written else None,
        sequence=_sequence(event),
        corrects=_corrects(event, secret),
        origin=event["subject"] if event["source"] == OURS else "",
    )


def told_key(event: Mapping[str, Any], secret: bytes) -> str:
    """The key of a told fact: what is known by its source and the id that is unique within it."""
    source, name = event["source"], event["id"]
    if source == OURS:
        return f"{OURS}/{name}"
    digest = hmac.digest(secret, f"{source}/{name}".encode(), hashlib.sha256)
    return "e_" + b32encode(digest[:16]).decode("ascii").rstrip("=").lower()


def _corrects(event: Mapping[str, Any], secret: bytes) -> str:
    """The key of what a correction is about: an event of the same source, whatever it names."""
    if event["type"] != Reported.CASE_CORRECTED:
        return ""
    return told_key({"source": event["source"], "id": event["data"]["event"]}, secret)


_WHOLE = re.compile(r"0*([0-9]{1,10})", re.ASCII)


def _sequence(event: Mapping[str, Any]) -> str:
    """The order that a source gives to its events, where it is a number that says nothing else.

    It is public, as judging needs it: ten digits at most, which no identity number fits into.
    """
    match = _WHOLE.fullmatch(event.get("sequence", ""))
    return match[1].zfill(10) if match else ""


def adopted_terms(acceptance: Fact, terms: Terms, now: datetime) -> Fact:
    """The derived fact by which an acceptance gets the terms that the catalogue lacked at first."""
    data = {"terms": terms.written(), "item": acceptance.text("item")}
    return Fact(
        0,
        Derived.TERMS_ADOPTED,
        terms_key(acceptance),
        acceptance.at,
        now,
        told=False,
        data=data,
    )
