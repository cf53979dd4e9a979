"""The score of a month: what cards and warnings take, on both sides of each boundary."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.department.ledger import ledger
from chalicelib.department.scores.bonus import bonus
from chalicelib.department.scores.score import by, of_month, score
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.limit import Limit
from chalicelib.policy.scoring import PromiseCut
from chalicelib.policy.shipped import load_profile
from tests.unit.department_year import card, climbed, rechecked, revoked, warning, year
from tests.unit.resting import ours
from tests.unit.told import PROFILE, ZONE

SCHEME = PROFILE.scoring
CUT = PromiseCut(over=30, points=3, each=10, more=1, basis=ours("某文件"))


def scored(*told: Fact, month: int = 3) -> tuple[int, dict[str, int]]:
    """The points of a month of 2025, and what each section lost."""
    found = score(of_month(ledger(CaseHistory(year(*told))), 2025, month, ZONE), SCHEME)
    lost = {section.id: section.points - found.left_of(section) for section in SCHEME.sections}
    return found.left, {name: points for name, points in lost.items() if points}


def test_a_month_without_cards_is_whole() -> None:
    """A hundred points (DOMAIN §4.2)."""
    assert scored() == (100, {})


def test_a_card_takes_its_levels_points_from_the_section_of_its_rule() -> None:
    """DOMAIN §2.5: yellow 5, red 10."""
    assert scored(card("c_a.3", "2025-03-03")) == (95, {"time": 5})
    assert scored(card("c_a.3", "2025-03-03", "red", rule="V-23")) == (92, {"fees": 8})
    assert scored(card("c_a.3", "2025-03-03", "red", rule="V-16")) == (90, {"procedure": 10})


def test_a_rule_of_two_sections_takes_from_both() -> None:
    """Counted in every section that it affects."""
    told = card("c_a.3", "2025-03-03", rule="V-32")
    assert scored(told) == (90, {"attitude": 5, "integrity": 5})


def test_no_section_falls_below_nothing() -> None:
    """Time limits are worth 14: the third yellow takes 4 of its 5, the fourth nothing."""
    told = [card(f"c_{n}.3", f"2025-03-0{n}", item=f"X-{n}") for n in range(1, 5)]
    assert scored(*told[:2]) == (90, {"time": 10})
    assert scored(*told[:3]) == (86, {"time": 14})
    assert scored(*told) == (86, {"time": 14})
    found = score(of_month(ledger(CaseHistory(year(*told))), 2025, 3, ZONE), SCHEME)
    assert [(deduction.worth, deduction.points) for deduction in found.deductions] == [
        (5, 5),
        (5, 5),
        (5, 4),
        (5, 0),
    ]


@pytest.mark.parametrize(
    ("when", "month", "left"),
    [
        ("2025-03-01T00:00", 3, 95),
        ("2025-03-31T23:59:59.999", 3, 95),
        ("2025-02-28T23:59:59.999", 3, 100),
        ("2025-04-01T00:00", 3, 100),
        ("2025-04-01T00:00", 4, 95),
    ],
)
def test_a_month_is_the_regions(when: str, month: int, left: int) -> None:
    """By the legal instant, at midnight there: in UTC the first of March begins in February."""
    assert scored(card("c_a.3", when), month=month)[0] == left


def test_every_third_warning_takes_three() -> None:
    """Three in a row (连续预警), each three once; two take nothing."""
    told = [warning(f"c_{n}.2", f"2025-03-0{n}") for n in range(1, 7)]
    assert scored(*told[:2]) == (100, {})
    assert scored(*told[:3]) == (97, {"time": 3})
    assert scored(*told[:5]) == (97, {"time": 3})
    assert scored(*told) == (94, {"time": 6})


def test_warnings_of_two_sections_are_two_rows() -> None:
    """Two of time and one of the file are not three in a row."""
    two = [warning(f"c_{n}.2", f"2025-03-0{n}") for n in (1, 2)]
    assert scored(*two, warning("c_3.2", "2025-03-03", rule="V-34")) == (100, {})


def test_what_is_revoked_or_lost_gives_its_points_back() -> None:
    """And takes them again once its ground is back."""
    told = card("c_a.3", "2025-03-03")
    assert scored(told, revoked("c_a.3", "2025-03-06")) == (100, {})
    lost = rechecked("c_a.3", "2025-03-06", 4)
    assert scored(told, lost) == (100, {})
    assert scored(told, lost, rechecked("c_a.3", "2025-03-07", 5, "stands")) == (95, {"time": 5})
    three = [warning(f"c_{n}.2", f"2025-03-0{n}") for n in (1, 2, 3)]
    assert scored(*three, rechecked("c_2.2", "2025-03-08", 4)) == (100, {})


def test_a_card_that_climbs_takes_again_at_its_new_level() -> None:
    """In the month in which it climbed, for no answer was given (V-51)."""
    told = card("c_a.3", "2025-03-31"), climbed("c_a.3", "2025-04-03")
    assert scored(*told) == (95, {"time": 5})
    assert scored(*told, month=4) == (90, {"supervision": 10})


def test_a_supervision_takes_nothing_by_itself() -> None:
    """The scheme says nothing of levels above red."""
    told = [card(f"c_{n}.5", f"2025-03-0{n}", "red", rule="V-16", item=f"X-{n}") for n in (1, 2)]
    assert scored(*told) == (86, {"procedure": 14})


def test_yulins_yellow_takes_nothing_its_red_does() -> None:
    """There a yellow is a warning."""
    rows = ledger(
        CaseHistory(year(card("c_a.3", "2025-03-03"), card("c_b.5", "2025-03-04", "red")))
    )
    scheme = load_profile("yulin").scoring
    assert score(rows, scheme).left == 90


def test_items_and_posts_are_scored_by_themselves() -> None:
    """As if there were no other; what names none is in the department's score only."""
    told = [
        card("c_a.3", "2025-03-03", item="X-01", stage="审查", rule="V-05"),
        card("c_b.3", "2025-03-04", item="X-02", stage="审查", rule="V-05"),
        card("c_c.3", "2025-03-05", "red", item="", rule="V-16"),
    ]
    entries = of_month(ledger(CaseHistory(year(*told))), 2025, 3, ZONE)
    assert {
        name: score.left for name, score in by(lambda row: row.item, entries, SCHEME).items()
    } == {
        "X-01": 95,
        "X-02": 95,
    }
    assert {name: one.left for name, one in by(lambda row: row.stage, entries, SCHEME).items()} == {
        "审查": 90
    }


