"""A card as its department sees it: why, until when, what each step means, what was done.

Pure: what the API shows of a card in, values of the page's template out.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from chalicelib.card.stages import CardAct
from chalicelib.desk.addresses import case_address
from chalicelib.desk.department.case_view import fact_row
from chalicelib.errors import Rejected

OwnAct = Literal["acknowledge", "respond", "appeal"]
OWN_ACTS: tuple[OwnAct, ...] = get_args(OwnAct)
DRAFTED: tuple[OwnAct, ...] = ("respond", "appeal")  # what a clerk drafts and the head sends
GROUNDS = ("counting", "facts", "law", "fault", "other")  # of an appeal, in the words of the page
MOST_TEXT = 2000  # characters of an act's text, as the API has it
_MINUTE = timedelta(minutes=1)


def card_values(
    card: Mapping[str, Any], acts: Iterable["OfferedAct"], now: datetime
) -> dict[str, Any]:
    """Return what the page of a card shows; *card* is that of the API."""
    source, _, number = (card["case"] or "").partition(":")
    texts = [each["text"] for each in card["numbers"]]
    return {
        "card": {
            **{name: card[name] for name in _AS_THEY_ARE},
            "number": texts[-1] if texts else "",
            "case_number": number or source,
            "case_href": f"desk/cases/{case_address(card['case'])}" if card["case"] else "",
            "case_anchor": f"#fact-{card['id'].rpartition('.')[2]}",
            "outage": card["noticed"] == "outage",
        },
        "deadlines": [_deadline(each, now) for each in card["deadlines"]],
        "acts": [*acts],
        "documents": card["documents"],
        "history": [fact_row(row) for row in card["history"]],
    }


_AS_THEY_ARE = (
    *("id", "level", "state", "form", "department", "item", "item_name", "rule", "rule_title"),
    *("ground", "ground_text", "basis", "breaks", "at", "due_at", "issued_at", "step"),
    *("times_answered", "times_sent_back", "recipients"),
)


def _deadline(deadline: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    due_at = deadline["due_at"]
    return {
        "clock": deadline["clock"],
        "due_at": due_at,
        "missing": deadline["missing"] or "",
        "in_doubt": False,
        "left_minutes": (datetime.fromisoformat(due_at) - now) // _MINUTE,
    }


OfferedAct = tuple[OwnAct, bool]
"""An act that fits now, and whether this person only drafts it."""


def offered(
    fit: Collection[CardAct], may: Collection[str], may_draft: Collection[str]
) -> list[OfferedAct]:
    """Return the acts of a department that *fit* the card and that the person *may* take."""
    return [
        (act, act not in may)
        for act in OWN_ACTS
        if act in fit and (act in may or (act in may_draft and act in DRAFTED))
    ]


def text_of(act: str, form: Mapping[str, str], grounds: Mapping[str, str]) -> str:
    """Return the words of an act: of an appeal its ground comes first, in a line of its own.

    Raises Rejected (422) where an appeal names none of the *grounds*.
    """
    text = form.get("text", "").replace("\r\n", "\n").strip()
    if act != "appeal":
        return text if act in DRAFTED else ""
    if form.get("ground") not in grounds:
        zh, en = "请选择申诉理由的类别。", "please choose what kind of reason it is"
        raise Rejected(422, zh=zh, en=en, field="ground")
    return f"{grounds[form['ground']]}\n{text}" if text else ""
