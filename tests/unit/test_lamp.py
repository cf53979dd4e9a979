"""The lamp of a case, and where it stands after each fact."""

import pytest

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.stored_fact import LampState
from chalicelib.findings.recheck import gravest
from chalicelib.permit.lamp_history import lamp, lamp_states
from chalicelib.permit.state import fold
from tests.unit.told import (
    RULES,
    File,
    accepted,
    accepted_claim,
    decided,
    extended,
    refused_claim,
    reported,
)

START = "2025-04-14T10:00"


def shines(case: File) -> str:
    """The lamp of *case* by its facts."""
    return lamp(fold(CaseHistory(case.facts)), CaseHistory(case.facts))


def test_the_gravest_card_shines() -> None:
    """Pending, green, yellow, red, closed; a warning does not change the lamp."""
    case = File(reported("submitted", "2025-04-11", item="X-01", department="Housing"))
    assert shines(case) == "pending"
    case.receive(accepted(START, "5wd", "8wd"))
    assert shines(case) == "green"
    for now, colour in [("2025-04-18", "green"), ("2025-04-22", "yellow"), ("2025-04-25", "red")]:
        case.decide_case(now)
        assert shines(case) == colour
    case.receive(decided("2025-04-26"))
    assert shines(case) == "closed"


def test_a_card_that_lost_its_ground_does_not_shine() -> None:
    """Until it has it again."""
    case = File(accepted(START, "5wd", "8wd"))
    case.decide_case("2025-04-22")
    case.receive(extended("2025-04-18", "9wd", recorded="2025-04-22"))
    assert case.lamp() == "yellow"
    ((claim, _),) = case.contested()
    case.receive(accepted_claim(claim, "2025-04-23"))
    assert case.lamp() == "green"
    case.receive(refused_claim(claim, "2025-04-24"))
    assert case.lamp() == "yellow"


@pytest.mark.parametrize(
    ("kinds", "colour"),
    [([], "green"), (["yellow"], "yellow"), (["yellow", "red"], "red"), (["red"], "red")],
)
def test_gravest(kinds: list[str], colour: str) -> None:
    """Whatever the order."""
    cards = [reported("card.issued", START, level=level) for level in kinds]
    assert gravest(cards) == gravest(reversed(cards)) == colour


def test_the_standing_after_each_fact() -> None:
    """Told or derived, each with the department that has it then."""
    case = File(reported("submitted", "2025-04-11", item="X-01", department="Hall"))
    case.decide_case("2025-04-11")
    case.receive(accepted(START, "5wd", "8wd"))
    case.decide_case("2025-04-25")
    late = decided("2025-04-20", recorded="2025-04-26")
    case.receive(late)
    lamps = lamp_states(CaseHistory(), case.facts, RULES)
    shown = [lamp.lamp for lamp in lamps]
    assert shown[:6] == ["pending", "green", "green", "yellow", "red", "closed"]
    assert set(shown[6:]) == {"closed"}  # what is noted of the late decision
    assert lamps[0] == LampState("pending", "Hall")
    assert {standing.department for standing in lamps[1:]} == {"Housing"}
    for n in range(len(case.facts)):
        assert lamp_states(CaseHistory(case.facts[:n]), case.facts[n:], RULES) == lamps[n:]
