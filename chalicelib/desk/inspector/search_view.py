"""What a search found, as rows. Pure."""

from typing import Any
from urllib.parse import quote

from chalicelib.board.published_card import PublishedCard
from chalicelib.cases.case_id import parts_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.inspector.work_view import ShownWith

_NOTHING = {
    **dict.fromkeys(("written", "state", "department", "rule", "rule_title"), ""),
    "at": None,
}


def number_hit(fact: Fact, level: str) -> dict[str, Any]:
    """Return the card that a register gave a number."""
    return {
        **_NOTHING,
        "card": fact.text("card"),
        "written": fact.text("written"),
        "level": level,
        "department": fact.text("department"),
    }


def published_hit(card: PublishedCard, shown: ShownWith) -> dict[str, Any]:
    """Return a published card."""
    return {
        **_NOTHING,
        "card": card.card,
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
        "address": f"desk/cases/{quote(snapshot.case, safe='')}/record",
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