def entry(promise: str, statutory: str, item: str = "X-01") -> CatalogueItem:
    """An item with limits; empty where there is none."""
    limits = [Limit.parse(text) if text else None for text in (promise, statutory)]
    return CatalogueItem(item, "name", "Housing", "promise", limits[0], limits[1], "basis", ())


@pytest.mark.parametrize(
    ("limits", "points"),
    [
        ([("7wd", "10wd")], None),  # 30 % is not more than 30 %
        ([("13wd", "20wd")], 3),  # 35 %
        ([("41wd", "100wd")], 5),  # 59 %: twice ten further
        ([("60wd", "100wd")], 4),  # 40 %: just ten further
        ([("61wd", "100wd")], 3),  # 39 %
        ([("10wd", "20wd"), ("13wd", "20wd")], 3),  # the least cut counts
        ([("10wd", "20wd"), ("15wd", "20wd")], None),
        ([("10wd", "20wd"), ("1wd", "1wd")], 5),  # one day cannot be cut
        ([("10wd", "20wd"), ("", "20wd")], 5),  # no promise to compare
        ([("10wd", "20wd"), ("10d", "20wd")], None),  # two units: not known
        ([("25wd", "20wd")], None),
        ([("", "20wd")], None),
        ([], None),
    ],
)
def test_a_bonus_for_shorter_promises(limits: list[tuple[str, str]], points: int | None) -> None:
    """DOMAIN §4.2, city B: all cut by more than 30 %: 3, and 1 for each further 10 %."""
    entries = [entry(*pair, item=f"X-{n}") for n, pair in enumerate(limits)]
    found = bonus(entries, CUT)
    assert (found.points if found else None) == points


def test_a_bonus_names_the_item_that_is_cut_least() -> None:
    """So that it can be checked."""
    found = bonus([entry("10wd", "20wd", "X-1"), entry("13wd", "20wd", "X-2")], CUT)
    assert found is not None
    assert (found.item, found.cut, found.basis) == ("X-2", 35, "建议默认值：某文件")
    assert bonus([entry("10wd", "20wd")], None) is None


def test_a_card_that_no_section_knows_takes_nothing() -> None:
    """`policy check` says so of a rule of the profile."""
    told: dict[str, Any] = {"rule": "V-99"}
    assert scored(card("c_a.3", "2025-03-03", **told)) == (100, {})


def test_without_warnings_in_the_scheme_they_take_nothing() -> None:
    """A place may count cards only."""
    rows = ledger(CaseHistory(year(*(warning(f"c_{n}.2", f"2025-03-0{n}") for n in (1, 2, 3)))))
    assert score(rows, replace(SCHEME, warnings=None)).left == 100
