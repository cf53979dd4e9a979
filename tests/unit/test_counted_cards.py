"""Which cards count towards repetition: what rests on law, stands, and is nobody's appeal."""

import pytest

from tests.unit.department_year import (
    appealed,
    card,
    climbed,
    decided,
    derived,
    keys_in_force,
    year,
)

A = card("c_a.3", "2025-03-03T17:30")
B = card("c_b.3", "2025-05-06T17:30")
RED = card("c_r.5", "2025-07-01T17:30", "red")
YELLOW_KEY = "L-02/370102/X-01/2025/1"


def test_what_a_count_leads_to_is_not_counted() -> None:
    """Never a chain: the red of repeated yellows and another of the quarter make nothing."""
    facts = year(A, card("c_b.3", "2025-02-03"), card("c_r.5", "2025-03-31", "red"))
    assert [fact.key for fact in derived(facts)] == [YELLOW_KEY]


def test_what_silence_made_of_a_card_is_not_counted() -> None:
    """V-51: its yellow counts as a yellow, its red is no red of its own."""
    facts = year(A, climbed("c_a.3", "2025-07-04"), RED)
    assert derived(facts) == []
    assert [one.key for one in derived(year(A, climbed("c_a.3", "2025-07-04"), B))] == [YELLOW_KEY]


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("V-05", {"clock": "stage"}),  # the practice of a standard that binds nobody
        ("V-06", {"clock": "procedure"}),  # law, and Hunan's practice
        ("V-17", {}),  # law, and a number of ours
        ("V-28", {"clock": "publication"}),
        ("V-02", {"clock": "promise", "ground": "ended_near_limit"}),  # weighed by a person
        ("V-02", {"clock": "promise", "ground": "refiled"}),
        ("V-99", {}),  # no row of the profile
    ],
)
def test_what_does_not_rest_on_law_does_not_count(rule: str, more: dict[str, str]) -> None:
    """DOMAIN §3.2: V-05, V-17 and other rows of `model` never do."""
    told = [card(f"c_{n}.3", f"2025-03-0{n}", rule=rule, **more) for n in (1, 2, 3)]
    assert derived(year(*told)) == []


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("V-02", {"clock": "promise", "ground": "promise"}),
        ("V-14", {"clock": "acceptance"}),
        ("V-16", {"ground": "no_reason"}),
        ("V-28", {"ground": "no_guide"}),  # its clock's row is a model, that of conduct is law
    ],
)
def test_what_rests_on_law_counts(rule: str, more: dict[str, str]) -> None:
    """By the row that the card was found by."""
    told = [card(f"c_{n}.3", f"2025-03-0{n}", rule=rule, **more) for n in (1, 2)]
    assert [one.key for one in derived(year(*told))] == [YELLOW_KEY]


@pytest.mark.parametrize(("region", "found"), [("410502", 1), ("370102", 0)])
def test_a_local_document_counts_in_its_own_place(region: str, found: int) -> None:
    """V-26 rests on a regulation of Anyang: in Jinan that is another city's practice."""
    told = [card(f"c_{n}.5", f"2025-03-0{n}", "red", rule="V-26", region=region) for n in (1, 2)]
    assert len(derived(year(*told))) == found


def test_a_card_does_not_count_while_it_is_appealed() -> None:
    """Once the appeal is decided and the card stands, it does."""
    assert derived(year(A, B, appealed("c_b.3", "2025-05-07"), at_once=True)) == []
    told = A, B, appealed("c_b.3", "2025-05-07"), decided("c_b.3", "2025-05-09")
    assert [one.key for one in derived(year(*told, at_once=True))] == [YELLOW_KEY]
    checks = derived(year(*told), "card.rechecked")
    assert [(one.text("verdict"), one.text("reason"), one.data["cause"]) for one in checks] == [
        ("lost", "appealed", 3),
        ("stands", "appeal_decided", 5),
    ]


def test_the_news_of_an_appeal_may_come_in_any_order() -> None:
    """What the card's own case did last holds; a second appeal is pending again."""
    late = decided("c_b.3", "2025-05-09", 6), appealed("c_b.3", "2025-05-07", 5)
    assert keys_in_force(year(A, B, *late)) == {YELLOW_KEY}
    assert keys_in_force(year(*late, A, B)) == {YELLOW_KEY}
    assert keys_in_force(year(A, B, *late, appealed("c_b.3", "2025-05-12", 9))) == set()
