"""An answer stops the ladder; sent back (打回), it does no longer, and the wait begins again."""

from datetime import datetime, timedelta

import pytest

from chalicelib.card import decide as escalation
from chalicelib.card.state import CardState, fold_card
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from tests.unit.told import (
    AT_ONCE,
    CALENDAR,
    MS,
    at,
    climbing_by_law,
    clock,
    issued,
    numbered,
    reported,
)

RULES = Rules(climbing_by_law(), CALENDAR, AT_ONCE)
ISSUED = issued("c_a.2", "2026-11-03T17:31", rule="V-05")  # a Tuesday
WINDOW = at("2026-11-10T17:30")  # five working days later nobody may appeal any more
SILENT = WINDOW  # the time to answer ended before, on the 6th
ANSWERED, SENT_BACK = "2026-11-05T10:00", "2026-11-06T09:00"
SILENT_AGAIN = at("2026-11-11T17:30")  # three working days after a Friday


def responded(when: str | datetime) -> Fact:
    """An answer of the department."""
    return reported("card.responded", when, role="department")


def sent_back(when: str | datetime) -> Fact:
    """An inspector thinks nothing of the answer."""
    return reported("card.sent_back", when, role="inspector")


ROUND = (responded(ANSWERED), sent_back(SENT_BACK))


def decided(*facts: Fact, now: datetime) -> Decision:
    """Return what follows *now* for a card with *facts* on record."""
    return escalation.decide(CaseHistory(numbered([ISSUED, *facts])), RULES, now)


def folded(*facts: Fact) -> CardState:
    """Return the state of a card with *facts* on record."""
    return fold_card(CaseHistory(numbered([ISSUED, *facts])))


def climbs(*facts: Fact, now: datetime) -> list[tuple[str, str]]:
    """The level that it climbs to by silence, and when."""
    append = decided(*facts, now=now).append
    return [(f.text("level"), clock(f.at)) for f in append if f.kind == "case.escalated"]


def test_the_time_to_answer_begins_again_when_an_answer_is_sent_back() -> None:
    """Not when it was given, and whatever was left of the first wait."""
    waiting = decided(*ROUND, now=at(SENT_BACK))
    assert (waiting.append, waiting.lamp) == ((), "sent_back")
    assert waiting.dues["response"].at == SILENT_AGAIN
    assert waiting.dues["appeal_window"].at == WINDOW  # no new window: it is the same card
    assert waiting.wake_at == WINDOW + MS
    assert climbs(*ROUND, now=SILENT_AGAIN) == []
    (fact,) = decided(*ROUND, now=SILENT_AGAIN + MS).append
    assert (fact.kind, fact.text("level"), fact.text("rule")) == ("case.escalated", "red", "V-51")
    assert (fact.at, fact.data["due_at"]) == (SILENT_AGAIN, "2026-11-11T09:30:00.000Z")
    assert fact.data["rests_on"] == [0, 2]


@pytest.mark.parametrize("late", [0, 1])
def test_another_answer_stops_the_ladder_again(late: int) -> None:
    """Up to the last moment of the wait that began when the one before was sent back."""
    again = responded(SILENT_AGAIN + late * MS)
    assert climbs(*ROUND, again, now=at("2026-11-20")) == [("red", "2026-11-11T17:30")] * late


@pytest.mark.parametrize("late", [0, 1])
def test_a_late_answer_is_not_in_time_because_it_is_sent_back(late: int) -> None:
    """Though nobody looked at the card in between."""
    facts = responded(SILENT + late * MS), sent_back("2026-11-11T09:00")
    expected = [("red", "2026-11-10T17:30")] if late else []
    assert climbs(*facts, now=at("2026-11-11T10:00")) == expected


def test_a_wait_begins_no_earlier_than_the_sending_back_is_on_record() -> None:
    """An outage of ours takes nobody's time."""
    late = reported("card.sent_back", SENT_BACK, recorded="2026-11-09T09:00")
    dues = decided(responded(ANSWERED), late, now=late.recorded_at).dues
    assert clock(dues["response"].at) == "2026-11-12T17:30"


def test_each_round_is_counted() -> None:
    """And may be followed by another one."""
    second = responded("2026-11-10T10:00"), sent_back("2026-11-11T10:00")
    state = folded(*ROUND, *second)
    assert (state.times_answered, state.times_sent_back) == (2, 2)
    assert (state.state, state.responded, len(state.sent_back)) == ("sent_back", None, 2)
    assert climbs(*ROUND, *second, now=at("2026-11-16T17:30") + MS) == [("red", "2026-11-16T17:30")]
    third = folded(*ROUND, *second, responded("2026-11-12T10:00"))
    assert (third.state, third.times_answered) == ("responded", 3)


def test_what_fits_a_card_whose_answer_was_sent_back() -> None:
    """It may be answered, appealed and revoked; there is nothing to send back."""
    assert folded(*ROUND).possible == ("respond", "appeal", "revoke")
    assert folded(responded(ANSWERED)).possible == ("send_back", "appeal", "revoke")
    for facts in ((), (reported("card.acknowledged", ANSWERED),), ROUND):
        aside = folded(*facts, sent_back("2026-11-06T10:00"))
        assert [fact.kind for fact, _ in aside.set_aside] == ["card.sent_back"]
        assert aside.times_sent_back == len(facts) // 2


