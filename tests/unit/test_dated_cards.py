"""Rules with dates for what is no permit: levels of a card, and cards that are counted (EFF-06)."""

from datetime import timedelta

import pytest

from chalicelib.card.clocks import APPEAL_WINDOW, RESPONSE, deadlines
from chalicelib.card.state import fold_card
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.department import decide as department
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from tests.unit.dated import profile_with, rules_of_days
from tests.unit.department_year import card, derived
from tests.unit.policy_file import REPEATED, REPEATING
from tests.unit.told import clock, issued, numbered

APPEALS = """
[[appeal]]
window = "5wd"
decision = "5wd"
basis = [{ proposed = "x" }]

[[appeal]]
window = "10wd"
decision = "10wd"
effective = "2026-11-04"
basis = [{ proposed = "x" }]
"""
LATER = 'effective = "2026-07-01"'
COUNT_3 = REPEATED.split("\n\n")[0].replace("count = 2", f"count = 3\n{LATER}")


@pytest.mark.parametrize(
    ("day", "window"), [("2026-11-03", "2026-11-10T17:30"), ("2026-11-04", "2026-11-18T17:30")]
)
def test_a_level_keeps_the_deadlines_of_its_issue(day: str, window: str) -> None:
    """Five working days of the window before, ten of the one after, whenever the case began."""
    rules = rules_of_days(profile_with(appeal=APPEALS))
    state = fold_card(CaseHistory(numbered([issued("c_a.2", f"{day}T10:00", rule="V-05")])))
    dues = deadlines(state, rules)
    assert clock(dues[APPEAL_WINDOW].at) == window
    assert RESPONSE in dues


def counted(profile: DatedProfile, *facts: Fact) -> list[str]:
    """The keys of what so many cards lead to."""
    rules, told = rules_of_days(profile), numbered(facts)
    now = max(fact.recorded_at for fact in told) + timedelta(seconds=1)
    decision = department.decide(CaseHistory(told), rules, now)
    return [fact.key for fact in derived(decision.append)]


def test_a_card_counts_by_the_rule_of_its_day() -> None:
    """Two before July make a red; after it, three that are of then."""
    dated = read_dated_profile(REPEATING + COUNT_3, "mine.toml")
    spring = [card(f"c_{n}.1", f"2026-0{n}-02T10:00") for n in (3, 4)]
    summer = [card(f"c_{n}.1", f"2026-0{n}-02T10:00") for n in (7, 8, 9)]
    (key,) = counted(dated, *spring)
    assert key.endswith("/2026/1")
    assert counted(dated, spring[0], *summer[:2]) == []
    assert counted(dated, spring[0], *summer) == [key]


def test_a_rule_that_begins_sees_no_card_of_before() -> None:
    """Of a profile that counted nothing until then."""
    text = REPEATING.replace(REPEATED, "") + REPEATED.replace("count = 2", f"count = 2\n{LATER}")
    dated = read_dated_profile(text, "mine.toml")
    june, july, august = (card(f"c_{n}.1", f"2026-0{n}-02T10:00") for n in (6, 7, 8))
    assert counted(dated, june, july) == []
    assert len(counted(dated, june, july, august)) == 1
