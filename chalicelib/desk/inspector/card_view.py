"""A card as an inspector judges it: what it rests on, what was written, what was decided before.

Pure: what the card's door shows, facts and published cards in, rows out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.board.published_card import PublishedCard
from chalicelib.card.stages import CardAct
from chalicelib.cases.case_id import parts_of
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.inspector.fact_view import fact_row
from chalicelib.desk.inspector.work_view import ShownWith
from chalicelib.intake.event_types import Reported
from chalicelib.people.caller import Caller

MOST = 20  # other cards, and earlier decisions, that a page shows
ACTS_OF: Mapping[str, tuple[CardAct, ...]] = {  # by the page that has their forms
    "proposals": ("confirm", "dismiss"),
    "appeals": ("decide",),
    "answers": ("confirm", "dismiss", "send_back", "revoke"),
}
_KNOWN = ("department", "item", "region", "due_at", "level")  # at the head of the page, or nothing
_WRITTEN = {
    Reported.CARD_APPEALED: "appeal",
    Reported.CARD_RESPONDED: "answer",
}


def show_about(body: Mapping[str, Any], shown: ShownWith) -> dict[str, Any]:
    """Return a card as its door shows it, with words for the rule and the time left of clocks."""
    clocks = [
        {**row, "left_minutes": shown.left_minutes(datetime.fromisoformat(row["due_at"]))}
        for row in body["deadlines"]
    ]
    rule = body["rule"] or ""
    title = shown.rule_title(rule, body["rule_title"] or "")
    is_open = body["state"] in ("proposed", "dismissed")
    name = body["item_name"] or shown.item_names.get(body["item"], "")
    own = {"deadlines": clocks, "rule_title": title, "item_name": name}
    return {**body, **own, "form": None if is_open else body["form"]}


def history_rows(
    body: Mapping[str, Any], words: Mapping[str, str], *, is_masked: bool
) -> list[dict[str, Any]]:
    """Return the history of a card; *is_masked*: without what people wrote."""
    known = {name: body.get(name) for name in _KNOWN} | {"card": body["id"]}
    rows = [fact_row(row, words, known) for row in body.get("history", ())]
    return [{**row, "text": None} if is_masked else row for row in rows]


def last_written(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any] | None]:
    """Return the last appeal and the last answer among the *rows* of a history."""
    found: dict[str, Mapping[str, Any] | None] = dict.fromkeys(_WRITTEN.values())
    for row in rows:
        if row["kind"] in _WRITTEN:
            found[_WRITTEN[row["kind"]]] = row
    return found


def acts_now(
    body: Mapping[str, Any], caller: Caller, page: str, departments: Iterable[str]
) -> tuple[list[str], bool]:
    """Return the acts that the page offers to *caller*, and whether he has to stand back (回避)."""
    if caller.role != "inspector":
        return [], False
    own = ACTS_OF[page]
    fit = [str(act) for act in own if act in body["possible"] or _dismisses(act, body)]
    is_own = not set(departments).isdisjoint(caller.posted_in)
    return ([], True) if fit and is_own else (fit, False)


def _dismisses(act: str, body: Mapping[str, Any]) -> bool:
    """Return whether *act* dismisses a proposal: the door takes that for its revocation."""
    return act == "dismiss" and body["state"] == "proposed" and "revoke" in body["possible"]


def other_cards(
    snapshots: Iterable[CaseSnapshot], card: str, item: str, at: str, shown: ShownWith
) -> list[dict[str, Any]]:
    """Return the cards of the same *item* and year as *card*, whose finding was *at* an instant."""
    year = _year(at, shown.zone)
    rows = []
    for snapshot in snapshots:
        about = snapshot.about
        name, since = parts_of(snapshot.case)[0], about.get("at", "")
        if name == card or snapshot.item != item or not since or _year(since, shown.zone) != year:
            continue
        title = shown.rule_title(about.get("rule", ""), about.get("rule_words", ""))
        row = {"card": name, "level": snapshot.level, "state": snapshot.lamp, "rule_title": title}
        rows.append({**row, "rule": about.get("rule", ""), "at": shown.local(since)})
    return rows[:MOST]


def _year(at: str, zone: tzinfo) -> int:
    return instant.parse(at).astimezone(zone).year


def earlier_decisions(
    cards: Iterable[PublishedCard], rule: str, card: str, shown: ShownWith
) -> list[dict[str, Any]]:
    """Return the decided appeals against other *cards* of a *rule*, the newest card first."""
    rows = []
    for other in cards:
        if other.rule != rule or other.card == card:
            continue
        rows += [
            {
                "card": other.card,
                "department": other.department,
                "ground": other.ground,
                "outcome": fact.data.get("outcome", ""),
                "at": shown.local(fact.at),
            }
            for fact in other.steps
            if fact.kind == Reported.APPEAL_DECIDED
        ]
    return rows[:MOST]
