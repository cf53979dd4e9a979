"""Cases that were counted for a share (`cases.counted`) are counted again, from their own facts.

A share of a quarter rests on such a count, and a card on the share. So each count is made again: of
a group to be counted then, under its own key, at its own time. One that came late or never kept a
card back. A group is counted in the snapshots of an instant, with or without the news of that very
moment. So the number must lie between that of a merge delay before, and that of the instant itself,
each case counted in whichever reading suits.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import product

from msgspec import Struct

from chalicelib.cases.case_id import CaseKind
from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.fact import Fact
from chalicelib.department.succession import counting_day, is_counted_in
from chalicelib.findings.share import counted_facts, group_of
from chalicelib.instant import MILLISECOND, text
from chalicelib.intake.event_types import Derived
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.people.organisation import NO_ORGANISATION
from chalicelib.people.successors import Addressed, Successors
from infra.verify.issue import Issue
from infra.verify.supervision.cases import CHECK, FactPosition
from infra.verify.supervision.judgements import ReplayedCase, does_not_follow, is_derived
from infra.verify.supervision.life import UNSEEN, SignsOfLife
from infra.verify.supervision.withheld import came_late, count_at

_OF: Mapping[str, CaseKind] = {
    Derived.DUE_REVISED: "permit",
    Derived.TERMS_ADOPTED: "permit",
    Derived.CASES_COUNTED: "department",
}
"""The kind of case in which each fact stands that is derived before its case is judged."""


class _Count(Struct):
    """A count on record, and the *least* and the *most* that it may be."""

    position: FactPosition
    fact: Fact
    group: CountedGroup
    least: int = 0
    most: int = 0


class CountedShares:
    """Every count in a log."""

    def __init__(self, counted: Iterable[tuple[FactPosition, Fact]]) -> None:
        self._counts = [_Count(position, fact, group_of(fact)) for position, fact in counted]

    def take(self, replayed: ReplayedCase) -> None:
        """Count a permit wherever it belongs."""
        for count in self._counts if replayed.case.kind == "permit" else ():
            then = count.fact.recorded_at
            around = [
                _is_in(replayed, count, at, successors)
                for at in (then - MERGE_DELAY, then)
                for successors in _stated(replayed, count)
            ]
            count.least += all(around)
            count.most += any(around)

    @property
    def taken(self) -> list[tuple[int, int]]:
        """The least and the most of each count, by the cases that were taken."""
        return [(count.least, count.most) for count in self._counts]

    def join(self, counted: list[tuple[int, int]]) -> None:
        """Add what another process counted."""
        for count, (least, most) in zip(self._counts, counted, strict=True):
            count.least += least
            count.most += most

    def check_counts(self) -> Iterator[Issue]:
        """Yield an issue for each count that is not what the cases say."""
        for count in self._counts:
            number = count.fact.data.get("number")
            if not (isinstance(number, int) and count.least <= number <= count.most):
                zh = f"期内到期办件数为 {number}，而日志中为 {count.least} 至 {count.most}"
                en = f"{number} cases are said to be due in the period, and the log has "
                yield count.position.issue(zh, f"{en}{count.least} to {count.most}")


def _stated(replayed: ReplayedCase, count: _Count) -> list[Successors]:
    """Return who keeps what by each organisation that may have been in force at *count*."""
    stated = replayed.book.around(count.fact.recorded_at, count.position.leaf or 0)
    return [each.organisation.successors for each in stated] or [NO_ORGANISATION.successors]


def _is_in(replayed: ReplayedCase, count: _Count, then: datetime, successors: Successors) -> bool:
    """Return whether the case, as it was *then*, fell due in the period of *count*."""
    recorded, group = count_at(replayed.case.history, then), count.group
    if not recorded:
        return False
    rules = replayed.rules_at(then, count.position.leaf or 0, recorded)[0]
    decision = replayed.decide(recorded, rules, then)
    first, until = (day.isoformat() for day in group.days)
    if not first <= decision.fell_due < until:
        return False
    where = {"region": group.region} | ({"item": group.item} if group.item else {})
    belongs_to = decision.belongs_to
    department, region, item = (
        belongs_to.get(name, "") for name in ("department", "region", "item")
    )
    about = Addressed(department, region, item, then=date.fromisoformat(decision.fell_due))
    on = counting_day(group, count.fact.recorded_at, rules.profile.zone)
    return all(belongs_to.get(name) == value for name, value in where.items()) and is_counted_in(
        successors, count.fact.text("department"), about, on
    )


def check_reckoned(replayed: ReplayedCase, until: datetime, alive: SignsOfLife) -> Iterator[Issue]:
    """Yield an issue for each count of a department's year that is made up, late or missing.

    Of other cases, for each fact that belongs in cases of another kind.
    """
    case = replayed.case
    is_year = case.kind == "department"
    for fact in case.facts:
        if fact.told or fact.kind not in _OF:
            continue
        is_here = case.kind == _OF[fact.kind]
        if not is_here or (is_year and not is_derived(fact, _count_again(replayed, fact))):
            yield does_not_follow(case, fact, fact.kind)
        elif is_year:
            for group, since in _uncounted(replayed, fact.recorded_at - UNSEEN).items():
                if fact.key == _key(group) and alive.ran(since, fact.recorded_at, UNSEEN):
                    yield came_late(case, fact, since)
    if is_year:
        for group, since in _uncounted(replayed, until - MERGE_DELAY).items():
            if _key(group) not in replayed.derived:
                zh = f"{group.name} 期内到期的办件应当已经核算，而日志中没有"
                en = f"the cases due in {group.name} should have been counted, and were not"
                issue = case.issue(len(case.facts), zh, en)
                yield issue.outstanding(is_excused=not alive.show(since, until))
        yield from _withheld(replayed, alive)


def _count_again(replayed: ReplayedCase, fact: Fact) -> Iterator[Fact]:
    """Yield a count, of the number in *fact*, of each group to be counted when it was recorded."""
    case, now = replayed.case, fact.recorded_at
    start = next(each.n for each in case.facts if each.recorded_at == now)
    number = fact.data.get("number")
    if not isinstance(number, int):
        return
    for rules, count in product(replayed.rules(fact.n), range(max(start, 1), fact.n + 1)):
        decision = replayed.decide(count, rules, now)
        yield from counted_facts(decision, rules, now, lambda *_: number)


def _uncounted(replayed: ReplayedCase, then: datetime) -> Mapping[CountedGroup, datetime]:
    """Return what was to be counted by *then* under all rules that may have applied, since when."""
    count = count_at(replayed.case.history, then)
    owed: list[dict[CountedGroup, datetime]] = []
    for rules in replayed.settled(then, count) if count else ():
        groups = replayed.decide(count, rules, then).uncounted
        owed.append({group: group.reckoned_at(rules.profile.zone) for group in groups})
    first = owed[0] if owed else {}
    return {group: at for group, at in first.items() if all(group in each for each in owed)}


def _withheld(replayed: ReplayedCase, alive: SignsOfLife) -> Iterator[Issue]:
    """Yield an issue for each count that was owed before other rules came, and never was made."""
    name = replayed.case.name
    still = _uncounted(replayed, replayed.case.history.latest) if replayed.changes else {}
    for statement in replayed.changes:
        by, at = statement.since - MILLISECOND, text(statement.since)
        for group, since in _uncounted(replayed, by - MERGE_DELAY).items():
            if group in still or _key(group) in replayed.derived:
                continue
            zh = f"{name}：直到 {at} 声明其他规则之前，{group.name} 期内到期的办件应当核算，"
            en = f"{name}: until other rules were stated at {at}, the cases due in {group.name} "
            zh, en = f"{zh}却一直没有", f"{en}should have been counted, and were not"
            yield Issue(statement.index, CHECK, zh, en, is_remark=not alive.show(since, by))


def _key(group: CountedGroup) -> str:
    return f"counted/{group.name}"
