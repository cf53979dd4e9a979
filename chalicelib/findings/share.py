"""The share beside a count (占比): so many cards, among so many cases that fell due in the period.

Pure. Without it a busy window is punished for being busy (DOMAIN §3.2). Once the period is over the
cases are counted, and the number is a fact of the department's year (`cases.counted`): later news
changes nothing of it, and anybody who has the log can count again.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.policy.ladder import CountRule

_TENTHS = 100  # of a percent


def counted_facts(
    decision: Decision, rules: Rules, now: datetime, count: Callable[[str, CountedGroup], int]
) -> Iterator[Fact]:
    """Yield a fact for each group that *decision* wants counted, by department and group."""
    department = decision.belongs_to.get("department", "")
    for group in decision.uncounted:
        at = group.reckoned_at(rules.profile.zone)
        yield counted_fact(group, department, count(department, group), now, at)


def counted_fact(
    group: CountedGroup, department: str, number: int, now: datetime, at: datetime
) -> Fact:
    """Return the fact that *number* cases of a *department*'s *group* fell due in its period."""
    fields = {
        "department": department,
        "region": group.region,
        "item": group.item,
        "year": group.year,
        "quarter": group.quarter,
    }
    data = {name: value for name, value in fields.items() if value}
    data |= {"number": number, "noticed_at": text(now)}
    key = f"counted/{group.name}"
    return Fact(0, Derived.CASES_COUNTED, key, at, now, told=False, data=data)


def group_of(fact: Fact) -> CountedGroup:
    """Return the group that a `cases.counted` is about."""
    year, quarter = (int(str(fact.data.get(name, 0))) for name in ("year", "quarter"))
    return CountedGroup(fact.text("region"), fact.text("item"), year, quarter)


def cases_due(case: CaseHistory, group: CountedGroup) -> int | None:
    """Return how many cases of *group* were counted; None while they are not."""
    key = f"counted/{group.name}"
    facts = (fact for fact in case.of_type(Derived.CASES_COUNTED) if fact.key == key)
    return next((int(str(fact.data["number"])) for fact in facts), None)


def is_share_met(rule: CountRule, cards: int, cases: int | None) -> bool:
    """Return whether *cards* are enough of *cases*; of none, or an unknown number, they are not."""
    if not rule.share:
        return True
    return cases is not None and cases > 0 and 1000 * cards >= rule.share * cases


def write_share(cards: int, cases: int) -> str:
    """Write both numbers, the percentage truncated: `61 件中 4 件（6.55 %）`."""
    whole, hundredths = divmod(cards * 100 * _TENTHS // max(cases, 1), _TENTHS)
    return f"{cases} 件中 {cards} 件（{whole}.{hundredths:02d} %）"
