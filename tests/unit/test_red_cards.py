"""V-03: over the law's limit, and for nothing else; one red card at most."""

import pytest

from tests.unit.told import (
    DUE,
    MS,
    RED,
    WARN,
    at,
    decided,
    opened,
    reported,
)


def test_over_the_statutory_limit() -> None:
    """Before the answer to the yellow card is due."""
    case = opened("5wd", "7wd")
    case.decide_case("2025-06-01")
    assert case.issued()[1:] == [("yellow", DUE), ("red", "2025-04-23T17:30")]
    assert case.facts[-1].text("ground") == "statutory"


def test_unanswered() -> None:
    """Silence about the yellow card is a matter of the card alone (V-51, `test_silence.py`)."""
    case = opened("5wd", "20wd")
    case.decide_case("2025-05-14T17:30")
    assert case.issued()[1:] == [("yellow", DUE)]
    case.decide_case(at("2025-05-14T17:30") + MS)
    assert case.issued()[2:] == [("red", "2025-05-14T17:30")]
    assert case.facts[-1].text("ground") == "statutory"


def test_where_only_the_law_sets_a_limit_there_is_no_yellow_card() -> None:
    """Nothing was promised: V-01 and V-02 are not judged, V-03 is (DFT-04)."""
    case = opened("", "5wd")
    case.decide_case("2025-06-01")
    assert case.issued() == [("red", DUE)]


def test_the_law_does_not_wait_for_an_answer() -> None:
    """An answered yellow card does not stop the statutory red one."""
    case = opened("5wd", "20wd")
    case.decide_case("2025-04-22")
    case.receive(reported("card.responded", "2025-04-22T10:00", card=case.facts[-1].n))
    case.decide_case("2025-06-01")
    assert case.issued()[2:] == [("red", "2025-05-14T17:30")]


@pytest.mark.parametrize("late", [0, 1])
def test_closed_before_the_laws_limit(late: int) -> None:
    """To the last instant of it."""
    case = opened()
    case.receive(decided(at(RED) + late * MS))
    case.decide_case("2025-06-01")
    assert [level for level, _ in case.issued()] == ["warning", "yellow", *["red"] * late]


def test_the_law_may_be_shorter_than_the_promise() -> None:
    """A red card then comes first, and the yellow in its own time."""
    case = opened("5wd", "3wd")
    case.decide_case("2025-06-01")
    assert case.issued()[1:] == [("red", WARN), ("yellow", DUE)]
