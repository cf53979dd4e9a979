"""A department's year (部门台账): the cards that repeated cards of it, or of one item, lead to.

A year is a case of its own. It is notified of every card that is issued, climbs, is appealed, loses
its ground or is revoked, in any order. The profile has the number that counts (`[[repeated]]`): so
many yellows of an item in a year make a red card, so many reds of a quarter a supervision
(DOMAIN §3.2; L-02, L-03). A group makes one card in a period, however many cards follow. It stands
as long as enough cards count. Where fewer count, a re-check takes its ground away, as with any
card. So the result depends on the notifications and not on their order. Departments of one name in
two regions are counted apart. Where a rule has a share, a group waits until its period is over and
its cases are counted.

What another department continues is counted there (`succession.py`).

Where the row itself rests on no law, the card is proposed to a person. Only a card that rests on
law, or on the region's own document, counts, and not while an appeal is pending. A card that
counting made does not count again, nor does a level that silence led to.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from msgspec.structs import replace

from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.department.ledger import APPEALS, COUNTED, LedgerEntry, ledger, rests_on_law
from chalicelib.department.succession import continued_in
from chalicelib.findings.finding import SILENT
from chalicelib.findings.instrument import card_grounds
from chalicelib.findings.issuing import bounded, confirmed, is_confirmed
from chalicelib.findings.recheck import recheck, stands
from chalicelib.findings.share import cases_due, is_share_met
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.policy.ladder import CountRule
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import THRESHOLD_LEVELS

_FIELDS = {"item": ("department", "region", "item"), "department": ("department", "region")}
_TURNING = COUNTED | APPEALS | {Derived.CARD_RECHECKED, Derived.CARD_ANNULLED}
_REASONS: Mapping[str, str] = {
    Derived.CARD_ANNULLED: "revoked",
    Reported.CARD_APPEALED: "appealed",
    Reported.APPEAL_DECIDED: "appeal_decided",
}

DueCards = dict[str, tuple[CountedGroup, tuple[LedgerEntry, ...]]]
"""The cards that a counting rule leads to, by the derived key of each: the group that it is about,
and the entries that it rests on."""


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:
    """Return the decision in a department's year; no clock runs here."""
    now, history = max(now, case.latest), case
    counting = _counting_rules(case, rules, now)
    gone = {card.text("rule") for card in _own_cards(case)} - counting.keys()
    for name in sorted(gone):
        history = history.joined_by(_rechecked(name, history, {}, rules, now))
    for name, versions in counting.items():
        due = [_due(rule, history, rules) for rule in versions]
        new = [*_rechecked(name, history, _all_due(due), rules, now)]
        for place, (rule, led_to) in enumerate(zip(versions, due, strict=True)):
            before = _all_due(due[:place])
            elsewhere = _made_elsewhere(rule, history, rules)
            fresh = {
                key: (group, entries)
                for key, (group, entries) in led_to.items()
                if key not in before and not elsewhere(group)
            }
            new += _new_cards(rule, history, fresh, rules, now)
        history = history.joined_by(new)
    report = next((fact for fact in case.facts if fact.text("department")), None)
    belongs_to = {name: report.text(name) for name in _FIELDS["department"]} if report else {}
    standing = {card.key for card in _own_cards(history) if stands(card, history)}
    history = history.joined_by(confirmed(history, standing, rules.at(now).profile, now))
    waiting = {
        group: group.reckoned_at(rules.profile.zone)
        for versions in counting.values()
        for rule in versions
        if rule.share
        for group in _uncounted(rule, history, rules)
    }
    return Decision(
        append=tuple(history.facts[len(case) :]),
        wake_at=min((at for at in waiting.values() if at > now), default=None),
        belongs_to=belongs_to,
        uncounted=tuple(group for group, at in waiting.items() if at <= now),
    )


def _uncounted(rule: CountRule, case: CaseHistory, rules: Rules) -> Iterator[CountedGroup]:
    """Yield the groups that have the cards for *rule*, and whose share is not known yet."""
    for group, cards in _counted(rule, case, rules).items():
        if len(cards) >= rule.count and cases_due(case, group) is None:
            yield group


def _counting_rules(
    case: CaseHistory, rules: Rules, now: datetime
) -> Mapping[str, Sequence[CountRule]]:
    """Return the rules that count by their names: each as it was when a card fell due, and is.

    A card counts by the rule that was in force then, and by no other (DOMAIN EFF-06).
    """
    instants = sorted(entry.at for entry in ledger(case)) if rules.is_dated else []
    counting: dict[str, list[CountRule]] = {}
    for instant in (*instants, now):
        for rule in rules.at(instant).profile.ladder.repeated:
            versions = counting.setdefault(rule.rule, [])
            if rule not in versions:
                versions.append(rule)
    return counting


def _all_due(due: Sequence[DueCards]) -> DueCards:
    """Return the cards of all versions of a rule; of one key the earliest counts."""
    return {key: entries for cards in reversed(due) for key, entries in cards.items()}


def _own_cards(case: CaseHistory) -> list[Fact]:
    """Return the cards that counting led to, or proposals: those that were derived here."""
    made = case.of_type(*COUNTED, Derived.CARD_PROPOSED)
    return [fact for fact in made if not fact.told and not is_confirmed(fact)]


