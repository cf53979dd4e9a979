"""The finding behind a card (所涉办件), in words that a person can decide by.

Pure. The finding is that of the first level: a proposal is confirmed for it, and it stays the
reason of a card that climbs.
"""

from collections.abc import Mapping
from datetime import tzinfo
from urllib.parse import quote

from chalicelib import instant
from chalicelib.card.state import CardState
from chalicelib.card.words import words_of
from chalicelib.cases.case_id import kind_of
from chalicelib.intake.json_text import JsonObject

_OPEN = ("rule", "ground", "stage", "due_at", "noticed", "noticed_at", "basis_kind")


def finding_of(state: CardState) -> dict[str, str]:
    """Return the finding behind a card, without fields that it does not have."""
    opening = state.opening
    if opening is None:
        return {}
    finding = {name: opening.text(name) for name in _OPEN}
    finding |= {"case": state.issuer, "at": instant.text(opening.at)}
    words = words_of(state.issued or opening)
    finding |= {f"{name}_words": word for name, word in words.items()}
    return {name: value for name, value in finding.items() if value}


def show_finding(finding: Mapping[str, str], zone: tzinfo, root: str) -> JsonObject:
    """Show the *finding* behind a card; *root* leads from its address to `/v1/`."""
    return {
        "case": finding.get("case") or None,
        "rule": finding.get("rule") or None,
        "rule_title": finding.get("rule_words"),
        "basis_kind": finding.get("basis_kind") or None,
        "ground": finding.get("ground") or None,
        "ground_text": finding.get("ground_words"),
        "item_name": finding.get("item_words"),
        "stage": finding.get("stage") or None,
        **{name: _local(finding.get(name), zone) for name in ("at", "due_at", "noticed_at")},
        "noticed": finding.get("noticed") or None,
        "links": _links(finding.get("case", ""), root),
    }


def _links(case: str, root: str) -> JsonObject:
    """Return where the case is shown and explained; only a permit is explained day by day."""
    address = f"{root}cases/{quote(case, safe='')}" if case else None
    is_permit = bool(case) and kind_of(case) == "permit"
    return {"case": address, "explanation": f"{address}/explain" if is_permit else None}


def _local(at: str | None, zone: tzinfo) -> str | None:
    return instant.local(instant.parse(at), zone) if at else None
