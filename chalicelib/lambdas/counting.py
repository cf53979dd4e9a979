"""Counting: how many cases fell due in the period of a group, for the share of a counting rule.

A department's cases are those under its own name, and those of whoever it continues (机构改革): its
cards are counted with theirs.
"""

from datetime import date, datetime

from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.department.succession import counting_day, is_counted_in
from chalicelib.people.successors import Addressed
from chalicelib.plumbing.services import Services


def count_cases(services: Services, now: datetime, department: str, group: CountedGroup) -> int:
    """Return how many cases that count in a *department*'s year are of *group*, *now*."""
    units = services.organisation.units()
    names, on = frozenset({department}), counting_day(group, now, services.profile().zone)
    if units.successions:
        names = units.successors.names_counted_with(department, on)

    def is_its(case: CaseSnapshot) -> bool:
        then = date.fromisoformat(case.fell_due)
        about = Addressed(case.department, case.region, case.item, then=then)
        return is_counted_in(units.successors, department, about, on)

    return sum(map(is_its, services.cases.fell_due_in(group, names)))
