"""A department's year (部门台账): the cards that repeated cards of it, or of one item, lead to.

It has a case of its own. That is notified of every card that is issued, climbs, loses its ground or
is revoked, in any order. The profile has the number that counts (`[[repeated]]`): the second yellow
of an item in a year makes a red card (百里杜鹃 2016), the second red of a quarter a supervision
(DOMAIN §3.2; L-02, L-03). The k-th card stands as long as k times that number of cards count. Where
fewer count, a re-check takes its ground away, as with any card. So the result depends on the
notifications and not on their order. Departments of one name in two regions are counted apart.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import takewhile
from urllib.parse import quote

from chalicelib.cards.issuing import bounded
from chalicelib.cards.ledger import COUNTED, LedgerEntry, ledger
from chalicelib.cards.recheck import recheck
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.policy.ladder import LEVELS, CountRule
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import THRESHOLD_LEVELS

GROUND = "repeated"
_FIELDS = {"item": ("department", "region", "item"), "department": ("department", "region")}
_TURNING = COUNTED | {Derived.CARD_RECHECKED, Derived.CARD_ANNULLED}

DueCards = dict[str, tuple[LedgerEntry, ...]]
"""The cards that a counting rule leads to: the entries that each rests on, by its derived key."""


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:
    """Return what follows in a department's year; no clock runs here.

    A counting rule counts the cards of one level and leads to a higher one: the lowest is first.
    """
    now, history = max(now, case.latest), case
    counting = {rule.rule for rule in rules.profile.ladder.repeated}
    gone = {card.text("rule") for card in _own_cards(case)} - counting
    for name in sorted(gone):
        history = history.joined_by(_rechecked(name, history, {}, rules, now))
    for rule in _upwards(rules.profile):
        due = _due(rule, _dated_entries(rule, history, rules.profile), rules.profile.zone)
        new = [
            *_rechecked(rule.rule, history, due, rules, now),
            *_new_cards(rule, history, due, rules, now),
        ]
        history = history.joined_by(new)
    report = next((fact for fact in case.facts if fact.text("department")), None)
    belongs_to = {name: report.text(name) for name in ("department", "region")} if report else {}
    return Decision(append=tuple(history.facts[len(case) :]), belongs_to=belongs_to)


def _own_cards(case: CaseHistory) -> list[Fact]:
    """Return the cards that counting led to: those that were derived here."""
    return [fact for fact in case.of_type(*COUNTED) if not fact.told]


def _upwards(profile: Profile) -> list[CountRule]:
    return sorted(profile.ladder.repeated, key=lambda rule: LEVELS.index(rule.level))


def _due(rule: CountRule, entries: Sequence[LedgerEntry], zone: tzinfo) -> DueCards:
    """Return every card that *rule* leads to."""
    return {
        f"{rule.rule}/{group}/{times}": tuple(cards[rule.count * (times - 1) : rule.count * times])
        for group, cards in _counted(rule, entries, zone).items()
        for times in range(1, len(cards) // rule.count + 1)
    }


def _dated_entries(rule: CountRule, case: CaseHistory, profile: Profile) -> list[LedgerEntry]:
    """Return the ledger of *case*, each card with the instant by which *rule* counts it.

    A card that a lower rule made was issued with the instant of the last card *on record*. Where
    reports came late, that is not the last card *in time*. A higher level must not depend on who
    reported first. So such a card counts from the instant at which, in order of time, the lower
    rule had its number of cards.
    """
    entries = list(ledger(case))
    for lower in takewhile(lambda other: other != rule, _upwards(profile)):
        reached_at = _instants_in_time(lower, entries, profile.zone)
        entries = [
            entry._replace(at=reached_at.get(case.facts[entry.n].key, entry.at))
            for entry in entries
        ]
    return entries


def _instants_in_time(
    rule: CountRule, entries: Sequence[LedgerEntry], zone: tzinfo
) -> dict[str, datetime]:
    """Return, by card key, when each card of *rule* fell due in order of time.

    The k-th card falls due with the (k * count)-th of the cards that it counts.
    """
    instants: dict[str, datetime] = {}
    for group, cards in _counted(rule, entries, zone).items():
        in_time = sorted(entry.at for entry in cards)
        completing = in_time[rule.count - 1 :: rule.count]
        for times, at in enumerate(completing, 1):
            instants[f"{rule.rule}/{group}/{times}"] = at
    return instants


def _counted(
    rule: CountRule, entries: Sequence[LedgerEntry], zone: tzinfo
) -> dict[str, list[LedgerEntry]]:
    """Return the cards that count together, in the order of record."""
    groups: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        has_item = bool(entry.item) or rule.per != "item"
        if entry.level == rule.level and entry.state == "counts" and has_item:
            groups.setdefault(_group(rule, entry, zone), []).append(entry)
    return groups


def _group(rule: CountRule, entry: LedgerEntry, zone: tzinfo) -> str:
    """Return region, item and period: that of the local day on which the card fell due."""
    day = entry.at.astimezone(zone)
    quarter = f"-Q{(day.month + 2) // 3}" if rule.within == "quarter" else ""
    item = quote(entry.item, safe="") if rule.per == "item" else ""
    return f"{entry.region}/{item}/{day.year}{quarter}"


def _new_cards(
    rule: CountRule, case: CaseHistory, due: DueCards, rules: Rules, now: datetime
) -> Iterator[Fact]:
    """Yield the cards that are due and not on record."""
    own = {card.key for card in _own_cards(case)}
    for key, entries in due.items():
        if key not in own:
            last = max(entries, key=lambda entry: (entry.at, entry.n))
            yield _card(rule, key, (entries, case.facts[last.n]), rules, now)


def _card(
    rule: CountRule,
    key: str,
    counted: tuple[Sequence[LedgerEntry], Fact],
    rules: Rules,
    now: datetime,
) -> Fact:
    """Return the card, or the supervision, that the *counted* entries and the last of them make."""
    entries, last = counted
    data = {
        "level": rule.then,
        "rule": rule.rule,
        "ground": GROUND,
        "basis": str(rule.basis),
        "due_at": text(last.at),
        "noticed_at": text(now),
        "noticed": last.text("noticed") or "on_time",
        **rules.versions,
        "rests_on": bounded(entry.n for entry in entries),
        **{name: last.text(name) for name in _FIELDS[rule.per] if last.text(name)},
    }
    kind = Derived.CARD_ISSUED if rule.then in THRESHOLD_LEVELS else Derived.CASE_ESCALATED
    return Fact(0, kind, key, last.at, now, told=False, data=data)


def _rechecked(
    name: str, case: CaseHistory, due: DueCards, rules: Rules, now: datetime
) -> Iterator[Fact]:
    """Yield the re-checks of the cards by rule *name* for which too few count, or enough again."""
    revoked = {entry.n for entry in ledger(case) if entry.state == "revoked"}
    for card in _own_cards(case):
        if card.text("rule") == name and card.n not in revoked:
            before = [check for check in case.rechecks_of(card) if not check.told]
            last = before[-1] if before else card
            verdict = "stands" if card.key in due else "lost"
            if verdict != (last.text("verdict") or "stands"):
                why = _cause(card, last, case, rules)
                yield recheck(card, verdict, len(before), why, now)


def _cause(card: Fact, last: Fact, case: CaseHistory, rules: Rules) -> dict[str, object]:
    """Return the cause of a change of *card* since its *last* fact: a fact, or else the rules.

    The rules are the cause where they alone change the verdict on the facts up to *last*.
    """
    profile, stood = rules.profile, (last.text("verdict") or "stands") == "stands"
    counting = (rule for rule in profile.ladder.repeated if rule.rule == card.text("rule"))
    rule = next(counting, None)

    def stands(before: CaseHistory) -> bool:
        if rule is None:
            return False
        return card.key in _due(rule, _dated_entries(rule, before, profile), profile.zone)

    if stands(case.until(last.n + 1)) == stood:
        for fact in reversed(case.facts[last.n + 1 :]):
            if fact.kind in _TURNING and stands(case.until(fact.n)) == stood:
                is_revoked = fact.kind == Derived.CARD_ANNULLED
                return {"reason": "revoked" if is_revoked else "late_news", "cause": fact.n}
    new = rules.versions.items()
    return {"reason": "_and_".join(name for name, version in new if card.text(name) != version)}