def _due(rule: CountRule, case: CaseHistory, rules: Rules) -> DueCards:
    """Return every card that *rule* leads to; the 1 in its key says that there is no second one."""
    return {
        f"{rule.rule}/{group.name}/1": (group, tuple(cards))
        for group, cards in _counted(rule, case, rules).items()
        if len(cards) >= rule.count and is_share_met(rule, len(cards), cases_due(case, group))
    }


def _counted(
    rule: CountRule, case: CaseHistory, rules: Rules
) -> dict[CountedGroup, list[LedgerEntry]]:
    """Return the cards that count together, in the order of record."""
    groups: dict[CountedGroup, list[LedgerEntry]] = {}
    for entry in ledger(case):
        profile = rules.at(entry.at).profile
        has_item = bool(entry.item) or rule.per != "item"
        is_of_rule = rule in profile.ladder.repeated and entry.level == rule.level
        if is_of_rule and has_item and _counts(entry, profile):
            groups.setdefault(_group(rule, entry, profile.zone), []).append(entry)
    return groups


def _counts(entry: LedgerEntry, profile: Profile) -> bool:
    """Return whether *entry* counts towards repetition; a card that repetition made never does."""
    made = {SILENT, *(rule.rule for rule in profile.ladder.repeated)}
    if entry.state != "counts" or entry.is_appealed or entry.rule in made:
        return False
    return not entry.card.startswith(".") and rests_on_law(entry, profile)


def _group(rule: CountRule, entry: LedgerEntry, zone: tzinfo) -> CountedGroup:
    """Return region, item and period: that of the local day on which the card fell due."""
    day = entry.at.astimezone(zone)
    quarter = (day.month + 2) // 3 if rule.within == "quarter" else 0
    item = entry.item if rule.per == "item" else ""
    return CountedGroup(entry.region, item, day.year, quarter)


def _made_elsewhere(
    rule: CountRule, case: CaseHistory, rules: Rules
) -> Callable[[CountedGroup], bool]:
    """Return what tells whether the card of a group is another department's to make.

    Its successor's, which counts on; or it is there, made before the group was passed on to here.
    """
    successors, zone = continued_in(case), rules.profile.zone
    told = [entry for entry in ledger(case) if not entry.card.startswith(".")]
    made = {_group(rule, entry, zone) for entry in told if entry.rule == rule.rule}
    return lambda group: group in made or any(to.takes(group) for to in successors)


def _new_cards(
    rule: CountRule, case: CaseHistory, due: DueCards, rules: Rules, now: datetime
) -> Iterator[Fact]:
    """Yield the cards that are due and not on record."""
    own = {card.key for card in _own_cards(case)}
    for key, (group, entries) in due.items():
        if key not in own:
            in_time = sorted(entries, key=lambda entry: (entry.at, entry.n))
            completing = case.facts[in_time[rule.count - 1].n]
            card = _card(rule, key, (entries, completing), rules, now)
            cases = cases_due(case, group) if rule.share else None
            if cases is not None:
                at = group.reckoned_at(rules.profile.zone)
                share = {"due_at": text(at), "cards": len(entries), "cases": cases}
                card = replace(card, at=at, data={**card.data, **share})
            yield card


def _card(
    rule: CountRule,
    key: str,
    counted: tuple[Sequence[LedgerEntry], Fact],
    rules: Rules,
    now: datetime,
) -> Fact:
    """Return the card, or the supervision, of the *counted* entries and the one that is enough."""
    entries, last = counted
    grounds = card_grounds(rule.basis, last.text("region"), rules.at(now).profile, now)
    data: dict[str, object] = {
        "level": rule.then,
        "rule": rule.rule,
        "ground": "repeated",
        **grounds,
        "due_at": text(last.at),
        "noticed_at": text(now),
        "noticed": last.text("noticed") or "on_time",
        **rules.at(last.at).versions,
        "rests_on": bounded(entry.n for entry in entries),
        **{name: last.text(name) for name in _FIELDS[rule.per] if last.text(name)},
    }
    kind = Derived.CARD_ISSUED if rule.then in THRESHOLD_LEVELS else Derived.CASE_ESCALATED
    kind = Derived.CARD_PROPOSED if "basis_kind" in grounds else kind
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
                why = _cause(card, last, case, rules, now)
                yield recheck(card, verdict, len(before), why, now)


def _cause(
    card: Fact, last: Fact, case: CaseHistory, rules: Rules, now: datetime
) -> dict[str, object]:
    """Return the cause of a change of *card* since its *last* fact: a fact, or else the rules.

    The rules are the cause where they alone change the verdict on the facts up to *last*.
    """
    stood = (last.text("verdict") or "stands") == "stands"
    versions = _counting_rules(case, rules, now).get(card.text("rule"), ())

    def stands(before: CaseHistory) -> bool:
        return any(card.key in _due(rule, before, rules) for rule in versions)

    if stands(case.until(last.n + 1)) == stood:
        for fact in reversed(case.facts[last.n + 1 :]):
            if fact.kind in _TURNING and stands(case.until(fact.n)) == stood:
                return {"reason": _REASONS.get(fact.kind, "late_news"), "cause": fact.n}
    new = rules.at(now).versions.items()
    return {"reason": "_and_".join(name for name, version in new if card.text(name) != version)}
