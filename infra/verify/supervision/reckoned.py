"""Counts of the cases that fell due (`cases.counted`), and the facts that only some cases may have.

A share of a quarter hangs on such a count, and a card on the share. So a count is made again: of a
group that the rules wanted counted then, under its own key, at its own time. Whether the number is
right is seen in the cases themselves (`counted.py`). A count that came late, or was kept back until
other rules no longer want it, kept a card back.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.cases.case_id import CaseKind
from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.fact import Fact
from chalicelib.findings.share import counted_fact
from chalicelib.instant import MILLISECOND, text
from chalicelib.intake.event_types import Derived
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.issue import Issue, remark
from infra.verify.supervision.cases import CHECK
from infra.verify.supervision.judgements import ReplayedCase, compare_facts
from infra.verify.supervision.life import UNSEEN, SignsOfLife
from infra.verify.supervision.owed import count_at

_OF: Mapping[str, CaseKind] = {
    Derived.DUE_REVISED: "permit",
    Derived.TERMS_ADOPTED: "permit",
    Derived.CASES_COUNTED: "department",
}
"""The kind of case in which each fact stands that is derived before its case is judged."""


def check_reckoned(replayed: ReplayedCase, until: datetime, alive: SignsOfLife) -> Iterator[Issue]:
    """Yield an issue for each count of a department's year that is made up, late or missing.

    Of other cases, for each fact that stands in cases of another kind.
    """
    case = replayed.case
    for fact in case.facts:
        if fact.told or fact.kind not in _OF:
            continue
        is_here = case.kind == _OF[fact.kind]
        if not is_here or (case.kind == "department" and not _follows(replayed, fact)):
            zh = f"{fact.kind} 无法由此前的事实推导出来"
            en = f"{fact.kind} does not follow from the facts before it"
            yield case.issue(fact.n, zh, en)
        elif case.kind == "department":
            yield from _check_time(replayed, fact, alive)
    if case.kind == "department":
        yield from _missing(replayed, until, alive)
        yield from _kept_back(replayed, alive)


def _follows(replayed: ReplayedCase, fact: Fact) -> bool:
    """Return whether *fact* counts a group that was to be counted when it was recorded."""
    case, now = replayed.case, fact.recorded_at
    start = next(each.n for each in case.facts if each.recorded_at == now)
    number = fact.data.get("number")
    if not isinstance(number, int):
        return False
    for rules in replayed.rules(fact.n):
        for count in range(max(start, 1), fact.n + 1):
            decision = replayed.decide(count, rules, now)
            department = decision.belongs_to.get("department", "")
            for group in decision.uncounted:
                at = group.reckoned_at(rules.profile.zone)
                again = counted_fact(group, department, number, now, at)
                if again.key == fact.key and not [*compare_facts(fact, again)]:
                    return True
    return False


def _uncounted(replayed: ReplayedCase, then: datetime) -> Mapping[CountedGroup, datetime]:
    """Return what was to be counted by *then* under all rules that may have applied, since when."""
    count = count_at(replayed.case.history, then)
    found: list[dict[CountedGroup, datetime]] = []
    for rules in replayed.settled(then, count) if count else ():
        groups = replayed.decide(count, rules, then).uncounted
        found.append({group: group.reckoned_at(rules.profile.zone) for group in groups})
    first = found[0] if found else {}
    return {group: at for group, at in first.items() if all(group in each for each in found)}


def _check_time(replayed: ReplayedCase, fact: Fact, alive: SignsOfLife) -> Iterator[Issue]:
    """Yield an issue if a count came late while the service ran."""
    for group, since in _uncounted(replayed, fact.recorded_at - UNSEEN).items():
        if fact.key == f"counted/{group.name}" and alive.ran(since, fact.recorded_at, UNSEEN):
            at = text(since)
            zh = f"{fact.kind} 自 {at} 起就应当有，直到 {text(fact.recorded_at)} 才记录：被压下"
            en = f"{fact.kind} was owed since {at} and held back until {text(fact.recorded_at)}"
            yield replayed.case.issue(fact.n, zh, en)


def _missing(replayed: ReplayedCase, until: datetime, alive: SignsOfLife) -> Iterator[Issue]:
    """Yield an issue for each group that should have been counted, as `check_missing` does."""
    case = replayed.case
    for group, since in _uncounted(replayed, until - MERGE_DELAY).items():
        if f"counted/{group.name}" not in replayed.derived:
            zh = f"{group.name} 期内到期的办件应当已经核算，而日志中没有"
            en = f"the cases due in {group.name} should have been counted, and were not"
            issue = case.issue(len(case.facts), zh, en)
            yield issue.outstanding(is_excused=not alive.show(since, until))


def _kept_back(replayed: ReplayedCase, alive: SignsOfLife) -> Iterator[Issue]:
    """Yield an issue for each count that was owed before other rules were stated, and never came.

    Those that are missing still are found as such.
    """
    still = _uncounted(replayed, replayed.case.history.latest) if replayed.changes else {}
    for statement in replayed.changes:
        by = statement.since - MILLISECOND
        for group, since in _uncounted(replayed, by - MERGE_DELAY).items():
            if group in still or f"counted/{group.name}" in replayed.derived:
                continue
            zh = f"{replayed.case.name}：直到 {text(statement.since)} 声明其他规则之前，"
            zh = f"{zh}{group.name} 期内到期的办件应当核算，却一直没有"
            en = f"{replayed.case.name}: until other rules were stated at {text(statement.since)}, "
            en = f"{en}the cases due in {group.name} should have been counted, and were not"
            is_found = alive.show(since, by)
            where = statement.index
            yield Issue(where, CHECK, zh, en) if is_found else remark(CHECK, zh, en, where)
