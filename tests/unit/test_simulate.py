"""Walking from wake to wake."""

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.permit.simulate import Simulation, simulate
from tests.unit.told import (
    MS,
    RULES,
    accepted,
    at,
    clock,
    decided,
    extended,
    resumed,
    suspended,
)

START = "2025-04-14T10:00"


def issued(facts: list[Fact]) -> list[tuple[str, str, str]]:
    """Level, legal instant and when it was noticed."""
    return [
        (fact.text("level"), clock(fact.at), clock(fact.recorded_at))
        for fact in facts
        if fact.kind in ("warning.issued", "card.issued")
    ]


def test_every_card_is_noticed_at_its_wake() -> None:
    """One millisecond after its legal instant."""
    facts = simulate([accepted(START, "5wd", "8wd")], RULES, at("2025-06-01"))
    assert [fact.n for fact in facts] == [0, 1, 2, 3]
    assert issued(facts) == [
        ("warning", "2025-04-17T17:30", "2025-04-17T17:30:00.001"),
        ("yellow", "2025-04-21T17:30", "2025-04-21T17:30:00.001"),
        ("red", "2025-04-24T17:30", "2025-04-24T17:30:00.001"),
    ]


@pytest.mark.parametrize(("late", "levels"), [(0, ["warning"]), (1, ["warning", "yellow"])])
def test_until_is_the_last_instant_that_is_judged(late: int, levels: list[str]) -> None:
    """What takes effect at that very instant is in; what would a millisecond later is not."""
    until = at("2025-04-21T17:30") + late * MS
    facts = simulate([accepted(START, "5wd")], RULES, until)
    assert [level for level, _, _ in issued(facts)] == levels


def test_facts_come_in_between() -> None:
    """A pause, an extension and a decision, each as it arrives."""
    reports = [
        accepted(START, "5wd"),
        suspended("2025-04-16T10:00"),
        resumed("2025-04-18T10:00"),
        extended("2025-04-22T10:00", "1wd"),
        decided("2025-04-24T17:30:00.001"),
    ]
    facts = simulate(reports, RULES, at("2025-06-01"))
    assert [(level, when) for level, when, _ in issued(facts)] == [
        ("warning", "2025-04-21T17:30"),
        ("warning", "2025-04-22T17:30"),
        ("yellow", "2025-04-24T17:30"),
    ]
    assert [fact.kind for fact in facts if not fact.told].count("card.rechecked") == 0


def test_a_simulation_serves_many_cases() -> None:
    """Nothing of one case is left for the next; no facts, no case."""
    simulation = Simulation(RULES)
    reports = [accepted(START, "5wd")]
    until = at("2025-06-01")
    assert simulation.run([], until) == []
    assert simulation.run(reports, until) == simulation.run(reports, until)
