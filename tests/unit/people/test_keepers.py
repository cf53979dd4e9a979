"""Whose a person's or a key's department is today, where two regions have one of that name."""

from datetime import date
from typing import Any

import pytest

from chalicelib.errors import Rejected
from chalicelib.people.caller import Caller
from chalicelib.people.keepers import Keepers
from chalicelib.people.organisation import Organisation
from chalicelib.people.person import Appointment, Person
from chalicelib.people.units import DatedName, Department, Succession

EVE, DAY = date(2026, 6, 30), date(2026, 7, 1)
LONG_AGO = date(2020, 1, 1)
A = f"p_{'a' * 16}"
UNITS = (
    Department("A1", (DatedName("林业局"),), region="433101", until=EVE),
    Department("A2", (DatedName("林业局"),), region="433122"),
    Department("N1", (DatedName("农林局"),), region="433101"),
)


class Stated:
    """An organisation in force, and no tokens."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def units(self) -> Organisation:
        """Return it."""
        return self._organisation

    def name_of(self, text: str) -> str:
        """Return the text."""
        return text

    def spellings(self, name: str) -> tuple[str, ...]:
        """Return the name."""
        return (name,)


def keepers(*steps: Succession) -> Keepers:
    """Return who keeps what on the day."""
    stated: Any = Stated(Organisation(UNITS, steps))
    return Keepers(stated, stated, lambda: DAY)


MERGED = Succession("A1", "merge", DAY, "N1")


@pytest.mark.parametrize(
    ("region", "kept_out"), [("433101", {"林业局", "农林局"}), ("433122", {"林业局"})]
)
def test_a_person_keeps_out_of_who_continues_his_own_region_s_department(
    region: str, kept_out: set[str]
) -> None:
    """A post without a role, beside that of an inspector (回避)."""
    own = Appointment("P", "科员", None, LONG_AGO, None, "林业局", (region,))
    inspects = Appointment("J", "监察", "inspector", LONG_AGO, None, "")
    (caller,) = keepers(MERGED).callers(Person(A, (own, inspects)).callers(DAY))
    assert set(caller.posted_in) == kept_out


def test_a_key_of_a_department_that_ended_works_no_more_though_another_has_its_name() -> None:
    """Nobody continues it; that of the other region goes on."""
    ended = keepers(Succession("A1", "abolish", DAY))
    with pytest.raises(Rejected):
        ended.caller(Caller("k", "department", "林业局", ("433101",)))
    assert ended.callers([Caller(A, "clerk", "林业局", ("433101",))]) == ()
    other = Caller("k", "department", "林业局", ("433122",))
    assert ended.caller(other).department == "林业局"
