"""A log written by hand: rows in, batches as seal commits them, of any size."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.intake.event_types import Derived
from chalicelib.plumbing.services import Services
from tests.support.rights import acting_as

AT = "2026-11-09T09:30:00.000Z"


def row(
    index: int,
    case: str = "1",
    *,
    kind: str = "stage.entered",
    data: Mapping[str, Any] | None = None,
    told: bool | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Make the entry at *index* of a permit; by default something told that changes no lamp.

    *told* is as its *kind* is, unless it is given. *more* are columns, and of the leaf `n`, `at`
    and `public`.
    """
    is_told = kind not in {*Derived} if told is None else told
    leaf = {
        "case": more.pop("public", f"c_{case}"),
        "n": more.pop("n", index),
        "k": kind,
        "at": more.pop("at", AT),
        "rec": AT,
        "data": data or {},
        **({"told": True, "src": "hall"} if is_told else {}),
    }
    lamp = {"department": "Housing", "was": "green", "was_in": "Housing", "now": "green"}
    return {"index": index, "case": f"hall:{case}", "leaf": json.dumps(leaf), **lamp, **more}


def card_row(index: int, case: str = "1", level: str = "yellow", **more: Any) -> dict[str, Any]:
    """Make the entry at *index* that issues a card of the department that has the case."""
    data = {
        "level": level,
        "rule": "V-02",
        "basis": "行政许可法第四十二条",
        "clock": "promise",
        "due_at": AT,
        "noticed_at": AT,
        "noticed": "on_time",
        "region": "370102",
        "item": "X-01",
        "department": more.get("department", "Housing"),
    }
    kind = "warning.issued" if level == "warning" else "card.issued"
    return row(index, case, kind=kind, data=data, now=level.replace("warning", "green"), **more)


def write(services: Services, rows: Iterable[dict[str, Any]]) -> None:
    """Commit *rows* as one batch."""
    batch = list(rows)
    first = batch[0]["index"]
    with acting_as(""):  # also where a door waits for it
        services.log.refill(first, json.dumps(batch, ensure_ascii=False))