def test_an_appeal_is_decided_before_the_answer_beside_it_is_judged() -> None:
    """Then the answer may be sent back as before."""
    appealed = reported("card.appealed", "2026-11-05T11:00", role="department")
    upheld = reported("appeal.decided", "2026-11-05T12:00", outcome="upheld")
    facts = responded(ANSWERED), appealed
    assert "send_back" not in folded(*facts).possible
    assert folded(*facts, upheld).possible == ("send_back", "revoke")
    assert folded(*facts, upheld, sent_back(SENT_BACK)).possible == ("respond", "revoke")
    assert climbs(*facts, upheld, sent_back(SENT_BACK), now=SILENT_AGAIN + MS) == [
        ("red", "2026-11-11T17:30")
    ]


def test_an_acknowledgement_is_no_answer() -> None:
    """Neither before an answer is sent back nor after it."""
    seen = reported("card.acknowledged", "2026-11-04T10:00", role="department")
    assert climbs(seen, now=SILENT + MS) == [("red", "2026-11-10T17:30")]
    assert climbs(seen, *ROUND, now=SILENT_AGAIN + MS) == [("red", "2026-11-11T17:30")]


@pytest.mark.parametrize(("when", "stops"), [(ANSWERED, False), ("2026-11-10T10:00", True)])
def test_a_remedy_ends_a_wait_that_began_before_it(when: str, stops: bool) -> None:  # noqa: FBT001
    """What was mended before an inspector asked for another answer is known to him."""
    remedied = reported("card.remedied", when, card="c_a.2")
    facts = sorted([*ROUND, remedied], key=lambda fact: fact.at)
    assert climbs(*facts, now=SILENT_AGAIN + MS) == [("red", "2026-11-11T17:30")] * (not stops)


def test_a_remedy_in_time_is_no_late_answer_once_the_late_one_is_sent_back() -> None:
    """The first of what ended the wait is compared with its deadline."""
    remedied = reported("card.remedied", ANSWERED, card="c_a.2")
    late = responded("2026-11-09T10:00"), sent_back("2026-11-09T11:00")
    assert climbs(remedied, *late, now=at("2026-11-12T17:30")) == []
    assert climbs(remedied, *late, now=at("2026-11-12T17:30") + MS) == [("red", "2026-11-12T17:30")]


def test_a_closed_card_is_open_again_and_is_closed_again() -> None:
    """That nobody could appeal any more does not take the inspector's say."""
    closed = decided(responded(ANSWERED), now=WINDOW + MS).append
    assert [(fact.kind, clock(fact.at)) for fact in closed] == [("card.closed", clock(WINDOW))]
    facts = [responded(ANSWERED), *closed]
    assert folded(*facts).possible == ("send_back", "revoke")
    facts.append(sent_back("2026-11-12T10:00"))
    assert folded(*facts).state == "sent_back"
    assert climbs(*facts, now=at("2026-11-17T17:30") + MS) == [("red", "2026-11-17T17:30")]
    facts.append(responded("2026-11-16T10:00"))
    (again,) = decided(*facts, now=at("2026-11-16T10:00")).append
    assert (again.kind, clock(again.at)) == ("card.closed", "2026-11-16T10:00")
    assert again.key != closed[0].key


def test_a_level_that_is_reached_begins_without_the_rounds_of_the_one_below() -> None:
    """The count of all goes on."""
    climbed = decided(*ROUND, now=SILENT_AGAIN + MS).append
    state = folded(*ROUND, *climbed)
    assert (state.level, state.state, state.sent_back) == ("red", "issued", ())
    assert (state.times_answered, state.times_sent_back) == (1, 1)
    dues = decided(*ROUND, *climbed, now=climbed[0].recorded_at).dues
    assert dues["response"].at == at("2026-11-18T17:30")


def test_of_a_card_that_went_up_the_answer_to_the_new_level_may_be_sent_back() -> None:
    """From then on, and not from when the level was reached."""
    climbed = decided(now=SILENT + MS).append
    facts = [*climbed, responded("2026-11-11T10:00"), sent_back("2026-11-12T10:00")]
    due = at("2026-11-19T17:30")  # five working days for a red card
    assert decided(*facts, now=facts[-1].at).dues["response"].at == due
    assert climbs(*facts, now=due + MS) == [("supervision", clock(due))]


def test_a_lost_ground_stops_the_wait_that_a_sending_back_began() -> None:
    """And one that comes back begins it anew."""
    lost = reported("card.rechecked", "2026-11-09T10:00", key="duban/c_a.5", verdict="lost")
    again = reported("card.rechecked", "2026-11-12T10:00", key="duban/c_a.6", verdict="stands")
    assert decided(*ROUND, lost, now=SILENT_AGAIN + timedelta(days=9)).append == ()
    assert decided(*ROUND, lost, again, now=again.at).dues["response"].at == at("2026-11-17T17:30")
