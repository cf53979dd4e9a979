"""What a card is about (所涉办件): the finding behind it, in words that a person can decide by.

Pure. The finding is that of the first level: it is what a proposal is confirmed for, and it stays
the reason of a card that climbs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from urllib.parse import quote

from chalicelib import instant
from chalicelib.cards.life import CardState
from chalicelib.cases.kind import kind_of
from chalicelib.intake.json_text import JsonObject
from chalicelib.rules.rule_file import find_rule

_OPEN = ("rule", "ground", "stage", "due_at", "noticed", "noticed_at", "basis_kind")


@dataclass(frozen=True, slots=True)
class Names:
    """The names, in Chinese, of the *items* of the catalogue and of the *grounds* (情形)."""

    items: Mapping[str, str]
    grounds: Mapping[str, str]


def finding_of(state: CardState) -> dict[str, str]:
    """Return the finding behind a card, without fields that it does not have."""
    if state.opening is None:
        return {}
    finding = {name: state.opening.text(name) for name in _OPEN}
    finding |= {"case": state.issuer, "at": instant.text(state.opening.at)}
    return {name: value for name, value in finding.items() if value}


def show_finding(
    finding: Mapping[str, str], item: str, names: Names, zone: tzinfo, root: str
) -> JsonObject:
    """Show the *finding* behind a card of *item*; *root* leads from its address to `/v1/`."""
    rule = find_rule(finding.get("rule", ""))
    ground = finding.get("ground", "")
    return {
        "case": finding.get("case") or None,
        "rule": finding.get("rule") or None,
        "rule_title": rule.title.zh if rule else None,
        "basis_kind": finding.get("basis_kind") or None,
        "ground": ground or None,
        "ground_text": names.grounds.get(ground),
        "item_name": names.items.get(item),
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
