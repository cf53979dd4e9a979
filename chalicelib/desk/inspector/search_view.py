"""What a search found, as rows. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.board.published_card import PublishedCard
from chalicelib.cases.case_id import card_case, parts_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.addresses import record_address
from chalicelib.desk.inspector.work_view import ShownWith

_NOTHING = {
    **dict.fromkeys(
        ("written", "state", "department", "rule", "rule_title", "permit", "permit_address"), ""
    ),
    "at": None,
}


def number_hit(fact: Fact, level: str) -> dict[str, Any]:
    """Return the card that a register gave a number, without what the register does not know."""
    return {
        **_NOTHING,
        "card": fact.text("card"),
        "written": fact.text("written"),
        "level": level,
        "department": fact.text("department"),
    }


def published_hit(card: PublishedCard, shown: ShownWith) -> dict[str, Any]:
    """Return a published card, with the number (文号) under which it went out, if it has one."""
    number = card.numbers.get(card.level)
    return {
        **_NOTHING,
        "card": card.card,
        "written": number.written if number else "",
        "level": card.level,
        "state": card.state,
        "department": card.department,
        "rule": card.rule,
        "rule_title": shown.rule_title(card.rule, card.words.get("rule", "")),
        "at": shown.local(card.at),
    }


def case_hit(snapshot: CaseSnapshot, shown: ShownWith) -> dict[str, Any]:
    """Return a case or a card that was found."""
    about = snapshot.about
    rule = about.get("rule", "")
    return {
        "case": snapshot.case,
        **_permit(about.get("case", "")),
        "address": record_address(snapshot.case),
        "card": parts_of(snapshot.case)[0] if snapshot.kind == "card" else "",
        "written": "",
        "level": snapshot.level,
        "state": snapshot.lamp,
        "lamp": snapshot.lamp,
        "department": snapshot.department,
        "region": snapshot.region,
        "item": snapshot.item,
        "item_name": about.get("item_words") or shown.item_names.get(snapshot.item, ""),
        "rule": rule,
        "rule_title": shown.rule_title(rule, about.get("rule_words", "")) if rule else "",
        "at": shown.local(about.get("at")),
        "due_at": shown.local(snapshot.due_at),
    }


def _permit(case: str) -> dict[str, str]:
    """Return the case that a card is about, and where its record is."""
    return {"permit": case, "permit_address": record_address(case)}


def fill_cards(
    rows: Iterable[dict[str, Any]], lives: Mapping[str, CaseSnapshot], shown: ShownWith
) -> None:
    """Add to the cards among *rows* what the snapshots of their *lives* know and they do not."""
    for row in rows:
        if life := lives.get(card_case(row["card"])):
            known = case_hit(life, shown)
            row |= {name: known[name] for name in _NOTHING if not row[name]}
