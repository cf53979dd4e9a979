"""The row of a published card on the public pages and in `/cards.json`.

Pure: a card in, a plain dictionary out. `duban verify --board` makes the same row from the leaves.
"""

from datetime import tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.board.published_card import PublishedCard


def card_row(card: PublishedCard, zone: tzinfo) -> dict[str, Any]:
    """Return the row of one published card, its times in *zone*, in the words of its issue."""
    row: dict[str, Any] = {
        "index": card.index,
        "card": card.card,
        "form": card.form,
        **_formal(card, card.level, card.instrument),
        "case": card.public_case,
        "level": card.level,
        "state": card.state,
        "status": card.status,
        "stands": card.stands,
        "confirmed": card.confirmed,
        "rule": card.rule,
        "ground": card.ground,
        "basis": card.basis,
        "department": card.department,
        "region": card.region,
        "item": card.item,
        "item_name": card.words.get("item", ""),
        "at": _local(card.at, zone),
        "due_at": _local(card.due_at, zone) if card.due_at else None,
        "noticed_at": _local(card.noticed_at, zone),
        "outage": card.outage,
        "provisional": bool(card.missing),
        "missing": card.missing or None,
        "escalations": _escalations(card, zone),
    }
    if card.verdict or card.state != "issued":
        row["status_at"] = _local(card.status_at, zone)
        row["status_index"] = card.status_index
        row["status_reason"] = card.reason or None
    return row


def _escalations(card: PublishedCard, zone: tzinfo) -> list[dict[str, Any]]:
    return [
        {
            "level": fact.data["level"],
            "at": _local(fact.at, zone),
            **_formal(card, fact.data["level"], fact.data.get("instrument", "")),
        }
        for fact in card.escalations
    ]


def _formal(card: PublishedCard, level: str, instrument: str) -> dict[str, Any]:
    """Return number and instrument of *card* at *level*; neither where it has no instrument.

    The number is None until the register has given it.
    """
    if not instrument:
        return {}
    number = card.numbers.get(level)
    return {"number": number.written if number else None, "instrument": instrument}


def _local(text: str, zone: tzinfo) -> str:
    return instant.local(instant.parse(text), zone)
