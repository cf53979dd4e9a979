"""What is better (CLAIMS §4): a finding missing, later, milder, proposed, held, or another's."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.finding import ENDED_NEAR_LIMIT, Finding
from chalicelib.intake.event_types import Derived
from chalicelib.permit.claims.better import betters, cuts_off
from chalicelib.permit.claims.reading import CaseReading
from chalicelib.permit.ownership.state import Ownership
from chalicelib.permit.rules.time_limits import CheckedLimits
from chalicelib.permit.state import fold
from tests.unit.told import (
    DUE,
    MS,
    RULES,
    START,
    accepted,
    at,
    corrected,
    decided,
    numbered,
    reported,
)

WHEN = at(DUE)


def finding(**more: Any) -> Finding:
    """A yellow card of the promise, over at WHEN."""
    usual: dict[str, Any] = {"rule": "V-02", "level": "yellow", "at": WHEN, "clock": "promise"}
    usual |= {"kind": Derived.CARD_ISSUED}
    return Finding(due_at=WHEN, ground="promise", **{**usual, **more})


def reading(*findings: Finding, owner: str = "Housing", unknown: str = "") -> CaseReading:
    """A reading of a case of *owner* in which these are found."""
    case = CaseHistory()
    permit = replace(fold(case), ownership=Ownership(owner))
    return CaseReading(case, permit, CheckedLimits(findings, unknown=unknown), RULES)


ONE = reading(finding())


@pytest.mark.parametrize(
    "after",
    [
        reading(),
        reading(finding(at=WHEN + MS)),
        reading(finding(level="warning")),
        reading(finding(kind=Derived.CARD_PROPOSED)),
        reading(finding(department="Roads")),
        reading(finding(), owner="Roads"),
        reading(finding(rule="V-01")),
        reading(finding(clock="stage")),
        reading(finding(missing=2027)),
        reading(unknown="calendar:2199"),
        reading(finding(), unknown="calendar:2199"),
    ],
)
def test_what_is_missing_later_milder_or_anothers_is_better(after: CaseReading) -> None:
    """By a millisecond, a level, a person to confirm it, a department, a rule, a clock."""
    assert betters(ONE, after)


@pytest.mark.parametrize(
    "after",
    [
        ONE,
        reading(finding(at=WHEN - MS)),
        reading(finding(level="red")),
        reading(finding(department="Housing")),
        reading(finding(clock="statutory")),  # the main clocks are one
        reading(finding(), finding(rule="V-05", clock="stage", at=WHEN + MS)),
        reading(finding(at=WHEN + MS), finding(at=WHEN - MS)),
    ],
)
def test_what_is_the_same_earlier_or_graver_is_not(after: CaseReading) -> None:
    """More is no better either."""
    assert not betters(ONE, after)


def test_a_proposal_is_no_better_than_a_proposal() -> None:
    """An automatic act in place of one is not better; the other way round it is."""
    proposed = reading(finding(kind=Derived.CARD_PROPOSED))
    assert not betters(proposed, proposed)
    assert not betters(proposed, ONE)


def test_an_ending_near_a_limit_is_not_missing_where_that_is_broken() -> None:
    """Only where the breach is as grave and found no later, by the same rule."""
    ending = finding(about="hall/9", kind=Derived.CARD_PROPOSED)._replace(ground=ENDED_NEAR_LIMIT)
    assert not betters(reading(finding(), ending), ONE)
    for other in (finding(at=WHEN + MS), finding(rule="V-03"), finding(clock="stage")):
        assert betters(reading(ending), reading(other))
    assert betters(reading(finding(about="hall/9")), reading(finding(at=WHEN + MS)))


def test_where_nothing_can_be_judged_nothing_is_known_to_be_harmless() -> None:
    """Only one of the two is held for a calendar; where both are, what is found is compared."""
    held = reading(unknown="calendar:2199")
    assert betters(held, ONE)
    assert betters(ONE, held)
    assert not betters(held, held)


def test_one_act_may_be_found_instead_of_another() -> None:
    """By the same rule: earlier, and as many of them. Two are not covered by one."""
    first, second = (finding(rule="V-05", clock="stage", about=name) for name in ("a", "b"))
    other = first._replace(about="c", at=WHEN - MS)
    assert not betters(reading(first), reading(other))
    assert betters(reading(first), reading(first._replace(about="c", at=WHEN + MS)))
    assert betters(reading(first, second), reading(other))
    assert betters(reading(first, second), reading(second))
    assert not betters(reading(first, second), reading(other, second))
    assert betters(reading(first), reading(other._replace(department="Roads")))


def found_in(*told: Fact, findings: tuple[Finding, ...] = (finding(),)) -> CaseReading:
    """A reading of a case of which that is *told*, in which these are found."""
    case = CaseHistory(numbered(told))
    return CaseReading(case, fold(case), CheckedLimits(findings), RULES)


ACCEPTED = accepted(START, "5wd")


def test_an_end_cuts_off_what_is_found_from_then_on() -> None:
    """At that very instant too: the clock had stopped by then."""
    before = found_in(ACCEPTED)
    assert cuts_off(before, decided(WHEN - MS))
    assert cuts_off(before, reported("withdrawn", WHEN))
    assert not cuts_off(before, decided(WHEN + MS))


def test_an_end_cuts_nothing_off_that_something_earlier_stands_for() -> None:
    """By the same rule, and as grave."""
    later = finding(at=WHEN + 2 * MS)
    assert not cuts_off(found_in(ACCEPTED, findings=(finding(), later)), decided(WHEN + MS))
    red = finding(at=WHEN + 2 * MS, level="red")
    assert cuts_off(found_in(ACCEPTED, findings=(finding(), red)), decided(WHEN + MS))


@pytest.mark.parametrize(
    ("told", "claim"),
    [
        ([ACCEPTED], reported("suspended", WHEN)),
        ([ACCEPTED], reported("forwarded", WHEN)),
        ([ACCEPTED], decided(at(START) - MS)),
        ([], decided(WHEN)),
        ([ACCEPTED, corrected(WHEN, "hall/9")], decided(WHEN)),
        ([ACCEPTED, reported("refiled", WHEN)], decided(WHEN)),
    ],
)
def test_what_an_end_cuts_off_is_not_always_sure(told: list[Fact], claim: Fact) -> None:
    """Other news, an end before the acceptance or without one, a correction, another first case."""
    assert not cuts_off(found_in(*told), claim)
    assert cuts_off(found_in(ACCEPTED), decided(WHEN))


@pytest.mark.parametrize(
    "more", [{"clock": "stage"}, {"about": "hall/9"}, {"kind": Derived.CARD_PROPOSED}]
)
def test_an_end_surely_cuts_off_cards_of_the_main_clocks(more: dict[str, Any]) -> None:
    """What else is found may be found all the same, or something else instead."""
    assert not cuts_off(found_in(ACCEPTED, findings=(finding(**more),)), decided(WHEN))
