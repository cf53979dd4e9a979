"""The waits for an answer to a card, as the case that the card is on is told of them."""

import pytest

from chalicelib.cases.answers import waits_for_answers
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from tests.unit.told import MS, RED, File, accepted, at, clock, opened, reported

YELLOW = Fact(1, "card.issued", "V-02/x", at("2025-04-15"), at("2025-04-15"), told=False, data={})


def waits(*facts: Fact) -> dict[str, list[tuple[str, str]]]:
    """Since when each card waits, if not since its issue, and until when, if it has an end."""
    numbered = [fact.numbered(2 + n) for n, fact in enumerate(facts)]
    case = CaseHistory([accepted("2025-04-14T10:00", "5wd").numbered(0), YELLOW, *numbered])
    return {
        card: [
            (clock(wait.since.at) if wait.since else "", clock(wait.until) if wait.until else "")
            for wait in each
        ]
        for card, each in waits_for_answers(case).items()
    }


def act(kind: str, day: int, **data: str) -> Fact:
    """What was done about the yellow card at noon of a day in April."""
    return reported(kind, f"2025-04-{day:02}T12:00", card="c_a.1", **data)


def noon(*days: int) -> list[str]:
    """Noon of days in April, as a wait has it; 0 for none."""
    return [f"2025-04-{day:02}T12:00" if day else "" for day in days]


def test_the_first_answer_to_a_card_counts() -> None:
    """An answer to what is no card, or to nothing, changes nothing."""
    answers = [
        reported("card.responded", "2025-04-17T12:00", card=1),
        reported("card.responded", "2025-04-16T12:00", card=1),
        reported("card.responded", "2025-04-15", card=77),
        reported("card.responded", "2025-04-15", card=0),
        reported("card.responded", "2025-04-15"),
    ]
    assert waits(*answers) == {"V-02/x": [("", "2025-04-16T12:00")]}


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([act("card.acknowledged", 16)], None),
        ([act("card.sent_back", 16)], None),
        ([act("card.annulled", 16)], [(0, 16)]),
        ([act("card.responded", 16), act("card.sent_back", 17)], [(0, 16), (17, 0)]),
        (
            [act("card.responded", 16), act("card.sent_back", 17), act("card.responded", 18)],
            [(0, 16), (17, 18)],
        ),
        # Nobody has answered since: there is nothing to send back.
        (
            [act("card.responded", 16), act("card.sent_back", 17), act("card.sent_back", 18)],
            [(0, 16), (17, 0)],
        ),
        # An appeal that is pending is as good as an answer; once it is decided, the card stands.
        ([act("card.appealed", 16)], [(0, 16)]),
        (
            [act("card.appealed", 16), act("appeal.decided", 17, outcome="sent_back")],
            [(0, 16), (17, 0)],
        ),
        (
            [act("card.appealed", 16), act("appeal.decided", 17, outcome="upheld")],
            [(0, 16), (17, 0)],
        ),
        # Who had answered as well waits for nothing.
        (
            [
                act("card.responded", 15),
                act("card.appealed", 16),
                act("appeal.decided", 17, outcome="upheld"),
            ],
            [(0, 15)],
        ),
        (
            [
                act("card.appealed", 15),
                act("card.responded", 16),
                act("appeal.decided", 17, outcome="upheld"),
                act("card.sent_back", 18),
            ],
            [(0, 15), (18, 0)],
        ),
    ],
)
def test_a_card_waits_again_when_its_answer_is_turned_down(
    acts: list[Fact], expected: list[tuple[int, int]] | None
) -> None:
    """From the instant of that; what is no answer ends no wait."""
    rounds = [tuple(noon(*days)) for days in expected or ()]
    assert waits(*acts) == ({"V-02/x": rounds} if expected else {})


# The yellow card of `opened` falls due on Monday 21 April; three working days later it turns red.
ANSWERED, SENT_BACK = "2025-04-22T10:00", "2025-04-24T17:00"
RED_AGAIN = "2025-04-28T17:30"  # 27 April, a Sunday, is worked


def answered() -> File:
    """A case whose yellow card was answered in time, and whose answer was sent back in time."""
    case = opened()
    case.decide_case("2025-04-22")
    card = case.facts[-1].n
    case.receive(reported("card.responded", ANSWERED, card=card))
    case.receive(reported("card.sent_back", SENT_BACK, card=card))
    return case


def test_silence_after_an_answer_was_sent_back_turns_the_permit_red() -> None:
    """Not at the end of the first wait: three working days from when it was sent back."""
    case = answered()
    assert case.decide_case(at(RED) + MS).wake_at == at(RED_AGAIN) + MS
    case.decide_case(RED_AGAIN)
    assert [level for level, _ in case.issued()] == ["warning", "yellow"]
    case.decide_case(at(RED_AGAIN) + MS)
    assert case.issued()[2:] == [("red", RED_AGAIN)]
    red = case.facts[-1]
    assert (red.text("rule"), red.text("ground")) == ("V-03", "unanswered")
    assert case.facts[red.data["rests_on"][-1]].kind == "card.sent_back"  # type: ignore[index]
    assert red.text("noticed") == "on_time"


@pytest.mark.parametrize("late", [0, 1])
def test_another_answer_in_time_keeps_it_yellow(late: int) -> None:
    """Up to the close of the third working day after it was asked for."""
    case = answered()
    again = reported("card.responded", at(RED_AGAIN) + late * MS, card=case.facts[-2].data["card"])
    case.receive(again)
    case.decide_case("2025-06-01")
    assert [level for level, _ in case.issued()] == ["warning", "yellow", *["red"] * late]


@pytest.mark.parametrize("late", [0, 1])
def test_a_late_answer_leaves_the_red_card_where_it_was(late: int) -> None:
    """That it was sent back moves nothing."""
    case = opened()
    case.decide_case("2025-04-22")
    card = case.facts[-1].n
    case.receive(reported("card.responded", at(RED) + late * MS, card=card))
    case.receive(reported("card.sent_back", "2025-04-25T09:00", card=card))
    case.decide_case("2025-06-01")
    expected = RED if late else "2025-04-29T17:30"
    assert case.issued()[2:] == [("red", expected)]
    assert case.verdicts() == []


def test_an_acknowledgement_does_not_keep_a_yellow_card_from_turning_red() -> None:
    """It says that the card has arrived."""
    case = opened()
    case.decide_case("2025-04-22")
    case.receive(reported("card.acknowledged", ANSWERED, card=case.facts[-1].n))
    case.decide_case("2025-06-01")
    assert case.issued()[2:] == [("red", RED)]


@pytest.mark.parametrize("outcome", ["upheld", "sent_back"])
def test_an_appeal_that_was_decided_is_no_answer_any_more(outcome: str) -> None:
    """Three working days later the yellow is red, unless it was answered (V-03)."""
    case = opened()
    case.decide_case("2025-04-22")
    card = case.facts[-1].n
    case.receive(reported("card.appealed", ANSWERED, card=card))
    case.receive(reported("appeal.decided", SENT_BACK, card=card, outcome=outcome))
    case.decide_case("2025-06-01")
    assert case.issued()[2:] == [("red", RED_AGAIN)]
