"""What was issued stays issued; a re-check says that its ground is gone, or back."""

from tests.unit.told import (
    DUE,
    MS,
    RED,
    WARN,
    accepted,
    accepted_claim,
    at,
    corrected,
    decided,
    opened,
    reported,
    resumed,
    suspended,
)


def test_a_decision_told_late() -> None:
    """It was made in time, says an inspector: every card loses its ground, the warning keeps it."""
    case = opened()
    case.decide_case("2025-04-25")
    case.receive(decided("2025-04-21T16:00", recorded="2025-04-25T10:00"))
    assert case.issued() == [("warning", WARN), ("yellow", DUE), ("red", RED)]
    assert (case.verdicts(), case.contested()) == ([], [(4, "case.decided")])
    case.receive(accepted_claim(4, "2025-04-27T10:00"))
    assert case.verdicts() == [("yellow", "lost"), ("red", "lost")]
    assert case.decide_case("2026-01-01").append == ()


def test_lost_and_back_again() -> None:
    """A pause told late and accepted takes the ground away; its end, told later, gives it back."""
    case = opened()
    case.decide_case("2025-04-22")
    late = suspended("2025-04-15T09:00", approved="10wd", recorded="2025-04-22T09:00")
    case.receive(late)
    assert case.verdicts() == []
    ((claim, _),) = case.contested()
    case.receive(accepted_claim(claim, "2025-04-22T09:30"))
    assert case.verdicts() == [("warning", "lost"), ("yellow", "lost")]
    mended = resumed("2025-04-15T16:00", recorded="2025-04-22T10:00")
    case.receive(mended)  # it makes the pause shorter: that counts by itself
    assert case.contested() == [(claim, "case.suspended")]
    assert case.verdicts()[2:] == [
        ("warning", "stands"),
        ("yellow", "stands"),
    ]
    assert [level for level, _ in case.issued("V-02")] == ["yellow"]
    case.decide_case("2025-04-25")
    assert case.issued()[-1] == ("red", RED)


def test_a_re_check_names_its_card_and_its_cause() -> None:
    """By number, with what the card was about."""
    case = opened()
    case.decide_case("2025-04-22")
    yellow = case.facts[-1]
    case.receive(decided("2025-04-21T16:00", recorded="2025-04-22T10:00"))
    ((claim, _),) = case.contested()
    case.receive(accepted_claim(claim, "2025-04-22T11:00"))
    check = case.facts[-1]
    assert check.data["card"] == yellow.n
    assert check.data["cause"] == check.n - 1
    assert check.text("reason") == "claim_accepted"
    assert check.data["due_at"] == yellow.data["due_at"]
    assert check.at == check.recorded_at == at("2025-04-22T11:00")


def test_an_acceptance_corrected_to_an_earlier_day_makes_earlier_cards() -> None:
    """That betters nothing: the clock is started anew; the warning of the later one is lost."""
    case = opened()
    case.decide_case("2025-04-18T09:00")
    case.receive(corrected("2025-04-18T10:00", case.facts[0], "2025-04-11T10:00"))
    case.decide_case("2025-04-19")
    assert case.issued()[1:] == [
        ("warning", "2025-04-16T17:30"),
        ("yellow", "2025-04-18T17:30"),
    ]
    assert case.verdicts() == [("warning", "lost")]
    assert case.contested() == []


def test_a_second_acceptance_is_set_aside_whatever_time_it_claims() -> None:
    """The first on record counts; the second starts no clock and takes no card away."""
    case = opened()
    case.decide_case("2025-04-18T09:00")
    case.receive(accepted("2025-04-11T10:00", "5wd", recorded="2025-04-18T10:00"))
    case.decide_case("2025-04-19")
    assert case.issued() == [("warning", WARN)]
    assert (case.verdicts(), case.contested()) == ([], [])
    assert case.set_aside() == [("case.accepted", "accepted before")]


def test_a_clock_set_back_takes_no_card_away() -> None:
    """Another machine's clock may be behind; what was judged later has been judged."""
    case = opened()
    case.decide_case(at(DUE) + MS)
    decision = case.decide_case(at(DUE) - 500 * MS)
    assert decision.append == ()
    assert decision.wake_at == at(RED) + MS
    heard = case.receive(reported("stage.entered", DUE, stage="x"), now=at(DUE) - 400 * MS)
    assert heard.append == ()
