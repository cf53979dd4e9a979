"""A department's year (部门台账): what so many cards against it, or one item of it, lead to.

A case of its own, told of every card that is issued, climbs, loses its ground or is revoked, in
whatever order. The profile says how many count (`[[repeated]]`): the second yellow of an item in a
year makes a red card (百里杜鹃 2016), the second red of a quarter a supervision (DOMAIN §3.2; L-02,
L-03). The k-th of them stands as long as k times as many cards count; where fewer do, it is
re-checked and has lost its ground, as any card is. So what stands in the end depends on what was
told, and not on the order. Departments of one name in two regions are counted apart.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple
from urllib.parse import quote

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.ledger import COUNTED, Row, ledger
from chalicelib.cards.life import ANNULLED, ESCALATED, ISSUED, RECHECKED
from chalicelib.cards.ruling import Ruling
from chalicelib.cards.versions import versions
from chalicelib.cases.fact import Fact
from chalicelib.instant import text
from chalicelib.policy.ladder import Repeated
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import LEVELS

GROUND = "repeated"
_SAME = ("level", "rule", "due_at", "department", "region", "item", "policy", "calendar")
_TURNING = COUNTED | {RECHECKED, ANNULLED}


class _Asked(NamedTuple):
    """Under which rules the case is judged, and as of when."""

    policy: Profile
    calendar: Calendar
    now: datetime


class _Due(NamedTuple):
    """A card that so many others lead to, by its derived *key*; *rows* are those it rests on."""

    by: Repeated
    key: str
    rows: tuple[Row, ...]


def rule(facts: Sequence[Fact], policy: Profile, calendar: Calendar, now: datetime) -> Ruling:
    """Say what follows in a department's year from its *facts*; no clock runs here."""
    asked = _Asked(policy, calendar, max([now, *(fact.recorded_at for fact in facts)]))
    so_far = list(facts)
    while (fresh := next(_said(so_far, asked), None)) is not None:
        so_far.append(fresh.numbered(len(so_far)))
    told = next((fact for fact in facts if fact.text("department")), None)
    where = {name: told.text(name) for name in ("department", "region")} if told else {}
    return Ruling(append=tuple(so_far[len(facts) :]), where=where)


def _said(facts: Sequence[Fact], asked: _Asked) -> Iterator[Fact]:
    """What is to be said and is not on record; the first of it may change the rest."""
    rows = ledger(facts)
    due = _due(rows, asked.policy)
    ours = {fact.key: fact for fact in facts if not fact.told and fact.kind in COUNTED}
    for key, one in due.items():
        if key not in ours:
            yield _made(one, facts, asked)
    revoked = {row.n for row in rows if row.state == "revoked"}
    for card in ours.values():
        if card.n not in revoked:
            yield from _rechecked(card, facts, asked, stands=card.key in due)


def _due(rows: Sequence[Row], policy: Profile) -> dict[str, _Due]:
    """Every card that *rows* lead to, by its key."""
    found: dict[str, _Due] = {}
    for one in policy.ladder.repeated:
        for group, cards in _counted(one, rows, policy.zone).items():
            for times in range(1, len(cards) // one.count + 1):
                key = f"{one.rule}/{group}/{times}"
                grounds = cards[one.count * (times - 1) : one.count * times]
                found[key] = _Due(one, key, tuple(grounds))
    return found


def _counted(one: Repeated, rows: Sequence[Row], zone: tzinfo) -> dict[str, list[Row]]:
    """The cards that count together, in the order of record."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.rank == one.rank and row.state == "counts" and (row.item or one.per != "item"):
            found.setdefault(_group(one, row, zone), []).append(row)
    return found


def _group(one: Repeated, row: Row, zone: tzinfo) -> str:
    """Region, item and period: that of the local day on which the card fell due."""
    day = row.at.astimezone(zone)
    quarter = f"-Q{(day.month + 2) // 3}" if one.within == "quarter" else ""
    item = quote(row.item, safe="") if one.per == "item" else ""
    return f"{row.region}/{item}/{day.year}{quarter}"


def _made(due: _Due, facts: Sequence[Fact], asked: _Asked) -> Fact:
    """The card, or the supervision; its legal instant is that of the last it rests on."""
    last = max(due.rows, key=lambda row: (row.at, row.n))
    data = {
        "level": due.by.then,
        "rule": due.by.rule,
        "ground": GROUND,
        "basis": due.by.basis,
        "due_at": text(last.at),
        "noticed_at": text(asked.now),
        "noticed": facts[last.n].text("noticed") or "on_time",
        **versions(asked.policy, asked.calendar),
        "rests_on": sorted(row.n for row in due.rows),
        "department": facts[last.n].text("department"),
        "region": last.region,
        "item": last.item if due.by.per == "item" else "",
    }
    kind = ISSUED if due.by.then in LEVELS else ESCALATED
    return Fact(0, kind, due.key, last.at, asked.now, told=False, data=data)


def _rechecked(card: Fact, facts: Sequence[Fact], asked: _Asked, *, stands: bool) -> Iterator[Fact]:
    """Say that fewer cards count than *card* needs, or as many again."""
    before = [f for f in facts if f.kind == RECHECKED and not f.told and f.data["card"] == card.n]
    last = before[-1] if before else card
    verdict = "stands" if stands else "lost"
    if verdict != (last.text("verdict") or "stands"):
        data = {
            **{name: card.data.get(name, "") for name in _SAME},
            "card": card.n,
            "verdict": verdict,
            **_why(card, last, facts, asked),
            "noticed_at": text(asked.now),
        }
        key = f"recheck/{card.n}/{len(before)}"
        yield Fact(0, RECHECKED, key, asked.now, asked.now, told=False, data=data)


def _why(card: Fact, last: Fact, facts: Sequence[Fact], asked: _Asked) -> dict[str, object]:
    """The fact without which *card* would still stand as *last* said; without one, the rules."""
    stood = (last.text("verdict") or "stands") == "stands"
    for fact in reversed(facts[last.n + 1 :]):
        if fact.kind in _TURNING:
            known = facts[: fact.n]
            if (card.key in _due(ledger(known), asked.policy)) == stood:
                reason = "revoked" if fact.kind == ANNULLED else "late_news"
                return {"reason": reason, "cause": fact.n}
    new = versions(asked.policy, asked.calendar).items()
    return {"reason": "_and_".join(name for name, version in new if card.text(name) != version)}
