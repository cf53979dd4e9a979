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
from chalicelib.cards.ledger import COUNTED, LedgerEntry, ledger
from chalicelib.cards.recheck import recheck
from chalicelib.cards.resting import bounded
from chalicelib.cards.ruling import Ruling
from chalicelib.cards.versions import versions
from chalicelib.cases.fact import Fact
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.policy.ladder import LEVELS, CountRule
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import THRESHOLD_LEVELS

GROUND = "repeated"
_WHERE = {"item": ("department", "region", "item"), "department": ("department", "region")}
_TURNING = COUNTED | {Derived.CARD_RECHECKED, Derived.CARD_ANNULLED}


class _Asked(NamedTuple):
    """Under which rules the case is judged, and as of when."""

    profile: Profile
    calendar: Calendar
    now: datetime


Due = dict[str, tuple[LedgerEntry, ...]]
"""The cards that a rule leads to, by their derived keys, each with the rows that it rests on."""


def decide(facts: Sequence[Fact], profile: Profile, calendar: Calendar, now: datetime) -> Ruling:
    """Say what follows in a department's year from its *facts*; no clock runs here.

    The rules go by what counts at one level and lead to a higher one, so the lowest comes first.
    """
    asked = _Asked(profile, calendar, max([now, *(fact.recorded_at for fact in facts)]))
    known = {one.rule for one in profile.ladder.repeated}
    gone = {fact.text("rule") for fact in facts if _is_ours(fact)} - known
    so_far = list(facts)
    for name in sorted(gone):
        so_far += _numbered(_rechecked(name, so_far, {}, asked), len(so_far))
    for rule in _upwards(profile):
        due = _due(rule, _rows(rule, so_far, profile), profile.zone)
        new = [*_rechecked(rule.rule, so_far, due, asked), *_found(rule, so_far, due, asked)]
        so_far += _numbered(new, len(so_far))
    told = next((fact for fact in facts if fact.text("department")), None)
    where = {name: told.text(name) for name in ("department", "region")} if told else {}
    return Ruling(append=tuple(so_far[len(facts) :]), belongs_to=where)


def _is_ours(fact: Fact) -> bool:
    return not fact.told and fact.kind in COUNTED


def _numbered(new: Iterable[Fact], first: int) -> list[Fact]:
    return [fact.numbered(first + place) for place, fact in enumerate(new)]


def _due(rule: CountRule, entries: Sequence[LedgerEntry], zone: tzinfo) -> Due:
    """Every card that *rule* leads to."""
    return {
        f"{rule.rule}/{group}/{times}": tuple(cards[rule.count * (times - 1) : rule.count * times])
        for group, cards in _counted(rule, entries, zone).items()
        for times in range(1, len(cards) // rule.count + 1)
    }


def _upwards(profile: Profile) -> list[CountRule]:
    return sorted(profile.ladder.repeated, key=lambda one: LEVELS.index(one.level))


def _rows(rule: CountRule, facts: Sequence[Fact], profile: Profile) -> list[LedgerEntry]:
    """Every card, at the instant that it counts by for *rule*.

    What a lower rule led to rests on cards in the order of record, and keeps the instant it was
    issued with. It counts by the one that it has in order of time: where news came late that may be
    another, and a higher level must not hang on what was told first.
    """
    entries = list(ledger(facts))
    for lower in _upwards(profile):
        if lower == rule:
            break
        instants = _instants(lower, entries, profile.zone)
        entries = [
            entry._replace(at=instants.get(facts[entry.n].key, entry.at)) for entry in entries
        ]
    return entries


def _instants(rule: CountRule, entries: Sequence[LedgerEntry], zone: tzinfo) -> dict[str, datetime]:
    """When each that *rule* leads to falls due, in order of time."""
    return {
        f"{rule.rule}/{group}/{place // rule.count}": at
        for group, cards in _counted(rule, entries, zone).items()
        for place, at in enumerate(sorted(entry.at for entry in cards), 1)
        if place % rule.count == 0
    }


def _counted(
    rule: CountRule, entries: Sequence[LedgerEntry], zone: tzinfo
) -> dict[str, list[LedgerEntry]]:
    """The cards that count together, in the order of record."""
    found: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        if (
            entry.level == rule.level
            and entry.state == "counts"
            and (entry.item or rule.per != "item")
        ):
            found.setdefault(_group(rule, entry, zone), []).append(entry)
    return found


def _group(rule: CountRule, entry: LedgerEntry, zone: tzinfo) -> str:
    """Region, item and period: that of the local day on which the card fell due."""
    day = entry.at.astimezone(zone)
    quarter = f"-Q{(day.month + 2) // 3}" if rule.within == "quarter" else ""
    item = quote(entry.item, safe="") if rule.per == "item" else ""
    return f"{entry.region}/{item}/{day.year}{quarter}"


def _found(rule: CountRule, facts: Sequence[Fact], due: Due, asked: _Asked) -> Iterator[Fact]:
    """The cards that are due, and not on record."""
    ours = {fact.key for fact in facts if _is_ours(fact)}
    for key, rows in due.items():
        if key not in ours:
            yield _made(rule, key, rows, facts[_last(rows).n], asked)


def _last(entries: Sequence[LedgerEntry]) -> LedgerEntry:
    return max(entries, key=lambda row: (row.at, row.n))


def _made(
    rule: CountRule, key: str, entries: Sequence[LedgerEntry], last: Fact, asked: _Asked
) -> Fact:
    """The card, or the supervision; its legal instant is that of the *last* it rests on."""
    data = {
        "level": rule.then,
        "rule": rule.rule,
        "ground": GROUND,
        "basis": rule.basis,
        "due_at": text(last.at),
        "noticed_at": text(asked.now),
        "noticed": last.text("noticed") or "on_time",
        **versions(asked.profile, asked.calendar),
        "rests_on": bounded(entry.n for entry in entries),
        **{name: last.text(name) for name in _WHERE[rule.per] if last.text(name)},
    }
    kind = Derived.CARD_ISSUED if rule.then in THRESHOLD_LEVELS else Derived.CASE_ESCALATED
    return Fact(0, kind, key, last.at, asked.now, told=False, data=data)


def _rechecked(name: str, facts: Sequence[Fact], due: Due, asked: _Asked) -> Iterator[Fact]:
    """Say of each card by rule *name* that fewer count than it needs, or as many again."""
    revoked = {entry.n for entry in ledger(facts) if entry.state == "revoked"}
    checks: dict[object, list[Fact]] = {}
    for fact in facts:
        if fact.kind == Derived.CARD_RECHECKED and not fact.told:
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
    rule = next(
        (one for one in asked.profile.ladder.repeated if one.rule == card.text("rule")), None
    )

    def stands(facts: Sequence[Fact]) -> bool:
        if rule is None:
            return False
        return card.key in _due(rule, _rows(rule, facts, asked.profile), asked.profile.zone)

    if stands(facts[: last.n + 1]) == stood:
        for fact in reversed(facts[last.n + 1 :]):
            if fact.kind in _TURNING and stands(facts[: fact.n]) == stood:
                reason = "revoked" if fact.kind == Derived.CARD_ANNULLED else "late_news"
                return {"reason": reason, "cause": fact.n}
    new = versions(asked.profile, asked.calendar).items()
    return {"reason": "_and_".join(name for name, version in new if card.text(name) != version)}
