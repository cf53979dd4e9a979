"""A case that ends without a decision when its time is nearly used goes to a person (F-13)."""

import pytest

from tests.unit.told import DUE, START, File, accepted, decided, opened, reported

ENDINGS = ["withdrawn", "cancelled", "returned", "acceptance.withdrawn"]
POINT = "2025-04-20T23:57"  # nine tenths of the time from START to DUE
AFTER = "2025-04-20T23:57:00.001"


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_with_nine_tenths_used_is_proposed_as_the_breach_it_escaped(ending: str) -> None:
    """Half an hour before the due instant; whichever way it ends."""
    case = opened("5wd")
    case.receive(reported(ending, "2025-04-21T17:00"))
    case.decide_case("2025-04-21T17:01")
    assert ("V-02", "ended_near_limit", "2025-04-21T17:00") in case.proposed()
    assert [rule for rule, _, _ in case.proposed()] == ["V-02"]


@pytest.mark.parametrize(("when", "found"), [(POINT, False), (AFTER, True), (DUE, True)])
def test_at_nine_tenths_it_is_not_yet_and_at_the_due_instant_it_still_is(
    when: str, *, found: bool
) -> None:
    """More than nine tenths; what ends at the due instant itself was in time."""
    case = opened("5wd")
    case.receive(reported("withdrawn", when))
    case.decide_case("2025-04-22")
    assert bool(case.proposed()) is found


def test_what_was_late_already_has_its_card() -> None:
    """Then the promise needs no proposal, but the statutory limit may be nearly used."""
    case = File(accepted(START, "5wd", "6wd"))
    case.decide_case("2025-04-22T09:00")
    case.receive(reported("withdrawn", "2025-04-22T10:00"))
    case.decide_case("2025-04-22T10:01")
    assert case.proposed() == [("V-03", "ended_near_limit", "2025-04-22T10:00")]
    assert ("yellow", "2025-04-21T17:30") in case.issued()


def test_a_decision_is_no_such_ending() -> None:
    """Whoever decides at the last moment has kept the limit."""
    case = opened("5wd")
    case.receive(decided("2025-04-21T17:00"))
    case.decide_case("2025-04-21T17:01")
    assert case.proposed() == []
