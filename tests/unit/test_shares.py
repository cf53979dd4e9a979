"""A share beside a count: both sides of each boundary, and when it is known."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.department.decide import decide
from chalicelib.findings.share import cases_due, counted_fact, group_of, is_share_met, write_share
from chalicelib.policy.profile import read_profile
from tests.unit.department_year import PROFILE, card, derived, revoked
from tests.unit.policy_file import REPEATING
from tests.unit.told import CALENDAR, at

SHARED = read_profile(REPEATING.replace("count = 2\n", "count = 3\nshare = 20\n", 1), "shared.toml")
RULES = Rules(SHARED, CALENDAR)
GROUP = CountedGroup("370102", "X-01", 2025)
RECKONED = GROUP.reckoned_at(SHARED.zone)
# T-40: three yellows for item X in one year.
YELLOWS = [
    card("c_a.3", "2025-03-10"),
    card("c_b.3", "2025-06-29"),
    card("c_c.3", "2025-09-01"),
]


def reckoned(told, number: int, now=RECKONED, profile=SHARED):
    """What the year says itself once *number* cases are counted for each group that wants it."""
    rules, case = Rules(profile, CALENDAR), CaseHistory().joined_by(told)
    decision = decide(case, rules, now)
    counted = [
        counted_fact(group, "Housing", number, now, group.reckoned_at(profile.zone))
        for group in decision.uncounted
    ]
    case = case.joined_by(counted)
    return case.joined_by(decide(case, rules, now).append)


def test_both_numbers_are_printed_and_the_percentage_is_cut() -> None:
    """61 cases, 4 of them: 6.557… %."""
    assert write_share(4, 61) == "61 件中 4 件（6.55 %）"
    assert write_share(2, 3) == "3 件中 2 件（66.66 %）"
    assert write_share(1, 1) == "1 件中 1 件（100.00 %）"
    assert write_share(1, 100_000) == "100000 件中 1 件（0.00 %）"


def test_nothing_is_decided_before_the_year_is_over_and_counted() -> None:
    """Three are there in September (T-40); fifteen days after the year the cases are counted."""
    case = CaseHistory().joined_by(YELLOWS)
    before = decide(case, RULES, RECKONED - timedelta(milliseconds=1))
    assert (before.append, before.uncounted, before.wake_at) == ((), (), RECKONED)
    after = decide(case, RULES, RECKONED)
    assert (after.append, after.uncounted, after.wake_at) == ((), (GROUP,), None)
    assert at("2026-01-16") == RECKONED
    two = CaseHistory().joined_by(YELLOWS[:2])
    assert decide(two, RULES, RECKONED).uncounted == ()


@pytest.mark.parametrize(("cases", "cards"), [(150, 1), (151, 0), (3, 1), (0, 0)])
def test_three_cards_of_so_many_cases(cases: int, cards: int) -> None:
    """3 of 150 are 20 thousandths, which is enough; 3 of 151 are less."""
    made = derived(reckoned(YELLOWS, cases).facts)
    assert [fact.text("rule") for fact in made] == ["L-02"] * cards
    for red in made:
        assert (red.data["cards"], red.data["cases"], red.at) == (3, cases, RECKONED)


def test_an_unknown_number_of_cases_meets_no_share() -> None:
    """And without a share none is asked for."""
    rule = SHARED.ladder.repeated[0]
    assert not is_share_met(rule, 1000, None)
    assert is_share_met(PROFILE.ladder.repeated[0], 2, None)
    assert cases_due(CaseHistory(), GROUP) is None


def test_the_order_of_the_cards_and_their_repetition_change_nothing() -> None:
    """Once for the group, whatever came first."""
    results = set()
    for order in permutations(YELLOWS):
        facts = reckoned(order, 100).facts
        results.add(tuple((fact.kind, fact.key, fact.at) for fact in derived(facts)))
    assert results == {(("card.issued", "L-02/370102/X-01/2025/1", RECKONED),)}


def test_a_card_that_is_revoked_later_takes_the_ground_away() -> None:
    """The cases are not counted again: the number is that of then."""
    case = reckoned(YELLOWS, 100)
    case = case.joined_by([revoked("c_b.3", "2026-02-01")])
    again = decide(case, RULES, at("2026-02-02"))
    assert again.uncounted == ()
    assert [(fact.kind, fact.text("verdict")) for fact in again.append] == [
        ("card.rechecked", "lost")
    ]


def test_a_group_has_the_days_of_its_year_or_quarter() -> None:
    """The first day, and the first after it; a fact names the group again."""
    quarter = CountedGroup("370102", "", 2025, 4)
    assert quarter.days == (date(2025, 10, 1), date(2026, 1, 1))
    assert quarter._replace(quarter=1).days == (date(2025, 1, 1), date(2025, 4, 1))
    assert GROUP.days == (date(2025, 1, 1), date(2026, 1, 1))
    for group in (quarter, GROUP):
        assert group_of(counted_fact(group, "Housing", 0, RECKONED, RECKONED)) == group
