"""A department's year that another department continues (机构改革): its cards count there.

Pure. From the day of a reorganisation on, the year is told so (`department.succeeded`), once for
each step that the log states. It then passes on to its successor whatever counts of a card, early
and late, and makes no new card of repetition itself. So the successor counts all of them together,
and what was counted stays (DOMAIN ORG-04, T-40). A share goes with them: the cases under the
name before are cases of whoever counts their cards.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, tzinfo

from msgspec import Struct

from chalicelib.cases.case_id import department_case
from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.history import CaseHistory
from chalicelib.department.ledger import COUNTED
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Reported
from chalicelib.people.successors import Addressed, Successors
from chalicelib.policy.region import covers


class Continued(Struct, frozen=True):
    """By fact *n* the department called *to* continues the year's cards; if any, of an *item*.

    Where departments of several regions bear the name, of a *region* alone.
    """

    n: int
    to: str
    item: str = ""
    region: str = ""

    def takes(self, group: CountedGroup) -> bool:
        """Return whether the cards of *group* are counted by the successor."""
        return self.takes_card(group.item, group.region)

    def takes_card(self, item: str, region: str) -> bool:
        """Return whether a card about an *item* in a *region* is counted by the successor."""
        return self.item in ("", item) and (not self.region or covers(self.region, region))


def continued_in(case: CaseHistory) -> tuple[Continued, ...]:
    """Return the successors of a department's year, in the order of record."""
    told = case.of_type(Reported.DEPARTMENT_SUCCEEDED)
    return tuple(
        Continued(fact.n, fact.text("to"), fact.text("item"), fact.text("region")) for fact in told
    )


def first_rested_on(case: CaseHistory) -> dict[int, int]:
    """Return, by the number of a fact, the first card of repetition made here that rests on it."""
    first: dict[int, int] = {}
    for card in case.of_type(*COUNTED):
        numbers = card.data.get("rests_on")
        for n in numbers if isinstance(numbers, list) and not card.told else ():
            first.setdefault(n, card.n)
    return first


def succession_events(
    successors: Successors, department: str, year: int, now: datetime, zone: tzinfo
) -> Iterator[Event]:
    """Yield what the *year* of the *department* of that name is to be told by *now*.

    Of each step of a year up to that one, once its day has come; the same step is the same event.
    """
    today = now.astimezone(zone).date()
    bearing = sum(unit.is_called(department) for unit in successors.departments.values())
    for step in successors.successions:
        unit, other = (successors.departments.get(code) for code in (step.source, step.successor))
        if unit is None or other is None or not unit.is_called(department):
            continue
        is_whole = bool(step.item) or step.kind != "split"
        if is_whole and step.at <= today and step.at.year <= year:
            to = other.name_on(step.at)
            region = unit.region if bearing > 1 else ""
            data = {"department": department, "to": to, "item": step.item, "region": region}
            name = f"succeeded/{step.at}/{step.successor}/{step.item}"
            name += f"/{region}" if region else ""
            at = datetime.combine(step.at, time.min, zone)
            yield own_event(
                Reported.DEPARTMENT_SUCCEEDED,
                department_case(department, year),
                name,
                at,
                {key: value for key, value in data.items() if value},
            )


def counting_day(group: CountedGroup, now: datetime, zone: tzinfo) -> date:
    """Return the day as of which the cases of *group* are whose: *now*, or the end of its year.

    A step of a later year moves no card of this one.
    """
    return min(now.astimezone(zone).date(), date(group.year, 12, 31))


def is_counted_in(successors: Successors, department: str, about: Addressed, on: date) -> bool:
    """Return whether a case of *about* is one of the *department*'s of that name, as its cards."""
    return about.department == department or successors.counted_under(about, on) == department
