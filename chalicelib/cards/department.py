"""A department's year (部门台账): what so many cards against it, or one item of it, lead to.

A case of its own, told of every card that is issued, climbs, loses its ground or is revoked, in
whatever order. The profile says how many count (`[[repeated]]`): the second yellow of an item in a
year makes a red card (百里杜鹃 2016), the second red of a quarter a supervision (DOMAIN §3.2; L-02,
L-03). The k-th of them stands as long as k times as many cards count; where fewer do, it is
re-checked and has lost its ground, as any card is. So what stands in the end depends on what was
told, and not on the order. Departments of one name in two regions are counted apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple
from urllib.parse import quote

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.ledger import COUNTED, Row, ledger
from chalicelib.cards.life import ANNULLED, ESCALATED, ISSUED, RECHECKED
from chalicelib.cards.recheck import recheck
from chalicelib.cards.resting import grounds
from chalicelib.cards.ruling import Ruling
from chalicelib.cards.versions import versions
from chalicelib.cases.fact import Fact
from chalicelib.instant import text
from chalicelib.policy.ladder import RANKS, Repeated
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import LEVELS

GROUND = "repeated"
_WHERE = {"item": ("department", "region", "item"), "department": ("department", "region")}
_TURNING = COUNTED | {RECHECKED, ANNULLED}


class _Asked(NamedTuple):
    """Under which rules the case is judged, and as of when."""

    policy: Profile
    calendar: Calendar
    now: datetime


Due = dict[str, tuple[Row, ...]]
"""The cards that a rule leads to, by their derived keys, each with the rows that it rests on."""


def rule(facts: Sequence[Fact], policy: Profile, calendar: Calendar, now: datetime) -> Ruling:
    """Say what follows in a department's year from its *facts*; no clock runs here.

    The rules go by what counts at one level and lead to a higher one, so the lowest comes first.
    """
    asked = _Asked(policy, calendar, max([now, *(fact.recorded_at for fact in facts)]))
    known = {one.rule for one in policy.ladder.repeated}
    gone = {fact.text("rule") for fact in facts if _is_ours(fact)} - known
    so_far = list(facts)
    for name in sorted(gone):
        so_far += _numbered(_rechecked(name, so_far, {}, asked), len(so_far))
    for one in _upwards(policy):
        due = _due(one, _rows(one, so_far, policy), policy.zone)
        new = [*_rechecked(one.rule, so_far, due, asked), *_found(one, so_far, due, asked)]
        so_far += _numbered(new, len(so_far))
    told = next((fact for fact in facts if fact.text("department")), None)
    where = {name: told.text(name) for name in ("department", "region")} if told else {}
    return Ruling(append=tuple(so_far[len(facts) :]), where=where)


def _is_ours(fact: Fact) -> bool:
    return not fact.told and fact.kind in COUNTED


def _numbered(new: Iterable[Fact], first: int) -> list[Fact]:
    return [fact.numbered(first + place) for place, fact in enumerate(new)]


def _due(one: Repeated, rows: Sequence[Row], zone: tzinfo) -> Due:
    """Every card that *one* leads to."""
    return {
        f"{one.rule}/{group}/{times}": tuple(cards[one.count * (times - 1) : one.count * times])
        for group, cards in _counted(one, rows, zone).items()
        for times in range(1, len(cards) // one.count + 1)
    }


def _upwards(policy: Profile) -> list[Repeated]:
    return sorted(policy.ladder.repeated, key=lambda one: RANKS.index(one.rank))


def _rows(one: Repeated, facts: Sequence[Fact], policy: Profile) -> list[Row]:
    """Every card, at the instant that it counts by for *one*.

    What a lower rule led to rests on cards in the order of record, and keeps the instant it was
    issued with. It counts by the one that it has in order of time: where news came late that may be
    another, and a higher level must not hang on what was told first.
    """
    rows = list(ledger(facts))
    for lower in _upwards(policy):
        if lower == one:
            break
        instants = _instants(lower, rows, policy.zone)
        rows = [row._replace(at=instants.get(facts[row.n].key, row.at)) for row in rows]
    return rows


def _instants(one: Repeated, rows: Sequence[Row], zone: tzinfo) -> dict[str, datetime]:
    """When each that *one* leads to falls due, in order of time."""
    return {
        f"{one.rule}/{group}/{place // one.count}": at
        for group, cards in _counted(one, rows, zone).items()
        for place, at in enumerate(sorted(row.at for row in cards), 1)
        if place % one.count == 0
    }


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


def _found(one: Repeated, facts: Sequence[Fact], due: Due, asked: _Asked) -> Iterator[Fact]:
    """The cards that are due, and not on record."""
    ours = {fact.key for fact in facts if _is_ours(fact)}
    for key, rows in due.items():
        if key not in ours:
            yield _made(one, key, rows, facts[_last(rows).n], asked)


def _last(rows: Sequence[Row]) -> Row:
    return max(rows, key=lambda row: (row.at, row.n))


def _made(one: Repeated, key: str, rows: Sequence[Row], last: Fact, asked: _Asked) -> Fact:
    """The card, or the supervision; its legal instant is that of the *last* it rests on."""
    data = {
        "level": one.then,
        "rule": one.rule,
        "ground": GROUND,
        "basis": one.basis,
        "due_at": text(last.at),
        "noticed_at": text(asked.now),
        "noticed": last.text("noticed") or "on_time",
        **versions(asked.policy, asked.calendar),
        "rests_on": grounds(row.n for row in rows),
        **{name: last.text(name) for name in _WHERE[one.per] if last.text(name)},
    }
    kind = ISSUED if one.then in LEVELS else ESCALATED
    return Fact(0, kind, key, last.at, asked.now, told=False, data=data)


def _rechecked(name: str, facts: Sequence[Fact], due: Due, asked: _Asked) -> Iterator[Fact]:
    """Say of each card by rule *name* that fewer count than it needs, or as many again."""
    revoked = {row.n for row in ledger(facts) if row.state == "revoked"}
    checks: dict[object, list[Fact]] = {}
    for fact in facts:
        if fact.kind == RECHECKED and not fact.told:
            checks.setdefault(fact.data["card"], []).append(fact)
    for card in facts:
        if _is_ours(card) and card.text("rule") == name and card.n not in revoked:
            before = checks.get(card.n, [])
            verdict = "stands" if card.key in due else "lost"
            if verdict != (before[-1].text("verdict") if before else "stands"):
                why = _why(card, before[-1] if before else card, facts, asked)
                yield recheck(card, verdict, len(before), why, asked.now)


def _why(card: Fact, last: Fact, facts: Sequence[Fact], asked: _Asked) -> dict[str, object]:
    """The fact since which *card* no longer stands as *last* said; where there is none, the rules.

    It is the rules where they would have said otherwise on what was on record at that time.
    """
    stood = (last.text("verdict") or "stands") == "stands"
    one = next((one for one in asked.policy.ladder.repeated if one.rule == card.text("rule")), None)

    def stands(known: Sequence[Fact]) -> bool:
        if one is None:
            return False
        return card.key in _due(one, _rows(one, known, asked.policy), asked.policy.zone)

    if stands(facts[: last.n + 1]) == stood:
        for fact in reversed(facts[last.n + 1 :]):
            if fact.kind in _TURNING and stands(facts[: fact.n]) == stood:
                reason = "revoked" if fact.kind == ANNULLED else "late_news"
                return {"reason": reason, "cause": fact.n}
    new = versions(asked.policy, asked.calendar).items()
    return {"reason": "_and_".join(name for name, version in new if card.text(name) != version)}
