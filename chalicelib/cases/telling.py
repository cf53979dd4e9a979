"""From what was told to a fact: the case's own reading of a normalised event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.cases import correction
from chalicelib.cases.fact import Fact, terms_key
from chalicelib.instant import parse
from chalicelib.intake.event import OURS
from chalicelib.policy.terms import Terms


def told_fact(
    event: Mapping[str, Any],
    data: Mapping[str, object],
    recorded_at: datetime,
    terms: Terms | None = None,
) -> Fact:
    """Make the told fact of *event* with its open *data*; an acceptance carries its *terms*."""
    written = event.get("recordedtime")
    return Fact(
        n=0,
        kind=event["type"],
        key=told_key(event),
        at=parse(event["time"]),
        recorded_at=recorded_at,
        told=True,
        data={**data, "terms": terms.written()} if terms else data,
        written_at=parse(written) if written else None,
        sequence=event.get("sequence", ""),
        corrects=_corrects(event),
        origin=event["subject"] if event["source"] == OURS else "",
    )


def told_key(event: Mapping[str, Any]) -> str:
    """The key of a told fact: its source and the id that is unique within it."""
    return f"{event['source']}/{event['id']}"


def _corrects(event: Mapping[str, Any]) -> str:
    """The key of what a correction is about: an event of the same source, whatever it names."""
    if event["type"] != correction.KIND:
        return ""
    return told_key({"source": event["source"], "id": event["data"]["event"]})


def adopted_terms(acceptance: Fact, terms: Terms, now: datetime) -> Fact:
    """The derived fact by which an acceptance gets the terms that the catalogue lacked at first."""
    data = {"terms": terms.written(), "item": acceptance.text("item")}
    return Fact(
        0, "terms.adopted", terms_key(acceptance), acceptance.at, now, told=False, data=data
    )
