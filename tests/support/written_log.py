"""A log written by hand: rows in, batches as seal commits them, of any size."""

import json
from collections.abc import Iterable
from typing import Any

from chalicelib.plumbing.services import Services

AT = "2026-11-09T09:30:00.000Z"


def row(index: int, case: str = "1", **more: Any) -> dict[str, Any]:
    """Make the entry at *index*: something told about *case* that changes no lamp."""
    return {
        "index": index,
        "case": f"hall:{case}",
        "n": index,
        "leaf": json.dumps({"case": f"c_{case}", "n": index}),
        "kind": "stage.entered",
        "at": AT,
        "recorded_at": AT,
        "department": "Housing",
        "was": "green",
        "was_in": "Housing",
        "now": "green",
        "alert": None,
    } | more


def card_row(index: int, case: str = "1", level: str = "yellow", **more: Any) -> dict[str, Any]:
    """Make the entry at *index* that issues a card."""
    alert = {
        "level": level,
        "rule": "V-02",
        "basis": "行政许可法第四十二条",
        "clock": "promise",
        "due_at": AT,
        "noticed_at": AT,
        "noticed": "on_time",
        "region": "370102",
        "item": "X-01",
    }
    kind = "warning.issued" if level == "warning" else "card.issued"
    return row(index, case, kind=kind, now=level.replace("warning", "green"), alert=alert) | more


def write(services: Services, rows: Iterable[dict[str, Any]]) -> None:
    """Commit *rows* as one batch."""
    batch = list(rows)
    first = batch[0]["index"]
    entries = json.dumps(batch, ensure_ascii=False)
    services.log._items(f"BATCH#{first // 4096}", f"{first:016d}", entries=entries).save()
